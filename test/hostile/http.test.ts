import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { buildApp } from '../../server/app.ts';
import { createLog } from '../../server/http/log.ts';
import { hasHostileCorpora, hostileCases, hostileFolder } from '../support/hostile-corpus.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { type RawAnswer, sendRaw } from '../support/raw-socket.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

/** Every case of http.json over a raw socket against the real listener and the real application. */

const canary = 'zqhostilehttpcanary';

const { snapshot } = smallWorld({
  'en/orders/cancel-order.md': makeArticle({
    title: 'Can I cancel my order before it ships?',
    questions: ['I ordered by mistake, stop it please'],
    body: `Yes, free of charge.\n\n:::agent\n${canary}\n:::`,
  }),
  'en/orders/stolen-card.md': makeArticle({
    title: `What of a ${canary}?`,
    audience: 'agent',
    body: `Tell nobody of ${canary}.`,
  }),
});

interface Case {
  readonly id: string;
  readonly req: {
    readonly method?: string;
    readonly path?: unknown;
    readonly type?: string;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
    readonly chunked?: boolean;
    readonly encoding?: string;
    readonly bomb?: number;
    readonly manyHeaders?: number;
    readonly as?: string;
    readonly raw?: string;
    readonly dripMs?: number;
    readonly closeAfterMs?: number;
  };
  readonly want: readonly number[] | 'never5xx' | 'no answer needed';
  readonly never?: string;
}

const knownFields = [
  'method',
  'path',
  'type',
  'headers',
  'body',
  'chunked',
  'encoding',
  'bomb',
  'manyHeaders',
  'as',
  'raw',
  'dripMs',
  'closeAfterMs',
];

/** Limits of the real listener, with shorter times so that cases that wait for them end. */
const limits = { headersTimeout: 2_000, requestTimeout: 3_000, connectionsCheckingInterval: 100 };

/**
 * slow-body names no type, so that it is refused before its body: with a type it is 408 (the next test).
 */
const alsoRight: Readonly<Record<string, readonly number[]>> = { 'slow-body': [415] };

const there = hasHostileCorpora();
const ids: readonly string[] = there
  ? JSON.parse(readFileSync(join(hostileFolder, 'http.json'), 'utf8')).cases.map(({ id }: Case) => id)
  : [];

(there ? describe : describe.skip)('hostile requests', () => {
  let world: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  let key = '';
  let cookie = '';
  let cases: ReadonlyMap<string, Case & { readonly make: (recipe: unknown) => Buffer }>;
  let logged = '';

  beforeAll(async () => {
    world = await makeApp(snapshot);
    key = (await world.makeKey()).replace('Bearer ', '');
    ({ cookie } = await world.signIn());
    const log = createLog('debug', (line) => {
      logged += line;
    });
    server = await listen(buildApp({ ...world.deps, log }), limits);
    const all = (await hostileCases('http.json', {
      ARTICLE: '/en/orders/cancel-order',
      AGENT: '/agent',
      SEARCH: '/en/search?q=',
      API: '/api/v1/answer',
      LOGIN: '/agent/sign-in',
      KEY: key,
    })) as unknown as readonly (Case & { readonly make: (recipe: unknown) => Buffer })[];
    cases = new Map(all.map((one) => [one.id, one]));
  });
  afterAll(async () => {
    await server.close();
    await world.close();
  });
  afterEach(async () => {
    const next = await sendRaw(server.url, ['GET /en/orders/cancel-order HTTP/1.0\r\n\r\n']);
    expect(next.status).toBe(200);
    expect(next.body).toContain('free of charge');
  });

  test('are all read: 71 cases, none with a field that is not sent', () => {
    expect(cases.size).toBeGreaterThanOrEqual(71);
    expect([...cases.keys()]).toEqual(ids);
    const unknown = [...cases.values()].flatMap(({ id, req }) =>
      Object.keys(req)
        .filter((field) => !knownFields.includes(field))
        .map((field) => `${id}: ${field}`),
    );
    expect(unknown).toEqual([]);
  });

  async function send({
    req,
    make,
  }: Case & { readonly make: (recipe: unknown) => Buffer }): Promise<RawAnswer> {
    const { raw, dripMs } = req;
    if (raw !== undefined) {
      const head = make(raw);
      if (dripMs === undefined) return sendRaw(server.url, [head]);
      const drip = function* () {
        yield head;
        for (let n = 0; n < 100; n += 1) yield 'a';
      };
      return sendRaw(server.url, drip(), { pauseMs: dripMs });
    }
    const body = req.bomb === undefined ? make(req.body ?? '') : await bomb(req.bomb);
    const given = Object.entries(req.headers ?? {}).map(([name, value]) => [
      name,
      make(value).toString('latin1'),
    ]);
    const headers: readonly (readonly string[])[] = [
      ...(given.some(([name]) => name === 'Host') ? [] : [['Host', new URL(server.url).host]]),
      ...given,
      ...(req.type === undefined ? [] : [['Content-Type', req.type]]),
      ...(req.encoding === undefined ? [] : [['Content-Encoding', req.encoding]]),
      ...(req.as === undefined ? [] : [['Cookie', cookie]]),
      ...Array.from({ length: req.manyHeaders ?? 0 }, (_, n) => [`X-${n}`, 'a']),
      ...(req.chunked === true
        ? [['Transfer-Encoding', 'chunked']]
        : body.length > 0
          ? [['Content-Length', String(body.length)]]
          : []),
      ['Connection', 'close'],
    ];
    const head = Buffer.concat([
      Buffer.from(`${req.method ?? 'GET'} `),
      make(req.path),
      Buffer.from(
        ` HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
        'latin1',
      ),
    ]);
    const pieces = function* () {
      yield head;
      for (let at = 0; at < body.length; at += 65_536) {
        const piece = body.subarray(at, at + 65_536);
        yield req.chunked === true
          ? Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
          : piece;
      }
      if (req.chunked === true) yield '0\r\n\r\n';
    };
    return sendRaw(server.url, pieces());
  }

  test.each(ids.filter((id) => id !== 'hang-up'))('%s', async (id) => {
    const one = cases.get(id);
    if (one === undefined) throw new Error(`there is no case ${id}`);
    let answer = await send(one);
    // The front page stands under its language: the same request again, where it leads.
    if (one.req.path === '/' && answer.status === 302 && Array.isArray(one.want))
      answer = await send({ ...one, req: { ...one.req, path: answer.headers.location ?? '' } });
    const want = one.want === 'never5xx' ? one.want : [...one.want, ...(alsoRight[id] ?? [])];
    const { never } = one;
    if (want === 'never5xx') expect(answer.status ?? 599).toBeLessThan(500);
    else expect(want).toContain(answer.status);
    const everything = answer.bytes.toString('utf8');
    expect(everything).not.toContain(canary);
    expect(everything).not.toMatch(/node_modules|\.ts:\d+| {4}at |\/server\//);
    if (never === undefined) return;
    const { headers } = answer;
    if (never === 'a new header') {
      expect(headers['set-cookie'] ?? '').not.toContain('x=1');
      expect(headers.x).toBeUndefined();
    } else if (never === 'Access-Control-Allow-Origin')
      expect(headers['access-control-allow-origin']).toBeUndefined();
    else if (never === 'the agent page')
      expect(everything).not.toMatch(/agent\/sign-out|form-token|agent console/i);
    else if (never === 'evil.invalid in body or headers') expect(everything).not.toContain('evil.invalid');
    else expect(everything).not.toContain(never);
  });

  test('slow-body with a type that is read is closed within the request time-out', async () => {
    const one = cases.get('slow-body');
    if (one === undefined) throw new Error('there is no case slow-body');
    const raw = String(one.req.raw).replace(
      '\r\n\r\n',
      '\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n',
    );
    const answer = await send({ ...one, req: { ...one.req, raw } });
    expect([answer.status, answer.closed]).toEqual([408, true]);
    expect(answer.ms).toBeLessThan(6_000);
  });

  test('hang-up: a thousand clients that leave at once leave nothing behind', async () => {
    const one = cases.get('hang-up');
    if (one === undefined) throw new Error('there is no case hang-up');
    const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    for (let n = 0; n < 1_000; n += 1) {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(one.make(one.req.raw));
      socket.destroy();
    }
    const open = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    for (let waited = 0; waited < 100 && open() > before + 2; waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(open()).toBeLessThanOrEqual(before + 2);
  }, 60_000);

  test('leave no key in the log', () => {
    expect(logged).toContain('"route":"/api/v1/answer"');
    expect(logged).not.toContain(key);
    expect(logged).not.toContain(key.slice(-20));
  });
});

/** So many zeros, packed: about a thousandth. */
async function bomb(size: number): Promise<Buffer> {
  const zip = createGzip();
  const chunks: Buffer[] = [];
  zip.on('data', (chunk) => chunks.push(chunk));
  const done = new Promise((resolve) => zip.once('end', resolve));
  const zeros = Buffer.alloc(10_000_000);
  for (let written = 0; written < size; written += zeros.length)
    if (!zip.write(zeros)) await new Promise((resolve) => zip.once('drain', resolve));
  zip.end();
  await done;
  return Buffer.concat(chunks);
}
