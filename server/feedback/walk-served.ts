import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Locale } from '../answers/answer.ts';
import type { Database } from '../database/open.ts';

/** A served answer as readers of the walk get it: no receipt is needed to count it. */
export interface WalkedAnswer {
  /** In the order in which answers were served. */
  readonly number: number;
  readonly code: string;
  /** ISO 8601, UTC. */
  readonly servedAt: string;
  readonly expiresAt: string;
  readonly channel: string;
  readonly conversationId: string | null;
  /** The locale that was asked for. */
  readonly locale: Locale;
  /** Redacted; null: an answer was asked for by its id. */
  readonly question: string | null;
  /** `category/slug#anchor`; null without an answer. */
  readonly answerId: string | null;
  readonly status: string;
  /** In [0, 1]; null: of before it was noted. */
  readonly confidence: number | null;
  /** Whether it only meant something after what it followed. */
  readonly isFollowUp: boolean;
  /** The first of its reasons, e.g. `urgent`, which went before any search; null where it has none. */
  readonly firstReason: string | null;
  readonly context: Readonly<Record<string, string>>;
}

/** Makes something of all served answers, each once and in order. */
export interface ServedReader {
  /** Under which its position is kept; never another's. */
  readonly name: string;
  /** Reads some answers, which are not empty; what it writes by `within` stands together with its position, or neither does. */
  read(answers: readonly WalkedAnswer[], within: Database): Promise<void>;
}

/** The walk over what was served. */
export interface ServedWalk {
  /** Reads all that was served until now. */
  catchUp(): Promise<void>;
  /** Stops the clock and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Answers read in one transaction, which keeps others from writing: some 20 ms. */
const batchRows = 200;

/** Milliseconds after which it is looked for new answers. */
const everyMs = 5_000;

/**
 * Shows every served answer to each reader once, in the background, so that whatever is counted and grouped costs no
 * customer a moment. Several servers on one database share the positions. What programs ask that check channels (`probe`)
 * is left out. `failed` hears why a round did not finish; the next one goes on from where it stopped.
 */
export function startServedWalk(
  db: Database,
  readers: readonly ServedReader[],
  deps: { readonly failed: (error: unknown) => void; readonly every?: number; readonly batch?: number },
): ServedWalk {
  const { batch = batchRows } = deps;

  /** Reads on; gives whether there may be more. */
  const readOn = (reader: ServedReader): Promise<boolean> =>
    db.transaction().execute(async (within) => {
      // Written first, so that nobody else reads the same answers meanwhile.
      const { number } = await within
        .insertInto('walk_positions')
        .values({ reader: reader.name, number: 0 })
        .onConflict((conflict) =>
          conflict.column('reader').doUpdateSet({ number: (row) => row.ref('walk_positions.number') }),
        )
        .returning('number')
        .executeTakeFirstOrThrow();
      const rows = await servedAfter(within, number, batch);
      const last = rows.at(-1);
      if (last === undefined) return false;
      const answers = rows.filter(({ channel }) => channel !== 'probe').map(walked);
      if (answers.length > 0) await reader.read(answers, within);
      await within
        .updateTable('walk_positions')
        .set({ number: last.number })
        .where('reader', '=', reader.name)
        .execute();
      return rows.length === batch;
    });

  /** Whether a reader has something to read; looked at first, so that nothing is written while nobody asks. */
  const hasMore = async (reader: ServedReader): Promise<boolean> => {
    const read = await db
      .selectFrom('walk_positions')
      .select('number')
      .where('reader', '=', reader.name)
      .executeTakeFirst();
    const next = await db
      .selectFrom('served_answers')
      .select('number')
      .where('number', '>', read?.number ?? 0)
      .limit(1)
      .executeTakeFirst();
    return next !== undefined;
  };

  const round = async (): Promise<void> => {
    for (const reader of readers) {
      if (!(await hasMore(reader))) continue;
      while (!stopped && (await readOn(reader))) await nextTurn();
    }
  };
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const catchUp = (): Promise<void> => {
    const mine = running.then(round);
    running = mine.catch(() => {});
    return mine;
  };
  const timer = setInterval(() => void catchUp().catch(deps.failed), deps.every ?? everyMs);
  timer.unref();
  return Object.freeze({
    catchUp,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  });
}

function servedAfter(db: Database, number: number, most: number) {
  return db
    .selectFrom('served_answers')
    .select([
      'number',
      'code',
      'served_at',
      'expires_at',
      'channel',
      'conversation_id',
      'locale',
      'question',
      'answer_id',
      'status',
      'confidence',
      sql<string | null>`json_extract(result, '$.followUp.rule')`.as('rule'),
      sql<string | null>`json_extract(result, '$.why[0].feature')`.as('feature'),
      sql<string | null>`json_extract(result, '$.context')`.as('context'),
    ])
    .where('number', '>', number)
    .orderBy('number')
    .limit(most)
    .execute();
}

function walked(row: Awaited<ReturnType<typeof servedAfter>>[number]): WalkedAnswer {
  return {
    number: row.number,
    code: row.code,
    servedAt: row.served_at,
    expiresAt: row.expires_at,
    channel: row.channel,
    conversationId: row.conversation_id,
    locale: row.locale,
    question: row.question,
    answerId: row.answer_id,
    status: row.status,
    confidence: row.confidence,
    isFollowUp: row.rule !== null && row.rule !== 'new-question',
    firstReason: row.feature,
    context: JSON.parse(row.context ?? '{}') as Readonly<Record<string, string>>,
  };
}
