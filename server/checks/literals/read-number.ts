import type { LexiconEntry } from './lexicon.ts';
import type { Token } from './tokens.ts';

/** A number in figures or words. */
export interface ReadNumber {
  readonly amount: number;
  /** Index of the token behind it. */
  readonly next: number;
  readonly words: boolean;
  /** 1st, 21hb: good for dates only. */
  readonly ordinal: boolean;
}

/** What reading needs beside the tokens: what a token can be, by its index (Hebrew prefixes taken off). */
export interface Lexed {
  readonly tokens: readonly Token[];
  readonly entryAt: (index: number) => LexiconEntry | null;
  /** Marks of the locale's numbers. */
  readonly marks: NumberMarks;
  /** Whether 4/5/2027 is surely the fourth of May: the platform's order of the locale, but for English, which has both. */
  readonly dayFirst: boolean;
}

export interface NumberMarks {
  readonly decimal: string;
  readonly group: string;
}

/** How a locale writes 1234.5, by the platform; asked once, since asking takes as long as reading a section. */
export function numberMarksOf(locale: string): NumberMarks {
  const known = marksByLocale.get(locale);
  if (known !== undefined) return known;
  const parts = new Intl.NumberFormat(`${locale}-u-nu-latn`).formatToParts(12345.6);
  const mark = (kind: string, otherwise: string) =>
    parts.find(({ type }) => type === kind)?.value ?? otherwise;
  const marks = { decimal: mark('decimal', '.'), group: mark('group', ',') };
  marksByLocale.set(locale, marks);
  return marks;
}

const marksByLocale = new Map<string, NumberMarks>();

/** Whether a locale writes the day before the month and nobody who writes its language does otherwise. */
export function isDayFirst(locale: string): boolean {
  if (locale === 'en' || locale.startsWith('en-')) return false;
  const known = dayFirstByLocale.get(locale);
  if (known !== undefined) return known;
  const order = new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, { dateStyle: 'short' })
    .formatToParts(0)
    .map(({ type }) => type);
  const isFirst = order.indexOf('day') < order.indexOf('month');
  dayFirstByLocale.set(locale, isFirst);
  return isFirst;
}

const dayFirstByLocale = new Map<string, boolean>();

/** The number that begins at a token; null where none does, or where it is part of a name, a version or a fraction of dates. */
export function readNumber(lexed: Lexed, index: number): ReadNumber | null {
  const read = lexed.tokens[index]?.kind === 'number' ? readFigures(lexed, index) : readWords(lexed, index);
  return read === null ? null : inFiguresToo(lexed, multiplied(lexed, read));
}

/** Thirty (30): the same number again is passed over. */
function inFiguresToo({ tokens, marks }: Lexed, read: ReadNumber): ReadNumber {
  const [open, again, close] = tokens.slice(read.next, read.next + 3);
  if (!read.words || open?.text !== '(' || again?.kind !== 'number' || close?.text !== ')') return read;
  return figures(again.text, marks) === read.amount ? { ...read, next: read.next + 3 } : read;
}

const ORDINAL = new Set(['st', 'nd', 'rd', 'th', 'hb']);
const VULGAR: Readonly<Record<string, number>> = { '½': 0.5, '¼': 0.25, '¾': 0.75 };

function readFigures({ tokens, marks }: Lexed, index: number): ReadNumber | null {
  const token = tokens[index];
  if (token === undefined || isPartOfName(tokens, index)) return null;
  const amount = figures(token.text, marks);
  if (amount === null) return null;
  const after = tokens[index + 1];
  if (after?.glued && after.kind === 'mark' && VULGAR[after.text] !== undefined)
    return { amount: amount + (VULGAR[after.text] ?? 0), next: index + 2, words: false, ordinal: false };
  if (after?.glued && ORDINAL.has(after.key)) return { amount, next: index + 2, words: false, ordinal: true };
  return { amount, next: index + 1, words: false, ordinal: false };
}

/** iPhone14, B2, WX-14, #14, v2, 24/7, 1/2, 10:30: figures that stand for no amount. */
function isPartOfName(tokens: readonly Token[], index: number): boolean {
  const [before, token, after] = [tokens[index - 1], tokens[index], tokens[index + 1]];
  if (token?.glued && before) {
    if (before.kind === 'word' && LATIN.test(before.text) && !CODE.test(before.text)) return true;
    if (before.kind === 'mark' && before.text === '#') return true;
    const earlier = tokens[index - 2];
    if (before.kind === 'mark' && '-/:.'.includes(before.text) && before.glued && earlier) {
      if (earlier.kind === 'word' && LATIN.test(earlier.text)) return true;
      if (earlier.kind === 'number' && before.text !== '-') return true;
    }
  }
  const next = tokens[index + 2];
  return (
    after?.glued === true &&
    after.kind === 'mark' &&
    '/:'.includes(after.text) &&
    next?.kind === 'number' &&
    next.glued
  );
}

const LATIN = /[\p{Script=Latin}]$/u;
/** A currency's code may touch its amount. */
const CODE = /^(?:[A-Z]{3}|RM|rm|Rm)$/;

/** Longer figures are no amount of a policy. */
const LONGEST_FIGURES = 16;

function figures(text: string, { decimal, group }: NumberMarks): number | null {
  if (text.length > LONGEST_FIGURES) return null;
  const plain = text.replace(/[\u066c'\u2019]/g, '').replace(/\u066b/g, '.');
  const seen = [...new Set(plain.replace(/\d/g, ''))];
  const count = plain.replace(/\d/g, '').length;
  if (count === 0) return Number(plain);
  const last = plain.search(/[.,]\d*$/);
  const lastMark = plain[last] ?? '';
  if (seen.length === 2) {
    const whole = plain.slice(0, last);
    if (whole.includes(lastMark) || !/^\d{1,3}(?:[.,]\d{3})+$/.test(whole)) return null;
    return Number(`${whole.replace(/[.,]/g, '')}.${plain.slice(last + 1)}`);
  }
  const groups = /^\d{1,3}(?:[.,]\d{3})+$/.test(plain);
  if (count > 1) return groups ? Number(plain.replace(/[.,]/g, '')) : null;
  const isGroup = groups && (lastMark === group || lastMark !== decimal);
  return Number(isGroup ? plain.replace(lastMark, '') : plain.replace(lastMark, '.'));
}

/** A number word by the rules of its language: twenty-four, ארבע עשרה, بیست و چهار, dua puluh empat; halves behind "and". */
function readWords(lexed: Lexed, index: number): ReadNumber | null {
  const read = below1000(lexed, index);
  return read === null ? null : { ...read, words: true, ordinal: false };
}

interface Part {
  readonly amount: number;
  readonly next: number;
}

function below1000(lexed: Lexed, index: number): Part | null {
  const { tokens } = lexed;
  const first = below100(lexed, index);
  const start = first ?? hundredWith(lexed, index);
  if (start === null) return null;
  let { amount, next } = start;
  if (amount < 10 && amount > 0 && ['hundred', 'ratus'].includes(tokens[next]?.key ?? '')) {
    amount *= 100;
    next += 1;
  }
  if (amount % 100 !== 0 || amount === 0) return { amount, next };
  const rest = joined(lexed, next, ['and', 'و']) ?? (joinable(lexed, next) ? next : null);
  const more = rest === null ? null : below100(lexed, rest);
  return more === null || more.amount === 0
    ? { amount, next }
    : { amount: amount + more.amount, next: more.next };
}

/** "a hundred": the article belongs to the number. */
function hundredWith({ tokens }: Lexed, index: number): Part | null {
  if (tokens[index]?.key !== 'a' || tokens[index + 1]?.key !== 'hundred') return null;
  return { amount: 100, next: index + 2 };
}

function below100(lexed: Lexed, index: number): Part | null {
  const { tokens, entryAt } = lexed;
  const amount = entryAt(index)?.number;
  if (tokens[index]?.kind !== 'word' || amount === undefined) return null;
  const next = index + 1;
  const following = tokens[next]?.key ?? '';
  if (amount > 0 && amount < 10) {
    if (following === 'belas') return { amount: amount + 10, next: next + 1 };
    if (following === 'puluh') return malayTens(lexed, amount * 10, next + 1);
    if (TEN_OF_TEENS.has(following) && HEBREW.test(tokens[index]?.key ?? ''))
      return { amount: amount + 10, next: next + 1 };
  }
  if (amount < 20 || amount >= 100 || amount % 10 !== 0) return { amount, next };
  const digitAt = joined(lexed, next, ['-', 'و']) ?? (joinable(lexed, next) ? next : null);
  const digit = digitAt === null ? undefined : entryAt(digitAt)?.number;
  if (digitAt === null || digit === undefined || digit < 1 || digit > 9) return { amount, next };
  return { amount: amount + digit, next: digitAt + 1 };
}

const HEBREW = /^\p{Script=Hebrew}/u;
const TEN_OF_TEENS = new Set(['עשר', 'עשרה']);

function malayTens({ entryAt, tokens }: Lexed, amount: number, next: number): Part {
  const digit = entryAt(next)?.number;
  const following = tokens[next + 1]?.key ?? '';
  if (digit === undefined || digit < 1 || digit > 9 || ['puluh', 'belas', 'ratus'].includes(following))
    return { amount, next };
  return { amount: amount + digit, next: next + 1 };
}

/** Where the number goes on behind one of some joiners; null where none is there. Persian و may touch the word before. */
function joined({ tokens }: Lexed, index: number, joiners: readonly string[]): number | null {
  const token = tokens[index];
  return token !== undefined && joiners.includes(token.key) ? index + 1 : null;
}

/** English tens and digits stand side by side; a Hebrew digit brings its ו, a Persian one its و. */
function joinable({ tokens }: Lexed, index: number): boolean {
  const [before, token] = [tokens[index - 1]?.key ?? '', tokens[index]?.key ?? ''];
  if (HEBREW.test(before)) return token.startsWith('ו');
  if (/^\p{Script=Arabic}/u.test(before)) return token.startsWith('و');
  return true;
}

/** Thousands and millions behind a number, and "and a half" before its unit. */
function multiplied(lexed: Lexed, read: ReadNumber): ReadNumber {
  if (read.ordinal) return read;
  let { amount, next } = read;
  for (
    let times = lexed.entryAt(next)?.multiplier;
    times !== undefined;
    times = lexed.entryAt(next)?.multiplier
  ) {
    amount *= times;
    next += 1;
  }
  const half = andHalf(lexed, next);
  return half === null
    ? { ...read, amount, next }
    : { ...read, amount: amount + half.amount, next: half.next };
}

/** "and a half", וחצי, و نیم, setengah: what it adds, in the unit beside it. */
export function andHalf(lexed: Lexed, index: number): Part | null {
  const { tokens, entryAt } = lexed;
  const key = (offset: number) => tokens[index + offset]?.key ?? '';
  if (key(0) === 'and' && key(1) === 'a' && key(2) === 'half') return { amount: 0.5, next: index + 3 };
  if (key(0) === 'و' && key(1) === 'نیم') return { amount: 0.5, next: index + 2 };
  if (key(0) === 'וחצי') return { amount: 0.5, next: index + 1 };
  if (key(0) === 'setengah' && entryAt(index)?.fraction === 0.5) return { amount: 0.5, next: index + 1 };
  return null;
}
