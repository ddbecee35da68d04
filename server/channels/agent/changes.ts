import type { Request, RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import { AppError } from '../../errors.ts';
import type { ChangeReadings } from '../../feedback/change-readings.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { AgentDoor } from '../ask.ts';
import { originOf } from '../origin.ts';
import type { Releases } from '../releases.ts';
import { agentRoute } from './agent-route.ts';
import { readConsoleQuery } from './console-query.ts';
import { signedInOf } from './guard.ts';
import type { Presenting } from './present-answer.ts';
import { presentFrame } from './present-frame.ts';
import { openArticles, presentChange, presentRelease } from './present-release.ts';
import { unreadChanges, unreadOf } from './unread-changes.ts';

/** What the list of changes is made with. */
export interface ChangesDeps {
  readonly door: AgentDoor;
  readonly views: Views;
  readonly accounts: Pick<Accounts, 'people'>;
  readonly releases: Releases;
  readonly readings: ChangeReadings;
  readonly config: { readonly publicUrl: string };
}

const path = '/agent/changes';

/** Releases on a page: what a person who was away for a week reads through. */
const releasesAtOnce = 25;

/** Articles of a release that are listed at once; further ones are counted. */
const articlesAtOnce = 25;

/** What changed, for everyone in the console, and the button by which they confirm that they have read it. */
export function changesRoutes(deps: ChangesDeps): readonly Route[] {
  const { door, views, releases, readings, config } = deps;

  const list: RequestHandler = async (request, response) => {
    const { before, ui } = readQuery(request);
    const current = door.openBoth();
    const answerer = current.public;
    const today = answerer.today(door.now());
    const query = readConsoleQuery(ui === undefined ? {} : { ui }, answerer, today);
    const by: Presenting = {
      query,
      answerer,
      publicUrl: config.publicUrl,
      directionOf: (locale) => views.words(locale).direction,
      here: (other) => hrefOf(path, { ui: other.ui, before: before === null ? '' : String(before) }),
    };
    const words = views.words(query.ui);
    const signedIn = signedInOf(response);
    const found = await releases.changes({ before, limit: releasesAtOnce + 1 });
    const entries = found.slice(0, releasesAtOnce);
    const unread = new Set(await unreadChanges(deps, signedIn.account));
    const read = await readings.readBy(signedIn.account.id);
    const there = openArticles(answerer, current.desk, today);
    const last = entries.at(-1)?.release.number;
    const { release, refusals, held } = current;
    response
      .set('Content-Language', query.ui)
      .type('html')
      .send(
        views.render('agent/changes', query.ui, {
          frame: presentFrame(
            {
              signedIn,
              release,
              refusals,
              held,
              unread: unreadOf(response),
              otherDate: null,
              words: (locale) => views.words(locale),
            },
            by,
          ),
          rows: entries.map((entry) => {
            const { number } = entry.release;
            return {
              ...presentRelease(entry, { words, people: [], readings: [] }),
              asks: null,
              isUnread: unread.has(number),
              isRead: entry.report.asksReading && read.has(number),
              action: hrefOf(`${path}/${number}/read`, { ui: query.ui }),
              changes: entry.report.changes.slice(0, articlesAtOnce).map((change) =>
                presentChange(change, {
                  ui: query.ui,
                  words,
                  wordsOf: (locale) => views.words(locale),
                  there,
                }),
              ),
              more: Math.max(0, entry.report.changes.length - articlesAtOnce) + entry.report.moreChanges,
            };
          }),
          timeZone: answerer.site.timeZone,
          olderHref:
            found.length > releasesAtOnce && last !== undefined
              ? hrefOf(path, { ui: query.ui, before: String(last) })
              : null,
        }),
      );
  };

  const confirm: RequestHandler = async (request, response) => {
    const number = String(request.params.number);
    const asking = await releases.asking();
    const release = asking.find((one) => String(one.number) === number);
    if (release === undefined)
      throw new AppError('not-found', { message: 'There is no such release that asks to be read.' });
    const reading = {
      personId: signedInOf(response).account.id,
      release: release.number,
      readAt: door.now().toISOString(),
    };
    await readings.markRead(reading, originOf(request, response));
    const { ui } = readQuery(request);
    response.redirect(303, `${hrefOf(path, ui === undefined ? {} : { ui })}#release-${release.number}`);
  };

  return [
    agentRoute(
      'get',
      path,
      'What releases changed for customers and for agents, and what is still to be read.',
      list,
    ),
    agentRoute('post', `${path}/:number/read`, 'Confirms that one has read what a release changed.', confirm),
  ];
}

function readQuery(request: Request): { readonly before: number | null; readonly ui: unknown } {
  const { ui, before = '', ...others } = request.query;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new AppError('invalid-request', { field: unknown, expected: 'ui, before', found: unknown });
  if (typeof before !== 'string' || !/^([1-9][0-9]{0,8})?$/.test(before))
    throw new AppError('invalid-request', {
      field: 'before',
      expected: 'the number of a release',
      found: typeof before === 'string' ? before : 'it several times',
    });
  return { before: before === '' ? null : Number(before), ui };
}

function hrefOf(at: string, parameters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(parameters).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return given.length === 0 ? at : `${at}?${new URLSearchParams(given)}`;
}
