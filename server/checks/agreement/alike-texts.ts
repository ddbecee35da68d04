/** Two texts of a list that are nearly the same; `first` stands before `second`. */
export interface AlikePair {
  readonly first: number;
  readonly second: number;
  /** Share of their runs of three words that both have, in [`least`, 1]. */
  readonly alike: number;
}

/** Words that make a run; runs rather than words, so that the order counts. */
const RUN = 3;
/**
 * Texts that one run of words leads to. More have it only where many texts have one origin, and then each still finds the
 * first of them, so that the time stays near the number of texts.
 */
const MOST_PER_RUN = 32;

/**
 * Finds the texts that share at least `least` (above 0) of their runs of three words (Jaccard). Each text compares its rarest
 * runs only: two texts so alike must share one of them. Texts are lists of words; shorter ones than three words are never alike.
 * Of generated articles (scripts/benchmark) the 4,000 sections of 1,000 take 70 ms, the 40,000 of 10,000 540 ms.
 */
export function alikeTexts(texts: readonly (readonly string[])[], least: number): readonly AlikePair[] {
  const read = createRunReader();
  const runs = texts.map(read);
  const often = countRuns(runs);
  const byRun = new Map<number, number[]>();
  const pairs: AlikePair[] = [];
  for (const [second, list] of runs.entries()) {
    const candidates = new Set<number>();
    for (const run of rarest(list, least, often)) {
      const others = byRun.get(run);
      if (others === undefined) {
        byRun.set(run, [second]);
        continue;
      }
      for (const other of others) candidates.add(other);
      if (others.length < MOST_PER_RUN) others.push(second);
    }
    for (const first of [...candidates].sort((a, b) => a - b)) {
      const alike = jaccard(runs[first] ?? none, list);
      if (alike >= least) pairs.push({ first, second, alike });
    }
  }
  return pairs;
}

const none = new Int32Array();

/** A text's runs as numbers, each once, ascending. That two runs of a million have one number changes no share that counts. */
function createRunReader(): (words: readonly string[]) => Int32Array {
  const numbers = new Map<string, number>();
  const numberOf = (word: string): number => {
    const known = numbers.get(word);
    if (known !== undefined) return known;
    numbers.set(word, numbers.size + 1);
    return numbers.size;
  };
  return (words) => {
    const ids = words.map(numberOf);
    const found = new Int32Array(Math.max(0, ids.length - RUN + 1));
    for (let at = 0; at < found.length; at++) {
      let run = 0;
      for (let offset = 0; offset < RUN; offset++)
        run = Math.imul(run ^ (run >>> 15) ^ (ids[at + offset] ?? 0), 0x9e3779b1);
      found[at] = (run ^ (run >>> 13)) >>> 2;
    }
    found.sort();
    let kept = 0;
    for (const run of found) {
      if (kept === 0 || found[kept - 1] !== run) found[kept++] = run;
    }
    return found.slice(0, kept);
  };
}

/** In how many texts a run stands, or more where two runs fall together; from 255 on 255. */
function countRuns(runs: readonly Int32Array[]): (run: number) => number {
  const total = runs.reduce((sum, { length }) => sum + length, 0);
  const bits = Math.min(24, Math.max(10, Math.ceil(Math.log2(8 * total + 1))));
  const counts = new Uint8Array(2 ** bits);
  const mask = counts.length - 1;
  for (const list of runs) {
    for (const run of list) {
      const count = counts[run & mask] ?? 0;
      if (count < 255) counts[run & mask] = count + 1;
    }
  }
  return (run) => counts[run & mask] ?? 0;
}

/** Those of its rarest runs of which an alike text must have one, without those that no other text has. */
function rarest(runs: Int32Array, least: number, often: (run: number) => number): readonly number[] {
  const shared = runs.filter((run) => often(run) > 1);
  const needed = Math.ceil(least * runs.length);
  if (shared.length < needed) return [];
  // Of its runs in order of rarity the first `length - needed + 1` count, and those that stand alone are the rarest.
  return [...shared].sort((a, b) => often(a) - often(b) || a - b).slice(0, shared.length - needed + 1);
}

function jaccard(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x = 0, y = 0] = [a[i], b[j]];
    if (x === y) shared += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
}
