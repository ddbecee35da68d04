/** Where a term stands and how much it says there. `docs` ascending; `impacts` beside it. */
export interface Posting {
  readonly docs: Int32Array;
  readonly impacts: Float64Array;
  readonly largest: number;
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

/** Postings of plain documents, scored by BM25. Used for character n-grams, which need no features. */
export function buildPostings(
  documents: readonly Counts[],
  { k, b }: { readonly k: number; readonly b: number },
): ReadonlyMap<string, Posting> {
  const lengths = documents.map(totalOf);
  const averageLength = Math.max(
    1,
    lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, documents.length),
  );
  const docsOf = new Map<string, { docs: number[]; counts: number[] }>();
  documents.forEach((counts, doc) => {
    for (const [term, count] of counts) {
      const entry = docsOf.get(term);
      if (entry === undefined) docsOf.set(term, { docs: [doc], counts: [count] });
      else {
        entry.docs.push(doc);
        entry.counts.push(count);
      }
    }
  });
  const postings = new Map<string, Posting>();
  for (const [term, { docs, counts }] of docsOf) {
    const weight = idf(documents.length, docs.length);
    const impacts = Float64Array.from(
      docs,
      (doc, at) => weight * saturation(counts[at] ?? 0, lengths[doc] ?? 0, averageLength, k, b),
    );
    postings.set(term, { docs: Int32Array.from(docs), impacts, largest: Math.max(...impacts) });
  }
  return postings;
}
