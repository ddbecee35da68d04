import { z } from 'zod';
import type { CalendarDate } from '../../../answers/answer.ts';
import { AppError } from '../../../errors.ts';
import type { DayRange } from '../../../feedback/reports/reports.ts';

/** Days of the periods that are one click away; the second is what the page opens with. */
export const periods = [7, 30, 90, 365] as const;

const standardPeriod = 30;

/** Ten years: more than the program has been in use by anybody, and 131 points of a chart. */
const mostDays = 3_653;

/** Days up to which a chart shows each day: a column of three months is 4 units wide on a phone, seen and told apart. */
const mostDailyPoints = 92;

/** The days that a report is about. */
export interface ReportPeriod extends DayRange {
  readonly days: number;
  /** Which of the periods it is; null: days of one's own. */
  readonly preset: (typeof periods)[number] | null;
  /** As many days before it, to compare with. */
  readonly before: DayRange;
}

/**
 * The period that an address asks for: `from` and `to`, or the last `days` with today. Days to come are left out. Errors:
 * invalid-request for no day, a first day after the last, more than ten years, or a number of days that is not offered.
 */
export function readPeriod(
  given: { readonly days?: string; readonly from?: string; readonly to?: string },
  today: CalendarDate,
): ReportPeriod {
  const preset =
    given.days === undefined ? standardPeriod : periods.find((days) => String(days) === given.days);
  if (preset === undefined)
    throw new AppError('invalid-request', {
      field: 'days',
      expected: periods.join(', '),
      found: given.days ?? '',
    });
  if (given.from === undefined && given.to === undefined)
    return periodOf(addDays(today, 1 - preset), today, preset);
  const to = given.to === undefined ? today : readDay('to', given.to);
  const last = to > today ? today : to;
  const from = given.from === undefined ? addDays(last, 1 - preset) : readDay('from', given.from);
  if (from > last)
    throw new AppError('invalid-request', { field: 'from', expected: `a day up to ${last}`, found: from });
  if (daysBetween(from, last) >= mostDays)
    throw new AppError('invalid-request', {
      field: 'from',
      expected: `at most ${mostDays} days up to ${last}`,
      found: from,
    });
  return periodOf(from, last, null);
}

/** One point of a chart over time. */
export interface Bin extends DayRange {
  readonly days: number;
}

/**
 * The points of a chart over a period, ascending: a day each up to three months, a week up to two years, else four weeks;
 * `coarse`: what has few cases a day takes a week where days would do, and four where weeks would. They end with the period,
 * so that the first may be shorter.
 */
export function binsOf({ from, to, days }: ReportPeriod, { coarse = false } = {}): readonly Bin[] {
  const fine = days <= mostDailyPoints ? 1 : days <= 732 ? 7 : 28;
  const size = coarse && days > 14 ? (fine === 1 ? 7 : 28) : fine;
  const bins: Bin[] = [];
  for (let last = to; last >= from; last = addDays(last, -size)) {
    const first = addDays(last, 1 - size);
    const start = first < from ? from : first;
    bins.push({ from: start, to: last, days: daysBetween(start, last) + 1 });
  }
  return bins.reverse();
}

/** For each bin the sum of what was counted on its days. */
export function sumInBins<Row extends { readonly day: CalendarDate }>(
  bins: readonly Bin[],
  rows: readonly Row[],
  value: (row: Row) => number,
): readonly number[] {
  const sums = bins.map(() => 0);
  // Bins follow each other without a gap, so that a day is in the last one that has begun.
  for (const row of rows) {
    const at = bins.findLastIndex(({ from }) => from <= row.day);
    if (at >= 0 && row.day <= (bins[at]?.to ?? '')) sums[at] = (sums[at] ?? 0) + value(row);
  }
  return sums;
}

function periodOf(from: CalendarDate, to: CalendarDate, preset: ReportPeriod['preset']): ReportPeriod {
  const days = daysBetween(from, to) + 1;
  return { from, to, days, preset, before: { from: addDays(from, -days), to: addDays(from, -1) } };
}

const dayMs = 86_400_000;

function addDays(day: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs;
}

function readDay(field: string, text: string): CalendarDate {
  if (z.iso.date().safeParse(text).success && text >= '2000') return text;
  throw new AppError('invalid-request', { field, expected: 'a day since 2000, YYYY-MM-DD', found: text });
}
