import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Locale } from '../../answers/answer.ts';
import { preferredLocale } from '../../http/preferred-locale.ts';
import type { Route } from '../../http/route.ts';
import type { Words } from '../../http/words.ts';
import { neverStored } from '../agent/guard.ts';
import { readForm } from '../agent/read-form.ts';
import { inLocale } from '../in-locale.ts';
import { originOf } from '../origin.ts';
import { type PasswordProblem, passwordProblem } from './password-problem.ts';
import type { AccountDeps } from './routes.ts';

const path = '/account/link';

/** The address that is sent to somebody who is to set a password. */
export function linkAddress(publicUrl: string, secret: string): string {
  return `${publicUrl}${path}?${new URLSearchParams({ code: secret })}`;
}

/** Most characters of a code in an address; a real one has 43. */
const longestCode = 200;

const form = z.object({
  code: z.string().max(longestCode),
  password: z.string(),
  again: z.string(),
  locale: z.string().optional(),
});

/** Who opens a link that does not work is told the same whatever the reason: unknown, used, expired, or taken back. */
type Shown =
  | {
      readonly kind: 'form';
      readonly name: string;
      readonly code: string;
      readonly problem: PasswordProblem | null;
    }
  | { readonly kind: 'done'; readonly name: string }
  | { readonly kind: 'nothing' };

/** The page behind an invitation or a link for a new password; the code in its address is the only key to it. */
export function linkRoutes({ door, views, accounts }: AccountDeps): readonly Route[] {
  const localeOf = (request: Request, wanted: unknown): Locale => {
    const { site } = door.open();
    return typeof wanted === 'string' && site.locales.includes(wanted)
      ? wanted
      : preferredLocale(request.get('accept-language'), site.locales, site.defaultLocale);
  };

  const send = (response: Response, locale: Locale, shown: Shown): void => {
    const { site } = door.open();
    neverStored(response);
    // The address is a secret: nothing that is reached from here is told it, not even in this server's own access log.
    // The origin alone stays, since without it a browser sends the form as `Origin: null`.
    response.set('Referrer-Policy', 'strict-origin').set('Content-Language', locale).type('html');
    response.send(
      views.render('account/link', locale, {
        shown,
        title: titleOf(shown, views.words(locale)),
        isForm: shown.kind === 'form',
        isDone: shown.kind === 'done',
        siteName: inLocale(site.name, locale, site),
        action: path,
        signInHref: `/agent/sign-in?${new URLSearchParams({ locale })}`,
        languages: site.locales.map((one) => ({
          locale: one,
          name: views.words(one).ownName,
          direction: views.words(one).direction,
          url: `${path}?${new URLSearchParams({ ...(shown.kind === 'form' ? { code: shown.code } : {}), locale: one })}`,
          current: one === locale,
        })),
      }),
    );
  };
  const sendNothing = (response: Response, locale: Locale): void => {
    response.status(404);
    send(response, locale, { kind: 'nothing' });
  };

  const show: RequestHandler = async (request, response) => {
    const { code } = request.query;
    const locale = localeOf(request, request.query.locale);
    const person = typeof code === 'string' ? await accounts.personOfLink(code) : null;
    if (person === null) return sendNothing(response, locale);
    send(response, locale, { kind: 'form', name: person.name, code: String(code), problem: null });
  };

  const setPassword: RequestHandler = async (request, response) => {
    neverStored(response);
    const { code, password, again, locale: wanted } = readForm(request, form);
    const locale = localeOf(request, wanted);
    const person = await accounts.personOfLink(code);
    if (person === null) return sendNothing(response, locale);
    const words = views.words(locale);
    const refuse = (problem: PasswordProblem): void => {
      response.status(400);
      send(response, locale, { kind: 'form', name: person.name, code, problem });
    };
    if (password !== again) return refuse({ field: 'again', text: words.say('account.password.differ') });
    try {
      const done = await accounts.setPasswordBy(code, password, originOf(request, response));
      return done === null
        ? sendNothing(response, locale)
        : send(response, locale, { kind: 'done', name: done.name });
    } catch (error) {
      refuse(passwordProblem(error, password, words));
    }
  };

  const route = (method: Route['method'], summary: string, handler: RequestHandler): Route => ({
    method,
    path,
    access: 'anyone',
    limit: 'pages',
    format: 'html',
    cache: 'no-store',
    summary,
    handler,
  });
  return [
    route('get', 'The page behind an invitation, or a link for a new password; `code` is its secret.', show),
    route(
      'post',
      'Sets the password of the person whose link it is, once, and ends their sessions.',
      setPassword,
    ),
  ];
}

function titleOf({ kind }: Shown, words: Words): string {
  switch (kind) {
    case 'form':
      return words.say('account.link.title');
    case 'done':
      return words.say('account.link.doneTitle');
    case 'nothing':
      return words.say('account.link.nothingTitle');
  }
}
