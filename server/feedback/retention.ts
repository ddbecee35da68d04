import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../database/open.ts';
import { offerWithoutCustomer } from './privacy/personal-data.ts';

/** Rows deleted in one statement, so that no statement holds the database for long. */
const batchRows = 500;

const dayMs = 86_400_000;

/** For how long what has no end of its own is kept. */
export interface Retention {
  /** Days of what customers said and asked: RETENTION_DAYS. */
  readonly retentionDays: number;
  /** Days of events and their deliveries; those of customers' words at most: WEBHOOK_RETENTION_DAYS. */
  readonly webhookRetentionDays: number;
}

/**
 * Deletes the served answers whose retention has passed, with their ratings and what gaps keep, in batches with room for
 * other work between, and then the answers to the survey; gives the number of served answers.
 */
export async function deleteExpired(db: Database, now: () => Date, batch = batchRows): Promise<number> {
  const due = now().toISOString();
  const deleted = await inBatches(batch, () =>
    db
      .deleteFrom('served_answers')
      .where('code', 'in', (rows) =>
        rows
          .selectFrom('served_answers')
          .select('code')
          .where('expires_at', '<=', due)
          .orderBy('expires_at')
          .limit(batch),
      )
      .executeTakeFirstOrThrow(),
  );
  // Some hundred a day at most: an index finds them, one statement takes them.
  await db.deleteFrom('survey_answers').where('expires_at', '<=', due).execute();
  return deleted;
}

/**
 * Deletes what else has no reason to be kept any more: events with their deliveries, what was said to nobody any more,
 * former secrets of webhooks; and takes out of flags and offers what leads to a customer.
 */
export async function forgetExpired(
  db: Database,
  { retentionDays, webhookRetentionDays }: Retention,
  now: () => Date,
  batch = batchRows,
): Promise<void> {
  const at = now();
  const ago = (days: number): string => new Date(at.getTime() - days * dayMs).toISOString();
  const kept = ago(retentionDays);
  await inBatches(batch, () =>
    db
      .deleteFrom('said_results')
      .where('hash', 'in', (rows) =>
        rows
          .selectFrom('said_results')
          .leftJoin('served_answers', 'served_answers.said', 'said_results.hash')
          .select('hash')
          .where('served_answers.number', 'is', null)
          .limit(batch),
      )
      .executeTakeFirstOrThrow(),
  );
  await inBatches(batch, () =>
    db
      .deleteFrom('events')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('events')
          .select('id')
          .where('at', '<=', ago(Math.min(retentionDays, webhookRetentionDays)))
          .limit(batch),
      )
      .executeTakeFirstOrThrow(),
  );
  await db
    .updateTable('flags')
    .set({ question: null, receipt: null })
    .where('raised_at', '<=', kept)
    .where((row) => row.or([row('question', 'is not', null), row('receipt', 'is not', null)]))
    .execute();
  await db
    .updateTable('offers_made')
    .set(offerWithoutCustomer)
    .where('made_at', '<=', kept)
    .where((row) =>
      row.or(
        (Object.keys(offerWithoutCustomer) as (keyof typeof offerWithoutCustomer)[]).map((column) =>
          row(column, 'is not', null),
        ),
      ),
    )
    .execute();
  await db
    .updateTable('webhook_endpoints')
    .set({ former_secret: null, former_until: null })
    .where('former_until', '<=', at.toISOString())
    .execute();
}

async function inBatches(
  batch: number,
  act: () => Promise<{ readonly numDeletedRows: bigint }>,
): Promise<number> {
  for (let deleted = 0; ; ) {
    const { numDeletedRows } = await act();
    deleted += Number(numDeletedRows);
    if (numDeletedRows < BigInt(batch)) return deleted;
    await nextTurn();
  }
}

/**
 * Deletes what has expired now and every day from now on, without keeping the process alive. `done` hears how many served
 * answers went, `failed` why a run did not finish; the next day tries again. `stop` resolves when a run under way has
 * ended.
 */
export function startRetention(
  db: Database,
  deps: Retention & {
    readonly now: () => Date;
    readonly done: (deleted: number) => void;
    readonly failed: (error: unknown) => void;
  },
): { stop(): Promise<void> } {
  const { now, done, failed } = deps;
  let running = Promise.resolve();
  const run = (): void => {
    running = running
      .then(() => deleteExpired(db, now))
      .then(async (deleted) => {
        await forgetExpired(db, deps, now);
        done(deleted);
      })
      .catch(failed);
  };
  const timer = setInterval(run, dayMs);
  timer.unref();
  run();
  return Object.freeze({
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  });
}
