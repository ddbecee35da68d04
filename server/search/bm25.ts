/** BM25's inverse document frequency, as MiniSearch and Lucene have it: never negative. */
export function idf(documents: number, withTerm: number): number {
  return Math.log(1 + (documents - withTerm + 0.5) / (withTerm + 0.5));
}

/**
 * BM25's saturation without its factor (k + 1): of a word that stands `count` times in a document of some length, in [0, 1).
 * It is `count / (count + base + slope * length)`, so that a loop over postings takes one division.
 */
export interface Saturation {
  readonly base: number;
  readonly slope: number;
}

export function saturationOf(k: number, b: number, averageLength: number): Saturation {
  return { base: k * (1 - b), slope: (k * b) / averageLength };
}

/**
 * By how much saturations may have grown at most since they were taken with another average length: a document counts as
 * shorter where the others have grown longer.
 */
export function growthOf(before: number, now: number): number {
  return Math.max(1, now / before);
}

/** BM25's saturation, with its factor, of a word that stands three times in a text of average length, for k 1.5. */
export const TYPICAL_SATURATION = 5 / 3;
