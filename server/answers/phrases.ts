import type { Token } from '../search/analyser.ts';

/** Phrases by their first term, the longest first; what each stands for. */
export type PhraseTable<T> = ReadonlyMap<string, readonly Phrase<T>[]>;

interface Phrase<T> {
  readonly terms: readonly string[];
  readonly means: T;
}

/** A phrase found in a text: what it stands for, and its tokens, from the first to before the last. */
export interface PhraseFound<T> {
  readonly means: T;
  readonly from: number;
  readonly to: number;
}

/** A table of phrases as they read after analysis; where two read the same, the first counts. Empty ones are left out. */
export function phraseTable<T>(
  phrases: readonly { readonly text: string; readonly means: T }[],
  termsOf: (text: string) => readonly string[],
): PhraseTable<T> {
  const byFirst = new Map<string, Phrase<T>[]>();
  for (const { text, means } of phrases) {
    const terms = termsOf(text);
    const [first] = terms;
    if (first === undefined) continue;
    const sameStart = byFirst.get(first) ?? [];
    byFirst.set(first, sameStart);
    const reads = terms.join(' ');
    if (!sameStart.some((other) => other.terms.join(' ') === reads)) sameStart.push({ terms, means });
  }
  for (const sameStart of byFirst.values()) sameStart.sort((a, b) => b.terms.length - a.terms.length);
  return byFirst;
}

/** The phrases of a table that stand in a text word for word, from left to right, the longest at each place. */
export function findPhrases<T>(
  tokens: readonly Pick<Token, 'term'>[],
  table: PhraseTable<T>,
): readonly PhraseFound<T>[] {
  const found: PhraseFound<T>[] = [];
  let from = 0;
  while (from < tokens.length) {
    const at = from;
    const phrase = table
      .get(tokens[at]?.term ?? '')
      ?.find(({ terms }) => terms.every((term, offset) => tokens[at + offset]?.term === term));
    if (phrase === undefined) {
      from += 1;
      continue;
    }
    found.push({ means: phrase.means, from, to: from + phrase.terms.length });
    from += phrase.terms.length;
  }
  return found;
}
