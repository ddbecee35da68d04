import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type {
  AnswerResult,
  Ask,
  BrowseAsk,
  Locale,
  Pointer,
  PublicAnswerer,
  Site,
} from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { type Handovers, mostReplyCharacters, readReplyTo } from '../../feedback/conversations/handovers.ts';
import { readReceiptCode } from '../../feedback/receipt-code.ts';
import { conversationKey } from '../../feedback/served-row.ts';
import { preferredLocale } from '../../http/preferred-locale.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { Words } from '../../http/words.ts';
import type { PublicDoor, ReceiptRecord, ServedResult } from '../ask.ts';
import { compareToday } from '../compare-today.ts';
import { newConversationId, readConversationId } from '../conversation.ts';
import type { CustomerFeedback } from '../customer-feedback.ts';
import { takerOf } from '../hand-over.ts';
import { presentSaid } from '../present-said.ts';
import { receiptPage } from '../receipt-page.ts';
import { recordedAs } from '../recorded-as.ts';
import type { Releases } from '../releases.ts';
import { type Addresses, createAddresses } from './addresses.ts';
import { changesFeed } from './changes-feed.ts';
import { openSearch, robots, sitemap } from './feeds.ts';
import { isUrgent, presentAnswer } from './present-answer.ts';
import { presentArticle } from './present-article.ts';
import { presentContact } from './present-contact.ts';
import { presentFeedback, presentSurvey } from './present-feedback.ts';
import { type Crumb, presentFrame } from './present-frame.ts';
import { presentArticles, presentHits, presentTopics } from './present-lists.ts';
import { createRatedArticles } from './rated-articles.ts';
import { type FormerPage, readFeedbackForm, readSurveyForm } from './read-feedback-form.ts';

import { isTooLong, questionLimit, readContext, readText } from './read-query.ts';

/** Rows below the answer of a result page. Evidence: two screens of a phone; further ones are rarely opened. */
const resultRows = 8;

/** Characters of a typed receipt code that are looked at: a code with blanks and hyphens between all its letters. */
const mostTypedCode = 40;

/** Suggestions while typing: what a phone shows above its keyboard. */
const mostSuggestions = 8;

/** One visit of one page: what is served right now, in which language, for whom. */
interface Visit {
  readonly answerer: PublicAnswerer;
  readonly site: Site;
  readonly locale: Locale;
  readonly browse: BrowseAsk;
  readonly addresses: Addresses;
  readonly words: Words;
}

/** What a page says of itself to its frame. */
interface PageHead {
  readonly title: string | null;
  readonly kind?: 'article' | 'website';
  readonly description: string;
  /** What stands after the locale in its address. */
  readonly path: string;
  readonly carried?: readonly (readonly [string, string | null])[];
  readonly conversation?: string | null;
  readonly question?: string | null;
  /** Locales that search engines are told of; none: not to be kept by them. */
  readonly existsIn: readonly Locale[];
  readonly breadcrumbs?: readonly Crumb[];
}

/** Of a contact that is shown before anything was asked. */
const nothingCarried = { question: null, receipt: null, conversation: null, form: null };

/** The public FAQ: readable without scripts, in every locale of the site, from one snapshot per request. */
export function faqRoutes(deps: {
  readonly door: PublicDoor;
  readonly config: Config;
  readonly views: Views;
  readonly publicChanges: Releases['publicChanges'];
  readonly feedback: CustomerFeedback;
  readonly handovers: Handovers;
}): readonly Route[] {
  const { door, config, views, publicChanges, feedback, handovers } = deps;
  const rated = createRatedArticles({ now: door.now, key: randomBytes(32) });
  const { publicUrl } = config;
  const wordsOf = (locale: Locale) => views.words(locale);

  function visitIn(answerer: PublicAnswerer, locale: Locale, request: Request): Visit {
    const { site } = answerer;
    const context = readContext(request.query, site);
    return {
      answerer,
      site,
      locale,
      browse: { locale, context, asOf: answerer.today(door.now()) },
      addresses: createAddresses(site, locale, context),
      words: views.words(locale),
    };
  }

  /** The same visit, whose addresses carry a conversation. */
  function inConversation(visit: Visit, conversation: string | null): Visit {
    const { site, locale, browse } = visit;
    return { ...visit, addresses: createAddresses(site, locale, browse.context, conversation) };
  }

  function preferred(request: Request, site: Site): Locale {
    return preferredLocale(request.get('accept-language'), site.locales, site.defaultLocale);
  }

  function send(
    response: Response,
    visit: Visit,
    view: string,
    head: PageHead,
    model: Readonly<Record<string, unknown>>,
  ): void {
    const frame = presentFrame({
      carried: [],
      conversation: null,
      question: null,
      breadcrumbs: [],
      kind: 'website',
      ...head,
      site: visit.site,
      locale: visit.locale,
      words: wordsOf,
      publicUrl,
      context: visit.browse.context,
    });
    // A browser that tells nobody where a form came from sends `Origin: null`, which cannot be told from a stranger's.
    response.set('Content-Language', visit.locale).set('Referrer-Policy', 'same-origin').type('html');
    response.send(views.render(view, visit.locale, { ...model, frame }));
  }

  /** A page that is not there, for people: the question box, the topics, and the same page in another language. */
  function sendNotFound(
    request: Request,
    response: Response,
    visit: Visit,
    elsewhere: { readonly language: string | null; readonly url: string | null },
  ): void {
    if (request.accepts(['html', 'json']) !== 'html') throw new AppError('not-found');
    response.status(404).set('Cache-Control', 'no-store');
    send(
      response,
      visit,
      'faq/not-found',
      { title: visit.words.say('faq.missing.title'), description: '', path: '', existsIn: [] },
      {
        elsewhere,
        topics: presentTopics(visit.answerer.categories(visit.browse), { ...visit, words: wordsOf }),
      },
    );
  }

  /** An address below a language that the site does not speak, or that is written otherwise. */
  function answerForeignLocale(request: Request, response: Response, answerer: PublicAnswerer): void {
    const { site } = answerer;
    const asked = String(request.params.locale);
    const path = request.path.slice(`/${asked}`.length).replace(/\/$/, '');
    const known = site.locales.find((locale) => locale.toLowerCase() === asked.toLowerCase());
    const query = request.originalUrl.slice(request.path.length);
    if (known !== undefined) return void response.redirect(301, `/${known}${path}${query}`);
    const locale = preferred(request, site);
    const language = languageOf(asked, locale);
    if (language === null) throw new AppError('not-found');
    const visit = visitIn(answerer, locale, request);
    const [, category = '', slug = ''] = path.split('/');
    const exists =
      slug === ''
        ? category === '' || answerer.categories(visit.browse).some(({ id }) => id === category)
        : answerer.article(`${category}/${slug}`, visit.browse).kind !== 'unknown';
    sendNotFound(request, response, visit, { language, url: exists ? `/${locale}${path}` : null });
  }

  /** A handler of a page below /:locale; one snapshot for the whole request. */
  function page(
    handle: (visit: Visit, request: Request, response: Response) => void | Promise<void>,
  ): RequestHandler {
    return async (request, response) => {
      const answerer = door.open();
      const locale = String(request.params.locale);
      if (!answerer.site.locales.includes(locale)) return answerForeignLocale(request, response, answerer);
      await handle(visitIn(answerer, locale, request), request, response);
    };
  }

  const entrance: RequestHandler = (request, response) => {
    const { site } = door.open();
    response.vary('Accept-Language').redirect(302, `/${preferred(request, site)}`);
  };

  const home = page((visit, _request, response) => {
    const { answerer, site, browse } = visit;
    const lists = { ...visit, words: wordsOf };
    send(
      response,
      visit,
      'faq/home',
      { title: null, description: '', path: '', existsIn: site.locales },
      {
        mostAsked: presentArticles(answerer.mostAsked(browse), lists),
        topics: presentTopics(answerer.categories(browse), lists),
        contact: presentContact({ ...visit, ...nothingCarried, firstId: null }).first,
      },
    );
  });

  const category = page((visit, request, response) => {
    const { answerer, site, browse, addresses, words } = visit;
    const id = String(request.params.category);
    const found = answerer.categories(browse).find((one) => one.id === id);
    if (!found) return sendNotFound(request, response, visit, { language: null, url: null });
    const contactId = site.categories.find((one) => one.id === id)?.contact ?? null;
    send(
      response,
      visit,
      'faq/category',
      {
        title: found.title,
        description: found.description,
        path: `/${id}`,
        existsIn: site.locales,
        breadcrumbs: [
          { name: words.say('common.home'), url: addresses.home },
          { name: found.title, url: addresses.category(id) },
        ],
      },
      {
        title: found.title,
        description: found.description,
        articles: presentArticles(found.articles, { ...visit, words: wordsOf }),
        contact: presentContact({ ...visit, ...nothingCarried, firstId: contactId }).first,
      },
    );
  });

  /** What stands under an answer, after what was said of it. */
  async function feedbackOn(visit: Visit, page: FormerPage, receipt: string | null, isRated: boolean) {
    const { site, words } = visit;
    const now = door.now();
    const found = receipt !== null && isRated ? await feedback.ratings.find(receipt) : null;
    const rating = page.articleId === null || found?.articleId === page.articleId ? found : null;
    const isAsked = rating !== null && page.conversation !== null;
    const survey = isAsked ? await feedback.survey.state(page.conversation, now) : 'none';
    if (page.articleId !== null && rating === null)
      return presentFeedback({ site, words, page, receipt: null, rating, survey, now });
    return presentFeedback({ site, words, page, receipt, rating, survey, now });
  }

  /** Where a customer goes back to when she has said something of an answer. */
  function backTo(visit: Visit, { page, receipt }: { page: FormerPage; receipt: string | null }): string {
    const { question, previous, conversation, articleId, context } = page;
    const addresses = createAddresses(visit.site, visit.locale, context, conversation);
    if (articleId === null && question === null)
      return `/${visit.locale}/survey?conversation=${encodeURIComponent(conversation ?? '')}`;
    const back = articleId === null ? addresses.search(question, previous) : addresses.article(articleId);
    if (receipt === null) return back;
    return `${back}${back.includes('?') ? '&' : '?'}rated=${encodeURIComponent(receipt)}#feedback`;
  }

  const rate = page(async (visit, request, response) => {
    const { answerer, site, locale, browse } = visit;
    const form = readFeedbackForm(request, site);
    const { articleId, context } = form.page;
    if (articleId !== null && answerer.article(articleId, browse).kind !== 'article')
      return sendNotFound(request, response, visit, { language: null, url: null });
    const mint = async (answerId: string): Promise<string> => {
      const served = await door.ask(
        answerer,
        { question: null, answerId, locale, context, asOf: browse.asOf },
        { channel: recordedAs(request, 'faq'), conversationId: null },
      );
      return served.receipt?.code ?? '';
    };
    const receipt =
      articleId === null || form.receipt !== null
        ? (form.receipt ?? '')
        : await rated.receiptFor(request.ip ?? '', articleId, () => mint(`${articleId}#lead`));
    const { helpful, reasons, sentence } = form;
    const about = articleId === null ? {} : { articleId };
    const outcome = await feedback.ratings.rate(
      { receipt, helpful, reasons, sentence, ...about },
      door.now(),
    );
    if (outcome.kind === 'unknown')
      throw new AppError('not-found', { message: 'There is no answer under this receipt any more.' });
    response.redirect(303, backTo(visit, { page: form.page, receipt: outcome.rating.receipt }));
  });

  const survey = page(async (visit, request, response) => {
    const { site, words } = visit;
    const conversation = readConversationId(readText(request.query, 'conversation'));
    const state = conversation === null ? 'none' : await feedback.survey.state(conversation, door.now());
    if (state === 'none') return sendNotFound(request, response, visit, { language: null, url: null });
    const page = { question: null, previous: null, conversation, articleId: null, context: {} };
    send(
      response,
      visit,
      'faq/survey',
      {
        title: words.say('feedback.survey.title'),
        description: '',
        path: '/survey',
        existsIn: [],
        conversation,
      },
      { survey: state === 'open' ? presentSurvey({ site, words, page, receipt: null }) : null },
    );
  });

  const answerSurvey = page(async (visit, request, response) => {
    const form = readSurveyForm(request, visit.site);
    const { conversation: conversationId, score, sentence } = form;
    const state = await feedback.survey.give({ conversationId, score, sentence }, door.now());
    if (state === 'none') return sendNotFound(request, response, visit, { language: null, url: null });
    response.redirect(303, backTo(visit, form));
  });

  const article = page(async (visit, request, response) => {
    const { answerer, site, locale, browse, addresses } = visit;
    const articleId = `${String(request.params.category)}/${String(request.params.slug)}`;
    const found = answerer.article(articleId, browse);
    if (found.kind === 'unknown')
      return sendNotFound(request, response, visit, { language: null, url: null });
    if (found.kind === 'redirect') return response.redirect(301, addresses.article(found.articleId));
    const ratedCode = readText(request.query, 'rated');
    const at = { question: null, previous: null, conversation: null, articleId, context: browse.context };
    const block = await feedbackOn(visit, at, ratedCode, true);
    // What one customer has said is nobody else's page.
    if (ratedCode !== null) response.set('Cache-Control', 'no-store');
    const model = presentArticle(found.article, {
      site,
      locale,
      addresses,
      words: wordsOf,
      originalUrl: createAddresses(site, site.defaultLocale, browse.context).article(articleId),
    });
    send(
      response,
      visit,
      'faq/article',
      {
        title: model.title,
        kind: 'article',
        description: model.description,
        path: `/${articleId}`,
        existsIn: found.article.translations,
        breadcrumbs: model.breadcrumbs,
      },
      { article: model, feedback: block },
    );
  });

  /**
   * The result that a receipt was given for, where this very question still has it: a customer who comes back from rating it
   * sees it again, and it is not recorded twice.
   */
  async function shownAgain(
    answerer: PublicAnswerer,
    ask: Ask,
    code: string,
    conversation: string,
  ): Promise<ServedResult | null> {
    const record = code.length > 16 ? null : await door.receipt(code);
    if (record === null || record.conversationId !== conversationKey(conversation)) return null;
    const result = door.peek(answerer, ask);
    if (result.fingerprint !== record.result.fingerprint) return null;
    return { ...result, receipt: { code: record.code, url: `/api/v1/receipts/${record.code}` } };
  }

  const search = page(async (visit, request, response) => {
    const { answerer, site, locale, browse, words } = visit;
    const question = readText(request.query, 'q');
    const named = readConversationId(readText(request.query, 'conversation'));
    const head = { description: '', path: '/search', existsIn: [], conversation: named };
    const topics = () => presentTopics(answerer.categories(browse), { ...visit, words: wordsOf });
    if (question === null || isTooLong(question)) {
      if (question !== null) response.status(400);
      const title = words.say('faq.search.title');
      return send(
        response,
        visit,
        'faq/search-empty',
        { ...head, title },
        {
          limit: question === null ? null : questionLimit,
          topics: topics(),
        },
      );
    }
    const { asOf } = browse;
    const given = readText(request.query, 'previous');
    // An id that is none any more, as in an old bookmark, counts as not given.
    const previous = given !== null && answerer.isPrevious(given, browse) ? given : null;
    const conversation = named ?? newConversationId();
    const ask = { question, answerId: null, previous, locale, context: browse.context, asOf };
    const ratedCode = readText(request.query, 'rated');
    const again = ratedCode === null ? null : await shownAgain(answerer, ask, ratedCode, conversation);
    const result =
      again ??
      (await door.ask(answerer, ask, {
        channel: recordedAs(request, 'faq'),
        conversationId: conversation,
      }));
    // What a follow-up says of its customer holds for the rest of the conversation.
    const { context, followUp } = result;
    const addresses = createAddresses(site, locale, context, conversation);
    const isFollowUp = followUp !== null && followUp.rule !== 'new-question';
    const optionUrl = (dimension: string | null, value: string) =>
      dimension === null
        ? addresses.section(value)
        : addresses.choosing(dimension, value).search(question, previous);
    const block = presentAnswer(result, { site, locale, words: wordsOf, optionUrl });
    const receipt = result.receipt?.code ?? null;
    const wantsList = result.status !== 'courtesy' && !isUrgent(result) && !isFollowUp;
    const hits = wantsList ? answerer.search({ question, locale, context, asOf, limit: resultRows }) : [];
    send(
      response,
      { ...visit, browse: { ...browse, context } },
      'faq/search',
      {
        ...head,
        conversation,
        title: words.say('faq.search.titleOf', { question }),
        question,
        carried: [
          ['q', question],
          ['previous', previous],
        ],
      },
      {
        question,
        block,
        feedback:
          result.answer === null
            ? null
            : await feedbackOn(
                visit,
                { question, previous, conversation, articleId: null, context: browse.context },
                receipt,
                again !== null,
              ),
        next: result.answer?.id ?? result.clarification?.id ?? null,
        followUp: isFollowUp
          ? {
              question,
              aloneUrl: createAddresses(site, locale, browse.context, conversation).search(question),
            }
          : null,
        about: nameOf(
          hits.find(({ answerId }) => answerId === result.clarification?.answerId) ??
            pointed(answerer, result, browse),
        ),
        receipt,
        receiptUrl: receipt && receiptPage(locale, receipt),
        articleUrl: result.answer && addresses.section(result.answer.id),
        contactUrl: addresses.contact({ question, receipt }),
        followUps: result.followUps.map((one) => ({
          name: nameBeside(one, result.answer?.id ?? result.clarification?.answerId ?? null),
          url: addresses.section(one.answerId),
          lang: one.locale,
          dir: views.words(one.locale).direction,
        })),
        hits: presentHits(hits, result.answer?.id ?? null, { ...visit, words: wordsOf }),
        topics: hits.length === 0 && !isUrgent(result) && !isFollowUp ? topics() : [],
      },
    );
  });

  /** Of the FAQ's own, so that its box works where the API asks for a key, and spends nobody's limit there. */
  const suggest = page(({ answerer, browse, locale }, request, response) => {
    const typed = readText(request.query, 'q');
    const found = typed === null || isTooLong(typed) ? [] : answerer.suggest(typed, browse, mostSuggestions);
    response
      .set('Content-Language', locale)
      .json({ suggestions: found.map(({ text, url }) => ({ text, url })) });
  });

  /** What an address of the contact page carries. Agents' receipts are none here. */
  const readCarried = async (request: Request) => {
    const asked = readText(request.query, 'q');
    const code = readText(request.query, 'receipt');
    const question = asked !== null && isTooLong(asked) ? null : asked;
    const conversation = readConversationId(readText(request.query, 'conversation'));
    const record = code === null || code.length > 16 ? null : await door.receipt(code);
    return { question, conversation, record, receipt: record?.code ?? null };
  };
  type Carried = Awaited<ReturnType<typeof readCarried>>;

  /** `refused`: the reply address that was typed and is none. */
  const sendContact = async (
    response: Response,
    visit: Visit,
    { question, conversation, record, receipt }: Carried,
    refused: string | null = null,
  ): Promise<void> => {
    const { site, words, locale } = visit;
    const firstId = record?.result.escalation?.contact ?? null;
    const sentAt = receipt === null ? null : await handovers.find(receipt);
    const takes = receipt !== null && takerOf(site, firstId) !== null;
    const hasForm = takes && (sentAt !== null || (await handovers.isOpen()));
    const { addresses } = inConversation(visit, conversation);
    const model = presentContact({
      ...visit,
      question,
      receipt,
      conversation,
      firstId,
      form: hasForm
        ? {
            action: addresses.contact({ question, receipt }),
            replyTo: refused ?? '',
            isRefused: refused !== null,
            sentAt,
            timeZone: site.timeZone,
          }
        : null,
    });
    if (refused !== null) response.status(400);
    send(
      response,
      visit,
      'faq/contact',
      {
        title: words.say('faq.contact.title'),
        description: '',
        path: '/contact',
        existsIn: [],
        conversation,
        carried: [
          ['q', question],
          ['receipt', receipt],
        ],
        breadcrumbs: [],
      },
      { contact: model, receiptUrl: receipt && receiptPage(locale, receipt) },
    );
  };

  const contact = page(async (visit, request, response) =>
    sendContact(response, visit, await readCarried(request)),
  );

  const handOver = page(async (visit, request, response) => {
    const carried = await readCarried(request);
    const { record, question, conversation } = carried;
    const typed = readText(
      { replyTo: (request.body as { replyTo?: unknown } | undefined)?.replyTo },
      'replyTo',
    );
    const taker = record && takerOf(visit.site, record.result.escalation?.contact ?? null);
    // A contact that takes none any more, or a receipt that expired meanwhile: the page says how else.
    if (record === null || taker === null) return sendContact(response, visit, carried);
    let replyTo: string | null;
    try {
      replyTo = readReplyTo(typed ?? '');
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return sendContact(response, visit, carried, typed?.slice(0, mostReplyCharacters) ?? '');
    }
    await handovers.request({ receipt: record.code, contact: taker.id, locale: visit.locale, replyTo });
    const { addresses } = inConversation(visit, conversation);
    response.redirect(303, addresses.contact({ question, receipt: record.code }));
  });

  /** A receipt as its customer may read it, or the form in which its code is typed; `missing`: a code that leads nowhere. */
  const sendReceipt = (
    response: Response,
    visit: Visit,
    record: ReceiptRecord | null,
    missing: string | null,
  ): void => {
    const { answerer, site, locale, browse, words, addresses } = visit;
    const optionUrl = (dimension: string | null, value: string): string =>
      dimension === null ? addresses.section(value) : addresses.choosing(dimension, value).home;
    const blockOf = (result: AnswerResult) =>
      presentAnswer(result, { site, locale, words: wordsOf, optionUrl });
    const today = record && compareToday(door, answerer, record, browse.asOf);
    const said = record && presentSaid(record, { site, locale, words });
    if (missing !== null) response.status(404);
    response.set('X-Robots-Tag', 'noindex');
    send(
      response,
      visit,
      'faq/receipt',
      {
        title:
          record === null
            ? words.say('faq.receipt.title')
            : words.say('faq.receipt.titleOf', { code: record.code }),
        description: '',
        path: record === null ? '/r' : `/r/${record.code}`,
        existsIn: [],
      },
      {
        action: `/${locale}/r`,
        missing,
        said: said && { ...said, block: blockOf(record.result) },
        today: today && {
          kind: today.kind,
          block: today.kind === 'other' && today.result ? blockOf(today.result) : null,
        },
        contactUrl: addresses.contact({ question: null, receipt: record?.code ?? null }),
      },
    );
  };

  const typeReceipt = page(async (visit, request, response) => {
    const typed = readText(request.query, 'code');
    if (typed === null) return sendReceipt(response, visit, null, null);
    const code = readReceiptCode(typed.slice(0, mostTypedCode));
    if (code === null) return sendReceipt(response, visit, null, typed.slice(0, mostTypedCode));
    response.redirect(303, receiptPage(visit.locale, code));
  });

  const readReceipt = page(async (visit, request, response) => {
    const typed = String(request.params.code).slice(0, mostTypedCode);
    const record = await door.receipt(typed);
    sendReceipt(response, visit, record, record === null ? typed : null);
  });

  const searchDescription = page((visit, _request, response) => {
    const { site, locale, words } = visit;
    const description = words.say('faq.ask.hint');
    response
      .type('application/opensearchdescription+xml')
      .send(openSearch({ site, locale, publicUrl, description }));
  });

  const changes = page(async ({ answerer, locale, browse, words }, _request, response) => {
    const feed = { answerer, locale, asOf: browse.asOf, publicUrl, words };
    response.type('application/atom+xml').send(changesFeed({ ...feed, changes: await publicChanges() }));
  });

  const siteMap: RequestHandler = (_request, response) => {
    const answerer = door.open();
    const { site } = answerer;
    const asOf = answerer.today(door.now());
    response.type('application/xml').send(
      sitemap({
        site,
        publicUrl,
        categories: answerer.categories({ locale: site.defaultLocale, context: {}, asOf }),
        inventory: answerer.inventory(asOf),
      }),
    );
  };

  const robotsText: RequestHandler = (_request, response) => {
    response.type('text/plain').send(robots(door.open().site, publicUrl));
  };

  const get = (
    path: string,
    cache: Route['cache'],
    summary: string,
    handler: RequestHandler,
    format: Route['format'] = 'html',
  ): Route => ({ method: 'get', path, access: 'anyone', limit: 'pages', format, cache, summary, handler });

  const post = (path: string, summary: string, handler: RequestHandler): Route => ({
    ...{ method: 'post', path, access: 'anyone', limit: 'pages', feedback: true },
    ...{ format: 'html', cache: 'no-store', summary, handler },
  });

  return [
    get('/', 'public-revalidate', "To the first page in the browser's language.", entrance),
    get('/sitemap.xml', 'public-revalidate', 'Every public page with its languages.', siteMap, 'xml'),
    get('/robots.txt', 'public-revalidate', 'What search engines should read.', robotsText, 'text'),
    get('/:locale', 'public-revalidate', 'First page of the FAQ.', home),
    get('/:locale/search', 'no-store', 'The answer to a question, and a list of others.', search),
    get(
      '/:locale/suggest',
      'public-revalidate',
      'Questions that begin like what is typed into the box, for the script of these pages.',
      suggest,
      'json',
    ),
    get('/:locale/contact', 'no-store', 'How to reach a person, with the question at hand.', contact),
    get('/:locale/survey', 'no-store', 'The relationship question of one conversation.', survey),
    post('/:locale/feedback', 'Whether an answer or an article helped; comes back to its page.', rate),
    post('/:locale/survey', 'What a customer answers to the relationship question.', answerSurvey),
    post(
      '/:locale/contact',
      'Sends the question at hand to a person, where the contact takes it by webhook.',
      handOver,
    ),
    get('/:locale/r', 'no-store', 'Where a customer types a receipt code.', typeReceipt),
    get(
      '/:locale/r/:code',
      'no-store',
      'What was said under a receipt code, for its customer, and what is said today.',
      readReceipt,
    ),
    get(
      '/:locale/opensearch.xml',
      'public-revalidate',
      'How a browser can ask from its address bar.',
      searchDescription,
      'xml',
    ),
    get(
      '/:locale/changes.atom',
      'public-revalidate',
      'Articles that are new or changed, as an Atom feed.',
      changes,
      'xml',
    ),
    get('/:locale/:category', 'public-revalidate', 'The articles of one category.', category),
    get('/:locale/:category/:slug', 'public-revalidate', 'One article, its answer first.', article),
  ];
}

/** What a question back is about where no list names it: title and heading of the answer that it leads to. */
function pointed(
  answerer: PublicAnswerer,
  { clarification }: AnswerResult,
  browse: BrowseAsk,
): Pick<Pointer, 'title' | 'heading'> | undefined {
  const [articleId = '', anchor] = clarification?.answerId?.split('#') ?? [];
  const found = answerer.article(articleId, browse);
  if (found.kind !== 'article') return undefined;
  const section = found.article.sections.find((one) => one.anchor === anchor);
  return { title: found.article.title, heading: section?.heading ?? null };
}

/** What a question back is about, so that a customer who meant something else sees it before she answers. */
function nameOf(hit: Pick<Pointer, 'title' | 'heading'> | undefined): string | null {
  if (!hit) return null;
  return hit.heading === null ? hit.title : `${hit.title} › ${hit.heading}`;
}

/** What a pointer is called beside an answer: a part of the same article by its heading alone. */
function nameBeside(one: Pointer, answerId: string | null): string {
  if (one.heading === null) return one.title;
  const same = answerId !== null && one.answerId.split('#')[0] === answerId.split('#')[0];
  return same ? one.heading : `${one.title} › ${one.heading}`;
}

/** The name of a language in another; null for what is no language, such as `robots` or `wp-admin`. */
function languageOf(tag: string, locale: Locale): string | null {
  if (!/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/i.test(tag)) return null;
  try {
    return new Intl.DisplayNames(locale, { type: 'language', fallback: 'none' }).of(tag) ?? null;
  } catch {
    // Written like a tag and none all the same: `cgi-bin`.
    return null;
  }
}
