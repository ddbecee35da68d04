import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Express } from 'express';
import { type KeyScope, opens } from '../../server/accounts/key-scopes.ts';
import { hasRole, type Role, roles } from '../../server/accounts/roles.ts';
import { allRoutes, buildApp } from '../../server/app.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import type { Route } from '../../server/http/route.ts';
import { inParallel, listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { plainRequests } from '../support/plain-request.ts';
import { smallWorld } from '../support/small-world.ts';

const minutes = 60_000;

/** Methods that every address is asked with by everybody. */
const methods = ['GET', 'HEAD', 'POST'] as const;

/** Methods that no route takes; each address is asked with each, every time by somebody else, with two by everybody. */
const otherMethods = ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;

/** What a handler in the place of the real one answers. */
const ranStatus = 299;

/** Somebody who comes to every address. */
interface Identity {
  readonly who: string;
  /** Null: not signed in, as far as the server should see. */
  readonly role: Role | null;
  /** Whether a refusal should be a page. */
  readonly isBrowser: boolean;
  /** Whether what changes something comes from this site, as browsers say, and with the form token of this session. */
  readonly isSameSite: boolean;
  readonly hasToken: boolean;
  /** Whether the person proved long ago who they are. */
  readonly isStale: boolean;
  /** What the key opens that comes along; null: none comes. */
  readonly key: KeyScope | 'nothing' | null;
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
  // What is counted by key is for programs, wherever they are, and looks at nothing but the key.
  if (route?.limit === 'api') {
    const { scope } = route;
    if (identity.key === 'nothing') return 401;
    if (scope === undefined) return ranStatus;
    if (identity.key === null) return scope === 'public-answers' ? ranStatus : 401;
    return opens(identity.key, scope) ? ranStatus : 403;
  }
  if (least === 'anyone' && route !== undefined && !reads && !identity.isSameSite) return 403;
  if (least !== 'anyone') {
    if (identity.role === null) return reads && identity.isBrowser ? 302 : 401;
    if (!reads && !identity.isSameSite) return 403;
    if (!hasRole(identity.role, least)) return 403;
    if (route?.fresh && identity.isStale) return reads ? 302 : 403;
    if (route !== undefined && !reads && !identity.hasToken) return 403;
  }
  return route === undefined ? 405 : ranStatus;
}

/** Whether a body is read that is no plain form: the token stands in it, so all but the token is known before. */
function opensBody({ role, isSameSite, isStale }: Identity, { access, fresh }: Route): boolean {
  return role !== null && isSameSite && access !== 'anyone' && hasRole(role, access) && !(fresh && isStale);
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
    const layers = layersOf(world.app);
    const shown = ({ method, path }: Pick<Route, 'path'> & { readonly method: string }) =>
      `${method} ${path}`;
    const there = layers.map(({ route }) =>
      route === undefined
        ? null
        : shown({
            path: route.path,
            method: Object.keys(route.methods).length > 20 ? 'all' : Object.keys(route.methods).join(),
          }),
    );
    // Own addresses first, then what refuses everything else below their roots, then those that begin with a language.
    const [from, to] = [there.findIndex((one) => one !== null), there.findLastIndex((one) => one !== null)];
    const wall = there.indexOf(null, from);
    const firsts = there.slice(from, wall);
    const isFirst = (path: string): boolean => firsts.includes(`all ${path}`);
    const told = (some: readonly string[]): readonly string[] =>
      some.flatMap((path) => [
        ...routes.filter((route) => route.path === path).map(shown),
        shown({ method: 'all', path }),
      ]);
    expect(firsts).toEqual(told(paths.filter(isFirst)));
    expect(there.slice(wall, to + 1).filter((one) => one !== null)).toEqual(
      told(paths.filter((path) => !isFirst(path))),
    );
    const rootOf = (path: string): string => path.split('/')[1] ?? '';
    const roots = paths.filter(isFirst).map(rootOf);
    expect(paths.filter((path) => !isFirst(path) && roots.includes(rootOf(path)))).toEqual([]);
    const people = routes.flatMap(({ path, access }) => (access === 'anyone' ? [] : [rootOf(path)]));
    const walled = layers
      .slice(wall, to)
      .flatMap(({ route, rawPath }) => (route === undefined ? [rawPath].flat() : []));
    expect([...new Set(people)].filter((root) => !walled.includes(`/${root}`))).toEqual([]);
    expect(walled).toContain('/api');
  });

  test('stands between known middleware in a known order', () => {
    const shown = layersOf(world.app).flatMap(({ route, name, rawPath }) =>
      route === undefined ? [`${[rawPath].flat().join(' ')} ${name}`] : [],
    );
    // Ids and the log see every request, the headers are on every answer; then keys, which the API's routes look at.
    const people = '/agent /manage /account';
    expect(shown).toEqual([
      ...['<anonymous>', '<anonymous>', 'helmetMiddleware', 'own'].map((name) => `/ ${name}`),
      ...['stranger', 'preflight', 'identify', '<anonymous>'].map((name) => `/api/v1 ${name}`),
      '/api nothingHere',
      ...['stranger', 'person', 'known', '<anonymous>', 'urlencodedParser', 'form', 'nothingHere'].map(
        (name) => `${people} ${name}`,
      ),
      ...['nothingHere', 'uncounted', '<anonymous>'].map((name) => `/ ${name}`),
    ]);
  });

  test('puts one and the same guard first before whatever is not for anyone, and before nothing else', () => {
    // Limits are laid for each route anew; the guard is what all routes for people have in common.
    const firsts = layersOf(world.app).flatMap(({ route }) => {
      if (route === undefined) return [];
      const stack = route.stack.map(({ handle }) => handle);
      return [{ route, stack }];
    });
    const accessOf = (path: string) => leastAccess(routes.filter((route) => route.path === path));
    const guarded = firsts.filter(({ route }) => accessOf(route.path) !== 'anyone');
    expect(guarded.length).toBeGreaterThan(20);
    const guard = guarded[0]?.stack.find((handle) => nameOf(handle) === 'person');
    expect(guard).toBeDefined();
    // Only the limit by address, until it is known who it is, stands before it.
    const late = guarded.filter(({ stack }) => !stack.slice(0, 2).includes(guard));
    expect(late.map(({ route }) => route.path)).toEqual([]);
    const open = firsts.filter(
      ({ route, stack }) => accessOf(route.path) === 'anyone' && stack.includes(guard),
    );
    expect(open.filter(({ route }) => 'get' in route.methods).map(({ route }) => route.path)).toEqual([]);
  });
});

/** A layer of Express's router, as far as a test looks at it. */
interface Layer {
  readonly name: string;
  /** Where it was laid. */
  readonly rawPath: string | readonly string[];
  readonly route?: {
    readonly path: string;
    readonly methods: Readonly<Record<string, boolean>>;
    readonly stack: readonly { readonly handle: unknown }[];
  };
}

function nameOf(handle: unknown): string {
  return typeof handle === 'function' ? handle.name : '';
}

function layersOf(app: Express): readonly Layer[] {
  return (app as unknown as { readonly router: { readonly stack: readonly Layer[] } }).router.stack;
}

describe('every address, asked by everybody with every method', () => {
  let clock = new Date('2026-11-22T12:00:00Z');
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
    const nobody = {
      role: null,
      isBrowser: true,
      isSameSite: true,
      hasToken: false,
      isStale: false,
      key: null,
      headers: page,
    };
    const person = async (role: Role): Promise<Identity> => {
      const { cookie, token } = await world.signIn(role);
      const headers = { ...page, cookie, 'x-form-token': token };
      return { ...nobody, who: role, role, hasToken: true, headers };
    };
    const program = async (key: Identity['key'], authorization: string): Promise<Identity> => {
      const headers = { accept: 'application/json', authorization };
      return { ...nobody, who: `a program with a key for ${key}`, isBrowser: false, key, headers };
    };
    clock = new Date('2026-11-20T12:00:00Z');
    const ended = await person('admin');
    clock = new Date('2026-11-22T09:00:00Z');
    const stale = await person('admin');
    clock = new Date('2026-11-22T12:00:00Z');
    const admin = await person('admin');
    const other = await person('admin');
    const disabled = await person('manager');
    // Worse than disabling, which ends the sessions too: this one has survived.
    const last = (await world.accounts.people()).find(({ role }) => role === 'manager');
    await world.db
      .updateTable('users')
      .set({ disabled_at: clock.toISOString() })
      .where('id', '=', last?.id ?? 0)
      .execute();
    const elsewhere = { 'x-form-token': other.headers['x-form-token'] ?? '' };
    const key = await world.makeKey();
    const revoked = await world.makeKey();
    await world.deps.apiKeys.revoke(/ck_([a-z2-9]+)_/.exec(revoked)?.[1] ?? '', byServer);
    identities = [
      { ...nobody, who: 'a stranger with a browser' },
      { ...nobody, who: "a stranger's program", isBrowser: false, headers: { accept: 'application/json' } },
      {
        ...nobody,
        who: "a stranger's browser on a page of another site",
        isSameSite: false,
        headers: { ...page, 'sec-fetch-site': 'cross-site' },
      },
      { ...nobody, who: 'a made-up session', headers: { ...page, cookie: `concord=${'x'.repeat(43)}` } },
      { ...ended, who: 'an admin whose session has ended', role: null },
      { ...disabled, who: 'a manager who was disabled', role: null },
      await program('public-answers', key),
      await program('agent-answers', await world.makeKey({ scope: 'agent-answers' })),
      await program('nothing', revoked),
      { ...(await program('nothing', 'Bearer undefined')), who: 'a program that sends no key for one' },
      await person('agent'),
      await person('editor'),
      await person('manager'),
      admin,
      { ...stale, who: 'an admin who proved hours ago who they are', isStale: true },
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
      {
        ...admin,
        who: "an admin with a program's key",
        key: 'public-answers',
        headers: { ...admin.headers, authorization: key },
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
      const cells = [...new Set(routes.map(({ path }) => path))].flatMap((path, row) =>
        identities.flatMap((identity, column) => {
          const others = [0, 3].map((at) => otherMethods[(row + column + at) % otherMethods.length] ?? 'PUT');
          return [...methods, ...others].map((method) => ({ path, identity, method }));
        }),
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
    3 * minutes,
  );

  test(
    'below what is for people, a stranger cannot tell an address that is there from one that is not',
    async () => {
      const roots = new Set(
        routes.flatMap(({ path, access }) => (access === 'anyone' ? [] : [path.split('/')[1] ?? ''])),
      );
      expect([...roots]).toEqual(expect.arrayContaining(['agent', 'manage']));
      const strangers = identities.filter(({ role }) => role === null).slice(0, 4);
      for (const root of roots) {
        const there = routes.filter(
          ({ path, access }) => access !== 'anyone' && path.startsWith(`/${root}/`),
        );
        for (const { path } of there) {
          const known = addressOf(path);
          for (const [identity, method] of strangers.flatMap((one) =>
            (['GET', 'POST', 'DELETE'] as const).map((method) => [one, method] as const),
          )) {
            const told = async (path: string): Promise<unknown> => {
              const asked = { method, headers: { ...identity.headers, 'x-request-id': 'same' } };
              const { status, headers, body } = await client.ask(path, asked);
              // An ETag is of a body that says the address back.
              // A connection ends after its thousandth request, whatever that asked for.
              const { connection: _open, 'keep-alive': _for, ...said } = headers;
              const { date: _date, etag: _etag, ratelimit: _left, location = '', ...kept } = said;
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
    },
    minutes,
  );
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
    expect(guard.match(/request\.(path|url|originalUrl|baseUrl)/g)).toEqual([
      'request.originalUrl',
      'request.originalUrl',
    ]);
    expect(guard.match(/nextPath\(request\.originalUrl\)/g)).toHaveLength(2);
  });
});
