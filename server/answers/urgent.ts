import { analyserFor } from '../search/analyser.ts';
import { LONGEST_QUESTION } from '../search/query.ts';
import type { Site, Urgent } from './answer.ts';
import { findPhrases, phraseTable } from './phrases.ts';

/** An urgent word found: its entry in site.yaml, and the customer's words that are it. */
export interface Alarm {
  readonly urgent: Urgent;
  readonly words: readonly string[];
}

/**
 * Looks for site.yaml's urgent words: whole words, after analysis, in their order, anywhere in the question, in whatever
 * language of the site. Gives the first in the question, or null.
 */
export function createAlarm({ urgent = [] }: Site): (question: string) => Alarm | null {
  const locales = [...new Set(urgent.flatMap(({ words }) => Object.keys(words)))].sort();
  const languages = locales.map((locale) => {
    const analyser = analyserFor(locale);
    const phrases = urgent.flatMap((entry) =>
      (entry.words[locale] ?? []).map((text) => ({ text, means: entry })),
    );
    return { analyser, table: phraseTable(phrases, (text) => analyser.tokens(text).map(({ term }) => term)) };
  });
  return (question) => {
    const text = question.slice(0, LONGEST_QUESTION);
    let first: (Alarm & { readonly from: number }) | null = null;
    for (const { analyser, table } of languages) {
      const tokens = analyser.tokens(text);
      const [found] = findPhrases(tokens, table);
      if (found === undefined || (first !== null && first.from <= found.from)) continue;
      const { means: urgent, from, to } = found;
      first = { urgent, words: tokens.slice(from, to).map(({ word }) => word), from };
    }
    return first === null ? null : { urgent: first.urgent, words: first.words };
  };
}
