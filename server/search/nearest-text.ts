import type { CompiledArticle } from '../snapshots/snapshot.ts';
import type { Analyser } from './analyser.ts';
import type { Slot } from './query.ts';
import type { WordIndex } from './word-index.ts';

/** How near a question is to the nearest of an article's title and variants, taken as a whole. */
export interface Nearness {
  /** Cosine of the two as bags of words weighted by idf, in [0, 1]. */
  readonly value: number;
  readonly part: 'title' | 'question';
}

/** Nearness of a question to articles by their position in the index. */
export type MeasureNearness = (slots: readonly Slot[]) => (article: number) => Nearness;

/**
 * Prepares titles and variants for comparison with whole questions. The field scores know which words an article has, not
 * that they stand in one variant together; a question that is a variant with a few words more is nearly certain.
 */
export function buildNearness(
  articles: readonly CompiledArticle[],
  analyserOf: (article: CompiledArticle) => Analyser,
  words: WordIndex,
  stopWeight: number,
): MeasureNearness {
  const texts = articles.map((article) =>
    [article.title, ...article.questions].map((text) => weigh(text, analyserOf(article), words, stopWeight)),
  );
  return (slots) => {
    const asked = weighSlots(slots, words);
    return (article) => {
      let nearest: Nearness = { value: 0, part: 'title' };
      texts[article]?.forEach((text, at) => {
        const value = cosine(asked, text);
        if (value > nearest.value) nearest = { value, part: at === 0 ? 'title' : 'question' };
      });
      return nearest;
    };
  };
}

interface Weighed {
  readonly weights: ReadonlyMap<string, number>;
  readonly mass: number;
}

function weigh(text: string, analyser: Analyser, words: WordIndex, stopWeight: number): Weighed {
  const weights = new Map<string, number>();
  for (const { term, stop } of analyser.tokens(text))
    weights.set(term, words.ideal(term) * (stop ? stopWeight : 1));
  return { weights, mass: sum(weights.values()) };
}

/** A question's words, each under every term that it may be, weighted by how surely it is. */
function weighSlots(slots: readonly Slot[], words: WordIndex): Weighed {
  const weights = new Map<string, number>();
  let mass = 0;
  for (const slot of slots) {
    const weight = slot.weight * words.ideal(slot.likeliest);
    mass += weight;
    for (const option of slot.options) {
      const [term] = option.terms;
      if (term === undefined || option.terms.length > 1) continue;
      weights.set(term, Math.max(weights.get(term) ?? 0, weight * option.weight));
    }
  }
  return { weights, mass };
}

function cosine(asked: Weighed, text: Weighed): number {
  if (asked.mass === 0 || text.mass === 0) return 0;
  let common = 0;
  for (const [term, weight] of text.weights) common += Math.min(weight, asked.weights.get(term) ?? 0);
  return Math.min(1, common / Math.sqrt(asked.mass * text.mass));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
