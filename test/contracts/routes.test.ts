import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express } from 'express';
import { type KeyScope, opens } from '../../server/accounts/key-scopes.ts';
import { hasRole, type Role, roles } from '../../server/accounts/roles.ts';
import { allRoutes, buildApp } from '../../server/app.ts';
import type { Route } from '../../server/http/route.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { plainRequests } from '../support/plain-request.ts';
import { smallWorld } from '../support/small-world.ts';

const minutes = 60_000;

/** Methods that every address is asked with; the last two are taken by none. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;

/** What a handler in the place of the real one answers. */
const ranStatus = 299;

/** Somebody who comes to every address. */
interface Identity {
  readonly who: string;
  /** Null: not signed in, as far as the server should see. */
  readonly role: Role | null;
  /** Of a valid API key; default: none is sent. */
  readonly scope?: KeyScope;
  /** Whether a refusal should be a page. */
  readonly isBrowser: boolean;
  /** Whether what changes something comes from this site, as browsers say, and with the form token of this session. */
  readonly isSameSite: boolean;
  readonly hasToken: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const takes = ({ method }: Route, asked: string): boolean =>
  method === 'get' ? asked === 'GET' || asked === 'HEAD' : asked === 'POST';

/** An address of a route: handlers do not run here, so any value does. */
const addressOf = (path: string): string => path.replace(/:locale\b/, 'en').replace(/:[a-zA-Z]+/g, 'x1');

/**
 * What the table of routes promises to whoever asks one address with one method: `ranStatus` where the handler runs, else
 * the status of the refusal. `here`: all routes of the address.
 */
function promisedStatus(identity: Identity, here: readonly Route[], method: string): number {
  const reads = method === 'GET' || method === 'HEAD';
  const route = here.find((one) => takes(one, method));
  const least = route?.access ?? leastAccess(here);
  if (least !== 'anyone') {
    if (identity.role === null) return reads && identity.isBrowser ? 302 : 401;
    if (!reads && !identity.isSameSite) return 403;
    if (!hasRole(identity.role, least)) return 403;
    if (route !== undefined && !reads && !identity.hasToken) return 403;
  }
  if (route?.scope !== undefined && !opens(identity.scope ?? 'public-answers', route.scope))
    return identity.scope === undefined ? 401 : 403;
  return route === undefined ? 405 : ranStatus;
}

/** Whether a body is read that is no plain form: the token stands in it, so all but the token is known before. */
function opensBody({ role, isSameSite }: Identity, { access }: Route): boolean {
  return role !== null && isSameSite && access !== 'anyone' && hasRole(role, access);
}

function leastAccess(here: readonly Route[]): Route['access'] {
  if (here.some(({ access }) => access === 'anyone')) return 'anyone';
  return roles.find((role) => here.some(({ access }) => access === role)) ?? 'anyone';
}

describe('the table of routes', () => {
  let world: TestApp;
  let routes: readonly Route[];
  let paths: readonly string[];

  beforeAll(async () => {
    world = await makeApp(smallWorld().snapshot);
    routes = allRoutes(world.deps);
    paths = [...new Set(routes.map(({ path }) => path))];
  });
  afterAll(() => world.close());

  /** The routes, by method and path, for which something does not hold. */
  const offenders = (isWrong: (route: Route) => boolean): string[] =>
    routes.filter(isWrong).map(({ method, path }) => `${method} ${path}`);

  test('names each method of each address once, in a form that every segment is one word or one parameter', () => {
    const named = routes.map(({ method, path }) => `${method} ${path}`);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((one, at) => named.indexOf(one) !== at)).toEqual([]);
    expect(offenders(({ path }) => !/^(\/|(\/(:[a-zA-Z]+|\.?[a-z0-9][a-z0-9.-]*))+)$/.test(path))).toEqual(
      [],
    );
    expect(offenders(({ summary }) => !/^[A-Z`][^\n]+\.$/.test(summary))).toEqual([]);
  });

  test('keeps what is for people with a role out of every cache, and what changes something too', () => {
    expect(offenders(({ access, cache }) => access !== 'anyone' && cache !== 'no-store')).toEqual([]);
    expect(offenders(({ method, cache }) => method === 'post' && cache !== 'no-store')).toEqual([]);
    expect(offenders(({ format, cache }) => (format === 'asset') !== (cache === 'immutable'))).toEqual([]);
  });

  test('asks for a proof anew, and reads odd bodies, only where a person is known', () => {
    expect(offenders(({ access, fresh }) => access === 'anyone' && fresh === true)).toEqual([]);
    expect(offenders(({ access, body }) => access === 'anyone' && body !== undefined)).toEqual([]);
    expect(offenders(({ method, body }) => method === 'get' && body !== undefined)).toEqual([]);
  });

  test('takes keys below the API and nowhere else, and people nowhere below it', () => {
    const isApi = ({ path }: Route): boolean => path.startsWith('/api/v1/');
    const takesKeys = (route: Route): boolean => isApi(route) && !route.path.endsWith('/openapi.json');
    expect(offenders((route) => (route.scope !== undefined) !== takesKeys(route))).toEqual([]);
    expect(offenders((route) => isApi(route) && route.access !== 'anyone')).toEqual([]);
    expect(offenders((route) => isApi(route) && route.format !== 'json')).toEqual([]);
  });

  test('limits everything by whom it can be told: account, key or address', () => {
    const free = ['/assets/:name', '/healthz', '/readyz'];
    const fitting = ({ access, scope, path }: Route): readonly Route['limit'][] => {
      if (access !== 'anyone') return ['account'];
      if (scope !== undefined || path.endsWith('/openapi.json')) return ['api'];
      return free.includes(path) ? ['none'] : ['pages', 'sign-in'];
    };
    expect(offenders((route) => !fitting(route).includes(route.limit))).toEqual([]);
  });

  test('is what Express has, layer by layer, and nothing else', () => {
    const isOwn = (path: string): boolean =>
      ['api', 'agent', 'manage', 'assets', 'healthz', 'readyz'].includes(path.split('/')[1] ?? '');
    const told = [...paths.filter(isOwn), ...paths.filter((path) => !isOwn(path))].flatMap((path) => [
      ...routes.filter((route) => route.path === path).map(({ method }) => `${method} ${path}`),
      `all ${path}`,
    ]);
    const there = layersOf(world.app).flatMap(({ route }) =>
      route === undefined
        ? []
        : [`${Object.keys(route.methods).length > 20 ? 'all' : Object.keys(route.methods)} ${route.path}`],
    );
    expect(there).toEqual(told);
  });

  test('puts one and the same guard first before whatever is not for anyone, and before nothing else', () => {
    const firsts = layersOf(world.app).flatMap(({ route }) => {
      const first = route?.stack[0]?.handle;
      return route === undefined || first === undefined ? [] : [{ route, first }];
    });
    const accessOf = (path: string) => leastAccess(routes.filter((route) => route.path === path));
    const guarded = firsts.filter(({ route }) => accessOf(route.path) !== 'anyone');
    expect(guarded.length).toBeGreaterThan(20);
    const guard = guarded[0]?.first;
    expect(guarded.filter(({ first }) => first !== guard).map(({ route }) => route.path)).toEqual([]);
    const open = firsts.filter(
      ({ route, first }) =>
        accessOf(route.path) === 'anyone' && !('post' in route.methods) && first === guard,
    );
    expect(open.map(({ route }) => route.path)).toEqual([]);
  });
});

/** A layer of Express's router, as far as a test looks at it. */
interface Layer {
  readonly name: string;
  readonly route?: {
    readonly path: string;
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly { readonly handle: unknown }[];
  };
}

function layersOf(app: Express): readonly Layer[] {
  return (app as unknown as { readonly router: { readonly stack: readonly Layer[] } }).router.stack;
}

describe('every address, asked by everybody with every method', () => {
  let clock = new Date('2026-11-20T12:00:00Z');
  let world: TestApp;
  let routes: readonly Route[];
  let identities: readonly Identity[];
  let server: Awaited<ReturnType<typeof listen>>;
  let client: ReturnType<typeof plainRequests>;
  /** What ran, of which request: its `x-cell` header. */
  const ran = new Map<string, string[]>();

  const note = (cell: string | undefined, what: string): void => {
    if (cell !== undefined) ran.set(cell, [...(ran.get(cell) ?? []), what]);
  };
  const spied = (route: Route): Route => ({
    ...route,
    ...(route.body && {
      body: (request, _response, next) => {
        note(request.get('x-cell'), `body of ${route.path}`);
        next();
      },
    }),
    handler: (request, response) => {
      note(request.get('x-cell'), `${route.method} ${route.path}`);
      response.status(ranStatus).end();
    },
  });

  beforeAll(async () => {
    world = await makeApp(smallWorld().snapshot, { now: () => clock });
    routes = allRoutes(world.deps);
    const page = { accept: 'text/html' };
    const person = async (role: Role): Promise<Identity> => {
      const { cookie, token } = await world.signIn(role);
      const headers = { ...page, cookie, 'x-form-token': token };
      return { who: role, role, isBrowser: true, isSameSite: true, hasToken: true, headers };
    };
    const program = async (scope: KeyScope): Promise<Identity> => ({
      ...stranger,
      who: `a program with a key for ${scope}`,
      scope,
      isBrowser: false,
      headers: { accept: 'application/json', authorization: await world.makeKey({ scope }) },
    });
    const stranger = { role: null, isBrowser: true, isSameSite: true, hasToken: false, headers: page };
    const ended = await person('admin');
    clock = new Date('2026-11-22T12:00:00Z');
    const admin = await person('admin');
    const other = await person('admin');
    const elsewhere = { 'x-form-token': other.headers['x-form-token'] ?? '' };
    identities = [
      { ...stranger, who: 'a stranger with a browser' },
      { ...stranger, who: "a stranger's program", isBrowser: false, headers: { accept: 'application/json' } },
      { ...stranger, who: 'a made-up session', headers: { ...page, cookie: `concord=${'x'.repeat(43)}` } },
      { ...ended, who: 'an admin whose session has ended', role: null },
      await program('public-answers'),
      await program('agent-answers'),
      await person('agent'),
      await person('editor'),
      await person('manager'),
      admin,
      {
        ...admin,
        who: 'an admin on whose browser another site posts',
        isSameSite: false,
        headers: { ...admin.headers, 'sec-fetch-site': 'cross-site' },
      },
      {
        ...admin,
        who: "an admin with another session's form",
        hasToken: false,
        headers: { ...admin.headers, ...elsewhere },
      },
    ];
    server = await listen(buildApp(world.deps, routes.map(spied)));
    client = plainRequests(server.url);
  });
  afterAll(async () => {
    client.close();
    await server.close();
    await world.close();
  });

  test(
    'gets what the table says, and no handler runs that it does not let run',
    async () => {
      const cells = [...new Set(routes.map(({ path }) => path))].flatMap((path) =>
        identities.flatMap((identity) => methods.map((method) => ({ path, identity, method }))),
      );
      const off = await inParallel(cells, async ({ path, identity, method }) => {
        const here = routes.filter((route) => route.path === path);
        const cell = `${method} ${path} by ${identity.who}`;
        const { status } = await client.ask(addressOf(path), {
          method,
          headers: { ...identity.headers, 'x-cell': cell },
        });
        const promised = promisedStatus(identity, here, method);
        const route = here.find((one) => takes(one, method));
        const runs =
          route === undefined
            ? []
            : [
                ...(route.body && opensBody(identity, route) ? [`body of ${path}`] : []),
                ...(promised === ranStatus ? [`${route.method} ${path}`] : []),
              ];
        const found = { status, ran: ran.get(cell) ?? [] };
        const wanted = { status: promised, ran: runs };
        return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [{ cell, found, wanted }];
      });
      expect(cells.length).toBeGreaterThan(3_000);
      expect(off.flat()).toEqual([]);
      expect(ran.size).toBeGreaterThan(500);
    },
    minutes,
  );

  test('below what is for people, a stranger cannot tell an address that is there from one that is not', async () => {
    const roots = new Set(
      routes.flatMap(({ path, access }) => (access === 'anyone' ? [] : [path.split('/')[1] ?? ''])),
    );
    expect([...roots]).toEqual(expect.arrayContaining(['agent', 'manage']));
    const strangers = identities.filter(({ role }) => role === null);
    for (const root of roots) {
      const there = routes.filter(({ path, access }) => access !== 'anyone' && path.startsWith(`/${root}/`));
      for (const { path } of there) {
        const known = addressOf(path);
        for (const [identity, method] of strangers.flatMap((one) =>
          methods.map((method) => [one, method] as const),
        )) {
          const told = async (path: string): Promise<unknown> => {
            const asked = { method, headers: { ...identity.headers, 'x-request-id': 'same' } };
            const { status, headers, body } = await client.ask(path, asked);
            // An ETag is of a body that says the address back.
            const { date: _date, etag: _etag, ratelimit: _left, location = '', ...kept } = headers;
            // The sign-in leads back to where it can, which its address says; everything else of it is the same.
            if (status === 302) return { status, to: location.split('?')[0] };
            return { status, kept, body: body.toString('utf8').replaceAll(path, '') };
          };
          // As long and with as many segments, since a length may depend on what a caller wrote himself.
          const unknown = `/${root}${known.slice(root.length + 1).replace(/[^/]/g, 'q')}`;
          expect(await told(known)).toEqual(await told(unknown));
        }
      }
    }
  });
});

describe('guards', () => {
  /** Where code looks at the text of an address, and why that decides nobody's rights. */
  const lookedAt: Readonly<Record<string, string>> = {
    'app.ts': 'which requests are not counted: style sheets and health',
    'channels/agent/guard.ts': 'where to come back to after the sign-in',
    'channels/agent/provider-sign-in.ts': "a provider's answer stands in the query",
    'channels/api/agent-routes.ts': 'parameters go along to where an article is now',
    'channels/api/key-guard.ts': 'a key in it is refused, whoever sends it',
    'channels/api/read-request.ts': 'parameters that come twice',
    'channels/api/routes.ts': 'parameters go along to where an article is now',
    'channels/faq/routes.ts': 'the same page in another language',
    'http/error-handler.ts': 'the form and language of a refusal',
    'http/request-log.ts': 'what is logged',
  };

  test('are laid on paths of the router, and no right hangs on the text of an address', () => {
    const root = join(import.meta.dirname, '../../server');
    const looking = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) => {
        const text = readFileSync(join(root, name), 'utf8');
        return /\breq(uest)?\.(path|url|originalUrl|baseUrl)\b|\{[^}]*\b(path|url|originalUrl|baseUrl)\b[^}]*\} = req(uest)?\b/.test(
          text,
        );
      });
    expect(looking.filter((name) => !(name in lookedAt))).toEqual([]);
    const guard = readFileSync(join(root, 'channels/agent/guard.ts'), 'utf8');
    expect(guard.match(/request\.(path|url|originalUrl|baseUrl)/g)).toEqual(['request.originalUrl']);
    expect(guard).toContain('nextPath(request.originalUrl)');
  });
});
