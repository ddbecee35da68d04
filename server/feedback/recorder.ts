import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerResult } from '../answers/answer.ts';
import type { Receipt, ReceiptRecord, Recorder } from '../channels/ask.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { newReceiptCode, readReceiptCode } from './receipt-code.ts';
import { redact } from './redact.ts';

export interface RecorderSettings {
  /** Days until a row may be deleted. */
  readonly retentionDays: number;
  readonly now: () => Date;
  /** That many unpredictable bytes; `randomBytes` of node:crypto. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Milliseconds for which a locked database is tried again before the answer is refused as unavailable. */
const patienceMs = 4_000;
const pauseMs = 40;

/** Fresh codes tried when one is taken; ten in a row by chance means 10^11 rows, or a broken random source. */
const mostCollisions = 10;

const dayMs = 86_400_000;

/**
 * The store of served answers, append-only. `record` resolves when the row is durable; it redacts the question, and the
 * customer's words in `why`, and swaps a conversation id that is an address or a number for a stable pseudonym; all else
 * of the result is kept to the letter. Errors: unavailable where the row cannot be written. `find` reads a code as people
 * type it and gives null for one that is unknown, past its retention, or for agents while the reader is the public.
 */
export function createRecorder(db: Database, settings: RecorderSettings): Recorder {
  const { retentionDays, now, random } = settings;

  async function insert(row: Omit<Row, 'code'>): Promise<string> {
    for (let attempt = 0; attempt < mostCollisions; attempt += 1) {
      const code = newReceiptCode(random);
      const [outcome] = await db
        .insertInto('served_answers')
        .values({ code, ...row })
        .onConflict((conflict) => conflict.column('code').doNothing())
        .execute();
      if (outcome?.numInsertedOrUpdatedRows === 1n) return code;
    }
    throw new AppError('internal', {
      message: `${mostCollisions} receipt codes in a row were taken; is the random source broken?`,
    });
  }

  return Object.freeze({
    async record({ channel, conversationId, ask, result, audience }): Promise<Receipt> {
      const servedAt = now();
      const code = await whenUnlocked(() =>
        insert({
          served_at: servedAt.toISOString(),
          expires_at: new Date(servedAt.getTime() + retentionDays * dayMs).toISOString(),
          channel,
          conversation_id: conversationId === null ? null : conversationKey(conversationId),
          locale: result.requestedLocale,
          question: ask.question === null ? null : redact(ask.question),
          answer_id: result.answer?.id ?? null,
          status: result.status,
          fingerprint: result.fingerprint,
          result: JSON.stringify(withoutPersonalWords(result, ask.question)),
          audience,
        }),
      );
      return receiptOf(code);
    },

    async find(typed, reader): Promise<ReceiptRecord | null> {
      const code = readReceiptCode(typed);
      if (code === null) return null;
      const row = await db
        .selectFrom('served_answers')
        .selectAll()
        .where('code', '=', code)
        .where('expires_at', '>', now().toISOString())
        .executeTakeFirst();
      if (!row || (reader === 'public' && row.audience !== 'public')) return null;
      return Object.freeze({
        code: row.code,
        servedAt: row.served_at,
        channel: row.channel,
        conversationId: row.conversation_id,
        question: row.question,
        result: readResult(row),
      });
    },
  } satisfies Recorder);
}

/**
 * The conversation id as it is stored: itself, or, where it is an address (`@`) or nothing but digits like a phone number
 * (7 and more, after a word or not: `whatsapp:+972501234567`), a pseudonym that is the same for the same id (`p-` and 24
 * hex). Random ids with letters in them (UUIDs) stay.
 */
export function conversationKey(conversationId: string): string {
  const personal =
    conversationId.includes('@') || /^(?:[a-z]+[:_.-])?\+?(?:[().-]*\d){7,}[().-]*$/i.test(conversationId);
  if (!personal) return conversationId;
  return `p-${createHash('sha256').update(conversationId).digest('hex').slice(0, 24)}`;
}

interface Row {
  readonly code: string;
  readonly served_at: string;
  readonly expires_at: string;
  readonly channel: string;
  readonly conversation_id: string | null;
  readonly locale: string;
  readonly question: string | null;
  readonly answer_id: string | null;
  readonly status: string;
  readonly fingerprint: string;
  readonly result: string;
  readonly audience: string;
}

function receiptOf(code: string): Receipt {
  return Object.freeze({ code, url: `/api/v1/receipts/${code}` });
}

/**
 * `why` and `followUp` are the only places where a result holds the customer's own words. A word that redaction took out of
 * the question is shown as its mark there too, also where it is only a part of a longer number.
 */
function withoutPersonalWords(result: AnswerResult, question: string | null): AnswerResult {
  if (question === null) return result;
  const kept = redact(question);
  if (kept === question) return result;
  const clean = (word: string): string =>
    kept.includes(word) || !question.includes(word) ? redact(word) : markOf(word);
  return {
    ...result,
    why: result.why.map((why) => ({ ...why, words: why.words.map(clean) })),
    followUp: result.followUp && { ...result.followUp, words: result.followUp.words.map(clean) },
  };
}

function markOf(word: string): string {
  const redacted = redact(word);
  return redacted === word ? '[redacted]' : redacted;
}

function readResult(row: Row): AnswerResult {
  try {
    // What was recorded before there were conversations has neither.
    const stored = JSON.parse(row.result) as Omit<AnswerResult, 'reply' | 'followUp'> & Partial<AnswerResult>;
    return { ...stored, reply: stored.reply ?? null, followUp: stored.followUp ?? null };
  } catch (cause) {
    throw new AppError('internal', { message: `The stored answer ${row.code} is damaged.`, cause });
  }
}

/** Repeats a write that another process keeps waiting, off the event loop; every other failure means unavailable. */
async function whenUnlocked<T>(write: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      return await write();
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      if (!isLocked(cause) || performance.now() > deadline)
        throw new AppError('unavailable', { message: 'The answer could not be recorded.', cause });
      await sleep(pauseMs);
    }
  }
}

function isLocked(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(?:BUSY|LOCKED)/.test(code);
}
