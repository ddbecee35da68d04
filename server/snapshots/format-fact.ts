import type { FactContent, Locale, Period } from '../articles/article.ts';

/** A fact's value as a reader of one locale sees it, and where it leads. */
export interface FormattedFact {
  /** Plain text on one line. In right-to-left locales, left-to-right values stand between bidi isolates. */
  readonly text: string;
  /** Inside a link's address, and for the link that a fact makes of itself: `mailto:`, `tel:`, `https:`; else null. */
  readonly href: string | null;
  /** The value as written, for addresses: `tel:{{fact:care-phone}}`. */
  readonly raw: string;
}

/**
 * Formats a fact by the platform's Intl alone, so that no two texts can write one value differently.
 * Dates take the locale's own calendar and digits (Persian: Solar Hijri); text falls back to `defaultLocale`.
 */
export function formatFact(content: FactContent, locale: Locale, defaultLocale: Locale): FormattedFact {
  switch (content.type) {
    case 'duration':
      return plain(
        number(locale, { style: 'unit', unit: content.unit, unitDisplay: 'long' }).format(content.amount),
      );
    case 'money':
      return plain(formatMoney(content, locale));
    case 'percent':
      return plain(
        number(locale, { style: 'percent', maximumFractionDigits: 4 }).format(content.amount / 100),
      );
    case 'count':
      return plain(number(locale, { maximumFractionDigits: 6 }).format(content.amount));
    case 'date':
      return plain(
        dates(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${content.date}T00:00:00Z`)),
      );
    case 'time':
      return plain(
        dates(locale, { timeStyle: 'short', timeZone: 'UTC' }).format(
          new Date(`2000-01-01T${content.time}:00Z`),
        ),
      );
    case 'phone':
      return {
        text: isolated(groupPhone(content.value), locale),
        href: `tel:${content.value}`,
        raw: content.value,
      };
    case 'email':
      return { text: isolated(content.value, locale), href: `mailto:${content.value}`, raw: content.value };
    case 'url':
      return { text: isolated(content.value, locale), href: content.value, raw: content.value };
    case 'text':
      return plain(content.text[locale] ?? content.text[defaultLocale] ?? '');
  }
}

/** An amount of money in a locale's own form, with the currency's usual decimals: `$10.00`. */
export function formatMoney(
  money: { readonly amount: number; readonly currency: string },
  locale: Locale,
): string {
  return tidy(number(locale, { style: 'currency', currency: money.currency }).format(money.amount));
}

/** A half-open period by its first and last day, `Nov 15, 2026 – Jan 10, 2027`; one text, or none where it is open on both sides. */
export function formatPeriod(period: Period, locale: Locale): readonly string[] {
  if (period.from === null && period.to === null) return [];
  const format = dates(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const first = period.from === null ? '' : format.format(Date.parse(period.from));
  const last = period.to === null ? '' : format.format(Date.parse(period.to) - 86_400_000);
  return [tidy(first === last ? first : `${first} – ${last}`)];
}

/** Whether a locale's script runs from right to left. */
export function isRightToLeft(locale: Locale): boolean {
  const known = directions.get(locale);
  if (known !== undefined) return known;
  const made = rightToLeftScripts.has(new Intl.Locale(locale).maximize().script ?? '');
  directions.set(locale, made);
  return made;
}

const rightToLeftScripts: ReadonlySet<string> = new Set([
  'Adlm',
  'Arab',
  'Hebr',
  'Nkoo',
  'Rohg',
  'Syrc',
  'Thaa',
]);

function plain(text: string): FormattedFact {
  const tidied = tidy(text);
  return { text: tidied, href: null, raw: tidied };
}

/** No-break spaces become plain ones: people search for, copy and compare these texts. */
function tidy(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').trim();
}

function isolated(text: string, locale: Locale): string {
  return isRightToLeft(locale) ? `\u2066${text}\u2069` : text;
}

/** E.164 in groups of three, the last of four: `+18005550142` is `+1 800 555 0142`. */
function groupPhone(e164: string): string {
  const digits = e164.replace(/\D/g, '');
  const code = callingCode(digits);
  let rest = digits.slice(code.length);
  const groups: string[] = [];
  while (rest.length > 4) {
    groups.push(rest.slice(0, 3));
    rest = rest.slice(3);
  }
  if (rest !== '') groups.push(rest);
  return [`+${code}`, ...groups].join(' ');
}

/** ITU-T E.164 country codes: 1 and 7 have one digit, these have two, all others three. */
const twoDigitCodes = /^(?:20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

function callingCode(digits: string): string {
  if (/^[17]/.test(digits)) return digits.slice(0, 1);
  return digits.slice(0, twoDigitCodes.test(digits) ? 2 : 3);
}

/** Intl formatters cost some 50 µs to make and are pure, so each is made once for each locale and form. */
const numberFormats = new Map<string, Intl.NumberFormat>();
const directions = new Map<Locale, boolean>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function number(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([locale, options]);
  const known = numberFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, options);
  numberFormats.set(key, made);
  return made;
}

function dates(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = dateFormats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, options);
  dateFormats.set(key, made);
  return made;
}
