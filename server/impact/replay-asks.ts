import { isWithin } from '../answers/calendar.ts';
import { questionKey } from '../search/analyser.ts';
import { combinationsOf, countCombinations } from '../snapshots/resolve-fact.ts';
import type { CalendarDate, GoldenQuestion, Locale, PublicSnapshot } from '../snapshots/snapshot.ts';
import type { ReplayAsk } from './replay.ts';

/** A question as people asked it, and how often. */
export interface RecordedQuestion {
  /** Redacted. */
  readonly question: string;
  readonly locale: Locale;
  readonly context: Readonly<Record<string, string>>;
  /** At least 1. */
  readonly asked: number;
}

/** What is replayed. */
export interface AskSources {
  readonly golden: readonly GoldenQuestion[];
  /** The public side or sides whose titles and variants are asked. */
  readonly snapshots: readonly PublicSnapshot[];
  readonly recorded: readonly RecordedQuestion[];
  readonly today: CalendarDate;
  /** Titles and variants in force on this day are asked too; default: none. */
  readonly dayBefore?: CalendarDate | null;
}

/**
 * Every ask that is worth replaying, each once: golden questions, then titles and variants in force today, then what is
 * listed as out of scope, then recorded questions. What comes from several sources is one ask with the first origin and how often it was asked.
 */
export function replayAsks({
  golden,
  snapshots,
  recorded,
  today,
  dayBefore = null,
}: AskSources): readonly ReplayAsk[] {
  const asks = new Map<string, ReplayAsk>();
  const add = (ask: ReplayAsk): void => {
    const key = JSON.stringify([
      ask.locale,
      questionKey(ask.question),
      sorted(ask.context),
      ask.asOf ?? today,
    ]);
    const known = asks.get(key);
    asks.set(key, known === undefined ? ask : { ...known, asked: known.asked + ask.asked });
  };
  for (const { question, locale, context, asOf } of golden) {
    add({ question, locale, context, asOf, origin: 'golden', asked: 0 });
  }
  for (const snapshot of snapshots) {
    for (const article of snapshot.articles) {
      const isAsked = [dayBefore ?? today, today].some((day) => isWithin(article.effective, day));
      if (!isAsked) continue;
      const { locale, title, questions } = article;
      for (const [at, question] of [title, ...questions].entries()) {
        const origin = at === 0 ? 'title' : 'variant';
        add({ question, locale, context: {}, asOf: null, origin, asked: 0 });
      }
    }
  }
  for (const { questions } of snapshots.flatMap(({ outOfScope = [] }) => outOfScope)) {
    for (const [locale, list] of Object.entries(questions)) {
      for (const question of list)
        add({ question, locale, context: {}, asOf: null, origin: 'out-of-scope', asked: 0 });
    }
  }
  for (const { question, locale, context, asked } of recorded) {
    add({ question, locale, context: sorted(context), asOf: null, origin: 'recorded', asked });
  }
  return [...asks.values()];
}

/** Every headed section in force on one of the days, to be opened by its id: most questions lead to an article's short answer. */
export function sectionAsks(
  snapshots: readonly PublicSnapshot[],
  days: readonly CalendarDate[],
): readonly ReplayAsk[] {
  const asks = new Map<string, ReplayAsk>();
  for (const { locale, id, effective, sections } of snapshots.flatMap(({ articles }) => articles)) {
    if (!days.some((day) => isWithin(effective, day))) continue;
    for (const { heading, anchor } of sections) {
      const answerId = `${id}#${anchor}`;
      if (heading === null || asks.has(`${locale} ${answerId}`)) continue;
      const ask = {
        question: heading,
        locale,
        context: {},
        asOf: null,
        origin: 'section',
        asked: 0,
      } as const;
      asks.set(`${locale} ${answerId}`, { ...ask, answerId });
    }
  }
  return [...asks.values()];
}

/** Most customers that a section is asked for: three dimensions of three values. */
const mostCustomers = 27;

/**
 * The customers that a section of any of the snapshots tells apart; none where they are more than `mostCustomers`, of which
 * a person reads no more than of the question back.
 */
export function createCustomersOf(
  snapshots: readonly PublicSnapshot[],
): (answerId: string, locale: Locale) => readonly Readonly<Record<string, string>>[] {
  const articles = snapshots.map(
    (snapshot) => new Map(snapshot.articles.map((article) => [`${article.locale} ${article.id}`, article])),
  );
  return (answerId, locale) => {
    const [id = '', anchor] = answerId.split('#');
    const customers = snapshots.flatMap(({ site }, at) => {
      const known = articles[at];
      const article = known?.get(`${locale} ${id}`) ?? known?.get(`${site.defaultLocale} ${id}`);
      const section = article?.sections.find((one) => one.anchor === anchor);
      const dimensions = site.dimensions
        .filter((dimension) => section?.dimensions.includes(dimension.id))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      if (dimensions.length === 0 || countCombinations(dimensions) > mostCustomers) return [];
      return combinationsOf(dimensions);
    });
    return [...new Map(customers.map((customer) => [JSON.stringify(customer), customer])).values()];
  };
}

function sorted(context: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
}
