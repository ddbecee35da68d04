import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Accounts } from './accounts/accounts.ts';
import type { ApiKeys } from './accounts/api-keys.ts';
import type { EditingRights } from './accounts/editing-rights.ts';
import type { ProviderSignIn } from './accounts/provider-sign-in.ts';
import type { RequestCounts } from './accounts/request-counts.ts';
import { roles } from './accounts/roles.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { accountRoutes } from './channels/account/routes.ts';
import { changesRoutes } from './channels/agent/changes.ts';
import { flagsRoutes } from './channels/agent/flags-page.ts';
import { type AgentGuard, agentGuard } from './channels/agent/guard.ts';
import { offersRoutes } from './channels/agent/offers-page.ts';
import { recordRoutes } from './channels/agent/records.ts';
import { agentRoutes } from './channels/agent/routes.ts';
import { countUnread } from './channels/agent/unread-changes.ts';
import { agentApiRoutes } from './channels/api/agent-routes.ts';
import { type KeyGuard, keyGuard } from './channels/api/key-guard.ts';
import { apiRoutes } from './channels/api/routes.ts';
import { type Current, createAgentDoor, createPublicDoor, type Days, type Recorder } from './channels/ask.ts';
import { faqRoutes } from './channels/faq/routes.ts';
import type { Consistency } from './channels/manage/consistency-page.ts';
import type { DeskDeps } from './channels/manage/desk-page.ts';
import { manageRoutes } from './channels/manage/routes.ts';
import type { Previews } from './channels/previews.ts';
import type { Releases } from './channels/releases.ts';
import type { Loop } from './compose-loop.ts';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import type { ChangeReadings } from './feedback/change-readings.ts';
import type { Assets } from './http/assets.ts';
import { cacheControl } from './http/cache.ts';
import { errorHandler } from './http/error-handler.ts';
import { healthRoutes } from './http/health.ts';
import { createRateLimits, type RateLimits } from './http/rate-limits.ts';
import { requestId } from './http/request-id.ts';
import { requestLog } from './http/request-log.ts';
import type { Route } from './http/route.ts';
import { securityHeaders } from './http/security-headers.ts';
import { securityTxt } from './http/security-txt.ts';
import type { Views } from './http/views.ts';
import type { FactDesk } from './impact/fact-desk.ts';
import type { MacroDesk } from './macros/macro-desk.ts';

export interface AppDeps {
  readonly config: Config;
  readonly views: Views;
  readonly assets: Assets;
  readonly accounts: Accounts;
  readonly editingRights: EditingRights;
  readonly providers: ProviderSignIn;
  readonly apiKeys: ApiKeys;
  readonly audit: AuditLog;
  readonly counts: RequestCounts;
  readonly recorder: Recorder;
  readonly loop: Loop;
  readonly releases: Releases;
  readonly previews: Previews;
  readonly readings: ChangeReadings;
  /** How consistent answers are, for managers. */
  readonly consistency: Consistency;
  /** The served release; read once per request. */
  readonly current: () => Current;
  /** As the agents' door's. */
  readonly days: Days;
  /** What the checks say of the served release, for the desk. */
  readonly findings: DeskDeps['findings'];
  /** What managers look up about facts. */
  readonly facts: FactDesk;
  /** As publisher.ts says. */
  readonly macros: MacroDesk;
  /** As a door's. */
  readonly prepare?: (question: string) => Promise<void>;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Every route of the application, in the order in which they are matched. */
export function allRoutes(deps: AppDeps): readonly Route[] {
  const { config, views, accounts } = deps;
  const publicDoor = createPublicDoor(deps);
  const agentDoor = createAgentDoor(deps);
  return [
    deps.assets.route,
    ...healthRoutes(deps.current),
    securityTxt(deps),
    ...apiRoutes({
      door: publicDoor,
      config,
      views,
      feedback: deps.loop,
      handovers: deps.loop.handovers,
    }),
    ...agentRoutes({
      door: agentDoor,
      config,
      views,
      accounts,
      providers: deps.providers,
      flags: deps.loop.flags,
      conversations: deps.loop.conversations,
    }),
    ...flagsRoutes({ ...deps, ...deps.loop, door: agentDoor, publicUrl: config.publicUrl }),
    ...offersRoutes({ ...deps, offers: deps.loop.offers, door: agentDoor, publicUrl: config.publicUrl }),
    ...recordRoutes({
      door: agentDoor,
      config,
      views,
      conversations: deps.loop.conversations,
      releases: deps.releases,
      compare: deps.consistency.compare,
    }),
    ...agentApiRoutes({ door: agentDoor, views }),
    ...accountRoutes({ ...deps, door: agentDoor, publicUrl: config.publicUrl }),
    ...changesRoutes({ ...deps, door: agentDoor }),
    ...manageRoutes({ ...deps, door: agentDoor, publicUrl: config.publicUrl }),
    ...faqRoutes({
      door: publicDoor,
      config,
      views,
      publicChanges: deps.releases.publicChanges,
      feedback: deps.loop,
      handovers: deps.loop.handovers,
    }),
  ];
}

/** First segments that belong to a channel or a service; every other address is the FAQ's. */
const ownRoots: readonly string[] = [
  'api',
  'agent',
  'manage',
  'account',
  'assets',
  'healthz',
  'readyz',
  '.well-known',
];

function hasOwnRoot(path: string): boolean {
  return ownRoots.includes(path.split('/')[1] ?? '');
}

const nothingHere: RequestHandler = (_request, _response, next) => next(new AppError('not-found'));

function notThatMethod(allowed: readonly string[]): RequestHandler {
  return (request, response, next) => {
    response.set('Allow', allowed.join(', '));
    next(new AppError('method-not-allowed', { expected: allowed.join(' or '), found: request.method }));
  };
}

/** Where programs call; a route below it is behind the guard of keys. */
const apiRoot = '/api/v1';

const readJson = express.json({
  limit: '100kb',
  strict: true,
  type: ['application/json', 'application/*+json'],
  // The parser would take all of Unicode's encodings, UTF-7 with them; JSON is UTF-8 (RFC 8259).
  verify: (_request, _response, _body, encoding) => {
    if (encoding !== 'utf-8')
      throw new AppError('unsupported-media-type', { expected: 'JSON in UTF-8', found: encoding });
  },
});
const readForm = express.urlencoded({ limit: '100kb', extended: false, parameterLimit: 50 });

/** What reads the body of a route, once its limits and its guards have let it in. */
function bodyOf({ method, access, format, body }: Route): readonly RequestHandler[] {
  if (method === 'get') return [];
  if (body !== undefined) return [body];
  if (format !== 'json') return [readForm];
  // A form that somebody signed in sends instead may carry its token: it is told what was expected.
  return access === 'anyone' ? [readJson] : [readJson, readForm];
}

/** What stands before the handlers of all routes. */
interface Stands {
  readonly guard: AgentGuard;
  readonly keys: KeyGuard;
  readonly limits: RateLimits;
  readonly unread: RequestHandler;
}

/** Everything that a request passes before its route's handler: limits, who it is, the body, where the form is from. */
function before(route: Route, stands: Stands): readonly RequestHandler[] {
  const { guard, keys, limits, unread } = stands;
  const { path, access, scope = null, fresh, format, limit, feedback } = route;
  const first = limits.before(limit);
  const then = [...limits.after(limit), ...(feedback === true ? [limits.feedback] : [])];
  const body = bodyOf(route);
  // A program is no browser: what it sends may come from anywhere, with a key or without.
  if (path.startsWith(`${apiRoot}/`)) return [...first, ...then, keys.admit(scope), ...body, keys.body];
  if (access === 'anyone') return [...first, guard.sameSite, ...then, ...body];
  return [
    ...first,
    guard.person,
    guard.role(access),
    ...(fresh === true ? [guard.fresh] : []),
    ...then,
    ...body,
    // Asked again: a body may take as long as a request may, and a right that was taken away meanwhile is gone.
    ...(body.length > 0 ? [guard.person, guard.role(access)] : []),
    guard.form,
    ...(format === 'html' ? [unread] : []),
  ];
}

/**
 * Mounts routes path by path: their methods, then a refusal of every other method that says which are taken, to those
 * who may come in at all.
 */
function mount(app: Express, routes: readonly Route[], stands: Stands): void {
  const { guard, limits } = stands;
  const paths = [...new Set(routes.map((route) => route.path))];
  for (const path of paths) {
    const here = routes.filter((route) => route.path === path);
    for (const route of here)
      app[route.method](path, ...before(route, stands), cacheControl(route.cache), route.handler);
    const methods = here.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
    // Whom no method of an address would let in is not told that it exists.
    const least = roles.find((role) => here.some(({ access }) => access === role));
    const isOpen = least === undefined || here.some(({ access }) => access === 'anyone');
    const known = [...limits.before('account'), guard.person, guard.role(least ?? 'agent')];
    app.all(path, ...(isOpen ? [] : known), notThatMethod(methods));
  }
}

/**
 * The whole application as an Express app that does not listen. Tests call it in-process; server/start.ts listens.
 * `routes`: default is all of them; the contract of routes gives the same ones with handlers that only say that they ran.
 */
export function buildApp(deps: AppDeps, routes: readonly Route[] = allRoutes(deps)): Express {
  const { config, log } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.enable('case sensitive routing');
  app.set('trust proxy', config.trustedHops);
  app.use(requestId(randomUUID), requestLog(log, config), ...securityHeaders(config));
  const guard = agentGuard({ accounts: deps.accounts, config, now: deps.now });
  const keys = keyGuard(deps);
  const limits = createRateLimits(deps.counts, config);
  app.use(apiRoot, ...limits.before('api'), keys.preflight, keys.identify);
  const stands = {
    guard,
    keys,
    limits,
    unread: countUnread({ ...deps, flags: deps.loop.flags, offers: deps.loop.offers }),
  };
  mount(
    app,
    routes.filter((route) => hasOwnRoot(route.path)),
    stands,
  );
  // Nothing below /api or /agent falls through to the FAQ's /:locale/... pages.
  app.use(apiRoot, keys.admit('public-answers'));
  app.use('/api', nothingHere);
  app.use(
    ['/agent', '/manage', '/account'],
    ...limits.before('account'),
    guard.person,
    ...limits.after('account'),
    readForm,
    guard.form,
    nothingHere,
  );
  mount(
    app,
    routes.filter((route) => !hasOwnRoot(route.path)),
    stands,
  );
  app.use(nothingHere, limits.uncounted);
  app.use(errorHandler({ views: deps.views, log, languages: () => deps.current().public.site }));
  return app;
}
