import type { Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { ImpactPreview, Replay } from '../../impact/impact.ts';
import { type Fate, fates } from '../../snapshots/release-report.ts';
import { fateInWords } from '../agent/present-release.ts';
import { inLocale } from '../in-locale.ts';
import { hrefOf } from './manage-page.ts';

/** Changed answers on one page: what a person reads before a pause. */
const rowsAtOnce = 50;

/** Which of the changed answers are shown. */
export interface PreviewFilter {
  readonly fate: Fate | null;
  readonly locale: Locale | null;
  /** From 1. */
  readonly page: number;
}

/** A preview as the page shows it: figures that lead to the answers behind them, and one page of these. */
export function presentPreview(
  preview: ImpactPreview,
  filter: PreviewFilter,
  by: {
    readonly ui: Locale;
    readonly path: string;
    readonly site: Site;
    readonly words: Words;
    readonly wordsOf: (locale: Locale) => Words;
  },
) {
  const { words, ui } = by;
  const chosen = preview.replays.filter(
    ({ fate, locale }) =>
      (filter.fate === null || fate === filter.fate) && (filter.locale === null || locale === filter.locale),
  );
  const pages = Math.max(1, Math.ceil(chosen.length / rowsAtOnce));
  const at = Math.min(filter.page, pages);
  const href = (change: Partial<PreviewFilter>): string => {
    const { fate, locale, page } = { ...filter, page: 1, ...change };
    return hrefOf(by.path, {
      ui,
      fate: fate ?? '',
      locale: locale ?? '',
      page: page > 1 ? String(page) : '',
    });
  };
  return {
    ...preview,
    fates: fates.map((fate) => ({
      label: fateInWords(fate, words),
      ...preview.counts[fate],
      // Unchanged answers are counted, not listed.
      href: fate === 'unchanged' || preview.counts[fate].asks === 0 ? null : href({ fate }),
      current: filter.fate === fate,
    })),
    allHref: filter.fate === null && filter.locale === null ? null : href({ fate: null, locale: null }),
    locales: by.site.locales.map((locale) => ({
      locale,
      name: by.wordsOf(locale).ownName,
      dir: by.wordsOf(locale).direction,
      count: preview.replays.filter((one) => one.locale === locale).length,
      href: href({ locale }),
      current: filter.locale === locale,
    })),
    rows: chosen.slice((at - 1) * rowsAtOnce, at * rowsAtOnce).map((one) => presentReplay(one, by)),
    shown: chosen.length,
    page: at,
    pages,
    previousHref: at > 1 ? href({ page: at - 1 }) : null,
    nextHref: at < pages ? href({ page: at + 1 }) : null,
  };
}

function presentReplay(
  replay: Replay,
  by: Parameters<typeof presentPreview>[2],
): Readonly<Record<string, unknown>> {
  const { words, wordsOf, site, ui } = by;
  const { question, locale, context, asOf, origin, asked, fate, before, after, facts } = replay;
  return {
    question,
    locale,
    dir: wordsOf(locale).direction,
    language: wordsOf(locale).ownName,
    fate: fateInWords(fate, words),
    isLoss: fate === 'lost',
    isGain: fate === 'gained',
    origin: originInWords(origin, words),
    asked,
    asOf,
    customer: Object.entries(context).map(([dimension, value]) => labelOf(dimension, value, site, ui)),
    before: before.answerId,
    after: after.answerId,
    isElsewhere: before.answerId !== after.answerId,
    words: replay.words,
    facts: facts.map((fact) => ({ ...fact, href: hrefOf(`/manage/facts/${fact.factId}`, { ui }) })),
  };
}

function originInWords(origin: Replay['origin'], words: Words): string {
  switch (origin) {
    case 'golden':
      return words.say('manage.preview.golden');
    case 'title':
      return words.say('manage.preview.ofTitle');
    case 'variant':
      return words.say('manage.preview.ofVariant');
    case 'out-of-scope':
      return words.say('manage.preview.ofOutOfScope');
    case 'section':
      return words.say('manage.preview.ofSection');
    case 'recorded':
      return words.say('manage.preview.ofPeople');
  }
}

function labelOf(dimension: string, value: string, site: Site, ui: Locale): string {
  const label = site.dimensions
    .find(({ id }) => id === dimension)
    ?.values.find(({ id }) => id === value)?.label;
  return label === undefined ? value : inLocale(label, ui, site);
}
