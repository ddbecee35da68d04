import { createHash } from 'node:crypto';
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import type { DatabaseSchema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import { type Redact, redact } from '../redact.ts';
import { conversationKey } from '../served-row.ts';
import type { FeedbackFilter, FeedbackPlace } from './rating.ts';
import { readSentence } from './ratings.ts';

/** How likely a customer is to recommend, and why. */
export interface SurveySaid {
  /** As the caller knows it. */
  readonly conversationId: string;
  /** 0 to 10. */
  readonly score: number;
  /** At most 500 characters; personal data is redacted. Default: none. */
  readonly sentence?: string | null | undefined;
}

/** An answer to the relationship question, as it is stored. */
export interface SurveyAnswer {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly givenAt: string;
  readonly channel: string;
  readonly locale: Locale;
  /** 0 to 10. */
  readonly score: number;
  /** Redacted; for agents and managers, never public. */
  readonly sentence: string | null;
}

/** How often one score was given. */
export interface ScoreTally {
  readonly channel: string;
  readonly locale: Locale;
  readonly score: number;
  readonly given: number;
}

/** Whether a conversation is asked: now, it has answered, or it is not. */
export type SurveyState = 'open' | 'given' | 'none';

/** The relationship question: how likely customers are to recommend, asked once in a while. */
export interface Survey {
  /**
   * Whether the question may be put in a conversation: it has had two answers at least, has not answered yet, and is in the
   * share that site.yaml asks.
   */
  state(conversationId: string, at: Date): Promise<SurveyState>;
  /**
   * Counts an answer, one a conversation, under its last channel and language; gives what the state was. Errors:
   * invalid-request for another score, or a sentence that is too long.
   */
  give(said: SurveySaid, at: Date): Promise<SurveyState>;
  /** How often each score was given, by channel and locale. */
  tally(filter: Omit<FeedbackFilter, 'category'>): Promise<readonly ScoreTally[]>;
  /** Answers, the newest first; `withWords`: only those that say something. */
  list(
    filter: Omit<FeedbackFilter, 'category'>,
    page: { readonly withWords: boolean; readonly before: FeedbackPlace | null; readonly limit: number },
  ): Promise<readonly SurveyAnswer[]>;
}

/** The share of conversations that are asked where site.yaml names none: every fourth. */
export const defaultSurveyShare = 0.25;

/** Never after a single answer alone: one answer tells how it went, not what the customer thinks of the company. */
const leastAnswers = 2;

const dayMs = 86_400_000;

/**
 * The survey of a database, in `survey_answers`. `share` is read at each look: the part of conversations, from 0 to 1, that
 * is asked; which ones is decided by their id, so that every server and every turn of a conversation decides alike.
 */
export function createSurvey(
  db: Database,
  deps: {
    readonly events: EventLog;
    readonly retentionDays: number;
    readonly share: () => number;
    /** Default: `redact`. */
    readonly hide?: Redact;
  },
): Survey {
  const lookAt = async (
    key: string,
    at: Date,
  ): Promise<{ readonly state: SurveyState; readonly last: { channel: string; locale: Locale } | null }> => {
    const given = await db
      .selectFrom('survey_answers')
      .select('id')
      .where('conversation_id', '=', key)
      .executeTakeFirst();
    if (given !== undefined) return { state: 'given', last: null };
    if (!isAsked(key, deps.share())) return { state: 'none', last: null };
    const answers = await db
      .selectFrom('served_answers')
      .select(['channel', 'locale'])
      .where('conversation_id', '=', key)
      .where('channel', 'not in', ['agent', 'probe'])
      .where('status', 'not in', ['courtesy', 'clarify'])
      .where('expires_at', '>', at.toISOString())
      .orderBy('number', 'desc')
      .limit(leastAnswers)
      .execute();
    const last = answers[0] ?? null;
    return { state: answers.length < leastAnswers ? 'none' : 'open', last };
  };

  return Object.freeze({
    async state(conversationId: string, at: Date) {
      return (await lookAt(conversationKey(conversationId), at)).state;
    },

    async give(said: SurveySaid, at: Date) {
      const { score } = said;
      const sentence = readSentence(said.sentence ?? null, deps.hide ?? redact);
      if (!Number.isInteger(score) || score < 0 || score > 10)
        throw new AppError('invalid-request', {
          field: 'score',
          expected: 'a whole number from 0 to 10',
          found: String(score),
        });
      const key = conversationKey(said.conversationId);
      const { state, last } = await lookAt(key, at);
      if (state !== 'open' || last === null) return state;
      // Begins with a write: a transaction that has read first cannot write after another process has.
      return db.transaction().execute(async (within): Promise<SurveyState> => {
        const [written] = await within
          .insertInto('survey_answers')
          .values({
            given_at: at.toISOString(),
            expires_at: new Date(at.getTime() + deps.retentionDays * dayMs).toISOString(),
            ...last,
            conversation_id: key,
            score,
            sentence,
          })
          .onConflict((conflict) => conflict.column('conversation_id').doNothing())
          .execute();
        if (written?.numInsertedOrUpdatedRows !== 1n) return 'given';
        await deps.events.add(
          'feedback.received',
          { kind: 'survey', ...last, conversationId: key, score, sentence },
          within,
        );
        return state;
      });
    },

    async tally(filter: Omit<FeedbackFilter, 'category'>) {
      return db
        .selectFrom('survey_answers')
        .select(['channel', 'locale', 'score', sql<number>`count(*)`.as('given')])
        .where(matches(filter))
        .groupBy(['channel', 'locale', 'score'])
        .orderBy('channel')
        .orderBy('locale')
        .orderBy('score')
        .execute();
    },

    async list(
      filter: Omit<FeedbackFilter, 'category'>,
      page: { withWords: boolean; before: FeedbackPlace | null; limit: number },
    ) {
      const { withWords, before, limit } = page;
      const rows = await db
        .selectFrom('survey_answers')
        .select(['id', 'given_at', 'channel', 'locale', 'score', 'sentence'])
        .where(matches(filter))
        .$if(withWords, (answers) => answers.where('sentence', 'is not', null))
        .$if(before !== null, (answers) =>
          answers.where(sql<boolean>`(given_at, id) < (${before?.givenAt}, ${Number(before?.id)})`),
        )
        .orderBy('given_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ given_at, ...row }) => ({ ...row, givenAt: given_at }));
    },
  });
}

/** Whether a conversation falls in the share: its hash as a number from 0 to below 1 lies below it. */
function isAsked(key: string, share: number): boolean {
  const hash = createHash('sha256').update(`survey:${key}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32 < share;
}

function matches({ since, channel, locale }: Omit<FeedbackFilter, 'category'>) {
  return ({ eb, and }: ExpressionBuilder<DatabaseSchema, 'survey_answers'>): Expression<SqlBool> =>
    and([
      eb('given_at', '>=', since.toISOString()),
      ...(channel === undefined ? [] : [eb('channel', '=', channel)]),
      ...(locale === undefined ? [] : [eb('locale', '=', locale)]),
    ]);
}
