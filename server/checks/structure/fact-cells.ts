import type { Dimension, Fact, FactValue, Period } from '../../articles/article.ts';
import { mostCombinations } from '../../snapshots/compile-section.ts';
import {
  type Combination,
  changeDaysOf,
  combinationsOf,
  countCombinations,
  cutPeriod,
  dimensionsOf,
  firstDayOf,
  mostSpecificValues,
} from '../../snapshots/resolve-fact.ts';

/** Which values a kind of customer gets, from one change of a fact to the next; the most specific ones. */
export interface FactCell {
  readonly period: Period;
  readonly values: readonly FactValue[];
}

/** What every kind of customer gets of a fact in the course of time; empty where the compiler refuses its conditions. */
export function cellsOf(
  fact: Fact,
  dimensions: readonly Dimension[],
): readonly { readonly customer: Combination; readonly cells: readonly FactCell[] }[] {
  const ids = dimensionsOf(fact);
  const known = dimensions.filter(({ id }) => ids.includes(id));
  const periods = cutPeriod({ from: null, to: null }, changeDaysOf(fact));
  if (known.length < ids.length || countCombinations(known) * periods.length > mostCombinations) return [];
  return combinationsOf(known).map((customer) => ({
    customer,
    cells: periods.map((period) => ({
      period,
      values: mostSpecificValues(fact, customer, firstDayOf(period)),
    })),
  }));
}

/** `region EU, plan plus`; `everybody` where a fact is the same for all. */
export function nameCustomer(customer: Combination): string {
  return (
    Object.entries(customer)
      .map(([dimension, value]) => `${dimension} ${value}`)
      .join(', ') || 'everybody'
  );
}
