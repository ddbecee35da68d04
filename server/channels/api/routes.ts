import type { Request, RequestHandler, Response } from 'express';
import type { Ask, PublicAnswerer } from '../../answers/answer.ts';
import type { Config } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { type Handovers, readReplyTo } from '../../feedback/conversations/handovers.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { PublicDoor } from '../ask.ts';
import { type CustomerFeedback, surveyQuestions } from '../customer-feedback.ts';
import { handOverOfResult, takerOf } from '../hand-over.ts';
import { inLocale } from '../in-locale.ts';
import { recordedAs } from '../recorded-as.ts';
import { docsRoute } from './docs.ts';
import { apiKeyOf } from './key-guard.ts';
import { createOpenApi, type JsonObject } from './openapi.ts';
import { type Operation, type OperationId, operations } from './operations.ts';
import {
  type Asked,
  presentArticle,
  presentArticles,
  presentCategories,
  presentHits,
  presentReceipt,
  presentResult,
  presentSuggestions,
} from './present.ts';
import { askOfBody, browseAsk, checkCategory, readBody, readQuery } from './read-request.ts';
import {
  AnswerQuery,
  AnswerRequest,
  ArticlesQuery,
  BrowseQuery,
  FeedbackRequest,
  HandOverRequest,
  mostSuggestions,
  NoQuery,
  SearchQuery,
  SuggestQuery,
  SurveyRequest,
} from './schemas.ts';

const defaultHits = 10;

/**
 * The answer API under /api/v1 and its page /api/docs. It is handed the public door and nothing else; every result is the
 * door's, every list the open answerer's.
 */
export function apiRoutes(deps: {
  readonly door: PublicDoor;
  readonly config: Config;
  readonly views: Views;
  readonly feedback: CustomerFeedback;
  readonly handovers: Handovers;
}): readonly Route[] {
  const { door, config, views } = deps;
  const openApi = createOpenApi(door, config, views.words);
  const handlers = apiHandlers(deps, openApi);
  return [
    ...operations.map((operation): Route => routeOf(operation, handlers[operation.id])),
    docsRoute({ door, config, views, openApi }),
  ];
}

/** The route of an operation. */
export function routeOf(
  { method, path, scope, cache, feedback, summary }: Operation,
  handler: RequestHandler,
): Route {
  return {
    method,
    path,
    access: 'anyone',
    limit: 'api',
    ...(feedback === true ? { feedback } : {}),
    ...(scope === null ? {} : { scope }),
    format: 'json',
    cache,
    summary,
    handler,
  };
}

function apiHandlers(
  deps: {
    readonly door: PublicDoor;
    readonly views: Views;
    readonly feedback: CustomerFeedback;
    readonly handovers: Handovers;
  },
  openApi: () => JsonObject,
): Readonly<Record<OperationId, RequestHandler>> {
  const { door, views, feedback, handovers } = deps;
  const askedOf = (query: Parameters<typeof browseAsk>[0], answerer: PublicAnswerer): Asked => {
    const ask = browseAsk(query, answerer, door.now());
    return { ...ask, locale: answerer.checkLocale(ask.locale), snapshot: answerer.snapshot };
  };
  const peek = (response: Response, answerer: PublicAnswerer, ask: Ask): void => {
    const result = door.peek(answerer, ask);
    send(response, result.answer?.locale ?? result.requestedLocale, presentResult(result));
  };
  const byId = (request: Request, response: Response, answerId: string): void => {
    const answerer = door.open();
    const query = readQuery(request, BrowseQuery);
    peek(response, answerer, { question: null, answerId, ...browseAsk(query, answerer, door.now()) });
  };

  return {
    async askQuestion(request, response) {
      const answerer = door.open();
      readQuery(request, NoQuery);
      const body = readBody(request, AnswerRequest);
      const ask = askOfBody(body, answerer, door.now());
      const result = await door.ask(answerer, ask, {
        channel: recordedAs(request, apiKeyOf(response)?.channel ?? body.channel ?? 'api'),
        conversationId: body.conversationId ?? null,
        customer: body.customer ?? null,
      });
      const carried = { question: ask.question, conversation: body.conversationId ?? null };
      const words = views.words(result.requestedLocale);
      const handover = handOverOfResult(answerer.site, result, carried, words);
      send(response, result.answer?.locale ?? result.requestedLocale, presentResult(result, handover));
    },

    async handOver(request, response) {
      const { site } = door.open();
      readQuery(request, NoQuery);
      const body = readBody(request, HandOverRequest);
      const replyTo = readReplyTo(body.replyTo ?? '');
      const record = await door.receipt(body.receipt);
      if (record === null) throw noSuchReceipt(body.receipt);
      const locale = record.result.requestedLocale;
      const contact = takerOf(site, record.result.escalation?.contact ?? null);
      if (contact === null)
        throw new AppError('invalid-request', {
          message: 'The contact of this result takes no questions by webhook.',
          field: 'receipt',
          expected: 'the receipt of a result whose handover is webhook',
          found: body.receipt.slice(0, 40),
        });
      const outcome = await handovers.request({
        receipt: record.code,
        contact: contact.id,
        locale,
        replyTo,
      });
      if (outcome === 'unknown') throw noSuchReceipt(body.receipt);
      if (outcome === 'nobody')
        throw new AppError('unavailable', {
          message: 'Nobody takes hand-overs at the moment. Give the customer the contact instead.',
        });
      send(response, locale, {
        receipt: record.code,
        contact: contact.id,
        name: inLocale(contact.name, locale, site),
        handedOver: outcome === 'before' ? 'before' : 'now',
      });
    },

    readAnswer(request, response) {
      const answerer = door.open();
      const { q, previous = null, explain = false, ...query } = readQuery(request, AnswerQuery);
      const browse = browseAsk(query, answerer, door.now());
      peek(response, answerer, { question: q, answerId: null, previous, explain, ...browse });
    },

    readAnswerById: (request, response) => byId(request, response, String(request.params.id)),

    readLead: (request, response) =>
      byId(request, response, `${String(request.params.category)}/${String(request.params.slug)}`),

    readSection: (request, response) =>
      byId(
        request,
        response,
        `${String(request.params.category)}/${String(request.params.slug)}#${String(request.params.section)}`,
      ),

    search(request, response) {
      const answerer = door.open();
      const { q, limit = defaultHits, ...query } = readQuery(request, SearchQuery);
      const asked = askedOf(query, answerer);
      const hits = answerer.search({ ...asked, question: q, limit });
      send(response, asked.locale, presentHits(hits, asked));
    },

    suggest(request, response) {
      const answerer = door.open();
      const { q, limit = mostSuggestions, ...query } = readQuery(request, SuggestQuery);
      const asked = askedOf(query, answerer);
      send(response, asked.locale, presentSuggestions(answerer.suggest(q, asked, limit), asked));
    },

    listCategories(request, response) {
      const answerer = door.open();
      const asked = askedOf(readQuery(request, BrowseQuery), answerer);
      send(response, asked.locale, presentCategories(answerer.categories(asked), asked));
    },

    listArticles(request, response) {
      const answerer = door.open();
      const { category, ...query } = readQuery(request, ArticlesQuery);
      const asked = askedOf(query, answerer);
      const wanted = category === undefined ? null : checkCategory(category, answerer);
      const categories = answerer.categories(asked).filter(({ id }) => wanted === null || id === wanted);
      send(response, asked.locale, presentArticles(categories, asked));
    },

    readArticle(request, response) {
      const answerer = door.open();
      const asked = askedOf(readQuery(request, BrowseQuery), answerer);
      const articleId = `${String(request.params.category)}/${String(request.params.slug)}`;
      const found = answerer.article(articleId, asked);
      switch (found.kind) {
        case 'article':
          return send(response, found.article.locale, presentArticle(found.article));
        case 'redirect': {
          const { search } = new URL(request.originalUrl, 'http://localhost');
          return void response.status(301).location(`/api/v1/articles/${found.articleId}${search}`).end();
        }
        case 'unknown':
          throw new AppError('not-found', {
            message: `No article ${articleId} is in force on ${asked.asOf}.`,
            expected: 'category/slug of an article of /api/v1/articles',
            found: articleId,
          });
      }
    },

    async readReceipt(request, response) {
      readQuery(request, NoQuery);
      const record = await door.receipt(String(request.params.code));
      if (record === null) throw noSuchReceipt(String(request.params.code));
      const { result } = record;
      const url = `/api/v1/receipts/${record.code}`;
      send(response, result.answer?.locale ?? result.requestedLocale, presentReceipt(record, url));
    },

    async sendFeedback(request, response) {
      const { site } = door.open();
      readQuery(request, NoQuery);
      const { receipt, helpful, reasons, sentence } = readBody(request, FeedbackRequest);
      const now = door.now();
      const said = { receipt, helpful, reasons: reasons ?? [], sentence: sentence ?? null };
      const outcome = await feedback.ratings.rate(said, now);
      if (outcome.kind === 'unknown') throw noSuchReceipt(receipt);
      if (outcome.kind === 'settled') throw alreadyCounted('The rating of this receipt', 'within 24 hours');
      const { rating, conversationId } = outcome;
      const isAsked =
        conversationId !== null && (await feedback.survey.state(conversationId, now)) === 'open';
      send(response, rating.locale, {
        rating: {
          receipt: rating.receipt,
          helpful: rating.helpful,
          reasons: rating.reasons,
          givenAt: rating.givenAt,
          changedAt: rating.changedAt,
        },
        survey: isAsked ? surveyQuestions(site, views.words(rating.locale)) : null,
      });
    },

    async answerSurvey(request, response) {
      const { site } = door.open();
      readQuery(request, NoQuery);
      const { conversationId, score, sentence } = readBody(request, SurveyRequest);
      const said = { conversationId, score, sentence: sentence ?? null };
      const state = await feedback.survey.give(said, door.now());
      if (state === 'given') throw alreadyCounted('The survey answer of this conversation', 'once');
      if (state === 'none')
        throw new AppError('not-found', {
          message: 'This conversation was not asked.',
          field: 'conversationId',
          expected: 'a conversation in which POST /feedback gave a survey',
        });
      send(response, site.defaultLocale, { counted: true });
    },

    readOpenApi(request, response) {
      readQuery(request, NoQuery);
      send(response, 'en', openApi());
    },
  };
}

/** The error of a receipt code that leads to nothing. */
export function noSuchReceipt(code: string): AppError {
  return new AppError('not-found', {
    message: 'There is no receipt with this code: it was never given out, or its retention has passed.',
    expected: 'a code like BCDF2345, in any case',
    found: code.slice(0, 40),
  });
}

function alreadyCounted(what: string, expected: string): AppError {
  return new AppError('already-counted', { message: `${what} was counted already. Thank you.`, expected });
}

/** Sends a body in a language. */
export function send(response: Response, locale: string, body: object): void {
  response.set('Content-Language', locale).json(body);
}
