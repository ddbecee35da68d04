import type { LiteralValue, ReadValue } from './literal.ts';
import { type Lexed, readNumber } from './read-number.ts';
import { toGregorian } from './solar-hijri.ts';

/** A day: 2027-01-11, 11 January 2027, January 11, 11.1.2027, 11 בינואר, ۲۱ دی ۱۴۰۵, 11hb Januari. */
export function readDate(lexed: Lexed, index: number): ReadValue | null {
  const token = lexed.tokens[index];
  if (token?.kind === 'number') return readFigures(lexed, index) ?? readDayMonth(lexed, index);
  const month = lexed.entryAt(index)?.month;
  if (token === undefined || month === undefined || !/^\p{Lu}/u.test(token.text)) return null;
  return readMonthDay(lexed, index, month);
}

function date(day: number, month: number, year: number | null, solar = false): LiteralValue | null {
  if (solar) {
    if (year === null)
      return isDay(day, month) ? { kind: 'date', calendar: 'solar-hijri', year, month, day } : null;
    const turned = toGregorian({ year, month, day });
    return turned && { kind: 'date', calendar: 'gregorian', ...turned };
  }
  return isDay(day, month) ? { kind: 'date', calendar: 'gregorian', year, month, day } : null;
}

function isDay(day: number, month: number): boolean {
  return Number.isInteger(day) && day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

function given(value: LiteralValue | null, next: number): ReadValue | null {
  return value && { value, until: null, next };
}

/** Three numbers. Day and month are told apart by the locale, and in English only where one of them is above 12. */
function readFigures(lexed: Lexed, index: number): ReadValue | null {
  const { tokens, dayFirst } = lexed;
  const before = tokens[index - 1];
  if (tokens[index]?.glued && before && (before.kind === 'number' || '-/.'.includes(before.text)))
    return null;
  const { parts, next } = threeNumbers(lexed, index);
  const [a = '', b = '', c = ''] = parts;
  if (parts.length !== 3 || next === index) return null;
  const [first, middle, last] = [Number(a), Number(b), Number(c)];
  if (a.length === 4) {
    const solar = first >= 1300 && first <= 1500;
    return given(date(last, middle, first, solar), next);
  }
  if (c.length !== 4 && c.length !== 2) return null;
  const year = c.length === 4 ? last : 2000 + last;
  if (last >= 1300 && last <= 1500) return given(date(first, middle, last, true), next);
  if (c.length === 2 && !dayFirst) return null;
  if (dayFirst || first > 12) return given(date(first, middle, year), next);
  if (middle > 12) return given(date(middle, first, year), next);
  return first === middle ? given(date(first, middle, year), next) : null;
}

/** 2027-01-11 and 11/1/2027 are five tokens, 11.1.2027 is one. */
function threeNumbers({ tokens }: Lexed, index: number): { parts: readonly string[]; next: number } {
  const dotted = tokens[index]?.text.split('.') ?? [];
  if (dotted.length === 3 && dotted.every((part) => /^\d{1,4}$/.test(part)))
    return { parts: dotted, next: index + 1 };
  const [first, mark, second, again, third] = tokens.slice(index, index + 5);
  const separator = mark?.text ?? '';
  const glued = [mark, second, again, third].every((token) => token?.glued);
  if (!glued || !['-', '/'].includes(separator) || again?.text !== separator)
    return { parts: [], next: index };
  const parts = [first, second, third].map((token) => token?.text ?? '');
  return parts.every((part) => /^\d{1,4}$/.test(part))
    ? { parts, next: index + 5 }
    : { parts: [], next: index };
}

/** 11 January 2027, 11th of January, ۲۱ دی ۱۴۰۵ */
function readDayMonth(lexed: Lexed, index: number): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const number = readNumber(lexed, index);
  if (number === null || number.amount > 31 || number.words) return null;
  let at = number.next;
  if (tokens[at]?.key === 'of' || tokens[at]?.text === '-') at += 1;
  const entry = entryAt(at);
  if (entry?.month === undefined && entry?.solarMonth === undefined) return null;
  if (tokens[at]?.key === 'may' && !tokens[at]?.text.startsWith('M')) return null;
  at += 1;
  if (tokens[at]?.key === 'ماه') at += 1;
  const year = readYear(lexed, at);
  if (entry.solarMonth !== undefined && !(entry.month !== undefined && (year?.year ?? 0) > 1900))
    return given(date(number.amount, entry.solarMonth, year?.year ?? null, true), year?.next ?? at);
  return given(date(number.amount, entry.month ?? 0, year?.year ?? null), year?.next ?? at);
}

/** January 11, 2027; Sept. 11th */
function readMonthDay(lexed: Lexed, index: number, month: number): ReadValue | null {
  const at = lexed.tokens[index + 1]?.text === '.' ? index + 2 : index + 1;
  const token = lexed.tokens[at];
  if (token?.kind !== 'number' || !/^\d{1,2}$/.test(token.text)) return null;
  const number = readNumber(lexed, at);
  if (number === null || lexed.entryAt(number.next)?.unit !== undefined) return null;
  const year = readYear(lexed, number.next);
  return given(date(number.amount, month, year?.year ?? null), year?.next ?? number.next);
}

function readYear({ tokens }: Lexed, index: number): { year: number; next: number } | null {
  const at = [',', 'سال', 'tahun', 'שנת'].includes(tokens[index]?.key ?? '') ? index + 1 : index;
  const token = tokens[at];
  if (token?.kind !== 'number' || !/^[12]\d{3}$/.test(token.text)) return null;
  return { year: Number(token.text), next: at + 1 };
}
