import type { Request, Response } from 'express';
import type { SignedIn } from '../../accounts/accounts.ts';
import type { Locale } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Views } from '../../http/views.ts';
import type { Words } from '../../http/words.ts';
import type { AgentDoor, Current } from '../ask.ts';
import { readConsoleQuery } from './console-query.ts';
import { signedInOf } from './guard.ts';
import { type AgentFrame, presentFrame } from './present-frame.ts';
import { unreadOf } from './unread-changes.ts';

/** What every page for signed-in people is made with. */
export interface AgentPageDeps {
  readonly door: AgentDoor;
  readonly views: Views;
  readonly publicUrl: string;
}

/** One request for a page for signed-in people: who asks, in which language, and what is served. */
export interface AgentRequest {
  readonly signedIn: SignedIn;
  readonly current: Current;
  /** Language of the page. */
  readonly ui: Locale;
  readonly words: Words;
  readonly wordsOf: (locale: Locale) => Words;
  /** The parameters of the address besides `ui` that the page knows; empty ones are left out. */
  readonly given: Readonly<Record<string, string>>;
  readonly frame: AgentFrame;
}

/**
 * Opens a request for a page at `path` that is not about one answer. `known`: names of its parameters besides `ui`. Errors:
 * invalid-request for a parameter that the page does not know.
 */
export function openAgentPage(
  { door, views, publicUrl }: AgentPageDeps,
  at: { readonly path: string; readonly known?: readonly string[] },
  request: Request,
  response: Response,
): AgentRequest {
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
  return {
    signedIn,
    current,
    ui: query.ui,
    words: wordsOf(query.ui),
    wordsOf,
    given,
    frame: presentFrame(
      { signedIn, release, refusals, held, unread: unreadOf(response), words: wordsOf, otherDate: null },
      by,
    ),
  };
}

/** Sends such a page; `model` is what it shows besides its frame. */
export function sendAgentPage(
  views: Views,
  response: Response,
  view: string,
  { ui, frame }: AgentRequest,
  model: Readonly<Record<string, unknown>>,
): void {
  response
    .type('html')
    .set('Content-Language', ui)
    .send(views.render(view, ui, { frame, ...model }));
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
