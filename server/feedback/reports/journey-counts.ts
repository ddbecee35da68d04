import type { CalendarDate } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import { allSince } from '../ratings/ratings.ts';

/** What came back about an article. */
export interface ArticleCounts {
  /** Asks that found it. */
  readonly asks: number;
  /** Customers who said whether it helped, and of them those whom it did. */
  readonly rated: number;
  readonly helpful: number;
  /** Open gaps that it is nearest to, and flags of agents. */
  readonly gaps: number;
  readonly flags: number;
}

/** Nothing came back yet. */
export const noCounts: ArticleCounts = Object.freeze({ asks: 0, rated: 0, helpful: 0, gaps: 0, flags: 0 });

/**
 * What came back about every article, over all locales; articles about which nothing did are left out. Asks and ratings since
 * a day and an instant, gaps and flags as they stand.
 */
export async function countByArticle(
  db: Database,
  { day, instant }: { readonly day: CalendarDate; readonly instant: Date },
): Promise<ReadonlyMap<string, ArticleCounts>> {
  const counts = new Map<string, ArticleCounts>();
  const add = (articleId: string | null, some: Partial<ArticleCounts>): void => {
    if (articleId !== null) counts.set(articleId, { ...(counts.get(articleId) ?? noCounts), ...some });
  };
  const asked = await db
    .selectFrom('article_asks')
    .select(({ fn }) => ['article_id', fn.sum<number>('asks').as('asks')])
    .where('day', '>=', day)
    .groupBy('article_id')
    .execute();
  for (const { article_id, asks } of asked) add(article_id, { asks });
  const rated = await db
    .selectFrom('ratings')
    .select(({ fn }) => [
      'article_id',
      fn.countAll<number>().as('rated'),
      fn.sum<number>('helpful').as('helpful'),
    ])
    .where(allSince(instant))
    .where('channel', '<>', 'probe')
    .groupBy('article_id')
    .execute();
  for (const { article_id, rated: n, helpful } of rated) add(article_id, { rated: n, helpful });
  const gaps = await db
    .selectFrom('gap_groups')
    .select(({ fn }) => ['nearest_article', fn.countAll<number>().as('gaps')])
    .where('state', '=', 'open')
    .groupBy('nearest_article')
    .execute();
  for (const { nearest_article, gaps: n } of gaps) add(nearest_article, { gaps: n });
  const flags = await db
    .selectFrom('flags')
    .select(({ fn }) => ['article_id', fn.countAll<number>().as('flags')])
    .where('status', '=', 'open')
    .groupBy('article_id')
    .execute();
  for (const { article_id, flags: n } of flags) add(article_id, { flags: n });
  return counts;
}
