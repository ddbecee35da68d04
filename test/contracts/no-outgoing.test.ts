import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { allRoutes } from '../../server/app.ts';
import { makeApp } from '../support/make-app.ts';
import { openReceiver, type Receiver } from '../support/open-receiver.ts';
import { type ServerProcess, serverMain, startServer, writeWorld } from '../support/server-process.ts';
import { smallWorld } from '../support/small-world.ts';

const guard = join(import.meta.dirname, '../support/outgoing-guard.mjs');

const elsewhere = 'https://parcels.example/track.png';

/**
 * The server fetches nothing, whatever addresses stand in questions, forms and content; the exceptions are an identity
 * provider that is set, and endpoints of webhooks that an admin added, which are none here.
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

describe('webhooks go out', () => {
  let folder: string;
  let server: ServerProcess;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await openReceiver();
    folder = mkdtempSync(join(tmpdir(), 'concord-webhooks-'));
    writeWorld(join(folder, 'content'));
    server = startServer(
      {
        CONTENT_DIR: join(folder, 'content'),
        DATA_DIR: join(folder, 'data'),
        WEBHOOK_PRIVATE_HOSTS: receiver.host,
        WEBHOOK_PLAIN_HOSTS: receiver.host,
      },
      { args: ['--import', guard, serverMain] },
    );
  }, 60_000);
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('to the endpoint that an admin added, of what it subscribed to, and nothing else to anybody', async () => {
    const [, password = ''] = await server.says(/password (\S+)/);
    const url = await server.url();
    const signedIn = await fetch(`${url}/agent/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ name: 'admin', password, next: '/agent' }),
    });
    const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '', origin: url };
    const form = await (await fetch(`${url}/manage/webhooks/new`, { headers })).text();
    const token = /name="token" value="([^"]+)"/.exec(form)?.[1] ?? '';
    const added = await fetch(`${url}/manage/webhooks`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ token, url: `${receiver.url}hook`, type: 'release.published' }),
    });
    expect(added.status).toBe(201);
    const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec((await added.text()).replaceAll('&#x3D;', '='))?.[0] ?? '';
    // What happens before the server has noted how things stand is not told.
    await wait(3_000);
    const question = 'zzz quux unknown thing';
    await fetch(`${url}/api/v1/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question, locale: 'en' }),
    });
    appendFileSync(join(folder, 'content/en/orders/cancel-order.md'), '\nMore words.\n');
    await server.says(/Published release 2/);
    for (let waited = 0; receiver.received.length === 0 && waited < 100; waited += 1) await wait(100);
    await wait(1_500);

    expect(receiver.received).toHaveLength(1);
    const [one] = receiver.received;
    const sent = new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>);
    expect(sent).toMatchObject({ type: 'release.published', data: { release: 2 } });
    expect(one?.body).not.toContain(question);
    const connections = server.said().match(/OUTGOING connection .*/g) ?? [];
    expect(connections.map((line) => line.includes(`"port":${receiver.port}`))).toEqual([true]);
    expect(server.said()).not.toMatch(/OUTGOING (?:name|datagram)/);
  }, 60_000);
});
