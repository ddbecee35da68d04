/** How often each of some words (by number) stands in a text. Compact, because a site has a million of these pairs. */
export interface Counts {
  /** Ascending. */
  readonly numbers: Int32Array;
  /** Beside `numbers`; a word of a title may count one and a half times. */
  readonly times: Float32Array;
  /** All words of the text, repeated ones repeatedly. */
  readonly total: number;
}

export const NO_COUNTS: Counts = { numbers: new Int32Array(), times: new Float32Array(), total: 0 };

/** How often a word stands there; 0 where it does not. */
export function timesOf({ numbers, times }: Counts, number: number): number {
  const at = positionIn(numbers, number, 0, numbers.length);
  return at < 0 ? 0 : (times[at] ?? 0);
}

/** Position of a number in a sorted part of an array, or -1. */
export function positionIn(sorted: Int32Array, number: number, from: number, to: number): number {
  let low = from;
  let high = to - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === number) return middle;
    if (found < number) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Counts words one text after another, reusing its memory. */
export interface Counter {
  add(number: number, times: number): void;
  /** What was added since the last time. */
  take(): Counts;
  /** The same in the order of adding, for those who look nothing up. */
  takeUnsorted(): Counts;
}

export function createCounter(): Counter {
  let tally = new Float32Array(1024);
  let seen: number[] = [];
  let total = 0;
  const taken = (numbers: Int32Array): Counts => {
    if (numbers.length === 0) return NO_COUNTS;
    const times = new Float32Array(numbers.length);
    for (let at = 0; at < numbers.length; at++) {
      const number = numbers[at] ?? 0;
      times[at] = tally[number] ?? 0;
      tally[number] = 0;
    }
    const counts = { numbers, times, total };
    seen = [];
    total = 0;
    return counts;
  };
  return {
    add: (number, times) => {
      if (number >= tally.length) {
        const larger = new Float32Array(Math.max(number + 1, tally.length * 2));
        larger.set(tally);
        tally = larger;
      }
      if (tally[number] === 0) seen.push(number);
      tally[number] = (tally[number] ?? 0) + times;
      total += times;
    },
    take: () => taken(Int32Array.from(seen).sort()),
    takeUnsorted: () => taken(Int32Array.from(seen)),
  };
}

/** All counts added up. */
export function sumOf(all: readonly Counts[], counter: Counter): Counts {
  const [first, ...rest] = all.filter(({ total }) => total > 0);
  if (rest.length === 0) return first ?? NO_COUNTS;
  for (const { numbers, times } of [first, ...rest] as readonly Counts[]) {
    numbers.forEach((number, at) => {
      counter.add(number, times[at] ?? 0);
    });
  }
  return counter.take();
}

/** For each word the most of all counts. */
export function mostOf(all: readonly Counts[], counter: Counter): Counts {
  const [first, ...rest] = all;
  if (rest.length === 0) return first ?? NO_COUNTS;
  const most = new Map<number, number>();
  for (const { numbers, times } of all) {
    numbers.forEach((number, at) => {
      most.set(number, Math.max(most.get(number) ?? 0, times[at] ?? 0));
    });
  }
  for (const [number, times] of most) counter.add(number, times);
  return counter.take();
}
