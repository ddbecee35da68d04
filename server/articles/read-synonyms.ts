import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SynonymGroup, Synonyms } from './article.ts';
import type { SiteLocales } from './local-text.ts';
import type { ReadFile } from './read-site.ts';
import { lineOf, readYaml } from './read-yaml.ts';
import { emptyFile, oneLine } from './value-schemas.ts';

/**
 * Reads content/synonyms.yaml: groups sorted by locale, then in the file's order; and what the site does without of the
 * shipped thesaurus. Errors: yaml-invalid, value-invalid.
 */
export function readSynonyms(text: string, file: string, site: SiteLocales | null): ReadFile<Synonyms> {
  const read = readYaml(text, synonymsSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const { thesaurus, ...byLocale } = read.value;
  const settings = Object.entries(typeof thesaurus === 'object' && thesaurus !== null ? thesaurus : {});
  const strange = (locale: string, path: readonly string[]): readonly AppError[] =>
    !site || site.locales.includes(locale)
      ? []
      : [
          new AppError('value-invalid', {
            message: 'Synonyms are given for a locale that the site does not have.',
            place: { file, line: lineOf(read.lines, path) },
            expected: site.locales.join(', '),
            found: locale,
          }),
        ];
  const entries = Object.entries(byLocale);
  const errors = [
    ...entries.flatMap(([locale]) => strange(locale, [locale])),
    ...settings.flatMap(([locale]) => strange(locale, ['thesaurus', locale])),
  ];
  if (errors.length > 0) return { value: null, errors };
  const groups = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([locale, list]) =>
      (list ?? []).map((group): SynonymGroup => {
        const { words, audience } = 'words' in group ? group : { words: group, audience: undefined };
        return { locale, audience: audience ?? 'public', words };
      }),
    );
  return { value: { groups, thesaurusOff: offOf(thesaurus, settings, site) }, errors: [] };
}

/** Everywhere off, or what each locale does without; locales that use everything are not listed. */
function offOf(
  thesaurus: ThesaurusSetting | undefined,
  settings: readonly (readonly [string, LocaleSetting])[],
  site: SiteLocales | null,
): Synonyms['thesaurusOff'] {
  const everywhere = isOff(thesaurus)
    ? (site?.locales ?? []).map((locale) => [locale, 'off' as LocaleSetting] as const)
    : settings;
  const entries = [...everywhere]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([locale, setting]): [string, 'all' | readonly string[]][] => {
      if (isOff(setting)) return [[locale, 'all']];
      return typeof setting === 'object' ? [[locale, [...new Set(setting.without)].sort()]] : [];
    });
  return Object.fromEntries(entries);
}

function isOff(setting: unknown): boolean {
  return setting === 'off' || setting === false;
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

const onOrOff = z.union([z.enum(['on', 'off']), z.boolean()]);
const localeSetting = z.union(
  [
    onOrOff,
    z.strictObject({ without: z.array(oneLine(1, 80), { error: 'a list of words' }).min(1).max(1000) }),
  ],
  { error: 'on, off, or a map with without: a list of words' },
);
const thesaurusSetting = z.union([onOrOff, z.record(z.string(), localeSetting)], {
  error: 'on, off, or a map by locale of on, off, or a map with without: a list of words',
});
type LocaleSetting = z.infer<typeof localeSetting>;
type ThesaurusSetting = z.infer<typeof thesaurusSetting>;

const groupList = z.union([z.null(), z.array(group, { error: 'a list of groups' }).max(5000)], {
  error: 'a list of groups',
});

const synonymsSchema = z.union(
  [
    emptyFile,
    z
      .object({ thesaurus: thesaurusSetting.optional() }, { error: 'a map of groups by locale' })
      .catchall(groupList),
  ],
  { error: 'a map of groups by locale' },
);
