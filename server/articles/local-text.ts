import { z } from 'zod';
import type { Locale, LocalText } from './article.ts';

/** Languages of the site; null where site.yaml could not be read, and checks against it are left out. */
export interface SiteLocales {
  readonly locales: readonly Locale[];
  readonly defaultLocale: Locale;
}

/** Text as owners write it: one text (the default locale's) or a map by locale. `most`: characters of each. */
export function localTextInput(most: number) {
  const text = z
    .string({ error: `text of 1 to ${most} characters` })
    .transform((value) => value.trim())
    .refine((value) => value.length >= 1 && [...value].length <= most, {
      error: `text of 1 to ${most} characters`,
    })
    .refine((value) => !value.includes('{{'), {
      error: 'text without {{ }}: only an article may hold facts',
    });
  return z.union([text, z.record(z.string(), text)], {
    error: `text of 1 to ${most} characters, or a map of texts by locale`,
  });
}

/** What an owner wrote as local text. */
export type LocalTextInput = string | Readonly<Record<string, string>>;

/** Called for each problem with the path below the text, what was expected, what was found. */
export type ReportLocal = (path: readonly string[], expected: string, found: string) => void;

/** The text by locale, sorted; reports locales that the site does not have and a missing default locale. */
export function localText(input: LocalTextInput, site: SiteLocales | null, report: ReportLocal): LocalText {
  if (typeof input === 'string') return { [site?.defaultLocale ?? 'und']: input };
  if (site) {
    for (const locale of Object.keys(input)) {
      if (!site.locales.includes(locale))
        report([locale], `a locale of the site: ${site.locales.join(', ')}`, locale);
    }
    if (input[site.defaultLocale] === undefined) {
      report(
        [],
        `a text in the default locale (${site.defaultLocale})`,
        Object.keys(input).join(', ') || 'none',
      );
    }
  }
  return Object.fromEntries(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)));
}
