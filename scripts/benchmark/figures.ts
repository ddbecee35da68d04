/** Milliseconds of many calls, each the median of some rounds, so that what else the machine did counts for little. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
}

/** Percentiles of what single calls took, by nearest rank. NaN where there are none. */
export function timesOf(milliseconds: readonly number[]): Times {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The middle one, the lower of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
