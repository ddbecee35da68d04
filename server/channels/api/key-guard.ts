import type { Request, RequestHandler, Response } from 'express';
import type { ApiKey, ApiKeys } from '../../accounts/api-keys.ts';
import { type KeyScope, opens } from '../../accounts/key-scopes.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';

/** Four handlers in the order in which they stand before the API, and before each of its routes. */
export interface KeyGuard {
  /** Answers what a browser asks before it lets a page of another origin call. */
  readonly preflight: RequestHandler;
  /** Finds out whose key came; refuses nobody yet, so that a limit can stand between. */
  readonly identify: RequestHandler;
  /**
   * Refuses a request whose key is not valid, missing, of too small a scope, or sent from a page that it does not list;
   * where no scope is asked for, only what came must be valid.
   */
  readonly admit: (scope: KeyScope | null) => RequestHandler;
  /** Refuses a key in the body, once it is read. */
  readonly body: RequestHandler;
}

/** Seconds for which a browser may remember what a page may send. */
const preflightSeconds = 600;

/** What pages of other origins may read besides the body. */
const exposedHeaders = 'RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';

/**
 * Stands before the API. A key comes as `Authorization: Bearer ck_...` and in no other place; whatever else is in that
 * header is refused, whether a key is needed or not. Cookies are never looked at.
 */
export function keyGuard(deps: { readonly apiKeys: ApiKeys; readonly config: Config }): KeyGuard {
  const { apiKeys, config } = deps;

  /** The key of a request, and why the request is refused all the same. */
  const look = async (request: Request): Promise<{ key: ApiKey | null; fault: Fault | null }> => {
    if (hasKeyInAddress(request)) return { key: null, fault: misplaced('address') };
    const headers = request.rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name));
    if (headers.length === 0) return { key: null, fault: null };
    const token = /^bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1];
    const key = headers.length > 1 || token === undefined ? null : await apiKeys.verify(token);
    if (key === null) return { key: null, fault: notValid() };
    const origin = request.get('origin');
    const isForeign = key.origins.length > 0 && origin !== undefined && !key.origins.includes(origin);
    return { key, fault: isForeign ? foreignOrigin() : null };
  };

  return {
    async preflight(request, response, next) {
      response.vary('Origin').vary('Authorization');
      const origin = request.get('origin');
      if (
        request.method !== 'OPTIONS' ||
        origin === undefined ||
        !request.get('access-control-request-method')
      )
        return next();
      response.set('Cache-Control', 'no-store');
      if (await apiKeys.listsOrigin(origin))
        response.set({
          'Access-Control-Allow-Origin': origin,
          'Access-Control-Allow-Methods': 'GET, POST',
          'Access-Control-Allow-Headers': 'authorization, content-type',
          'Access-Control-Max-Age': String(preflightSeconds),
        });
      response.status(204).end();
    },

    async identify(request, response, next) {
      const { key, fault } = await look(request);
      response.locals.apiKey = key ?? undefined;
      response.locals.apiKeyFault = fault ?? undefined;
      const origin = request.get('origin');
      if (key !== null && origin !== undefined && key.origins.includes(origin))
        response
          .set('Access-Control-Allow-Origin', origin)
          .set('Access-Control-Expose-Headers', exposedHeaders);
      next();
    },

    admit: (scope) => (_request, response, next) => {
      const fault = response.locals.apiKeyFault as Fault | undefined;
      const key = apiKeyOf(response);
      if (fault !== undefined) return refuse(response, next, fault);
      if (scope === null) return next();
      if (key === null && (scope !== 'public-answers' || config.apiKeys === 'required'))
        return refuse(response, next, missing());
      if (key !== null && !opens(key.scope, scope)) return refuse(response, next, tooSmall(key, scope));
      next();
    },

    body(request, response, next) {
      return hasKeyInBody(request.body) ? refuse(response, next, misplaced('body')) : next();
    },
  };
}

/** The valid key that a request of the API came with; null for none. */
export function apiKeyOf(response: Response): ApiKey | null {
  return (response.locals.apiKey as ApiKey | undefined) ?? null;
}

/** An error with what its WWW-Authenticate says. */
interface Fault {
  readonly error: AppError;
  readonly challenge: string | null;
}

const realm = 'Bearer realm="concord"';

function refuse(response: Response, next: (error: AppError) => void, { error, challenge }: Fault): void {
  if (challenge !== null) response.set('WWW-Authenticate', challenge);
  next(error);
}

function missing(): Fault {
  return {
    error: new AppError('api-key-invalid', {
      message: 'This needs an API key.',
      expected: 'the header Authorization: Bearer ck_...',
      found: 'no such header',
    }),
    challenge: realm,
  };
}

/** One sentence for all, so that nobody learns which keys there were. */
function notValid(): Fault {
  return {
    error: new AppError('api-key-invalid', {
      message:
        'The Authorization header holds no valid API key: it is unknown, expired, revoked or misspelled.',
      expected: 'one header Authorization: Bearer ck_..., or none where none is needed',
    }),
    challenge: `${realm}, error="invalid_token"`,
  };
}

function misplaced(place: 'address' | 'body'): Fault {
  return {
    error: new AppError('api-key-invalid', {
      message: `An API key goes in the Authorization header, never in the ${place}: take it for lost and rotate it.`,
      expected: 'the header Authorization: Bearer ck_...',
      found: `a key in the ${place}`,
    }),
    challenge: `${realm}, error="invalid_request"`,
  };
}

function tooSmall(key: ApiKey, scope: KeyScope): Fault {
  return {
    error: new AppError('forbidden', {
      message: 'This API key does not open this.',
      expected: `a key with the scope ${scope}`,
      found: `a key with the scope ${key.scope}`,
    }),
    challenge: `${realm}, error="insufficient_scope", scope="${scope}"`,
  };
}

function foreignOrigin(): Fault {
  return {
    error: new AppError('forbidden', {
      message: 'This API key is not for pages of this origin.',
      expected: 'a page of an origin that the key lists',
      found: 'a page of another origin',
    }),
    challenge: null,
  };
}

/** Names under which other APIs take keys, in small letters and without marks between the words. */
const keyNames: readonly string[] = [
  'apikey',
  'key',
  'token',
  'accesstoken',
  'authorization',
  'bearer',
  'xapikey',
];

function isKeyName(name: string): boolean {
  return keyNames.includes(name.toLowerCase().replace(/[-_. ]/g, ''));
}

/** A whole key, wherever it stands. */
const wholeKey = /ck_[a-z2-9]{10}_[A-Za-z0-9_-]{43}/;

/** A parameter named like a key, or a key anywhere in the path or query, plain or percent-encoded. */
function hasKeyInAddress(request: Request): boolean {
  const { originalUrl } = request;
  const query = originalUrl.includes('?') ? originalUrl.slice(originalUrl.indexOf('?')) : '';
  return [...new URLSearchParams(query).keys()].some(isKeyName) || wholeKey.test(unescaped(originalUrl));
}

function unescaped(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** A field named like a key, or a whole key anywhere in any field but those in the customer's own words. */
function hasKeyInBody(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  return Object.entries(body).some(
    ([name, value]) => isKeyName(name) || (!customersWords.includes(name) && holdsKey(value)),
  );
}

const customersWords: readonly string[] = ['question', 'sentence'];

/** Not by calls of itself: a body of 100 kB can be nested deeper than the stack. */
function holdsKey(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === 'string' && wholeKey.test(next)) return true;
    if (typeof next === 'object' && next !== null) for (const inner of Object.values(next)) left.push(inner);
  }
  return false;
}
