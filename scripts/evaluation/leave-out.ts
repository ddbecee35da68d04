import type { Snapshot } from '../../server/snapshots/snapshot.ts';

/**
 * How many folds it takes to leave out every question variant of every public article once, so that no article misses
 * more than one at a time: the most variants that any of them has.
 */
export function foldsOf({ public: open }: Snapshot): number {
  return Math.max(0, ...open.articles.map(({ questions }) => questions.length));
}

/** The snapshot as it would be without the variant at that place of each article; titles and texts stay. */
export function withoutVariant(snapshot: Snapshot, fold: number): Snapshot {
  const articles = snapshot.public.articles.map((article) => ({
    ...article,
    questions: article.questions.filter((_, at) => at !== fold),
  }));
  return { ...snapshot, public: { ...snapshot.public, articles } };
}
