import { z } from 'zod';
import type { CalendarDate } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { FactFilter, FactsAsked } from '../../impact/fact-desk.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { type FactsPresenting, presentDayChanges, presentFact, presentFactList } from './present-facts.ts';

const path = '/manage/facts';

/** The register of facts, each fact's own page, and what changes on a day. */
export function factsRoutes(deps: ManageDeps): readonly Route[] {
  const { facts, views } = deps;
  return [
    manageRoute(
      path,
      'Every fact with its values by day and customer and where it is used; `on`: what changes on that day.',
      async (request, response) => {
        const known = ['q', 'owner', 'category', 'show', 'asOf', 'page', 'on'];
        const page = openManagePage(deps, { path, known }, request, response);
        const asked = askedOf(page, deps);
        const by = presentingOf(page, asked, path);
        const { on } = page.given;
        if (on !== undefined) {
          const day = readDay('on', on);
          const changes = await facts.changesOn(asked, day);
          sendManagePage(views, response, 'manage/facts-on', page, presentDayChanges(changes, by));
          return;
        }
        const filter = readFilter(page.given);
        const list = await facts.list(asked, filter);
        sendManagePage(views, response, 'manage/facts', page, presentFactList(list, filter, by));
      },
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:id`,
      'One fact, its values over time, the sentences in which it stands, and what its next change alters.',
      async (request, response) => {
        const id = String(request.params.id);
        const here = `${path}/${encodeURIComponent(id)}`;
        const page = openManagePage(deps, { path: here, known: ['asOf', 'before'] }, request, response);
        const asked = askedOf(page, deps);
        const before = page.given.before === undefined ? null : readNumber('before', page.given.before);
        const details = await facts.find(asked, id, before);
        if (details === null) {
          throw new AppError('not-found', {
            message: 'There is no such fact on that day.',
            expected: 'the id of a fact in facts.yaml',
            found: id,
          });
        }
        const by = presentingOf(page, asked, here);
        sendManagePage(views, response, 'manage/fact', page, presentFact(details, by));
      },
      { access: 'editor' },
    ),
  ];
}

function askedOf(page: ManageRequest, { door }: ManageDeps): FactsAsked {
  const today = page.current.public.today(door.now());
  const { asOf } = page.given;
  return {
    release: page.current.release.number,
    asOf: asOf === undefined ? today : readDay('asOf', asOf),
    today,
    locale: page.ui,
  };
}

function presentingOf(page: ManageRequest, asked: FactsAsked, here: string): FactsPresenting {
  return {
    ...asked,
    words: page.words,
    wordsOf: page.wordsOf,
    site: page.current.public.site,
    servedRelease: page.current.release.number,
    given: page.given,
    hrefOf: (parameters, to = here) => hrefOf(to, { ...parameters, ui: page.ui }),
  };
}

function readFilter(given: Readonly<Record<string, string>>): FactFilter {
  const { q = '', owner = '', category = '', show = '', page } = given;
  const shown = showSchema.safeParse(show);
  if (!shown.success) {
    throw new AppError('invalid-request', { field: 'show', expected: 'ahead or unused', found: show });
  }
  return {
    words: q,
    owner,
    category,
    show: shown.data,
    page: page === undefined ? 1 : readNumber('page', page),
  };
}

const showSchema = z.enum(['', 'ahead', 'unused']);

function readDay(field: string, text: string): CalendarDate {
  if (z.iso.date().safeParse(text).success && text > '0001') return text;
  throw new AppError('invalid-request', {
    field,
    expected: 'a date of the calendar, YYYY-MM-DD',
    found: text,
  });
}

function readNumber(field: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError('invalid-request', { field, expected: 'a whole number from 1', found: text });
}
