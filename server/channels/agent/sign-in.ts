import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import { originOf } from '../origin.ts';
import { neverStored } from './guard.ts';
import { consolePath, nextPath } from './next-path.ts';
import { sessionCookie } from './session-cookie.ts';
import {
  inLanguage,
  type SignInDeps,
  sendSignedOutPage,
  sendSignInPage,
  signInLocale,
  signInPath,
} from './sign-in-page.ts';

const signInForm = z.strictObject({
  name: z.string().max(200),
  password: z.string(),
  next: z.string().optional(),
  locale: z.string().optional(),
});

/** The way in and out: a page and a form to sign in, a form to sign out. No visitor who did not sign in leaves a row. */
export function signInRoutes(deps: SignInDeps & { readonly accounts: Accounts }): readonly Route[] {
  const { door, config, accounts, providers } = deps;
  const cookie = sessionCookie(config);

  const show: RequestHandler = async (request, response) => {
    const next = nextPath(request.query.next);
    if ((await accounts.sessionOf(cookie.read(request))) !== null) {
      neverStored(response);
      return response.redirect(303, next);
    }
    const locale = signInLocale(request, request.query.locale, next, door.open().site);
    sendSignInPage(deps, response, { locale, next });
  };

  const signIn: RequestHandler = async (request, response) => {
    neverStored(response);
    if (config.passwordSignIn === 'off')
      throw new AppError('forbidden', { message: 'Nobody signs in with a password here.' });
    const form = readForm(request);
    const { site } = door.open();
    const next = nextPath(form.next);
    const locale = signInLocale(request, form.locale, next, site);
    const outcome = await accounts.signIn(
      { name: form.name, password: form.password, browser: request.get('user-agent') ?? '' },
      originOf(request, response),
    );
    if (outcome.kind === 'signed-in') {
      // A session that was there before, planted or forgotten, ends with it.
      await accounts.signOut(cookie.read(request) ?? '', originOf(request, response));
      cookie.write(response, outcome.secret);
      return response.redirect(303, inLanguage(next, locale, site));
    }
    const limited = outcome.kind === 'limited' ? outcome.retryAfterSeconds : null;
    response.locals.refusal = limited === null ? 'sign-in-refused' : 'sign-in-locked';
    response.status(limited === null ? 401 : 429);
    if (limited !== null) response.set('Retry-After', String(limited));
    const retryAfterMinutes = limited === null ? null : Math.ceil(limited / 60);
    const failure = { kind: 'password', retryAfterMinutes } as const;
    sendSignInPage(deps, response, { locale, next, name: form.name, failure });
  };

  const signOut: RequestHandler = async (request, response) => {
    const secret = cookie.read(request);
    const there = await providers.signOutOf(secret);
    await accounts.signOut(secret ?? '', originOf(request, response));
    cookie.clear(response);
    const ui: unknown = request.body?.ui;
    // A page of ours with a link, since no form of ours may lead elsewhere.
    if (there !== null) {
      const locale = signInLocale(request, ui, consolePath, door.open().site);
      return sendSignedOutPage(deps, response, { locale, there });
    }
    response.redirect(
      303,
      typeof ui === 'string' ? `${signInPath}?locale=${encodeURIComponent(ui)}` : signInPath,
    );
  };

  return [
    {
      method: 'get',
      path: signInPath,
      access: 'anyone',
      limit: 'pages',
      format: 'html',
      cache: 'no-store',
      summary: 'The page to sign in to the agent console.',
      handler: show,
    },
    {
      method: 'post',
      path: signInPath,
      access: 'anyone',
      limit: 'sign-in',
      format: 'html',
      cache: 'no-store',
      summary: 'Signs in and leads to the page that was wanted.',
      handler: signIn,
    },
    {
      method: 'post',
      path: '/agent/sign-out',
      access: 'agent',
      limit: 'account',
      format: 'html',
      cache: 'no-store',
      summary: 'Ends the session.',
      handler: signOut,
    },
  ];
}

function readForm(request: Request): z.infer<typeof signInForm> {
  if (!request.is('application/x-www-form-urlencoded'))
    throw new AppError('unsupported-media-type', { expected: 'application/x-www-form-urlencoded' });
  const parsed = signInForm.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError('invalid-request', {
    field: issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : (issue?.path.join('.') ?? ''),
    expected: 'name, password, next and locale, each once',
    found: issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.message ?? 'another value'),
  });
}
