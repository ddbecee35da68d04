import type { Request, RequestHandler, Response } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import type { ProviderSignIn } from '../../accounts/provider-sign-in.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { AnswerResult, ArticleView, Ask, FollowUp, Locale, Site } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { Conversations } from '../../feedback/conversations/conversations.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import { dueArticles } from '../../feedback/verification/due-articles.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { Words } from '../../http/words.ts';
import type { AgentDoor, Current, OpenedDay, ServedResult } from '../ask.ts';
import { newConversationId } from '../conversation.ts';
import { handOverOfResult } from '../hand-over.ts';
import { recordedAs } from '../recorded-as.ts';
import { hrefOf as pageHref } from './agent-page.ts';
import { agentRoute } from './agent-route.ts';
import {
  askOf,
  browseOf,
  type ConsoleQuery,
  forToday,
  hrefOf,
  parametersOf,
  readConsoleQuery,
  readDay,
} from './console-query.ts';
import { findRecord } from './find.ts';
import { findArticle } from './find-article.ts';
import { signedInOf } from './guard.ts';
import { articleHref, type Presenting, presentResult } from './present-answer.ts';
import { presentArticle } from './present-article.ts';
import { type DeskCard, presentDesk, withOfferForms } from './present-desk.ts';
import { presentFlagForm, presentFlagMarks } from './present-flags.ts';
import { presentConversation, presentForm, presentFrame } from './present-frame.ts';
import {
  type OtherDate,
  presentOtherDate,
  type TodayLine,
  todayBeside,
  todayBesideArticle,
} from './present-other-date.ts';
import { presentResults, presentStart } from './present-results.ts';
import { providerSignInRoutes } from './provider-sign-in.ts';
import { signInRoutes } from './sign-in.ts';
import { teamName } from './team-name.ts';
import { unreadOf } from './unread-changes.ts';

/** Rows of the public list and of the agents' own: what fits a screen and is scanned in a glance. */
const publicRows = 8;
const hiddenRows = 4;

/**
 * The agent console: the same answers as everywhere, with what only agents may know beside them. Opening an answer or
 * sending a question is recorded; reading lists while typing is not.
 */
export function agentRoutes(deps: {
  readonly door: AgentDoor;
  readonly config: Config;
  readonly views: Views;
  readonly accounts: Accounts;
  readonly providers: ProviderSignIn;
  readonly flags: Flags;
  readonly conversations: Conversations;
}): readonly Route[] {
  const { door, config, views, flags } = deps;
  const wordsOf = (locale: Locale) => views.words(locale);

  /**
   * The address, read against the release of its day. Where that cannot be shown, `current` is what is served: for the frame
   * of the page, and never in that release's place.
   */
  const readAddress = async ({ said: _, ...address }: Request['query']): Promise<Address> => {
    const served = door.openBoth();
    const today = served.public.today(door.now());
    const day = readDay(address);
    const locale = typeof address.locale === 'string' ? address.locale : null;
    const opened: OpenedDay =
      day === null || day === today ? { kind: 'now', current: served } : await door.days.open(day, locale);
    const current = opened.kind === 'unusable' ? served : opened.current;
    const query = readConsoleQuery(address, current.public, today, served.public.site);
    return { served, opened, current, query };
  };
  const presentingFor = (current: Current, query: ConsoleQuery, here: Presenting['here']): Presenting => ({
    query,
    answerer: current.public,
    publicUrl: config.publicUrl,
    directionOf: (locale) => wordsOf(locale).direction,
    here,
  });
  /** What is to verify is told of today alone. */
  const verifyingFor = (
    { desk, public: { site } }: Current,
    { asOf, today, ui }: ConsoleQuery,
    response: Response,
  ): Pick<Presenting, 'verifying'> => {
    if (asOf !== today) return {};
    const isAble = hasRole(signedInOf(response).account.role, 'editor');
    return {
      verifying: (articleId, locale) => {
        const found = dueArticles(desk, site, today).find(
          (one) => one.articleId === articleId && one.locale === locale,
        );
        if (found === undefined) return null;
        const { owner, fallback, stage, state, dueOn, overdueFrom } = found;
        return {
          since: state === 'overdue' ? overdueFrom : dueOn,
          teams: [owner.name, ...(stage === 'fallback' && fallback !== null ? [fallback.name] : [])],
          href: isAble ? pageHref(`/manage/verification/${articleId}`, { locale, ui }) : null,
        };
      },
    };
  };
  const frameFor = (response: Response, { current }: Address, by: Presenting, otherDate: OtherDate | null) =>
    presentFrame(
      {
        signedIn: signedInOf(response),
        release: current.release,
        refusals: current.refusals,
        held: current.held,
        unread: unreadOf(response),
        words: wordsOf,
        otherDate,
      },
      by,
    );
  /** The notice of another day. `articleId`: what is shown; null: nothing in particular, so that every change counts. */
  const otherDateOf = async (
    { served, opened, current }: Address,
    by: Presenting,
    articleId: string | null,
    today: () => TodayLine | null,
  ): Promise<OtherDate | null> => {
    if (by.query.asOf === by.query.today) return null;
    const { public: open, desk } = current;
    const changes = [
      ...(await door.days.releaseDays(articleId)),
      ...open.changeDays(articleId),
      ...desk.hiddenChangeDays(articleId),
    ];
    const todayHref = by.here(forToday(by.query, served.public.site), by.query.selected);
    const { release } = opened.kind === 'unusable' ? opened : current;
    return presentOtherDate({ source: opened.kind, release, changes, today: today(), todayHref }, by);
  };
  /** What is served today for the same ask; null where there is no such answer. */
  const askedToday = (served: Current, ask: Ask, query: ConsoleQuery): AnswerResult | null => {
    const { locale, context, asOf } = forToday(query, served.public.site);
    try {
      return door.peek(served.public, { ...ask, locale, context, asOf });
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return null;
      throw error;
    }
  };
  /** The page of another day on which there is nothing to show: its release cannot be, or what is asked for was not in force. */
  const sendNothing = async (response: Response, address: Address, by: Presenting, action: string) => {
    const { opened, query } = address;
    const isUnusable = opened.kind === 'unusable';
    const articleId = isUnusable
      ? null
      : (action.split('/agent/articles/')[1] ?? query.selected?.split('#')[0] ?? null);
    const otherDate = await otherDateOf(address, by, articleId, () => null);
    response.status(isUnusable ? 503 : 404);
    send(response, views, query.ui, 'agent/nothing', {
      frame: frameFor(response, address, by, otherDate),
      form: presentForm(wordsOf, by, false),
      action,
      reason: isUnusable ? opened.reason : null,
    });
  };
  const flaggedOf = async (
    found: readonly { readonly articleId: string }[],
  ): Promise<ReadonlySet<string>> => {
    const open = await flags.openOn(found.map(({ articleId }) => articleId));
    return new Set(open.flatMap(({ articleId }) => articleId ?? []));
  };
  /** The open flags of an article, beside one of its texts. */
  const marksOf = async (
    articleId: string | null,
    shown: { readonly section: string | null; readonly article: ArticleView | null },
    { query }: Presenting,
  ) =>
    presentFlagMarks(articleId === null ? [] : await flags.openOn([articleId]), {
      section: shown.section,
      locale: shown.article?.locale ?? query.locale,
      headings: new Map(shown.article?.sections.map(({ anchor, heading }) => [anchor, heading])),
      now: door.now(),
      words: wordsOf(query.ui),
      wordsOf,
    });
  /** The form for a flag of what is shown, where it opens, and how it is said that one was raised. */
  const flaggingOf = (
    { current, query }: Pick<Address, 'current' | 'query'>,
    about: { readonly answer: string; readonly locale: Locale; readonly receipt: string | null },
    { said, here }: { readonly said: unknown; readonly here: string },
  ) => {
    const { answer, locale } = about;
    const fields = { answer, locale, q: query.question ?? '', receipt: about.receipt ?? '', next: here };
    const words = wordsOf(query.ui);
    return {
      form: presentFlagForm({ kind: '', note: '', ...fields }, words),
      action: pageHref('/agent/flags', { ui: query.ui }),
      // Behind it comes what is flagged.
      href: `${pageHref('/agent/flags/new', { ...fields, answer: '', ui: query.ui })}&answer=`,
      answer,
      done: saidInWords(said, current, words),
    };
  };
  /** What stands beside an answer, with the forms of its offers where it is today's. */
  const withForms = (
    desk: DeskCard | null,
    by: Presenting,
    receipt: string,
    next: string,
  ): DeskCard | null => {
    const { query, answerer } = by;
    if (desk === null || query.asOf !== query.today) return desk;
    const about = { conversation: query.conversation ?? '', receipt, next };
    return withOfferForms(desk, about, { words: wordsOf(query.ui), ui: query.ui, site: answerer.site });
  };
  const listsOf = async (
    current: Current,
    query: ConsoleQuery,
    by: Presenting,
    opened: ServedResult | null,
  ) => {
    const { question, previous, locale, context, asOf } = query;
    if (question === null) return null;
    const search = { question, locale, context, asOf };
    const result =
      opened !== null && query.selected === null
        ? opened
        : door.peek(current.public, { question, answerId: null, previous, locale, context, asOf });
    // By themselves its words would find anything.
    if (understoodOf(result) !== null) return null;
    const hits = current.public.search({ ...search, limit: publicRows });
    const hidden = current.desk.searchHidden({ ...search, limit: hiddenRows });
    return presentResults(
      {
        question,
        result,
        hits,
        hidden,
        flagged: await flaggedOf([...hits, ...hidden]),
        openedId: opened?.answer?.id ?? query.selected,
      },
      by,
    );
  };

  const startOf = async (current: Current, query: ConsoleQuery, by: Presenting) => {
    const mostAsked = current.public.mostAsked(browseOf(query));
    const hidden = current.desk.hiddenCategories(browseOf(query));
    const flagged = await flaggedOf([...mostAsked, ...hidden.flatMap(({ articles }) => articles)]);
    return presentStart({ mostAsked, hidden, flagged }, by);
  };

  const consolePage: RequestHandler = async (request, response) => {
    const address = await readAddress(request.query);
    const { served, opened, current } = address;
    const { question, previous, selected, ui } = address.query;
    // What an agent reads from a customer's screen goes into the same box.
    const isFresh = previous === null && selected === null && opened.kind === 'now';
    const found = question !== null && isFresh ? await findRecord(question, ui, deps) : null;
    if (found !== null) return response.redirect(303, found);
    const asked = inConversation(address.query);
    if (opened.kind === 'unusable')
      return sendNothing(
        response,
        address,
        presentingFor(current, asked, (other) => hrefOf(other)),
        '/agent',
      );
    const ask = askOf(asked);
    const askOn = opened.kind === 'now' ? door.ask : door.askForAgents;
    const result =
      ask &&
      (await askOn(
        current.public,
        { ...ask, explain: true },
        {
          channel: recordedAs(request, 'agent'),
          conversationId: asked.conversation,
          customer: asked.customer,
        },
      ).catch((error: unknown) => {
        const isMissing = error instanceof AppError && error.code === 'not-found';
        if (isMissing && asked.asOf !== asked.today) return undefined;
        throw error;
      }));
    if (result === undefined) {
      const by = presentingFor(current, asked, (other) => hrefOf(other));
      return sendNothing(response, address, by, '/agent');
    }
    const query = result === null ? asked : afterwards(asked, result);
    const by = {
      ...presentingFor(current, query, (other, answerId) =>
        hrefOf({ ...other, selected: query.selected === null ? null : (answerId ?? query.selected) }),
      ),
      ...verifyingFor(current, query, response),
    };
    const shownId = result?.answer?.id ?? result?.clarification?.answerId ?? null;
    const otherDate = await otherDateOf(
      address,
      by,
      shownId?.split('#')[0] ?? null,
      () => result && ask && todayBeside(result, askedToday(served, ask, query), by.directionOf),
    );
    send(response, views, query.ui, 'agent/console', {
      frame: frameFor(response, address, by, otherDate),
      form: presentForm(wordsOf, by, true),
      conversation: presentConversation(query),
      handOverUrl: result && opened.kind === 'now' ? handOverUrl(current.public.site, result, query) : null,
      opened: result && presentResult(result, by),
      next: result && presentNext(result, query),
      desk: result && withForms(deskFor(current, result, by), by, result.receipt?.code ?? '', hrefOf(query)),
      results: result?.status === 'courtesy' ? null : await listsOf(current, query, by, result),
      marks: await marksOf(
        shownId?.split('#')[0] ?? null,
        {
          section: shownId?.split('#')[1] ?? null,
          article: shownId === null ? null : articleOf(current, shownId, query),
        },
        by,
      ),
      flagging:
        result === null || result.status === 'courtesy'
          ? null
          : flaggingOf(
              { current, query },
              {
                answer: shownId ?? '',
                locale: result.answer?.locale ?? query.locale,
                receipt: result.receipt?.code ?? null,
              },
              { said: request.query.said, here: hrefOf(query) },
            ),
      start: result === null ? await startOf(current, query, by) : null,
    });
  };

  /** How an agent hands the question over to another desk; a contact that is told by webhook is from the customers' page. */
  const handOverUrl = (site: Site, result: ServedResult, query: ConsoleQuery): string | null => {
    const { question, conversation } = query;
    const locale = result.requestedLocale;
    const handOver = handOverOfResult(site, result, { question, conversation }, wordsOf(locale));
    if (handOver?.kind !== 'webhook') return handOver?.url ?? null;
    const carried = { q: question, receipt: result.receipt?.code ?? null, conversation };
    const parameters = Object.entries(carried).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as [string, string]],
    );
    return `/${locale}/contact?${new URLSearchParams(parameters)}`;
  };

  const resultLists: RequestHandler = async (request, response) => {
    const address = await readAddress(request.query);
    const { opened, current, query } = address;
    const by = presentingFor(current, query, (other) => hrefOf(other));
    const otherDate = await otherDateOf(address, by, null, () => null);
    const lists =
      opened.kind === 'unusable' ? null : await listsOf(current, { ...query, selected: null }, by, null);
    const words = wordsOf(query.ui);
    response.set('Content-Language', query.ui).json({
      announcement:
        opened.kind === 'unusable'
          ? words.say('agent.otherDate.unusable', { number: opened.release.number })
          : lists === null
            ? ''
            : words.say('agent.results.found', { count: lists.rows.length + lists.hidden.length }),
      html:
        lists === null && opened.kind !== 'unusable'
          ? ''
          : views.render('agent/results', query.ui, { results: lists, otherDate }),
    });
  };

  const articlePage: RequestHandler = async (request, response) => {
    const address = await readAddress(request.query);
    const { served, opened, current } = address;
    const query = { ...address.query, selected: null };
    const articleId = `${request.params.category}/${request.params.slug}`;
    const by = {
      ...presentingFor(current, query, (other) => articleHref(articleId, other)),
      ...verifyingFor(current, query, response),
    };
    if (opened.kind === 'unusable') return sendNothing(response, address, by, `/agent/articles/${articleId}`);
    const { lookup, isHidden } = findArticle(current, articleId, query);
    if (lookup.kind === 'unknown' && query.asOf === query.today) throw new AppError('not-found');
    if (lookup.kind === 'unknown') return sendNothing(response, address, by, `/agent/articles/${articleId}`);
    if (lookup.kind === 'redirect') return response.redirect(302, articleHref(lookup.articleId, query));
    const beside = current.desk.beside(articleId, lookup.article.locale);
    const article = presentArticle(lookup.article, beside, isHidden, by);
    const otherDate = await otherDateOf(address, by, articleId, () => {
      const { lookup: now } = findArticle(served, articleId, forToday(query, served.public.site));
      const article = now.kind === 'article' ? now.article : null;
      return todayBesideArticle(lookup.article, article, by.directionOf);
    });
    send(response, views, query.ui, 'agent/article', {
      frame: frameFor(response, address, by, otherDate),
      form: presentForm(wordsOf, by, false),
      action: `/agent/articles/${articleId}`,
      article: {
        ...article,
        desk: withForms(article.desk, by, '', articleHref(articleId, query)),
      },
      marks: await marksOf(articleId, { section: null, article: lookup.article }, by),
      flagging: flaggingOf(
        { current, query },
        { answer: articleId, locale: lookup.article.locale, receipt: null },
        { said: request.query.said, here: articleHref(articleId, query) },
      ),
      backHref: hrefOf(query),
    });
  };

  return [
    ...signInRoutes(deps),
    ...providerSignInRoutes(deps),
    agentRoute(
      'get',
      '/agent',
      'The agent console: a question, its answer, and what only agents may know.',
      consolePage,
    ),
    agentRoute(
      'get',
      '/agent/results',
      'The lists of the console while a question is typed; nothing is recorded.',
      resultLists,
      'json',
    ),
    agentRoute(
      'get',
      '/agent/articles/:category/:slug',
      'An article with every section and note, agent-only ones too.',
      articlePage,
    ),
  ];
}

/** An address of the console with what it is read against. */
interface Address {
  /** What is served now. */
  readonly served: Current;
  readonly opened: OpenedDay;
  /** What the page is made of. */
  readonly current: Current;
  readonly query: ConsoleQuery;
}

function send(
  response: Response,
  views: Views,
  locale: Locale,
  view: string,
  model: Readonly<Record<string, unknown>>,
): void {
  response
    .set('Content-Language', locale)
    .type('html')
    .send(views.render(view, locale, model));
}

/** The same query in a conversation: what is asked begins one where there is none. */
function inConversation(query: ConsoleQuery): ConsoleQuery {
  if (query.conversation !== null || askOf(query) === null) return query;
  return { ...query, conversation: newConversationId() };
}

/** How a question was understood by what it follows; null where it was answered by itself. */
function understoodOf({ followUp }: AnswerResult): FollowUp | null {
  return followUp === null || followUp.rule === 'new-question' ? null : followUp;
}

/** What an address stands for once its follow-up was understood: that answer, for the customer it told of. */
function afterwards(query: ConsoleQuery, result: AnswerResult): ConsoleQuery {
  const understood = understoodOf(result);
  if (understood === null) return query;
  return { ...query, context: result.context, selected: understood.answerId };
}

/** The form for what the customer says next: what it follows, and all that goes along; null where nothing can be followed. */
function presentNext(
  result: AnswerResult,
  query: ConsoleQuery,
): {
  readonly previous: string;
  readonly hidden: readonly { readonly name: string; readonly value: string }[];
} | null {
  const previous = result.answer?.id ?? result.clarification?.id ?? null;
  if (previous === null) return null;
  const carried = parametersOf({ ...query, question: null, selected: null });
  return { previous, hidden: carried.map(([name, value]) => ({ name, value })) };
}

/** What a form that leads back here did, as the address says it; null where it says nothing that is known. */
function saidInWords(said: unknown, current: Current, words: Words): string | null {
  if (said === 'made') return words.say('offer.done.made');
  const [, what, id = ''] =
    (typeof said === 'string' && /^(flagged|asked)\.([a-z0-9-]{1,80})$/.exec(said)) || [];
  const team = teamName(current, id);
  if (what === 'flagged') return words.say('flag.done', { team });
  return what === 'asked' ? words.say('offer.done.asked', { team }) : null;
}

/** The public article of an answer that is shown; null where there is none. */
function articleOf(current: Current, answerId: string, query: ConsoleQuery): ArticleView | null {
  const lookup = current.public.article(answerId.split('#')[0] ?? '', browseOf(query));
  return lookup.kind === 'article' ? lookup.article : null;
}

/** What stands beside an opened answer, or beside the article that a question back is about. */
function deskFor(current: Current, result: ServedResult, by: Presenting): DeskCard | null {
  const id = result.answer?.id ?? result.clarification?.answerId ?? null;
  if (id === null) return null;
  const [articleId = '', section = 'lead'] = id.split('#');
  const article = articleOf(current, id, by.query);
  if (article === null) return null;
  const { locale, sections } = article;
  const beside = current.desk.beside(articleId, locale);
  if (beside === null) return null;
  return presentDesk(beside, {
    section,
    lang: locale,
    dir: by.directionOf(locale),
    headings: new Map(sections.map((one) => [one.anchor, one.heading])),
  });
}
