import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { type ServerProcess, startServer, writeWorld } from '../support/server-process.ts';

describe('a database that another process has locked', () => {
  let folder: string;
  let server: ServerProcess;
  let url: string;
  let other: SqliteDatabase.Database;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-locked-'));
    writeWorld(join(folder, 'content'));
    server = startServer({
      CONTENT_DIR: join(folder, 'content'),
      DATA_DIR: join(folder, 'data'),
      RATE_LIMIT: '1000000',
      KEYLESS_RATE_LIMIT: '1000000',
    });
    url = await server.url();
    other = new SqliteDatabase(join(folder, 'data/concord.sqlite'));
  }, 60_000);
  afterAll(async () => {
    other.close();
    server.child.kill('SIGKILL');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async () => {
    const response = await fetch(`${url}/api/v1/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: 'Can I cancel my order?', locale: 'en' }),
    });
    return response.status;
  };
  const signIn = async () => {
    const response = await fetch(`${url}/agent/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ name: 'nobody', password: 'a password of fifteen' }),
    });
    return response.status;
  };
  const read = async (): Promise<number> => {
    const paths = ['/en', '/en/orders/cancel-order', '/api/v1/search?q=cancel&locale=en', '/readyz'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).status));
    return Math.max(...statuses);
  };

  test('for three seconds: every answer is recorded all the same', async () => {
    other.exec('begin exclusive');
    const asked = Array.from({ length: 8 }, ask);
    const pages = read();
    await wait(3_000);
    other.exec('commit');
    expect(await Promise.all(asked)).toEqual(Array(8).fill(200));
    expect(await pages).toBe(200);
  }, 20_000);

  test('for longer: pages and searches go on, what must be written is refused as unavailable, and works again after', async () => {
    other.exec('begin exclusive');
    const started = Date.now();
    const [asked, pages, signedIn] = await Promise.all([ask(), read(), signIn()]);
    const seconds = (Date.now() - started) / 1_000;
    other.exec('commit');
    expect({ asked, pages, signedIn }).toEqual({ asked: 503, pages: 200, signedIn: 503 });
    expect(seconds).toBeLessThan(15);
    expect(await ask()).toBe(200);
    expect(await signIn()).toBe(401);
  }, 30_000);
});
