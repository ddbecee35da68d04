import { sql } from 'kysely';
import type { CalendarDate, Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import { noCategory } from './count-asks.ts';
import { createFeedbackCounts, type FeedbackCounts } from './feedback-counts.ts';
import { type ArticleCounts, countByArticle } from './journey-counts.ts';

/** Whole days, both ends within, in the site's time zone. */
export interface DayRange {
  readonly from: CalendarDate;
  readonly to: CalendarDate;
}

/** An article and how often it was what an ask found. */
export interface ArticleAsks {
  /** `category/slug`. */
  readonly articleId: string;
  /** At least 1. */
  readonly asks: number;
}

/** Which asks are counted; what is absent or null is not asked about. */
export interface AskFilter {
  readonly channel?: string | null;
  readonly locale?: Locale | null;
  /** Asks that found no article are in no category. */
  readonly category?: string | null;
}

/** By what asks are told apart; those of no category are left out there. */
export type AskProperty = 'channel' | 'locale' | 'category';

/** Asks of a day that have something in common. */
export interface DayAsks {
  readonly day: CalendarDate;
  /** The channel, locale or category. */
  readonly key: string;
  readonly asks: number;
}

/** What became of the questions of a day; asks by an answer's id are none, and small talk is none. */
export interface DayOutcomes {
  readonly day: CalendarDate;
  readonly answered: number;
  readonly clarify: number;
  readonly needsConfirmation: number;
  readonly noAnswer: number;
}

/** How customers' visits of a day ended (count-asks.ts). */
export interface DayVisits {
  readonly day: CalendarDate;
  readonly visits: number;
  /** Those that ended with an answer, without an agent. */
  readonly selfServed: number;
  readonly toAgent: number;
}

/** What is told of what was asked. Counts of days are of asks that the walk has seen; they stay when answers expire. */
export interface Reports extends FeedbackCounts {
  /** How often each article was what an ask found, in a locale or (null) in all; articles that never were are left out. */
  askedOf(
    articleIds: readonly string[],
    range: DayRange,
    locale?: Locale | null,
  ): Promise<ReadonlyMap<string, number>>;
  /** What came back about every article since a day: journey-counts.ts. */
  byArticle(since: {
    readonly day: CalendarDate;
    readonly instant: Date;
  }): Promise<ReadonlyMap<string, ArticleCounts>>;
  /** The articles most asked for, then by id. */
  topArticles(range: DayRange, only: AskFilter, limit: number): Promise<readonly ArticleAsks[]>;
  /** Asks by day; by day, then key. */
  asksBy(property: AskProperty, range: DayRange, only: AskFilter): Promise<readonly DayAsks[]>;
  /** The outcomes of the days with questions, ascending; of the channel and locale, whatever the category. */
  outcomes(range: DayRange, only: AskFilter): Promise<readonly DayOutcomes[]>;
  /** The visits of the days that have some, ascending; of the channel and locale, whatever the category. */
  visits(range: DayRange, only: AskFilter): Promise<readonly DayVisits[]>;
}

/** The reports of a database. */
export function createReports(db: Database): Reports {
  return Object.freeze({
    ...createFeedbackCounts(db),
    byArticle: (since: { readonly day: CalendarDate; readonly instant: Date }) => countByArticle(db, since),
    async askedOf(articleIds: readonly string[], { from, to }: DayRange, locale: Locale | null = null) {
      if (articleIds.length === 0) return new Map();
      const rows = await db
        .selectFrom('article_asks')
        .select(({ fn }) => ['article_id', fn.sum<number>('asks').as('asks')])
        .where('article_id', 'in', articleIds)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .$if(locale !== null, (asked) => asked.where('locale', '=', locale))
        .groupBy('article_id')
        .execute();
      return new Map(rows.map(({ article_id, asks }) => [article_id, asks]));
    },
    async topArticles({ from, to }: DayRange, { channel, locale, category }: AskFilter, limit: number) {
      let asked = db
        .selectFrom('article_asks')
        .select(({ fn }) => ['article_id', fn.sum<number>('asks').as('asks')])
        .where('day', '>=', from)
        .where('day', '<=', to);
      if (channel) asked = asked.where('channel', '=', channel);
      if (locale) asked = asked.where('locale', '=', locale);
      if (category)
        asked = asked.where('article_id', '>=', `${category}/`).where('article_id', '<', `${category}0`);
      const rows = await asked
        .groupBy('article_id')
        .orderBy('asks', 'desc')
        .orderBy('article_id')
        .limit(limit)
        .execute();
      return rows.map(({ article_id, asks }) => ({ articleId: article_id, asks }));
    },
    async asksBy(property: AskProperty, range: DayRange, { channel, locale, category }: AskFilter) {
      let asked = db
        .selectFrom('asks_by_day')
        .select(({ fn, ref }) => ['day', ref(property).as('key'), fn.sum<number>('asks').as('asks')])
        .where('day', '>=', range.from)
        .where('day', '<=', range.to);
      if (channel) asked = asked.where('channel', '=', channel);
      if (locale) asked = asked.where('locale', '=', locale);
      if (category) asked = asked.where('category', '=', category);
      if (property === 'category') asked = asked.where('category', '<>', noCategory);
      return asked.groupBy(['day', property]).orderBy('day').orderBy(property).execute();
    },
    async outcomes(range: DayRange, { channel, locale }: AskFilter) {
      const of = (status: string) => sql<number>`sum(iif(status = ${status}, questions, 0))`;
      let asked = db
        .selectFrom('asks_by_day')
        .select([
          'day',
          of('answered').as('answered'),
          of('clarify').as('clarify'),
          of('needs_confirmation').as('needsConfirmation'),
          of('no_answer').as('noAnswer'),
        ])
        .where('day', '>=', range.from)
        .where('day', '<=', range.to);
      if (channel) asked = asked.where('channel', '=', channel);
      if (locale) asked = asked.where('locale', '=', locale);
      return asked.groupBy('day').orderBy('day').execute();
    },
    async visits(range: DayRange, { channel, locale }: AskFilter) {
      const of = (ended: string) => sql<number>`sum(iif(ended = ${ended}, visits, 0))`;
      let ended = db
        .selectFrom('visits_by_day')
        .select(({ fn }) => [
          'day',
          fn.sum<number>('visits').as('visits'),
          of('answered').as('selfServed'),
          of('agent').as('toAgent'),
        ])
        .where('day', '>=', range.from)
        .where('day', '<=', range.to);
      if (channel) ended = ended.where('channel', '=', channel);
      if (locale) ended = ended.where('locale', '=', locale);
      return ended.groupBy('day').orderBy('day').execute();
    },
  });
}
