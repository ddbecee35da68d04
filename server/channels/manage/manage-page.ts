import type { Request, RequestHandler, Response } from 'express';
import type { SignedIn } from '../../accounts/accounts.ts';
import type { Locale } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { Words } from '../../http/words.ts';
import type { FactDesk } from '../../impact/fact-desk.ts';
import type { MacroDesk } from '../../macros/macro-desk.ts';
import { readConsoleQuery } from '../agent/console-query.ts';
import { signedInOf } from '../agent/guard.ts';
import { type AgentFrame, presentFrame } from '../agent/present-frame.ts';
import { unreadOf } from '../agent/unread-changes.ts';
import type { AgentDoor, Current } from '../ask.ts';
import { groupsFor } from './manage-pages.ts';

/** What every page for managers is made with. */
export interface ManageDeps {
  readonly door: AgentDoor;
  readonly views: Views;
  readonly publicUrl: string;
  readonly facts: FactDesk;
  readonly macros: MacroDesk;
}

/** A group of the managers' menu; its own link leads to its first page. */
interface NavGroup extends NavLink {
  readonly pages: readonly NavLink[];
}

interface NavLink {
  readonly href: string;
  readonly title: string;
  readonly current: boolean;
}

/** One request for a page for managers: who asks, in which language, and what is served. */
export interface ManageRequest {
  readonly signedIn: SignedIn;
  readonly current: Current;
  /** Language of the page. */
  readonly ui: Locale;
  readonly words: Words;
  readonly wordsOf: (locale: Locale) => Words;
  /** The parameters of the address besides `ui` that the page knows; empty ones are left out. */
  readonly given: Readonly<Record<string, string>>;
  readonly frame: AgentFrame;
  /** The pages for managers by group, with this one and its group marked. */
  readonly nav: readonly NavGroup[];
}

/**
 * Opens a request for a page for managers at `path`. `known`: names of its parameters besides `ui`. Who may see it is
 * its route's `access`. Errors: invalid-request for a parameter that the page does not know.
 */
export function openManagePage(
  { door, views, publicUrl }: Pick<ManageDeps, 'door' | 'views' | 'publicUrl'>,
  at: { readonly path: string; readonly known?: readonly string[] },
  request: Request,
  response: Response,
): ManageRequest {
  const signedIn = signedInOf(response);
  const current = door.openBoth();
  const answerer = current.public;
  const { ui: askedUi, ...rest } = request.query;
  const query = readConsoleQuery(
    askedUi === undefined ? {} : { ui: askedUi },
    answerer,
    answerer.today(door.now()),
  );
  const given = readGiven(rest, at.known ?? []);
  const wordsOf = (locale: Locale): Words => views.words(locale);
  const by = {
    query,
    answerer,
    publicUrl,
    directionOf: (locale: Locale) => wordsOf(locale).direction,
    here: (other: { readonly ui: string }) => hrefOf(at.path, { ...given, ui: other.ui }),
  };
  const { release, refusals, held } = current;
  const words = wordsOf(query.ui);
  return {
    signedIn,
    current,
    ui: query.ui,
    words,
    wordsOf,
    given,
    frame: presentFrame(
      { signedIn, release, refusals, held, unread: unreadOf(response), words: wordsOf, otherDate: null },
      by,
    ),
    nav: groupsFor(signedIn.account.role).map(({ title, pages }) => {
      const links = pages.map((page) => ({
        href: hrefOf(page.path, { ui: query.ui }),
        title: page.title(words),
        current: at.path === page.path || (page.path !== '/manage' && at.path.startsWith(`${page.path}/`)),
      }));
      return {
        href: links[0]?.href ?? '',
        title: title(words),
        current: links.some(({ current }) => current),
        pages: links,
      };
    }),
  };
}

/** Sends a page for managers; `model` is what it shows besides its frame. */
export function sendManagePage(
  views: Views,
  response: Response,
  view: string,
  { ui, frame, nav }: ManageRequest,
  model: Readonly<Record<string, unknown>>,
): void {
  response
    .type('html')
    .set('Content-Language', ui)
    .send(views.render(view, ui, { frame, nav, ...model }));
}

/** A route for managers: behind the console's guard, never stored. */
export function manageRoute(
  path: string,
  summary: string,
  handler: RequestHandler,
  {
    method = 'get',
    format = 'html',
    access = 'manager',
    fresh = false,
  }: Partial<Pick<Route, 'method' | 'format' | 'access' | 'fresh'>> = {},
): Route {
  return { method, path, access, limit: 'account', format, cache: 'no-store', fresh, summary, handler };
}

/** An address with parameters; empty ones are left out. */
export function hrefOf(path: string, parameters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ''));
  return query.size === 0 ? path : `${path}?${query}`;
}

function readGiven(
  query: Readonly<Record<string, unknown>>,
  known: readonly string[],
): Readonly<Record<string, string>> {
  const entries = Object.entries(query).map(([name, value]) => {
    if (!known.includes(name)) {
      throw new AppError('invalid-request', {
        message: 'The address has a parameter that this page does not know.',
        field: name,
        expected: ['ui', ...known].join(', '),
        found: name,
      });
    }
    if (typeof value !== 'string' || value.length > mostCharacters) {
      throw new AppError('invalid-request', {
        field: name,
        expected: `one text of at most ${mostCharacters} characters`,
        found: typeof value === 'string' ? `${value.length} characters` : 'it several times',
      });
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** Most characters of a parameter: a question with its context fits. */
const mostCharacters = 2_500;
