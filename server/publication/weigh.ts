import { type Answerers, createAnswerers } from '../answers/answerer.ts';
import { calendarOf } from '../answers/calendar.ts';
import type { Database } from '../database/open.ts';
import { recordedQuestions } from '../feedback/recorded-questions.ts';
import { judgeChange } from '../impact/golden-gate.ts';
import { measureImpact } from '../impact/measure-impact.ts';
import { isSameArticle } from '../impact/same-article.ts';
import type { Encoder } from '../semantics/encoder.ts';
import type { PublishDeps } from '../snapshots/publish.ts';
import type { CompiledArticle, Snapshot } from '../snapshots/snapshot.ts';

/** Days of recorded questions that a publication replays; a preview may look at others. */
export const daysReplayed = 30;

/**
 * Public articles above which a publication replays golden questions alone: an index of each side takes 1.1 s to build for
 * 1,000 articles and 7 s for 10,000 (`npm run benchmark`), and golden questions are what must not wait. The preview
 * replays everything, whatever the size.
 */
const mostArticles = 2_000;

/** Asks that one publication replays at most, the most often asked first: at .7 ms on each side they take some three seconds. */
const mostAsks = 2_000;

/** Rows of recorded answers that are counted: a month of 600 questions a day. */
const mostRows = 20_000;

/**
 * Says what a publication does to answers. The indexes of the last one are kept, so that the next has to build none of the
 * release before, and takes over those of its own where few articles differ.
 */
export function createWeigh(deps: {
  readonly db: Database;
  readonly encoder: Encoder | null;
  readonly now: () => Date;
}): NonNullable<PublishDeps['weigh']> {
  const { db, encoder, now } = deps;
  let last: Kept | null = null;
  const kept = (snapshot: Snapshot, before: Kept | null): Kept => {
    const id = snapshot.public.id;
    if (last?.id === id) return last;
    const taken = before === null ? snapshot : withArticlesOf(snapshot, before.snapshot);
    return { id, snapshot: taken, answerers: createAnswerers(taken, before?.answerers, encoder) };
  };

  return async (before, after) => {
    if (!isAnswerable(before.snapshot, encoder)) return { broken: [], impact: null };
    const day = calendarOf(after.snapshot.public.site.timeZone)(now());
    const was = kept(before.snapshot, null);
    const is = kept(after.snapshot, was);
    last = is;
    const sides = {
      before: { answerer: was.answerers.public, asOf: day },
      after: { answerer: is.answerers.public, asOf: day },
    };
    const { broken } = judgeChange(
      { side: sides.before, golden: before.golden },
      { side: sides.after, golden: after.golden },
    );
    if (is.snapshot.public.articles.length > mostArticles) return { broken, impact: null };
    const since = new Date(now().getTime() - daysReplayed * dayMs);
    const recorded = await recordedQuestions(db, { since, limit: mostAsks, mostRows });
    return { broken, impact: measureImpact(before, after, { ...sides, recorded, most: mostAsks }) };
  };
}

const dayMs = 86_400_000;

interface Kept {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly answerers: Answerers;
}

/** With the very objects of the snapshot before where articles are alike, by which an index is told what need not be built. */
function withArticlesOf({ public: open, agent }: Snapshot, before: Snapshot): Snapshot {
  const earlier = new Map(before.public.articles.map((article) => [keyOf(article), article]));
  const articles = open.articles.map((article) => {
    const old = earlier.get(keyOf(article));
    return old !== undefined && isSameArticle(old, article) ? old : article;
  });
  return { public: { ...open, articles }, agent };
}

function keyOf({ locale, id }: CompiledArticle): string {
  return `${locale} ${id}`;
}

/** Answers of a snapshot with another semantic model cannot be had here, and nothing can be compared with them. */
function isAnswerable({ public: open }: Snapshot, encoder: Encoder | null): boolean {
  return (open.semantic?.model ?? null) === (encoder?.id ?? null);
}
