import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../../server/database/open.ts';

describe('opening the database', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'concord-open-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('sets every pragma that durability and integrity hang on', async () => {
    const db = await openDatabase(directory);
    const pragma = async (name: string): Promise<unknown> => {
      const { rows } = await sql.raw<Readonly<Record<string, unknown>>>(`pragma ${name}`).execute(db);
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await pragma('journal_mode')).toBe('wal');
    // 2: FULL; a power cut loses nothing that was acknowledged.
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('recursive_triggers')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(250);
    expect(await pragma('trusted_schema')).toBe(0);
    expect(await pragma('cell_size_check')).toBe(1);
    expect(await pragma('secure_delete')).toBe(1);
    await db.destroy();
  });

  test('refuses an SQLite that can damage what it writes, and makes no file', async () => {
    await expect(openDatabase(directory, { leastSqlite: '3.1000.0' })).rejects.toMatchObject({
      code: 'database-unusable',
      expected: 'SQLite 3.1000.0 or newer',
      found: expect.stringMatching(/^SQLite 3\.\d+\.\d+$/),
    });
    expect(existsSync(join(directory, 'concord.sqlite'))).toBe(false);
  });

  test('the SQLite in use is without the fault of the WAL (3.51.3 or newer)', async () => {
    const db = await openDatabase(':memory:', { leastSqlite: '3.51.3' });
    const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db);
    const [, minor = 0, patch = 0] = (rows[0]?.version ?? '').split('.').map(Number);
    expect(minor * 1_000 + patch).toBeGreaterThanOrEqual(51_003);
    await db.destroy();
  });
});
