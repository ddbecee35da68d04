import type { Request, RequestHandler, Response } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import { hasRole } from '../../accounts/roles.ts';
import { AppError, describeError } from '../../errors.ts';
import type { ChangeReadings } from '../../feedback/change-readings.ts';
import type { Route } from '../../http/route.ts';
import type { ReleaseDifferences } from '../../impact/impact.ts';
import { openArticles, presentChange, presentRelease } from '../agent/present-release.ts';
import { askedOf } from '../agent/unread-changes.ts';
import { originOf } from '../origin.ts';
import type { ReleaseEntry, Releases } from '../releases.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { presentDifference } from './present-difference.ts';

/** What the pages of releases are made with. */
export interface ReleasesDeps extends ManageDeps {
  readonly releases: Releases;
  readonly readings: ChangeReadings;
  readonly accounts: Pick<Accounts, 'people'>;
}

const path = '/manage/releases';

/** Rows of the list: two screens. */
const rowsAtOnce = 25;

/** Most characters of a note. */
const longestNote = 2_000;

/** The pages of releases: the list, one release with all that it changed, and the way back to it. */
export function releasesRoutes(deps: ReleasesDeps): readonly Route[] {
  const { views, releases, readings, accounts } = deps;

  const list: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: ['before'] }, request, response);
    const before = page.given.before === undefined ? null : readNumber(page.given.before, 'before');
    const found = await releases.list({ before, limit: rowsAtOnce + 1 });
    const entries = found.slice(0, rowsAtOnce);
    const people = await accounts.people();
    const read = await readings.of(entries.map(({ release }) => release.number));
    const last = entries.at(-1)?.release.number;
    sendManagePage(views, response, 'manage/releases', page, {
      rows: entries.map((entry) => ({
        ...presentRelease(entry, { words: page.words, people, readings: read }),
        href: hrefOf(`${path}/${entry.release.number}`, { ui: page.ui }),
        isCurrent: entry.release.number === page.current.release.number,
      })),
      timeZone: page.current.public.site.timeZone,
      olderHref:
        found.length > rowsAtOnce && last !== undefined
          ? hrefOf(path, { ui: page.ui, before: String(last) })
          : null,
      newestHref: before === null ? null : hrefOf(path, { ui: page.ui }),
    });
  };

  /** The release that an address names. Errors: not-found. */
  const entryOf = async (request: Request): Promise<ReleaseEntry> => {
    const asked = String(request.params.number);
    const entry = /^[1-9][0-9]{0,8}$/.test(asked) ? await releases.find(Number(asked)) : null;
    if (entry === null) throw new AppError('not-found', { message: 'There is no such release.' });
    return entry;
  };

  /** What is damaged cannot be compared; the rest of the page can be shown. */
  const differencesOf = async (number: number): Promise<ReleaseDifferences | null> => {
    try {
      return await releases.differences(number);
    } catch (error) {
      if (error instanceof AppError && error.code === 'database-unusable') return null;
      throw error;
    }
  };

  const sendRelease = async (
    response: Response,
    page: ManageRequest,
    entry: ReleaseEntry,
    form: {
      readonly note: string;
      readonly problem: string | null;
      readonly said: 'unchanged' | null;
    },
  ): Promise<void> => {
    const { release, report } = entry;
    const { current, ui, words, wordsOf } = page;
    const people = await accounts.people();
    const read = await readings.of([release.number]);
    const readAt = new Map(read.map((reading) => [reading.personId, reading.readAt]));
    const there = openArticles(current.public, current.desk, current.public.today(deps.door.now()));
    const differences = await differencesOf(release.number);
    const partsOf = (articleId: string, locale: string) =>
      differences?.articles.find((one) => one.articleId === articleId && one.locale === locale)?.parts;
    sendManagePage(views, response, 'manage/release', page, {
      row: presentRelease(entry, { words, people, readings: read }),
      timeZone: current.public.site.timeZone,
      isCurrent: release.number === current.release.number,
      isServedAlready:
        release.publicId === current.release.publicId && release.agentId === current.release.agentId,
      currentNumber: current.release.number,
      restoresHref: report.restores === null ? null : hrefOf(`${path}/${report.restores}`, { ui }),
      comparedWith: differences?.before ?? null,
      isDamaged: differences === null,
      changes: report.changes.map((change) => {
        const parts = partsOf(change.articleId, change.locale);
        return {
          ...presentChange(change, { ui, words, wordsOf, there }),
          isExpanded: parts !== undefined,
          parts: parts?.map((part) =>
            presentDifference(part, { change, words, site: current.public.site, ui }),
          ),
        };
      }),
      expanded:
        differences !== null && report.changes.length > differences.articles.length
          ? differences.articles.length
          : null,
      moreChanges: report.moreChanges,
      facts: differences?.facts ?? [],
      broken: report.acknowledged?.broken ?? [],
      acknowledgement: report.acknowledged?.note ?? null,
      kept: release.kept,
      readers: report.asksReading
        ? askedOf(people, release).map(({ id, name }) => ({ name, readAt: readAt.get(id) ?? null }))
        : [],
      mayRollBack: hasRole(page.signedIn.account.role, 'manager'),
      form: {
        ...form,
        action: hrefOf(`${path}/${release.number}/roll-back`, { ui }),
        longestNote,
      },
      listHref: hrefOf(path, { ui }),
    });
  };

  const show: RequestHandler = async (request, response) => {
    const entry = await entryOf(request);
    const at = { path: `${path}/${entry.release.number}`, known: ['said'] };
    const page = openManagePage(deps, at, request, response);
    const said = page.given.said === 'unchanged' ? 'unchanged' : null;
    await sendRelease(response, page, entry, { note: '', problem: null, said });
  };

  const rollBack: RequestHandler = async (request, response) => {
    const entry = await entryOf(request);
    const { number } = entry.release;
    const page = openManagePage(deps, { path: `${path}/${number}` }, request, response);
    const form = { note: readNote(request.body), said: null };
    if (form.note === '') {
      response.status(400);
      return sendRelease(response, page, entry, { ...form, problem: page.words.say('manage.back.missing') });
    }
    try {
      const { status, release } = await releases.rollBack(number, {
        publisher: page.signedIn.account.name,
        by: originOf(request, response),
        changeNote: form.note,
      });
      return status === 'unchanged'
        ? response.redirect(303, hrefOf(`${path}/${number}`, { ui: page.ui, said: 'unchanged' }))
        : response.redirect(303, hrefOf(`${path}/${release.number}`, { ui: page.ui }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      response.status(error.status);
      const problem = `${page.words.say('manage.back.refused')}\n${describeError(error)}`;
      await sendRelease(response, page, entry, { ...form, problem });
    }
  };

  return [
    manageRoute(path, 'Every release, who made it, what it changed, who has read it.', list, {
      access: 'editor',
    }),
    manageRoute(
      `${path}/:number`,
      'One release, word for word against the one before, and the way back to it.',
      show,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:number/roll-back`,
      'Brings a release back as a new one; a note is required.',
      rollBack,
      {
        method: 'post',
      },
    ),
  ];
}

/** The note of a form, trimmed. Errors: invalid-request where it is longer than any note. */
function readNote(body: unknown): string {
  const { note } = (body ?? {}) as { readonly note?: unknown };
  if (typeof note !== 'string') return '';
  if (note.length > longestNote) {
    throw new AppError('invalid-request', {
      field: 'note',
      expected: `at most ${longestNote} characters`,
      found: `${note.length} characters`,
    });
  }
  return note.trim();
}

function readNumber(text: string, field: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new AppError('invalid-request', { field, expected: 'the number of a release', found: text });
}
