import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type Gap, gapOutcomes, gapReasons } from '../../feedback/gaps/gap.ts';
import { type GapFilter, type Gaps, mostNoteCharacters } from '../../feedback/gaps/gaps.ts';
import type { Route } from '../../http/route.ts';
import { formTokenField } from '../agent/guard.ts';
import { readForm } from '../agent/read-form.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { gapsPath as path, presentGap, presentGaps, presentPhrasings } from './present-gaps.ts';

/** What the pages of gaps are made with. */
export interface GapsDeps extends ManageDeps {
  readonly loop: { readonly gaps: Gaps };
}

/** Phrasings on their page: each is asked again for it, some 3 ms. */
const mostPhrasings = 50;

/** What was just done to a gap, as the address says it. */
const done = ['merged', 'split', 'closed', 'reopened'] as const;

const token = { [formTokenField]: z.string().optional() };
const number = z.coerce.number().int().min(1).max(999_999_999);
const mergeForm = z.object({ into: number, ...token });
const takeOutForm = z.object({ question: number, ...token });
const closeForm = z.object({
  outcome: z.enum(gapOutcomes).exclude(['merged']),
  note: z.string().max(mostNoteCharacters),
  ...token,
});
const plainForm = z.object(token);

/** What was asked and not answered, in groups, and what is made of each: a phrasing, an article, or nothing. */
export function gapsRoutes(deps: GapsDeps): readonly Route[] {
  const { views, door } = deps;
  const { gaps } = deps.loop;

  const list: RequestHandler = async (request, response) => {
    const known = ['state', 'locale', 'reason', 'owner', 'category', 'sort', 'page', 'view'];
    const page = openManagePage(deps, { path, known }, request, response);
    if (page.given.view !== undefined) {
      choose('view', page.given.view, ['phrasings']);
      const phrasings = await gaps.phrasings(mostPhrasings);
      sendManagePage(views, response, 'manage/gap-phrasings', page, presentPhrasings(phrasings, page));
      return;
    }
    const filter = readFilter(page);
    const found = await gaps.list(filter);
    sendManagePage(views, response, 'manage/gaps', page, presentGaps(found, filter, page));
  };

  const show: RequestHandler = async (request, response) => {
    const id = idOf(request);
    const page = openManagePage(deps, { path: `${path}/${id}`, known: ['said'] }, request, response);
    const details = await gaps.find(id);
    if (details === null) throw noGap(id);
    const said = done.find((one) => one === page.given.said) ?? null;
    sendManagePage(views, response, 'manage/gap', page, {
      ...presentGap(details, explain(details.gap, page), page),
      said: said === null ? null : saidInWords(said, page),
      mostNote: mostNoteCharacters,
    });
  };

  /** How the question is answered now; null where it is no longer kept, or its language is no longer served. */
  const explain = ({ question, locale }: Gap, { current }: ManageRequest) => {
    const answerer = current.public;
    if (question === null || !answerer.site.locales.includes(locale)) return null;
    const asOf = answerer.today(door.now());
    const ask = { question, answerId: null, locale, context: {}, asOf, explain: true };
    return door.peek(answerer, ask).explanation ?? null;
  };

  /** Does something to a gap and shows the one that it gives. */
  const acting =
    (
      act: (id: number, request: Request, response: Response) => Promise<number>,
      said: (typeof done)[number],
    ): RequestHandler =>
    async (request, response) => {
      const id = idOf(request);
      const { ui } = openManagePage(deps, { path: `${path}/${id}` }, request, response);
      const shown = await act(id, request, response);
      response.redirect(303, hrefOf(`${path}/${shown}`, { ui, said }));
    };

  const merge = acting(async (id, request, response) => {
    const { into } = readForm(request, mergeForm);
    await gaps.merge(id, into, originOf(request, response));
    return into;
  }, 'merged');
  const takeOut = acting(async (id, request, response) => {
    const { question } = readForm(request, takeOutForm);
    return await gaps.takeOut(id, question, originOf(request, response));
  }, 'split');
  const close = acting(async (id, request, response) => {
    const { outcome, note } = readForm(request, closeForm);
    await gaps.close(id, outcome, note.trim(), originOf(request, response));
    return id;
  }, 'closed');
  const reopen = acting(async (id, request, response) => {
    readForm(request, plainForm);
    await gaps.reopen(id, originOf(request, response));
    return id;
  }, 'reopened');

  const post = { method: 'post', access: 'editor' } as const;
  return [
    manageRoute(
      path,
      'What was asked and not answered, in groups; `view=phrasings`: questions that ended well and are no variant yet.',
      list,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/:id`,
      'One gap: its questions, what comes nearest and why it is not the answer, and what can be made of it.',
      show,
      { access: 'editor' },
    ),
    manageRoute(`${path}/:id/merge`, 'Moves the questions of a gap into another.', merge, post),
    manageRoute(`${path}/:id/take-out`, 'Makes a question of a gap one of its own.', takeOut, post),
    manageRoute(`${path}/:id/close`, 'Closes a gap with a note.', close, post),
    manageRoute(`${path}/:id/reopen`, 'Opens a closed gap again.', reopen, post),
  ];
}

function readFilter({ given, current }: ManageRequest): GapFilter {
  const { state = 'open', locale, reason, owner = null, category = null, sort = 'asks', page = '1' } = given;
  if (!/^[1-9]\d{0,5}$/.test(page))
    throw new AppError('invalid-request', { field: 'page', expected: 'a whole number from 1', found: page });
  return {
    state: choose('state', state, ['open', 'closed']),
    locale: locale === undefined ? null : current.public.checkLocale(locale),
    reason: reason === undefined ? null : choose('reason', reason, gapReasons),
    owner,
    category,
    sort: choose('sort', sort, ['asks', 'trend']),
    page: Number(page),
  };
}

function choose<T extends string>(field: string, found: string, among: readonly T[]): T {
  const chosen = among.find((one) => one === found);
  if (chosen !== undefined) return chosen;
  throw new AppError('invalid-request', { field, expected: among.join(', '), found });
}

function idOf(request: Request): number {
  const text = String(request.params.id);
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw noGap(text);
}

function noGap(id: number | string): AppError {
  return new AppError('not-found', {
    message: 'There is no such gap.',
    expected: 'the number of a gap',
    found: String(id),
  });
}

function saidInWords(said: (typeof done)[number], { words }: ManageRequest): string {
  switch (said) {
    case 'merged':
      return words.say('manage.gaps.said.merged');
    case 'split':
      return words.say('manage.gaps.said.split');
    case 'closed':
      return words.say('manage.gaps.said.closed');
    case 'reopened':
      return words.say('manage.gaps.said.reopened');
  }
}
