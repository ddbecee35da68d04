import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { AppError } from '../errors.ts';
import { type Database, databaseFile, walVersion } from './open.ts';
import type { DatabaseSchema } from './schema.ts';

/** What a whole backup holds. */
export interface BackupReport {
  readonly file: string;
  readonly bytes: number;
  /** The newest release in it; null: none was published yet. */
  readonly release: number | null;
  readonly servedAnswers: number;
}

/** Looks further into a copy than its tables; gives what is wrong, or null. */
export type FurtherCheck = (copy: Database) => Promise<string | null>;

/**
 * All pages in one step: a copy that others write between two steps of begins anew. With a write each 5 ms, 120 MB take 247 ms
 * in one step, and by steps of 100 pages were not done after 20 s.
 */
const allPages = 0x7fffffff;

/**
 * Copies the database of a directory into a new file while servers use it, and checks the copy: a single file with all that was
 * acknowledged before, readable by its owner alone, named only when it is whole. Errors: database-unusable where there is
 * no database; backup-unusable where the file is there already, cannot be written, or the copy is not whole.
 */
export async function backUp(directory: string, file: string, further: FurtherCheck): Promise<BackupReport> {
  const source = databaseFile(directory);
  if (!existsSync(source))
    throw new AppError('database-unusable', {
      place: { file: source },
      message: 'There is no database to back up.',
      expected: 'the DATA_DIR of an installation that was started once',
      found: 'no such file',
    });
  if (existsSync(file)) throw thereAlready(file);
  const part = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    // Made first, so that nobody else can read it while it grows.
    closeSync(openSync(part, 'wx', 0o600));
    await copy(source, part);
    const report = await check(part, further);
    flush(part);
    link(part, file);
    flush(dirname(file));
    return { ...report, file };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unusable(file, (cause as Error).message, cause);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${suffix}`, { force: true });
  }
}

/**
 * Checks a backup as it lies there, and changes nothing. Errors: backup-unusable where it is damaged, is none, or is a plain
 * copy of a database in use, which may lack what its -wal file held.
 */
export async function checkBackup(file: string, further: FurtherCheck): Promise<BackupReport> {
  try {
    return await check(file, further);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unusable(file, (cause as Error).message, cause);
  }
}

async function copy(source: string, part: string): Promise<void> {
  const sqlite = new SqliteDatabase(source, { readonly: true, fileMustExist: true });
  try {
    await sqlite.backup(part, { progress: () => allPages });
  } finally {
    sqlite.close();
  }
  // A copy says that it is in WAL mode, as its source is; as one file it needs no files beside it to be read.
  const own = new SqliteDatabase(part);
  try {
    own.pragma('journal_mode = DELETE');
  } finally {
    own.close();
  }
}

async function check(file: string, further: FurtherCheck): Promise<BackupReport> {
  const { bytes, isWal } = readHead(file);
  if (isWal)
    throw unusable(
      file,
      'a plain copy of a database in use, which may lack its last writes; use npm run backup',
    );
  const sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
  const db = new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: sqlite }) });
  try {
    const found = sqlite.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw unusable(file, String(found));
    const orphans = sqlite.pragma('foreign_key_check') as readonly { readonly table: string }[];
    if (orphans[0]) throw unusable(file, `rows of ${orphans[0].table} that refer to nothing`);
    const wrong = await further(db);
    if (wrong !== null) throw unusable(file, wrong);
    const { release } = await db
      .selectFrom('releases')
      .select((row) => row.fn.max('number').as('release'))
      .executeTakeFirstOrThrow();
    const { answers } = await db
      .selectFrom('served_answers')
      .select((row) => row.fn.countAll<number>().as('answers'))
      .executeTakeFirstOrThrow();
    return { file, bytes, release: release ?? null, servedAnswers: answers };
  } finally {
    await db.destroy();
  }
}

function readHead(file: string): { readonly bytes: number; readonly isWal: boolean } {
  const { size } = statSync(file);
  const head = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, head.length, 0);
  } finally {
    closeSync(handle);
  }
  if (head.toString('latin1', 0, 15) !== 'SQLite format 3')
    throw unusable(file, 'a file that is no SQLite database');
  return { bytes: size, isWal: head[18] === walVersion || head[19] === walVersion };
}

/** Gives the finished copy its name, which fails where somebody else took it meanwhile. */
function link(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw thereAlready(file);
    throw error;
  }
}

function flush(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function unusable(file: string, found: string, cause?: unknown): AppError {
  return new AppError('backup-unusable', { place: { file }, expected: 'a whole backup', found, cause });
}

function thereAlready(file: string): AppError {
  return new AppError('backup-unusable', {
    place: { file },
    message: 'A backup overwrites nothing.',
    expected: 'the name of a new file, or of a directory',
    found: 'a file that is there already',
  });
}
