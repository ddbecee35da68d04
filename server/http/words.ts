import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** One entry of views/words/<locale>.json: a sentence with {name} places, or one for each plural category of the locale. */
export type Wording = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/** The interface's own words in one locale. */
export interface Words {
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** The language's name in itself: English, עברית, فارسی, Melayu. */
  readonly ownName: string;
  readonly keys: readonly string[];
  /** The wording of a key with its places filled; `count` chooses the plural and is written in the locale's digits. Throws on an unknown key. */
  say(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** A calendar date (`YYYY-MM-DD`) in long form. */
  date(day: string): string;
  /** An instant (ISO 8601) as date and time in a time zone. */
  dateTime(instant: string, timeZone: string): string;
  number(value: number): string;
  percent(share: number): string;
}

function direction(locale: string): 'ltr' | 'rtl' {
  const info = new Intl.Locale(locale) as Intl.Locale & { getTextInfo?: () => { direction: string } };
  return info.getTextInfo?.().direction === 'rtl' ? 'rtl' : 'ltr';
}

function createWords(locale: string, wordings: Readonly<Record<string, Wording>>): Words {
  const plural = new Intl.PluralRules(locale);
  const integer = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { style: 'percent' });
  const longDate = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  const own = new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale;
  return Object.freeze({
    locale,
    direction: direction(locale),
    ownName: own.charAt(0).toLocaleUpperCase(locale) + own.slice(1),
    keys: Object.keys(wordings),
    say(key: string, values: Readonly<Record<string, string | number>> = {}) {
      const wording = wordings[key];
      if (wording === undefined)
        throw new AppError('internal', { message: `views/words/${locale}.json has no key ${key}.` });
      const count = values.count;
      const sentence =
        typeof wording === 'string'
          ? wording
          : (wording[plural.select(Number(count ?? 0))] ?? wording.other ?? '');
      return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const value = values[name];
        return value === undefined ? whole : typeof value === 'number' ? integer.format(value) : value;
      });
    },
    date: (day: string) => longDate.format(new Date(`${day}T00:00:00Z`)),
    dateTime: (instant: string, timeZone: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
        new Date(instant),
      ),
    number: (value: number) => integer.format(value),
    percent: (value: number) => share.format(value),
  });
}

/** Reads every views/words/<locale>.json. A new locale is a new file, no code. */
export function readWords(directory: string): ReadonlyMap<string, Words> {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return new Map(
    files.map((name) => {
      const locale = name.slice(0, -'.json'.length);
      return [locale, createWords(locale, JSON.parse(readFileSync(join(directory, name), 'utf8')))];
    }),
  );
}
