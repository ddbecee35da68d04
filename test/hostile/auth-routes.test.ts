import { jest } from '@jest/globals';
import request from 'supertest';
import { hasRole, type Role, roles } from '../../server/accounts/roles.ts';
import { mostFailuresByAddress } from '../../server/accounts/sign-in-limit.ts';
import { allRoutes, buildApp } from '../../server/app.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import type { Route } from '../../server/http/route.ts';
import { type CanaryWorld, canary, canaryWorld } from '../support/canary-world.ts';
import { textOf } from '../support/crawl.ts';
import { dumpDatabase } from '../support/dump-database.ts';
import { findCanary } from '../support/find-canary.ts';
import { hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { plainRequests } from '../support/plain-request.ts';
import { seedsOf } from '../support/seeds.ts';
import { smallWorld } from '../support/small-world.ts';

/** The flows of ../shared/hostile/auth.json that are about addresses, limits and roles; each is named by the id of its case. */

/** Other work on the machine may slow them down. */
jest.setTimeout(120_000);

const minutes = 60_000;
const there = hasHostileCorpora();
const whenThere = there ? test : test.skip;
const { snapshot } = smallWorld();
const page = { accept: 'text/html' };

describe('hostile flows against limits', () => {
  let world: TestApp | null = null;
  afterEach(async () => {
    await world?.close();
    world = null;
  });
  const open = async (config: Parameters<typeof makeApp>[1]): Promise<TestApp> => {
    world = await makeApp(snapshot, config);
    return world;
  };

  test('brute-xff: another X-Forwarded-For each time is the same client, unless a proxy is trusted', async () => {
    const most = 20;
    const { app } = await open({ config: { rateLimit: most } });
    const from = (at: number) =>
      request(app).get('/en').set('x-forwarded-for', `203.0.113.${at}, 198.51.100.${at}`);
    const statuses: number[] = [];
    for (let at = 0; at < most + 10; at += 1) statuses.push((await from(at)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(most);
    expect(statuses.slice(most)).toEqual(new Array(10).fill(429));
    // Behind one trusted proxy, each address is a client of its own.
    await world?.close();
    const trusting = (await open({ config: { rateLimit: most, trustedHops: 1 } })).app;
    for (let at = 0; at < most + 10; at += 1) {
      const { status } = await request(trusting).get('/en').set('x-forwarded-for', `198.51.100.${at}`);
      expect(status).toBe(200);
    }
  });

  test('brute-xff: guessing passwords under forged addresses locks the one address that it comes from', async () => {
    const { app } = await open({});
    const guess = (at: number) =>
      request(app)
        .post('/agent/sign-in')
        .type('form')
        .set('x-forwarded-for', `203.0.113.${at}`)
        .send({ name: `person${at}`, password: 'not the right one' });
    const statuses: number[] = [];
    for (let at = 0; at < mostFailuresByAddress + 5; at += 1) statuses.push((await guess(at)).status);
    expect(statuses.slice(0, mostFailuresByAddress)).toEqual(new Array(mostFailuresByAddress).fill(401));
    expect(statuses.slice(mostFailuresByAddress)).toEqual(new Array(5).fill(429));
  });

  test('brute-mapped: an IPv4 address written as IPv6 is one client with it, and shares nothing with fifty others', async () => {
    const most = 10;
    const { app } = await open({ config: { rateLimit: most, trustedHops: 1 } });
    const from = async (address: string): Promise<number> =>
      (await request(app).get('/en').set('x-forwarded-for', address)).status;
    for (let at = 0; at < most; at += 1) expect(await from('192.0.2.7')).toBe(200);
    for (const same of ['192.0.2.7', '::ffff:192.0.2.7', '::FFFF:192.0.2.7'])
      expect(await from(same)).toBe(429);
    for (let at = 10; at < 60; at += 1) expect(await from(`::ffff:192.0.2.${at}`)).toBe(200);
  });

  test('session-flood: who does not sign in leaves no session, no cookie and no row', async () => {
    const { app, db } = await open({});
    const sessions = async (): Promise<number> =>
      (await db.selectFrom('sessions').select('user_id').execute()).length;
    const paths = [
      '/',
      '/en',
      '/en/orders',
      '/agent',
      '/agent/sign-in',
      '/manage/releases',
      '/account',
      '/nowhere',
    ];
    const server = await listen(app);
    const client = plainRequests(server.url);
    const cookies = await inParallel(
      Array.from({ length: 800 }, (_, at) => paths[at % paths.length] ?? '/'),
      async (path) => (await client.ask(path, { headers: page })).headers['set-cookie'],
    );
    client.close();
    await server.close();
    expect(cookies.filter((cookie) => cookie !== undefined)).toEqual([]);
    expect(await sessions()).toBe(0);
    expect(await db.selectFrom('provider_requests').selectAll().execute()).toEqual([]);
    await world?.signIn();
    expect(await sessions()).toBe(1);
  });
});

describe('hostile flows of addresses to come back to', () => {
  let world: TestApp;
  const person = { name: 'dana', password: 'correct horse battery staple' };
  beforeAll(async () => {
    world = await makeApp(snapshot, { config: { trustedHops: 1 } });
    await world.accounts.add({ ...person, role: 'admin' }, byServer);
  });
  afterAll(() => world.close());

  let signedIn = 0;
  const signInFor = (next: string) => {
    // Each from an address of its own: there are more routes than sign-ins a minute from one.
    signedIn += 1;
    return request(world.app)
      .post('/agent/sign-in')
      .set('x-forwarded-for', `192.0.2.${signedIn}`)
      .type('form')
      .send({ ...person, next });
  };

  whenThere('next-outside: leads to a page of this site, whatever it says', async () => {
    const one = (await hostileCases('auth.json')).find(({ id }) => id === 'next-outside');
    const steps = (one as unknown as { readonly steps: readonly string[] } | undefined)?.steps ?? [];
    const forms = [
      ...steps,
      ...steps.map(encodeURIComponent),
      '/agent/../../evil.invalid',
      '/agent//evil.invalid',
      '/agent@evil.invalid',
      '/agent\r\nLocation: //evil.invalid',
      '/agent%0d%0aLocation:%20//evil.invalid',
      'data:text/html,x',
      '/\t/evil.invalid',
    ];
    expect(steps.length).toBeGreaterThan(5);
    for (const next of forms) {
      const { status, headers } = await signInFor(next);
      expect({ next, status }).toEqual({ next, status: 303 });
      const location = headers.location ?? '';
      expect(location).toMatch(/^\/(agent|manage|account)(?![^?/]*evil)/);
      expect(new URL(location, 'http://here.example').host).toBe('here.example');
      // Where somebody is signed in already, the page of the sign-in leads on by itself.
      const { cookie } = await world.signIn();
      const shown = await request(world.app)
        .get('/agent/sign-in')
        .query({ next })
        .set({ ...page, cookie });
      expect([shown.status, new URL(shown.headers.location ?? '', 'http://here.example').host]).toEqual([
        303,
        'here.example',
      ]);
      const form = await request(world.app).get('/agent/sign-in').query({ next }).set(page);
      expect(form.text).toMatch(/name="next" value="\/agent[^"]*"/);
      expect(/name="next" value="([^"]*)"/.exec(form.text)?.[1]).not.toContain('evil');
    }
    expect((await signInFor('/agent/changes?ui=en')).headers.location).toBe('/agent/changes?ui=en');
  });

  test('next-post: leads to nothing that acts, and following it changes nothing', async () => {
    const routes = allRoutes(world.deps);
    const acting = routes.filter(({ method, path }) => method === 'post' && path.split('/')[1] !== 'api');
    expect(acting.length).toBeGreaterThan(10);
    for (const { path } of acting) {
      const next = path.replace(/:[a-z]+/gi, '1');
      const { headers } = await signInFor(next);
      const cookie = ([headers['set-cookie']].flat()[0] ?? '').split(';')[0] ?? '';
      const before = (await world.accounts.people()).length;
      const followed = await request(world.app)
        .get(headers.location ?? '')
        .set({ ...page, cookie });
      expect([200, 302, 404, 405]).toContain(followed.status);
      expect((await world.accounts.people()).length).toBe(before);
      expect(
        (
          await request(world.app)
            .get('/agent')
            .set({ ...page, cookie })
        ).status,
      ).toBe(200);
    }
  });
});

describe('hostile flows against addresses', () => {
  let world: CanaryWorld;
  let routes: readonly Route[];
  let server: Awaited<ReturnType<typeof listen>>;
  let client: ReturnType<typeof plainRequests>;

  beforeAll(async () => {
    world = await canaryWorld();
    routes = allRoutes(world.concord.appDeps);
    server = await listen(buildApp({ ...world.concord.appDeps, config: world.config }));
    client = plainRequests(server.url);
  }, minutes);
  afterAll(async () => {
    client.close();
    await server.close();
    await world.close();
  });

  const signedIn = async (role: Role): Promise<Readonly<Record<string, string>>> => {
    const { cookie, token } = await world.signIn(role);
    return { ...page, cookie, 'x-form-token': token };
  };
  /** What the database holds once all that runs by itself has come to rest, but for how many requests were counted. */
  const dump = async () => {
    const { loop } = world.concord.appDeps;
    await loop.verification.tellDue();
    await loop.walk.catchUp();
    await loop.gaps.catchUp();
    const { request_counts: _counts, ...rest } = dumpDatabase(world.config.dataDir);
    return rest;
  };
  const addressOf = (path: string): string =>
    path
      .replace(':locale', 'en')
      .replace(':category/:slug', 'orders/cancel-order')
      .replace(/:[a-z]+/gi, '2');

  test(
    'csrf-get: reading any address, by GET or HEAD, changes nothing but the record of what was answered',
    async () => {
      const headers = await signedIn('admin');
      const numbers = [1, 2, 3];
      const addresses = seedsOf(routes, { receipts: [world.receipt, world.agentReceipt], numbers }, false);
      const before = await dump();
      await inParallel(addresses, async (address) => {
        for (const method of ['GET', 'HEAD']) await client.ask(address, { method, headers });
      });
      const after = await dump();
      /** What reading may write, and why. */
      const written: Readonly<Record<string, string>> = {
        served_answers: 'what a customer or an agent was answered can be looked up by its receipt',
        said_results: 'with what was said, once however often',
        sqlite_sequence: 'under the next number',
        walk_positions: 'readers of what was served go on',
        asks_by_day: 'and count it by day',
        article_asks: 'and by article',
        visits_by_day: 'and by visit',
        gap_questions: 'and collect what was not answered',
        gap_asks: 'with each ask of it',
        gap_clarified: 'and what was asked back',
        gap_groups: 'in groups',
        gap_phrasings: 'and what ended well',
        events: 'and tell those who subscribed that a question had no answer',
        webhook_deliveries: 'each in a message of its own',
        audit_events: 'an export is audited',
        audit_head: 'and is the last event',
      };
      const changed = Object.keys(after).filter(
        (table) => JSON.stringify(after[table]) !== JSON.stringify(before[table]),
      );
      expect(changed.filter((table) => !(table in written))).toEqual([]);
      expect(changed).toContain('served_answers');
      const added = (table: string): readonly string[] =>
        (after[table] ?? []).filter((row) => !before[table]?.includes(row));
      expect((before.served_answers ?? []).filter((row) => !after.served_answers?.includes(row))).toEqual([]);
      const isExport = /"action":"(?:audit|offers)\.exported"/;
      expect(added('audit_events').filter((row) => !isExport.test(row))).toEqual([]);
      expect(addresses.length).toBeGreaterThan(500);
    },
    2 * minutes,
  );

  test('csrf-get: what acts does not answer to GET or HEAD at all', async () => {
    const headers = await signedIn('admin');
    const acting = routes.filter(
      ({ method, path }) =>
        method === 'post' && !routes.some((one) => one.method === 'get' && one.path === path),
    );
    expect(acting.length).toBeGreaterThan(10);
    const before = await dump();
    for (const { path } of acting) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await client.ask(`${addressOf(path)}?token=${headers['x-form-token']}`, {
          method,
          headers,
        });
        // One of them may have an address that another page reads as its own, with nothing there.
        expect([400, 401, 404, 405]).toContain(status);
      }
    }
    expect(await dump()).toEqual(before);
  });

  test('vertical: what is for a higher role is refused in every method, changes nothing and tells nothing', async () => {
    const hidden: string[] = [];
    const opened: string[] = [];
    for (const role of roles) {
      const headers = await signedIn(role);
      const above = routes.filter(({ access }) => access !== 'anyone' && !hasRole(role, access));
      const before = await dump();
      for (const { path, access } of above) {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const answer = await client.ask(addressOf(path), {
            method,
            headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            ...(method === 'POST' ? { body: `token=${headers['x-form-token']}&role=admin&note=x` } : {}),
          });
          if (![403, 404].includes(answer.status))
            opened.push(`${role}: ${method} ${path} (${access}) ${answer.status}`);
          if (findCanary(textOf(answer), canary) !== null) hidden.push(`${role}: ${method} ${path}`);
        }
      }
      expect(await dump()).toEqual(before);
    }
    expect(opened).toEqual([]);
    expect(hidden).toEqual([]);
    const admin = await signedIn('admin');
    for (const path of ['/manage/people', '/manage/releases/2', '/manage/preview'])
      expect((await client.ask(path, { headers: admin })).status).toBe(200);
  });
});
