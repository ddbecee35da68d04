import type { CalendarDate, Condition, Dimension, Fact, FactValue, Period } from '../../articles/article.ts';
import {
  changeDaysOf,
  combinationsOf,
  cutPeriod,
  dimensionsOf,
  firstDayOf,
  holdsFor,
  mostSpecificValues,
} from '../../snapshots/resolve-fact.ts';

/**
 * The values that a fact can have for the customers of a condition and on the days of a period, from `today` on: what was
 * and is no more is none of them. In the file's order.
 */
export function possibleValues(
  fact: Fact,
  where: { readonly when: Condition | null; readonly effective: Period },
  today: CalendarDate,
  dimensions: readonly Dimension[],
): readonly FactValue[] {
  const { when, effective } = where;
  if (effective.to !== null && effective.to <= today) return [];
  const from = effective.from !== null && effective.from > today ? effective.from : today;
  const days = cutPeriod({ from, to: effective.to }, changeDaysOf(fact)).map(firstDayOf);
  const own = dimensionsOf(fact);
  const customers = combinationsOf(dimensions.filter(({ id }) => own.includes(id))).filter((customer) =>
    holdsFor(ofDimensions(when, own), customer),
  );
  const possible = new Set(
    customers.flatMap((customer) => days.flatMap((day) => mostSpecificValues(fact, customer, day))),
  );
  return fact.values.filter((value) => possible.has(value));
}

/** The part of a condition that speaks of some dimensions; null where none of it does. */
function ofDimensions(condition: Condition | null, ids: readonly string[]): Condition | null {
  const entries = Object.entries(condition ?? {}).filter(([id]) => ids.includes(id));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
