/** A place of a phrase in a text. */
export interface FoundPhrase<T> {
  readonly entry: T;
  readonly index: number;
  readonly length: number;
}

/**
 * Finds phrases as whole words, letter case aside, whatever stands between their words. Linear in the text: a word is looked
 * up once, and only phrases that begin with it are tried.
 */
export function phraseFinder<T>(
  phrases: readonly { readonly text: string; readonly entry: T }[],
): (text: string) => readonly FoundPhrase<T>[] {
  const byFirst = new Map<string, { words: readonly string[]; entry: T }[]>();
  for (const { text, entry } of phrases) {
    const words = wordsOf(text).map(({ word }) => word);
    const [first] = words;
    if (first === undefined) continue;
    byFirst.set(first, [...(byFirst.get(first) ?? []), { words, entry }]);
  }
  return (text) => {
    const words = wordsOf(text);
    return words.flatMap(({ word, index }, at) =>
      (byFirst.get(word) ?? []).flatMap(({ words: wanted, entry }) => {
        const last = words[at + wanted.length - 1];
        const isThere = wanted.every((one, offset) => words[at + offset]?.word === one);
        return isThere && last ? [{ entry, index, length: last.index + last.word.length - index }] : [];
      }),
    );
  };
}

function wordsOf(text: string): readonly { readonly word: string; readonly index: number }[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map(({ 0: word, index }) => ({
    word: word.toLowerCase(),
    index,
  }));
}
