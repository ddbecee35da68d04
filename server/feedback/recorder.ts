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

/** Answers that are written in one transaction at most; a burst of 1,000 askers is five of them. */
const batchRows = 200;

/**
 * The store of served answers, append-only. `record` resolves when the row is durable; what waits at the same moment is
 * written in one transaction. It redacts the question, and the customer's words in `why`, swaps a conversation id that is
 * an address or a number for a stable pseudonym, and whom the customer is said to be always; all else of the result is
 * kept to the letter. Errors: unavailable where the row cannot be written. `find` reads a code as people type it and gives
 * null for one that is unknown, past its retention, or for agents while the reader is the public.
 */
export function createRecorder(db: Database, settings: RecorderSettings): Recorder {
  const { retentionDays, now, random } = settings;

  const insertAll = (all: readonly Waiting[]): Promise<readonly (string | null)[]> =>
    db.transaction().execute(async (within) => {
      const texts = new Map(all.map(({ said }) => [said.hash, said.said]));
      await within
        .insertInto('said_results')
        .values([...texts].map(([hash, said]) => ({ hash, said })))
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
      const rows = all.map(({ row }) => ({ code: newReceiptCode(random), ...row }));
      const written = await within
        .insertInto('served_answers')
        .values(rows)
        .onConflict((conflict) => conflict.column('code').doNothing())
        .returning('code')
        .execute();
      const codes = new Set(written.map(({ code }) => code));
      // Of two that drew the same code in one batch, the first has it.
      return rows.map(({ code }) => (codes.delete(code) ? code : null));
    });

  /** Writes all; those whose code was taken are tried again with another. */
  const write = async (all: readonly Waiting[]): Promise<void> => {
    let left = all;
    for (let attempt = 0; attempt < mostCollisions && left.length > 0; attempt += 1) {
      const tried = left;
      const codes = await whenUnlocked(() => insertAll(tried));
      left = tried.filter((waiting, at) => {
        const code = codes[at] ?? null;
        if (code !== null) waiting.done(code);
        return code === null;
      });
    }
    const broken = new AppError('internal', {
      message: `${mostCollisions} receipt codes in a row were taken; is the random source broken?`,
    });
    for (const { failed } of left) failed(broken);
  };

  const waiting: Waiting[] = [];
  let isWriting = false;
  const writeWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchRows);
      await write(batch).catch((error: unknown) => {
        for (const { failed } of batch) failed(error);
      });
    }
    isWriting = false;
  };
  const insert = (row: Omit<Row, 'code'>, said: Said): Promise<string> =>
    new Promise((done, failed) => {
      waiting.push({ row, said, done, failed });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void writeWaiting());
    });

  return Object.freeze({
    async record({ channel, conversationId, customer = null, ask, result, audience }): Promise<Receipt> {
      const servedAt = now();
      const { said, rest } = partResult(withoutPersonalWords(result, ask.question));
      const row = {
        served_at: servedAt.toISOString(),
        expires_at: new Date(servedAt.getTime() + retentionDays * dayMs).toISOString(),
        channel,
        conversation_id: conversationId === null ? null : conversationKey(conversationId),
        customer_key: customer === null ? null : customerKey(customer),
        locale: result.requestedLocale,
        question: ask.question === null ? null : redact(ask.question),
        answer_id: result.answer?.id ?? null,
        status: result.status,
        confidence: result.confidence,
        fingerprint: result.fingerprint,
        result: rest,
        said: said.hash,
        audience,
      };
      return receiptOf(await insert(row, said));
    },

    async find(typed, reader): Promise<ReceiptRecord | null> {
      const code = readReceiptCode(typed);
      if (code === null) return null;
      const row = await servedRows(db)
        .where('code', '=', code)
        .where('expires_at', '>', now().toISOString())
        .executeTakeFirst();
      if (!row || (reader === 'public' && row.audience !== 'public')) return null;
      return recordOf(row);
    },
  } satisfies Recorder);
}

/** The rows of served answers with what was said; only stores of feedback/ read them. */
export function servedRows(db: Database) {
  return db
    .selectFrom('served_answers')
    .leftJoin('said_results', 'said_results.hash', 'served_answers.said')
    .selectAll('served_answers')
    .select('said_results.said as saidText');
}

/** A row of `servedRows` as it was served. Errors: internal where it is damaged. */
export function recordOf(row: StoredRow): ReceiptRecord {
  return Object.freeze({
    code: row.code,
    servedAt: row.served_at,
    channel: row.channel,
    conversationId: row.conversation_id,
    question: row.question,
    result: readResult(row),
  });
}

/** A customer's reference as it is stored, wherever one is: `c-` and 24 hex, the same for the same reference. */
export function customerKey(reference: string): string {
  return `c-${createHash('sha256').update(`customer:${reference.trim()}`).digest('hex').slice(0, 24)}`;
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
  readonly customer_key: string | null;
  readonly locale: string;
  readonly question: string | null;
  readonly answer_id: string | null;
  readonly status: string;
  readonly confidence: number | null;
  readonly fingerprint: string;
  readonly result: string;
  readonly said: string | null;
  readonly audience: string;
}

interface StoredRow extends Row {
  readonly saidText: string | null;
}

/** What was said, and its hash. */
interface Said {
  readonly hash: string;
  readonly said: string;
}

/** An answer that waits to be written. */
interface Waiting {
  readonly row: Omit<Row, 'code'>;
  readonly said: Said;
  readonly done: (code: string) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Parts a result: what was said, which is the same for many asks and four fifths of it (2,090 of 2,600 bytes on average over
 * the questions of the sample content), and what differs from ask to ask.
 */
function partResult({ answer, reply, clarification, followUps, escalation, ...rest }: AnswerResult): {
  readonly said: Said;
  readonly rest: string;
} {
  const said = JSON.stringify({ answer, reply, clarification, followUps, escalation });
  return {
    said: { hash: createHash('sha256').update(said).digest('hex'), said },
    rest: JSON.stringify(rest),
  };
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

function readResult(row: StoredRow): AnswerResult {
  try {
    const { status, fingerprint, answer, reply, ...rest } = {
      // What was recorded before there were conversations has neither.
      ...{ reply: null, followUp: null },
      ...(JSON.parse(row.result) as AnswerResult),
      ...(row.said === null ? {} : (JSON.parse(row.saidText ?? '') as Partial<AnswerResult>)),
    };
    const { confidence, why, alternatives, clarification, followUps, followUp, ...ask } = rest;
    // In the order of an AnswerResult, so that it is the same to the letter.
    const matched = { confidence, why, alternatives, clarification, followUps, followUp };
    const { escalation, requestedLocale, asOf, context } = ask;
    return {
      ...{ status, fingerprint, answer, reply },
      ...matched,
      ...{ escalation, requestedLocale, asOf, context },
    };
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
