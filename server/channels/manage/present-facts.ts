import type { CalendarDate, Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type {
  DayChanges,
  DayQuestions,
  FactDetails,
  FactFilter,
  FactHost,
  FactList,
  FactPlace,
  FactReading,
  FactRow,
  FactSpan,
  FactsAsked,
  FactVersion,
  SectionChange,
} from '../../impact/fact-desk.ts';
import { fates } from '../../snapshots/release-report.ts';
import { fateInWords } from '../agent/present-release.ts';

/** What the pages about facts are presented with. */
export interface FactsPresenting extends FactsAsked {
  readonly words: Words;
  readonly wordsOf: (locale: Locale) => Words;
  readonly site: Site;
  /** Number of the release that is served. */
  readonly servedRelease: number;
  readonly given: Readonly<Record<string, string>>;
  /** An address with parameters; by default of this page. */
  readonly hrefOf: (parameters: Readonly<Record<string, string>>, to?: string) => string;
}

const listPath = '/manage/facts';

/** What the page of the list shows. */
export function presentFactList(list: FactList, filter: FactFilter, by: FactsPresenting) {
  const { page: _, ...filters } = by.given;
  const to = (page: number) => by.hrefOf({ ...filters, page: String(page) });
  return {
    asOf: presentDay(list.release, by),
    filter: {
      ...filter,
      owners: chosenAmong(list.owners, filter.owner),
      categories: chosenAmong(list.categories, filter.category),
      shows: chosenAmong(
        [
          { id: 'ahead', label: by.words.say('manage.facts.ahead') },
          { id: 'unused', label: by.words.say('manage.facts.unusedOnly') },
        ],
        filter.show,
      ),
      isSet: filter.words + filter.owner + filter.category + filter.show !== '',
      clearHref: by.hrefOf(by.given.asOf === undefined ? {} : { asOf: by.given.asOf }),
    },
    ui: by.words.locale,
    found: list.found,
    all: list.all,
    rows: list.rows.map((row) => presentRow(row, by)),
    pages: {
      page: list.page,
      pages: list.pages,
      previousHref: list.page > 1 ? to(list.page - 1) : null,
      nextHref: list.page < list.pages ? to(list.page + 1) : null,
    },
    coming: list.coming.map((day) => ({ ...day, href: by.hrefOf({ on: day.day }, listPath) })),
  };
}

/** What a fact's own page shows. */
export function presentFact(details: FactDetails, by: FactsPresenting) {
  const { fact, places, versions, next } = details;
  const asOf: Readonly<Record<string, string>> = by.given.asOf === undefined ? {} : { asOf: by.given.asOf };
  const presented = ownFirst(byArticle(places).map((group) => presentPlaces(group, by)));
  return {
    asOf: presentDay(details.release, by),
    backHref: by.hrefOf(asOf, listPath),
    ui: by.words.locale,
    id: fact.id,
    description: fact.description,
    owner: fact.owner,
    source: fact.source,
    type: typeOf(fact.type, by.words),
    spans: fact.spans.map((span) => ({ ...span, isThen: span.when === 'then' })),
    timeline: fact.spans.length > 1 ? drawTimeline(fact.spans, by) : null,
    next: next && presentDayChanges(next, by),
    places: presented.own,
    otherPlaces: presented.other,
    morePlaces: details.morePlaces,
    offers: details.offers,
    versions: versions.map((version) => presentVersion(version, by)),
    olderHref: details.olderThan === null ? null : by.hrefOf({ ...asOf, before: String(details.olderThan) }),
  };
}

/** What a day's page shows. */
export function presentDayChanges(changes: DayChanges, by: FactsPresenting) {
  const sections = ownFirst(changes.sections.map((section) => presentSection(section, changes.day, by)));
  return {
    day: changes.day,
    isPast: changes.day <= by.today,
    dayHref: by.hrefOf({ on: changes.day }, listPath),
    backHref: by.hrefOf({}, listPath),
    release: changes.release,
    facts: changes.facts.map((fact) => ({
      ...fact,
      href: by.hrefOf({}, `${listPath}/${fact.id}`),
      before: differing(fact.before, fact.after),
      after: differing(fact.after, fact.before),
    })),
    articles: changes.articles.map((article) => ({
      ...article,
      ...languageOf(article.locale, by),
      begins: article.kind === 'begins',
      href: articleHref(article.articleId, article.locale, changes.day, by),
    })),
    sections: sections.own,
    otherSections: sections.other,
    moreSections: changes.moreSections,
    questions: changes.questions && presentQuestions(changes.questions, by),
    isEmpty: changes.facts.length + changes.articles.length + changes.sections.length === 0,
  };
}

function presentQuestions({ counts, changed, more }: DayQuestions, by: FactsPresenting) {
  const { site, words } = by;
  const labelOf = (dimension: string, value: string): string => {
    const label = site.dimensions
      .find(({ id }) => id === dimension)
      ?.values.find(({ id }) => id === value)?.label;
    return label?.[by.locale] ?? label?.[site.defaultLocale] ?? value;
  };
  return {
    replayed: fates.reduce((sum, fate) => sum + counts[fate].asks, 0),
    fates: fates
      .filter((fate) => counts[fate].asks > 0)
      .map((fate) => ({ label: fateInWords(fate, words), ...counts[fate] })),
    changed: changed.map((replay) => ({
      question: replay.question,
      ...languageOf(replay.locale, by),
      fate: fateInWords(replay.fate, words),
      who: Object.entries(replay.context)
        .map(([dimension, value]) => labelOf(dimension, value))
        .join(' · '),
      asked: replay.asked,
      words: replay.words,
    })),
    more,
  };
}

/** Which day and whose content is shown. */
function presentDay(release: FactList['release'], by: FactsPresenting) {
  return {
    day: by.asOf,
    isOther: by.asOf !== by.today,
    isPast: by.asOf < by.today,
    number: release.number,
    publishedAt: release.publishedAt,
    timeZone: by.site.timeZone,
    isServed: release.number === by.servedRelease,
    todayHref: by.hrefOf(Object.fromEntries(Object.entries(by.given).filter(([name]) => name !== 'asOf'))),
  };
}

function presentRow(row: FactRow, by: FactsPresenting) {
  const at = row.spans.findIndex(({ when }) => when === 'then');
  const other = (span: FactSpan, neighbour: FactSpan | undefined) => ({
    from: span.from,
    lastDay: span.lastDay,
    readings: differing(span.readings, neighbour?.readings ?? []),
  });
  return {
    id: row.id,
    href: by.hrefOf(by.given.asOf === undefined ? {} : { asOf: by.given.asOf }, `${listPath}/${row.id}`),
    type: typeOf(row.type, by.words),
    description: row.description,
    owner: row.owner,
    source: row.source,
    readings: row.spans[at]?.readings ?? [],
    after: row.spans.slice(at + 1).map((span, index) => other(span, row.spans[at + index])),
    before: row.spans.slice(0, at).map((span, index) => other(span, row.spans[index + 1])),
    hosts: row.hosts.map((host) => presentHost(host, by)),
    moreHosts: row.moreHosts,
    isUnused: row.hosts.length === 0,
  };
}

function presentHost(host: FactHost, by: FactsPresenting) {
  return {
    title: host.title,
    ...languageOf(host.titleLocale, by),
    href: articleHref(host.articleId, host.titleLocale, by.asOf, by),
    isHidden: host.isHidden,
    hasNote: host.places.some(({ isNote }) => isNote),
    onlyNotes: host.places.every(({ isNote }) => isNote),
    headings: [...new Set(host.places.flatMap(({ heading }) => (heading === null ? [] : [heading])))],
    languages: host.locales.map((locale) => ({ locale, name: by.wordsOf(locale).ownName })),
  };
}

interface PlaceGroup {
  readonly first: FactPlace;
  readonly all: readonly FactPlace[];
}

function byArticle(places: readonly FactPlace[]): readonly PlaceGroup[] {
  const groups = new Map<string, FactPlace[]>();
  for (const place of places) {
    const key = `${place.locale} ${place.articleId}`;
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  return [...groups.values()].flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }]));
}

function presentPlaces({ first, all }: PlaceGroup, by: FactsPresenting) {
  return {
    title: first.title,
    ...languageOf(first.locale, by),
    href: articleHref(first.articleId, first.locale, by.asOf, by),
    isHidden: first.isHidden,
    places: all.map(({ anchor, heading, isNote, sentences }) => ({
      heading,
      isNote,
      sentences,
      href: `${articleHref(first.articleId, first.locale, by.asOf, by)}#${anchor}`,
    })),
  };
}

function presentSection(section: SectionChange, day: CalendarDate, by: FactsPresenting) {
  return {
    ...section,
    ...languageOf(section.locale, by),
    href: `${articleHref(section.articleId, section.locale, day, by)}#${section.anchor}`,
    facts: section.factIds.map((id) => ({ id, href: by.hrefOf({}, `${listPath}/${id}`) })),
  };
}

function presentVersion(version: FactVersion, by: FactsPresenting) {
  return {
    ...version,
    timeZone: by.site.timeZone,
    isAdded: version.kind === 'added',
    isWithdrawn: version.kind === 'withdrawn',
    other: version.other.map((field) => otherOf(field, by.words)),
  };
}

/** Readings that another day does not have. */
function differing(readings: readonly FactReading[], others: readonly FactReading[]): readonly FactReading[] {
  return readings.filter(
    ({ who, text }) => !others.some((other) => other.who === who && other.text === text),
  );
}

/** What is in the page's language, and apart from it the rest; all of it where nothing is. */
function ownFirst<T extends { readonly isOtherLanguage: boolean }>(
  items: readonly T[],
): { readonly own: readonly T[]; readonly other: readonly T[] } {
  const own = items.filter(({ isOtherLanguage }) => !isOtherLanguage);
  if (own.length === 0) return { own: items, other: [] };
  return { own, other: items.filter(({ isOtherLanguage }) => isOtherLanguage) };
}

function chosenAmong(choices: readonly { readonly id: string; readonly label: string }[], chosen: string) {
  return choices.map((choice) => ({ ...choice, chosen: choice.id === chosen }));
}

function languageOf(locale: Locale, { wordsOf, words }: FactsPresenting) {
  const { direction, ownName } = wordsOf(locale);
  return { lang: locale, dir: direction, language: ownName, isOtherLanguage: locale !== words.locale };
}

function articleHref(articleId: string, locale: Locale, day: CalendarDate, by: FactsPresenting): string {
  return by.hrefOf({ locale, ...(day === by.today ? {} : { asOf: day }) }, `/agent/articles/${articleId}`);
}

function typeOf(type: FactRow['type'], { say }: Words): string {
  switch (type) {
    case 'duration':
      return say('manage.facts.type.duration');
    case 'money':
      return say('manage.facts.type.money');
    case 'percent':
      return say('manage.facts.type.percent');
    case 'count':
      return say('manage.facts.type.count');
    case 'date':
      return say('manage.facts.type.date');
    case 'time':
      return say('manage.facts.type.time');
    case 'phone':
      return say('manage.facts.type.phone');
    case 'email':
      return say('manage.facts.type.email');
    case 'url':
      return say('manage.facts.type.url');
    case 'text':
      return say('manage.facts.type.text');
  }
}

function otherOf(field: FactVersion['other'][number], { say }: Words): string {
  switch (field) {
    case 'type':
      return say('manage.facts.field.type');
    case 'description':
      return say('manage.facts.field.description');
    case 'owner':
      return say('manage.facts.field.owner');
    case 'source':
      return say('manage.facts.field.source');
  }
}

const WIDTH = 640;
const HEIGHT = 20;
const GAP = 3;

/** The bar of a fact's days: pieces in proportion to time, the open ends a little longer than nothing. */
function drawTimeline(spans: readonly FactSpan[], { asOf, words }: FactsPresenting) {
  const time = (day: CalendarDate): number => Date.parse(`${day}T00:00:00Z`);
  const cuts = spans.flatMap(({ from }) => (from === null ? [] : [time(from)]));
  const marks = [...cuts, time(asOf)];
  const [first, last] = [Math.min(...marks), Math.max(...marks)];
  const margin = Math.max((last - first) * 0.15, 20 * 86_400_000);
  const begin = first - margin;
  const scale = WIDTH / (last + margin - begin);
  const at = (instant: number): number => Math.round((instant - begin) * scale * 10) / 10;
  const isMirrored = words.direction === 'rtl';
  const place = (x: number, width: number): number => (isMirrored ? WIDTH - x - width : x);
  return {
    width: WIDTH,
    height: HEIGHT,
    pieces: spans.map(({ from, when }, index) => {
      const x = from === null ? 0 : at(time(from));
      const end = spans[index + 1]?.from;
      const width = Math.max(2, (end ? at(time(end)) : WIDTH) - x - (end ? GAP : 0));
      return { x: Math.round(place(x, width) * 10) / 10, width: Math.round(width * 10) / 10, when };
    }),
    mark: place(at(time(asOf)), 0),
    first: spans[1]?.from ?? null,
    last: spans.at(-1)?.from ?? null,
    hasBothEnds: spans.length > 2,
  };
}
