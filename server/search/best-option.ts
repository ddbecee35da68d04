import type { Option, Slot } from './query.ts';
import type { WordIndex } from './word-index.ts';

/** What an option scores in an article, times its weight: 0 where a term of it is missing. */
export function scoreOfOption(
  { terms, weight }: Option,
  words: Pick<WordIndex, 'score'>,
  article: number,
): number {
  let sum = 0;
  for (const term of terms) {
    const score = words.score(term, article);
    if (score === 0) return 0;
    sum += score;
  }
  return weight * sum;
}

/** The option of a word that scores most in an article; the first of equals; null where it has none of them. */
export function bestOption(slot: Slot, words: WordIndex, article: number): Option | null {
  let found: Option | null = null;
  let most = 0;
  for (const option of slot.options) {
    const score = scoreOfOption(option, words, article);
    if (score > most) [found, most] = [option, score];
  }
  return found;
}
