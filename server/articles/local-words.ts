import { z } from 'zod';
import type { LocalWords } from './article.ts';
import type { ReportLocal, SiteLocales } from './local-text.ts';
import { oneLine } from './value-schemas.ts';

/** Most words and phrases of one list, and most characters of each: a list of countries fits, an article does not. */
const mostWords = 200;
const longestWord = 80;

const form = `a list of 1 to ${mostWords} words or phrases`;

/** Customers' words as owners write them: one list (the default locale's) or a map of lists by locale. */
export const localWordsInput = z.union(
  [
    wordList(),
    z.record(z.string(), wordList()).refine((map) => Object.keys(map).length > 0, { error: form }),
  ],
  { error: `${form}, or a map of such lists by locale` },
);

/** What an owner wrote as words. */
export type LocalWordsInput = z.infer<typeof localWordsInput>;

/** The words by locale, sorted by it; reports locales that the site does not have and words that stand there twice. */
export function localWords(input: LocalWordsInput, site: SiteLocales, report: ReportLocal): LocalWords {
  const byLocale = Array.isArray(input) ? { [site.defaultLocale]: input } : input;
  for (const [locale, words] of Object.entries(byLocale)) {
    const path = Array.isArray(input) ? [] : [locale];
    if (!site.locales.includes(locale))
      report(path, `a locale of the site: ${site.locales.join(', ')}`, locale);
    words.forEach((word, at) => {
      const first = words.findIndex((other) => wordKey(other) === wordKey(word));
      if (first < at) report([...path, String(at)], 'each word once', word);
    });
  }
  return Object.fromEntries(Object.entries(byLocale).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A word as it is compared with others of its list: letter case and width do not count. */
export function wordKey(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

function wordList() {
  return z
    .array(oneLine(1, longestWord), { error: form })
    .min(1, { error: form })
    .max(mostWords, { error: form });
}
