import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { backup } from '../../scripts/backup.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { openDatabase } from '../../server/database/open.ts';
import { type ServerProcess, startServer, writeWorld } from '../support/server-process.ts';

/** Says what a command said. */
function listening() {
  let said = '';
  const hear = (text: string) => {
    said += text;
  };
  return { terminal: { out: hear, err: hear }, said: () => said };
}

describe('npm run backup', () => {
  let folder: string;
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-backup-'));
    environment = { CONTENT_DIR: join(folder, 'content'), DATA_DIR: join(folder, 'data') };
  });
  const servers: ServerProcess[] = [];
  const start = (settings: Readonly<Record<string, string>>): ServerProcess => {
    const server = startServer(settings);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const { child } of servers) child.kill('SIGKILL');
    await Promise.all(servers.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (...args: readonly string[]) => {
    const heard = listening();
    const exitCode = await backup(args, environment, heard.terminal);
    return { exitCode, said: heard.said() };
  };
  const makeDatabase = async () => (await openDatabase(join(folder, 'data'))).destroy();

  test('makes one file that only its owner may read, and overwrites none', async () => {
    await makeDatabase();
    const file = join(folder, 'one.sqlite');
    expect(await run(file)).toEqual({
      exitCode: 0,
      said: expect.stringMatching(/one\.sqlite is whole: \d+ bytes, no release, 0 served answers\.\n$/),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(['data', 'one.sqlite']);
    const before = readFileSync(file);
    expect(await run(file)).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/one\.sqlite {2}backup-unusable: A backup overwrites nothing\./),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(await run('--check', file)).toMatchObject({ exitCode: 0 });
  });

  test('into a directory names the file for the time, and keeps only the newest of its own', async () => {
    await makeDatabase();
    const into = join(folder, 'backups');
    mkdirSync(into);
    writeFileSync(join(into, 'notes.txt'), 'mine');
    for (const day of [1, 2, 3]) {
      const heard = listening();
      const now = () => new Date(`2026-11-0${day}T02:15:00Z`);
      expect(await backup([into, '--keep', '2'], environment, heard.terminal, now)).toBe(0);
    }
    expect(readdirSync(into).sort()).toEqual([
      'concord-2026-11-02T021500Z.sqlite',
      'concord-2026-11-03T021500Z.sqlite',
      'notes.txt',
    ]);
  });

  test('keeps what is there when the copy cannot be made', async () => {
    const into = join(folder, 'backups');
    mkdirSync(into);
    writeFileSync(join(into, 'concord-2026-11-01T021500Z.sqlite'), 'the only one');
    expect(await run(into, '--keep', '1')).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/concord\.sqlite {2}database-unusable: There is no database to back up\./),
    });
    expect(readdirSync(into)).toEqual(['concord-2026-11-01T021500Z.sqlite']);
  });

  test('a damaged database is copied to nobody, and the damage is told', async () => {
    await makeDatabase();
    damage(join(folder, 'data/concord.sqlite'));
    expect(await run(join(folder, 'one.sqlite'))).toMatchObject({ exitCode: 1 });
    expect(readdirSync(folder)).toEqual(['data']);
  });

  test('an audit log that was written over is told', async () => {
    await makeDatabase();
    const db = await openDatabase(join(folder, 'data'));
    const audit = createAuditLog(db, { now: () => new Date() });
    for (const subject of ['anna', 'ben', 'carla'])
      await audit.append({ action: 'person.added', by: byServer, subject, before: null, after: null });
    await db.destroy();
    expect(await run(join(folder, 'sound.sqlite'))).toMatchObject({ exitCode: 0 });
    const raw = new SqliteDatabase(join(folder, 'data/concord.sqlite'));
    raw.exec("drop trigger audit_events_no_update; update audit_events set subject = 'eve' where number = 2");
    raw.close();
    expect(await run(join(folder, 'broken.sqlite'))).toEqual({
      exitCode: 1,
      said: expect.stringMatching(/the audit log is broken at row 2: The row is not what was written\./),
    });
    expect(readdirSync(folder).sort()).toEqual(['data', 'sound.sqlite']);
  });

  test('--check tells a damaged file, half a file, a plain copy and what is no database from a backup', async () => {
    await makeDatabase();
    const file = join(folder, 'one.sqlite');
    await run(file);
    const whole = readFileSync(file);
    const check = async (bytes: Buffer | string) => {
      writeFileSync(file, bytes);
      const { exitCode, said } = await run('--check', file);
      expect(readFileSync(file).equals(Buffer.from(bytes))).toBe(true);
      expect([exitCode, said]).toEqual([1, expect.stringMatching(/one\.sqlite {2}backup-unusable/)]);
      return said;
    };
    await check(whole.subarray(0, whole.length / 2));
    await check('');
    expect(await check('a text')).toMatch(/no SQLite database/);
    expect(await check(readFileSync(join(folder, 'data/concord.sqlite')))).toMatch(
      /plain copy of a database in use/,
    );
    writeFileSync(file, whole);
    damage(file);
    await check(readFileSync(file));
    expect(readdirSync(folder).sort()).toEqual(['data', 'one.sqlite']);
  });

  test('is called wrongly without a file, with an unknown option, or with --keep for a file', async () => {
    for (const args of [
      [],
      ['--into', 'x'],
      ['a', 'b'],
      [join(folder, 'one.sqlite'), '--keep', '2'],
      [folder, '--keep', '0'],
      ['--check', 'a', '--keep', '1'],
    ])
      expect([args, await run(...args)]).toEqual([
        args,
        { exitCode: 2, said: expect.stringContaining('Usage: npm run backup') },
      ]);
  });

  test('of 20 backups while eight writers write, each is whole and has every answer acknowledged before', async () => {
    writeWorld(join(folder, 'content'));
    const server = start({ ...environment, RATE_LIMIT: '1000000', KEYLESS_RATE_LIMIT: '1000000' });
    const url = await server.url();
    const acknowledged: string[] = [];
    let writing = true;
    const writers = Array.from({ length: 8 }, async () => {
      while (writing) {
        const response = await fetch(`${url}/api/v1/answer`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ question: 'Can I cancel my order?', locale: 'en' }),
        });
        const { receipt } = (await response.json()) as { receipt: { code: string } };
        acknowledged.push(receipt.code);
      }
    });
    const counts: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = [...acknowledged];
      const file = join(folder, `${round}.sqlite`);
      expect(await run(file)).toMatchObject({ exitCode: 0 });
      const copy = new SqliteDatabase(file, { readonly: true });
      const has = copy.prepare('select 1 from served_answers where code = ?').pluck();
      expect(before.filter((code) => has.get(code) === undefined)).toEqual([]);
      copy.close();
      counts.push(before.length);
    }
    writing = false;
    await Promise.all(writers);
    expect(await server.stop()).toBe(0);
    // They did write meanwhile.
    expect(new Set(counts).size).toBeGreaterThan(10);

    // As README says: put the file in the place of the database, take away what stood beside it, start.
    const database = join(folder, 'data/concord.sqlite');
    copyFileSync(join(folder, '19.sqlite'), database);
    for (const suffix of ['-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    const restored = start({ ...environment, RATE_LIMIT: '1000000', KEYLESS_RATE_LIMIT: '1000000' });
    const again = await restored.url();
    expect(restored.said()).not.toMatch(/password/);
    for (const code of acknowledged.slice(0, counts[19]).filter((_, index) => index % 50 === 0))
      expect((await fetch(`${again}/api/v1/receipts/${code}`)).status).toBe(200);
    expect(await restored.stop()).toBe(0);
  }, 120_000);
});

/** Overwrites a page in the middle of a database, as a bad disk does. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  const page = bytes.readUInt16BE(16);
  const middle = Math.floor(bytes.length / page / 2) * page;
  bytes.fill(0xa5, middle, middle + page);
  writeFileSync(file, bytes);
}
