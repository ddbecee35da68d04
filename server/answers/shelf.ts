import { buildIndex, buildIndexInSlices, updateIndex } from '../search/build-index.ts';
import type { Edition, SearchIndex } from '../search/search.ts';
import { type ThesaurusOff, thesaurusFor } from '../search/thesaurus.ts';
import type { Encoder } from '../semantics/encoder.ts';
import type { Calibration, CompiledArticle } from '../snapshots/snapshot.ts';
import type { Answer, CalendarDate, Locale, OutOfScope, Site } from './answer.ts';
import { isWithin } from './calendar.ts';
import { followUpWords } from './follow-up-words.ts';

/** The articles of one audience, from which editions are taken. */
export interface Shelf {
  readonly site: Site;
  /** Id of the snapshot that answers from this shelf cite. */
  readonly snapshot: string;
  readonly articles: readonly CompiledArticle[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly synonyms: Readonly<Record<Locale, readonly (readonly string[])[]>>;
  /** What the site does without of the thesaurus that ships with Concord, by locale. */
  readonly thesaurusOff: Readonly<Record<Locale, ThesaurusOff>>;
  readonly outOfScope: readonly OutOfScope[];
  /** How sure answers may be, by locale; a locale that is not there has the shipped model. */
  readonly calibration: Readonly<Record<Locale, Calibration>>;
  /** Where meaning counts beside words; null: words alone. */
  readonly encoder: Encoder | null;
  /** Path of an article's page on this site. */
  readonly urlOf: (locale: Locale, articleId: string) => string;
}

/** What is in force on a day in a locale: an article's own text there, or the default locale's. */
export interface ShelfEdition {
  readonly locale: Locale;
  readonly articles: ReadonlyMap<string, CompiledArticle>;
  /** Built when it is first needed. */
  readonly index: () => SearchIndex;
  /** Builds the index in slices, calling `pause` after each millisecond or two of work. */
  readonly warm: (pause: Pause) => Promise<void>;
  /** An index of the sections of one article, each as an article of its own with the answer id as its id; null for an unknown one. */
  readonly sectionsOf: (articleId: string) => SearchIndex | null;
  /** Answers that were built before; an answer is a function of its key. */
  readonly answers: Map<string, Answer>;
}

/** Lets others have their turn, where it returns a promise. */
export type Pause = () => Promise<void> | undefined;

/** An index with what it was built of. */
interface Built {
  readonly of: Edition;
  readonly index: SearchIndex;
}

/** Editions by locale and day. */
export interface Editions {
  on(locale: Locale, asOf: CalendarDate): ShelfEdition;
  /** The first day of each period between two dates on which something changes; the first one stands for all days before. */
  readonly periods: readonly CalendarDate[];
  /** Days on which an article, or any (null), comes, goes or changes its words; ascending. */
  changeDays(articleId: string | null): readonly CalendarDate[];
  /** Keeps the editions of these days, whatever else is asked for, until it is told of others. */
  hold(days: readonly CalendarDate[]): void;
  /** Whether the index of a day is there. */
  isBuilt(locale: Locale, asOf: CalendarDate): boolean;
  /** The indexes that are there, by locale and period. */
  built(): ReadonlyMap<string, Built>;
}

/** Editions kept at once: four locales over a year's changes, and a few dates asked for out of turn. */
const MOST_KEPT = 48;
/** Indexes of single articles' sections kept by an edition: conversations are about few articles at a time. */
const MOST_SECTIONS_KEPT = 64;
const BEGINNING = '0001-01-01';

/**
 * Gives the edition of any day. Between two dates on which an article or a wording changes, all days share one edition,
 * so what is served changes by itself at midnight of such a date and nothing is built twice. The least recently used
 * editions are let go; they are values, so building one again gives the same. `before`: the editions of the snapshot before
 * this one, whose indexes are taken over where few articles differ. `mostKept`: editions kept at once.
 */
export function createEditions(
  shelf: Shelf,
  before: Editions | null = null,
  mostKept: number = MOST_KEPT,
): Editions {
  const periods = [BEGINNING, ...changeDates(shelf.articles)];
  const kept = new Map<string, ShelfEdition & { readonly built: () => Built | null }>();
  // Only the indexes are held, not the editions before, which would hold those before them.
  const earlier = before?.built() ?? new Map<string, Built>();
  const periodOf = (day: CalendarDate): CalendarDate => periods.findLast((date) => date <= day) ?? BEGINNING;
  let held: readonly CalendarDate[] = [];
  return {
    periods,
    changeDays: (articleId) =>
      articleId === null
        ? periods.slice(1)
        : changeDates(shelf.articles.filter((article) => article.id === articleId)),
    isBuilt: (locale, day) => (kept.get(`${locale} ${periodOf(day)}`)?.built() ?? null) !== null,
    hold: (days) => {
      held = days.map(periodOf);
    },
    built: () =>
      new Map(
        [...kept].flatMap(([key, { built }]) => {
          const one = built();
          return one === null ? [] : [[key, one] as const];
        }),
      ),
    on: (locale, asOf) => {
      const since = periodOf(asOf);
      const key = `${locale} ${since}`;
      const edition = kept.get(key) ?? buildEdition(shelf, locale, since, earlier.get(key) ?? null);
      kept.delete(key);
      kept.set(key, edition);
      if (kept.size > mostKept) {
        const oldest = [...kept.keys()].find((one) => one !== key && !held.includes(one.split(' ')[1] ?? ''));
        if (oldest !== undefined) kept.delete(oldest);
      }
      return edition;
    },
  };
}

/** Where an address leads on a day: the successor of a superseded article once that is in force, else the id itself. */
export function followRedirect(shelf: Shelf, edition: ShelfEdition, articleId: string): string {
  const successor = Object.hasOwn(shelf.redirects, articleId) ? shelf.redirects[articleId] : undefined;
  return successor !== undefined && edition.articles.has(successor) ? successor : articleId;
}

function changeDates(articles: readonly CompiledArticle[]): readonly CalendarDate[] {
  const dates = new Set<CalendarDate>();
  const add = (date: CalendarDate | null): void => {
    if (date !== null) dates.add(date);
  };
  for (const { effective, sections } of articles) {
    add(effective.from);
    add(effective.to);
    for (const { variants } of sections) {
      for (const { period } of variants) {
        add(period.from);
        add(period.to);
      }
    }
  }
  return [...dates].sort(byCodePoints);
}

function buildEdition(
  shelf: Shelf,
  locale: Locale,
  asOf: CalendarDate,
  earlier: Built | null,
): ShelfEdition & { readonly built: () => Built | null } {
  const inForce = shelf.articles.filter((article) => isWithin(article.effective, asOf));
  const own = inForce.filter((article) => article.locale === locale);
  const ids = new Set(own.map((article) => article.id));
  const standIns = inForce.filter(
    (article) =>
      article.locale === shelf.site.defaultLocale && article.locale !== locale && !ids.has(article.id),
  );
  const all = [...own, ...standIns].sort((a, b) => byCodePoints(a.id, b.id));
  const present = new Set(all.map((article) => article.id));
  const articles = new Map(
    all
      .filter(({ id }) => !Object.hasOwn(shelf.redirects, id) || !present.has(shelf.redirects[id] ?? ''))
      .map((article) => [article.id, article]),
  );
  const synonyms = languagesOf(locale, articles).flatMap((each) => ofLocale(shelf.synonyms, each) ?? []);
  const edition: Edition = {
    locale,
    articles: [...articles.values()],
    synonyms,
    thesaurus: languagesOf(locale, articles).flatMap((each) =>
      thesaurusFor(each, ofLocale(shelf.thesaurusOff, each)),
    ),
    asOf,
    encoder: shelf.encoder,
  };
  let index: SearchIndex | null = null;
  let warming: Promise<SearchIndex> | null = null;
  let known = earlier;
  const takeOver = (): SearchIndex | null => {
    const updated = known === null ? null : updatedIndex(known, edition);
    known = null;
    return updated;
  };
  const ofSections = new Map<string, SearchIndex>();
  return {
    locale,
    articles,
    answers: new Map(),
    index: () => {
      index ??= takeOver() ?? buildIndex(edition);
      return index;
    },
    warm: async (pause) => {
      index ??= takeOver();
      if (index !== null) return;
      warming ??= buildIndexInSlices(edition, pause);
      const made = await warming.finally(() => {
        warming = null;
      });
      index ??= made;
    },
    built: () => (index === null ? null : { of: edition, index }),
    sectionsOf: (articleId) => {
      const article = articles.get(articleId);
      if (article === undefined) return null;
      const before = ofSections.get(articleId);
      if (before !== undefined) return before;
      // Without the thesaurus: it makes the same of test/golden/conversation, and building eight times as long.
      const sides = followUpWords[languageOf(article.locale)]?.sides ?? [];
      const built = buildIndex({
        locale,
        articles: [...sectionsAsArticles(article).values()],
        synonyms: [...synonyms, ...sides],
        thesaurus: [],
        asOf,
      });
      const [oldest] = ofSections.keys();
      if (ofSections.size >= MOST_SECTIONS_KEPT && oldest !== undefined) ofSections.delete(oldest);
      ofSections.set(articleId, built);
      return built;
    },
  };
}

/**
 * The index of an edition made from an earlier one, which differs in few articles; null where too many differ, or words that
 * mean the same.
 */
function updatedIndex({ of, index }: Built, edition: Edition): SearchIndex | null {
  const isAlike =
    JSON.stringify([of.synonyms, of.thesaurus]) === JSON.stringify([edition.synonyms, edition.thesaurus]);
  if (!isAlike || of.encoder !== edition.encoder) return null;
  const before = new Map(of.articles.map((article) => [article.id, article]));
  const now = new Set(edition.articles.map(({ id }) => id));
  return updateIndex(index, {
    put: edition.articles.filter((article) => before.get(article.id) !== article),
    removed: [...before.keys()].filter((id) => !now.has(id)),
  });
}

/** Each section as an article whose title is its heading; the lead has the article's title and variants. */
function sectionsAsArticles(article: CompiledArticle): ReadonlyMap<string, CompiledArticle> {
  return new Map(
    article.sections.map((section, at) => {
      const id = `${article.id}#${section.anchor}`;
      const title = section.heading ?? article.title;
      const alone = { ...section, anchor: 'lead', heading: null };
      return [id, { ...article, id, title, questions: at === 0 ? article.questions : [], sections: [alone] }];
    }),
  );
}

function languageOf(locale: Locale): string {
  return locale.split('-')[0] ?? locale;
}

/** The locale, and each language whose articles stand in: the synonyms of all of them count. */
function languagesOf(locale: Locale, articles: ReadonlyMap<string, CompiledArticle>): readonly Locale[] {
  return [...new Set([locale, ...[...articles.values()].map((article) => article.locale)])];
}

function ofLocale<T>(byLocale: Readonly<Record<Locale, T>>, locale: Locale): T | undefined {
  return Object.hasOwn(byLocale, locale) ? byLocale[locale] : undefined;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
