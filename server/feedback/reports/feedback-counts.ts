import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../database/open.ts';
import type { Recommendations } from '../ratings/satisfaction.ts';
import type { AskFilter } from './reports.ts';

/** A span of time, ISO 8601, UTC: from an instant until another, which is not within. */
export interface TimeSpan {
  readonly from: string;
  readonly until: string;
}

/** Ratings of a span. */
export interface RatingCount {
  readonly helpful: number;
  readonly unhelpful: number;
}

/** Offers that have something in common; those that were withdrawn are left out. */
export interface OfferCount {
  /** The reason, or the agent. */
  readonly key: string;
  /** Made within their bounds. */
  readonly within: number;
  /** Made beyond their bounds, which somebody approved. */
  readonly beyond: number;
  /** Asked for, and waiting to be decided on or to be made. */
  readonly asked: number;
  readonly refused: number;
}

/** What is counted from tables that are small: what people gave back. Programs that check channels (`probe`) are left out. */
export interface FeedbackCounts {
  /** One count for each span, in their order. */
  ratingsIn(spans: readonly TimeSpan[], only: AskFilter): Promise<readonly RatingCount[]>;
  /** One count for each span, in their order; of the channel and locale, whatever the category. */
  recommendationsIn(spans: readonly TimeSpan[], only: AskFilter): Promise<readonly Recommendations[]>;
  /** Offers by reason or by agent (account name), those with the most first, then by key. */
  offersBy(property: 'reason' | 'agent', span: TimeSpan): Promise<readonly OfferCount[]>;
}

/** The counts of a database. */
export function createFeedbackCounts(db: Database): FeedbackCounts {
  return Object.freeze({
    async ratingsIn(spans: readonly TimeSpan[], { channel, locale, category }: AskFilter) {
      const { rows } = await sql<RatingCount & { at: number }>`
        select s.key as at, total(r.helpful) as helpful, count(r.helpful) - total(r.helpful) as unhelpful
        from json_each(${JSON.stringify(spans)}) s
        cross join ratings r on r.given_at >= s.value ->> 'from' and r.given_at < s.value ->> 'until'
        where r.channel <> 'probe' ${where('r.channel', channel)} ${where('r.locale', locale)}
          ${category ? sql`and r.article_id >= ${`${category}/`} and r.article_id < ${`${category}0`}` : sql``}
        group by s.key`.execute(db);
      return inOrder(spans, rows, ({ helpful, unhelpful }) => ({ helpful, unhelpful }), {
        helpful: 0,
        unhelpful: 0,
      });
    },
    async recommendationsIn(spans: readonly TimeSpan[], { channel, locale }: AskFilter) {
      const { rows } = await sql<Recommendations & { at: number }>`
        select s.key as at, total(a.score >= 9) as promoters, total(a.score between 7 and 8) as passives,
          total(a.score <= 6) as detractors
        from json_each(${JSON.stringify(spans)}) s
        cross join survey_answers a on a.given_at >= s.value ->> 'from' and a.given_at < s.value ->> 'until'
        where a.channel <> 'probe' ${where('a.channel', channel)} ${where('a.locale', locale)}
        group by s.key`.execute(db);
      return inOrder(
        spans,
        rows,
        ({ promoters, passives, detractors }) => ({ promoters, passives, detractors }),
        { promoters: 0, passives: 0, detractors: 0 },
      );
    },
    async offersBy(property: 'reason' | 'agent', { from, until }: TimeSpan) {
      const key = sql.ref(property === 'agent' ? 'made_by' : 'reason');
      const { rows } = await sql<OfferCount>`
        select ${key} as key,
          sum(bounds = 'within' and status = 'made') as "within",
          sum(bounds = 'beyond' and status = 'made') as beyond,
          sum(status in ('asked', 'approved')) as asked, sum(status = 'refused') as refused
        from offers_made where made_at >= ${from} and made_at < ${until} and status <> 'withdrawn'
        group by ${key} order by count(*) desc, ${key}`.execute(db);
      return rows;
    },
  });
}

function where(column: string, value: string | null | undefined): RawBuilder<unknown> {
  return value ? sql`and ${sql.ref(column)} = ${value}` : sql``;
}

/** One count for each span, as `countOf` takes it from a row; `none` where nothing was counted. */
function inOrder<Row extends { readonly at: number }, Count>(
  spans: readonly TimeSpan[],
  rows: readonly Row[],
  countOf: (row: Row) => Count,
  none: Count,
): readonly Count[] {
  const found = new Map(rows.map((row) => [row.at, countOf(row)]));
  return spans.map((_, at) => found.get(at) ?? none);
}
