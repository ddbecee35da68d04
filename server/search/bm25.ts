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
