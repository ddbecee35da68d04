import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type ServerProcess, startServer, writeWorld } from '../support/server-process.ts';

/** Stands for a full disk: no file of the process may grow beyond so many blocks of 1,024 bytes. */
const mostBlocks = 2_000;

function canLimit(): boolean {
  try {
    execFileSync('bash', ['-c', `ulimit -S -f ${mostBlocks} && prlimit --version`]);
    return true;
  } catch {
    return false;
  }
}

const whereItCan = canLimit() ? describe : describe.skip;
if (!canLimit()) process.stdout.write('skipped: files cannot be limited here (bash ulimit, prlimit)\n');

whereItCan('a full disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-full-'));
    writeWorld(join(folder, 'content'));
  });
  let server: ServerProcess;
  afterEach(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('stops what must be written, and nothing else; nothing acknowledged is lost; it works again once there is room', async () => {
    server = startServer(
      {
        CONTENT_DIR: join(folder, 'content'),
        DATA_DIR: join(folder, 'data'),
        RATE_LIMIT: '1000000',
        KEYLESS_RATE_LIMIT: '1000000',
      },
      { shell: `ulimit -S -f ${mostBlocks}` },
    );
    const url = await server.url();
    const acknowledged: string[] = [];
    const ask = async (): Promise<number> => {
      const response = await fetch(`${url}/api/v1/answer`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: `Can I cancel my order? ${'please '.repeat(200)}`, locale: 'en' }),
      });
      if (response.status === 200)
        acknowledged.push(((await response.json()) as { receipt: { code: string } }).receipt.code);
      return response.status;
    };
    const read = async (): Promise<readonly number[]> =>
      Promise.all(
        [
          '/en',
          '/en/orders/cancel-order',
          '/api/v1/search?q=cancel&locale=en',
          '/agent/sign-in',
          '/readyz',
        ].map(async (path) => (await fetch(`${url}${path}`)).status),
      );

    const [, password = ''] = await server.says(/password (\S+)/);
    const signedIn = await fetch(`${url}/agent/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ name: 'admin', password }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    // So that reading a page would write down that the session is used.
    const other = new SqliteDatabase(join(folder, 'data/concord.sqlite'));
    other.prepare('update sessions set used_at = ?').run(new Date(Date.now() - 300_000).toISOString());
    other.close();
    const readAsAgent = async () => (await fetch(`${url}/agent`, { headers: { cookie } })).status;

    let refused = 200;
    for (let round = 0; round < 3_000 && refused === 200; round += 1)
      refused = Math.max(...(await Promise.all(Array.from({ length: 8 }, ask))));
    expect(refused).toBe(503);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(await read()).toEqual([200, 200, 200, 200, 200]);
    // What was too much together may still fit alone.
    let alone = 200;
    for (let round = 0; round < 200 && alone === 200; round += 1) alone = await ask();
    expect(alone).toBe(503);
    // Not even the smallest of writes.
    execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=4096:']);
    expect(await readAsAgent()).toBe(200);
    expect(await read()).toEqual([200, 200, 200, 200, 200]);

    execFileSync('prlimit', ['--pid', String(server.child.pid), '--fsize=unlimited:']);
    expect(await ask()).toBe(200);
    expect(await server.stop()).toBe(0);
    const db = new SqliteDatabase(join(folder, 'data/concord.sqlite'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    const has = db.prepare('select 1 from served_answers where code = ?').pluck();
    expect(acknowledged.filter((code) => has.get(code) === undefined)).toEqual([]);
    db.close();
  }, 60_000);
});
