import type { Request, RequestHandler, Response } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { ProviderOutcome, ProviderProblem } from '../../accounts/provider-sign-in.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { originOf } from '../origin.ts';
import { neverStored, signedInOf } from './guard.ts';
import { confirmPath, nextPath } from './next-path.ts';
import { providerCookie, sessionCookie } from './session-cookie.ts';
import { inLanguage, type SignInDeps, sendSignInPage, signInLocale, signInPath } from './sign-in-page.ts';

/** What a problem is as an HTTP status. */
const statuses: Readonly<Record<ProviderProblem, number>> = {
  refused: 401,
  failed: 401,
  'not-allowed': 403,
  expired: 400,
  down: 503,
};

/**
 * The way to an identity provider and back. Both are GETs: a page of ours may send no form elsewhere, and a provider leads
 * back by an address. What makes the way back one's own is the state, bound to this browser by a cookie, and used once.
 */
export function providerSignInRoutes(deps: SignInDeps & { readonly accounts: Accounts }): readonly Route[] {
  const { door, config, providers, accounts } = deps;
  const session = sessionCookie(config);
  const browser = providerCookie(config);

  const sendProblem = (
    request: Request,
    response: Response,
    provider: string,
    { problem, next: wanted }: { readonly problem: ProviderProblem; readonly next: string | null },
  ): void => {
    const next = nextPath(wanted);
    const locale = signInLocale(request, request.query.locale, next, door.open().site);
    const label = providers.offers().find(({ name }) => name === provider)?.label ?? provider;
    response.status(statuses[problem]);
    sendSignInPage(deps, response, { locale, next, failure: { kind: 'provider', problem, label } });
  };

  /** The provider of the address. Errors: not-found; forbidden for what is no page that somebody opens. */
  const providerOf = (request: Request): string => {
    const wanted = String(request.params.provider);
    if (!providers.offers().some(({ name }) => name === wanted)) throw new AppError('not-found');
    const destination = request.get('sec-fetch-dest');
    if (destination !== undefined && destination !== 'document')
      throw new AppError('forbidden', {
        message: 'A sign-in is opened as a page of its own.',
        expected: 'document',
        found: destination,
      });
    return wanted;
  };

  const begin: RequestHandler = async (request, response) => {
    neverStored(response);
    const provider = providerOf(request);
    const { site } = door.open();
    const wanted = nextPath(request.query.next);
    const next = inLanguage(wanted, signInLocale(request, request.query.locale, wanted, site), site);
    const begun = await providers.begin(
      provider,
      { next, browser: browser.read(request), userId: null },
      originOf(request, response),
    );
    if (begun.kind === 'problem')
      return sendProblem(request, response, provider, { problem: begun.problem, next });
    browser.write(response, begun.browser);
    response.redirect(302, begun.url);
  };

  const proveAnew: RequestHandler = async (request, response) => {
    neverStored(response);
    const { account } = signedInOf(response);
    const next = nextPath(request.query.next);
    const offer = providers.offers().find(({ name }) => name === account.provider);
    if (offer === undefined) throw new AppError('not-found');
    const begun = await providers.begin(
      offer.name,
      { next, browser: browser.read(request), userId: account.id },
      originOf(request, response),
    );
    if (begun.kind === 'problem') return response.redirect(303, confirmAgain(next));
    browser.write(response, begun.browser);
    response.redirect(302, begun.url);
  };

  const finish: RequestHandler = async (request, response) => {
    neverStored(response);
    const provider = providerOf(request);
    const secret = session.read(request);
    const current = await accounts.sessionOf(secret);
    const outcome: ProviderOutcome = await providers.finish(
      provider,
      {
        query: new URL(request.originalUrl, 'http://concord.invalid').search,
        browser: browser.read(request),
        agent: request.get('user-agent') ?? '',
        session: current,
      },
      originOf(request, response),
    );
    switch (outcome.kind) {
      case 'signed-in':
        // A session that was there before, planted or forgotten, ends with it.
        await accounts.signOut(secret ?? '', originOf(request, response));
        session.write(response, outcome.secret);
        return response.redirect(303, nextPath(outcome.next));
      case 'proven':
        return response.redirect(303, nextPath(outcome.next));
      case 'not-proven':
        return response.redirect(303, confirmAgain(outcome.next));
      case 'problem':
        return sendProblem(request, response, provider, outcome);
    }
  };

  return [
    {
      method: 'get',
      path: `${signInPath}/:provider`,
      access: 'anyone',
      limit: 'pages',
      format: 'html',
      cache: 'no-store',
      summary: 'Leads to an identity provider to sign in there; `next` is the page to come back to.',
      handler: begin,
    },
    {
      method: 'get',
      path: `${signInPath}/:provider/callback`,
      access: 'anyone',
      limit: 'sign-in',
      format: 'html',
      cache: 'no-store',
      summary: 'Where the identity provider leads back to; signs in whom it proves, once.',
      handler: finish,
    },
    {
      method: 'get',
      path: `${confirmPath}/provider`,
      access: 'agent',
      limit: 'account',
      format: 'html',
      cache: 'no-store',
      summary: 'Leads to the identity provider of who is signed in, to prove it anew.',
      handler: proveAnew,
    },
  ];
}

function confirmAgain(next: string): string {
  return `${confirmPath}?${new URLSearchParams({ next: nextPath(next), said: 'refused' })}`;
}
