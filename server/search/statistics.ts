import { type Changes, changeOf, NO_CHANGES, withChanges } from './changes.ts';
import type { ArticleWords } from './indexed-article.ts';

/** Sums over all articles of an index, from which averages follow. All are whole or half numbers, so they add up exactly. */
export interface Sums {
  readonly articles: number;
  readonly headLength: number;
  readonly allLength: number;
  readonly sections: number;
  readonly sectionLength: number;
  readonly gramLength: number;
}

export const NO_SUMS: Sums = {
  articles: 0,
  headLength: 0,
  allLength: 0,
  sections: 0,
  sectionLength: 0,
  gramLength: 0,
};

/** The sums with an article more (`sign` 1) or less (-1). */
export function withArticle(sums: Sums, words: ArticleWords, sign: 1 | -1): Sums {
  return {
    articles: sums.articles + sign,
    headLength: sums.headLength + sign * words.headLength,
    allLength: sums.allLength + sign * words.allLength,
    sections: sums.sections + sign * words.sections.length,
    sectionLength: sums.sectionLength + sign * words.sections.reduce((sum, { total }) => sum + total, 0),
    gramLength: sums.gramLength + sign * words.grams.total,
  };
}

/** How many articles have a term in title or variants, or anywhere; how many sections have it; how many articles an n-gram. */
export interface Frequencies {
  readonly head: Changes;
  readonly all: Changes;
  readonly sections: Changes;
  readonly grams: Changes;
}

export const UNCHANGED: Frequencies = {
  head: NO_CHANGES,
  all: NO_CHANGES,
  sections: NO_CHANGES,
  grams: NO_CHANGES,
};

/** How frequencies have changed once some articles are gone and others have come. */
export function withArticles(
  frequencies: Frequencies,
  gone: readonly ArticleWords[],
  come: readonly ArticleWords[],
): Frequencies {
  const head = new Map<number, number>();
  const all = new Map<number, number>();
  const sections = new Map<number, number>();
  const grams = new Map<number, number>();
  const count = (into: Map<number, number>, number: number, by: number): void => {
    into.set(number, (into.get(number) ?? 0) + by);
  };
  for (const [articles, sign] of [
    [gone, -1],
    [come, 1],
  ] as const) {
    for (const words of articles) {
      words.terms.forEach((term, at) => {
        count(all, term, sign);
        if ((words.parts[at * 4] ?? 0) + (words.parts[at * 4 + 1] ?? 0) > 0) count(head, term, sign);
      });
      for (const { numbers } of words.sections) for (const term of numbers) count(sections, term, sign);
      for (const gram of words.grams.numbers) count(grams, gram, sign);
    }
  }
  return {
    head: withChanges(frequencies.head, head),
    all: withChanges(frequencies.all, all),
    sections: withChanges(frequencies.sections, sections),
    grams: withChanges(frequencies.grams, grams),
  };
}

/** An average length; 1 at least, so that nothing is divided by 0. */
export function averageOf(total: number, count: number): number {
  return Math.max(1, total / Math.max(1, count));
}

/** How many documents have a number: those it was built with, as they have changed since. */
export function frequencyOf(built: number, changes: Changes, number: number): number {
  return changes.numbers.length === 0 ? built : built + changeOf(changes, number);
}
