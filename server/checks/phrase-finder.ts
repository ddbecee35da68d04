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
    const words = wordsOf(text);
    const [first] = words;
    if (first === undefined) continue;
    byFirst.set(first, [...(byFirst.get(first) ?? []), { words, entry }]);
  }
  return (text) => {
    if (byFirst.size === 0) return [];
    const found: FoundPhrase<T>[] = [];
    for (const { 0: written, index } of text.matchAll(word)) {
      for (const { words, entry } of byFirst.get(written.toLowerCase()) ?? []) {
        const end = endOf(words, text, index + written.length);
        if (end !== null) found.push({ entry, index, length: end - index });
      }
    }
    return found;
  };
}

const word = /[\p{L}\p{M}\p{N}]+/gu;

/** Where a phrase ends whose first word ends at `from`; null where other words follow. */
function endOf(words: readonly string[], text: string, from: number): number | null {
  const next = new RegExp(word);
  next.lastIndex = from;
  for (const wanted of words.slice(1)) {
    if (next.exec(text)?.[0].toLowerCase() !== wanted) return null;
  }
  return words.length === 1 ? from : next.lastIndex;
}

function wordsOf(text: string): readonly string[] {
  return text.match(word)?.map((written) => written.toLowerCase()) ?? [];
}
