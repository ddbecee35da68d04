/** Words by number, in the order in which they were met. It only ever grows, and nothing that is numbered depends on the order. */
export interface Numbering {
  /** Each at the place of its number. */
  readonly words: readonly string[];
  /** The number of a word, given when it is first met. */
  numberOf(word: string): number;
  /** -1 for a word that was never met. */
  find(word: string): number;
}

/**
 * The numbers that an index and its successors share. A word that was met need not stand in any article any more: what an
 * index knows is told by how many of its articles have it.
 */
export interface Lexicon {
  readonly terms: Numbering;
  readonly grams: Numbering;
}

export function createLexicon(): Lexicon {
  return { terms: createNumbering(), grams: createNumbering() };
}

export function createNumbering(): Numbering {
  const words: string[] = [];
  const numbers = new Map<string, number>();
  return {
    words,
    numberOf: (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, words.length);
      words.push(word);
      return words.length - 1;
    },
    find: (word) => numbers.get(word) ?? -1,
  };
}
