import type { Locale } from '../../answers/answer.ts';
import { type Flag, type FlagKind, flagKinds } from '../../feedback/flags/flag.ts';
import type { Words } from '../../http/words.ts';
import { isolated } from './isolated.ts';
import { timeAgo } from './time-ago.ts';

/** A flag as it sits on an answer for the agents. */
export interface FlagMark {
  /** Kind, by whom and how long ago, as one sentence. */
  readonly said: string;
  readonly note: string;
  readonly raisedAt: string;
  /** The section, where it is another than the one that is shown; null: it is about this one, or all. */
  readonly place: string | null;
  /** The language, where it is another than the one that is shown. */
  readonly language: string | null;
}

/** Presents the open flags of an article beside one of its texts. */
export function presentFlagMarks(
  flags: readonly Flag[],
  shown: {
    /** Anchor; null: the whole article. */
    readonly section: string | null;
    readonly locale: Locale;
    readonly headings: ReadonlyMap<string, string | null>;
    readonly now: Date;
    readonly words: Words;
    readonly wordsOf: (locale: Locale) => Words;
  },
): readonly FlagMark[] {
  const { section, locale, headings, now, words, wordsOf } = shown;
  return flags.map((flag) => ({
    said: flagInWords(flag, words, now),
    note: flag.note,
    raisedAt: flag.raisedAt,
    place:
      flag.section === null || flag.section === section || flag.locale !== locale
        ? null
        : (headings.get(flag.section) ?? null),
    language: flag.locale === locale ? null : wordsOf(flag.locale).ownName,
  }));
}

/** Who flagged something as what, and how long ago. */
export function flagInWords(
  { kind, raisedBy, raisedAt }: Pick<Flag, 'kind' | 'raisedBy' | 'raisedAt'>,
  words: Words,
  now: Date,
): string {
  const person = raisedBy === null ? words.say('flag.somebody') : isolated(raisedBy);
  const values = { person, when: timeAgo(raisedAt, now, words.locale) };
  switch (kind) {
    case 'wrong':
      return words.say('flag.said.wrong', values);
    case 'outdated':
      return words.say('flag.said.outdated', values);
    case 'unclear':
      return words.say('flag.said.unclear', values);
    case 'missing':
      return words.say('flag.said.missing', values);
  }
}

/** A kind as a form and a list name it. */
export function flagKindInWords(kind: FlagKind, words: Words): string {
  switch (kind) {
    case 'wrong':
      return words.say('flag.kind.wrong');
    case 'outdated':
      return words.say('flag.kind.outdated');
    case 'unclear':
      return words.say('flag.kind.unclear');
    case 'missing':
      return words.say('flag.kind.missing');
  }
}

/** Fields of the form for a flag, as they come back where something is wrong with them. */
export interface FlagFields {
  readonly kind: string;
  readonly note: string;
  /** Id of the answer, or of the article; empty: something is missing altogether. */
  readonly answer: string;
  readonly locale: string;
  readonly q: string;
  readonly receipt: string;
  /** Where one came from. */
  readonly next: string;
}

/** The form for a flag; `problem`: what is wrong with which field. */
export function presentFlagForm(
  fields: FlagFields,
  words: Words,
  problem: { readonly field: 'kind' | 'note'; readonly text: string } | null = null,
) {
  const { kind, note, ...hidden } = fields;
  // Of an answer that there is not, only that can be said.
  const offered = fields.answer === '' ? (['missing'] as const) : flagKinds;
  return {
    kinds: offered.map((id, at) => ({
      id,
      label: flagKindInWords(id, words),
      key: at + 1,
      chosen: kind === id || offered.length === 1,
    })),
    note,
    hidden: Object.entries(hidden).map(([name, value]) => ({ name, value })),
    problem,
  };
}
