import { growthOf, idf, saturationOf, TYPICAL_SATURATION } from './bm25.ts';
import { positionIn } from './counts.ts';
import type { ArticleWords } from './indexed-article.ts';
import { lengthOf, type Postings } from './postings.ts';
import { averageOf, type Frequencies, frequencyOf, type Sums } from './statistics.ts';
import type { Tuning } from './tuning.ts';

/** Character n-grams of whole articles: they catch what analysis misses, endings and spellings above all. */
export interface NgramIndex {
  score(gram: number, article: number): number;
  /** Adds what a gram scores to the scores of all built articles that have it. */
  addScores(gram: number, scores: Float64Array): void;
  /** How many articles have a gram; and how many postings it has. */
  frequency(gram: number): number;
  postings(gram: number): number;
  /** What a gram scores that stands three times in an article of average length. */
  ideal(gram: number): number;
  /** No built article scores more for a gram. */
  bound(gram: number): number;
}

/** Counts of the n-grams of built articles. */
export interface NgramPostings {
  readonly postings: Postings<Uint16Array>;
  readonly lengths: Int32Array;
  /** The largest saturation of each gram with the average of the day. */
  readonly most: Float32Array;
  readonly average: number;
}

const STEP = 1_024;
const ROUND_UP = 1 + 1e-6;

/** Completes postings with what bounds need, pausing now and then. */
export function* measureNgramPostings(
  postings: Postings<Uint16Array>,
  lengths: readonly number[],
  sums: Sums,
  tuning: Tuning,
): Generator<void, NgramPostings> {
  const average = averageOf(sums.gramLength, sums.articles);
  const { base, slope } = saturationOf(tuning.k, tuning.b, average);
  const { starts, documents, values } = postings;
  const most = new Float32Array(starts.length - 1);
  for (let gram = 0; gram < most.length; gram++) {
    if (gram % STEP === STEP - 1) yield;
    const end = starts[gram + 1] ?? 0;
    let found = 0;
    for (let place = starts[gram] ?? 0; place < end; place++) {
      const times = values[place] ?? 0;
      found = Math.max(found, times / (times + base + slope * (lengths[documents[place] ?? 0] ?? 0)));
    }
    most[gram] = found * ROUND_UP;
  }
  return { postings, lengths: Int32Array.from(lengths), most, average };
}

/** The n-grams of an index, by BM25 as the day's averages and frequencies ask for. */
export function createNgramIndex(
  built: NgramPostings,
  added: readonly ArticleWords[],
  { sums, frequencies }: { readonly sums: Sums; readonly frequencies: Frequencies },
  tuning: Tuning,
): NgramIndex {
  const { postings, lengths } = built;
  const { starts, documents, values } = postings;
  const articles = lengths.length;
  const average = averageOf(sums.gramLength, sums.articles);
  const { base, slope } = saturationOf(tuning.k, tuning.b, average);
  const growth = growthOf(built.average, average);
  const frequency = (gram: number): number => frequencyOf(lengthOf(postings, gram), frequencies.grams, gram);
  const weights = new Map<number, number>();
  const weightOf = (gram: number): number => {
    const known = weights.get(gram);
    if (known !== undefined) return known;
    const weight = idf(sums.articles, frequency(gram)) * (tuning.k + 1);
    weights.set(gram, weight);
    return weight;
  };
  return {
    score: (gram, article) => {
      if (article >= articles) {
        const grams = added[article - articles]?.grams;
        if (grams === undefined) return 0;
        const place = positionIn(grams.numbers, gram, 0, grams.numbers.length);
        if (place < 0) return 0;
        const times = grams.times[place] ?? 0;
        return (weightOf(gram) * times) / (times + base + slope * grams.total);
      }
      if (gram + 1 >= starts.length) return 0;
      const place = positionIn(documents, article, starts[gram] ?? 0, starts[gram + 1] ?? 0);
      if (place < 0) return 0;
      const times = values[place] ?? 0;
      return (weightOf(gram) * times) / (times + base + slope * (lengths[article] ?? 0));
    },
    addScores: (gram, scores) => {
      if (gram + 1 >= starts.length) return;
      const weight = weightOf(gram);
      const end = starts[gram + 1] ?? 0;
      for (let place = starts[gram] ?? 0; place < end; place++) {
        const article = documents[place] ?? 0;
        const times = values[place] ?? 0;
        scores[article] =
          (scores[article] ?? 0) + (weight * times) / (times + base + slope * (lengths[article] ?? 0));
      }
    },
    frequency,
    postings: (gram) => lengthOf(postings, gram),
    ideal: (gram) => (weightOf(gram) / (tuning.k + 1)) * TYPICAL_SATURATION,
    bound: (gram) => weightOf(gram) * Math.min(1, (built.most[gram] ?? 0) * growth),
  };
}
