import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pause } from './answers/shelf.ts';

/** Longest that the building of indexes keeps the event loop in one go, milliseconds. */
const sliceMs = 8;

/** A pause for one piece of work: lets others have their turn whenever the work has taken 8 ms since the last time. */
export function inSlices(): Pause {
  let since = performance.now();
  return () => {
    if (performance.now() - since < sliceMs) return undefined;
    return nextTurn().then(() => {
      since = performance.now();
    });
  };
}
