import type { IndexedArticle } from './indexed-article.ts';
import { type Counts, saturation, totalOf } from './postings.ts';
import type { Slot } from './query.ts';
import type { WordIndex } from './word-index.ts';

/**
 * How many times the lead's own evidence a headed section must have to be the answer instead of it. The lead is what its
 * owner wrote as the answer, so a section must be clearly better. Judged by hand on the sample content's English variants,
 * each left out in turn: at 1.5 a section is chosen for 65 of 277, some 50 of them rightly; at 1 for 95, most of the further
 * ones wrongly; at 2 for 43, missing as many right ones as wrong ones.
 */
const CLEARLY = 1.5;
/**
 * And this share of the weight of the question's content words must stand in it or in the title above it, this much in
 * itself. Paragraphs of one page as sections of one article: 0.35 finds the right one for .96 of xquad-en's questions and
 * .89 of heq's whose article is found (0.5: .90 and .82).
 */
const LEAST_COVERAGE = 0.35;
const LEAST_OWN = 0.25;
/** A word of a heading says as much as this many in the text below it. */
const HEADING_TIMES = 3;
/** Words; sections shorter than this are not favoured for being short. */
const TYPICAL_LENGTH = 80;

/**
 * The anchor of the section that answers: the one whose heading is the question, else the lead unless a headed section has
 * clearly stronger evidence of its own. Words
 * of the title and stop words tell no section from another and count for none; the variants speak for the lead, which is what they get
 * when they are asked word for word.
 */
export function chooseSection(indexed: IndexedArticle, slots: readonly Slot[], words: WordIndex): string {
  const [lead, ...headed] = indexed.sections;
  if (lead === undefined) return 'lead';
  const { title, questions } = indexed;
  const named = headed.find(({ heading }) => isNamed(heading, slots));
  if (named !== undefined) return named.anchor;
  const leadScore = evidence([lead.body, questions], title, slots, words).score;
  let chosen = lead.anchor;
  let hurdle = leadScore * CLEARLY;
  for (const section of headed) {
    const { score, coverage, own } = evidence([section.body], title, slots, words, section.heading);
    if (coverage < LEAST_COVERAGE || own < LEAST_OWN || score <= hurdle) continue;
    chosen = section.anchor;
    hurdle = score;
  }
  return chosen;
}

/** The question is the heading, word for word, in whatever order and form. */
function isNamed(heading: Counts, slots: readonly Slot[]): boolean {
  return heading.size === slots.length && slots.every(({ term }) => heading.has(term));
}

const NO_WORDS: Counts = new Map();

function evidence(
  texts: readonly Counts[],
  title: Counts,
  slots: readonly Slot[],
  words: WordIndex,
  heading: Counts = NO_WORDS,
): { readonly score: number; readonly coverage: number; readonly own: number } {
  const length = Math.max(TYPICAL_LENGTH, totalOf(texts[0] ?? NO_WORDS));
  const timesOf = (term: string): number =>
    (heading.get(term) ?? 0) * HEADING_TIMES + texts.reduce((sum, text) => sum + (text.get(term) ?? 0), 0);
  let score = 0;
  let mass = 0;
  let inTitle = 0;
  let own = 0;
  for (const slot of slots) {
    if (slot.stop) continue;
    const ideal = slot.weight * words.ideal(slot.term);
    mass += ideal;
    if (slot.options.some(({ terms }) => terms.every((term) => title.has(term)))) {
      inTitle += ideal;
      continue;
    }
    let most = 0;
    for (const { terms, weight } of slot.options) {
      const times = Math.min(...terms.map(timesOf));
      if (times > 0) most = Math.max(most, weight * saturation(times, length, TYPICAL_LENGTH, 1.5, 0.5));
    }
    if (most > 0) own += ideal;
    score += ideal * most;
  }
  if (mass === 0) return { score: 0, coverage: 0, own: 0 };
  return { score, coverage: (inTitle + own) / mass, own: own / mass };
}
