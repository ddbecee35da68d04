import { calendarOf } from '../answers/calendar.ts';
import type { Database } from '../database/open.ts';
import { recordedQuestions } from '../feedback/recorded-questions.ts';
import { judgeChange } from '../impact/golden-gate.ts';
import { measureImpact } from '../impact/measure-impact.ts';
import type { PublishDeps } from '../snapshots/publish.ts';
import type { Sides } from './sides.ts';

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
 * Says what a publication does to answers. Nothing can be compared with a release of another semantic model, so nothing
 * breaks then.
 */
export function createWeigh(deps: {
  readonly db: Database;
  readonly sides: Sides;
  readonly now: () => Date;
}): NonNullable<PublishDeps['weigh']> {
  const { db, sides, now } = deps;
  return async (before, after) => {
    const asOf = calendarOf(after.snapshot.public.site.timeZone)(now());
    const { before: was, after: is } = sides(before, after.snapshot);
    if (was === null) return { broken: [], impact: null };
    const by = { before: { answerer: was, asOf }, after: { answerer: is, asOf } };
    const { broken } = judgeChange(by.before, by.after, after.golden);
    if (after.snapshot.public.articles.length > mostArticles) return { broken, impact: null };
    const since = new Date(now().getTime() - daysReplayed * dayMs);
    const recorded = await recordedQuestions(db, { since, limit: mostAsks, mostRows });
    return { broken, impact: measureImpact(before, after, { ...by, recorded, most: mostAsks }) };
  };
}

const dayMs = 86_400_000;
