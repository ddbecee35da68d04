import type { Request, RequestHandler, Response } from 'express';
import { hasRole } from '../../accounts/roles.ts';
import type { Release } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { WordRun } from '../../impact/impact.ts';
import { compareToday } from '../compare-today.ts';
import { conversationForm, isCustomerReference, mostCustomerCharacters } from '../conversation.ts';
import type { Releases } from '../releases.ts';
import { agentRoute } from './agent-route.ts';
import { hrefOf, readConsoleQuery } from './console-query.ts';
import { type FindDeps, findRecord } from './find.ts';
import { signedInOf } from './guard.ts';
import type { Presenting } from './present-answer.ts';
import { presentConversation, presentConversations } from './present-conversation.ts';
import { presentFrame } from './present-frame.ts';
import { presentReceipt } from './present-receipt.ts';
import { conversationHref, receiptHref } from './record-hrefs.ts';
import { unreadOf } from './unread-changes.ts';

/** What the pages of records are made with. */
export interface RecordsDeps extends FindDeps {
  readonly views: Views;
  readonly releases: Releases;
  readonly config: Pick<Config, 'publicUrl'>;
  /** What words one text lost and gained beside another. */
  readonly compare: (before: string, after: string) => readonly WordRun[];
}

/** Turns of a conversation, and conversations of a customer, on a page. */
const atOnce = 50;

/** Releases that are looked through for the one of a receipt: two years of one a day. */
const mostReleases = 800;

/** Characters that may be typed into the box: a question's, as in the console. */
const mostTyped = 2_000;

/** What was said before: receipts, conversations, and the one box that finds both. Nothing here is recorded. */
export function recordRoutes(deps: RecordsDeps): readonly Route[] {
  const { door, views, conversations, releases, compare, config } = deps;

  /** `here`: the address of the page in another language of the console. */
  const openPage = (request: Request, response: Response, here: (ui: string) => string) => {
    const current = door.openBoth();
    const answerer = current.public;
    const today = answerer.today(door.now());
    const { ui } = request.query;
    const query = readConsoleQuery(ui === undefined ? {} : { ui, locale: ui }, answerer, today);
    const by: Presenting = {
      query,
      answerer,
      publicUrl: config.publicUrl,
      directionOf: (locale) => views.words(locale).direction,
      here: (other) => here(other.ui),
    };
    const { release, refusals, held } = current;
    const frame = presentFrame(
      {
        signedIn: signedInOf(response),
        release,
        refusals,
        held,
        unread: unreadOf(response),
        otherDate: null,
        words: views.words,
      },
      by,
    );
    const send = (view: string, model: Readonly<Record<string, unknown>>): void => {
      response
        .set('Content-Language', query.ui)
        .type('html')
        .send(views.render(view, query.ui, { frame, ...model }));
    };
    return { by, query, today, answerer, send };
  };

  /** The page on which to type something else. `missing`: what was looked for and is not there. */
  const sendFind = (request: Request, response: Response, missing: string | null): void => {
    const { query, send } = openPage(request, response, (ui) => `/agent/find?${new URLSearchParams({ ui })}`);
    if (missing !== null) response.status(404);
    send('agent/find', { missing, ui: query.ui });
  };

  const find: RequestHandler = async (request, response) => {
    const typed = textOf(request.query, 'q', mostTyped);
    if (typed === '') return sendFind(request, response, null);
    const { query } = openPage(request, response, () => '/agent/find');
    const found = await findRecord(typed, query.ui, deps);
    response.redirect(303, found ?? hrefOf({ ...query, question: typed }));
  };

  const receipt: RequestHandler = async (request, response) => {
    const typed = String(request.params.code).slice(0, 40);
    const record = await door.receipt(typed);
    const wantsJson = request.accepts(['html', 'json']) === 'json';
    response.vary('Accept');
    if (record === null && wantsJson)
      throw new AppError('not-found', {
        message: 'There is no receipt with this code: it was never given out, or its retention has passed.',
        expected: 'a code like BCDF2345, in any case',
        found: typed,
      });
    if (record === null) return sendFind(request, response, typed);
    if (wantsJson)
      return void response
        .set('Content-Language', record.result.answer?.locale ?? record.result.requestedLocale)
        .json(record);
    const { by, query, today, answerer, send } = openPage(request, response, (ui) =>
      receiptHref(record.code, ui),
    );
    const release = await releaseAt(record.servedAt);
    const mayOpen = hasRole(signedInOf(response).account.role, 'manager');
    send('agent/receipt', {
      receipt: presentReceipt(
        {
          record,
          today: compareToday(door, answerer, record, today),
          release,
          releaseHref:
            release !== null && mayOpen
              ? `/manage/releases/${release.number}?${new URLSearchParams({ ui: query.ui })}`
              : null,
          compare,
          words: views.words,
        },
        by,
      ),
    });
  };

  /** The release that was current at an instant; null where it is further back than is looked. */
  const releaseAt = async (instant: string): Promise<Release | null> => {
    let before: number | null = null;
    for (let looked = 0; looked < mostReleases; looked += atOnce) {
      const some = await releases.list({ before, limit: atOnce });
      const found = some.find(({ release }) => release.publishedAt <= instant);
      if (found !== undefined) return found.release;
      const last = some.at(-1);
      if (last === undefined || some.length < atOnce) return null;
      before = last.release.number;
    }
    return null;
  };

  const conversation: RequestHandler = async (request, response) => {
    const id = textOf(request.query, 'id', 100);
    const customer = textOf(request.query, 'customer', 2 * mostCustomerCharacters);
    const before = readBefore(request.query);
    if (id !== '' && conversationForm.test(id)) {
      const opened = await conversations.open(id, { before, limit: atOnce });
      if (opened === null) return sendFind(request, response, id);
      const { by, send } = openPage(request, response, (ui) => conversationHref({ id }, ui, before));
      return send('agent/conversation', {
        conversation: presentConversation(opened, { isEnd: before === null, words: views.words }, by),
      });
    }
    if (customer !== '' && isCustomerReference(customer)) {
      const lines = await conversations.ofCustomer(customer, { before, limit: atOnce + 1 });
      if (lines.length === 0) return sendFind(request, response, customer);
      const { query, answerer, send } = openPage(request, response, (ui) =>
        conversationHref({ customer }, ui, before),
      );
      const shown = lines.slice(0, atOnce);
      const last = shown.at(-1);
      return send('agent/conversations', {
        customer,
        isPseudonym: /^c-[0-9a-f]{24}$/.test(customer),
        rows: presentConversations(shown, query.ui),
        timeZone: answerer.site.timeZone,
        newHref: hrefOf({ ...query, customer }),
        olderHref:
          lines.length > atOnce && last ? conversationHref({ customer }, query.ui, last.number) : null,
      });
    }
    sendFind(request, response, id || customer || null);
  };

  return [
    agentRoute(
      'get',
      '/agent/find',
      'One box for a receipt code, a conversation, a customer or a question: leads to what it is.',
      find,
    ),
    agentRoute(
      'get',
      '/agent/receipts/:code',
      'What was said under a receipt code, of earlier releases too, to which question, and what is said today; JSON for programs that ask for it.',
      receipt,
    ),
    agentRoute(
      'get',
      '/agent/conversations',
      'A conversation over all channels in order, or the conversations of a customer.',
      conversation,
    ),
  ];
}

type Query = Readonly<Record<string, unknown>>;

/** A parameter of an address, trimmed; empty where it is missing. Errors: invalid-request. */
function textOf(query: Query, name: string, most: number): string {
  const value = query[name] ?? '';
  if (typeof value === 'string' && value.length <= most) return value.trim();
  throw new AppError('invalid-request', {
    field: name,
    expected: `one text of at most ${most} characters`,
    found: typeof value === 'string' ? `${value.length} characters` : 'it several times',
  });
}

function readBefore({ before = '' }: Query): number | null {
  if (before === '') return null;
  if (typeof before === 'string' && /^[1-9][0-9]{0,14}$/.test(before)) return Number(before);
  throw new AppError('invalid-request', {
    field: 'before',
    expected: 'the number of an answer',
    found: typeof before === 'string' ? before.slice(0, 40) : 'it several times',
  });
}
