import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../database/open.ts';

/** Rows deleted in one statement, so that no statement holds the database for long. */
const batchRows = 500;

const dayMs = 86_400_000;

/**
 * Deletes the served answers whose retention has passed, their ratings with them, in batches with room for other work
 * between, and then the survey answers; gives the number of served answers.
 */
export async function deleteExpired(db: Database, now: () => Date, batch = batchRows): Promise<number> {
  const due = now().toISOString();
  let deleted = 0;
  for (;;) {
    const { numDeletedRows } = await db
      .deleteFrom('served_answers')
      .where('code', 'in', (rows) =>
        rows
          .selectFrom('served_answers')
          .select('code')
          .where('expires_at', '<=', due)
          .orderBy('expires_at')
          .limit(batch),
      )
      .executeTakeFirstOrThrow();
    deleted += Number(numDeletedRows);
    if (numDeletedRows < BigInt(batch)) break;
    await nextTurn();
  }
  // Some hundred a day at most: an index finds them, one statement takes them.
  await db.deleteFrom('survey_answers').where('expires_at', '<=', due).execute();
  return deleted;
}

/**
 * Deletes what has expired now and every day from now on, without keeping the process alive. `done` hears how many rows
 * went, `failed` why a run did not finish; the next day tries again. `stop` resolves when a run under way has ended.
 */
export function startRetention(
  db: Database,
  deps: {
    readonly now: () => Date;
    readonly done: (deleted: number) => void;
    readonly failed: (error: unknown) => void;
  },
): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const run = (): void => {
    running = running.then(() => deleteExpired(db, deps.now)).then(deps.done, deps.failed);
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
