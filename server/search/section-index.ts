import { growthOf, idf, saturationOf, TYPICAL_SATURATION } from './bm25.ts';
import { positionIn } from './counts.ts';
import type { ArticleWords, IndexedArticle } from './indexed-article.ts';
import { lengthOf, type Postings } from './postings.ts';
import type { Slot } from './query.ts';
import { averageOf, type Frequencies, frequencyOf, type Sums } from './statistics.ts';
import type { Tuning } from './tuning.ts';

/**
 * Sections scored by BM25 as texts of their own: body, heading, the title above them, and for the lead the variants. A
 * long article is found by the one section that answers, whose words drown in the length of the whole; and the section
 * that scores best is the one that answers. Sections by their position: those of built articles, then those of added ones.
 */
export interface SectionIndex {
  /** Positions of an article's sections: from the first to before the last. */
  firstOf(article: number): number;
  /** The article of each built section. */
  readonly owners: Int32Array;
  readonly sections: number;
  score(term: number, section: number): number;
  /** How many sections have a term. */
  frequency(term: number): number;
  /** Sections of built articles by term, and what the term scores in each of them, one after another, into an array. */
  readonly postings: Postings<Float32Array>;
  readScores(term: number, into: Float64Array): void;
  /** What a term scores that stands three times in a section of average length. */
  ideal(term: number): number;
  /** No section of a built article scores more for a term. */
  bound(term: number): number;
}

/** Counts of built sections. */
export interface SectionPostings {
  readonly postings: Postings<Float32Array>;
  readonly lengths: Float64Array;
  /** Where each article's sections begin in one row of all, and where the row ends. */
  readonly firsts: Int32Array;
  readonly articles: Int32Array;
  /** The largest saturation of each term with the average of the day. */
  readonly most: Float32Array;
  readonly average: number;
}

/** BM25's `k` for sections: they are short, so a word's second time says less than in a whole article. */
const K = 1.2;
const STEP = 4_096;
const ROUND_UP = 1 + 1e-6;

/** Completes postings with what bounds need, pausing now and then. `counts`: how many sections each article has. */
export function* measureSectionPostings(
  postings: Postings<Float32Array>,
  lengths: readonly number[],
  counts: readonly number[],
  sums: Sums,
  tuning: Tuning,
): Generator<void, SectionPostings> {
  const average = averageOf(sums.sectionLength, sums.sections);
  const { base, slope } = saturationOf(K, tuning.sectionLength, average);
  const { starts, documents, values } = postings;
  const most = new Float32Array(starts.length - 1);
  for (let term = 0; term < most.length; term++) {
    if (term % STEP === STEP - 1) yield;
    const end = starts[term + 1] ?? 0;
    let found = 0;
    for (let place = starts[term] ?? 0; place < end; place++) {
      const times = values[place] ?? 0;
      found = Math.max(found, times / (times + base + slope * (lengths[documents[place] ?? 0] ?? 0)));
    }
    most[term] = found * ROUND_UP;
  }
  const firsts = new Int32Array(counts.length + 1);
  const articles = new Int32Array(lengths.length);
  counts.forEach((count, article) => {
    const first = firsts[article] ?? 0;
    firsts[article + 1] = first + count;
    articles.fill(article, first, first + count);
  });
  return { postings, lengths: Float64Array.from(lengths), firsts, articles, most, average };
}

/** The sections of an index, scored as the day's averages and frequencies ask for. */
export function createSectionIndex(
  built: SectionPostings,
  added: readonly ArticleWords[],
  { sums, frequencies }: { readonly sums: Sums; readonly frequencies: Frequencies },
  tuning: Tuning,
): SectionIndex {
  const { postings, lengths, firsts, articles } = built;
  const { starts, documents, values } = postings;
  const builtArticles = firsts.length - 1;
  const builtSections = lengths.length;
  const texts = added.flatMap((words) => words.sections);
  const addedFirsts = [builtSections];
  for (const words of added) addedFirsts.push((addedFirsts.at(-1) ?? 0) + words.sections.length);
  const average = averageOf(sums.sectionLength, sums.sections);
  const { base, slope } = saturationOf(K, tuning.sectionLength, average);
  const growth = growthOf(built.average, average);

  const weights = new Map<number, number>();
  const weightOf = (term: number): number => {
    const known = weights.get(term);
    if (known !== undefined) return known;
    const withTerm = frequencyOf(lengthOf(postings, term), frequencies.sections, term);
    const weight = idf(sums.sections, withTerm) * (K + 1);
    weights.set(term, weight);
    return weight;
  };
  return {
    firstOf: (article) =>
      (article < builtArticles ? firsts[article] : addedFirsts[article - builtArticles]) ?? builtSections,
    owners: articles,
    sections: builtSections + texts.length,
    score: (term, section) => {
      if (section >= builtSections) {
        const text = texts[section - builtSections];
        if (text === undefined) return 0;
        const place = positionIn(text.numbers, term, 0, text.numbers.length);
        if (place < 0) return 0;
        const times = text.times[place] ?? 0;
        return (weightOf(term) * times) / (times + base + slope * text.total);
      }
      if (term < 0 || term + 1 >= starts.length) return 0;
      const place = positionIn(documents, section, starts[term] ?? 0, starts[term + 1] ?? 0);
      if (place < 0) return 0;
      const times = values[place] ?? 0;
      return (weightOf(term) * times) / (times + base + slope * (lengths[section] ?? 0));
    },
    frequency: (term) => frequencyOf(lengthOf(postings, term), frequencies.sections, term),
    postings,
    readScores: (term, into) => {
      const weight = weightOf(term);
      const first = starts[term] ?? 0;
      const length = lengthOf(postings, term);
      for (let at = 0; at < length; at++) {
        const times = values[first + at] ?? 0;
        const section = documents[first + at] ?? 0;
        into[at] = (weight * times) / (times + base + slope * (lengths[section] ?? 0));
      }
    },
    ideal: (term) => (weightOf(term) / (K + 1)) * TYPICAL_SATURATION,
    bound: (term) => weightOf(term) * Math.min(1, (built.most[term] ?? 0) * growth),
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
function isNamed(heading: Int32Array, slots: readonly Slot[]): boolean {
  return (
    heading.length > 0 &&
    heading.length === slots.length &&
    slots.every(({ likeliest }) => positionIn(heading, likeliest, 0, heading.length) >= 0)
  );
}
