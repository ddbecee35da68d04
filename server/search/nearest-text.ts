import type { AskedText, IndexedArticle } from './indexed-article.ts';
import type { Slot } from './query.ts';
import type { WordIndex } from './word-index.ts';

/** How near a question is to the nearest of an article's title and variants, taken as a whole. */
export interface Nearness {
  /** Cosine of the two as bags of words weighted by idf, in [0, 1]. */
  readonly value: number;
  readonly part: 'title' | 'question';
}

/**
 * Prepares the comparison of titles and variants with a whole question. The field scores know which words an article has,
 * not that they stand in one variant together; a question that is a variant with a few words more is nearly certain.
 */
export function nearnessTo(
  slots: readonly Slot[],
  words: WordIndex,
  stopWeight: number,
): (article: IndexedArticle) => Nearness {
  const asked = new Map<number, number>();
  let mass = 0;
  for (const slot of slots) {
    // A word that the index knows in no form changes nothing.
    if (slot.options.length === 0) continue;
    const weight = slot.weight * words.ideal(slot.likeliest);
    mass += weight;
    for (const { terms, weight: share } of slot.options) {
      const [term] = terms;
      if (term === undefined || terms.length > 1) continue;
      asked.set(term, Math.max(asked.get(term) ?? 0, weight * share));
    }
  }
  return (article) => {
    let nearest: Nearness = { value: 0, part: 'title' };
    article.asked.forEach((text, at) => {
      const value = cosine(asked, mass, text, words, stopWeight);
      if (value > nearest.value) nearest = { value, part: at === 0 ? 'title' : 'question' };
    });
    return nearest;
  };
}

/** Of the question's words under every term that each may be, and a text's, by the weight they have in common. */
function cosine(
  asked: ReadonlyMap<number, number>,
  askedMass: number,
  { numbers, stops }: AskedText,
  words: WordIndex,
  stopWeight: number,
): number {
  let common = 0;
  let mass = 0;
  for (let at = 0; at < numbers.length; at++) {
    const term = numbers[at] ?? -1;
    const weight = words.ideal(term) * (stops[at] === 1 ? stopWeight : 1);
    mass += weight;
    common += Math.min(weight, asked.get(term) ?? 0);
  }
  return askedMass === 0 || mass === 0 ? 0 : Math.min(1, common / Math.sqrt(askedMass * mass));
}
