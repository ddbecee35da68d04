import { growthOf, idf, saturationOf, TYPICAL_SATURATION } from './bm25.ts';
import { positionIn } from './counts.ts';
import type { ArticleWords } from './indexed-article.ts';
import { lengthOf, type Postings } from './postings.ts';
import { averageOf, type Frequencies, frequencyOf, type Sums } from './statistics.ts';
import type { Tuning } from './tuning.ts';

/** The parts of an article that a word can match; what it scores there adds up to its score. */
export const PARTS = ['title', 'question', 'heading', 'body'] as const;
export type Part = (typeof PARTS)[number];
export type PartScores = Readonly<Record<Part, number>>;

/** Words by number, scored for every article that has them. Articles by their position. */
export interface WordIndex {
  /** What a term scores in one article; 0 where it does not stand there. */
  score(term: number, article: number): number;
  /** The same by part of the article. */
  parts(term: number, article: number): PartScores;
  /** How many articles have a term. */
  frequency(term: number): number;
  /** Built articles by term, and what the term scores in each of them, one after another, into an array. */
  readonly postings: Postings<Uint16Array>;
  readScores(term: number, into: Float64Array): void;
  /** What a term scores that stands three times in an article of average length; of an unknown term (-1) what a unique one would score. */
  ideal(term: number): number;
  /** Inverse document frequency, in nats; of an unknown term (-1) that of a word that no article has. */
  idf(term: number): number;
  /** The most that a term scores in any article; of an unknown term as above. Found once and remembered. */
  largest(term: number): number;
  /** No article of the built part scores more for a term. */
  bound(term: number): number;
}

/** The words of the articles that an index was built from: counts alone, since scores depend on all articles of the day. */
export interface WordPostings {
  /** Four counts a posting, as in `ArticleWords.parts`. */
  readonly postings: Postings<Uint16Array>;
  readonly headLengths: Int32Array;
  readonly allLengths: Int32Array;
  /** How many articles have each term in title or variants. */
  readonly inHead: Int32Array;
  /** The largest saturation of each term in title and variants, and in everything, with the averages of the day. */
  readonly headMost: Float32Array;
  readonly allMost: Float32Array;
  readonly headAverage: number;
  readonly allAverage: number;
}

/** Terms measured between two pauses. */
const STEP = 4_096;
/** Above the error of rounding to 32 bits. */
const ROUND_UP = 1 + 1e-6;

/** Completes postings with what bounds and frequencies need, pausing now and then. */
export function* measureWordPostings(
  postings: Postings<Uint16Array>,
  lengths: { readonly head: readonly number[]; readonly all: readonly number[] },
  sums: Sums,
  tuning: Tuning,
): Generator<void, WordPostings> {
  const terms = postings.starts.length - 1;
  const headLengths = Int32Array.from(lengths.head);
  const allLengths = Int32Array.from(lengths.all);
  const headAverage = averageOf(sums.headLength, sums.articles);
  const allAverage = averageOf(sums.allLength, sums.articles);
  const head = saturationOf(tuning.k, tuning.b, headAverage);
  const all = saturationOf(tuning.k, tuning.b, allAverage);
  const inHead = new Int32Array(terms);
  const headMost = new Float32Array(terms);
  const allMost = new Float32Array(terms);
  const { starts, documents, values } = postings;
  for (let term = 0; term < terms; term++) {
    if (term % STEP === STEP - 1) yield;
    const end = starts[term + 1] ?? 0;
    let [most, mostHead, withHead] = [0, 0, 0];
    for (let place = starts[term] ?? 0; place < end; place++) {
      const article = documents[place] ?? 0;
      const inTitles = (values[place * 4] ?? 0) + (values[place * 4 + 1] ?? 0);
      const times =
        (values[place * 4] ?? 0) * tuning.titleTimes +
        (values[place * 4 + 1] ?? 0) +
        (values[place * 4 + 2] ?? 0) * tuning.headingTimes +
        (values[place * 4 + 3] ?? 0);
      most = Math.max(most, times / (times + all.base + all.slope * (allLengths[article] ?? 0)));
      if (inTitles === 0) continue;
      withHead += 1;
      mostHead = Math.max(
        mostHead,
        inTitles / (inTitles + head.base + head.slope * (headLengths[article] ?? 0)),
      );
    }
    inHead[term] = withHead;
    headMost[term] = mostHead * ROUND_UP;
    allMost[term] = most * ROUND_UP;
  }
  return { postings, headLengths, allLengths, inHead, headMost, allMost, headAverage, allAverage };
}

/**
 * Words scored by BM25 over two overlapping fields of each article: `head` (title and questions) and `all` (title, headings
 * and everything, with the times of `tuning`), the best lexical recipe of ../shared/eval/README.md. Positions from the number
 * of built articles on are those of `added`. Scores are worked out from counts when they are asked for, always by the same
 * steps, so that an index that was updated scores as one that was built.
 */
export function createWordIndex(
  built: WordPostings,
  added: readonly ArticleWords[],
  gone: ReadonlySet<number>,
  { sums, frequencies }: { readonly sums: Sums; readonly frequencies: Frequencies },
  tuning: Tuning,
): WordIndex {
  const { postings, headLengths, allLengths } = built;
  const { starts, documents, values } = postings;
  const [titleTimes, headingTimes] = [tuning.titleTimes, tuning.headingTimes];
  const headAverage = averageOf(sums.headLength, sums.articles);
  const allAverage = averageOf(sums.allLength, sums.articles);
  const head = saturationOf(tuning.k, tuning.b, headAverage);
  const all = saturationOf(tuning.k, tuning.b, allAverage);
  const headGrowth = growthOf(built.headAverage, headAverage);
  const allGrowth = growthOf(built.allAverage, allAverage);

  const frequency = (term: number): number => frequencyOf(lengthOf(postings, term), frequencies.all, term);
  const weights = new Map<number, Weights>();
  const weightsOf = (term: number): Weights => {
    const known = weights.get(term);
    if (known !== undefined) return known;
    const headIdf = idf(sums.articles, frequencyOf(built.inHead[term] ?? 0, frequencies.head, term));
    const allIdf = idf(sums.articles, frequency(term));
    const found: Weights = {
      head: tuning.head * headIdf * (tuning.k + 1),
      all: allIdf * (tuning.k + 1),
      ideal: (tuning.head * headIdf + allIdf) * TYPICAL_SATURATION,
    };
    weights.set(term, found);
    return found;
  };

  const articles = headLengths.length;
  /** Where a term's counts in an article stand, among its own or among all built ones; -1 where they do not. */
  const placeOf = (term: number, article: number): number => {
    const words = article < articles ? undefined : added[article - articles];
    if (words !== undefined) return positionIn(words.terms, term, 0, words.terms.length);
    return term < 0 || term + 1 >= starts.length
      ? -1
      : positionIn(documents, article, starts[term] ?? 0, starts[term + 1] ?? 0);
  };
  const scoreAt = (
    from: Uint16Array,
    place: number,
    headLength: number,
    allLength: number,
    { head: headWeight, all: allWeight }: Weights,
  ): number => {
    const title = from[place * 4] ?? 0;
    const question = from[place * 4 + 1] ?? 0;
    const inTitles = title + question;
    const times =
      title * titleTimes + question + (from[place * 4 + 2] ?? 0) * headingTimes + (from[place * 4 + 3] ?? 0);
    const allScore = (allWeight * times) / (times + all.base + all.slope * allLength);
    if (inTitles === 0) return allScore;
    return (headWeight * inTitles) / (inTitles + head.base + head.slope * headLength) + allScore;
  };
  const score = (term: number, article: number): number => {
    const place = placeOf(term, article);
    if (place < 0) return 0;
    const words = article < articles ? undefined : added[article - articles];
    return words === undefined
      ? scoreAt(values, place, headLengths[article] ?? 0, allLengths[article] ?? 0, weightsOf(term))
      : scoreAt(words.parts, place, words.headLength, words.allLength, weightsOf(term));
  };
  const readScores = (term: number, into: Float64Array): void => {
    const weighed = weightsOf(term);
    const first = starts[term] ?? 0;
    const length = lengthOf(postings, term);
    for (let at = 0; at < length; at++) {
      const article = documents[first + at] ?? 0;
      into[at] = scoreAt(values, first + at, headLengths[article] ?? 0, allLengths[article] ?? 0, weighed);
    }
  };

  /** Asked for so often that they are remembered in a row; 0 where they have not been. */
  let ideals: Float64Array | null = null;
  const largest = new Map<number, number>();
  const unknown = (tuning.head + 1) * idf(sums.articles, 0) * TYPICAL_SATURATION;
  return {
    score,
    parts: (term, article) => {
      const place = placeOf(term, article);
      if (place < 0) return NOTHING;
      const words = article < articles ? undefined : added[article - articles];
      const from = words?.parts ?? values;
      const [title = 0, question = 0, heading = 0, body = 0] = from.subarray(place * 4, place * 4 + 4);
      const { head: headWeight, all: allWeight } = weightsOf(term);
      const inTitles = title + question;
      const times = title * titleTimes + question + heading * headingTimes + body;
      const headLength = words === undefined ? (headLengths[article] ?? 0) : words.headLength;
      const allLength = words === undefined ? (allLengths[article] ?? 0) : words.allLength;
      const headUnit = inTitles === 0 ? 0 : headWeight / (inTitles + head.base + head.slope * headLength);
      const allUnit = allWeight / (times + all.base + all.slope * allLength);
      return {
        title: title * (headUnit + allUnit * titleTimes),
        question: question * (headUnit + allUnit),
        heading: heading * allUnit * headingTimes,
        body: body * allUnit,
      };
    },
    frequency,
    postings,
    readScores,
    ideal: (term) => {
      if (term < 0) return unknown;
      ideals ??= new Float64Array(postings.starts.length);
      const known = ideals[term] ?? 0;
      if (known > 0) return known;
      const found = weightsOf(term).ideal;
      if (term < ideals.length) ideals[term] = found;
      return found;
    },
    idf: (term) => idf(sums.articles, term < 0 ? 0 : frequency(term)),
    largest: (term) => {
      if (term < 0) return unknown;
      let most = largest.get(term);
      if (most !== undefined) return most;
      most = 0;
      const length = lengthOf(postings, term);
      const scores = new Float64Array(length);
      readScores(term, scores);
      for (let at = 0; at < length; at++) {
        const found = scores[at] ?? 0;
        if (found > most && !gone.has(documents[(starts[term] ?? 0) + at] ?? 0)) most = found;
      }
      for (let at = 0; at < added.length; at++) most = Math.max(most, score(term, articles + at));
      largest.set(term, most);
      return most;
    },
    bound: (term) => {
      const { head: headWeight, all: allWeight } = weightsOf(term);
      return (
        headWeight * Math.min(1, (built.headMost[term] ?? 0) * headGrowth) +
        allWeight * Math.min(1, (built.allMost[term] ?? 0) * allGrowth)
      );
    },
  };
}

/** What a term's saturations are multiplied by, and what it scores in a typical article. */
interface Weights {
  readonly head: number;
  readonly all: number;
  readonly ideal: number;
}

const NOTHING: PartScores = { title: 0, question: 0, heading: 0, body: 0 };
