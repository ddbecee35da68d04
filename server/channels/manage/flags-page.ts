import type { RequestHandler, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import {
  type Flag,
  type FlagEnd,
  type FlagFilter,
  flagEnds,
  flagKinds,
  longestFlagText,
} from '../../feedback/flags/flag.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import type { Reports } from '../../feedback/reports/reports.ts';
import type { Route } from '../../http/route.ts';
import type { Words } from '../../http/words.ts';
import { findArticle } from '../agent/find-article.ts';
import { formTokenField } from '../agent/guard.ts';
import { flagInWords, flagKindInWords } from '../agent/present-flags.ts';
import { readForm } from '../agent/read-form.ts';
import { teamName } from '../agent/team-name.ts';
import { originOf } from '../origin.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';

/** What the page of flags is made with. */
export interface FlagsDeps extends ManageDeps {
  readonly loop: { readonly flags: Flags; readonly reports: Pick<Reports, 'askedOf'> };
}

const path = '/manage/flags';
const known = ['team', 'kind', 'status', 'article', 'page'];

/** Flags on a page. */
const atOnce = 25;

/** Days over which it is counted how many people an article touches. */
const touchedDays = 30;

const endForm = z.object({
  status: z.enum(flagEnds),
  outcome: z.string().max(20_000),
  [formTokenField]: z.string().optional(),
});

/** What stands beside the form of a flag that could not be ended; null: about none in particular. */
interface Problem {
  readonly id: number | null;
  readonly text: string;
  readonly outcome: string;
}

/** The flags that agents raised: for whoever owns what they are about, to mend it or to say why it stays. */
export function flagsRoutes(deps: FlagsDeps): readonly Route[] {
  const { views, door, loop } = deps;
  const { flags, reports } = loop;

  const send = async (response: Response, page: ManageRequest, problem: Problem | null): Promise<void> => {
    const { ui, current, given, signedIn } = page;
    const filter = readFilter(given);
    const number = Number(given.page ?? '1');
    const own = signedIn.account.teams;
    const found = await flags.count(filter);
    const rows = await flags.list(filter, { first: own, skip: (number - 1) * atOnce, limit: atOnce });
    const today = current.public.today(door.now());
    const from = new Date(Date.parse(`${today}T00:00:00Z`) - (touchedDays - 1) * 86_400_000);
    const asked = await reports.askedOf([...new Set(rows.flatMap(({ articleId }) => articleId ?? []))], {
      from: from.toISOString().slice(0, 10),
      to: today,
    });
    const { said: _, page: __, ...kept } = given;
    const pages = Math.max(1, Math.ceil(found / atOnce));
    const at = (other: number): string => hrefOf(path, { ...kept, page: String(other), ui });
    sendManagePage(views, response, 'manage/flags', page, {
      rows: rows.map((flag) => ({
        ...presentFlag(flag, page, door.now()),
        isOwn: own.includes(flag.owner),
        asks: (flag.articleId === null ? null : asked.get(flag.articleId)) ?? 0,
        action: hrefOf(`${path}/${flag.id}/end`, { ...given, ui }),
        problem: problem?.id === flag.id ? problem : null,
      })),
      touchedDays,
      found,
      timeZone: current.public.site.timeZone,
      problem: problem?.id === null ? problem.text : null,
      said: given.said === 'resolved' || given.said === 'declined' ? given.said : null,
      ui,
      longest: longestFlagText,
      filter: presentFilter(filter, page),
      clearHref: Object.keys(kept).length === 0 ? null : hrefOf(path, { ui }),
      pageNumber: number,
      pages,
      previousHref: number > 1 ? at(Math.min(number - 1, pages)) : null,
      nextHref: number < pages ? at(number + 1) : null,
    });
  };

  const list: RequestHandler = (request, response) =>
    send(response, openManagePage(deps, { path, known: [...known, 'said'] }, request, response), null);

  const end: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known }, request, response);
    const form = readForm(request, endForm);
    const id = Number(request.params.id);
    const outcome = form.outcome.trim();
    const refuse = (status: number, about: number | null, text: string): Promise<void> => {
      response.status(status);
      return send(response, page, { id: about, text, outcome: form.outcome });
    };
    if (!Number.isSafeInteger(id)) throw new AppError('not-found', { message: 'There is no such flag.' });
    if (outcome === '') return refuse(400, id, noOutcome(form.status, page.words));
    if ([...outcome].length > longestFlagText)
      return refuse(400, id, page.words.say('flag.problem.long', { count: longestFlagText }));
    try {
      const person = { id: page.signedIn.account.id, by: originOf(request, response) };
      await flags.end(id, form.status, outcome, person);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'changed-meanwhile') throw error;
      return refuse(409, null, page.words.say('flag.problem.ended'));
    }
    response.redirect(303, hrefOf(path, { ...page.given, ui: page.ui, said: form.status }));
  };

  return [
    manageRoute(path, 'What agents flagged, for whoever owns it, with who asked for it lately.', list, {
      access: 'editor',
    }),
    manageRoute(
      `${path}/:id/end`,
      'Says that a flag is resolved, or declined and why; tells its raiser.',
      end,
      {
        method: 'post',
        access: 'editor',
      },
    ),
  ];
}

function noOutcome(end: FlagEnd, words: Words): string {
  return end === 'resolved' ? words.say('flag.problem.outcome') : words.say('flag.problem.reason');
}

/** Errors: invalid-request. */
function readFilter(given: Readonly<Record<string, string>>): FlagFilter {
  const { status = 'open', kind, team, article, page = '1' } = given;
  if (!/^[1-9][0-9]{0,5}$/.test(page))
    throw new AppError('invalid-request', { field: 'page', expected: 'a number from 1', found: page });
  return {
    status: status === 'any' ? null : oneOf('status', status, ['open', ...flagEnds] as const),
    kind: kind === undefined ? null : oneOf('kind', kind, flagKinds),
    owner: team ?? null,
    articleId: article ?? null,
  };
}

function oneOf<T extends string>(field: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new AppError('invalid-request', { field, expected: allowed.join(', '), found: text });
}

function statusInWords(status: Flag['status'], words: Words): string {
  switch (status) {
    case 'open':
      return words.say('flag.status.open');
    case 'resolved':
      return words.say('flag.status.resolved');
    case 'declined':
      return words.say('flag.status.declined');
  }
}

function presentFilter(filter: FlagFilter, { current, words }: ManageRequest) {
  const statuses = ['open', ...flagEnds] as const;
  return {
    teams: current.desk.teams.map(({ teamId, name }) => ({
      id: teamId,
      label: name,
      chosen: teamId === filter.owner,
    })),
    kinds: flagKinds.map((id) => ({ id, label: flagKindInWords(id, words), chosen: id === filter.kind })),
    statuses: [
      ...statuses.map((id) => ({ id, label: statusInWords(id, words), chosen: id === filter.status })),
      { id: 'any', label: words.say('manage.facts.any'), chosen: filter.status === null },
    ],
    article: filter.articleId ?? '',
  };
}

function presentFlag(flag: Flag, page: ManageRequest, now: Date) {
  const { articleId, section, locale } = flag;
  const { current, words, wordsOf, ui } = page;
  const ask = { locale, context: {}, asOf: current.public.today(now) };
  const found = articleId === null ? null : findArticle(current, articleId, ask);
  const article = found?.lookup.kind === 'article' ? found.lookup.article : null;
  const heading = article?.sections.find(({ anchor }) => anchor === section)?.heading ?? null;
  const anchor = section === null ? '' : `#${section}`;
  return {
    id: flag.id,
    said: flagInWords(flag, words, now),
    kind: flagKindInWords(flag.kind, words),
    note: flag.note,
    question: flag.question,
    raisedAt: flag.raisedAt,
    team: teamName(current, flag.owner),
    title: article?.title ?? articleId,
    heading,
    lang: article?.locale ?? locale,
    dir: wordsOf(article?.locale ?? locale).direction,
    language: wordsOf(locale).ownName,
    isRevised: article !== null && flag.revision !== null && article.revision !== flag.revision,
    // Where the customer reads it; agent-only articles are read nowhere else than in the console.
    publicHref: article !== null && found?.isHidden === false ? `${article.url}${anchor}` : null,
    consoleHref:
      article === null ? null : `${hrefOf(`/agent/articles/${articleId}`, { locale, ui })}${anchor}`,
    receiptHref: flag.receipt === null ? null : `/agent/receipts/${flag.receipt}`,
    // Where what is missing is written; where a change is looked at before it is published; where what is right is confirmed.
    proposeHref:
      articleId === null
        ? hrefOf('/manage/proposals/new', { kind: 'article', locale, question: flag.question ?? '', ui })
        : null,
    previewHref: articleId === null ? null : hrefOf('/manage/preview', { ui }),
    verifyHref: article === null ? null : hrefOf(`/manage/verification/${articleId}`, { locale, ui }),
    isOpen: flag.status === 'open',
    isResolved: flag.status === 'resolved',
    status: statusInWords(flag.status, words),
    ended: flag.ended,
  };
}
