import { sql } from 'kysely';
import type { Database } from '../database/open.ts';

/** How often a subject has made a request, and milliseconds until its count begins anew. */
export interface RequestCount {
  readonly hits: number;
  readonly endsInMs: number;
}

/**
 * Counts of requests by subject (`pages:192.0.2.1`, `account:7`), in memory and written behind to the database, so that a
 * request waits for no disk and a restart begins no count anew.
 */
export interface RequestCounts {
  /** Counts one more request of a subject. A count that is not there begins now and lasts `lengthMs`. */
  hit(subject: string, lengthMs: number): RequestCount;
  /** Counts one request less, where it turns out to be another subject's. */
  takeBack(subject: string): void;
  /** The subject has used up what it may have: that is written at once, and forgotten last where memory runs short. */
  exhausted(subject: string): void;
  /** Writes some of what has changed, as the clock does every second. */
  write(): Promise<void>;
  /** Stops the clock and writes everything that is not written yet. */
  close(): Promise<void>;
}

/**
 * Most subjects counted at once. 100,000 take 28 MB (`npm test -- test/accounts/request-counts` prints it); of more, those
 * whose count began first are forgotten, the exhausted ones last.
 */
export const mostSubjects = 100_000;

/**
 * Most counts written in one transaction, which keeps the event loop: 200 take 5 ms (`npm test --
 * test/accounts/request-counts`). The others are written a second later.
 */
const mostWritten = 200;

/** Milliseconds between two writes: what a kill can make forgotten of a count that is not exhausted. */
const writeMs = 1_000;

/** Writes between two clearings of the counts that are over. */
const writesBetweenClearings = 60;

/** No count lasts longer: a key's day. What is stored with more left comes from a clock that was set back. */
const longestMs = 24 * 60 * 60_000;

interface Count {
  hits: number;
  /** Milliseconds since 1970. */
  readonly resetsAt: number;
  readonly lengthMs: number;
}

/**
 * Opens the counts of a database, those of before a restart included. `failed`: told when counts could not be written; they
 * are tried again. Counts go by `now`; one that would last longer than it can comes from a clock that was set back, and is
 * over.
 */
export async function openRequestCounts(
  db: Database,
  deps: { readonly now: () => Date; readonly failed: (error: unknown) => void },
): Promise<RequestCounts> {
  const going = new Map<string, Count>();
  const spent = new Map<string, Count>();
  const changed = new Set<string>();
  const find = (subject: string): Count | undefined => spent.get(subject) ?? going.get(subject);
  const time = (): number => deps.now().getTime();
  const isOver = ({ resetsAt, lengthMs }: Count, now: number): boolean =>
    resetsAt <= now || resetsAt - now > lengthMs;
  const forget = (subject: string): void => {
    going.delete(subject);
    spent.delete(subject);
    changed.delete(subject);
  };

  for (const row of await db
    .selectFrom('request_counts')
    .selectAll()
    .where('resets_at', '>', new Date(time()).toISOString())
    .where('resets_at', '<=', new Date(time() + longestMs).toISOString())
    .orderBy('resets_at')
    .limit(mostSubjects)
    .execute())
    going.set(row.subject, {
      hits: row.hits,
      resetsAt: Date.parse(row.resets_at),
      lengthMs: Math.max(0, Date.parse(row.resets_at) - time()),
    });

  const makeRoom = (): void => {
    if (going.size + spent.size < mostSubjects) return;
    const oldest = going.keys().next().value ?? spent.keys().next().value;
    if (oldest !== undefined) forget(oldest);
  };

  const clear = async (): Promise<void> => {
    const now = time();
    for (const counts of [going, spent])
      for (const [subject, count] of counts) if (isOver(count, now)) forget(subject);
    await db.deleteFrom('request_counts').where('resets_at', '<=', new Date(now).toISOString()).execute();
  };

  const store = async (subjects: readonly string[]): Promise<void> => {
    const rows = subjects.flatMap((subject) => {
      const count = find(subject);
      return count === undefined
        ? []
        : [{ subject, hits: count.hits, resets_at: new Date(count.resetsAt).toISOString() }];
    });
    for (const subject of subjects) changed.delete(subject);
    if (rows.length === 0) return;
    try {
      await db
        .insertInto('request_counts')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .column('subject')
            .doUpdateSet({ hits: sql`excluded.hits`, resets_at: sql`excluded.resets_at` }),
        )
        .execute();
    } catch (error) {
      for (const { subject } of rows) if (find(subject) !== undefined) changed.add(subject);
      throw error;
    }
  };

  const write = (): Promise<void> => store([...changed.keys().take(mostWritten)]);

  let writes = 0;
  let writing: Promise<void> = Promise.resolve();
  const tick = async (): Promise<void> => {
    writes += 1;
    try {
      await write();
      if (writes % writesBetweenClearings === 0) await clear();
    } catch (error) {
      deps.failed(error);
    }
  };
  const clock = setInterval(() => {
    writing = writing.then(tick);
  }, writeMs).unref();

  return Object.freeze({
    hit(subject: string, lengthMs: number) {
      const now = time();
      let count = find(subject);
      if (count === undefined || isOver(count, now)) {
        forget(subject);
        makeRoom();
        count = { hits: 0, resetsAt: now + lengthMs, lengthMs };
        going.set(subject, count);
      }
      count.hits += 1;
      changed.add(subject);
      return { hits: count.hits, endsInMs: count.resetsAt - now };
    },
    takeBack(subject: string) {
      const count = find(subject);
      if (count === undefined || count.hits === 0) return;
      count.hits -= 1;
      changed.add(subject);
    },
    exhausted(subject: string) {
      const count = going.get(subject);
      if (count === undefined) return;
      going.delete(subject);
      spent.set(subject, count);
      writing = writing.then(() => store([subject])).catch(deps.failed);
    },
    write,
    async close() {
      clearInterval(clock);
      await writing;
      try {
        await clear();
        while (changed.size > 0) await write();
      } catch (error) {
        deps.failed(error);
      }
    },
  });
}
