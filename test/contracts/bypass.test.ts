import { allRoutes } from '../../server/app.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

/** No other spelling of an address opens what the address itself does not. */

const canary = 'zqbypasscanary';

const { snapshot } = smallWorld({
  'en/orders/cancel-order.md': makeArticle({
    title: 'Can I cancel?',
    body: `Yes.\n\n:::agent\n${canary}\n:::`,
  }),
  'en/orders/stolen-card.md': makeArticle({ title: `What of ${canary}?`, audience: 'agent', body: canary }),
});

/** Other ways to write a path that some server, proxy or framework takes for the same; 76 of them. */
function formsOf(path: string): readonly string[] {
  const [, first = '', ...rest] = path.split('/');
  const tail = rest.length === 0 ? '' : `/${rest.join('/')}`;
  const hex = (character: string) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const encoded = (text: string) => [...text].map(hex).join('');
  const upper = first.toUpperCase();
  const title = first.charAt(0).toUpperCase() + first.slice(1);
  const before = [
    '//',
    '/./',
    '/x/../',
    '/x/%2e%2e/',
    '/.//',
    '///',
    '/%2f',
    '/%2F',
    '/%5c',
    '/\\',
    '/;/',
    '/;x=1/',
    '/..;/',
    '/.;/',
    '/%20',
    '/%09',
    '/%00',
    '/%0a',
    '/%0d',
    '/%ef%bc%8f',
    '/en/../',
    '/api/../',
    '/assets/../',
    '/healthz/../',
    '/%2e/',
    '/%2e%2e/',
  ];
  const after = [
    '/',
    '//',
    '/.',
    '/./',
    '/x/..',
    '%2f',
    '%2F',
    '%5c',
    '\\',
    ';',
    ';x',
    ';x=1',
    '%3bx',
    '%00',
    '%00.css',
    '.css',
    '.json',
    '.html',
    '%20',
    '%09',
    '%0a',
    '~',
    '.bak',
    '%23',
    '%3f',
    '%3fx',
    '..',
    '...',
    '*',
    '%2a',
    ',',
    '%e2%80%8b',
    '?',
    '??',
    '?x=.css',
    '#',
    '&',
    '&x=1',
  ];
  return [
    ...before.map((prefix) => `${prefix}${first}${tail}`),
    ...after.map((suffix) => `${path}${suffix}`),
    `/${upper}${tail}`,
    `/${title}${tail}`,
    `/${first}${tail.toUpperCase()}x`,
    `/${hex(first.charAt(0))}${first.slice(1)}${tail}`,
    `/${first.slice(0, -1)}${hex(first.slice(-1))}${tail}`,
    `/${encoded(first)}${encoded(tail)}`,
    `/${encoded(first)}${tail}`,
    `/${encoded(encoded(first.charAt(0)))}${first.slice(1)}${tail}`,
    `/${first};x=1${tail}`,
    `/${first}%2f${tail.slice(1)}`,
    `http://localhost${path}`,
    `http://evil.invalid${path}`,
  ];
}

describe('other spellings of guarded addresses', () => {
  let world: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    world = await makeApp(snapshot);
    server = await listen(world.app);
  });
  afterAll(async () => {
    await server.close();
    await world.close();
  });
  const ask = (method: string, target: string, headers: readonly string[] = []) =>
    sendRaw(server.url, [
      Buffer.from(
        `${method} ${target} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`,
        'latin1',
      ),
    ]);

  test('are 76 for each', () => expect(formsOf('/agent/results')).toHaveLength(76));

  test('open none of them to a stranger', async () => {
    const guarded = [
      ...new Set(
        allRoutes(world.deps)
          .filter(({ access }) => access !== 'anyone')
          .map(({ path }) => path),
      ),
    ];
    expect(guarded.length).toBeGreaterThan(15);
    const targets = guarded.flatMap((path) => {
      const address = path
        .replace(':category', 'orders')
        .replace(':slug', 'stolen-card')
        .replace(/:\w+/g, '1');
      return [address, ...formsOf(address)];
    });
    const opened: string[] = [];
    await inParallel(targets, async (target) => {
      const { status, headers, bytes } = await ask('GET', target);
      const leads = headers.location ?? '';
      const isRefused =
        status === 400 ||
        status === 404 ||
        status === 405 ||
        (status === 302 && /^\/agent\/sign-in\?next=/.test(leads));
      // What is written so that it is the front page, or the sign-in, is public as ever.
      const isPublic =
        (status === 302 || status === 200) && !/sign-out|name="token"/.test(bytes.toString('utf8'));
      if (!(isRefused || isPublic) || bytes.includes(canary)) opened.push(`${target}: ${status} ${leads}`);
    });
    expect(opened).toEqual([]);
  }, 120_000);

  test('open nothing to a stranger by a header that a proxy might believe', async () => {
    for (const header of [
      'X-Original-URL: /agent',
      'X-Rewrite-URL: /agent',
      'X-HTTP-Method-Override: GET',
      'X-Forwarded-User: admin',
      'X-Remote-User: admin',
      'X-Forwarded-For: 127.0.0.1',
      'Authorization: Basic YWRtaW46YWRtaW4=',
      'Cookie: concord=admin',
    ]) {
      const { status, headers } = await ask('GET', '/agent', [header]);
      expect({ header, status, to: headers.location }).toEqual({
        header,
        status: 302,
        to: '/agent/sign-in?next=%2Fagent',
      });
    }
  });

  test('the address itself opens to who may', async () => {
    const { cookie } = await world.signIn();
    const { status, body } = await ask('GET', '/agent/articles/orders/stolen-card', [`Cookie: ${cookie}`]);
    expect(status).toBe(200);
    expect(body).toContain(canary);
  });

  test.each(['TRACE', 'PROPFIND', 'MKCOL', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'LOCK', 'SEARCH'])(
    '%s is refused on pages with what they take',
    async (method) => {
      for (const path of ['/en', '/en/orders/cancel-order', '/agent/sign-in']) {
        const { status, headers } = await ask(method, path);
        expect({ path, status }).toEqual({ path, status: 405 });
        expect(headers.allow).toMatch(/^GET, HEAD/);
      }
      expect([302, 401, 404]).toContain((await ask(method, '/agent')).status);
    },
  );
});
