import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import { migrations } from './migrations.ts';
import type { DatabaseSchema } from './schema.ts';

export type Database = Kysely<DatabaseSchema>;

/** The database's file in a directory. */
export function databaseFile(directory: string): string {
  return join(directory, 'concord.sqlite');
}

const sqliteMagic = 'SQLite format 3\u0000';

/** Bytes 18 and 19 of a database in WAL mode. */
export const walVersion = 2;

/**
 * Older ones can damage a database whose WAL two connections write or checkpoint at once, as the server and its publication
 * thread do (the WAL-reset bug of 3.7.0 to 3.51.2, https://sqlite.org/wal.html). better-sqlite3 13.2 brings 3.54.1.
 */
const leastSqliteVersion = '3.51.3';

/** KiB of pages that a connection keeps; it takes them as it reads. With SQLite's 2 MB, counting a
 * hundred thousand ratings reads their index anew each time (`npm run benchmark -- --answers 1000000`). */
const cacheKibibytes = 32_768;

/**
 * Opens the embedded database `concord.sqlite` in a directory (made when missing), or in memory for `:memory:`, and
 * brings its tables up to date. Errors: database-unusable for a file that is no database, is damaged, or is newer than
 * this program; such a file is left untouched. `busyMs`: milliseconds that a statement waits, and its thread with it, while
 * another connection writes; default 250. `leastSqlite`: the oldest SQLite that may open it.
 */
export async function openDatabase(
  directory: string,
  { busyMs = 250, leastSqlite = leastSqliteVersion } = {},
): Promise<Database> {
  const file = directory === ':memory:' ? directory : databaseFile(directory);
  const unusable = (found: string, cause?: unknown): AppError =>
    new AppError('database-unusable', {
      place: { file },
      expected: 'a Concord SQLite database, or none yet',
      found,
      hint: 'nothing was changed; README tells how a backup is restored (Backup and restore)',
      cause,
    });
  const version = sqliteVersion();
  if (version.localeCompare(leastSqlite, 'en', { numeric: true }) < 0)
    throw new AppError('database-unusable', {
      message: 'This SQLite has a fault that can damage a database.',
      expected: `SQLite ${leastSqlite} or newer`,
      found: `SQLite ${version}`,
      hint: 'npm install brings the right one with better-sqlite3',
    });
  if (file !== ':memory:') {
    try {
      // What people asked and who may sign in is nobody else's to read.
      mkdirSync(directory, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw unusable(`the directory cannot be made (${(cause as Error).message})`, cause);
    }
    if (existsSync(file)) {
      const damage = await damageOf(file).catch((cause: unknown) => {
        throw unusable((cause as Error).message, cause);
      });
      if (damage !== null) throw unusable(damage);
    }
  }
  let sqlite: SqliteDatabase.Database | undefined;
  try {
    sqlite = new SqliteDatabase(file);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    // Without it "insert or replace" deletes a row past the append-only triggers.
    sqlite.pragma('recursive_triggers = ON');
    sqlite.pragma(`busy_timeout = ${busyMs}`);
    sqlite.pragma('trusted_schema = OFF');
    sqlite.pragma('cell_size_check = ON');
    // Else what is erased or expires stays readable in the file: 200 of 200 erased questions did. Deleting 10,000 answers
    // takes 222 ms of processor time with it and 203 without.
    sqlite.pragma('secure_delete = ON');
    sqlite.pragma(`cache_size = -${cacheKibibytes}`);
  } catch (cause) {
    sqlite?.close();
    throw unusable((cause as Error).message, cause);
  }
  const db = new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  try {
    await bringUpToDate(sqlite, db, busyMs);
  } catch (error) {
    await db.destroy();
    throw unusable(`tables that this version cannot bring up to date (${(error as Error).message})`, error);
  }
  return db;
}

/**
 * Milliseconds that a start waits for another one on the same database to bring the tables up to date: 50 are usual, 11,000
 * to 21,000 were needed for 100,000 served answers (425 MB) of the release before 0006_loop.
 */
const migratingMs = 60_000;

/**
 * Brings the tables up to date in one transaction: Kysely's migrator uses none on SQLite, so that a kill between two
 * statements would leave tables which no start can go on from, and two starts at once would run the same steps.
 */
async function bringUpToDate(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DatabaseSchema>,
  busyMs: number,
): Promise<void> {
  // Nothing to do is the usual case, and must not wait for whoever writes.
  if (isUpToDate(sqlite)) return;
  sqlite.pragma(`busy_timeout = ${migratingMs}`);
  sqlite.exec('begin immediate');
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    sqlite.exec('commit');
  } catch (error) {
    // A full disk has rolled back by itself.
    if (sqlite.inTransaction) sqlite.exec('rollback');
    throw error;
  } finally {
    sqlite.pragma(`busy_timeout = ${busyMs}`);
  }
}

/** Whether exactly this program's migrations were run. */
function isUpToDate(sqlite: SqliteDatabase.Database): boolean {
  const listed = sqlite.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  if (listed === undefined) return false;
  const run = sqlite.prepare('select name from kysely_migration order by name').pluck().all();
  return isDeepStrictEqual(run, Object.keys(migrations).sort());
}

/** Milliseconds for which a file stays empty while another process makes it; some 2 are usual. */
const makingMs = 1_000;

/** The first bytes of a file; none where it is and stays empty. */
async function firstBytes(file: string): Promise<Buffer> {
  const head = Buffer.alloc(20);
  for (let waited = 0; ; waited += 50) {
    const handle = openSync(file, 'r');
    const read = readSync(handle, head, 0, head.length, 0);
    closeSync(handle);
    if (read > 0 || waited >= makingMs) return head.subarray(0, read);
    await wait(50);
  }
}

/**
 * What is wrong with a database, or null. Looked for through a connection that cannot write: one that can would copy a -wal
 * file into the database when it is closed, even if that is of another one.
 */
async function damageOf(file: string): Promise<string | null> {
  const head = await firstBytes(file);
  if (head.length === 0) return 'an empty file; remove it if no start ever ended well';
  if (head.toString('latin1', 0, sqliteMagic.length) !== sqliteMagic)
    return 'a file that is not an SQLite database';
  // A backup is not in WAL mode until a server has opened it, so what stands beside it was another database's.
  if (head[18] !== walVersion && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    return 'a restored backup beside the -wal file of the database before; remove the files -wal and -shm';
  const sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
  try {
    const found = sqlite.pragma('quick_check(1)', { simple: true });
    return found === 'ok' ? null : String(found);
  } catch (error) {
    // What a first start left behind when it was killed: only a connection that writes can undo it.
    if ((error as { readonly code?: string }).code?.startsWith('SQLITE_READONLY')) return null;
    throw error;
  } finally {
    sqlite.close();
  }
}

/** The version of the SQLite in use, such as 3.54.1. */
function sqliteVersion(): string {
  const none = new SqliteDatabase(':memory:');
  try {
    return String(none.prepare('select sqlite_version()').pluck().get());
  } finally {
    none.close();
  }
}

/**
 * Opens the embedded database of a directory for reading only, as it is: no table is brought up to date, nothing is made.
 * Null where there is none that can be read.
 */
export function openForReading(directory: string): Database | null {
  const file = databaseFile(directory);
  if (!existsSync(file)) return null;
  try {
    const sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
    return new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  } catch {
    return null;
  }
}
