import { createIndex, stateOf } from './create-index.ts';
import { buildState, type EditionChanges, updateState } from './index-state.ts';
import type { Edition, SearchIndex } from './search.ts';
import { type Tuning, tuningFor } from './tuning.ts';

/**
 * Builds the index of one edition: a value, never edited. Articles may come in any order, each id once; equal editions give
 * equal indexes. Each article is analysed in its own language, so an article that stands in for a missing translation is
 * found by words of its language. `tuning` is for measurements; the default is the locale's.
 */
export function buildIndex(edition: Edition, tuning: Tuning = tuningFor(edition.locale)): SearchIndex {
  const steps = buildState(edition, tuning);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return createIndex(step.value);
}

/**
 * The same, in slices of a millisecond or two: `pause` is called after each, and awaited where it returns a promise. It
 * decides, by the clock, when others have to have their turn.
 */
export async function buildIndexInSlices(
  edition: Edition,
  pause: () => Promise<void> | undefined,
): Promise<SearchIndex> {
  const steps = buildState(edition, tuningFor(edition.locale));
  let step = steps.next();
  while (step.done !== true) {
    const pausing = pause();
    if (pausing !== undefined) await pausing;
    step = steps.next();
  }
  return createIndex(step.value);
}

/**
 * A new index of the same edition with some articles changed, which shares the rest with the old one; both go on answering,
 * and the new one exactly as one built from scratch would. Null where more than 64 articles have changed since the index was
 * built, or a language has come or gone: build anew then. `changes`: each id once.
 */
export function updateIndex(index: SearchIndex, changes: EditionChanges): SearchIndex | null {
  const state = stateOf(index);
  const updated = state === null ? null : updateState(state, changes);
  return updated === null ? null : createIndex(updated);
}
