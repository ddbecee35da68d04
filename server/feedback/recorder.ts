import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { AnswerResult } from '../answers/answer.ts';
import type { Receipt, ReceiptRecord, Recorder } from '../channels/ask.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { newReceiptCode, readReceiptCode } from './receipt-code.ts';
import { type Redact, redact } from './redact.ts';
import { type Said, type ServedRow, servedRow } from './served-row.ts';

export interface RecorderSettings {
  /** Days until a row may be deleted. */
  readonly retentionDays: number;
  readonly now: () => Date;
  /** Default: `redact`. */
  readonly hide?: Redact;
  /** That many unpredictable bytes; `randomBytes` of node:crypto. */
  readonly random: (bytes: number) => Uint8Array;
}

/** Milliseconds for which a locked database is tried again before the answer is refused as unavailable. */
const patienceMs = 4_000;
const pauseMs = 40;

/** Fresh codes tried when one is taken; ten in a row by chance means 10^11 rows, or a broken random source. */
const mostCollisions = 10;

/** Answers that are written in one transaction at most; a burst of 1,000 askers is five of them. */
const batchRows = 200;

/** Hashes that are remembered: of all that a site of some thousand sections says. */
const mostStored = 20_000;

/**
 * The store of served answers, append-only. `record` resolves when the row is durable; what waits at the same moment is
 * written in one transaction. It redacts the question, and the customer's words in `why`, swaps a conversation id that is
 * an address or a number for a stable pseudonym, and whom the customer is said to be always; all else of the result is
 * kept to the letter. Errors: unavailable where the row cannot be written. `find` reads a code as people type it and gives
 * null for one that is unknown, past its retention, or for agents while the reader is the public.
 */
export function createRecorder(db: Database, settings: RecorderSettings): Recorder {
  const { retentionDays, now, random, hide = redact } = settings;

  /** Hashes of what this process knows to be stored, so that what is said again costs one statement. */
  const stored = new Set<string>();

  // The disk is not waited for: see `unhurried`.
  const insertAll = (all: readonly Waiting[]): Promise<readonly (string | null)[]> =>
    unhurried(db, async (own) => {
      if (!all.every(({ said }) => stored.has(said.hash)))
        return own.transaction().execute((within) => insertWithSaid(within, all));
      try {
        return await insertRows(own, all);
      } catch (error) {
        if (codeOf(error) !== 'SQLITE_CONSTRAINT_FOREIGNKEY') throw error;
        // What nobody was said any more was cleared away meanwhile.
        stored.clear();
        return own.transaction().execute((within) => insertWithSaid(within, all));
      }
    });

  const insertWithSaid = async (
    within: Database,
    all: readonly Waiting[],
  ): Promise<readonly (string | null)[]> => {
    const texts = new Map(all.map(({ said }) => [said.hash, said.said]));
    await within
      .insertInto('said_results')
      .values([...texts].map(([hash, said]) => ({ hash, said })))
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
    const codes = await insertRows(within, all);
    if (stored.size + texts.size > mostStored) stored.clear();
    for (const hash of texts.keys()) stored.add(hash);
    return codes;
  };

  const insertRows = async (
    within: Database,
    all: readonly Waiting[],
  ): Promise<readonly (string | null)[]> => {
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
  };

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
  const insert = (row: Omit<ServedRow, 'code'>, said: Said): Promise<string> =>
    new Promise((done, failed) => {
      waiting.push({ row, said, done, failed });
      if (isWriting) return;
      isWriting = true;
      setImmediate(() => void writeWaiting());
    });

  return Object.freeze({
    async record(served): Promise<Receipt> {
      const { row, said } = servedRow(served, { servedAt: now(), retentionDays, hide });
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

/**
 * Commits without waiting until the disk has it: what is written is there for everybody at once, and stays there when the
 * process is killed; a power cut can take what the next waiting commit, some seconds later at most (walk-served.ts), had
 * not yet brought to the disk. With the wait, an answer took 5.3 times as long as one that is not recorded (npm run
 * benchmark -- --answers 5000: 7.8 ms against 1.5); without, 1.6 times (1.7 ms against 1.1), and 32 at once the same.
 */
function unhurried<T>(db: Database, write: (own: Database) => Promise<T>): Promise<T> {
  return db.connection().execute(async (own) => {
    await sql`pragma synchronous = NORMAL`.execute(own);
    try {
      return await write(own);
    } finally {
      await sql`pragma synchronous = FULL`.execute(own);
    }
  });
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
    audience: row.audience === 'public' ? 'public' : 'agent',
  });
}

interface StoredRow extends ServedRow {
  readonly saidText: string | null;
}

/** An answer that waits to be written. */
interface Waiting {
  readonly row: Omit<ServedRow, 'code'>;
  readonly said: Said;
  readonly done: (code: string) => void;
  readonly failed: (error: unknown) => void;
}

function receiptOf(code: string): Receipt {
  return Object.freeze({ code, url: `/api/v1/receipts/${code}` });
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
  return /^SQLITE_(?:BUSY|LOCKED)/.test(codeOf(error));
}

/** The code of SQLite; empty where there is none. */
function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
