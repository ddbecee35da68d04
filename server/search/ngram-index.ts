import { idf, saturation } from './bm25.ts';
import { type Counts, createCounter } from './counts.ts';

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
 * Builds the n-gram index of documents that are given by the numbers of their words' forms. The n-grams of a form are found
 * once and counted by number, so that building costs little more than the words.
 */
export function buildNgramIndex(
  documents: readonly Counts[],
  forms: readonly string[],
  { k, b }: { readonly k: number; readonly b: number },
): NgramIndex {
  const numbers = new Map<string, number>();
  const gramsOfForm = forms.map((form) =>
    Int32Array.from(ngramsOf(form), (gram) => {
      const number = numbers.get(gram) ?? numbers.size;
      numbers.set(gram, number);
      return number;
    }),
  );
  const counter = createCounter();
  const counted = documents.map((document) => {
    document.numbers.forEach((form, at) => {
      const times = document.times[at] ?? 0;
      for (const gram of gramsOfForm[form] ?? []) counter.add(gram, times);
    });
    return counter.takeUnsorted();
  });

  const starts = new Int32Array(numbers.size + 1);
  for (const { numbers: grams } of counted) {
    for (const gram of grams) starts[gram + 1] = (starts[gram + 1] ?? 0) + 1;
  }
  const weights = Float64Array.from(starts.subarray(1), (withGram) => idf(documents.length, withGram));
  for (let gram = 0; gram < numbers.size; gram++)
    starts[gram + 1] = (starts[gram + 1] ?? 0) + (starts[gram] ?? 0);
  const all = counted.reduce((sum, { total }) => sum + total, 0);
  const average = Math.max(1, all / Math.max(1, documents.length));

  const size = starts[numbers.size] ?? 0;
  const docs = documents.length <= 65_536 ? new Uint16Array(size) : new Int32Array(size);
  const impacts = new Float32Array(size);
  const next = starts.slice();
  counted.forEach(({ numbers: grams, times, total }, doc) => {
    for (let at = 0; at < grams.length; at++) {
      const gram = grams[at] ?? 0;
      const place = next[gram] ?? 0;
      next[gram] = place + 1;
      docs[place] = doc;
      impacts[place] = (weights[gram] ?? 0) * saturation(times[at] ?? 0, total, average, k, b);
    }
  });

  return {
    scores: (words) => {
      const scores = new Float64Array(documents.length);
      for (const gram of new Set([...words].flatMap(ngramsOf))) {
        const number = numbers.get(gram);
        if (number === undefined) continue;
        const end = starts[number + 1] ?? 0;
        for (let place = starts[number] ?? 0; place < end; place++) {
          const doc = docs[place] ?? 0;
          scores[doc] = (scores[doc] ?? 0) + (impacts[place] ?? 0);
        }
      }
      return scores;
    },
  };
}

function ngramsOf(form: string): string[] {
  const padded = ` ${form.slice(0, LONGEST_FORM)} `;
  return SIZES.flatMap((size) =>
    Array.from({ length: Math.max(0, padded.length - size + 1) }, (_, at) => padded.slice(at, at + size)),
  );
}
