import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from '../../server/database/migrations.ts';
import { databaseFile, openDatabase } from '../../server/database/open.ts';

/** The newest migration, and the one of the release before. */
const [before = '', newest = ''] = Object.keys(migrations).sort().slice(-2);

/** A kill in the middle of what a start does to the tables leaves them as they were, and the next start goes on by itself. */
describe('a start that is killed while it brings the tables up to date', () => {
  let folder: string;
  let old: string;
  let directory: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-migration-'));
    old = join(folder, 'old');
    directory = join(folder, 'data');
    mkdirSync(old);
    const sqlite = new SqliteDatabase(databaseFile(old));
    sqlite.pragma('journal_mode = WAL');
    const db = new Kysely<never>({ dialect: new SqliteDialect({ database: sqlite }) });
    const released = Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= before));
    const { error } = await new Migrator({
      db,
      provider: { getMigrations: async () => released },
    }).migrateToLatest();
    expect(error).toBeUndefined();
    sqlite.exec(
      "insert into users (name, role, password, created_at) values ('dana', 'manager', 'hash', '2026-01-01T00:00:00.000Z')",
    );
    sqlite.exec(
      `insert into served_answers (code, served_at, expires_at, channel, locale, status, fingerprint, result)
      values ('BCDF2345', '2026-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z', 'chat', 'en', 'no_answer', 'f', '{}')`,
    );
    await db.destroy();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Opens the database in a process that kills itself before the statement of a number; whether it did. */
  const killedAt = (number: number): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const script = join(import.meta.dirname, 'kill-while-opening.ts');
      const flag = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
      const child = spawn(process.execPath, [flag, script, directory, String(number)], { stdio: 'ignore' });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (signal === 'SIGKILL') resolve(true);
        else if (code === 0) resolve(false);
        else reject(new Error(`It ended with ${code}.`));
      });
    });
  const rows = (query: string): unknown[] => {
    const sqlite = new SqliteDatabase(databaseFile(directory));
    try {
      return sqlite.prepare(query).pluck().all();
    } finally {
      sqlite.close();
    }
  };
  const lastOf = (names: readonly unknown[]): unknown => names.at(-1);

  test.each([
    ['a database of the release before', true, before],
    ['none yet', false, undefined],
  ])(
    'at every third statement, with %s',
    async (_, isOld, last) => {
      let kills = 0;
      for (let number = 1; ; number += 3) {
        rmSync(directory, { recursive: true, force: true });
        if (isOld) cpSync(old, directory, { recursive: true });
        if (!(await killedAt(number))) break;
        kills += 1;
        if (isOld) {
          const names = rows('select name from kysely_migration order by name');
          expect([last, newest]).toContain(lastOf(names));
          const columns = rows("select name from pragma_table_info('served_answers')");
          expect(columns.includes('customer_key')).toBe(lastOf(names) !== last);
        }
        await (await openDatabase(directory)).destroy();
        expect(lastOf(rows('select name from kysely_migration order by name'))).toBe(newest);
        expect(rows('select name from users')).toEqual(isOld ? ['dana'] : []);
        expect(rows('select code from served_answers')).toEqual(isOld ? ['BCDF2345'] : []);
        expect(rows('pragma integrity_check')).toEqual(['ok']);
      }
      expect(kills).toBeGreaterThan(10);
    },
    120_000,
  );

  test('two at once on a database of the release before both end well', async () => {
    cpSync(old, directory, { recursive: true });
    expect(await Promise.all([killedAt(0), killedAt(0)])).toEqual([false, false]);
    expect(rows('select name from users')).toEqual(['dana']);
  });
});
