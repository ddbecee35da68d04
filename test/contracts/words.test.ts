import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Wording } from '../../server/http/words.ts';

/** The promise: the interface's own words exist in every language, none is missing, none is left over. */

const root = join(import.meta.dirname, '../..');
const wordsFolder = join(root, 'views/words');

interface Use {
  readonly key: string;
  readonly place: string;
}

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function usesIn(path: string, pattern: RegExp): Use[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(pattern)].map((match) => ({
    key: match[1] ?? '',
    place: `${relative(root, path)}:${text.slice(0, match.index).split('\n').length}`,
  }));
}

function readLocale(file: string): Readonly<Record<string, Wording>> {
  return JSON.parse(readFileSync(join(wordsFolder, file), 'utf8'));
}

const forms = (wording: Wording): readonly string[] =>
  typeof wording === 'string' ? [wording] : Object.values(wording).filter((form) => form !== undefined);

const placesOf = (wording: Wording): readonly string[] =>
  [
    ...new Set(
      forms(wording).flatMap((form) => [...form.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')),
    ),
  ].sort();

describe('words of the interface', () => {
  const files = readdirSync(wordsFolder).sort();
  const locales = files.map((file) => ({ locale: file.replace('.json', ''), words: readLocale(file) }));
  const english = readLocale('en.json');
  const uses = [
    ...filesBelow(join(root, 'views'), '.hbs').flatMap((path) =>
      usesIn(path, /(?:\{\{|\()\s*t\s+"([^"]+)"/g),
    ),
    ...filesBelow(join(root, 'server'), '.ts').flatMap((path) => usesIn(path, /\bsay\(\s*'([^']+)'/g)),
  ];

  test('there is a file for each of the four languages', () => {
    expect(files).toEqual(['en.json', 'fa.json', 'he.json', 'ms.json']);
  });

  test('every key that a page or a presenter asks for is there', () => {
    const missing = uses.filter(({ key }) => english[key] === undefined);
    expect(missing).toEqual([]);
  });

  test('every key is asked for somewhere, by its whole name', () => {
    const asked = new Set(uses.map(({ key }) => key));
    expect(Object.keys(english).filter((key) => !asked.has(key))).toEqual([]);
  });

  test('no key is put together while running, so that these two tests can see all', () => {
    const built = [
      ...filesBelow(join(root, 'views'), '.hbs').flatMap((path) =>
        usesIn(path, /((?:\{\{|\()\s*t\s+[^"\s])/g),
      ),
      ...filesBelow(join(root, 'server/channels'), '.ts').flatMap((path) =>
        usesIn(path, /(\bsay\(\s*[^'\s)])/g),
      ),
    ];
    expect(built).toEqual([]);
  });

  describe.each(locales)('$locale', ({ locale, words }) => {
    test('has the keys of English, in order', () => {
      expect(Object.keys(words)).toEqual(Object.keys(english).sort());
    });

    test('has the same places to fill', () => {
      for (const [key, wording] of Object.entries(words))
        expect({ key, places: placesOf(wording) }).toEqual({ key, places: placesOf(english[key] ?? '') });
    });

    test('has for each count the plural forms of its language, and no other', () => {
      const wanted = [...new Intl.PluralRules(locale).resolvedOptions().pluralCategories].sort();
      for (const [key, wording] of Object.entries(words)) {
        if (typeof wording === 'string') continue;
        expect({ key, forms: wanted }).toEqual({ key, forms: expect.arrayContaining(Object.keys(wording)) });
        expect(wording.other).toContain('{count}');
      }
    });

    test('has no blank or untrimmed words', () => {
      for (const [key, wording] of Object.entries(words))
        for (const form of forms(wording))
          expect({ key, form }).toEqual({ key, form: form.trim() || 'words' });
    });
  });

  test.each([
    ['he', /\p{Script=Hebrew}/u],
    ['fa', /\p{Script=Arabic}/u],
  ])('%s is written in its own letters', (locale, letters) => {
    const foreign = Object.entries(readLocale(`${locale}.json`))
      // Names such as Markdown and HTML are the same in every language.
      .filter(
        ([key, wording]) => !forms(wording).every((form) => letters.test(form)) && wording !== english[key],
      )
      .map(([key]) => key);
    expect(foreign).toEqual([]);
  });
});
