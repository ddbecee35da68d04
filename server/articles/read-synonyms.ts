import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SynonymGroup } from './article.ts';
import type { SiteLocales } from './local-text.ts';
import type { ReadFile } from './read-site.ts';
import { lineOf, readYaml } from './read-yaml.ts';
import { emptyFile, oneLine } from './value-schemas.ts';

/** Reads content/synonyms.yaml, sorted by locale, then in the file's order. Errors: yaml-invalid, value-invalid. */
export function readSynonyms(
  text: string,
  file: string,
  site: SiteLocales | null,
): ReadFile<readonly SynonymGroup[]> {
  const read = readYaml(text, synonymsSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const entries = Object.entries(read.value);
  const errors = entries.flatMap(([locale]) => {
    if (!site || site.locales.includes(locale)) return [];
    return [
      new AppError('value-invalid', {
        message: 'Synonyms are given for a locale that the site does not have.',
        place: { file, line: lineOf(read.lines, [locale]) },
        expected: site.locales.join(', '),
        found: locale,
      }),
    ];
  });
  if (errors.length > 0) return { value: null, errors };
  const groups = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([locale, list]) =>
      (list ?? []).map((group): SynonymGroup => {
        const { words, audience } = 'words' in group ? group : { words: group, audience: undefined };
        return { locale, audience: audience ?? 'public', words };
      }),
    );
  return { value: groups, errors: [] };
}

const words = z
  .array(oneLine(1, 80), { error: 'a list of words' })
  .min(2, { error: 'at least two words that mean the same' })
  .max(50, { error: 'at most 50 words' });

const group = z.union(
  [
    words,
    z.strictObject(
      { words, audience: z.enum(['public', 'agent'], { error: 'public or agent' }).optional() },
      { error: 'a map with words and audience' },
    ),
  ],
  { error: 'a list of at least two words, or a map with words and audience' },
);

const synonymsSchema = z.union(
  [
    emptyFile,
    z.record(
      z.string(),
      z.union([z.null(), z.array(group, { error: 'a list of groups' }).max(5000)], {
        error: 'a list of groups',
      }),
      {
        error: 'a map of groups by locale',
      },
    ),
  ],
  { error: 'a map of groups by locale' },
);
