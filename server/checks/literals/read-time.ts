import type { DayPart } from './lexicon.ts';
import type { ReadValue } from './literal.ts';
import type { Lexed } from './read-number.ts';

/** A time of the day: 14:00, 2 pm, 2.30 petang, בשעה 14, ساعت ۲ بعد از ظهر, noon. */
export function readTime(lexed: Lexed, index: number): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const entry = entryAt(index);
  const named = readNamed(lexed, index);
  if (named !== null) return named;
  if (entry?.oclock && tokens[index - 1]?.kind !== 'number' && entryAt(index - 1)?.number === undefined)
    return readClock(lexed, tokens[index + 1]?.text === '-' ? index + 2 : index + 1, true);
  return tokens[index]?.kind === 'number' ? readClock(lexed, index, false) : null;
}

function timeValue(minutes: number, eitherHalf: boolean, next: number): ReadValue {
  return { value: { kind: 'time', minutes: minutes % DAY, eitherHalf }, until: null, next };
}

const HOUR = 60;
const DAY = 24 * HOUR;

/** noon, midnight, tengah hari, نیمه‌شب */
function readNamed({ tokens, entryAt }: Lexed, index: number): ReadValue | null {
  const key = (at: number) => tokens[at]?.key ?? '';
  if (key(index) === 'tengah' && key(index + 1) === 'hari') return timeValue(12 * HOUR, false, index + 2);
  if (key(index) === 'tengah' && key(index + 1) === 'malam') return timeValue(0, false, index + 2);
  if (key(index) === 'نیمه' && key(index + 1) === 'شب') return timeValue(0, false, index + 2);
  const clock = entryAt(index)?.clock;
  return clock === undefined ? null : timeValue(clock, false, index + 1);
}

/** `named`: a word before it says that it is a time. */
function readClock(lexed: Lexed, index: number, named: boolean): ReadValue | null {
  const { tokens, entryAt } = lexed;
  const [token, mark, second] = [tokens[index], tokens[index + 1], tokens[index + 2]];
  const spoken = named && token?.kind === 'word' ? entryAt(index)?.number : undefined;
  if (token?.kind !== 'number' && spoken === undefined) return null;
  const before = tokens[index - 1];
  if (token?.glued && before && (before.kind === 'number' || '/:#'.includes(before.text))) return null;
  const written = /^(\d{1,2})(?:\.([0-5]\d))?$/.exec(token?.text ?? '');
  if (written === null && spoken === undefined) return null;
  const colon = mark?.text === ':' && mark.glued && second?.glued && /^[0-5]\d$/.test(second.text);
  const hour = spoken ?? Number(written?.[1]);
  const minutes = colon ? Number(second.text) : Number(written?.[2] ?? 0);
  const next = colon ? index + 3 : index + 1;
  if (hour > 24 || (tokens[next]?.text === ':' && tokens[next]?.glued && tokens[next + 1]?.kind === 'number'))
    return null;
  const part = readDayPart(lexed, next);
  if (part !== null && hour >= 1 && hour <= 12)
    return timeValue(hourOf(hour, part.part) * HOUR + minutes, false, part.next);
  if (part !== null && colon) return timeValue(hour * HOUR + minutes, false, part.next);
  if (!colon && !named) return null;
  if (named && !colon && entryAt(next)?.unit !== undefined) return null;
  const clear = hour === 0 || hour > 12 || token?.text.startsWith('0') === true;
  return timeValue(hour * HOUR + minutes, !clear, next);
}

function hourOf(hour: number, part: DayPart): number {
  const early = hour % 12;
  if (part === 'morning') return early;
  if (part === 'afternoon') return early + 12;
  if (part === 'noon') return hour >= 10 ? hour : early + 12;
  return early >= 6 ? early + 12 : early;
}

/** pm, p.m., אחר הצהריים, بعد از ظهر, petang, tengah hari, noon */
function readDayPart({ tokens, entryAt }: Lexed, index: number): { part: DayPart; next: number } | null {
  const text = (offset: number) => tokens[index + offset]?.key ?? '';
  if ((text(0) === 'p' || text(0) === 'a') && text(1) === '.' && text(2) === 'm') {
    const next = text(3) === '.' ? index + 4 : index + 3;
    return { part: text(0) === 'p' ? 'afternoon' : 'morning', next };
  }
  if (['אחר', 'אחרי'].includes(text(0)) && /^הצה?רי?ים$/u.test(text(1)))
    return { part: 'afternoon', next: index + 2 };
  if (text(0) === 'לפני' && /^הצה?רי?ים$/u.test(text(1))) return { part: 'morning', next: index + 2 };
  if (text(0) === 'بعد' && text(1) === 'از' && text(2) === 'ظهر')
    return { part: 'afternoon', next: index + 3 };
  if (text(0) === 'قبل' && text(1) === 'از' && text(2) === 'ظهر') return { part: 'morning', next: index + 3 };
  if (text(0) === 'نیمه' && text(1) === 'شب') return { part: 'night', next: index + 2 };
  if (text(0) === 'tengah' && text(1) === 'hari') return { part: 'noon', next: index + 2 };
  if (text(0) === 'tengah' && text(1) === 'malam') return { part: 'night', next: index + 2 };
  if (text(0) === 'noon' || text(0) === 'midday') return { part: 'noon', next: index + 1 };
  if (text(0) === 'midnight') return { part: 'night', next: index + 1 };
  const part = entryAt(index)?.dayPart;
  return part === undefined ? null : { part, next: index + 1 };
}
