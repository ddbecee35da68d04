import type { IndexedArticle } from './indexed-article.ts';
import { type Counts, idf, type Posting, positionOf, saturation, sumOf, totalOf } from './postings.ts';
import type { Tuning } from './tuning.ts';

/** The parts of an article that a word can match; what it scores there adds up to its impact. */
export const PARTS = ['title', 'question', 'heading', 'body'] as const;
export type Part = (typeof PARTS)[number];
export type PartScores = Readonly<Record<Part, number>>;

export interface WordIndex {
  readonly articles: number;
  posting(term: string): Posting | undefined;
  has(term: string): boolean;
  /** What a term scores in one article, by part; zeros where it does not stand. */
  parts(term: string, article: number): PartScores;
  /** The impact of a term that stands in the title of an article of average length; of an unknown term what a unique one would score. */
  ideal(term: string): number;
  /** The most that a term scores in any article; of an unknown term what a unique one would score. */
  largest(term: string): number;
  readonly terms: Iterable<string>;
}

interface Field {
  readonly average: number;
  readonly lengths: readonly number[];
  readonly weight: number;
}

/**
 * Words scored by BM25 over two overlapping fields of each article: `head` (title and questions) and `all` (title three
 * times, questions, headings, bodies), as in the best lexical recipe of ../shared/eval/README.md. MiniSearch's own scoring
 * is not used: it multiplies by the number of matched words, scores every article before it cuts, and cannot tell which
 * part of an article a score came from. Its radix tree serves the vocabulary (vocabulary.ts).
 */
export function buildWordIndex(articles: readonly IndexedArticle[], tuning: Tuning): WordIndex {
  const { k, b } = tuning;
  const times: Readonly<Record<Part, number>> = {
    title: tuning.titleTimes,
    question: 1,
    heading: tuning.headingTimes,
    body: 1,
  };
  const countsOf = articles.map(countsByPart);
  const field = (parts: readonly Part[], factor: (part: Part) => number, weight: number): Field => {
    const lengths = countsOf.map((counts) =>
      parts.reduce((sum, part) => sum + factor(part) * totalOf(counts[part]), 0),
    );
    const total = lengths.reduce((sum, length) => sum + length, 0);
    return { lengths, average: Math.max(1, total / Math.max(1, articles.length)), weight };
  };
  const head = field(['title', 'question'], () => 1, tuning.head);
  const all = field(PARTS, (part) => times[part], 1);

  const entries = new Map<string, Entry>();
  countsOf.forEach((counts, article) => {
    for (const [at, part] of PARTS.entries()) {
      for (const [term, count] of counts[part]) {
        const entry: Entry = entries.get(term) ?? { docs: [], counts: [] };
        entries.set(term, entry);
        if (entry.docs.at(-1) !== article) {
          entry.docs.push(article);
          entry.counts.push(0, 0, 0, 0);
        }
        entry.counts[(entry.docs.length - 1) * 4 + at] = count;
      }
    }
  });

  const postings = new Map<
    string,
    Posting & { readonly shares: Float32Array; readonly ideal: number; readonly largest: number }
  >();
  for (const [term, { docs, counts }] of entries) {
    const inHead = docs.filter((_, at) => (counts[at * 4] ?? 0) + (counts[at * 4 + 1] ?? 0) > 0).length;
    const headIdf = idf(articles.length, inHead);
    const allIdf = idf(articles.length, docs.length);
    const impacts = new Float64Array(docs.length);
    const shares = new Float32Array(docs.length * 4);
    docs.forEach((doc, at) => {
      const [title = 0, question = 0, heading = 0, body = 0] = counts.slice(at * 4, at * 4 + 4);
      const inHeadTimes = title + question;
      const inAllTimes = title * times.title + question + heading * times.heading + body;
      const headScore =
        inHeadTimes === 0
          ? 0
          : head.weight * headIdf * saturation(inHeadTimes, head.lengths[doc] ?? 0, head.average, k, b);
      const allScore = all.weight * allIdf * saturation(inAllTimes, all.lengths[doc] ?? 0, all.average, k, b);
      const headUnit = inHeadTimes === 0 ? 0 : headScore / inHeadTimes;
      const allUnit = allScore / inAllTimes;
      impacts[at] = headScore + allScore;
      shares[at * 4] = title * (headUnit + allUnit * times.title);
      shares[at * 4 + 1] = question * (headUnit + allUnit);
      shares[at * 4 + 2] = heading * allUnit * times.heading;
      shares[at * 4 + 3] = body * allUnit;
    });
    postings.set(term, {
      docs: Int32Array.from(docs),
      impacts,
      largest: impacts.reduce((most, impact) => Math.max(most, impact), 0),
      shares,
      ideal: (tuning.head * headIdf + allIdf) * TYPICAL_SATURATION,
    });
  }

  const unknown = (tuning.head + 1) * idf(articles.length, 0) * TYPICAL_SATURATION;
  return {
    articles: articles.length,
    posting: (term) => postings.get(term),
    has: (term) => postings.has(term),
    largest: (term) => postings.get(term)?.largest ?? unknown,
    ideal: (term) => postings.get(term)?.ideal ?? unknown,
    parts: (term, article) => {
      const posting = postings.get(term);
      const at = posting === undefined ? -1 : positionOf(posting.docs, article);
      if (posting === undefined || at < 0) return NOTHING;
      const [title = 0, question = 0, heading = 0, body = 0] = posting.shares.subarray(at * 4, at * 4 + 4);
      return { title, question, heading, body };
    },
    get terms() {
      return postings.keys();
    },
  };
}

interface Entry {
  readonly docs: number[];
  /** Four a document: title, question, heading, body. */
  readonly counts: number[];
}

const NOTHING: PartScores = { title: 0, question: 0, heading: 0, body: 0 };

/** BM25's saturation of a word that stands three times in a text of average length: (3 * 2.5) / (3 + 1.5). */
const TYPICAL_SATURATION = 5 / 3;

function countsByPart({ title, questions, sections }: IndexedArticle): Readonly<Record<Part, Counts>> {
  return {
    title,
    question: questions,
    heading: sumOf(sections.map((section) => section.heading)),
    body: sumOf(sections.map((section) => section.body)),
  };
}
