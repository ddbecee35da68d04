import { questionKey } from '../search/analyser.ts';
import { canonicalJson } from '../snapshots/canonical-json.ts';
import type { Compared } from '../snapshots/publish.ts';
import type { FateCounts } from '../snapshots/release-report.ts';
import type { CompiledArticle, PublicSnapshot, Snapshot } from '../snapshots/snapshot.ts';
import { countFates } from './count-fates.ts';
import { type ReplayAsk, type ReplaySide, replay } from './replay.ts';
import { createCustomersOf, type RecordedQuestion, replayAsks } from './replay-asks.ts';
import { isSameArticle } from './same-article.ts';

/**
 * What becomes of golden, written and recorded questions between two contents, in figures. Titles and variants of articles
 * that are alike on both sides are not searched for: an exact question finds its own article, so they are unchanged.
 */
export function measureImpact(
  before: Snapshot,
  after: Compared,
  by: {
    readonly before: ReplaySide;
    readonly after: ReplaySide;
    readonly recorded: readonly RecordedQuestion[];
    /** Asks that are searched for at most, the most often asked first; the others are not counted. */
    readonly most: number;
  },
): FateCounts {
  const [was, is] = [before.public, after.snapshot.public];
  const { golden } = after;
  const { recorded } = by;
  const asks = replayAsks({ golden, snapshots: [is, was], recorded, today: by.after.asOf });
  const exact = exactQuestions(was, is);
  const isCertain = ({ locale, question, asOf }: ReplayAsk): boolean =>
    asOf === null && exact.has(`${locale} ${questionKey(question)}`);
  const open = asks.filter((ask) => !isCertain(ask)).sort((a, b) => b.asked - a.asked);
  const replayed = replay(open.slice(0, by.most), by.before, by.after, {
    customersOf: createCustomersOf([is, was]),
  });
  const certain = asks.filter(isCertain).map(({ asked }) => ({ fate: 'unchanged' as const, asked }));
  return countFates([...[...replayed].map(({ fate, asked }) => ({ fate, asked })), ...certain]);
}

/** Titles and variants of the articles that are alike on both sides, as locale and question key. */
function exactQuestions(was: PublicSnapshot, is: PublicSnapshot): ReadonlySet<string> {
  // Another sentence of the site, or another review interval, can change what any article is answered with.
  if (canonicalJson(was.site) !== canonicalJson(is.site)) return new Set();
  const earlier = new Map(was.articles.map((article) => [keyOf(article), article]));
  const alike = is.articles.filter((article) => {
    const old = earlier.get(keyOf(article));
    return old !== undefined && isSameArticle(old, article);
  });
  return new Set(
    alike.flatMap(({ locale, title, questions }) =>
      [title, ...questions].map((question) => `${locale} ${questionKey(question)}`),
    ),
  );
}

function keyOf({ locale, id }: CompiledArticle): string {
  return `${locale} ${id}`;
}
