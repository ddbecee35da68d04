import { idf, saturation } from './bm25.ts';
import { type Counter, type Counts, createCounter, NO_COUNTS, positionIn } from './counts.ts';
import type { IndexedArticle } from './indexed-article.ts';
import type { Option, Slot } from './query.ts';
import type { Tuning } from './tuning.ts';

/** What a question scores in every section of every article; comparable within that question. */
export interface SectionScores {
  /** Of an article's sections in its order; articles by their position in the index. */
  readonly of: (article: number) => Float64Array;
  /** Of each article's best section; 0 where nothing matches. */
  readonly best: Float64Array;
}

export type ScoreSections = (slots: readonly Slot[]) => SectionScores;

/** BM25's `k` for sections: they are short, so a word's second time says less than in a whole article. */
const K = 1.2;

/**
 * Sections scored by BM25 as texts of their own: body, heading, the title above them, and for the lead the variants. A
 * long article is found by the one section that answers, whose words drown in the length of the whole; and the section
 * that scores best is the one that answers.
 */
export function buildSectionIndex(
  articles: readonly IndexedArticle[],
  terms: number,
  tuning: Tuning,
): ScoreSections {
  const counter = createCounter();
  const texts = articles.map((article) =>
    article.sections.map((_, at) => textOf(article, at, tuning, counter)),
  );
  const firsts = startsOf(texts.map((sections) => sections.length));
  const all = texts.flat();
  const average = Math.max(1, all.reduce((sum, { total }) => sum + total, 0) / Math.max(1, all.length));
  const postings = buildPostings(all, terms, (times, length) =>
    saturation(times, length, average, K, tuning.sectionLength),
  );

  return (slots) => {
    const scores = new Float64Array(all.length);
    for (const slot of slots) {
      const weight = slot.stop ? tuning.sectionStop : slot.weight;
      addBest(slot.options, postings, weight, scores);
    }
    const best = new Float64Array(articles.length);
    for (let article = 0; article < best.length; article++) {
      const end = firsts[article + 1] ?? 0;
      for (let section = firsts[article] ?? 0; section < end; section++) {
        const score = scores[section] ?? 0;
        if (score > (best[article] ?? 0)) best[article] = score;
      }
    }
    return { of: (article) => scores.subarray(firsts[article] ?? 0, firsts[article + 1] ?? 0), best };
  };
}

/**
 * The anchor of the section that answers: the one whose heading is the question, else the one that scores best, the lead's
 * score counting `tuning.lead` times.
 */
export function chooseSection(
  { sections }: IndexedArticle,
  slots: readonly Slot[],
  scores: Float64Array,
  tuning: Tuning,
): string {
  const named = sections.find(({ heading }) => isNamed(heading, slots));
  if (named !== undefined) return named.anchor;
  let chosen = sections[0]?.anchor ?? 'lead';
  let most = (scores[0] ?? 0) * (chosen === 'lead' ? tuning.lead : 1);
  sections.forEach(({ anchor }, at) => {
    const score = scores[at] ?? 0;
    if (at === 0 || score <= most) return;
    chosen = anchor;
    most = score;
  });
  return chosen;
}

/** The question is the heading, word for word, in whatever order and form. */
function isNamed({ numbers }: Counts, slots: readonly Slot[]): boolean {
  return (
    numbers.length > 0 &&
    numbers.length === slots.length &&
    slots.every(({ likeliest }) => positionIn(numbers, likeliest, 0, numbers.length) >= 0)
  );
}

function textOf({ asked, sections }: IndexedArticle, at: number, tuning: Tuning, counter: Counter): Counts {
  const section = sections[at];
  // Without words of its own it would only repeat title and variants, which speak for the article already.
  if (section === undefined || section.body.total + section.heading.total === 0) return NO_COUNTS;
  const add = (more: Counts | undefined, times: number): void => {
    more?.numbers.forEach((number, place) => {
      counter.add(number, times * (more.times[place] ?? 0));
    });
  };
  add(section.body, 1);
  add(section.heading, tuning.headingTimes);
  add(asked[0], tuning.sectionTitle);
  if (section.anchor === 'lead') for (const variant of asked.slice(1)) add(variant, tuning.leadQuestions);
  return counter.take();
}

/** Where each article's sections begin in one row of all, and where the row ends. */
function startsOf(counts: readonly number[]): Int32Array {
  const starts = [0];
  for (const count of counts) starts.push((starts.at(-1) ?? 0) + count);
  return Int32Array.from(starts);
}

/** For each term the sections that have it, ascending, and what it scores in each. */
interface SectionPostings {
  readonly starts: Int32Array;
  readonly sections: Int32Array;
  readonly scores: Float32Array;
}

function buildPostings(
  texts: readonly Counts[],
  terms: number,
  share: (times: number, length: number) => number,
): SectionPostings {
  const starts = new Int32Array(terms + 1);
  for (const { numbers } of texts) for (const term of numbers) starts[term + 1] = (starts[term + 1] ?? 0) + 1;
  const rarity = Float64Array.from(starts.subarray(1), (withTerm) => idf(texts.length, withTerm));
  for (let term = 0; term < terms; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
  const sections = new Int32Array(starts[terms] ?? 0);
  const scores = new Float32Array(sections.length);
  const next = starts.slice();
  texts.forEach(({ numbers, times, total }, section) => {
    numbers.forEach((term, at) => {
      const place = next[term] ?? 0;
      next[term] = place + 1;
      sections[place] = section;
      scores[place] = (rarity[term] ?? 0) * share(times[at] ?? 0, total);
    });
  });
  return { starts, sections, scores };
}

/** Adds to each section the best of the options that it has all terms of. */
function addBest(
  options: readonly Option[],
  { starts, sections, scores }: SectionPostings,
  weight: number,
  into: Float64Array,
): void {
  const scoreOf = (term: number, section: number): number => {
    const place = positionIn(sections, section, starts[term] ?? 0, starts[term + 1] ?? 0);
    return place < 0 ? 0 : (scores[place] ?? 0);
  };
  const [only, ...more] = options;
  const [term = -1, ...rest] = only?.terms ?? [];
  if (only !== undefined && more.length === 0 && rest.length === 0) {
    const end = starts[term + 1] ?? 0;
    const factor = weight * only.weight;
    for (let place = starts[term] ?? 0; place < end; place++) {
      const section = sections[place] ?? 0;
      into[section] = (into[section] ?? 0) + factor * (scores[place] ?? 0);
    }
    return;
  }
  const best = new Map<number, number>();
  for (const option of options) {
    const [first = -1, ...others] = option.terms;
    const end = starts[first + 1] ?? 0;
    for (let place = starts[first] ?? 0; place < end; place++) {
      const section = sections[place] ?? 0;
      let sum = scores[place] ?? 0;
      for (const other of others) {
        const score = scoreOf(other, section);
        sum = score === 0 ? Number.NEGATIVE_INFINITY : sum + score;
      }
      if (option.weight * sum > (best.get(section) ?? 0)) best.set(section, option.weight * sum);
    }
  }
  for (const [section, score] of best) into[section] = (into[section] ?? 0) + weight * score;
}
