import type { CalendarDate, Locale } from '../../../answers/answer.ts';
import type { DayRange } from '../../../feedback/reports/reports.ts';
import type { Words } from '../../../http/words.ts';

/** How reports write numbers, days and times in a language. */
export interface Formats {
  readonly locale: Locale;
  number(value: number): string;
  /** For an axis: 9,500, and 12K from ten thousand on. */
  compact(value: number): string;
  /** A share from 0 to 1 in per cent, to a tenth below ten and above ninety. */
  share(value: number): string;
  /** A change of a number, with its sign. */
  change(value: number): string;
  /** The same of a share, in whole per cent. */
  changeOfShare(value: number): string;
  /** For below a chart: 3 Nov. */
  shortDay(day: CalendarDate): string;
  days(range: DayRange): string;
  /** A length of time in the unit that suits it: 3.5 days, 20 minutes. */
  length(ms: number): string;
  /** Names with their figures in a row; names may be of other languages, and of the other direction. */
  parts(named: readonly { readonly name: string; readonly figure: string }[]): string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The formats of a language, all by Intl. */
export function formatsOf({ locale, direction }: Pick<Words, 'locale' | 'direction'>): Formats {
  const integer = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const fine = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const signedShare = new Intl.NumberFormat(locale, { style: 'percent', signDisplay: 'exceptZero' });
  const short = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const long = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const listed = new Intl.ListFormat(locale, { type: 'unit' });
  // Begins a text of this language, whatever its first letter is.
  const mark = direction === 'rtl' ? '\u2067' : '\u2066';
  const at = (day: CalendarDate): Date => new Date(`${day}T00:00:00Z`);
  const inUnit = (value: number, unit: 'day' | 'hour' | 'minute'): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'long',
      maximumFractionDigits: unit === 'minute' || value >= 10 ? 0 : 1,
    }).format(value);
  return Object.freeze({
    locale,
    number: (value: number) => integer.format(value),
    compact: (value: number) => (value < 10_000 ? integer : compact).format(value),
    share: (value: number) => (value > 0.1 && value < 0.9 ? percent : fine).format(value),
    change: (value: number) => signed.format(value),
    changeOfShare: (value: number) => signedShare.format(value),
    shortDay: (day: CalendarDate) => short.format(at(day)),
    days: ({ from, to }: DayRange) =>
      from === to ? long.format(at(from)) : long.formatRange(at(from), at(to)),
    length(ms: number) {
      if (ms >= 2 * dayMs) return inUnit(ms / dayMs, 'day');
      if (ms >= 2 * hourMs) return inUnit(ms / hourMs, 'hour');
      return inUnit(Math.max(1, ms / minuteMs), 'minute');
    },
    parts: (named: readonly { readonly name: string; readonly figure: string }[]) =>
      listed.format(named.map(({ name, figure }) => `${mark}${isolated(name)} ${figure}\u2069`)),
  });
}

/** A text that neither turns nor is turned by what stands around it. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
}
