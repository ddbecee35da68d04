import type { CalendarDate, Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';

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

/** What is told of what was asked. Counts of days are of asks that the walk has seen; they stay when answers expire. */
export interface Reports {
  /** How often each article was what an ask found, in a locale or (null) in all; articles that never were are left out. */
  askedOf(
    articleIds: readonly string[],
    range: DayRange,
    locale?: Locale | null,
  ): Promise<ReadonlyMap<string, number>>;
  /** The articles most asked for, then by id. */
  topArticles(range: DayRange, only: AskFilter, limit: number): Promise<readonly ArticleAsks[]>;
}

/** Which asks are counted; what is absent or null is not asked about. */
export interface AskFilter {
  readonly channel?: string | null;
  readonly locale?: Locale | null;
  readonly category?: string | null;
}

/** The reports of a database. */
export function createReports(db: Database): Reports {
  return Object.freeze({
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
  });
}
