import { questionKey } from '../search/analyser.ts';
import { LONGEST_QUESTION } from '../search/query.ts';
import type { Courtesy, Site } from './answer.ts';

/** Longer ones are questions, whatever they begin with. */
const MOST_WORDS = 12;

/**
 * Reads small talk: gives the courtesy of a question that consists of site.yaml's courtesies and nothing else, in whatever
 * language, and null for every other, so that "hi, where is my order" stays a question. Letter case, punctuation, emoji
 * and repeated letters ("heyyy") do not count; of several courtesies ("ok, thanks, bye") the last one is answered.
 */
export function createSmallTalk({ courtesies = [] }: Site): (question: string) => Courtesy | null {
  const byKey = new Map<string, Courtesy>();
  for (const courtesy of courtesies) {
    for (const phrase of Object.values(courtesy.words).flat()) {
      const key = keyOf(phrase);
      if (key !== '' && !byKey.has(key)) byKey.set(key, courtesy);
    }
  }
  const longest = Math.max(0, ...[...byKey.keys()].map((key) => key.split(' ').length));
  return (question) => {
    if (byKey.size === 0 || question.length > LONGEST_QUESTION) return null;
    const words = keyOf(question).split(' ');
    return words.length > MOST_WORDS ? null : lastOf(words, byKey, longest);
  };
}

/** The courtesy with which the words end, where they are courtesies from the first to the last. */
function lastOf(
  words: readonly string[],
  byKey: ReadonlyMap<string, Courtesy>,
  longest: number,
): Courtesy | null {
  const endingAt: (Courtesy | null)[] = [null];
  for (let end = 1; end <= words.length; end++) {
    endingAt[end] = null;
    for (let length = Math.min(longest, end); length > 0 && endingAt[end] === null; length--) {
      const start = end - length;
      if (start > 0 && endingAt[start] === null) continue;
      endingAt[end] = byKey.get(words.slice(start, end).join(' ')) ?? null;
    }
  }
  return endingAt[words.length] ?? null;
}

/** The text as it is compared: its words, each run of one letter as one; of a text of emoji alone, each of them once. */
function keyOf(text: string): string {
  const key = questionKey(text);
  if (/[\p{L}\p{N}]/u.test(key)) return key.replace(/(\p{L})\1+/gu, '$1');
  return key.replace(/[\s\p{P}\p{Cf}\p{Mn}\p{Emoji_Modifier}]/gu, '').replace(/(.)\1+/gu, '$1');
}
