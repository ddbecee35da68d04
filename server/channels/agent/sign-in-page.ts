import type { Request, Response } from 'express';
import type { ProviderProblem, ProviderSignIn } from '../../accounts/provider-sign-in.ts';
import type { Locale, Site } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { preferredLocale } from '../../http/preferred-locale.ts';
import type { Views } from '../../http/views.ts';
import type { AgentDoor } from '../ask.ts';
import { inLocale } from '../in-locale.ts';
import { neverStored } from './guard.ts';
import { consolePath } from './next-path.ts';

/** Where people sign in. */
export const signInPath = '/agent/sign-in';

/** What the sign-in routes are made with. */
export interface SignInDeps {
  readonly door: AgentDoor;
  readonly config: Config;
  readonly views: Views;
  readonly providers: ProviderSignIn;
}

/** The page to sign in, as it shall be shown. */
export interface SignInPage {
  readonly locale: Locale;
  /** Where to go on. */
  readonly next: string;
  /** What was typed. */
  readonly name?: string;
  /** Why the last try came to nothing. */
  readonly failure?:
    | { readonly kind: 'password'; readonly retryAfterMinutes: number | null }
    | { readonly kind: 'provider'; readonly problem: ProviderProblem; readonly label: string };
}

/** Sends the page to sign in: a button for each identity provider, and the form for a password where there is one. */
export function sendSignInPage(
  { door, config, views, providers }: SignInDeps,
  response: Response,
  { locale, next, name, failure }: SignInPage,
): void {
  const { site } = door.open();
  const parameters = (more: Readonly<Record<string, string>>): string =>
    String(new URLSearchParams({ next, ...more }));
  const offers = providers.offers();
  neverStored(response);
  response.set('Content-Language', locale).type('html');
  response.send(
    views.render('agent/sign-in', locale, {
      next,
      name: name ?? '',
      failure: failure ?? null,
      byPassword: failure?.kind === 'password',
      // Beside providers, a password is the way of few: it does not stand before everybody.
      isFormOpen: config.passwordSignIn === 'on',
      isFormBehindLink: config.passwordSignIn === 'admins',
      siteName: inLocale(site.name, locale, site),
      action: signInPath,
      providers: offers.map((offer) => ({
        ...offer,
        href: `${signInPath}/${offer.name}?${parameters({ locale })}`,
      })),
      languages: languagesOf(views, site, locale, (one) => `${signInPath}?${parameters({ locale: one })}`),
    }),
  );
}

/** The page for whoever has signed out here and is still signed in at a provider. */
export function sendSignedOutPage(
  { door, views }: SignInDeps,
  response: Response,
  page: { readonly locale: Locale; readonly there: { readonly label: string; readonly url: string } },
): void {
  const { site } = door.open();
  const { locale } = page;
  const here = (one: Locale): string => `${signInPath}?${new URLSearchParams({ locale: one })}`;
  neverStored(response);
  response.set('Content-Language', locale).type('html');
  response.send(
    views.render('agent/signed-out', locale, {
      there: page.there,
      againHref: here(locale),
      siteName: inLocale(site.name, locale, site),
      languages: languagesOf(views, site, locale, here),
    }),
  );
}

function languagesOf(views: Views, site: Site, current: Locale, url: (locale: Locale) => string) {
  return site.locales.map((locale) => ({
    locale,
    name: views.words(locale).ownName,
    direction: views.words(locale).direction,
    url: url(locale),
    current: locale === current,
  }));
}

/** The language asked for, else that of the page to come, else the browser's. */
export function signInLocale(request: Request, wanted: unknown, next: string, site: Site): Locale {
  const parameters = new URL(next, 'http://concord.invalid').searchParams;
  const known = [wanted, parameters.get('ui'), parameters.get('locale')].find(
    (one): one is string => typeof one === 'string' && site.locales.includes(one),
  );
  return known ?? preferredLocale(request.get('accept-language'), site.locales, site.defaultLocale);
}

/** Where nobody asked for a certain page, the console greets in the language of the sign-in. */
export function inLanguage(next: string, locale: Locale, site: Site): string {
  return next === consolePath && locale !== site.defaultLocale ? `${consolePath}?ui=${locale}` : next;
}
