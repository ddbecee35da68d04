import SearchableMap from 'minisearch/SearchableMap';

/** A known term near an unknown one, and how many letters differ. */
export interface Neighbour {
  readonly term: string;
  readonly number: number;
  readonly distance: number;
}

/** The terms that an index knows, with their numbers, in MiniSearch's radix tree. Read only. */
export interface Vocabulary {
  /** -1 for a term that is not known. */
  numberOf(term: string): number;
  /** Known terms within `most` letter edits, nearest first, then by code points; two neighbours swapped are one edit. */
  near(term: string, most: number): readonly Neighbour[];
  /** Known terms that begin so, shortest first, then by code points; at most `limit`. */
  beginning(prefix: string, limit: number): readonly Omit<Neighbour, 'distance'>[];
}

/** `terms`: each at the place of its number. */
export function buildVocabulary(terms: readonly string[]): Vocabulary {
  const tree = new SearchableMap<number>();
  terms.forEach((term, number) => {
    tree.set(term, number);
  });
  return {
    numberOf: (term) => tree.get(term) ?? -1,
    near: (term, most) => {
      if (most <= 0) return [];
      const found = new Map(
        [...tree.fuzzyGet(term, most)].map(([near, [number, distance]]) => [near, { number, distance }]),
      );
      for (const swapped of swaps(term)) {
        const number = tree.get(swapped);
        if (number !== undefined) found.set(swapped, { number, distance: 1 });
      }
      return [...found]
        .map(([near, { number, distance }]) => ({ term: near, number, distance }))
        .sort((a, b) => a.distance - b.distance || byCodePoints(a.term, b.term));
    },
    beginning: (prefix, limit) =>
      [...tree.atPrefix(prefix)]
        .map(([term, number]) => ({ term, number }))
        .sort((a, b) => a.term.length - b.term.length || byCodePoints(a.term, b.term))
        .slice(0, limit),
  };
}

/** The word with each two neighbouring letters swapped, the commonest typo that Levenshtein counts as two edits. */
function swaps(term: string): readonly string[] {
  const letters = [...term];
  return letters
    .slice(1)
    .map((_, at) =>
      [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join(''),
    );
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
