import type { Request, RequestHandler, Response } from 'express';
import type { Accounts, SignedIn } from '../../accounts/accounts.ts';
import { hasRole, type Role, roles } from '../../accounts/roles.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { confirmPath, nextPath } from './next-path.ts';
import { isSameSite } from './same-site.ts';
import { sessionCookie } from './session-cookie.ts';

/** Header and form field that carry the session's form token. */
export const formTokenHeader = 'x-form-token';
export const formTokenField = 'token';

/** How long ago, at most, a person may have proven who they are: to open a page of dangerous acts, and to send its form. */
export const freshMinutes = { reading: 15, sending: 60 } as const;

/** How much a clock may go back before a proof from the future counts as none. */
const clockTolerance = 5 * 60_000;

/** Handlers: who it is, whether they may, whether they proved it lately, before the body is read; where the form is from, behind it. */
export interface AgentGuard {
  readonly person: RequestHandler;
  readonly role: (least: Role) => RequestHandler;
  /**
   * Demands a proof of a short while ago: a page leads to /account/confirm and comes back; a form may be older, so that
   * none that was opened in time is lost, and else is not-proven. Stands behind `person`.
   */
  readonly fresh: RequestHandler;
  readonly form: RequestHandler;
  /** For forms of people who are not signed in: from this site, else 403. */
  readonly sameSite: RequestHandler;
}

/**
 * Stands before every route for agents: lets signed-in people through and refuses everyone else before a handler runs, and
 * before an uploaded file is read. A page redirects to the sign-in and comes back; anything else is 401. What changes
 * something must also come from this site (`person`) and carry the session's form token (`form`, once the body is read),
 * else 403. Nothing behind it is ever stored by a cache.
 */
export function agentGuard(deps: {
  readonly accounts: Accounts;
  readonly config: Config;
  readonly now: () => Date;
}): AgentGuard {
  const cookie = sessionCookie(deps.config);
  const isReading = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD';
  return {
    person: async (request, response, next) => {
      neverStored(response);
      const session = await deps.accounts.sessionOf(cookie.read(request));
      const reads = isReading(request);
      if (session === null) {
        const wantsPage = reads && request.accepts(['html', 'json']) === 'html';
        if (!wantsPage) return next(new AppError('unauthorized'));
        const path = nextPath(request.originalUrl);
        return response.redirect(302, `/agent/sign-in?next=${encodeURIComponent(path)}`);
      }
      if (!reads && !isSameSite(request, deps.config)) return next(foreignForm(response));
      response.locals.signedIn = session;
      next();
    },
    role: (least) => (_request, response, next) => {
      const { role } = signedInOf(response).account;
      if (hasRole(role, least)) return next();
      const expected = roles.slice(roles.indexOf(least)).join(' or ');
      next(new AppError('forbidden', { message: 'Your role does not open this.', expected, found: role }));
    },
    fresh: (request, response, next) => {
      const reads = isReading(request);
      const minutes = reads ? freshMinutes.reading : freshMinutes.sending;
      const age = deps.now().getTime() - Date.parse(signedInOf(response).provenAt);
      if (age > -clockTolerance && age <= minutes * 60_000) return next();
      if (reads && request.accepts(['html', 'json']) === 'html')
        return response.redirect(
          302,
          `${confirmPath}?next=${encodeURIComponent(nextPath(request.originalUrl))}`,
        );
      next(
        new AppError('not-proven', {
          message: 'This needs a fresh proof that it is you. Nothing was changed.',
          expected: `a proof of at most ${minutes} minutes ago`,
          found: 'an older one',
        }),
      );
    },
    form: (request, response, next) => {
      const token = request.get(formTokenHeader) ?? request.body?.[formTokenField];
      const isOwn = isReading(request) || deps.accounts.isFormToken(signedInOf(response), token);
      next(isOwn ? undefined : foreignForm(response));
    },
    sameSite: (request, response, next) => {
      next(isReading(request) || isSameSite(request, deps.config) ? undefined : foreignForm(response));
    },
  };
}

/** The log tells a form from elsewhere from a role that is too low. */
function foreignForm(response: Response): AppError {
  response.locals.refusal = 'foreign-form';
  return new AppError('forbidden', { message: 'The form was not sent from this site in this session.' });
}

/** Who is signed in, behind the guard. Errors: internal where a route forgot it. */
export function signedInOf(response: Response): SignedIn {
  const session = response.locals.signedIn as SignedIn | undefined;
  if (session === undefined)
    throw new AppError('internal', { message: 'A route for agents stands before its guard.' });
  return session;
}

/**
 * Nothing of the console is kept by a browser or proxy. Own pages are told where a form came from, because a browser
 * that tells nobody (`no-referrer`) sends forms with `Origin: null`, which cannot be told from a stranger's.
 */
export function neverStored(response: Response): void {
  response.set('Cache-Control', 'no-store').set('Referrer-Policy', 'same-origin').vary('Cookie');
}
