import { existsSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { leastCpuMs } from '../../support/cpu-time.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { apiWorld } from './api-world.ts';

const { snapshot } = apiWorld();
let world: TestApp;
beforeAll(async () => {
  world = await makeApp(snapshot);
});
afterAll(() => world.close());

const post = (body: object | string) =>
  request(world.app)
    .post('/api/v1/answer')
    .set('Content-Type', 'application/json')
    .send(typeof body === 'string' ? body : JSON.stringify(body));
const get = (path: string) => request(world.app).get(`/api/v1${path}`);

interface Fault {
  readonly field?: string;
  readonly expected?: string | RegExp;
  readonly found?: string | RegExp;
  readonly hint?: string;
}

/** Expects a 400 whose one fault, or one of whose faults, is this. */
function expectFault(response: request.Response, fault: Fault): void {
  expect(response.status).toBe(400);
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.headers['cache-control']).toBe('no-store');
  expect(response.body).toMatchObject({ code: 'invalid-request', status: 400 });
  const matchers = Object.fromEntries(
    Object.entries(fault).map(([name, value]) => [
      name,
      value instanceof RegExp ? expect.stringMatching(value) : value,
    ]),
  );
  const faults = response.body.errors ?? [response.body];
  expect(faults).toContainEqual(expect.objectContaining({ detail: expect.any(String), ...matchers }));
}

describe('the body of POST /answer', () => {
  test.each<readonly [string, object | string, Fault]>([
    [
      'no question and no id',
      {},
      { field: 'question', expected: 'exactly one of question and answerId', found: 'neither' },
    ],
    ['both', { question: 'a', answerId: 'b/c' }, { field: 'question', found: 'both' }],
    [
      'an empty question',
      { question: '' },
      { field: 'question', expected: /1 to 2,000/, found: 'an empty text' },
    ],
    ['a blank question', { question: ' \n\t ' }, { field: 'question', found: 'only blanks' }],
    [
      'a question of 2,001 characters',
      { question: 'a'.repeat(2_001) },
      { field: 'question', found: '2001 characters' },
    ],
    [
      '2,001 characters outside the basic plane',
      { question: '🧦'.repeat(2_001) },
      { field: 'question', found: '2001 characters' },
    ],
    ['a NUL', { question: 're\u0000fund' }, { field: 'question', expected: /control characters/ }],
    ['an escape character', { question: '\u001b[2J' }, { field: 'question', expected: /control characters/ }],
    ['a lone surrogate', '{"question":"\\ud800"}', { field: 'question', expected: /lone surrogates/ }],
    ['an object as question', { question: { $ne: 1 } }, { field: 'question', found: 'an object' }],
    ['a number as question', { question: 5 }, { field: 'question', found: '5' }],
    ['a list as question', { question: ['a', 'b'] }, { field: 'question', found: 'a list of 2' }],
    [
      'a misspelled field',
      { querstion: 'a' },
      { field: 'querstion', hint: 'did you mean question?', expected: /^question, answerId/ },
    ],
    ['another case', { question: 'a', asof: '2026-01-01' }, { field: 'asof', hint: 'did you mean asOf?' }],
    ['a field of other APIs', { question: 'a', lang: 'he' }, { field: 'lang', hint: 'did you mean locale?' }],
    [
      'a session id',
      { question: 'a', sessionId: 'x' },
      { field: 'sessionId', hint: 'did you mean conversationId?' },
    ],
    ['a field nobody knows', { question: 'a', role: 'agent' }, { field: 'role', found: 'role' }],
    ['__proto__', '{"question":"a","__proto__":{"role":"agent"}}', { field: '__proto__' }],
    ['constructor', { question: 'a', constructor: {} }, { field: 'constructor' }],
    [
      'an unknown locale',
      { question: 'a', locale: 'de' },
      { field: 'locale', expected: 'one of en, he, fa, ms', found: 'de' },
    ],
    ['a locale in capitals', { question: 'a', locale: 'EN' }, { field: 'locale', found: 'EN' }],
    [
      'an unknown dimension',
      { question: 'a', context: { regoin: 'EU' } },
      { field: 'context.regoin', expected: 'one of region, plan' },
    ],
    [
      'an unknown value',
      { question: 'a', context: { region: 'eu' } },
      { field: 'context.region', expected: 'one of US, EU, UK', found: 'eu' },
    ],
    [
      'a number in context',
      { question: 'a', context: { region: 1 } },
      { field: 'context.region', found: '1' },
    ],
    [
      'a context that is text',
      { question: 'a', context: 'EU' },
      { field: 'context', expected: /object like/ },
    ],
    [
      '__proto__ as dimension',
      '{"question":"a","context":{"__proto__":"EU"}}',
      { field: 'context.__proto__' },
    ],
    [
      'a day that is not in the calendar',
      { question: 'a', asOf: '2026-02-30' },
      { field: 'asOf', expected: /exists in the calendar/, found: '2026-02-30' },
    ],
    ['a leap day of a common year', { question: 'a', asOf: '2027-02-29' }, { field: 'asOf' }],
    ['a day and a time', { question: 'a', asOf: '2026-12-31T10:00:00Z' }, { field: 'asOf' }],
    ['a day in another form', { question: 'a', asOf: '31/12/2026' }, { field: 'asOf', found: '31/12/2026' }],
    ['a day in Persian digits', { question: 'a', asOf: '۲۰۲۶-۱۲-۳۱' }, { field: 'asOf' }],
    [
      'a channel with blanks',
      { question: 'a', channel: 'my bot' },
      { field: 'channel', expected: /lower-case/ },
    ],
    ['a channel of 33 characters', { question: 'a', channel: 'a'.repeat(33) }, { field: 'channel' }],
    [
      'a conversation id of 101 characters',
      { question: 'a', conversationId: 'a'.repeat(101) },
      { field: 'conversationId' },
    ],
    [
      'a conversation id with a line break',
      { question: 'a', conversationId: 'a\nb' },
      { field: 'conversationId' },
    ],
    ['a list as body', [], { field: 'body', expected: 'a JSON object' }],
    ['text as body', '"a"', { field: 'body' }],
    ['broken JSON', '{"question":', { field: 'body', found: /cannot be parsed/ }],
    ['nothing as body', '', { field: 'question', found: 'neither' }],
  ])('%s is refused with what was expected and found', async (_, body, fault) =>
    expectFault(await post(body), fault),
  );

  test('all faults are told at once', async () => {
    const { body } = await post({ question: '', asOf: 'soon', locale: 5, extra: 1 });
    expect(body.detail).toBe('The request has 4 faults.');
    expect(body.errors.map(({ field }: Fault) => field).sort()).toEqual([
      'asOf',
      'extra',
      'locale',
      'question',
    ]);
    const second = await post({ question: 'a', locale: 'de', context: { plan: 'gold', regoin: 'EU' } });
    expect(second.body.errors.map(({ field }: Fault) => field)).toEqual([
      'locale',
      'context.plan',
      'context.regoin',
    ]);
  });

  test('an error never repeats the question, nor personal data in other fields', async () => {
    const long = `my card is 4111 1111 1111 1111 ${'x'.repeat(2_000)}`;
    for (const response of [
      await post({ question: long }),
      await post({ question: 'a\u0000 dana@example.com' }),
      await post({ question: 'a', conversationId: 'dana@example.com and more' }),
      await post({ question: 'a', 'dana@example.com': 1 }),
    ]) {
      expect(response.status).toBe(400);
      expect(response.text).not.toMatch(/4111|dana@/);
    }
  });

  test.each([
    ['2,000 letters', 'a'.repeat(2_000)],
    ['2,000 emoji', '🧦'.repeat(2_000)],
    ['line breaks and tabs', 'can I\n\tcancel\r\nmy order?'],
    ['invisible characters', 'can\u200Bcel my \u202Eorder'],
    ['one letter', 'a'],
    ['punctuation', '???'],
  ])('a question of %s is taken', async (_, question) => expect((await post({ question })).status).toBe(200));

  test('a body over 100 kB is refused', async () => {
    const { status, body } = await post({ question: 'a', pad: 'x'.repeat(101 * 1024) });
    expect(status).toBe(413);
    expect(body).toMatchObject({ code: 'body-too-large', expected: 'at most 100 kB' });
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/jsonx',
  ])('a body of type %s is refused', async (type) => {
    const { status, body } = await request(world.app)
      .post('/api/v1/answer')
      .set('Content-Type', type)
      .send('{"question":"a"}');
    expect(status).toBe(415);
    expect(body).toMatchObject({ code: 'unsupported-media-type', expected: 'application/json' });
  });

  test('JSON with a charset, and JSON of another kind, is taken', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/vnd.bot+json']) {
      const { status } = await request(world.app)
        .post('/api/v1/answer')
        .set('Content-Type', type)
        .send('{"question":"a"}');
      expect(status).toBe(200);
    }
  });

  test('a query beside the body is refused', async () => {
    const response = await request(world.app).post('/api/v1/answer?verbose=1').send({ question: 'a' });
    expectFault(response, { field: 'verbose', expected: 'no fields' });
  });

  test('an unknown answer id is 404 with the sections there are', async () => {
    const unknown = await post({ answerId: 'orders/cancel-ordr' });
    expect(unknown.status).toBe(404);
    expect(unknown.body).toMatchObject({ code: 'not-found', field: 'answerId', found: 'orders/cancel-ordr' });
    const section = await post({ answerId: 'orders/cancel-order#hwo' });
    expect(section.body.expected).toBe('one of #lead, #how-to-cancel');
  });
});

describe('queries', () => {
  test.each<readonly [string, Fault]>([
    ['/answer', { field: 'q', found: 'nothing' }],
    ['/answer?q=', { field: 'q', found: 'an empty text' }],
    ['/answer?q=%20%20', { field: 'q', found: 'only blanks' }],
    ['/answer?q=a&q=b', { field: 'q', expected: 'once', found: '2 times' }],
    ['/answer?q=a&locale=he&locale=fa', { field: 'locale', expected: 'once' }],
    ['/answer?q=a&context.region=EU&context.region=US', { field: 'context.region', expected: 'once' }],
    ['/answer?q=a%00b', { field: 'q', expected: /control characters/ }],
    [`/answer?q=${'a'.repeat(2_001)}`, { field: 'q', found: '2001 characters' }],
    ['/answer?question=a', { field: 'question', hint: 'did you mean q?' }],
    ['/answer?q=a&context=EU', { field: 'context', hint: 'write context.<dimension>=<value>' }],
    [
      '/answer?q=a&context[region]=EU',
      { field: 'context[region]', hint: 'write context.<dimension>=<value>' },
    ],
    ['/answer?q=a&region=EU', { field: 'region', expected: /context\.<dimension>/ }],
    ['/answer?q=a&context.region=', { field: 'context.region', expected: 'one of US, EU, UK' }],
    ['/answer?q=a&context.__proto__=EU', { field: 'context.__proto__' }],
    ['/answer?q=a&locale=xx', { field: 'locale', expected: 'one of en, he, fa, ms' }],
    ['/answer?q=a&asOf=2026-13-01', { field: 'asOf' }],
    ['/answer?q=a&callback=alert', { field: 'callback' }],
    ['/search?q=a&limit=0', { field: 'limit', expected: 'a whole number from 1 to 50', found: '0' }],
    ['/search?q=a&limit=51', { field: 'limit', found: '51' }],
    ['/search?q=a&limit=NaN', { field: 'limit', found: 'NaN' }],
    ['/search?q=a&limit=1e1', { field: 'limit' }],
    ['/search?q=a&limit=5.5', { field: 'limit' }],
    ['/search?q=a&page=2', { field: 'page' }],
    ['/suggest?q=a&limit=9', { field: 'limit', expected: 'a whole number from 1 to 8' }],
    ['/suggest', { field: 'q' }],
    ['/categories?q=a', { field: 'q' }],
    [
      '/articles?category=order',
      { field: 'category', hint: 'did you mean orders?', expected: 'one of orders, returns' },
    ],
    ['/articles/orders/cancel-order?fields=all', { field: 'fields' }],
    ['/answers/orders/cancel-order?q=a', { field: 'q' }],
    ['/openapi.json?pretty=1', { field: 'pretty', expected: 'no fields' }],
    ['/receipts/BCDF-2345?format=html', { field: 'format' }],
  ])('%s is refused', async (path, fault) => expectFault(await get(path), fault));

  test('a thousand unknown names are refused with ten of them', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `a${i}=1`).join('&');
    const { status, body } = await get(`/search?q=a&${names}`);
    expect(status).toBe(400);
    expect(body.errors.length).toBeLessThanOrEqual(10);
  });

  test('bytes that are no text do no harm', async () => {
    for (const path of ['/answer?q=%FF%FE', '/answer?q=%ED%A0%80', '/search?q=%zz', '/suggest?q=%'])
      expect((await get(path)).status).toBeLessThan(500);
  });
});

describe('addresses', () => {
  test.each(['/', '/nothing', '/answer/', '/answers', '/answers/a/b/c/d', '/articles/orders', '/receipts'])(
    '/api/v1%s is 404 as JSON or, with a slash more, the same',
    async (path) => {
      const response = await get(path);
      if (path === '/answer/') return expect([400, 404]).toContain(response.status);
      expect(response.status).toBe(404);
      expect(response.body.code).toBe('not-found');
    },
  );

  test.each([
    ['put', '/answer', 'POST, GET, HEAD'],
    ['delete', '/answer', 'POST, GET, HEAD'],
    ['post', '/search', 'GET, HEAD'],
    ['post', '/articles/orders/cancel-order', 'GET, HEAD'],
    ['patch', '/receipts/BCDF-2345', 'GET, HEAD'],
  ] as const)('%s %s is 405 and says what is taken', async (method, path, allow) => {
    const { status, headers, body } = await request(world.app)[method](`/api/v1${path}`);
    expect(status).toBe(405);
    expect(headers.allow).toBe(allow);
    expect(body.code).toBe('method-not-allowed');
  });

  test('no answer is shared with other origins', async () => {
    const { headers } = await request(world.app)
      .post('/api/v1/answer')
      .set('Origin', 'http://evil.invalid')
      .send({ question: 'a' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('a caller beyond the limit is told to wait', async () => {
    const small = await makeApp(snapshot, { config: { keylessRateLimit: 2 } });
    const ask = () => request(small.app).get('/api/v1/categories');
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(200);
    const { status, body, headers } = await ask();
    expect(status).toBe(429);
    expect(body.code).toBe('too-many-requests');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await small.close();
  });
});

const hostile = join(import.meta.dirname, '../../../../shared/hostile');
const withHostile = existsSync(join(hostile, 'queries.json')) ? describe : describe.skip;
if (withHostile === describe.skip) console.warn('../shared/hostile is absent: its queries are not asked');

withHostile('hostile questions', () => {
  test('every one is answered or refused in time, by POST, GET, search and suggestions', async () => {
    const { corpus } = await import(join(hostile, 'load.mjs'));
    const slow: string[] = [];
    for (const { id, bytes, maxMs = 300 } of corpus('queries.json', {})) {
      const question = Buffer.from(bytes).toString('utf8');
      const q = encodeURIComponent(question.toWellFormed());
      const calls = [
        () => post({ question }),
        ...(q.length > 8_000
          ? []
          : ['/answer', '/search', '/suggest'].map((path) => () => get(`${path}?q=${q}`))),
      ];
      for (const call of calls) {
        let response = await call();
        const took = await leastCpuMs(maxMs, async () => {
          response = await call();
        });
        expect([200, 400, 413]).toContain(response.status);
        expect(response.text).not.toMatch(/\bat .+\.ts:\d+/);
        if (took > maxMs) slow.push(`${id}: ${Math.round(took)} ms`);
      }
    }
    expect(slow).toEqual([]);
  });
});
