import { idf, saturation } from './bm25.ts';
import { type Counts, createCounter, positionIn, sumOf } from './counts.ts';
import type { IndexedArticle } from './indexed-article.ts';
import type { Tuning } from './tuning.ts';

/** The parts of an article that a word can match; what it scores there adds up to its score. */
export const PARTS = ['title', 'question', 'heading', 'body'] as const;
export type Part = (typeof PARTS)[number];
export type PartScores = Readonly<Record<Part, number>>;

/** Words by number, scored for every article that has them. Articles by their position. */
export interface WordIndex {
  readonly articles: number;
  /** Adds a term's scores, times a weight, to the articles' scores. */
  addScores(term: number, weight: number, scores: Float64Array): void;
  /** Calls back for each article that has a term, in ascending order, with the term's score there. */
  forEach(term: number, visit: (article: number, score: number) => void): void;
  /** What a term scores in one article; 0 where it does not stand there. */
  score(term: number, article: number): number;
  /** The same by part of the article. */
  parts(term: number, article: number): PartScores;
  /** What a term scores that stands three times in an article of average length; of an unknown term (-1) what a unique one would score. */
  ideal(term: number): number;
  /** Inverse document frequency, in nats; of an unknown term (-1) that of a word that no article has. */
  idf(term: number): number;
  /** The most that a term scores in any article; of an unknown term as above. */
  largest(term: number): number;
}

/**
 * Words scored by BM25 over two overlapping fields of each article: `head` (title and questions) and `all` (title, headings
 * and everything, with the times of `tuning`), the best lexical recipe of ../shared/eval/README.md. MiniSearch's own
 * scoring is not used: it multiplies by the number of matched words, scores every article before it cuts, and cannot tell
 * which part of an article a score came from. Its radix tree serves the vocabulary (vocabulary.ts).
 */
export function buildWordIndex(
  articles: readonly IndexedArticle[],
  terms: number,
  tuning: Tuning,
): WordIndex {
  const { k, b } = tuning;
  const times = [tuning.titleTimes, 1, tuning.headingTimes, 1] as const;
  const parts = articles.map(countsByPart());
  const headLengths = parts.map(([title, questions]) => title.total + questions.total);
  const allLengths = parts.map((counts) =>
    counts.reduce((sum, { total }, at) => sum + total * (times[at] ?? 1), 0),
  );
  const [headAverage, allAverage] = [average(headLengths), average(allLengths)];

  const inHead = new Int32Array(terms);
  const starts = new Int32Array(terms + 1);
  const merged = parts.map(mergeParts);
  for (const { numbers, times: counts } of merged) {
    numbers.forEach((term, at) => {
      starts[term + 1] = (starts[term + 1] ?? 0) + 1;
      if ((counts[at * 4] ?? 0) + (counts[at * 4 + 1] ?? 0) > 0) inHead[term] = (inHead[term] ?? 0) + 1;
    });
  }
  const headIdf = Float64Array.from(inHead, (count) => idf(articles.length, count));
  const allIdf = Float64Array.from(starts.subarray(1), (count) => idf(articles.length, count));
  for (let term = 0; term < terms; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);

  const size = starts[terms] ?? 0;
  const docs = new Int32Array(size);
  const scores = new Float32Array(size);
  const shares = new Float32Array(size * 4);
  const largest = new Float32Array(terms);
  const next = starts.slice();
  merged.forEach(({ numbers, times: counts }, article) => {
    numbers.forEach((term, at) => {
      const [title = 0, question = 0, heading = 0, body = 0] = counts.subarray(at * 4, at * 4 + 4);
      const headTimes = title + question;
      const allTimes = title * times[0] + question + heading * times[2] + body;
      const headScore =
        headTimes === 0
          ? 0
          : tuning.head *
            (headIdf[term] ?? 0) *
            saturation(headTimes, headLengths[article] ?? 0, headAverage, k, b);
      const allScore = (allIdf[term] ?? 0) * saturation(allTimes, allLengths[article] ?? 0, allAverage, k, b);
      const headUnit = headTimes === 0 ? 0 : headScore / headTimes;
      const allUnit = allScore / allTimes;
      const place = next[term] ?? 0;
      next[term] = place + 1;
      docs[place] = article;
      scores[place] = headScore + allScore;
      largest[term] = Math.max(largest[term] ?? 0, scores[place] ?? 0);
      shares[place * 4] = title * (headUnit + allUnit * times[0]);
      shares[place * 4 + 1] = question * (headUnit + allUnit);
      shares[place * 4 + 2] = heading * allUnit * times[2];
      shares[place * 4 + 3] = body * allUnit;
    });
  });

  const unknown = (tuning.head + 1) * idf(articles.length, 0) * TYPICAL_SATURATION;
  const startOf = (term: number): number => starts[term] ?? 0;
  const endOf = (term: number): number => starts[term + 1] ?? 0;
  const placeOf = (term: number, article: number): number =>
    term < 0 ? -1 : positionIn(docs, article, startOf(term), endOf(term));
  return {
    articles: articles.length,
    addScores: (term, weight, into) => {
      const end = endOf(term);
      for (let place = startOf(term); place < end; place++) {
        const article = docs[place] ?? 0;
        into[article] = (into[article] ?? 0) + weight * (scores[place] ?? 0);
      }
    },
    forEach: (term, visit) => {
      const end = endOf(term);
      for (let place = startOf(term); place < end; place++) visit(docs[place] ?? 0, scores[place] ?? 0);
    },
    score: (term, article) => {
      const place = placeOf(term, article);
      return place < 0 ? 0 : (scores[place] ?? 0);
    },
    parts: (term, article) => {
      const place = placeOf(term, article);
      if (place < 0) return NOTHING;
      const [title = 0, question = 0, heading = 0, body = 0] = shares.subarray(place * 4, place * 4 + 4);
      return { title, question, heading, body };
    },
    ideal: (term) =>
      term < 0 ? unknown : (tuning.head * (headIdf[term] ?? 0) + (allIdf[term] ?? 0)) * TYPICAL_SATURATION,
    idf: (term) => (term < 0 ? idf(articles.length, 0) : (allIdf[term] ?? 0)),
    largest: (term) => (term < 0 ? unknown : (largest[term] ?? 0)),
  };
}

const NOTHING: PartScores = { title: 0, question: 0, heading: 0, body: 0 };

/** BM25's saturation of a word that stands three times in a text of average length: (3 * 2.5) / (3 + 1.5). */
const TYPICAL_SATURATION = 5 / 3;

type ByPart = readonly [title: Counts, questions: Counts, headings: Counts, bodies: Counts];

function countsByPart(): (article: IndexedArticle) => ByPart {
  const counter = createCounter();
  return ({ asked, sections }) => [
    sumOf(asked.slice(0, 1), counter),
    sumOf(asked.slice(1), counter),
    sumOf(
      sections.map(({ heading }) => heading),
      counter,
    ),
    sumOf(
      sections.map(({ body }) => body),
      counter,
    ),
  ];
}

/** All terms of an article, ascending, each with its four counts side by side. */
function mergeParts(parts: ByPart): { readonly numbers: Int32Array; readonly times: Float32Array } {
  const numbers = Int32Array.from(new Set(parts.flatMap((counts) => [...counts.numbers]))).sort();
  const times = new Float32Array(numbers.length * 4);
  parts.forEach((counts, part) => {
    let at = 0;
    counts.numbers.forEach((number, from) => {
      while ((numbers[at] ?? 0) < number) at += 1;
      times[at * 4 + part] = counts.times[from] ?? 0;
    });
  });
  return { numbers, times };
}

function average(lengths: readonly number[]): number {
  return Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length));
}
