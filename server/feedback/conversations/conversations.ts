import { sql } from 'kysely';
import type { ReceiptRecord } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import { recordOf, servedRows } from '../recorder.ts';
import { conversationKey, customerKey } from '../served-row.ts';

/** One answer of a conversation, with what came of it. */
export interface Turn {
  /** In the order in which answers were served. */
  readonly number: number;
  readonly record: ReceiptRecord;
  /** What the customer said of it; null: nothing. */
  readonly rating: { readonly helpful: boolean; readonly reasons: readonly string[] } | null;
  /** When the question was handed to a person, ISO 8601, UTC; null: it was not. */
  readonly handedOverAt: string | null;
}

/** A part of a conversation: its turns in order, which are never none. */
export interface Conversation {
  /** As it is stored: the caller's id, or its pseudonym. */
  readonly id: string;
  readonly turns: readonly Turn[];
  /** Number of the first turn shown where there are earlier ones; null: these are all. */
  readonly earlier: number | null;
  /** Pseudonym of the customer, as last told; null: never. */
  readonly customer: string | null;
}

/** A conversation of a customer in a list. */
export interface ConversationLine {
  /** Null: an answer outside any conversation. */
  readonly id: string | null;
  /** Number of its last answer, and that one's receipt. */
  readonly number: number;
  readonly receipt: string;
  readonly firstAt: string;
  readonly lastAt: string;
  /** At least 1. */
  readonly answers: number;
}

/** What was said in conversations, over all channels. */
export interface Conversations {
  /** The last turns of a conversation, or those before a turn; null: nothing is kept of it (there). */
  open(
    id: string,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<Conversation | null>;
  isKnown(id: string): Promise<boolean>;
  /** Conversations of a customer, named by reference or pseudonym, the latest first; empty: nothing is kept of them. */
  ofCustomer(
    customer: string,
    page: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly ConversationLine[]>;
}

/** The conversations of a database: its served answers whose retention has not passed. Programs that check channels count too. */
export function createConversations(db: Database, { now }: { readonly now: () => Date }): Conversations {
  const kept = () => now().toISOString();
  return Object.freeze({
    async open(id: string, { before, limit }: { readonly before: number | null; readonly limit: number }) {
      const key = conversationKey(id);
      const rows = await servedRows(db)
        .leftJoin('ratings', 'ratings.receipt', 'served_answers.code')
        .leftJoin('handovers', 'handovers.receipt', 'served_answers.code')
        .select(['ratings.helpful', 'ratings.reasons', 'handovers.at as handedOverAt'])
        .where('served_answers.conversation_id', '=', key)
        .where('served_answers.expires_at', '>', kept())
        .$if(before !== null, (query) => query.where('served_answers.number', '<', before ?? 0))
        .orderBy('served_answers.number', 'desc')
        .limit(limit + 1)
        .execute();
      const shown = rows.slice(0, limit).reverse();
      const [first] = shown;
      if (first === undefined) return null;
      return Object.freeze({
        id: key,
        turns: shown.map((row) => ({
          number: row.number,
          record: recordOf(row),
          rating:
            row.helpful === null
              ? null
              : { helpful: row.helpful === 1, reasons: JSON.parse(row.reasons ?? '[]') as readonly string[] },
          handedOverAt: row.handedOverAt,
        })),
        earlier: rows.length > limit ? first.number : null,
        customer: shown.findLast((row) => row.customer_key !== null)?.customer_key ?? null,
      });
    },

    async isKnown(id: string) {
      const row = await db
        .selectFrom('served_answers')
        .select('number')
        .where('conversation_id', '=', conversationKey(id))
        .where('expires_at', '>', kept())
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    async ofCustomer(
      customer: string,
      { before, limit }: { readonly before: number | null; readonly limit: number },
    ) {
      const last = sql<number>`max(number)`;
      const rows = await db
        .selectFrom('served_answers')
        .select([
          'conversation_id',
          // SQLite gives the other columns of the row that holds the greatest number.
          'code',
          last.as('number'),
          sql<string>`min(served_at)`.as('firstAt'),
          'served_at',
          sql<number>`count(*)`.as('answers'),
        ])
        .where('customer_key', '=', keyOf(customer))
        .where('expires_at', '>', kept())
        .groupBy(sql`coalesce(conversation_id, code)`)
        .$if(before !== null, (query) => query.having(last, '<', before ?? 0))
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.conversation_id,
        number: row.number,
        receipt: row.code,
        firstAt: row.firstAt,
        lastAt: row.served_at,
        answers: row.answers,
      }));
    },
  } satisfies Conversations);
}

/** A pseudonym is taken as it is, so that one page can lead to the other. */
function keyOf(customer: string): string {
  const named = customer.trim();
  return /^c-[0-9a-f]{24}$/.test(named) ? named : customerKey(named);
}
