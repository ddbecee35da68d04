/** Values sorted between two pauses: some milliseconds' work. */
const SLICE = 2_048;

/** Sorts values like `toSorted`, pausing now and then. `compare` must leave no two values equal. */
export function* sortInSlices<T>(
  values: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<void, readonly T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < values.length; at += SLICE) {
    runs.push(values.slice(at, at + SLICE).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* merge(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<void, T[]> {
  const merged: T[] = [];
  let [at, beside] = [0, 0];
  while (at < left.length && beside < right.length) {
    const [a, b] = [left[at] as T, right[beside] as T];
    if (compare(a, b) <= 0) {
      merged.push(a);
      at += 1;
    } else {
      merged.push(b);
      beside += 1;
    }
    if (merged.length % SLICE === 0) yield;
  }
  for (; at < left.length; at++) merged.push(left[at] as T);
  for (; beside < right.length; beside++) merged.push(right[beside] as T);
  return merged;
}
