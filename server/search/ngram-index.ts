import { idf, saturation } from './postings.ts';

/** How often each written form (normalised, not stemmed) stands in a document. */
export type Forms = ReadonlyMap<string, number>;

/** Character n-grams of whole documents: they catch what analysis misses, endings and spellings above all. */
export interface NgramIndex {
  /** BM25 of the n-grams of some words, each n-gram once, for every document. */
  scores(forms: Iterable<string>): Float64Array;
}

/** Letters of an n-gram; a word counts with a blank before and after it. Threes and fours were best of 3 to 6, `ngram` in tuning.ts. */
const SIZES = [3, 4] as const;
/** Longer runs are no words of a language; cutting them bounds the work. */
const LONGEST_FORM = 40;

/**
 * Builds the n-gram index of documents given by their words' forms. N-grams of a form are found once and counted by
 * number, so that building costs little more than the words.
 */
export function buildNgramIndex(
  documents: readonly Forms[],
  { k, b }: { readonly k: number; readonly b: number },
): NgramIndex {
  const numbers = new Map<string, number>();
  const numbersOf = new Map<string, Int32Array>();
  const number = (form: string): Int32Array => {
    const known = numbersOf.get(form);
    if (known !== undefined) return known;
    const found = Int32Array.from(ngramsOf(form), (gram) => {
      const at = numbers.get(gram) ?? numbers.size;
      numbers.set(gram, at);
      return at;
    });
    numbersOf.set(form, found);
    return found;
  };

  const counted = documents.map((forms) => countNgrams(forms, number));
  const withGram = new Int32Array(numbers.size);
  for (const { grams } of counted) for (const gram of grams) withGram[gram] = (withGram[gram] ?? 0) + 1;
  const starts = new Int32Array(numbers.size + 1);
  for (let gram = 0; gram < numbers.size; gram++)
    starts[gram + 1] = (starts[gram] ?? 0) + (withGram[gram] ?? 0);
  const total = counted.reduce((sum, { length }) => sum + length, 0);
  const average = Math.max(1, total / Math.max(1, documents.length));

  const docs = new Int32Array(starts[numbers.size] ?? 0);
  const impacts = new Float32Array(docs.length);
  const next = starts.slice();
  counted.forEach(({ grams, counts, length }, doc) => {
    grams.forEach((gram, at) => {
      const place = next[gram] ?? 0;
      next[gram] = place + 1;
      docs[place] = doc;
      impacts[place] =
        idf(documents.length, withGram[gram] ?? 0) * saturation(counts[at] ?? 0, length, average, k, b);
    });
  });

  return {
    scores: (forms) => {
      const scores = new Float64Array(documents.length);
      const wanted = new Set([...forms].flatMap((form) => ngramsOf(form)));
      for (const gram of wanted) {
        const at = numbers.get(gram);
        if (at === undefined) continue;
        const end = starts[at + 1] ?? 0;
        for (let place = starts[at] ?? 0; place < end; place++) {
          const doc = docs[place] ?? 0;
          scores[doc] = (scores[doc] ?? 0) + (impacts[place] ?? 0);
        }
      }
      return scores;
    },
  };
}

interface Counted {
  readonly grams: Int32Array;
  readonly counts: Int32Array;
  readonly length: number;
}

function countNgrams(forms: Forms, number: (form: string) => Int32Array): Counted {
  const counts = new Map<number, number>();
  let length = 0;
  for (const [form, times] of forms) {
    for (const gram of number(form)) {
      counts.set(gram, (counts.get(gram) ?? 0) + times);
      length += times;
    }
  }
  return { grams: Int32Array.from(counts.keys()), counts: Int32Array.from(counts.values()), length };
}

function ngramsOf(form: string): string[] {
  const padded = ` ${form.slice(0, LONGEST_FORM)} `;
  return SIZES.flatMap((size) =>
    Array.from({ length: Math.max(0, padded.length - size + 1) }, (_, at) => padded.slice(at, at + size)),
  );
}
