import express, { type Express, type RequestHandler } from 'express';
import request from 'supertest';
import { openRequestCounts, type RequestCounts } from '../../server/accounts/request-counts.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { AppError } from '../../server/errors.ts';
import { createRateLimits, mostSignIns } from '../../server/http/rate-limits.ts';
import { makeApp, type TestApp, type TestAppOptions } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

const { snapshot } = smallWorld();

describe('limits on requests', () => {
  let world: TestApp;
  let clock = 0;
  const now = () => new Date(Date.UTC(2026, 10, 22, 12) + clock);
  const open = async (config: TestAppOptions['config']): Promise<TestApp> => {
    clock = 0;
    world = await makeApp(snapshot, { now, config: { trustedHops: 1, ...config } });
    return world;
  };
  const get = (path: string, address = '192.0.2.1') =>
    request(world.app).get(path).set('x-forwarded-for', address).set('accept', 'text/html');
  afterEach(() => world.close());

  test('are told with every answer, and beyond them when to come back, as a page and as JSON', async () => {
    await open({ rateLimit: 2, keylessRateLimit: 1 });
    const first = await get('/en');
    expect(first.status).toBe(200);
    expect(first.headers.ratelimit).toMatch(/^"pages"; r=1; t=60$/);
    expect(first.headers['ratelimit-policy']).toMatch(/^"pages"; q=2; w=60; pk=:[^:]+:$/);
    await get('/en');
    const page = await get('/en');
    expect(page.status).toBe(429);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['retry-after']).toBe('60');
    expect(page.headers['cache-control']).toBe('no-store');
    clock = 45_000;
    expect((await get('/en')).headers['retry-after']).toBe('15');
    clock = 60_000;
    expect((await get('/en')).status).toBe(200);

    const ask = () => request(world.app).get('/api/v1/categories').set('x-forwarded-for', '192.0.2.9');
    expect((await ask()).headers['ratelimit-policy']).toMatch(/^"keyless"; q=1; w=60/);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(refused.body.code).toBe('too-many-requests');
    expect(refused.headers['retry-after']).toBe('60');
  });

  test('count addresses apart, an IPv6 network and a mapped address as one client', async () => {
    await open({ rateLimit: 1 });
    expect((await get('/en', '2001:db8:1:2::1')).status).toBe(200);
    expect((await get('/en', '2001:db8:1:2:ffff::2')).status).toBe(429);
    expect((await get('/en', '2001:db8:1:3::1')).status).toBe(200);
    expect((await get('/en', '192.0.2.7')).status).toBe(200);
    expect((await get('/en', '::ffff:192.0.2.7')).status).toBe(429);
    expect((await get('/en', '::ffff:192.0.2.8')).status).toBe(200);
  });

  test('are not passed by addresses that a client makes up', async () => {
    await open({ rateLimit: 2, trustedHops: 0 });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await get('/en', `198.51.100.${n}`)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  test('count what is not there, a wrong method and a broken address as pages', async () => {
    await open({ rateLimit: 4 });
    expect((await get('/.env')).status).toBe(404);
    expect((await request(world.app).delete('/en').set('x-forwarded-for', '192.0.2.1')).status).toBe(405);
    expect((await get('/en/%zz')).status).toBe(400);
    expect((await get('/assets/never.css')).status).toBe(404);
    for (const path of ['/.env', '/en', '/assets/never.css', '/en/%zz'])
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 429 });
    expect((await get('/healthz')).status).toBe(200);
  });

  test('count who is not signed in by address and people by account, wherever they are', async () => {
    await open({ rateLimit: 3, accountRateLimit: 2 });
    const { cookie } = await world.signIn();
    for (let n = 0; n < 3; n += 1) expect((await get('/agent')).status).toBe(302);
    expect((await get('/agent')).status).toBe(429);
    expect((await get('/agent/nowhere')).status).toBe(429);

    const signedIn = (address: string) => get('/agent', address).set('cookie', cookie);
    const first = await signedIn('192.0.2.2');
    expect(first.headers['ratelimit-policy']).toMatch(/^"account"; q=2/);
    expect((await signedIn('192.0.2.3')).status).toBe(200);
    expect((await signedIn('192.0.2.4')).status).toBe(429);
    const other = await world.signIn();
    // The other person's address is not used up by what was an account's.
    for (let n = 0; n < 2; n += 1)
      expect((await get('/agent', '192.0.2.4').set('cookie', other.cookie)).status).toBe(200);
    for (let n = 0; n < 2; n += 1) expect((await get('/agent', '192.0.2.4')).status).toBe(302);
  });

  test('bound sign-ins from one address, whether they succeed or not', async () => {
    await open({});
    const post = (address: string) =>
      request(world.app)
        .post('/agent/sign-in')
        .set('x-forwarded-for', address)
        .type('form')
        .send({ name: '', password: '', surplus: '1' });
    for (let n = 0; n < mostSignIns; n += 1) expect((await post('192.0.2.1')).status).toBe(400);
    const { status, headers } = await post('192.0.2.1');
    expect(status).toBe(429);
    expect(headers['retry-after']).toBe('60');
    expect((await post('192.0.2.2')).status).toBe(400);
    expect((await get('/agent/sign-in')).status).toBe(200);
  });

  test('stand before a body is read and before a handler runs', async () => {
    await open({ keylessRateLimit: 1 });
    const post = (question: string) => request(world.app).post('/api/v1/answer').send({ question });
    expect((await post('a'.repeat(200_000))).status).toBe(413);
    const count = () =>
      world.db
        .selectFrom('served_answers')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirst();
    expect((await post('a'.repeat(200_000))).status).toBe(429);
    expect((await post('cancel')).status).toBe(429);
    expect(Number((await count())?.n)).toBe(0);
  });
});

describe('limits on keys', () => {
  let db: Database;
  let counts: RequestCounts;
  let app: Express;
  let clock = 0;
  beforeEach(async () => {
    clock = 0;
    db = await openDatabase(':memory:');
    counts = await openRequestCounts(db, {
      now: () => new Date(Date.UTC(2026, 10, 22) + clock),
      failed: (error) => {
        throw error;
      },
    });
    const limits = createRateLimits(counts, {
      rateLimit: 100,
      keylessRateLimit: 1,
      accountRateLimit: 1,
      feedbackRateLimit: 1,
    });
    const readKey: RequestHandler = (incoming, response, next) => {
      const key = incoming.get('authorization');
      if (key === 'wrong') return next(new AppError('unauthorized'));
      if (key !== undefined)
        response.locals.apiKey = { prefix: key, perMinute: 2, perDay: key === 'a' ? 3 : null };
      next();
    };
    app = express();
    app.get(
      '/',
      ...limits.before('api'),
      readKey,
      ...limits.after('api'),
      (_, response) => void response.end(),
    );
    app.use(limits.uncounted);
    app.use(((error, _request, response, _next) =>
      response.status(error.status).end()) as express.ErrorRequestHandler);
  });
  afterEach(async () => {
    await counts.close();
    await db.destroy();
  });
  const by = (key?: string) =>
    request(app)
      .get('/')
      .set(key === undefined ? {} : { authorization: key });

  test('go by minute and by day, each key by itself and apart from who has none', async () => {
    const { headers } = await by('a');
    expect(headers.ratelimit).toBe('"key-minute"; r=1; t=60, "key-day"; r=2; t=86400');
    expect((await by('a')).status).toBe(200);
    const minuteOver = await by('a');
    expect([minuteOver.status, minuteOver.headers['retry-after']]).toEqual([429, '60']);
    for (const status of [200, 200, 429]) expect((await by('b')).status).toBe(status);
    for (const status of [200, 429]) expect((await by()).status).toBe(status);
    clock = 61_000;
    expect((await by('a')).status).toBe(200);
    const dayOver = await by('a');
    expect([dayOver.status, dayOver.headers['retry-after']]).toEqual([429, '86339']);
    expect((await by('b')).status).toBe(200);
  });

  test('wrong ones are counted by address, right ones are not', async () => {
    for (let n = 0; n < 60; n += 1) {
      if (n % 2 === 0) clock += 60_000;
      expect((await by('b')).status).toBe(200);
    }
    for (let n = 0; n < 100; n += 1) expect((await by('wrong')).status).toBe(401);
    expect((await by('wrong')).status).toBe(429);
  });
});
