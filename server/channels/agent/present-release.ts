import type { Person } from '../../accounts/accounts.ts';
import type { AgentDesk, CalendarDate, Locale, PublicAnswerer } from '../../answers/answer.ts';
import type { Reading } from '../../feedback/change-readings.ts';
import type { Words } from '../../http/words.ts';
import {
  type ArticleChange,
  type ChangeCounts,
  countChanges,
  type Fate,
  fates,
} from '../../snapshots/release-report.ts';
import type { ReleaseEntry } from '../releases.ts';
import { askedOf } from './unread-changes.ts';

/** A release as a row of a list. */
export interface ReleaseRow {
  readonly number: number;
  readonly publishedAt: string;
  readonly publisher: string;
  readonly note: string;
  readonly restores: number | null;
  readonly acknowledged: boolean;
  /** Files whose last good content stood for a refused one. */
  readonly kept: number;
  /** What changed in words, by who can see it; empty where nothing did. */
  readonly counts: readonly { readonly isAgents: boolean; readonly counts: readonly string[] }[];
  /** Null where nobody is asked to read it. */
  readonly asks: { readonly read: number; readonly people: number } | null;
  /** Fates that some ask had. */
  readonly impact: readonly { readonly label: string; readonly asks: number; readonly asked: number }[];
}

/** An article that a release changed, with a link to it where it is still there. */
export interface ChangeRow {
  readonly articleId: string;
  readonly title: string;
  readonly locale: Locale;
  readonly dir: 'ltr' | 'rtl';
  readonly language: string;
  readonly isAgents: boolean;
  readonly kind: string;
  /** Null where it is not there any more. */
  readonly href: string | null;
}

/** A row for a release; `readings` of it and others, `people` everybody. */
export function presentRelease(
  { release, report }: ReleaseEntry,
  by: { readonly words: Words; readonly people: readonly Person[]; readonly readings: readonly Reading[] },
): ReleaseRow {
  const { number, publishedAt, publisher, changeNote, kept } = release;
  const asked = askedOf(by.people, release);
  const readers = new Set(
    by.readings.filter((reading) => reading.release === number).map(({ personId }) => personId),
  );
  const { impact } = report;
  return {
    number,
    publishedAt,
    publisher,
    note: changeNote,
    restores: report.restores,
    acknowledged: report.acknowledged !== null,
    kept: kept.length,
    counts: countsInWords(countChanges(report), by.words),
    asks: report.asksReading
      ? { read: asked.filter(({ id }) => readers.has(id)).length, people: asked.length }
      : null,
    impact:
      impact === null
        ? []
        : fates
            .filter((fate) => impact[fate].asks > 0)
            .map((fate) => ({ label: fateInWords(fate, by.words), ...impact[fate] })),
  };
}

function countsInWords(counts: ChangeCounts, words: Words): ReleaseRow['counts'] {
  return (['public', 'agent'] as const).flatMap((audience) => {
    const { added, changed, withdrawn } = counts[audience];
    const said = [
      ...(added > 0 ? [words.say('manage.releases.added', { count: added })] : []),
      ...(changed > 0 ? [words.say('manage.releases.changed', { count: changed })] : []),
      ...(withdrawn > 0 ? [words.say('manage.releases.withdrawn', { count: withdrawn })] : []),
    ];
    return said.length === 0 ? [] : [{ isAgents: audience === 'agent', counts: said }];
  });
}

/** What became of an ask, in the words of the pages. */
export function fateInWords(fate: Fate, words: Words): string {
  switch (fate) {
    case 'gained':
      return words.say('manage.fate.gained');
    case 'lost':
      return words.say('manage.fate.lost');
    case 'moved':
      return words.say('manage.fate.moved');
    case 'clarification':
      return words.say('manage.fate.clarification');
    case 'reworded':
      return words.say('manage.fate.reworded');
    case 'out-of-scope':
      return words.say('manage.fate.outOfScope');
    case 'unchanged':
      return words.say('manage.fate.unchanged');
  }
}

/** Ids of the articles that agents can open today. */
export function openArticles(
  answerer: PublicAnswerer,
  desk: AgentDesk,
  asOf: CalendarDate,
): ReadonlySet<string> {
  const hidden = desk
    .hiddenCategories({ locale: answerer.site.defaultLocale, context: {}, asOf })
    .flatMap(({ articles }) => articles);
  return new Set([...answerer.inventory(asOf), ...hidden].map(({ articleId }) => articleId));
}

/** A row for a changed article. */
export function presentChange(
  { articleId, title, locale, audience, kind }: ArticleChange,
  by: {
    readonly ui: Locale;
    readonly words: Words;
    readonly wordsOf: (locale: Locale) => Words;
    readonly there: ReadonlySet<string>;
  },
): ChangeRow {
  return {
    articleId,
    title,
    locale,
    dir: by.wordsOf(locale).direction,
    language: by.wordsOf(locale).ownName,
    isAgents: audience === 'agent',
    kind: kindInWords(kind, by.words),
    href: by.there.has(articleId)
      ? `/agent/articles/${articleId}?${new URLSearchParams({ locale, ui: by.ui })}`
      : null,
  };
}

function kindInWords(kind: ArticleChange['kind'], words: Words): string {
  switch (kind) {
    case 'added':
      return words.say('manage.release.kindAdded');
    case 'changed':
      return words.say('manage.release.kindChanged');
    case 'withdrawn':
      return words.say('manage.release.kindWithdrawn');
  }
}
