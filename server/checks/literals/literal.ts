import { fromGregorian } from './solar-hijri.ts';

/** What kind of value a text can write out. */
export type LiteralKind = LiteralValue['kind'];

/** A value in the form in which it is compared. */
export type LiteralValue =
  /**
   * Minutes to weeks are minutes and months to years are months: exact, and never turned into each other. Working days and
   * hours are things of their own.
   */
  | {
      readonly kind: 'duration';
      readonly amount: number;
      readonly unit: 'minute' | 'month' | 'working-day' | 'working-hour';
    }
  /** ISO 4217, or what a sign leaves open: `$` any dollar, `¥` yen or yuan, `kr` any crown, `¢` a hundredth of dollar or euro. */
  | { readonly kind: 'money'; readonly amount: number; readonly currency: string }
  | { readonly kind: 'percent'; readonly amount: number }
  /** `noun` is the counted word as it was written, in lower case. */
  | { readonly kind: 'count'; readonly amount: number; readonly noun: string }
  /** Solar Hijri only where the year is not said: with it a date is Gregorian. */
  | {
      readonly kind: 'date';
      readonly calendar: 'gregorian' | 'solar-hijri';
      readonly year: number | null;
      readonly month: number;
      readonly day: number;
    }
  /** Minutes after midnight; with `eitherHalf` the half of the day is not said. */
  | { readonly kind: 'time'; readonly minutes: number; readonly eitherHalf: boolean }
  /** ASCII digits; with `international` they begin with the country's code. */
  | { readonly kind: 'phone'; readonly digits: string; readonly international: boolean }
  /** Lower case; web addresses without scheme, `www.` and a slash at the end. */
  | { readonly kind: 'email' | 'url'; readonly address: string };

/** A value that a text writes out. */
export interface Literal {
  readonly kind: LiteralKind;
  /** UTF-16 offsets in the text that was read; `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of a range its lower end. */
  readonly value: LiteralValue;
  /** The upper end of a range; null where there is one value only. */
  readonly until: LiteralValue | null;
  /** Null where no words before it bound it. */
  readonly bound: Bound | null;
}

/** What the words before a literal make of it. */
export interface Bound {
  readonly kind: 'at-most' | 'at-least' | 'more-than' | 'less-than' | 'about' | 'every';
  /** As written: `up to`. */
  readonly words: string;
}

/** A value that begins at a token, and the index of the token behind it. */
export interface ReadValue {
  readonly value: LiteralValue;
  readonly until: LiteralValue | null;
  readonly next: number;
}

/** Whether two values say the same; `incomparable` where they are not of one measure (days and months, dollars and euros). */
export type Agreement = 'same' | 'different' | 'incomparable';

/** Compares two values. Counts are compared by number alone: whether they count the same is not theirs to say. */
export function compareValues(a: LiteralValue, b: LiteralValue): Agreement {
  switch (a.kind) {
    case 'duration':
      if (b.kind !== 'duration' || a.unit !== b.unit) return 'incomparable';
      return agreed(nearly(a.amount, b.amount));
    case 'money':
      if (b.kind !== 'money' || !sameCurrency(a.currency, b.currency)) return 'incomparable';
      return agreed(nearly(a.amount, b.amount));
    case 'percent':
    case 'count':
      return b.kind === a.kind ? agreed(nearly(a.amount, b.amount)) : 'incomparable';
    case 'date':
      return b.kind === 'date' ? compareDates(a, b) : 'incomparable';
    case 'time':
      return b.kind === 'time' ? agreed(sameTime(a, b)) : 'incomparable';
    case 'phone':
      return b.kind === 'phone' ? agreed(samePhone(a, b)) : 'incomparable';
    case 'email':
    case 'url':
      return b.kind === a.kind ? agreed(a.address === b.address) : 'incomparable';
    default:
      return a satisfies never;
  }
}

/** Compares what a literal writes with a value: a range agrees with each value from its one end to the other. */
export function compareLiteral(literal: Literal, value: LiteralValue): Agreement {
  const low = compareValues(literal.value, value);
  if (literal.until === null || low !== 'different') return low;
  const high = compareValues(literal.until, value);
  if (high !== 'different') return high;
  return agreed(amountOf(literal.value) < amountOf(value) && amountOf(value) < amountOf(literal.until));
}

/** The number by which values of one measure are ordered; NaN for what has none. */
export function amountOf(value: LiteralValue): number {
  if (value.kind === 'time') return value.minutes;
  return 'amount' in value ? value.amount : Number.NaN;
}

function agreed(same: boolean): Agreement {
  return same ? 'same' : 'different';
}

const HALF_DAY = 12 * 60;

function sameTime(
  a: Extract<LiteralValue, { kind: 'time' }>,
  b: Extract<LiteralValue, { kind: 'time' }>,
): boolean {
  return a.eitherHalf || b.eitherHalf
    ? a.minutes % HALF_DAY === b.minutes % HALF_DAY
    : a.minutes === b.minutes;
}

/** Sums of halves and thirds are inexact in binary. */
function nearly(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** What a sign may stand for. */
const OPEN_CURRENCIES: Readonly<Record<string, readonly string[]>> = {
  $: [
    'USD',
    'AUD',
    'CAD',
    'NZD',
    'SGD',
    'HKD',
    'TWD',
    'BBD',
    'BMD',
    'BSD',
    'BZD',
    'FJD',
    'GYD',
    'JMD',
    'TTD',
  ],
  '¥': ['JPY', 'CNY'],
  kr: ['SEK', 'NOK', 'DKK', 'ISK'],
  '¢': ['USD', 'AUD', 'CAD', 'NZD', 'SGD', 'EUR', '$'],
};

/** Whether two currencies can be the same one. */
function sameCurrency(a: string, b: string): boolean {
  return a === b || (OPEN_CURRENCIES[a]?.includes(b) ?? false) || (OPEN_CURRENCIES[b]?.includes(a) ?? false);
}

type DateValue = Extract<LiteralValue, { kind: 'date' }>;

function compareDates(a: DateValue, b: DateValue): Agreement {
  if (a.calendar !== b.calendar) {
    const [solar, other] = a.calendar === 'solar-hijri' ? [a, b] : [b, a];
    if (other.year === null) return 'incomparable';
    const turned = fromGregorian(other.year, other.month, other.day);
    return agreed(turned.month === solar.month && turned.day === solar.day);
  }
  if (a.year !== null && b.year !== null && a.year !== b.year) return 'different';
  return agreed(a.month === b.month && a.day === b.day);
}

/** Fewer digits than this are an extension or a short code, not the end of a longer number. */
const FEWEST_SHARED_DIGITS = 7;

/** A number written without its country is the end of the one written with it, without the 0 or 1 that is dialled first. */
function samePhone(
  a: Extract<LiteralValue, { kind: 'phone' }>,
  b: Extract<LiteralValue, { kind: 'phone' }>,
): boolean {
  if (a.digits === b.digits) return true;
  if (a.international === b.international) return false;
  const [whole, part] = a.international ? [a, b] : [b, a];
  const dialled = part.digits.replace(/^0+/, '');
  return (
    dialled.length >= FEWEST_SHARED_DIGITS &&
    (whole.digits.endsWith(dialled) || whole.digits === dialled.replace(/^1/, ''))
  );
}
