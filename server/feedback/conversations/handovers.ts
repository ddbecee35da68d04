import type { Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import { type EventLog, subscribersOf } from '../../webhooks/event-log.ts';
import { readReceiptCode } from '../receipt-code.ts';

/** A customer's wish that a person goes on with what an answer left open. */
export interface HandoverWish {
  /** Receipt of the answer, as typed. */
  readonly receipt: string;
  /** Id of the contact of site.yaml that takes it. */
  readonly contact: string;
  readonly locale: Locale;
  /** Where the customer can be reached, checked by `readReplyTo`; null: nowhere was named. */
  readonly replyTo: string | null;
}

/**
 * What became of it: handed over; handed over before, so nothing more was done; not known, since no customer has a receipt with this
 * code; or nobody listens, so nothing was done.
 */
export type HandoverOutcome = 'handed-over' | 'before' | 'unknown' | 'nobody';

/** Questions that go on to a person by webhook. */
export interface Handovers {
  /**
   * Hands a question over, once a receipt: notes it, and tells everyone who subscribed to `handover.requested`. The reply
   * address is in the event alone, which loses it once it was delivered or given up.
   */
  request(wish: HandoverWish): Promise<HandoverOutcome>;
  /** When a question was handed over, ISO 8601, UTC; null: it was not. */
  find(receipt: string): Promise<string | null>;
  /** Whether anybody listens. */
  isOpen(): Promise<boolean>;
}

/** Most characters of a reply address. */
export const mostReplyCharacters = 200;

/** What a reply address is, for people. */
export const replyExpected = 'an e-mail address, or a phone number of 7 to 15 digits';

/** The hand-overs of a database, in `handovers`. */
export function createHandovers(
  db: Database,
  { events, now }: { readonly events: EventLog; readonly now: () => Date },
): Handovers {
  const isOpen = async (within: Database): Promise<boolean> =>
    (await subscribersOf('handover.requested', within)).length > 0;
  return Object.freeze({
    isOpen: () => isOpen(db),

    async find(receipt: string) {
      const row = await db
        .selectFrom('handovers')
        .select('at')
        .where('receipt', '=', receipt)
        .executeTakeFirst();
      return row?.at ?? null;
    },

    async request({ receipt, contact, locale, replyTo }: HandoverWish): Promise<HandoverOutcome> {
      const code = readReceiptCode(receipt);
      if (code === null) return 'unknown';
      const at = now().toISOString();
      return db.transaction().execute(async (within): Promise<HandoverOutcome> => {
        // Begins with a write: a transaction that has read first cannot write after another process has.
        const before = await within
          .updateTable('handovers')
          .set((row) => ({ at: row.ref('at') }))
          .where('receipt', '=', code)
          .returning('receipt')
          .executeTakeFirst();
        const served = await within
          .selectFrom('served_answers')
          .select(['channel', 'conversation_id', 'question', 'answer_id', 'status'])
          .where('code', '=', code)
          .where('audience', '=', 'public')
          .where('expires_at', '>', at)
          .executeTakeFirst();
        if (served === undefined) return 'unknown';
        if (before !== undefined) return 'before';
        if (!(await isOpen(within))) return 'nobody';
        const conversation = served.conversation_id;
        await within
          .insertInto('handovers')
          .values({ receipt: code, conversation_id: conversation, at, locale, contact })
          .execute();
        await events.add(
          'handover.requested',
          {
            receipt: code,
            conversation,
            channel: served.channel,
            locale,
            contact,
            question: served.question,
            status: served.status,
            answerId: served.answer_id,
            replyTo,
          },
          within,
        );
        return 'handed-over';
      });
    },
  } satisfies Handovers);
}

/** A reply address as typed, trimmed; null where nothing was typed. Errors: invalid-request where it is neither. */
export function readReplyTo(typed: string): string | null {
  const text = typed.normalize('NFKC').trim();
  if (text === '') return null;
  const isShort = [...text].length <= mostReplyCharacters;
  const digits = text.replace(/\D/g, '').length;
  const isPhone = /^\+?[\d\s().-]+$/.test(text) && digits >= 7 && digits <= 15;
  const isEmail = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]{2,}$/u.test(text);
  if (isShort && (isPhone || isEmail)) return text;
  throw new AppError('invalid-request', {
    message: 'Nobody could be reached there.',
    field: 'replyTo',
    expected: replyExpected,
    found: `${[...text].length} characters that are neither`,
  });
}
