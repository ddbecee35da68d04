/**
 * Seconds from one attempt that failed to the next: the example of Standard Webhooks 1.0.0, section Deliverability and
 * reliability. Ten attempts over three days and a half; the first is made at once.
 */
const pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** By how much of itself a pause may be longer, by chance, so that what failed together does not come back together. */
const jitter = 0.1;

/** Most seconds that a receiver may ask to wait: the longest pause of the schedule. */
const longestWait = 86_400;

/** Attempts after which a delivery is given up. */
export const mostAttempts = pauses.length + 1;

/**
 * Milliseconds until the next attempt; null: there is none. `attempts`: those that failed, from 1. `retryAfter`: the
 * header of that name as the receiver sent it, or null; it makes a pause longer, never shorter. `random`: in [0, 1).
 */
export function nextPause(
  attempts: number,
  {
    retryAfter,
    random,
    now,
  }: { readonly retryAfter: string | null; readonly random: number; readonly now: Date },
): number | null {
  const pause = pauses[attempts - 1];
  if (pause === undefined) return null;
  const asked = Math.min(longestWait, secondsOf(retryAfter, now));
  return Math.round(1_000 * Math.max(pause * (1 + jitter * random), asked));
}

/** A Retry-After as seconds (RFC 9110, 10.2.3): seconds or a date; 0 for whatever is neither. */
function secondsOf(retryAfter: string | null, now: Date): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, (at - now.getTime()) / 1_000);
}
