import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import { migrations } from './migrations.ts';
import type { DatabaseSchema } from './schema.ts';

export type Database = Kysely<DatabaseSchema>;

const fileName = 'concord.sqlite';
const sqliteMagic = 'SQLite format 3\u0000';

/**
 * Older ones can damage a database whose WAL two connections write or checkpoint at once, as the server and its publication
 * thread do (the WAL-reset bug of 3.7.0 to 3.51.2, https://sqlite.org/wal.html). better-sqlite3 13.2 brings 3.54.1.
 */
const leastSqliteVersion = '3.51.3';

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
  const file = directory === ':memory:' ? directory : join(directory, fileName);
  const unusable = (found: string, cause?: unknown): AppError =>
    new AppError('database-unusable', {
      place: { file },
      expected: 'a Concord SQLite database, or none yet',
      found,
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
      mkdirSync(directory, { recursive: true });
    } catch (cause) {
      throw unusable(`the directory cannot be made (${(cause as Error).message})`, cause);
    }
    if (existsSync(file)) {
      const head = readFileSync(file).subarray(0, sqliteMagic.length).toString('latin1');
      if (head !== '' && head !== sqliteMagic) throw unusable('a file that is not an SQLite database');
    }
  }
  let sqlite: SqliteDatabase.Database;
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
    const check = sqlite.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') {
      sqlite.close();
      throw new Error(String(check));
    }
  } catch (cause) {
    throw unusable((cause as Error).message, cause);
  }
  const db = new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw unusable(`tables that this version cannot bring up to date (${(error as Error).message})`, error);
  }
  return db;
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
  const file = join(directory, fileName);
  if (!existsSync(file)) return null;
  try {
    const sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
    return new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  } catch {
    return null;
  }
}
