import type { IndexedArticle, IndexedSection } from './indexed-article.ts';
import { saturation, totalOf } from './postings.ts';
import type { Slot } from './query.ts';
import type { WordIndex } from './word-index.ts';

/**
 * How many times the lead's own evidence a headed section must have to be the answer instead of it. The lead is what its
 * owner wrote as the answer, so a section must be clearly better.
 */
const CLEARLY = 1.5;
/** A section answers by itself only where it holds this share of the question's weight in its own words. */
const LEAST_COVERAGE = 0.5;
/** A word of a heading says as much as this many in the text below it. */
const HEADING_TIMES = 3;
/** Words; sections shorter than this are not favoured for being short. */
const TYPICAL_LENGTH = 80;

/** The anchor of the section that answers: the first one unless a later one has clearly stronger evidence of its own. */
export function chooseSection(indexed: IndexedArticle, slots: readonly Slot[], words: WordIndex): string {
  const [lead, ...headed] = indexed.sections.map((section) => ({
    section,
    ...evidence(section, slots, words),
  }));
  if (lead === undefined) return 'lead';
  let chosen = lead;
  for (const candidate of headed) {
    if (candidate.coverage < LEAST_COVERAGE) continue;
    const hurdle = chosen === lead ? lead.score * CLEARLY : chosen.score;
    if (candidate.score > hurdle) chosen = candidate;
  }
  return chosen.section.anchor;
}

function evidence(
  { heading, body }: IndexedSection,
  slots: readonly Slot[],
  words: WordIndex,
): { readonly score: number; readonly coverage: number } {
  const length = Math.max(TYPICAL_LENGTH, totalOf(body) + totalOf(heading));
  let score = 0;
  let mass = 0;
  let matched = 0;
  for (const slot of slots) {
    const ideal = slot.weight * words.ideal(slot.term);
    mass += ideal;
    let most = 0;
    for (const { terms, weight } of slot.options) {
      const times = Math.min(
        ...terms.map((term) => (heading.get(term) ?? 0) * HEADING_TIMES + (body.get(term) ?? 0)),
      );
      if (times === 0) continue;
      most = Math.max(most, weight * saturation(times, length, TYPICAL_LENGTH, 1.5, 0.5));
    }
    if (most > 0) matched += ideal;
    score += ideal * most;
  }
  return { score, coverage: mass === 0 ? 0 : matched / mass };
}
