import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import { createRatings } from '../../../server/feedback/ratings/ratings.ts';
import { createSurvey } from '../../../server/feedback/ratings/survey.ts';
import { newReceiptCode } from '../../../server/feedback/receipt-code.ts';
import { createEventLog } from '../../../server/webhooks/event-log.ts';
import { keptEvents, subscribe } from '../../support/subscribe.ts';

/** What a test says of a served answer; the rest is an answer that the chatbot gave in English just now. */
export interface ServedPart {
  readonly servedAt?: string;
  readonly expiresAt?: string;
  readonly channel?: string;
  readonly conversationId?: string | null;
  readonly locale?: string;
  readonly question?: string | null;
  readonly answerId?: string | null;
  readonly status?: string;
  readonly audience?: 'public' | 'agent';
}

/** An empty database with the stores of customers' feedback; the clock is said with each call. */
export async function feedbackWorld({ share = 1 } = {}) {
  const db = await openDatabase(':memory:');
  const events = createEventLog(db, { now: () => at(0) });
  const ratings = createRatings(db, { events });
  const survey = createSurvey(db, { events, retentionDays: 30, share: () => share });
  await subscribe(db);
  const told = async () => (await keptEvents(db)).map(({ type, data }) => ({ type, ...Object(data) }));
  return { db, ratings, survey, told, serve: (part?: ServedPart) => serve(db, part) };
}

/** An instant so many hours after the one at which everything of these tests begins. */
export function at(hours: number): Date {
  return new Date(Date.parse('2026-11-22T12:00:00Z') + hours * 3_600_000);
}

/** Stores a served answer and gives its code. */
export async function serve(db: Database, part: ServedPart = {}): Promise<string> {
  const code = newReceiptCode(randomBytes);
  await db
    .insertInto('served_answers')
    .values({
      code,
      served_at: part.servedAt ?? at(0).toISOString(),
      expires_at: part.expiresAt ?? at(24 * 30).toISOString(),
      channel: part.channel ?? 'chat',
      conversation_id: part.conversationId ?? null,
      customer_key: null,
      locale: part.locale ?? 'en',
      question: part.question === undefined ? 'can I cancel' : part.question,
      answer_id: part.answerId === undefined ? 'orders/cancel-order#lead' : part.answerId,
      status: part.status ?? 'answered',
      confidence: 0.9,
      fingerprint: 'f'.repeat(64),
      result: '{}',
      said: null,
      audience: part.audience ?? 'public',
    })
    .execute();
  return code;
}
