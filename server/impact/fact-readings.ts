import { addDays } from '../answers/calendar.ts';
import type { CalendarDate, Dimension, Fact, FactValue, Locale, Site } from '../articles/article.ts';
import { formatFact } from '../snapshots/format-fact.ts';
import {
  type Combination,
  changeDaysOf,
  combinationsOf,
  cutPeriod,
  dimensionsOf,
  firstDayOf,
  mostSpecificValues,
} from '../snapshots/resolve-fact.ts';
import type { FactReading, FactSpan } from './fact-desk.ts';

/** The values of a fact on a day as customers of a locale read them, in the order of site.yaml's dimensions. */
export function readingsOn(
  fact: Fact,
  day: CalendarDate,
  locale: Locale,
  site: Site,
): readonly FactReading[] {
  const dimensions = dimensionsFor(site, dimensionsOf(fact));
  const texts = new Map<FactValue | null, string | null>();
  const textOf = (value: FactValue | null): string | null => {
    if (!texts.has(value))
      texts.set(value, value && formatFact(value.content, locale, site.defaultLocale).text);
    return texts.get(value) ?? null;
  };
  const customers = combinationsOf(dimensions).map((customer) => ({
    customer,
    text: textOf(mostSpecificValues(fact, customer, day)[0] ?? null),
  }));
  return [...new Set(customers.map(({ text }) => text))].flatMap((text) => {
    const whom = customers.filter((one) => one.text === text).map(({ customer }) => customer);
    return whoOf(whom, dimensions, locale, site).map((who) => ({ who, text }));
  });
}

/** All days cut where the values of a fact change for anybody, seen from one of them. */
export function spansOf(fact: Fact, asOf: CalendarDate, locale: Locale, site: Site): readonly FactSpan[] {
  const joined: { from: CalendarDate | null; to: CalendarDate | null; readings: readonly FactReading[] }[] =
    [];
  for (const period of cutPeriod({ from: null, to: null }, changeDaysOf(fact))) {
    const readings = readingsOn(fact, firstDayOf(period), locale, site);
    const last = joined.at(-1);
    if (last && sameReadings(last.readings, readings)) last.to = period.to;
    else joined.push({ from: period.from, to: period.to, readings });
  }
  return joined.map(({ from, to, readings }) => ({
    from,
    lastDay: to === null ? null : addDays(to, -1),
    when: to !== null && to <= asOf ? 'before' : from !== null && from > asOf ? 'after' : 'then',
    readings,
  }));
}

/** Days after `day` on which a fact changes for anybody, in order. */
export function changesAfter(fact: Fact, day: CalendarDate, site: Site): readonly CalendarDate[] {
  if (changeDaysOf(fact).every((change) => change <= day)) return [];
  return spansOf(fact, day, site.defaultLocale, site).flatMap(({ from, when }) =>
    when === 'after' && from !== null ? [from] : [],
  );
}

/** Whether two lists say the same to the same customers. */
export function sameReadings(a: readonly FactReading[], b: readonly FactReading[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Some customers in words: `United States, Plus`. One text where they are all combinations of some values of each
 * dimension, else one for each of them; empty where they are everybody.
 */
export function whoOf(
  customers: readonly Combination[],
  dimensions: readonly Dimension[],
  locale: Locale,
  site: Site,
): readonly string[] {
  const list = (labels: readonly string[]): string => listFormat(locale).format(labels);
  const used = dimensions.map((dimension) => ({
    dimension,
    values: dimension.values.filter(({ id }) => customers.some((one) => one[dimension.id] === id)),
  }));
  const product = used.reduce((count, { values }) => count * values.length, 1);
  if (product !== customers.length) {
    return customers.flatMap((customer) => whoOf([customer], dimensions, locale, site));
  }
  return [
    used
      .filter(({ dimension, values }) => values.length < dimension.values.length)
      .map(({ values }) => list(values.map(({ label }) => label[locale] ?? label[site.defaultLocale] ?? '')))
      .join(' · '),
  ];
}

/** Dimensions of site.yaml by id, in its order. */
export function dimensionsFor(site: Site, ids: readonly string[]): readonly Dimension[] {
  return site.dimensions.filter(({ id }) => ids.includes(id));
}

const listFormats = new Map<Locale, Intl.ListFormat>();

function listFormat(locale: Locale): Intl.ListFormat {
  const known = listFormats.get(locale);
  if (known) return known;
  const made = new Intl.ListFormat(locale, { type: 'unit', style: 'short' });
  listFormats.set(locale, made);
  return made;
}
