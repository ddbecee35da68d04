import request, { type Response } from 'supertest';
import { allRoutes } from '../../server/app.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

/** Every answer, whatever its route and its status, has the headers that SECURITY asks for. */

const { snapshot } = smallWorld();

let plain: TestApp;
let secure: TestApp;
beforeAll(async () => {
  plain = await makeApp(snapshot);
  secure = await makeApp(snapshot, {
    config: { publicUrl: 'https://help.example', securityContact: 'mailto:security@help.example' },
  });
});
afterAll(async () => {
  await plain.close();
  await secure.close();
});

/** A real address of a route's path, as far as there is one. */
function addressOf(path: string): string {
  return path
    .replace(':category', 'orders')
    .replace(':slug', 'cancel-order')
    .replace(':section', 'how-to-cancel')
    .replace(':locale', 'en')
    .replace(/:\w+/g, '1');
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
];

/** What is missing or wrong among the headers of an answer. */
function faultsOf(
  { headers, status }: Pick<Response, 'headers' | 'status'>,
  isSecure: boolean,
): readonly string[] {
  const expected: Readonly<Record<string, RegExp>> = {
    'x-content-type-options': /^nosniff$/,
    'x-frame-options': /^DENY$/,
    'cross-origin-opener-policy': /^same-origin$/,
    'cross-origin-resource-policy': /^same-origin$/,
    'referrer-policy': /^(?:no-referrer|same-origin|strict-origin)$/,
    'permissions-policy': /camera=\(\), .*geolocation=\(\), .*microphone=\(\), .*payment=\(\)/,
    'cache-control':
      status >= 400 ? /^no-store$/ : /^(?:no-store|public, no-cache|public, max-age=31536000, immutable)$/,
    'x-request-id': /^[\w-]+$/,
    'x-dns-prefetch-control': /^off$/,
    'content-security-policy': new RegExp(
      `^${policy.join(';')}${isSecure ? ';upgrade-insecure-requests' : ''}$`,
    ),
    ...(isSecure ? { 'strict-transport-security': /^max-age=31536000; includeSubDomains$/ } : {}),
  };
  const never = [
    'x-powered-by',
    'server',
    'x-aspnet-version',
    ...(isSecure ? [] : ['strict-transport-security']),
  ];
  const charset = /^(?:text\/|application\/(?:json|problem|atom|xml|opensearch))/.test(
    headers['content-type'] ?? '',
  );
  return [
    ...Object.entries(expected).flatMap(([name, form]) =>
      form.test(headers[name] ?? '') ? [] : [`${name}: ${headers[name]}`],
    ),
    ...never.filter((name) => headers[name] !== undefined),
    ...(charset && !/charset=utf-8/i.test(headers['content-type'] ?? '')
      ? [`no charset: ${headers['content-type']}`]
      : []),
    ...(headers['set-cookie'] !== undefined && headers['cache-control'] !== 'no-store'
      ? ['a cookie may be cached']
      : []),
    ...(headers['access-control-allow-origin'] === undefined ? [] : ['shared with another origin']),
  ];
}

describe.each(['http', 'https'] as const)('headers where customers come by %s', (scheme) => {
  const world = () => (scheme === 'https' ? secure : plain);

  test('stand on every answer of every route, to strangers and to an admin, by every method', async () => {
    const isSecure = scheme === 'https';
    const { cookie, token } = await world().signIn('admin');
    const faults: string[] = [];
    let good = 0;
    const look = async (what: string, sent: Promise<Response>): Promise<void> => {
      const response = await sent;
      if (response.status < 400) good += 1;
      faults.push(...faultsOf(response, isSecure).map((fault) => `${what} (${response.status}): ${fault}`));
    };
    for (const { method, path } of allRoutes(world().deps)) {
      const address = addressOf(path);
      const { app } = world();
      for (const accept of ['text/html', 'application/json']) {
        await look(`stranger ${method} ${path}`, request(app)[method](address).set('accept', accept));
        await look(
          `admin ${method} ${path}`,
          request(app)[method](address).set({ accept, cookie, 'x-form-token': token }),
        );
      }
      await look(`delete ${path}`, request(app).delete(address));
      await look(`options ${path}`, request(app).options(address));
      await look(`head ${path}`, request(app).head(address));
      await look(`query ${path}`, request(app)[method](`${address}?%00=%ff&ui=xx`));
      if (method === 'post')
        await look(
          `large ${path}`,
          request(app)
            .post(address)
            .set({ cookie, 'x-form-token': token, 'content-type': 'application/json' })
            .send(`{"a":"${'a'.repeat(200_000)}"}`),
        );
    }
    for (const address of [
      '/nowhere',
      '/%zz',
      '/agent/nowhere',
      '/api/nowhere',
      '/api/v1/nowhere',
      '/assets/no.css',
      '//',
    ])
      for (const method of ['get', 'post', 'put', 'patch'] as const)
        await look(`${method} ${address}`, request(world().app)[method](address));
    expect(faults).toEqual([]);
    // Without them the test would hold on a server that refuses everything.
    expect(good).toBeGreaterThan(60);
  }, 60_000);

  test('stand on a 429, a 500, a 503 and a broken body', async () => {
    const few = await makeApp(snapshot, {
      config: { rateLimit: 1, ...(scheme === 'https' ? { publicUrl: 'https://help.example' } : {}) },
    });
    const isSecure = scheme === 'https';
    await request(few.app).get('/en');
    const limited = await request(few.app).get('/en');
    expect(limited.status).toBe(429);
    const broken = await request(world().app).post('/api/v1/answer').type('json').send('{"question":');
    expect(broken.status).toBe(400);
    await few.close();
    const failing = await makeApp(snapshot, { config: { ...few.config, rateLimit: 1_000 } });
    await failing.db.destroy();
    const failed = await request(failing.app).get('/api/v1/receipts/BCDF-2345');
    expect(failed.status).toBe(500);
    const unrecorded = await request(failing.app).post('/api/v1/answer').send({ question: 'a' });
    expect(unrecorded.status).toBeGreaterThanOrEqual(500);
    for (const response of [limited, broken, failed, unrecorded])
      expect(faultsOf(response, isSecure)).toEqual([]);
  });
});

describe('addresses in answers', () => {
  test.each([
    [{ host: 'evil.invalid' }],
    [{ host: 'evil.invalid:1' }],
    [{ 'x-forwarded-host': 'evil.invalid', 'x-forwarded-proto': 'https', 'x-forwarded-port': '1' }],
    [{ forwarded: 'host=evil.invalid;proto=https' }],
    [{ 'x-original-url': '//evil.invalid', 'x-rewrite-url': '//evil.invalid' }],
    [{ origin: 'https://evil.invalid', referer: 'https://evil.invalid/' }],
  ] as const)('come from PUBLIC_URL alone, not from %p', async (headers) => {
    for (const { app } of [plain, secure])
      for (const address of [
        '/',
        '/en',
        '/en/orders/cancel-order',
        '/en/search?q=cancel',
        '/sitemap.xml',
        '/robots.txt',
        '/en/opensearch.xml',
        '/en/changes.atom',
        '/agent',
        '/agent/sign-in',
        '/api/docs',
        '/api/v1/openapi.json',
        '/nowhere',
        '/.well-known/security.txt',
      ]) {
        const response = await request(app)
          .get(address)
          .set(headers as Record<string, string>)
          .set('accept', 'text/html');
        expect(JSON.stringify(response.headers) + response.text).not.toContain('evil.invalid');
      }
  });
});

describe('/.well-known/security.txt', () => {
  test('says whom to tell, in which languages and until when', async () => {
    const { status, headers, text } = await request(secure.app).get('/.well-known/security.txt');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toBe(
      [
        'Contact: mailto:security@help.example',
        'Expires: 2027-05-21T00:00:00.000Z',
        'Preferred-Languages: en, he, fa, ms',
        'Canonical: https://help.example/.well-known/security.txt',
        '',
      ].join('\n'),
    );
  });

  test('is not there where nobody is named', async () => {
    expect((await request(plain.app).get('/.well-known/security.txt')).status).toBe(404);
  });
});
