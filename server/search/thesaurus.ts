import type { Locale } from '../snapshots/snapshot.ts';
import { questionKey } from './analyser.ts';
import { english } from './thesaurus/en.ts';
import { persian } from './thesaurus/fa.ts';
import { hebrew } from './thesaurus/he.ts';
import { malay } from './thesaurus/ms.ts';

/** What a site does without: the whole thesaurus of a locale, or the groups in which one of these words stands. */
export type ThesaurusOff = 'all' | readonly string[];

const byLanguage: Readonly<Record<string, readonly (readonly string[])[]>> = {
  en: english,
  he: hebrew,
  fa: persian,
  ms: malay,
};

/**
 * The groups of customers' words that ship with Concord for a locale's language (`en-GB` has those of `en`), less what the
 * site does without; none for a language without a thesaurus.
 */
export function thesaurusFor(locale: Locale, off: ThesaurusOff = []): readonly (readonly string[])[] {
  if (off === 'all') return [];
  const groups = byLanguage[locale.split('-')[0] ?? locale] ?? [];
  const keys = new Set(off.map(questionKey));
  return keys.size === 0 ? groups : groups.filter((group) => !hasOneOf(group, keys));
}

/** The words among those that a site does without that stand in no group of the locale's language: a mistake of its owner. */
export function unknownToThesaurus(locale: Locale, off: ThesaurusOff): readonly string[] {
  if (off === 'all') return [];
  const groups = thesaurusFor(locale);
  return off.filter((word) => !groups.some((group) => hasOneOf(group, new Set([questionKey(word)]))));
}

function hasOneOf(group: readonly string[], keys: ReadonlySet<string>): boolean {
  return group.some((word) => keys.has(questionKey(word)));
}
