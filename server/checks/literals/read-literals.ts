import { findAddresses } from './find-addresses.ts';
import { currencyCodes, currencySigns, type LexiconEntry, lexiconFor } from './lexicon.ts';
import type { Literal, LiteralValue, ReadValue } from './literal.ts';
import { boundBefore } from './read-bound.ts';
import { readDate } from './read-date.ts';
import { readDuration, readImpliedDuration } from './read-duration.ts';
import { isDayFirst, type Lexed, numberMarksOf, type ReadNumber, readNumber } from './read-number.ts';
import { readTime } from './read-time.ts';
import { flatten, type Token, tokensOf } from './tokens.ts';

/**
 * Every value that a text writes out, in order and apart from each other: figures in the digits of any script and number
 * words, of English, Hebrew, Persian and (in its locale) Malay. Pure, and linear in the length of the text. What is part of
 * a name, a version, a list's number or an age is passed over. Counts are given with the word behind them, whatever it is.
 */
export function readLiterals(text: string, locale: string): readonly Literal[] {
  const flat = flatten(text);
  const addresses = findAddresses(flat);
  const lexed = lex(flat, locale);
  const { tokens } = lexed;
  const found: Literal[] = [];
  const add = (start: number, end: number, value: LiteralValue, until: LiteralValue | null, first: number) =>
    found.push({
      kind: value.kind,
      start,
      end,
      text: text.slice(start, end),
      value,
      until,
      bound: boundBefore(tokens, first),
    });

  let address = 0;
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index];
    if (token === undefined) break;
    while ((addresses[address]?.end ?? Number.POSITIVE_INFINITY) <= token.start) address += 1;
    const here = addresses[address];
    if (here !== undefined && token.start >= here.start) {
      add(here.start, here.end, here.value, null, index);
      while ((tokens[index]?.start ?? Number.POSITIVE_INFINITY) < here.end) index += 1;
      continue;
    }
    const read = readAt(lexed, index);
    const last = read === null ? undefined : tokens[read.next - 1];
    if (read === null || last === undefined) {
      index += 1;
      continue;
    }
    // What an address begins inside of is no value of its own.
    if (here === undefined || last.end <= here.start)
      add(token.start, last.end, read.value, read.until, index);
    index = read.next;
  }
  return found;
}

function lex(flat: string, locale: string): Lexed {
  const tokens = tokensOf(flat);
  const lexicon = lexiconFor(locale);
  // Each way in which a value may begin asks for the entry again.
  const entries: (LexiconEntry | null)[] = [];
  const entryAt = (index: number): LexiconEntry | null => {
    const before = entries[index];
    if (before !== undefined) return before;
    const token = tokens[index];
    if (token === undefined) return null;
    const entry = token.kind === 'word' && token.key !== '' ? entryOf(token.key, lexicon) : null;
    entries[index] = entry;
    return entry;
  };
  return { tokens, entryAt, ...customsOf(locale) };
}

/** Intl's formats cost some 50 µs to make, as much as a sentence takes to read. */
const customs = new Map<string, Pick<Lexed, 'marks' | 'dayFirst'>>();

function customsOf(locale: string): Pick<Lexed, 'marks' | 'dayFirst'> {
  const before = customs.get(locale);
  if (before) return before;
  const read = { marks: numberMarksOf(locale), dayFirst: isDayFirst(locale) };
  customs.set(locale, read);
  return read;
}

/** Most prefixes that Hebrew writes at once: וכשב־. */
const MOST_PREFIXES = 3;

function entryOf(key: string, lexicon: ReadonlyMap<string, LexiconEntry>): LexiconEntry | null {
  const whole = lexicon.get(key);
  if (whole !== undefined) return whole;
  if (key.startsWith('و')) return lexicon.get(key.slice(1)) ?? null;
  for (let taken = 1; taken <= MOST_PREFIXES && /^[ובהכלמש]/u.test(key.slice(taken - 1)); taken++) {
    const bare = key.slice(taken);
    const entry = bare.length >= 2 ? lexicon.get(bare) : undefined;
    if (entry !== undefined) return entry;
  }
  return null;
}

/** How a value may begin, the more special first. */
function readAt(lexed: Lexed, index: number): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const token = tokens[index];
  if (token === undefined || token.text === '\n') return null;
  const entry = entryAt(index);
  if (token.kind === 'mark' || (token.kind === 'word' && (entry === null || entry.currency || entry.opens))) {
    const money = readMoneyBefore(lexed, index);
    if (money !== null || entry === null) return money;
  }
  return (
    readDate(lexed, index) ??
    readTime(lexed, index) ??
    readImpliedDuration(lexed, index) ??
    readAmount(lexed, index)
  );
}

/** What stands behind the number says what it is. */
function readAmount(lexed: Lexed, index: number): ReadValue | null {
  const low = readNumber(lexed, index);
  if (low === null || low.ordinal) return null;
  const range = readRange(lexed, low);
  const number = range ?? low;
  const measured =
    readDuration(lexed, index, number) ?? readMoneyAfter(lexed, number) ?? readPercent(lexed, number);
  const whole = measured ?? readCount(lexed, number);
  if (whole === null) {
    // 30 days to 45 days: the first unit parts the two numbers.
    return range === null ? null : measureAlone(lexed, index, low);
  }
  if (range !== null)
    return { ...whole, value: withAmount(whole.value, low.amount, range.amount), until: whole.value };
  return measured === null ? whole : unitRange(lexed, whole);
}

/** Between is what it is not: 5 and then a range that leads nowhere (5 - 7 of whatever). */
function measureAlone(lexed: Lexed, index: number, low: ReadNumber): ReadValue | null {
  return readDuration(lexed, index, low) ?? readMoneyAfter(lexed, low) ?? readPercent(lexed, low);
}

const RANGE = new Set([
  '-',
  '\u2013',
  '\u2014',
  'to',
  'or',
  'עד',
  'או',
  'تا',
  'یا',
  'الی',
  'hingga',
  'sampai',
  'ke',
  'atau',
]);
const BETWEEN_AND = new Set(['and', 'و', 'dan']);
const BETWEEN = new Set(['between', 'בין', 'بین', 'antara']);

/** The second number of a range that begins with one: 5-7, 5 to 7, between 5 and 7, בין 5 ל-7. */
function readRange(lexed: Lexed, low: ReadNumber): ReadNumber | null {
  const { tokens } = lexed;
  const at = rangeJoint(tokens, low.next);
  if (at === null) return null;
  const high = readNumber({ ...lexed, tokens: tokens }, at) ?? readGluedHigh(lexed, at);
  return high !== null && !high.ordinal && high.amount > low.amount ? high : null;
}

/** Behind a hyphen figures look like a part of a name; in a range they are not. */
function readGluedHigh(lexed: Lexed, index: number): ReadNumber | null {
  const token = lexed.tokens[index];
  if (token?.kind !== 'number') return null;
  const read = Number(token.text.replaceAll(',', ''));
  return Number.isFinite(read) ? { amount: read, next: index + 1, words: false, ordinal: false } : null;
}

function rangeJoint(tokens: readonly Token[], index: number): number | null {
  const token = tokens[index];
  if (token === undefined) return null;
  if (RANGE.has(token.key)) return index + 1;
  const opened = tokens.slice(Math.max(0, index - 4), index).some(({ key }) => BETWEEN.has(key));
  if (!opened) return null;
  if (BETWEEN_AND.has(token.key)) return index + 1;
  // בין 5 ל-7, בין חמישה לשבעה
  if (token.key === 'ל') return tokens[index + 1]?.text === '-' ? index + 2 : index + 1;
  return /^[לו]/u.test(token.key) ? index : null;
}

/** A value with its unit, and a second one of the same measure behind "to": 30 days to 45 days, $5 to $10. */
function unitRange(lexed: Lexed, low: ReadValue): ReadValue {
  const at = rangeJoint(lexed.tokens, low.next);
  if (at === null || !['duration', 'money', 'percent'].includes(low.value.kind)) return low;
  const token = lexed.tokens[at];
  if (token === undefined) return low;
  const number = readNumber(lexed, at);
  const high =
    number === null || number.ordinal
      ? readMoneyBefore(lexed, at, false)
      : (readDuration(lexed, at, number) ?? readMoneyAfter(lexed, number) ?? readPercent(lexed, number));
  if (high === null || !sameMeasure(low.value, high.value)) return low;
  return { value: low.value, until: high.value, next: high.next };
}

function sameMeasure(a: LiteralValue, b: LiteralValue): boolean {
  if (!('amount' in a) || !('amount' in b) || a.kind !== b.kind || a.amount >= b.amount) return false;
  if (a.kind === 'duration') return b.kind === 'duration' && a.unit === b.unit;
  return a.kind !== 'money' || (b.kind === 'money' && a.currency === b.currency);
}

/** The value with another number in the same unit. */
function withAmount(value: LiteralValue, low: number, high: number): LiteralValue {
  return 'amount' in value ? { ...value, amount: (value.amount / high) * low } : value;
}

/** $40, US$ 40, RM25, USD 40, €5-10. */
function readMoneyBefore(lexed: Lexed, index: number, ranges = true): ReadValue | null {
  const { tokens } = lexed;
  const sign = currencyBefore(tokens, index);
  if (sign === null) return percentBefore(lexed, index);
  const read = readNumber(lexed, sign.next);
  if (read === null || read.ordinal || read.words) return null;
  const after = tokens[read.next];
  const code =
    after?.kind === 'word' && currencyCodes.has(after.text) && sign.code.length < 3 ? after.text : null;
  const next = code === null ? read.next : read.next + 1;
  const money = (amount: number): LiteralValue => ({ kind: 'money', amount, currency: code ?? sign.code });
  const range = ranges ? readRange(lexed, { ...read, next }) : null;
  if (range !== null) return { value: money(read.amount), until: money(range.amount), next: range.next };
  const low = { value: money(read.amount), until: null, next };
  return ranges ? unitRange(lexed, low) : low;
}

function currencyBefore(tokens: readonly Token[], index: number): { code: string; next: number } | null {
  const [token, after] = [tokens[index], tokens[index + 1]];
  if (token === undefined) return null;
  if (token.kind === 'word') {
    const lettered = after?.glued ? currencySigns.get(`${token.text}${after.text}`) : undefined;
    if (lettered !== undefined) return { code: lettered, next: index + 2 };
    if (currencyCodes.has(token.text)) return { code: token.text, next: index + 1 };
    if (token.text === 'RM' || (token.key === 'rm' && after?.glued)) return { code: 'MYR', next: index + 1 };
    return token.key === 'nis' ? { code: 'ILS', next: index + 1 } : null;
  }
  const code = token.kind === 'mark' ? currencySigns.get(token.text) : undefined;
  return code === undefined ? null : { code, next: index + 1 };
}

/** %15, as Persian and Hebrew texts have it. */
function percentBefore(lexed: Lexed, index: number): ReadValue | null {
  const { tokens } = lexed;
  if (tokens[index]?.text !== '%' || !tokens[index + 1]?.glued) return null;
  const read = readNumber(lexed, index + 1);
  if (read === null || read.ordinal || read.words) return null;
  return { value: { kind: 'percent', amount: read.amount }, until: null, next: read.next };
}

const NATIONS: Readonly<Record<string, string>> = {
  us: 'USD',
  american: 'USD',
  australian: 'AUD',
  canadian: 'CAD',
  singapore: 'SGD',
};

/** 40 USD, 40 dollars, 40 US dollars, 40 ₪, ארבעים שקלים. */
function readMoneyAfter({ tokens, entryAt }: Lexed, { amount, next }: ReadNumber): ReadValue | null {
  const at = tokens[next]?.text === '-' ? next + 1 : next;
  const token = tokens[at];
  if (token === undefined) return null;
  const money = (code: string, parts: number, behind: number): ReadValue => ({
    value: { kind: 'money', amount: amount / parts, currency: code },
    until: null,
    next: behind,
  });
  if (token.kind === 'mark') {
    const code = currencySigns.get(token.text);
    // $40 $5: the sign belongs to the number behind it.
    const other = tokens[at + 1];
    if (code === undefined || (other?.kind === 'number' && other.glued && !token.glued)) return null;
    return money(code, 1, at + 1);
  }
  if (currencyCodes.has(token.text)) return money(token.text, 1, at + 1);
  const nation = NATIONS[token.key];
  const named = entryAt(nation === undefined ? at : at + 1)?.currency;
  if (named === undefined) return null;
  if (nation !== undefined && named.code === '$') return money(nation, 1, at + 2);
  return nation === undefined ? money(named.code, named.parts, at + 1) : null;
}

function readPercent({ tokens, entryAt }: Lexed, { amount, next }: ReadNumber): ReadValue | null {
  const percent = (behind: number): ReadValue => ({
    value: { kind: 'percent', amount },
    until: null,
    next: behind,
  });
  const token = tokens[next];
  if (token?.text === '%' || entryAt(next)?.percent) return percent(next + 1);
  return token?.key === 'per' && tokens[next + 1]?.key === 'cent' ? percent(next + 2) : null;
}

/** Measures that are no count of things. */
const MEASURES = new Set(
  'cm mm m km kg g mg lb lbs oz in inch inches l ml mb gb kb px c f degrees'.split(' '),
);

/** Words that end a count before it has named anything. */
const NO_NOUN = new Set('of or and to in on at for from is are was by with x'.split(' '));

function readCount({ tokens, entryAt }: Lexed, { amount, next, words }: ReadNumber): ReadValue | null {
  const noun = tokens[next];
  if (noun?.kind !== 'word' || noun.key === '' || !Number.isInteger(amount)) return null;
  if ((noun.glued && !words) || MEASURES.has(noun.key) || NO_NOUN.has(noun.key)) return null;
  // "one" is a pronoun as often as a number.
  if (words && amount <= 1) return null;
  const entry = entryAt(next);
  if (entry?.month !== undefined || entry?.unit !== undefined || entry?.number !== undefined) return null;
  return { value: { kind: 'count', amount, noun: noun.key }, until: null, next: next + 1 };
}
