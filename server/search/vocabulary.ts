import SearchableMap from 'minisearch/SearchableMap';

/** A known term near an unknown one, and how many letters differ. */
export interface Neighbour {
  readonly term: string;
  readonly distance: number;
}

/** The terms that an index knows, in MiniSearch's radix tree. Read only. */
export interface Vocabulary {
  has(term: string): boolean;
  /** Known terms within `most` letter edits, nearest first, then by code points; two neighbours swapped are one edit. */
  near(term: string, most: number): readonly Neighbour[];
  /** Known terms that begin so, shortest first, then by code points; at most `limit`. */
  beginning(prefix: string, limit: number): readonly string[];
}

export function buildVocabulary(terms: Iterable<string>): Vocabulary {
  const tree = new SearchableMap<true>();
  for (const term of [...terms].sort(byCodePoints)) tree.set(term, true);
  return {
    has: (term) => tree.has(term),
    near: (term, most) => {
      const distances = new Map(
        [...tree.fuzzyGet(term, most)].map(([found, [, distance]]) => [found, distance]),
      );
      for (const swapped of swaps(term)) if (tree.has(swapped)) distances.set(swapped, 1);
      return [...distances]
        .map(([found, distance]) => ({ term: found, distance }))
        .sort((a, b) => a.distance - b.distance || byCodePoints(a.term, b.term));
    },
    beginning: (prefix, limit) =>
      [...tree.atPrefix(prefix).keys()]
        .sort((a, b) => a.length - b.length || byCodePoints(a, b))
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
