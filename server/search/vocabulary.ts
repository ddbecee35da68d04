import type { Lexicon } from './lexicon.ts';

/** A known term near an unknown one, and how many letters differ. */
export interface Neighbour {
  readonly term: string;
  readonly number: number;
  readonly distance: number;
}

/** The terms that an index knows, with their numbers. */
export interface Vocabulary {
  /** -1 for a term that is not known. */
  numberOf(term: string): number;
  /** Known terms within `most` letter edits, nearest first, then by code points; two neighbours swapped are one edit. */
  near(term: string, most: number): readonly Neighbour[];
  /** Known terms that begin so, shortest first, then by code points; at most `limit`. */
  beginning(prefix: string, limit: number): readonly Omit<Neighbour, 'distance'>[];
}

/** Terms of one length, ascending by code points, each with the set of its letters and that of its pairs of letters. */
interface Shelf {
  readonly terms: readonly string[];
  readonly numbers: Int32Array;
  readonly letters: Uint32Array;
  readonly pairs: Uint32Array;
}

/** Terms by length, in which neighbours and beginnings are found. */
export type TermShelves = ReadonlyMap<number, Shelf>;

/** Puts the terms of numbers on shelves, pausing after each. */
export function* shelveTerms(
  words: readonly string[],
  numbers: Iterable<number>,
): Generator<void, TermShelves> {
  const byLength = Map.groupBy(numbers, (number) => words[number]?.length ?? 0);
  const shelves = new Map<number, Shelf>();
  for (const [length, some] of byLength) {
    yield;
    const terms = some.map((number) => words[number] ?? '');
    const numberOf = new Map(terms.map((term, at) => [term, some[at] ?? 0]));
    terms.sort();
    shelves.set(length, {
      terms,
      numbers: Int32Array.from(terms, (term) => numberOf.get(term) ?? 0),
      letters: Uint32Array.from(terms, lettersOf),
      pairs: Uint32Array.from(terms, pairsOf),
    });
  }
  return shelves;
}

/**
 * The vocabulary of an index: terms of the lexicon that its articles have, on the shelves of the articles it was built from
 * and of those that were added. Neighbours are looked for among all terms of nearly the same length: an edit changes at most
 * two letters of a word's set, and four of its pairs, so comparing the sets, one machine word each, leaves few to compare
 * letter by letter. It finds
 * what MiniSearch's radix tree found (400 made words, 35,000 terms: no difference), in .06 and .3 ms for one and two edits for
 * .09 and .7, and no word takes much longer than another, where the tree took up to 20.
 */
export function createVocabulary(
  lexicon: Lexicon,
  shelves: readonly TermShelves[],
  isKnown: (number: number) => boolean,
): Vocabulary {
  const numberOf = (term: string): number => {
    const number = lexicon.terms.find(term);
    return number >= 0 && isKnown(number) ? number : -1;
  };
  return {
    numberOf,
    near: (term, most) => {
      if (most <= 0) return [];
      const found = new Map<string, Neighbour>();
      const wanted = lettersOf(term);
      const wantedPairs = pairsOf(term);
      for (let length = term.length - most; length <= term.length + most; length++) {
        const mostLetters = 2 * most - Math.abs(length - term.length);
        for (const shelf of shelves) {
          const { terms, numbers, letters, pairs } = shelf.get(length) ?? EMPTY;
          for (let at = 0; at < letters.length; at++) {
            if (bitsIn((letters[at] ?? 0) ^ wanted) > mostLetters) continue;
            if (bitsIn((pairs[at] ?? 0) ^ wantedPairs) > PAIRS_OF_AN_EDIT * most) continue;
            const other = terms[at] ?? '';
            const distance = editsBetween(term, other, most);
            const number = numbers[at] ?? 0;
            if (distance <= most && isKnown(number)) found.set(other, { term: other, number, distance });
          }
        }
      }
      for (const swapped of swaps(term)) {
        const number = numberOf(swapped);
        if (number >= 0) found.set(swapped, { term: swapped, number, distance: 1 });
      }
      return [...found.values()].sort((a, b) => a.distance - b.distance || byCodePoints(a.term, b.term));
    },
    beginning: (prefix, limit) =>
      shelves
        .flatMap((shelf) => firstBeginning(shelf, prefix, limit, isKnown))
        .sort((a, b) => a.term.length - b.term.length || byCodePoints(a.term, b.term))
        .filter(({ number }, at, all) => number !== all[at - 1]?.number)
        .slice(0, limit),
  };
}

const EMPTY: Shelf = {
  terms: [],
  numbers: new Int32Array(),
  letters: new Uint32Array(),
  pairs: new Uint32Array(),
};

/** An edit takes away at most two pairs of neighbouring letters and brings two. */
const PAIRS_OF_AN_EDIT = 4;

function firstBeginning(
  shelves: TermShelves,
  prefix: string,
  limit: number,
  isKnown: (number: number) => boolean,
): readonly Omit<Neighbour, 'distance'>[] {
  const lengths = [...shelves.keys()].filter((length) => length >= prefix.length).sort((a, b) => a - b);
  const found: Omit<Neighbour, 'distance'>[] = [];
  for (const length of lengths) {
    const { terms, numbers } = shelves.get(length) ?? EMPTY;
    for (let at = firstFrom(terms, prefix); at < terms.length; at++) {
      const term = terms[at] ?? '';
      if (!term.startsWith(prefix)) break;
      const number = numbers[at] ?? 0;
      if (isKnown(number)) found.push({ term, number });
      if (found.length === limit) return found;
    }
  }
  return found;
}

/** Position of the first of sorted terms that is not before a text. */
function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The set of a word's letters: a bit for each, by its code modulo 32, which keeps the letters of an alphabet apart. */
function lettersOf(term: string): number {
  let set = 0;
  for (let at = 0; at < term.length; at++) set |= 1 << (term.charCodeAt(at) & 31);
  return set;
}

/** The set of its pairs of neighbours, in the same way; some pairs share a bit, which only makes words look more alike. */
function pairsOf(term: string): number {
  let set = 0;
  for (let at = 1; at < term.length; at++) {
    set |= 1 << ((term.charCodeAt(at - 1) * 7 + term.charCodeAt(at)) & 31);
  }
  return set;
}

function bitsIn(set: number): number {
  let bits = set - ((set >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

const rows = [new Uint8Array(64), new Uint8Array(64)] as const;

/** Levenshtein's distance of two words of at most 60 letters, or more than `most` where it is more. */
function editsBetween(a: string, b: string, most: number): number {
  if (b.length >= 60) return most + 1;
  let [above, row] = rows;
  for (let at = 0; at <= b.length; at++) above[at] = at;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let least = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const substituted = (above[j - 1] ?? 0) + (letter === b.charCodeAt(j - 1) ? 0 : 1);
      const edits = Math.min(substituted, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row[j] = edits;
      if (edits < least) least = edits;
    }
    if (least > most) return most + 1;
    [above, row] = [row, above];
  }
  return above[b.length] ?? most + 1;
}

/** The word with each two neighbouring letters swapped, the commonest typo that Levenshtein counts as two edits. */
function swaps(term: string): readonly string[] {
  const letters = [...term];
  return letters
    .slice(1)
    .map((_, at) =>
      [...letters.slice(0, at), letters[at + 1], letters[at], ...letters.slice(at + 2)].join(''),
    );
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
