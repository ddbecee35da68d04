import type { MeansSame } from './concepts.ts';

/** A word of a sentence as it is aligned with another one; a value stands for itself. */
export interface AlignedWord {
  readonly term: string;
  /** Words of grammar set nothing apart. */
  readonly counts: boolean;
}

/**
 * Longest run of words that sets two sentences apart. Longer ones are another wording: in “within {Friday} of” and “within
 * {the first two weeks after you open your account} of” nothing is parallel.
 */
const MOST_WORDS = 4;
/** Words of a sentence that are aligned; the rest of a longer one is passed over. */
const MOST_ALIGNED = 120;

/**
 * What two sentences that are built alike name in the same place: “a {yoga} class takes”, “a {swimming} class takes”. Gives
 * the words that stand against each other, without those that the other sentence has elsewhere; empty where there are none.
 */
export function contrastOf(
  one: readonly AlignedWord[],
  other: readonly AlignedWord[],
  meansSame: MeansSame,
): readonly (readonly [string, string])[] {
  const [a, b] = [one.slice(0, MOST_ALIGNED), other.slice(0, MOST_ALIGNED)];
  const isIn = (words: readonly AlignedWord[], { term }: AlignedWord): boolean =>
    words.some((word) => isSame(term, word.term, meansSame));
  return hunksOf(a, b, meansSame).flatMap(([left, right]) => {
    const [here, there] = [left.filter(({ counts }) => counts), right.filter(({ counts }) => counts)];
    if (here.length > MOST_WORDS || there.length > MOST_WORDS) return [];
    const said = here.filter((word) => !isIn(b, word));
    const against = there.filter((word) => !isIn(a, word));
    if (said.length === 0 || against.length === 0) return [];
    return [[said.map(({ term }) => term).join(' '), against.map(({ term }) => term).join(' ')] as const];
  });
}

/** Words that begin alike are taken for forms of one: depart, departure. */
const SAME_BEGINNING = 4;

function isSame(a: string, b: string, meansSame: MeansSame): boolean {
  if (meansSame(a, b)) return true;
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  return shorter.length >= SAME_BEGINNING && longer.startsWith(shorter);
}

type Hunk = readonly [readonly AlignedWord[], readonly AlignedWord[]];

/** What stands between the words that both have in one order. */
function hunksOf(
  a: readonly AlignedWord[],
  b: readonly AlignedWord[],
  meansSame: MeansSame,
): readonly Hunk[] {
  const width = b.length + 1;
  const longest = new Uint8Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  const matches = (i: number, j: number): boolean => isSame(a[i]?.term ?? '', b[j]?.term ?? '', meansSame);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] = matches(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const hunks: Hunk[] = [];
  let [i, j, left, right] = [0, 0, [] as AlignedWord[], [] as AlignedWord[]];
  const close = (): void => {
    if (left.length > 0 && right.length > 0) hunks.push([left, right]);
    [left, right] = [[], []];
  };
  while (i < a.length || j < b.length) {
    const [word, twin] = [a[i], b[j]];
    if (word && twin && matches(i, j)) {
      close();
      i += 1;
      j += 1;
    } else if (word && (!twin || at(i + 1, j) >= at(i, j + 1))) {
      left.push(word);
      i += 1;
    } else if (twin) {
      right.push(twin);
      j += 1;
    }
  }
  close();
  return hunks;
}
