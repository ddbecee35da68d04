import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { pino } from 'pino';
import request from 'supertest';
import { buildApp } from '../../server/app.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { agentsOnly, apiWorld } from '../channels/api/api-world.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';

/**
 * Keys against those who have none, or the wrong one: cases key-*, cors, preflight and jsonp of http.json, and
 * api-key-scope, api-key-life, session-at-rest and csrf-json of auth.json.
 */

const { snapshot } = apiWorld();
const answer = '/api/v1/answer';
const agentAnswer = '/api/v1/agent/answer';
const question = { question: 'cancel order not shipped yet' };

let world: TestApp;
let app: TestApp['app'];
let log = '';
let key: string;
let token: string;
let agentsKey: string;

beforeAll(async () => {
  world = await makeApp(snapshot);
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  app = buildApp({ ...world.deps, log: pino({ level: 'debug' }, stream) });
  key = await world.makeKey({ name: 'Bot' });
  token = key.slice('Bearer '.length);
  agentsKey = await world.makeKey({ name: 'Desk', scope: 'agent-answers' });
});
afterAll(() => world.close());

/** Both with keys possible and with keys required. */
const settings = ['optional', 'required'] as const;
const appWith = (apiKeys: (typeof settings)[number]) =>
  buildApp({ ...world.deps, config: { ...world.config, apiKeys } });

/** A request with exactly these header lines. */
function withLines(path: string, lines: readonly string[]): Promise<{ status: number; body: string }> {
  const server = createServer(app).listen(0, '127.0.0.1');
  return new Promise((resolve, reject) => {
    server.once('listening', () => {
      const { port } = server.address() as AddressInfo;
      httpRequest({ host: '127.0.0.1', port, path, headers: ['Host', 'x', ...lines] as unknown as [] })
        .on('response', async (response) => {
          let body = '';
          for await (const part of response) body += part;
          server.close();
          resolve({ status: response.statusCode ?? 0, body });
        })
        .on('error', reject)
        .end();
    });
  });
}

describe('what is no valid key is refused, whether a key is needed or not', () => {
  const bad: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['empty', () => ''],
    ['key-empty: a scheme alone', () => 'Bearer '],
    ['undefined', () => 'Bearer undefined'],
    ['null', () => 'Bearer null'],
    ['key-basic: another scheme', () => `Basic ${Buffer.from(`x:${token}`).toString('base64')}`],
    ['another scheme with the key', () => `Token ${token}`],
    ['no scheme', () => token],
    ['key-sql: SQL', () => "Bearer ' OR 1=1 --"],
    ['a wrong secret', () => `Bearer ${token.slice(0, -4)}AAAA`],
    ['a cut key', () => `Bearer ${token.slice(0, 20)}`],
    ['a key and more', () => `Bearer ${token}, Bearer ${token}`],
    ['an unknown prefix', () => `Bearer ck_aaaaaaaaaa_${'A'.repeat(43)}`],
    [
      'the hash of the secret',
      async () => {
        const { rows } = await sql<{ secret_hash: string }>`select secret_hash from api_keys`.execute(
          world.db,
        );
        return `Bearer ck_${token.split('_')[1]}_${rows[0]?.secret_hash.slice(0, 43)}`;
      },
    ],
    [
      'a revoked key',
      async () => {
        const made = await world.deps.apiKeys.create({ name: `Gone ${Math.random()}` }, byServer);
        await world.deps.apiKeys.revoke(made.key.prefix, byServer);
        return `Bearer ${made.token}`;
      },
    ],
    [
      'an expired key',
      async () => {
        const made = await world.deps.apiKeys.create({ name: `Old ${Math.random()}` }, byServer);
        await sql`update api_keys set expires_at = '2026-11-22T12:00:00.000Z' where prefix = ${made.key.prefix}`.execute(
          world.db,
        );
        return `Bearer ${made.token}`;
      },
    ],
  ];

  test.each(bad)('%s', async (_, make) => {
    const authorization = await make();
    for (const apiKeys of settings)
      for (const path of [answer, agentAnswer]) {
        const { status, headers, body } = await request(appWith(apiKeys))
          .post(path)
          .set('Authorization', authorization)
          .send(question);
        expect([path, status]).toEqual([path, 401]);
        expect(headers['www-authenticate']).toBe('Bearer realm="concord", error="invalid_token"');
        expect(headers['cache-control']).toBe('no-store');
        expect(body).toMatchObject({ code: 'api-key-invalid', status: 401 });
        expect(JSON.stringify(body)).not.toContain(token.slice(0, 20));
      }
  });

  test('two headers, though each is valid, and blanks alone', async () => {
    const path = `${answer}?q=postage`;
    expect((await withLines(path, ['Authorization', key])).status).toBe(200);
    expect((await withLines(path, ['Authorization', key, 'authorization', key])).status).toBe(401);
    expect((await withLines(path, ['Authorization', '   '])).status).toBe(401);
  });

  test('before the body is looked at', async () => {
    const { status } = await request(app)
      .post(answer)
      .set('Authorization', 'Bearer no')
      .set('Content-Type', 'application/json')
      .send('{');
    expect(status).toBe(401);
  });

  test('all bad keys are answered alike', async () => {
    const saying = async (authorization: string) => {
      const { body } = await request(app).post(answer).set('Authorization', authorization).send(question);
      return { ...body, requestId: '' };
    };
    const first = await saying(`Bearer ck_aaaaaaaaaa_${'A'.repeat(43)}`);
    expect(await saying(`Bearer ${token.slice(0, -4)}AAAA`)).toEqual(first);
  });
});

test('a valid key is taken, in any case of the scheme', async () => {
  for (const authorization of [key, `bearer ${token}`, `BEARER ${token}`])
    for (const apiKeys of settings) {
      const { status } = await request(appWith(apiKeys))
        .post(answer)
        .set('Authorization', authorization)
        .send(question);
      expect(status).toBe(200);
    }
});

describe('a key in the wrong place is refused with a sentence that says the right one', () => {
  const query = (name: string) => `${answer}?${name}=KEY`;
  const places = [
    query('api_key'),
    query('apikey'),
    query('key'),
    query('token'),
    query('access_token'),
    query('API-KEY'),
    `${answer}?q=KEY`,
    `${answer}?q=%63kREST`,
    `/api/v1/answers/KEY`,
  ];
  test.each(places.map((place) => [place.replace(/ck_.*|%63k.*/, 'KEY'), place] as const))(
    'key-url: %s',
    async (pattern) => {
      const place = pattern.replace('KEY', token).replace('REST', token.slice(2));
      log = '';
      for (const method of place.startsWith(`${answer}?`) ? (['get', 'post'] as const) : (['get'] as const)) {
        const { status, body, headers } = await request(app)[method](place).set('Authorization', key);
        expect(status).toBe(401);
        expect(body.detail).toContain('goes in the Authorization header, never in the address');
        expect(headers['access-control-allow-origin']).toBeUndefined();
      }
      expect(log).toContain('"status":401');
      expect(log).not.toContain(token.slice(14));
    },
  );

  test.each(['api_key', 'apiKey', 'key', 'token', 'access_token', 'conversationId'])(
    'the field %s of a body',
    async (field) => {
      log = '';
      const { status, body } = await request(app)
        .post(answer)
        .send({ ...question, [field]: token });
      expect(status).toBe(401);
      expect(body.detail).toContain('never in the body');
      expect(log).not.toContain(token.slice(14));
      const rows = await sql`select * from served_answers`.execute(world.db);
      expect(JSON.stringify(rows)).not.toContain(token.slice(14));
    },
  );

  test('deep inside another field, and nested deeper than any stack', async () => {
    for (const context of [{ region: token }, { a: [{ b: [token] }] }]) {
      const { status, body } = await request(app)
        .post(answer)
        .send({ ...question, context });
      expect([status, body.detail]).toEqual([401, expect.stringContaining('never in the body')]);
    }
    const deep = `{"question":"postage","context":${'['.repeat(45_000)}${']'.repeat(45_000)}}`;
    const sent = await request(app).post(answer).set('Content-Type', 'application/json').send(deep);
    expect(sent.status).toBe(400);
  });

  test('a form with the key', async () => {
    const { status } = await request(app)
      .post(answer)
      .type('form')
      .send({ ...question, api_key: token });
    expect(status).toBe(415);
  });
});

test('csrf-json: text that reads as JSON is refused', async () => {
  const { status } = await request(app)
    .post(answer)
    .set('Content-Type', 'text/plain')
    .send(JSON.stringify(question));
  expect(status).toBe(415);
});

test('jsonp: there is no callback', async () => {
  const { status, text } = await request(app).get(`${answer}?q=postage&callback=alert`);
  expect(status).toBe(400);
  expect(text).not.toContain('alert(');
});

describe('api-key-scope', () => {
  test('keys open the API alone: pages are as closed as without', async () => {
    for (const authorization of [key, agentsKey]) {
      for (const path of ['/agent', '/manage/releases', '/manage/keys'])
        expect(
          (await request(app).get(path).set({ Authorization: authorization, Accept: 'text/html' })).headers
            .location,
        ).toMatch(/^\/agent\/sign-in\?next=/);
      for (const path of ['/agent/results', '/agent/receipts/BCDF2345'])
        expect(
          (await request(app).get(path).set({ Authorization: authorization, Accept: 'application/json' }))
            .status,
        ).toBe(401);
      const posted = await request(app)
        .post('/manage/releases/1/roll-back')
        .set('Authorization', authorization)
        .type('form')
        .send({ note: 'x' });
      expect(posted.status).toBe(401);
    }
  });

  test('a session opens pages alone: on the API it counts for nothing', async () => {
    const { cookie, token: form } = await world.signIn('admin');
    for (const apiKeys of settings) {
      const { status } = await request(appWith(apiKeys))
        .post(agentAnswer)
        .set({ Cookie: cookie, 'X-Form-Token': form })
        .send(question);
      expect(status).toBe(401);
    }
    const closed = await request(appWith('required')).post(answer).set('Cookie', cookie).send(question);
    expect(closed.status).toBe(401);
    const asKey = await request(app)
      .post(agentAnswer)
      .set('Cookie', `concord=${token}; api_key=${token}; token=${token}`)
      .send(question);
    expect(asKey.status).toBe(401);
  });

  test('a public key does not open what agents see, and no handler runs', async () => {
    let asked = 0;
    const { recorder } = world.deps;
    const watched = buildApp({
      ...world.deps,
      recorder: {
        ...recorder,
        record: (served) => {
          asked += 1;
          return recorder.record(served);
        },
      },
    });
    for (const path of [agentAnswer, '/api/v1/agent/answer?x=1']) {
      const { status, headers, text } = await request(watched)
        .post(path)
        .set('Authorization', key)
        .send({ question: `${agentsOnly} chargeback warning` });
      expect(status).toBe(403);
      expect(headers['www-authenticate']).toContain('error="insufficient_scope", scope="agent-answers"');
      expect(text).not.toContain(agentsOnly);
    }
    for (const path of ['/api/v1/agent/articles/orders/stolen-card', '/api/v1/agent/receipts/BCDF2345']) {
      expect((await request(watched).get(path).set('Authorization', key)).status).toBe(403);
      expect((await request(watched).get(path)).status).toBe(401);
    }
    expect(asked).toBe(0);
    await request(watched).post(agentAnswer).set('Authorization', agentsKey).send(question);
    expect(asked).toBe(1);
  });

  test('a key for agents’ answers opens public ones too', async () => {
    const { status } = await request(appWith('required'))
      .post(answer)
      .set('Authorization', agentsKey)
      .send(question);
    expect(status).toBe(200);
  });
});

test('api-key-life: revoked keys are refused at the next request, rotated ones after their day', async () => {
  let clock = Date.parse('2026-11-22T12:00:00Z');
  const moving = await makeApp(snapshot, { now: () => new Date(clock) });
  const { apiKeys } = moving.deps;
  const ask = async (used: string) =>
    (await request(moving.app).post(answer).set('Authorization', `Bearer ${used}`).send(question)).status;
  const old = await apiKeys.create({ name: 'Bot' }, byServer);
  expect(await ask(old.token)).toBe(200);
  const fresh = await apiKeys.rotate(old.key.prefix, { atOnce: false }, byServer);
  expect([await ask(old.token), await ask(fresh.token)]).toEqual([200, 200]);
  clock += 24 * 3_600_000;
  expect([await ask(old.token), await ask(fresh.token)]).toEqual([401, 200]);
  await apiKeys.revoke(fresh.key.prefix, byServer);
  expect(await ask(fresh.token)).toBe(401);
  await moving.close();
});

describe('where keys are required', () => {
  test('everything below /api/v1 but the document needs one, unknown addresses too, and pages are as they were', async () => {
    const closed = appWith('required');
    for (const path of [
      '/answer?q=postage',
      '/categories',
      '/articles',
      '/search?q=a',
      '/suggest?q=a',
      '/nothing',
    ]) {
      const { status, headers } = await request(closed).get(`/api/v1${path}`);
      expect([path, status]).toEqual([path, 401]);
      expect(headers['www-authenticate']).toBe('Bearer realm="concord"');
    }
    for (const path of ['/api/v1/openapi.json', '/api/docs', '/en', '/healthz'])
      expect([path, (await request(closed).get(path)).status]).toEqual([path, 200]);
  });

  test('the page of the API says so in its first example', async () => {
    const { text } = await request(appWith('required')).get('/api/docs');
    expect(text).toContain('Put your API key in the place of ck_...');
    expect(text).toContain('Authorization: Bearer ck_...');
    const open = await request(appWith('optional')).get('/api/docs');
    expect(open.text).toContain('This call works as it stands.');
  });

  test('no keys means closed', async () => {
    const none = await makeApp(snapshot, { config: { apiKeys: 'required' } });
    for (const authorization of ['Bearer ', 'Bearer undefined', '', `Bearer ck_aaaaaaaaaa_${'A'.repeat(43)}`])
      expect(
        (await request(none.app).post(answer).set('Authorization', authorization).send(question)).status,
      ).toBe(401);
    expect((await request(none.app).post(answer).send(question)).status).toBe(401);
    await none.close();
  });
});

describe('pages of other origins', () => {
  const shop = 'https://shop.example';
  let widget: string;
  beforeAll(async () => {
    widget = await world.makeKey({ name: 'Widget', origins: [shop] });
  });
  const preflight = (origin: string, path = answer) =>
    request(app).options(path).set({ Origin: origin, 'Access-Control-Request-Method': 'POST' });

  test('preflight: an origin that some live key lists may call, without credentials', async () => {
    const { status, headers } = await preflight(shop);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': shop,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    });
    expect(headers.vary).toContain('Origin');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });

  test.each([
    'http://evil.invalid',
    'null',
    `${shop}.evil.invalid`,
    'https://shop.example:8443',
    'http://shop.example',
  ])('preflight: %s may not', async (origin) => {
    const { status, headers } = await preflight(origin);
    expect(status).toBe(204);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('preflight: no page of ours may be called, and OPTIONS without one is no method', async () => {
    for (const path of ['/agent', '/en', '/manage/keys'])
      expect((await preflight(shop, path)).headers['access-control-allow-origin']).toBeUndefined();
    expect((await request(app).options(answer).set('Origin', shop)).status).toBe(405);
  });

  test('cors: an answer is shared only with the origins of the key it was asked with', async () => {
    const post = (headers: Record<string, string>) => request(app).post(answer).set(headers).send(question);
    const shared = await post({ Authorization: widget, Origin: shop });
    expect(shared.status).toBe(200);
    expect(shared.headers['access-control-allow-origin']).toBe(shop);
    expect(shared.headers['access-control-expose-headers']).toBe(
      'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
    );
    expect(shared.headers['access-control-allow-credentials']).toBeUndefined();
    for (const headers of [{ Origin: shop }, { Authorization: key, Origin: shop }] as Record<
      string,
      string
    >[]) {
      const unshared = await post(headers);
      expect(unshared.status).toBe(200);
      expect(unshared.headers['access-control-allow-origin']).toBeUndefined();
      expect(unshared.headers.vary).toContain('Origin');
    }
    const foreign = await post({ Authorization: widget, Origin: 'http://evil.invalid' });
    expect(foreign.status).toBe(403);
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
    expect((await post({ Authorization: widget })).status).toBe(200);
  });

  test('cors: the page of a listed origin can read why it was refused', async () => {
    const { status, headers } = await request(app)
      .post(answer)
      .set({ Authorization: widget, Origin: shop })
      .send({});
    expect(status).toBe(400);
    expect(headers['access-control-allow-origin']).toBe(shop);
  });
});

test('each key is counted by itself, by the minute and by the day, and apart from who has none', async () => {
  const limited = await makeApp(snapshot, { config: { keylessRateLimit: 1 } });
  const one = await limited.makeKey({ perMinute: 2 });
  const two = await limited.makeKey({ perDay: 1, origins: ['https://shop.example'] });
  const ask = (headers: Record<string, string>) =>
    request(limited.app).post(answer).set(headers).send(question);
  const statusOf = async (headers: Record<string, string>) => (await ask(headers)).status;
  expect(await statusOf({ Authorization: one })).toBe(200);
  expect(await statusOf({ Authorization: one })).toBe(200);
  const busy = await ask({ Authorization: one });
  expect(busy.status).toBe(429);
  expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
  expect([await statusOf({}), await statusOf({})]).toEqual([200, 429]);
  const shop = { Authorization: two, Origin: 'https://shop.example' };
  expect(await statusOf(shop)).toBe(200);
  const spent = await ask(shop);
  expect(spent.status).toBe(429);
  expect(spent.headers['access-control-allow-origin']).toBe('https://shop.example');
  await limited.close();
});

describe('what is asked with a key', () => {
  const channelOf = async (code: string) => (await world.deps.recorder.find(code, 'agent'))?.channel;

  test('is recorded under the channel of the key, whatever the body says, or as a probe', async () => {
    const ask = async (headers: Record<string, string>, body: object) =>
      (
        await request(app)
          .post(answer)
          .set(headers)
          .send({ ...question, ...body })
      ).body.receipt.code;
    expect(await channelOf(await ask({ Authorization: key }, { channel: 'chat' }))).toBe('bot');
    expect(await channelOf(await ask({ Authorization: key, 'X-Concord-Probe': 'parity' }, {}))).toBe('probe');
    expect(await channelOf(await ask({}, { channel: 'chat' }))).toBe('chat');
  });

  test('for agents: the same result, the desk to the letter, their own articles, and a receipt for them alone', async () => {
    const said = (await request(app).post(answer).send(question)).body;
    const { body, headers } = await request(app)
      .post(agentAnswer)
      .set('Authorization', agentsKey)
      .send({ ...question, channel: 'chat' });
    expect({ ...body.result, receipt: null, handover: null }).toEqual({
      ...said,
      receipt: null,
      handover: null,
    });
    expect(headers['cache-control']).toBe('no-store');
    const beside = world.deps.current().desk.beside('orders/cancel-order', 'en');
    expect(body.desk).toMatchObject({
      articleId: 'orders/cancel-order',
      notes: [
        { section: 'how-to-cancel', text: beside?.notes[0]?.noteText, html: beside?.notes[0]?.noteHtml },
      ],
      offers: [{ offerId: 'free-shipping-code' }],
    });
    expect(body.desk.notes[0].text).toContain(agentsOnly);
    const { code, url } = body.result.receipt;
    expect(await channelOf(code)).toBe('desk');
    expect((await request(app).get(`/api/v1/receipts/${code}`)).status).toBe(404);
    expect((await request(app).get(url).set('Authorization', agentsKey)).body.result.receipt.url).toBe(url);

    const hidden = await request(app)
      .post(agentAnswer)
      .set('Authorization', agentsKey)
      .send({ question: `${agentsOnly} chargeback warning` });
    expect(hidden.body.agentArticles[0]).toMatchObject({ articleId: 'orders/stolen-card' });
    const article = await request(app)
      .get('/api/v1/agent/articles/orders/stolen-card')
      .set('Authorization', agentsKey);
    expect(article.body).toMatchObject({ audience: 'agent', article: { articleId: 'orders/stolen-card' } });
    expect(article.text).toContain('fraud desk');
  });
});

test('the document and its page name the agents’ calls and hold none of their text', async () => {
  for (const path of ['/api/v1/openapi.json', '/api/docs']) {
    const { text } = await request(app).get(path);
    expect(text).toContain('/api/v1/agent/answer');
    expect(text).toContain('agent-answers');
    expect(text).not.toMatch(/zanzibarite|fraud desk|free-shipping/i);
  }
});
