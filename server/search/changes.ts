import { positionIn } from './counts.ts';

/** By how much some numbers differ from what an index was built with; a small sorted table that is replaced, never changed. */
export interface Changes {
  /** Ascending. */
  readonly numbers: Int32Array;
  /** Beside `numbers`; never 0. */
  readonly by: Int32Array;
}

export const NO_CHANGES: Changes = { numbers: new Int32Array(), by: new Int32Array() };

export function changeOf({ numbers, by }: Changes, number: number): number {
  const at = positionIn(numbers, number, 0, numbers.length);
  return at < 0 ? 0 : (by[at] ?? 0);
}

/** The changes with others added: numbers that are back where they were fall out. */
export function withChanges(changes: Changes, others: ReadonlyMap<number, number>): Changes {
  const added = [...others].filter(([, by]) => by !== 0).sort((a, b) => a[0] - b[0]);
  const numbers = new Int32Array(changes.numbers.length + added.length);
  const by = new Int32Array(numbers.length);
  let size = 0;
  const put = (number: number, change: number): void => {
    if (change === 0) return;
    numbers[size] = number;
    by[size] = change;
    size += 1;
  };
  let at = 0;
  for (const [number, change] of added) {
    while (at < changes.numbers.length && (changes.numbers[at] ?? 0) < number) {
      put(changes.numbers[at] ?? 0, changes.by[at] ?? 0);
      at += 1;
    }
    const same = changes.numbers[at] === number;
    put(number, change + (same ? (changes.by[at] ?? 0) : 0));
    if (same) at += 1;
  }
  for (; at < changes.numbers.length; at++) put(changes.numbers[at] ?? 0, changes.by[at] ?? 0);
  return { numbers: numbers.slice(0, size), by: by.slice(0, size) };
}
