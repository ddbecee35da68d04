import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import type { CalendarDate } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import type { DatabaseSchema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import { readReceiptCode } from '../receipt-code.ts';
import { type Redact, redact } from '../redact.ts';
import { countAnswers } from '../reports/count-answers.ts';
import {
  type DislikedArticle,
  type FeedbackFilter,
  type FeedbackPlace,
  mostSentenceCharacters,
  type RatedAnswer,
  type Rating,
  type RatingOutcome,
  type RatingReason,
  type RatingSaid,
  type RatingTally,
  ratingReasons,
} from './rating.ts';

/** Whether answers helped, as customers say. */
export interface Ratings {
  /**
   * Counts a rating: one a receipt; a second one changes it within a day and is not counted later. Receipts that are
   * unknown, expired or for agents are unknown. Errors: invalid-request for a sentence that is too long, or reasons
   * although it helped.
   */
  rate(said: RatingSaid, at: Date): Promise<RatingOutcome>;
  /** The rating of a receipt; null: none was given. */
  find(receipt: string): Promise<Rating | null>;
  /** How often ratings were given, by channel, locale and category; those of programs that check channels are left out. */
  tally(filter: FeedbackFilter): Promise<readonly RatingTally[]>;
  /** Ratings with what was asked, the newest first; `helpful` null: all. */
  list(
    filter: FeedbackFilter,
    page: {
      readonly helpful: boolean | null;
      readonly before: FeedbackPlace | null;
      readonly limit: number;
    },
  ): Promise<readonly RatedAnswer[]>;
  /** How many answers customers were given since a day, of which they could rate each. */
  answers(since: CalendarDate, only: Omit<FeedbackFilter, 'since'>): Promise<number>;
  /**
   * Articles that at least 3 customers found unhelpful since an instant (the desk asks for 30 days), and at least 3 of 10 who
   * rated; those with the most first.
   */
  disliked(since: Date): Promise<readonly DislikedArticle[]>;
}

/** How long a rating may be changed: until then it is the same visit, or its next morning. */
const changeableMs = 86_400_000;

/**
 * When an article is disliked. Evidence: with 3 of 10 the 95% interval (satisfaction.ts) begins at 11%, above the tenth of
 * wrong answers that site.yaml's `answers.maximumRisk` puts up with by itself; fewer than 3 may be one household.
 */
const leastUnhelpful = 3;
const leastShare = 0.3;

/** The ratings of a database, in `ratings`; each is told to those who subscribed, in the same transaction. */
export function createRatings(
  db: Database,
  {
    events,
    hide = redact,
  }: {
    readonly events: EventLog;
    /** Default: `redact`. */
    readonly hide?: Redact;
  },
): Ratings {
  return Object.freeze({
    async rate(said: RatingSaid, at: Date): Promise<RatingOutcome> {
      const { helpful, reasons, sentence } = readSaid(said, hide);
      const code = readReceiptCode(said.receipt);
      if (code === null) return { kind: 'unknown' };
      const served = await db
        .selectFrom('served_answers')
        .select(['channel', 'locale', 'answer_id', 'conversation_id'])
        .where('code', '=', code)
        .where('audience', '=', 'public')
        .where('expires_at', '>', at.toISOString())
        .executeTakeFirst();
      if (served === undefined) return { kind: 'unknown' };
      const conversationId = served.conversation_id;
      const before = await find(db, code);
      if (before !== null) {
        if (isSame(before, { helpful, reasons, sentence }))
          return { kind: 'counted', rating: before, conversationId };
        if (at.getTime() - Date.parse(before.givenAt) > changeableMs)
          return { kind: 'settled', rating: before, conversationId };
      }
      const rating: Rating = {
        receipt: code,
        givenAt: before?.givenAt ?? at.toISOString(),
        changedAt: at.toISOString(),
        channel: served.channel,
        locale: served.locale,
        articleId: before?.articleId ?? served.answer_id?.split('#')[0] ?? said.articleId ?? null,
        helpful,
        reasons,
        sentence,
      };
      const row = rowOf(rating);
      // Begins with a write: a transaction that has read first cannot write after another process has.
      await db.transaction().execute(async (within) => {
        await within
          .insertInto('ratings')
          .values(row)
          .onConflict((conflict) => conflict.column('receipt').doUpdateSet(row))
          .execute();
        if (rating.channel !== 'probe')
          await events.add(
            'feedback.received',
            {
              kind: 'rating',
              receipt: code,
              articleId: rating.articleId,
              locale: rating.locale,
              channel: rating.channel,
              conversationId,
              helpful,
              reasons,
              sentence,
              changed: before !== null,
            },
            within,
          );
      });
      return { kind: 'counted', rating, conversationId };
    },

    async find(receipt: string) {
      const code = readReceiptCode(receipt);
      return code === null ? null : find(db, code);
    },

    async tally(filter: FeedbackFilter) {
      const rows = await db
        .selectFrom('ratings')
        .select([
          'channel',
          'locale',
          sql<string | null>`substr(article_id, 1, instr(article_id, '/') - 1)`.as('category'),
          sql<number>`sum(helpful)`.as('helpful'),
          sql<number>`sum(1 - helpful)`.as('unhelpful'),
        ])
        .where(matches(filter, allSince))
        .groupBy(['article_id', 'locale', 'channel'])
        .execute();
      const counts = new Map<string, RatingTally>();
      for (const row of rows) {
        const key = JSON.stringify([row.channel, row.locale, row.category]);
        const { helpful, unhelpful } = counts.get(key) ?? { helpful: 0, unhelpful: 0 };
        counts.set(key, { ...row, helpful: helpful + row.helpful, unhelpful: unhelpful + row.unhelpful });
      }
      return [...counts.values()].sort(byPlace);
    },

    async list(
      filter: FeedbackFilter,
      page: { helpful: boolean | null; before: FeedbackPlace | null; limit: number },
    ) {
      const { helpful, before, limit } = page;
      const rows = await db
        .selectFrom('ratings')
        .innerJoin('served_answers', 'served_answers.code', 'ratings.receipt')
        .selectAll('ratings')
        .select('served_answers.question')
        .where(matches(filter))
        .$if(helpful !== null, (rated) => rated.where('ratings.helpful', '=', helpful ? 1 : 0))
        .$if(before !== null, (rated) =>
          rated.where(
            sql<boolean>`(ratings.given_at, ratings.receipt) < (${before?.givenAt}, ${before?.id})`,
          ),
        )
        .orderBy('ratings.given_at', 'desc')
        .orderBy('ratings.receipt', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ question, ...row }) => ({ ...ratingOf(row), question }));
    },

    answers: (since: CalendarDate, only: Omit<FeedbackFilter, 'since'>) => countAnswers(db, since, only),

    async disliked(since: Date) {
      const rows = await db
        .selectFrom('ratings')
        .select([
          'article_id',
          'locale',
          sql<number>`sum(1 - helpful)`.as('unhelpful'),
          sql<number>`count(*)`.as('rated'),
        ])
        .where(allSince(since))
        .where('channel', '<>', 'probe')
        .where('article_id', 'is not', null)
        .groupBy(['article_id', 'locale'])
        .having(sql<number>`sum(1 - helpful)`, '>=', leastUnhelpful)
        .having(sql<boolean>`sum(1 - helpful) >= ${leastShare} * count(*)`)
        .orderBy('unhelpful', 'desc')
        .orderBy('article_id')
        .orderBy('locale')
        .execute();
      const reasons = await reasonsSince(db, since);
      return rows.map(({ article_id, locale, unhelpful, rated }) => ({
        articleId: article_id ?? '',
        locale,
        unhelpful,
        rated,
        reason: reasons.get(`${article_id} ${locale}`) ?? null,
      }));
    },
  });
}

/** The part of an article's id that names its category; null where nothing was answered. */
const categoryOf = sql<string | null>`substr(ratings.article_id, 1, instr(ratings.article_id, '/') - 1)`;

/**
 * Those since an instant, for a count by article: `+` keeps SQLite from reading them by time, whose order is of no use
 * there (index ratings_article).
 */
export function allSince(since: Date) {
  return sql<boolean>`+ratings.given_at >= ${since.toISOString()}`;
}

function byPlace(a: RatingTally, b: RatingTally): number {
  const key = ({ channel, locale, category }: RatingTally): readonly string[] => [
    channel,
    locale,
    category ?? '',
  ];
  const [before, after] = [key(a), key(b)];
  const at = before.findIndex((part, n) => part !== after[n]);
  return at < 0 ? 0 : (before[at] ?? '') < (after[at] ?? '') ? -1 : 1;
}

function matches(
  { since, channel, locale, category }: FeedbackFilter,
  isSince: (since: Date) => Expression<SqlBool> = (from) => sql`ratings.given_at >= ${from.toISOString()}`,
) {
  return ({ eb, and }: ExpressionBuilder<DatabaseSchema, 'ratings'>): Expression<SqlBool> =>
    and([
      isSince(since),
      eb('ratings.channel', '<>', 'probe'),
      ...(channel === undefined ? [] : [eb('ratings.channel', '=', channel)]),
      ...(locale === undefined ? [] : [eb('ratings.locale', '=', locale)]),
      ...(category === undefined ? [] : [eb(categoryOf, '=', category)]),
    ]);
}

async function find(db: Database, code: string): Promise<Rating | null> {
  const row = await db.selectFrom('ratings').selectAll().where('receipt', '=', code).executeTakeFirst();
  return row === undefined ? null : ratingOf(row);
}

/** The reason named most since an instant, by article and locale; of two named alike, the one offered first. */
async function reasonsSince(db: Database, since: Date): Promise<ReadonlyMap<string, RatingReason>> {
  const { rows } = await sql<{ article: string; locale: string; reason: RatingReason; named: number }>`
    select r.article_id as article, r.locale, named.value as reason, count(*) as named
    from ratings r, json_each(r.reasons) named
    where r.helpful = 0 and r.given_at >= ${since.toISOString()} and r.channel <> 'probe'
      and r.article_id is not null
    group by 1, 2, 3`.execute(db);
  const inOrder = [...rows].sort(
    (a, b) => b.named - a.named || ratingReasons.indexOf(a.reason) - ratingReasons.indexOf(b.reason),
  );
  const most = new Map<string, RatingReason>();
  for (const { article, locale, reason } of inOrder) {
    const key = `${article} ${locale}`;
    if (!most.has(key)) most.set(key, reason);
  }
  return most;
}

function readSaid(
  { helpful, reasons = [], sentence = null }: RatingSaid,
  hide: Redact,
): {
  readonly helpful: boolean;
  readonly reasons: readonly RatingReason[];
  readonly sentence: string | null;
} {
  if (helpful && reasons.length > 0)
    throw new AppError('invalid-request', {
      field: 'reasons',
      message: 'Reasons are for answers that did not help.',
      expected: 'reasons only with helpful: false',
      found: 'reasons with helpful: true',
    });
  return {
    helpful,
    reasons: ratingReasons.filter((reason) => reasons.includes(reason)),
    sentence: readSentence(sentence, hide),
  };
}

/** A customer's sentence as it is stored; null: nothing was said. Errors: invalid-request where it is too long. */
export function readSentence(sentence: string | null, hide: Redact): string | null {
  const text = sentence?.trim() ?? '';
  if (text === '') return null;
  // A code point is one or two UTF-16 units, so most texts need no counting.
  if (text.length > mostSentenceCharacters && [...text].length > mostSentenceCharacters)
    throw new AppError('invalid-request', {
      field: 'sentence',
      message: 'The sentence is too long.',
      expected: `at most ${mostSentenceCharacters} characters`,
      found: `${[...text].length} characters`,
    });
  return hide(text);
}

function isSame(
  before: Rating,
  { helpful, reasons, sentence }: Pick<Rating, 'helpful' | 'reasons' | 'sentence'>,
): boolean {
  return (
    before.helpful === helpful && before.sentence === sentence && before.reasons.join() === reasons.join()
  );
}

function rowOf(rating: Rating) {
  return {
    receipt: rating.receipt,
    given_at: rating.givenAt,
    changed_at: rating.changedAt,
    channel: rating.channel,
    locale: rating.locale,
    article_id: rating.articleId,
    helpful: rating.helpful ? 1 : 0,
    reasons: JSON.stringify(rating.reasons),
    sentence: rating.sentence,
  };
}

function ratingOf(row: Selectable<DatabaseSchema['ratings']>): Rating {
  return {
    receipt: row.receipt,
    givenAt: row.given_at,
    changedAt: row.changed_at,
    channel: row.channel,
    locale: row.locale,
    articleId: row.article_id,
    helpful: row.helpful === 1,
    reasons: JSON.parse(row.reasons) as readonly RatingReason[],
    sentence: row.sentence,
  };
}
