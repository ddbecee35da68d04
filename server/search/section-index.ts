import { idf, saturation } from './bm25.ts';
import { type Counts, totalOf } from './counts.ts';
import type { IndexedArticle } from './indexed-article.ts';
import type { Option, Slot } from './query.ts';
import type { Tuning } from './tuning.ts';

/** What a question scores in every section of every article; comparable within that question. */
export interface SectionScores {
  /** By the article's position in the index, then by section in the article's order. */
  readonly of: (article: number) => Float64Array;
  /** The largest of all; 0 where nothing matches. */
  readonly largest: number;
}

export type ScoreSections = (slots: readonly Slot[]) => SectionScores;

/** BM25's `k` for sections: they are short, so a word's second time says less than in a whole article. */
const K = 1.2;

/**
 * Sections scored by BM25 as texts of their own: body, heading, the title above them, and for the lead the variants. A
 * long article is found by the one section that answers, whose words drown in the length of the whole; and the section
 * that scores best is the one that answers.
 */
export function buildSectionIndex(articles: readonly IndexedArticle[], tuning: Tuning): ScoreSections {
  const texts = articles.map((article) => article.sections.map((_, at) => textOf(article, at, tuning)));
  const firsts = startsOf(texts.map((sections) => sections.length));
  const all = texts.flat();
  const lengths = all.map(totalOf);
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, all.length);
  const postings = new Map<string, Map<number, number>>();
  all.forEach((text, section) => {
    for (const [term, count] of text) {
      const posting = postings.get(term) ?? new Map<number, number>();
      postings.set(term, posting);
      posting.set(section, saturation(count, lengths[section] ?? 0, average, K, tuning.sectionLength));
    }
  });
  for (const posting of postings.values()) {
    const rarity = idf(all.length, posting.size);
    for (const [section, share] of posting) posting.set(section, rarity * share);
  }

  return (slots) => {
    const scores = new Float64Array(all.length);
    for (const slot of slots) {
      const weight = slot.stop ? tuning.sectionStop : slot.weight;
      for (const [section, score] of bestOf(slot.options, postings)) {
        scores[section] = (scores[section] ?? 0) + weight * score;
      }
    }
    return {
      of: (article) => scores.subarray(firsts[article] ?? 0, firsts[article + 1] ?? 0),
      largest: scores.reduce((most, score) => Math.max(most, score), 0),
    };
  };
}

/** The anchor of the section that answers: the one that scores best, the lead's score counting `tuning.lead` times. */
export function chooseSection({ sections }: IndexedArticle, scores: Float64Array, tuning: Tuning): string {
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

function textOf({ title, questions, sections }: IndexedArticle, at: number, tuning: Tuning): Counts {
  const section = sections[at];
  const counts = new Map<string, number>();
  const add = (more: Counts | undefined, times: number): void => {
    for (const [term, count] of more ?? []) counts.set(term, (counts.get(term) ?? 0) + times * count);
  };
  add(section?.body, 1);
  add(section?.heading, tuning.headingTimes);
  add(title, tuning.sectionTitle);
  if (section?.anchor === 'lead') add(questions, tuning.leadQuestions);
  return counts;
}

/** Where each article's sections begin in one row of all, and where the row ends. */
function startsOf(counts: readonly number[]): readonly number[] {
  const starts = [0];
  for (const count of counts) starts.push((starts.at(-1) ?? 0) + count);
  return starts;
}

/** For each section the best of the options that it has all terms of. */
function bestOf(
  options: readonly Option[],
  postings: ReadonlyMap<string, ReadonlyMap<number, number>>,
): ReadonlyMap<number, number> {
  const best = new Map<number, number>();
  for (const { terms, weight } of options) {
    const [first, ...others] = terms.map((term) => postings.get(term));
    for (const [section, share] of first ?? []) {
      const shares = others.map((posting) => posting?.get(section));
      if (shares.includes(undefined)) continue;
      const score = weight * shares.reduce<number>((sum, more) => sum + (more ?? 0), share);
      if (score > (best.get(section) ?? 0)) best.set(section, score);
    }
  }
  return best;
}
