/** Where a term stands and how much it says there. `docs` ascending; `impacts` beside it. */
export interface Posting {
  readonly docs: Int32Array;
  readonly impacts: Float64Array;
}

/** One document's words with how often each stands in it. */
export type Counts = ReadonlyMap<string, number>;

/** BM25's inverse document frequency, as MiniSearch and Lucene have it: never negative. */
export function idf(documents: number, withTerm: number): number {
  return Math.log(1 + (documents - withTerm + 0.5) / (withTerm + 0.5));
}

/** BM25's share of a term in one document: grows with its count, less and less, and falls with the document's length. */
export function saturation(
  count: number,
  length: number,
  averageLength: number,
  k: number,
  b: number,
): number {
  return (count * (k + 1)) / (count + k * (1 - b + b * (length / averageLength)));
}

export function totalOf(counts: Counts): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

/** Position of a document in a posting, or -1. */
export function positionOf(docs: Int32Array, doc: number): number {
  let low = 0;
  let high = docs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = docs[middle] ?? 0;
    if (found === doc) return middle;
    if (found < doc) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Counts added up. */
export function sumOf(all: readonly Counts[]): Counts {
  const [first, ...rest] = all.filter((counts) => counts.size > 0);
  if (rest.length === 0) return first ?? new Map();
  const total = new Map(first);
  for (const counts of rest) {
    for (const [term, count] of counts) total.set(term, (total.get(term) ?? 0) + count);
  }
  return total;
}
