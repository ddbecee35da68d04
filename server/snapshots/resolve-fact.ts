import type { CalendarDate, Condition, Dimension, Fact, FactValue, Period } from '../articles/article.ts';

/** A value for some dimensions, e.g. `{ region: 'EU' }`. */
export type Combination = Readonly<Record<string, string>>;

/** Whether a condition holds for a customer; a dimension that the combination does not name does not hold. */
export function holdsFor(condition: Condition | null, customer: Combination): boolean {
  if (condition === null) return true;
  return Object.entries(condition).every(([dimension, values]) => values.includes(customer[dimension] ?? ''));
}

/** Whether a day is in a period; null is open on its side. */
export function holdsOn(period: Period, day: CalendarDate): boolean {
  return (period.from === null || period.from <= day) && (period.to === null || day < period.to);
}

/** Whether two periods have a day in common. */
export function periodsOverlap(a: Period, b: Period): boolean {
  const ends = (first: Period, second: Period): boolean =>
    first.to !== null && second.from !== null && first.to <= second.from;
  return !ends(a, b) && !ends(b, a);
}

/** First day of a period; for an open one a day before any that can be written, on which holds what holds since always. */
export function firstDayOf(period: Period): CalendarDate {
  return period.from ?? '0000-01-01';
}

/**
 * The values of a fact that hold for a customer on a day and are the most specific (more dimensions, then dated before
 * undated). One: the value. None: unresolved. Several: they overlap.
 */
export function mostSpecificValues(
  fact: Fact,
  customer: Combination,
  day: CalendarDate,
): readonly FactValue[] {
  const holding = fact.values.filter((value) => holdsFor(value.when, customer) && holdsOn(value.period, day));
  const best = Math.max(...holding.map(specificity));
  return holding.filter((value) => specificity(value) === best);
}

/** Ids of the dimensions by which a fact differs, sorted. */
export function dimensionsOf(fact: Fact): readonly string[] {
  return [...new Set(fact.values.flatMap((value) => Object.keys(value.when ?? {})))].sort();
}

/** Days on which a fact may change, unsorted. */
export function changeDaysOf(fact: Fact): readonly CalendarDate[] {
  return fact.values.flatMap(({ period }) => [period.from, period.to]).filter((day) => day !== null);
}

/** Every combination of values of some dimensions, in site.yaml's order; one empty combination where there are none. */
export function combinationsOf(dimensions: readonly Dimension[]): readonly Combination[] {
  return dimensions.reduce<readonly Combination[]>(
    (sofar, dimension) =>
      sofar.flatMap((combination) =>
        dimension.values.map((value) => ({ ...combination, [dimension.id]: value.id })),
      ),
    [{}],
  );
}

/** How many combinations there would be, without making them. */
export function countCombinations(dimensions: readonly Dimension[]): number {
  return dimensions.reduce((product, dimension) => product * dimension.values.length, 1);
}

/** A period cut at the days inside it, in order: `[from, d1) [d1, d2) ... [dn, to)`. */
export function cutPeriod(period: Period, days: readonly CalendarDate[]): readonly Period[] {
  const inside = [...new Set(days)]
    .filter((day) => (period.from === null || day > period.from) && (period.to === null || day < period.to))
    .sort();
  return [...inside, period.to].map((to, index) => ({
    from: index === 0 ? period.from : (inside[index - 1] ?? null),
    to,
  }));
}

function specificity(value: FactValue): number {
  const dated = value.period.from !== null || value.period.to !== null;
  return Object.keys(value.when ?? {}).length * 2 + (dated ? 1 : 0);
}
