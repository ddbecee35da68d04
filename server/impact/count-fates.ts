import { type Fate, type FateCounts, fates } from '../snapshots/release-report.ts';
import type { Replay } from './impact.ts';

/** How many asks have each fate, and how often they were asked. */
export function countFates(replays: Iterable<Pick<Replay, 'fate' | 'asked'>>): FateCounts {
  const counts = Object.fromEntries(fates.map((fate) => [fate, { asks: 0, asked: 0 }])) as Record<
    Fate,
    { asks: number; asked: number }
  >;
  for (const { fate, asked } of replays) {
    counts[fate].asks += 1;
    counts[fate].asked += asked;
  }
  return counts;
}
