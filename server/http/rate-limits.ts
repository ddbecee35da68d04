import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { clientOf } from '../accounts/client-of.ts';
import type { RequestCounts } from '../accounts/request-counts.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Limit } from './route.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * Sign-ins tried a minute from one address. The lock after 30 failures (accounts/sign-in-limit.ts) stands before it for
 * whoever guesses; this bounds those that succeed too, since each hashes a password: an office that signs in at nine fits.
 */
export const mostSignIns = 60;

/** What is counted of the API key of a request, which its reader leaves in `response.locals.apiKey`. */
interface CountedKey {
  readonly prefix: string;
  readonly perMinute: number;
  /** Null: as many as the minute allows. */
  readonly perDay: number | null;
}

/** What counts the requests of a route, as its `limit` says. */
export interface RateLimits {
  /** Before it is known who asks. */
  before(limit: Limit): readonly RequestHandler[];
  /** Once it is known: the account or the API key. */
  after(limit: Limit): readonly RequestHandler[];
  /** For feedback of customers without an API key, by address, beside the limit of its route. */
  readonly feedback: RequestHandler;
  /** Counts what ends in an error and was counted by none of them: addresses that are nowhere, wrong methods. */
  readonly uncounted: ErrorRequestHandler;
}

/**
 * Limits on requests by address, API key and account. An address that is not there counts as a page. What is for accounts
 * and keys counts by address until it is known whose it is, so that guessing them is limited too. Each answer says what
 * is left (`RateLimit`, `RateLimit-Policy`, draft 8) and a refusal when to come back (`Retry-After`).
 *
 * Counting takes 4 microseconds of processor time a request, a thousandth of a plain page (`npm run benchmark --
 * --connections 10000`).
 */
export function createRateLimits(
  counts: RequestCounts,
  config: Pick<Config, 'rateLimit' | 'keylessRateLimit' | 'accountRateLimit' | 'feedbackRateLimit'>,
): RateLimits {
  const limiter = (rule: {
    readonly name: string;
    readonly subjectOf: (request: Request, response: Response) => string;
    readonly most: number | ((response: Response) => number);
    readonly lengthMs?: number;
    readonly skip?: (response: Response) => boolean;
  }): RequestHandler => {
    const { name, subjectOf, most, lengthMs = minute, skip } = rule;
    const limit = rateLimit({
      windowMs: lengthMs,
      identifier: name,
      limit: typeof most === 'number' ? most : (_request, response) => most(response),
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: subjectOf,
      skip: (_request, response) => skip?.(response) ?? false,
      // The addresses are told apart above; its own checks speak of ways to do so that are not used here.
      validate: false,
      store: {
        increment(subject) {
          const { hits, endsInMs } = counts.hit(subject, lengthMs);
          return { totalHits: hits, resetTime: new Date(Date.now() + endsInMs) };
        },
        decrement: (subject) => counts.takeBack(subject),
        resetKey: () => {},
      },
      handler: (request, response, next) => {
        counts.exhausted(subjectOf(request, response));
        next(new AppError('too-many-requests'));
      },
    });
    return (request, response, next) => {
      response.locals.counted = true;
      return limit(request, response, next);
    };
  };

  const pages = limiter({ name: 'pages', subjectOf: pagesOf, most: config.rateLimit });
  const signIn = limiter({
    name: 'sign-in',
    subjectOf: (request) => `sign-in:${clientOf(request.ip ?? '')}`,
    most: mostSignIns,
  });
  const account = limiter({
    name: 'account',
    subjectOf: (_request, response) => `account:${String(response.locals.signedIn?.account.id)}`,
    most: config.accountRateLimit,
  });
  const keyless = limiter({
    name: 'keyless',
    subjectOf: (request) => `keyless:${clientOf(request.ip ?? '')}`,
    most: config.keylessRateLimit,
    skip: (response) => keyOf(response) !== null,
  });
  const feedback = limiter({
    name: 'feedback',
    subjectOf: (request) => `feedback:${clientOf(request.ip ?? '')}`,
    most: config.feedbackRateLimit,
    skip: (response) => keyOf(response) !== null,
  });
  const byKey = (name: string, lengthMs: number, most: (key: CountedKey) => number | null): RequestHandler =>
    limiter({
      name,
      lengthMs,
      subjectOf: (_request, response) => `${name}:${String(keyOf(response)?.prefix)}`,
      most: (response) => most(keyOf(response) as CountedKey) ?? 0,
      skip: (response) => {
        const key = keyOf(response);
        return key === null || most(key) === null;
      },
    });

  /** Counts the address for as long as nobody knows who asks. */
  const stranger: RequestHandler = (request, response, next) => {
    if (response.locals.counted === true) return next();
    const subject = pagesOf(request);
    const { hits, endsInMs } = counts.hit(subject, minute);
    response.locals.counted = true;
    if (hits <= config.rateLimit) return next();
    counts.exhausted(subject);
    response.set('Retry-After', String(Math.ceil(endsInMs / 1000)));
    next(new AppError('too-many-requests'));
  };
  const known: RequestHandler = (request, response, next) => {
    // Whatever limit comes next counts it instead.
    if (response.locals.counted === true) counts.takeBack(pagesOf(request));
    next();
  };

  const first: Readonly<Record<Limit, readonly RequestHandler[]>> = {
    none: [],
    pages: [known, pages],
    'sign-in': [signIn],
    api: [stranger],
    account: [stranger],
  };
  const then: Readonly<Record<Limit, readonly RequestHandler[]>> = {
    none: [],
    pages: [],
    'sign-in': [],
    api: [
      known,
      keyless,
      byKey('key-minute', minute, ({ perMinute }) => perMinute),
      byKey('key-day', day, ({ perDay }) => perDay),
    ],
    account: [known, account],
  };
  return Object.freeze({
    before: (limit: Limit) => first[limit],
    after: (limit: Limit) => then[limit],
    feedback,
    uncounted: (error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
      if (response.locals.counted === true) return next(error);
      pages(request, response, (limited?: unknown) => next(limited ?? error));
    },
  });
}

function pagesOf(request: Request): string {
  return `pages:${clientOf(request.ip ?? '')}`;
}

function keyOf(response: Response): CountedKey | null {
  return (response.locals.apiKey as CountedKey | undefined) ?? null;
}
