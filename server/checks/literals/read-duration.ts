import type { LexiconEntry, Unit } from './lexicon.ts';
import type { LiteralValue, ReadValue } from './literal.ts';
import { andHalf, type Lexed, type ReadNumber, readNumber } from './read-number.ts';

/** The duration whose number stands before its unit: 14 days, 30-minute, ten working days, an hour and a half. Null for an age. */
export function readDuration(lexed: Lexed, index: number, { amount, next }: ReadNumber): ReadValue | null {
  const measured = readUnit(lexed, next);
  if (measured === null || isAge(lexed, index, measured)) return null;
  const half = andHalf(lexed, measured.next);
  return {
    value: durationOf(amount + (half?.amount ?? 0), measured),
    until: null,
    next: half?.next ?? measured.next,
  };
}

/**
 * A duration without a number of its own: half an hour, שבועיים, a fortnight, seminggu, and a unit that stands for one
 * (within a week, תוך שבוע), where what stands around it says that a length of time is meant and not how often.
 */
export function readImpliedDuration(lexed: Lexed, index: number): ReadValue | null {
  const entry = lexed.entryAt(index);
  const key = lexed.tokens[index]?.key ?? '';
  return (
    (entry?.duration === undefined ? null : readWhole(lexed, index, entry.duration)) ??
    (entry?.fraction === undefined ? null : readFraction(lexed, index, entry.fraction)) ??
    (key === 'a' || key === 'an' ? readArticle(lexed, index) : null) ??
    (entry?.unit !== undefined && HEBREW.test(key) ? readHebrewUnit(lexed, index, entry) : null)
  );
}

interface Measured {
  readonly unit: Unit;
  readonly working: boolean;
  readonly next: number;
}

/** Words between a number and its unit, at most. */
const MOST_FILLERS = 2;

function readUnit({ tokens, entryAt }: Lexed, index: number): Measured | null {
  let at = tokens[index]?.text === '-' ? index + 1 : index;
  let working = false;
  for (let skipped = 0; skipped < MOST_FILLERS; skipped++) {
    const entry = entryAt(at);
    if (entry?.unit !== undefined || (!entry?.filler && !entry?.working)) break;
    working ||= entry.working === true;
    at += 1;
  }
  const unit = entryAt(at)?.unit;
  if (unit === undefined) return null;
  const behind = tokens[at + 1]?.key === 'waktu' ? at + 2 : at + 1;
  if (entryAt(behind)?.working) return { unit, working: true, next: behind + 1 };
  return { unit, working, next: at + 1 };
}

function durationOf(amount: number, { unit, working }: Pick<Measured, 'unit' | 'working'>): LiteralValue {
  const total = amount * unit.size;
  if (!working || unit.of === 'month') return { kind: 'duration', amount: total, unit: unit.of };
  // A working week has five working days, but nobody counts in it; hours stay hours.
  if (unit.size < 24 * 60) return { kind: 'duration', amount: total / 60, unit: 'working-hour' };
  return { kind: 'duration', amount, unit: 'working-day' };
}

/** שבועיים, a fortnight, seminggu; behind "2 fortnights" the number would count it. */
function readWhole(
  lexed: Lexed,
  index: number,
  duration: NonNullable<LexiconEntry['duration']>,
): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const key = tokens[index]?.key ?? '';
  if (/^se/.test(key) && !isLength(lexed, index)) return null;
  const working = entryAt(index + 1)?.working === true;
  const next = working ? index + 2 : index + 1;
  const half = andHalf(lexed, next);
  const amount = duration.amount + (half?.amount ?? 0);
  return {
    value: durationOf(amount, { unit: duration.unit, working }),
    until: null,
    next: half?.next ?? next,
  };
}

/** half an hour, half-hour, quarter of an hour, חצי שעה, نیم ساعت, setengah jam */
function readFraction(lexed: Lexed, index: number, fraction: number): ReadValue | null {
  const { tokens } = lexed;
  const key = (at: number) => tokens[at]?.key ?? '';
  let at = index + 1;
  if (key(at) === 'of') at += 1;
  if (key(at) === 'a' || key(at) === 'an') at += 1;
  const measured = readUnit(lexed, at);
  if (measured === null) return null;
  return { value: durationOf(fraction, measured), until: null, next: measured.next };
}

/** Before these "a week" is how long, not how often. */
const LENGTH_BEFORE = new Set(
  'within for after than least most takes take about over under until wait waits last lasts lasting to nearly almost exactly is'.split(
    ' ',
  ),
);
const LENGTH_BEHIND = new Set('after before later from following and'.split(' '));

/** within a week, after an hour, a day and a half */
function readArticle(lexed: Lexed, index: number): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const hundred = tokens[index + 1]?.key === 'hundred' ? readNumber(lexed, index) : null;
  if (hundred !== null) return readDuration(lexed, index, hundred);
  const whole = entryAt(index + 1)?.duration;
  const measured =
    whole === undefined ? readUnit(lexed, index + 1) : { ...whole, working: false, next: index + 2 };
  if (measured === null) return null;
  const behind = tokens[measured.next]?.key ?? '';
  if (whole === undefined && !LENGTH_BEFORE.has(tokens[index - 1]?.key ?? '') && !LENGTH_BEHIND.has(behind))
    return null;
  if (behind === 'of' || behind === 's') return null;
  const half = andHalf(lexed, measured.next);
  if (behind === 'and' && half === null && !LENGTH_BEFORE.has(tokens[index - 1]?.key ?? '')) return null;
  const amount = (whole?.amount ?? 1) + (half?.amount ?? 0);
  return { value: durationOf(amount, measured), until: null, next: half?.next ?? measured.next };
}

const HEBREW = /^\p{Script=Hebrew}/u;
const HEBREW_ONE = new Set(['אחד', 'אחת']);
const HEBREW_LENGTH_BEFORE = new Set(
  'תוך בתוך כעבור למשך במשך אחרי לאחר עד כ מעל לפחות לכל-היותר היותר פחות'.split(' '),
);
/** Days of the week, and words that make of "the day" a certain one. */
const HEBREW_CERTAIN = /^(?:ראשון|שני|שלישי|רביעי|חמישי|שישי|שבת|ה.+|קודם|הבא|ש.+)$/u;

/** שעה וחצי, יום אחד, תוך שבוע, תוך יום עסקים אחד */
function readHebrewUnit(lexed: Lexed, index: number, entry: LexiconEntry): ReadValue | null {
  const { tokens } = lexed;
  const measured = entry.number === undefined ? readUnit(lexed, index) : null;
  if (measured === null || tokens[index - 1]?.kind === 'number') return null;
  const behind = tokens[measured.next]?.key ?? '';
  const one = HEBREW_ONE.has(behind);
  const half = andHalf(lexed, one ? measured.next + 1 : measured.next);
  if (!one && half === null) {
    const before = tokens[index - 1]?.key ?? '';
    if (
      !HEBREW_LENGTH_BEFORE.has(before) ||
      HEBREW_CERTAIN.test(behind) ||
      !SINGULAR.has(tokens[index]?.key ?? '')
    )
      return null;
  }
  const next = half?.next ?? (one ? measured.next + 1 : measured.next);
  return { value: durationOf(1 + (half?.amount ?? 0), measured), until: null, next };
}

const SINGULAR = new Set('דקה שעה יום יממה שבוע חודש שנה'.split(' '));

const MALAY_LENGTH_BEFORE = new Set(
  'dalam masa tempoh selama selepas sehingga hingga lebih kurang daripada kira-kira kira sebelum mengambil ialah adalah genap cukup'.split(
    ' ',
  ),
);

/** dalam seminggu, but not RM10 sebulan and dua kali seminggu */
function isLength({ tokens }: Lexed, index: number): boolean {
  const before = tokens.slice(Math.max(0, index - 3), index).map(({ key }) => key);
  return MALAY_LENGTH_BEFORE.has(before.at(-1) ?? '') && !before.includes('kali');
}

const AGE_BEFORE = new Set(
  'aged age ages בן בת בני בנות גיל מגיל לגיל سن سنین berumur berusia umur'.split(' '),
);

/** How old somebody is, not how long something lasts. */
function isAge({ tokens }: Lexed, index: number, { unit, next }: Measured): boolean {
  if (unit.of !== 'month' || unit.size !== 12) return false;
  const behind = tokens[next]?.key ?? '';
  const later = tokens[next + 1]?.key ?? '';
  if (['old', 'younger', 'older'].includes(behind) || (behind === 'of' && later === 'age')) return true;
  if (['or', 'and'].includes(behind) && ['older', 'over', 'above'].includes(later)) return true;
  if (behind === 'ke' && later === 'atas') return true;
  return tokens.slice(Math.max(0, index - 2), index).some(({ key }) => AGE_BEFORE.has(key));
}
