import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { type ServerProcess, startServer, writeWorld } from '../support/server-process.ts';

/** Two servers on one machine may share a DATA_DIR: SQLite lets one write at a time, and each follows the other's releases. */
describe('two servers on one database', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'concord-two-'));
    writeWorld(join(folder, 'content'));
  });
  const servers: ServerProcess[] = [];
  const start = (environment: Readonly<Record<string, string>>): ServerProcess => {
    const server = startServer(environment);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const { child } of servers) child.kill('SIGKILL');
    await Promise.all(servers.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });

  test('both answer, lose nothing of what they acknowledged when both are killed, and serve the same release', async () => {
    const environment = {
      CONTENT_DIR: join(folder, 'content'),
      DATA_DIR: join(folder, 'data'),
      RATE_LIMIT: '1000000',
      KEYLESS_RATE_LIMIT: '1000000',
    };
    const first = start(environment);
    await first.url();
    const second = start({ ...environment, WATCH: 'off' });
    const urls = [await first.url(), await second.url()];
    const acknowledged: string[] = [];
    const failures: number[] = [];
    let writing = true;
    const writers = Array.from({ length: 8 }, async (_, index) => {
      while (writing) {
        try {
          const response = await fetch(`${urls[index % 2]}/api/v1/answer`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ question: 'Can I cancel my order?', locale: 'en' }),
          });
          if (response.status !== 200) failures.push(response.status);
          else acknowledged.push(((await response.json()) as { receipt: { code: string } }).receipt.code);
        } catch {
          // A server that was killed acknowledges nothing.
        }
      }
    });
    const served = () =>
      Promise.all(
        urls.map(
          async (url) => ((await (await fetch(`${url}/readyz`)).json()) as { snapshot: string }).snapshot,
        ),
      );
    const [before] = await served();
    appendFileSync(join(folder, 'content/en/orders/cancel-order.md'), '\nMore words.\n');
    let [one, two] = await served();
    for (let waited = 0; waited < 30_000 && (one === before || two === before); waited += 250) {
      await wait(250);
      [one, two] = await served();
    }
    expect(one).not.toBe(before);
    expect(two).toBe(one);
    first.child.kill('SIGKILL');
    second.child.kill('SIGKILL');
    writing = false;
    await Promise.all([first.ended, second.ended, ...writers]);
    expect(failures).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);

    const again = start(environment);
    await again.url();
    expect(await again.stop()).toBe(0);
    const db = new SqliteDatabase(join(folder, 'data/concord.sqlite'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const has = db.prepare('select 1 from served_answers where code = ?').pluck();
    expect(acknowledged.filter((code) => has.get(code) === undefined)).toEqual([]);
    db.close();
  }, 90_000);
});
