import type { RequestHandler } from 'express';
import type { ArticleLookup } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import type { Views } from '../../http/views.ts';
import type { AgentDoor, Current, ServedResult } from '../ask.ts';
import { handOverOfResult } from '../hand-over.ts';
import { recordedAs } from '../recorded-as.ts';
import { type AgentOperationId, agentOperations } from './agent-operations.ts';
import { apiKeyOf } from './key-guard.ts';
import { presentArticle, presentDesk, presentHit, presentReceipt, presentResult } from './present.ts';
import { askOfBody, browseAsk, readBody, readQuery } from './read-request.ts';
import { noSuchReceipt, routeOf, send } from './routes.ts';
import { AnswerRequest, BrowseQuery, NoQuery } from './schemas.ts';

/** Rows of the agents' own list: as many as the console shows. */
const agentRows = 4;

/**
 * The API for tools of the company's own staff, under /api/v1/agent: the public answer, and the desk beside it. Only a key
 * whose scope is `agent-answers` gets here; the routes say so, and the guard of keys refuses before a handler runs.
 */
export function agentApiRoutes(deps: { readonly door: AgentDoor; readonly views: Views }): readonly Route[] {
  const handlers = agentHandlers(deps);
  return agentOperations.map((operation) => routeOf(operation, handlers[operation.id]));
}

function agentHandlers({
  door,
  views,
}: {
  readonly door: AgentDoor;
  readonly views: Views;
}): Readonly<Record<AgentOperationId, RequestHandler>> {
  return {
    async askForAgents(request, response) {
      const current = door.openBoth();
      readQuery(request, NoQuery);
      const body = readBody(request, AnswerRequest);
      const ask = askOfBody(body, current.public, door.now());
      const result = await door.askForAgents(current.public, ask, {
        channel: recordedAs(request, apiKeyOf(response)?.channel ?? 'api'),
        conversationId: body.conversationId ?? null,
        customer: body.customer ?? null,
      });
      const { question } = ask;
      const handover = handOverOfResult(
        current.public.site,
        result,
        { question, conversation: body.conversationId ?? null },
        views.words(result.requestedLocale),
      );
      // A follow-up's own words would find anything.
      const isOwnQuestion = question !== null && (result.followUp?.rule ?? 'new-question') === 'new-question';
      const hidden =
        isOwnQuestion && result.status !== 'courtesy'
          ? current.desk.searchHidden({ ...ask, question, limit: agentRows })
          : [];
      send(response, result.answer?.locale ?? result.requestedLocale, {
        result: presentResult(forAgents(result), handover),
        desk: presentDesk(besideResult(current, result)),
        agentArticles: hidden.map(presentHit),
      });
    },

    readAgentArticle(request, response) {
      const current = door.openBoth();
      const asked = browseAsk(readQuery(request, BrowseQuery), current.public, door.now());
      const articleId = `${String(request.params.category)}/${String(request.params.slug)}`;
      const open = current.public.article(articleId, asked);
      const lookup: ArticleLookup =
        open.kind === 'unknown' ? current.desk.hiddenArticle(articleId, asked) : open;
      switch (lookup.kind) {
        case 'article':
          return send(response, lookup.article.locale, {
            audience: open.kind === 'article' ? 'public' : 'agent',
            article: presentArticle(lookup.article),
            desk: presentDesk(current.desk.beside(articleId, lookup.article.locale)),
          });
        case 'redirect': {
          const { search } = new URL(request.originalUrl, 'http://localhost');
          return void response
            .status(301)
            .location(`/api/v1/agent/articles/${lookup.articleId}${search}`)
            .end();
        }
        case 'unknown':
          throw new AppError('not-found', {
            message: `No article ${articleId} is in force on ${asked.asOf}.`,
            expected: 'category/slug of an article, public or for agents',
            found: articleId,
          });
      }
    },

    async readAgentReceipt(request, response) {
      readQuery(request, NoQuery);
      const record = await door.receipt(String(request.params.code));
      if (record === null) throw noSuchReceipt(String(request.params.code));
      const { result } = record;
      send(
        response,
        result.answer?.locale ?? result.requestedLocale,
        presentReceipt(record, receiptUrl(record.code)),
      );
    },
  };
}

function receiptUrl(code: string): string {
  return `/api/v1/agent/receipts/${code}`;
}

/** The receipt's address is the one at which agents' tools can read it. */
function forAgents(result: ServedResult): ServedResult {
  const { receipt } = result;
  return { ...result, receipt: receipt && { code: receipt.code, url: receiptUrl(receipt.code) } };
}

/** What stands beside the answer, or beside the article that a question back is about. */
function besideResult(current: Current, result: ServedResult) {
  const id = result.answer?.id ?? result.clarification?.answerId ?? null;
  const locale = result.answer?.locale ?? result.requestedLocale;
  return id === null ? null : current.desk.beside(id.split('#')[0] ?? id, locale);
}
