import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { type Flag, flagKinds, longestFlagText } from '../../feedback/flags/flag.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import type { OfferMade } from '../../feedback/offers/offer-made.ts';
import type { OffersMade } from '../../feedback/offers/offers-made.ts';
import { readReceiptCode } from '../../feedback/receipt-code.ts';
import type { Route } from '../../http/route.ts';
import type { Current } from '../ask.ts';
import { originOf } from '../origin.ts';
import { type AgentPageDeps, type AgentRequest, hrefOf, openAgentPage, sendAgentPage } from './agent-page.ts';
import { agentRoute } from './agent-route.ts';
import { findArticle } from './find-article.ts';
import { formTokenField } from './guard.ts';
import { nextPath } from './next-path.ts';
import { type FlagFields, flagInWords, presentFlagForm, presentFlagMarks } from './present-flags.ts';
import { presentOfferMade } from './present-offers.ts';
import { readForm } from './read-form.ts';
import { teamName } from './team-name.ts';

/** What the pages of agents' own flags are made with. */
export interface FlagsDeps extends AgentPageDeps {
  readonly flags: Flags;
  readonly offers: OffersMade;
}

const path = '/agent/flags';

const flagForm = z.object({
  kind: z.string().max(40).optional(),
  // Longer ones are told beside the field.
  note: z.string().max(20_000),
  answer: z.string().max(300),
  locale: z.string().max(40),
  q: z.string().max(2_000),
  receipt: z.string().max(40),
  next: z.string().max(10_000),
  [formTokenField]: z.string().optional(),
});

/** What agents flag: the form, and each one's own flags with what became of them. */
export function flagsRoutes(deps: FlagsDeps): readonly Route[] {
  const { door, views, flags, offers } = deps;

  const form: RequestHandler = (request, response) => {
    const known = ['answer', 'locale', 'q', 'receipt', 'next'];
    const page = openAgentPage(deps, { path: `${path}/new`, known }, request, response);
    const { answer = '', locale = '', q = '', receipt = '', next = '' } = page.given;
    sendForm(response, page, { kind: '', note: '', answer, locale, q, receipt, next }, null);
  };

  const sendForm = (
    response: Response,
    page: AgentRequest,
    fields: FlagFields,
    problem: Parameters<typeof presentFlagForm>[2],
  ): void => {
    const about = aboutOf(page.current, fields, door.now());
    sendAgentPage(views, response, 'agent/flag-new', page, {
      form: presentFlagForm(fields, page.words, problem),
      action: hrefOf(path, { ui: page.ui }),
      about: about && { ...about, dir: page.wordsOf(about.lang).direction },
      question: fields.q,
      backHref: nextPath(fields.next),
    });
  };

  const raise: RequestHandler = async (request, response) => {
    const page = openAgentPage(deps, { path }, request, response);
    const { kind: said = '', [formTokenField]: _, ...rest } = readForm(request, flagForm);
    const fields = { kind: said, ...rest };
    const kind = flagKinds.find((one) => one === said);
    const note = fields.note.trim();
    const refuse = (field: 'kind' | 'note', text: string): void => {
      response.status(400);
      // To a script the sentence is enough; the form is still there.
      if (wantsJson(request)) response.json({ field, said: text });
      else sendForm(response, page, fields, { field, text });
    };
    if (kind === undefined) return refuse('kind', page.words.say('flag.problem.kind'));
    if (note === '') return refuse('note', page.words.say('flag.problem.note'));
    if ([...note].length > longestFlagText)
      return refuse('note', page.words.say('flag.problem.long', { count: longestFlagText }));
    const about = aboutOf(page.current, fields, door.now());
    if (about === null && kind !== 'missing')
      throw new AppError('invalid-request', {
        field: 'answer',
        expected: 'what is flagged',
        found: 'nothing',
      });
    const { locale } = fields;
    const receipt = readReceiptCode(fields.receipt);
    const { account } = page.signedIn;
    const owner = about?.owner ?? ownerOfNothing(page.current);
    await flags.raise(
      {
        kind,
        note,
        articleId: about?.articleId ?? null,
        section: about?.section ?? null,
        locale: page.current.public.checkLocale(locale === '' ? null : locale),
        revision: about?.revision ?? null,
        question: fields.q.trim() === '' ? null : fields.q.trim(),
        receipt,
        owner,
      },
      { id: account.id, by: originOf(request, response) },
    );
    const team = teamName(page.current, owner);
    if (wantsJson(request)) {
      const marks = about === null ? [] : await flags.openOn([about.articleId]);
      return void response.set('Content-Language', page.ui).json({
        said: page.words.say('flag.done', { team }),
        html: views.render('agent/flag-marks', page.ui, {
          flags: presentFlagMarks(marks, {
            section: about?.section ?? null,
            locale: about?.lang ?? page.ui,
            headings: about?.headings ?? new Map(),
            now: door.now(),
            words: page.words,
            wordsOf: page.wordsOf,
          }),
        }),
      });
    }
    const back = new URL(nextPath(fields.next), 'http://concord.invalid');
    back.searchParams.set('said', `flagged.${owner}`);
    response.redirect(303, `${back.pathname}${back.search}`);
  };

  const mine: RequestHandler = async (request, response) => {
    const page = openAgentPage(deps, { path }, request, response);
    const { account } = page.signedIn;
    const own = await flags.of(account.id);
    const present = (flag: Flag) => presentOwn(flag, page, door.now());
    const ownOffers = await offers.of(account.name);
    sendAgentPage(views, response, 'agent/flags', page, {
      rows: own.map(present),
      offers: ownOffers.map((offer) => presentOwnOffer(offer, page)),
      newHref: hrefOf(`${path}/new`, { ui: page.ui, next: hrefOf(path, { ui: page.ui }) }),
      timeZone: page.current.public.site.timeZone,
    });
    if (request.method !== 'GET') return;
    await flags.markTold(
      account.id,
      own.filter(({ ended, isTold }) => ended !== null && !isTold).map(({ id }) => id),
    );
    await offers.markTold(
      account.name,
      ownOffers.filter(isNews).map(({ id }) => id),
    );
  };

  return [
    agentRoute(
      'get',
      path,
      'The flags that one raised and the offers that one made or asked for; seeing what became of them notes that.',
      mine,
    ),
    agentRoute('get', `${path}/new`, 'The form by which an agent flags an answer.', form),
    agentRoute(
      'post',
      path,
      'Flags an answer as wrong, outdated, unclear or missing, for its owner to see.',
      raise,
    ),
  ];
}

/** What a flag is about. */
interface About {
  readonly articleId: string;
  readonly section: string | null;
  readonly title: string;
  readonly heading: string | null;
  readonly headings: ReadonlyMap<string, string | null>;
  readonly lang: string;
  readonly revision: string | null;
  /** Id of the team. */
  readonly owner: string;
}

/** What a form is about, as it is served now; null: nothing that there is. Errors: not-found for an article that there is not. */
function aboutOf(current: Current, { answer, locale: said }: FlagFields, now: Date): About | null {
  if (answer === '') return null;
  const answerer = current.public;
  const locale = answerer.checkLocale(said === '' ? null : said);
  const [articleId = '', section = null] = answer.split('#');
  const beside = current.desk.beside(articleId, locale);
  if (beside === null)
    throw new AppError('not-found', { message: 'There is no such article to be flagged.' });
  const { lookup } = findArticle(current, articleId, { locale, context: {}, asOf: answerer.today(now) });
  const article = lookup.kind === 'article' ? lookup.article : null;
  const headings = new Map((article?.sections ?? []).map(({ anchor, heading }) => [anchor, heading]));
  if (section !== null && article !== null && !headings.has(section))
    throw new AppError('not-found', { message: 'There is no such section to be flagged.' });
  return {
    articleId,
    section,
    title: article?.title ?? articleId,
    heading: section === null ? null : (headings.get(section) ?? null),
    headings,
    lang: article?.locale ?? locale,
    revision: article?.revision ?? null,
    owner: beside.owner.id,
  };
}

/** Who looks after what no article says: the team of the default contact, else the first of all. */
function ownerOfNothing({ public: open, desk }: Current): string {
  const { defaultContact } = open.site;
  const team = desk.teams.find(({ teamId }) => teamId === defaultContact) ?? desk.teams[0];
  return team?.teamId ?? defaultContact;
}

function wantsJson(request: Request): boolean {
  return request.accepts(['html', 'json']) === 'json';
}

function presentOwn(flag: Flag, { current, words, wordsOf, ui }: AgentRequest, now: Date) {
  const { articleId, section, locale } = flag;
  const { lookup } =
    articleId === null
      ? { lookup: null }
      : findArticle(current, articleId, { locale, context: {}, asOf: current.public.today(now) });
  const article = lookup?.kind === 'article' ? lookup.article : null;
  const anchor = section === null ? '' : `#${section}`;
  return {
    id: flag.id,
    said: flagInWords(flag, words, now),
    note: flag.note,
    question: flag.question,
    team: teamName(current, flag.owner),
    title: article?.title ?? articleId,
    href: article === null ? null : `${hrefOf(`/agent/articles/${articleId}`, { locale, ui })}${anchor}`,
    lang: locale,
    dir: wordsOf(locale).direction,
    ended: flag.ended,
    isOpen: flag.status === 'open',
    isResolved: flag.status === 'resolved',
    isNews: flag.ended !== null && !flag.isTold,
  };
}

/** Whether a decision on an offer was not seen by whoever asked for it. */
function isNews({ status, isTold }: OfferMade): boolean {
  return (status === 'approved' || status === 'refused') && !isTold;
}

function presentOwnOffer(offer: OfferMade, { current, words, ui }: AgentRequest) {
  const { status, approver } = offer;
  const at = (what: string): string => hrefOf(`/agent/offers/${offer.id}/${what}`, { ui });
  return {
    ...presentOfferMade(offer, current.desk.offers, { words, ui, site: current.public.site }),
    id: offer.id,
    at: offer.at,
    note: offer.note,
    decided: offer.decided,
    team: approver === null ? null : teamName(current, approver),
    isNews: isNews(offer),
    isMade: status === 'made',
    isAsked: status === 'asked',
    isApproved: status === 'approved',
    isRefused: status === 'refused',
    makeAction: status === 'approved' ? at('make') : null,
    withdrawAction: status === 'approved' || status === 'asked' ? at('withdraw') : null,
  };
}
