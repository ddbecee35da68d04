import { normalise } from './normalise.ts';

/**
 * Character 3- and 4-grams of the words of a text, each word between two blanks, with how often each stands there.
 * Words without their analysis: they are there to catch what analysis misses.
 */
export function ngramsOf(text: string, into: Map<string, number> = new Map()): Map<string, number> {
  const words =
    normalise(text)
      .replace(/[\u200c'"]/gu, '')
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  for (const word of words) {
    const padded = ` ${word.slice(0, LONGEST_WORD)} `;
    for (const size of [3, 4]) {
      for (let at = 0; at + size <= padded.length; at++) {
        const gram = padded.slice(at, at + size);
        into.set(gram, (into.get(gram) ?? 0) + 1);
      }
    }
  }
  return into;
}

/** Longer runs are no words of a language; cutting them bounds the work. */
const LONGEST_WORD = 40;
