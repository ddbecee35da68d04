import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Accounts } from '../../accounts/accounts.ts';
import type { Locale, Site } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { preferredLocale } from '../../http/preferred-locale.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { AgentDoor } from '../ask.ts';
import { inLocale } from '../in-locale.ts';
import { originOf } from '../origin.ts';
import { neverStored } from './guard.ts';
import { consolePath, nextPath } from './next-path.ts';
import { sessionCookie } from './session-cookie.ts';

const signInPath = '/agent/sign-in';

const signInForm = z.strictObject({
  name: z.string().max(200),
  password: z.string(),
  next: z.string().optional(),
  locale: z.string().optional(),
});

/** The way in and out: a page and a form to sign in, a form to sign out. No visitor who did not sign in leaves a row. */
export function signInRoutes(deps: {
  readonly door: AgentDoor;
  readonly config: Config;
  readonly views: Views;
  readonly accounts: Accounts;
}): readonly Route[] {
  const { door, config, views, accounts } = deps;
  const cookie = sessionCookie(config);

  const sendPage = (
    response: Response,
    page: {
      readonly locale: Locale;
      readonly next: string;
      readonly name: string;
      readonly failure: 'refused' | 'limited' | null;
      readonly minutes: number;
    },
  ): void => {
    const { site } = door.open();
    neverStored(response);
    response.set('Content-Language', page.locale).type('html');
    response.send(
      views.render('agent/sign-in', page.locale, {
        ...page,
        siteName: inLocale(site.name, page.locale, site),
        action: signInPath,
        languages: site.locales.map((locale) => ({
          locale,
          name: views.words(locale).ownName,
          direction: views.words(locale).direction,
          url: `${signInPath}?${new URLSearchParams({ next: page.next, locale })}`,
          current: locale === page.locale,
        })),
      }),
    );
  };

  const show: RequestHandler = async (request, response) => {
    const next = nextPath(request.query.next);
    if ((await accounts.sessionOf(cookie.read(request))) !== null) {
      neverStored(response);
      return response.redirect(303, next);
    }
    const locale = localeOf(request, request.query.locale, next, door.open().site);
    sendPage(response, { locale, next, name: '', failure: null, minutes: 0 });
  };

  const signIn: RequestHandler = async (request, response) => {
    neverStored(response);
    const form = readForm(request);
    const { site } = door.open();
    const next = nextPath(form.next);
    const locale = localeOf(request, form.locale, next, site);
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
    const page = { locale, next, name: form.name, failure: outcome.kind };
    if (outcome.kind === 'refused') {
      response.status(401);
      return sendPage(response, { ...page, minutes: 0 });
    }
    response.status(429).set('Retry-After', String(outcome.retryAfterSeconds));
    sendPage(response, { ...page, minutes: Math.ceil(outcome.retryAfterSeconds / 60) });
  };

  const signOut: RequestHandler = async (request, response) => {
    await accounts.signOut(cookie.read(request) ?? '', originOf(request, response));
    cookie.clear(response);
    response.redirect(303, signInPath);
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

/** The language asked for, else that of the page to come, else the browser's. */
function localeOf(request: Request, wanted: unknown, next: string, site: Site): Locale {
  const parameters = new URL(next, 'http://concord.invalid').searchParams;
  const known = [wanted, parameters.get('ui'), parameters.get('locale')].find(
    (one): one is string => typeof one === 'string' && site.locales.includes(one),
  );
  return known ?? preferredLocale(request.get('accept-language'), site.locales, site.defaultLocale);
}

/** Where nobody asked for a certain page, the console greets in the language of the sign-in. */
function inLanguage(next: string, locale: Locale, site: Site): string {
  return next === consolePath && locale !== site.defaultLocale ? `${consolePath}?ui=${locale}` : next;
}
