import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { allRoutes } from '../../server/app.ts';
import { makeApp } from '../support/make-app.ts';
import { type ServerProcess, serverMain, startServer, writeWorld } from '../support/server-process.ts';
import { smallWorld } from '../support/small-world.ts';

const guard = join(import.meta.dirname, '../support/outgoing-guard.mjs');

const elsewhere = 'https://parcels.example/track.png';

/**
 * The server fetches nothing, whatever addresses stand in questions, forms and content; the one exception is an identity
 * provider that is set, which is none here.
 */
describe('no connection goes out', () => {
  let folder: string;
  let server: ServerProcess;
  let url: string;
  let cookie: string;
  /** Listens where every address of this test leads, and hears nothing. */
  const bait = createServer((socket) => {
    heard += 1;
    socket.destroy();
  });
  let heard = 0;
  let address: string;

  beforeAll(async () => {
    bait.listen(0, '127.0.0.1');
    await new Promise((resolve) => bait.once('listening', resolve));
    address = `http://127.0.0.1:${(bait.address() as AddressInfo).port}/x.png`;
    folder = mkdtempSync(join(tmpdir(), 'concord-outgoing-'));
    writeWorld(join(folder, 'content'));
    appendFileSync(
      join(folder, 'content/en/orders/cancel-order.md'),
      `\nRead [what the parcel service says](${elsewhere}).\n\n:::agent\nSee [their desk](${address}).\n:::\n`,
    );
    server = startServer(
      {
        CONTENT_DIR: join(folder, 'content'),
        DATA_DIR: join(folder, 'data'),
        KEYLESS_RATE_LIMIT: '1000000',
      },
      { args: ['--import', guard, serverMain] },
    );
    const [, password = ''] = await server.says(/password (\S+)/);
    url = await server.url();
    const signedIn = await fetch(`${url}/agent/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ name: 'admin', password, next: address }),
    });
    cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  }, 60_000);
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    bait.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('while every address is asked as admin, with addresses in every field, and content is published', async () => {
    expect(cookie).not.toBe('');
    const world = await makeApp(smallWorld().snapshot);
    const paths = allRoutes(world.deps)
      .filter(({ method }) => method === 'get')
      .map(({ path }) => path);
    await world.close();
    const named: Readonly<Record<string, string>> = {
      locale: 'en',
      category: 'orders',
      slug: 'cancel-order',
      section: 'lead',
      number: '1',
    };
    const query = new URLSearchParams({
      q: `is ${address} yours?`,
      next: address,
      url: address,
      code: address,
    });
    const statuses: number[] = [];
    for (const path of paths) {
      const there = path.replace(/:(\w+)/g, (_, name: string) => named[name] ?? '1');
      for (const asked of [there, `${there}?${query}`, `${there}?${new URLSearchParams({ q: address })}`]) {
        const response = await fetch(`${url}${asked}`, { redirect: 'manual', headers: { cookie } });
        await response.arrayBuffer();
        statuses.push(response.status);
      }
    }
    const asked = await fetch(`${url}/api/v1/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: `Can I cancel ${address}?`, locale: 'en' }),
    });
    const page = await (await fetch(`${url}/en/orders/cancel-order`)).text();
    appendFileSync(join(folder, 'content/en/orders/cancel-order.md'), '\nMore words.\n');
    await server.says(/Published release 2/);
    await wait(200);

    expect(asked.status).toBe(200);
    expect(page).toContain(elsewhere);
    expect(statuses.length).toBeGreaterThan(120);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(40);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    expect(server.said()).not.toMatch(/OUTGOING/);
    expect(heard).toBe(0);
  }, 60_000);

  test('and the guard would have told', () => {
    const { stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        guard,
        '-e',
        `fetch('http://127.0.0.1:65000/').catch(() => require('net').connect(65000, '127.0.0.1').on('error', () => {}))`,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr.match(/OUTGOING connection/g)?.length).toBe(2);
  });
});
