import type { z } from 'zod';
import type { KeyScope } from '../../accounts/key-scopes.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Route } from '../../http/route.ts';
import {
  AnswerQuery,
  AnswerRequest,
  AnswerResultSchema,
  ArticleSchema,
  ArticlesQuery,
  ArticlesSchema,
  BrowseQuery,
  CategoriesSchema,
  FeedbackRequest,
  FeedbackSchema,
  HandedOverSchema,
  HandOverRequest,
  NoQuery,
  OpenApiSchema,
  ReceiptRecordSchema,
  SearchQuery,
  SearchResultSchema,
  SuggestionsSchema,
  SuggestQuery,
  SurveyRequest,
  SurveySchema,
} from './schemas.ts';

/** One call of the API as data: its routes and its documentation are both made from this. */
export interface Operation {
  /** Names the handler in routes.ts and the operation in the OpenAPI document. */
  readonly id: string;
  readonly method: Route['method'];
  /** Express path; `:name` is documented as `{name}`. */
  readonly path: string;
  /** What a key must open to call it, where keys are required or this is more than public answers; null: no key. */
  readonly scope: KeyScope | null;
  readonly cache: Route['cache'];
  /** As a route's: whether it is counted once more by address where no key came. */
  readonly feedback?: boolean;
  /** One sentence. */
  readonly summary: string;
  /** All a bot's author has to know; CommonMark. */
  readonly description: string;
  readonly pathParameters: Readonly<Record<string, PathParameter>>;
  /** Strict: a query key that is not in it is refused. */
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly success: z.ZodType;
  readonly successDescription: string;
  /** Whether an old id answers 301 with the address of the article that replaced it. */
  readonly redirects: boolean;
  /** What can go wrong beside what can go wrong everywhere. */
  readonly problems: readonly ErrorCode[];
}

export interface PathParameter {
  readonly description: string;
  readonly example: string;
}

/** What every call can answer. */
export const commonProblems: readonly ErrorCode[] = [
  'invalid-request',
  'api-key-invalid',
  'forbidden',
  'method-not-allowed',
  'too-many-requests',
  'internal',
  'unavailable',
];

/** The path parameters of an article. */
export const articlePath = {
  category: { description: 'Category of the article: the first part of its id.', example: 'orders' },
  slug: { description: 'The second part of its id.', example: 'change-order' },
} as const;

/** Every call of the API under /api/v1 for public answers. */
export const operations = [
  {
    id: 'askQuestion',
    method: 'post',
    path: '/api/v1/answer',
    scope: 'public-answers',
    cache: 'no-store',
    summary: 'Ask: one approved answer, a question back, or whom to turn to. With receipt.',
    description: [
      "Send the customer's own words as `question`, or the `answerId` of an answer you know. The result says what to do in `status`.",
      '',
      'A conversation is a sequence of such calls. The server keeps no state between them: send what you know (`locale`, `context`) with each.',
      '',
      '1. Ask. On `answered`, say `answer.text` word for word, with its source and the date it was verified.',
      '2. On `clarify` with a `dimension`, ask `prompt`, offer the options, then send the same question again with the choice in `context`, and keep it there for the rest of the conversation. On `clarify` without one, send the chosen option as `answerId`.',
      '3. On `no_answer` and `needs_confirmation`, give `escalation`, `handover.url` and `receipt.code`: with them the person who takes over sees what was asked and said, so the customer need not repeat it.',
      '4. On `courtesy`, say `reply` and go on.',
      '5. Send the same `conversationId` with every call, and `customer` where you know who it is: an agent who takes over sees the whole conversation in order. Neither opens anything to whoever knows it.',
      '6. Send `answer.id` or `clarification.id` as `previous` with what the customer says next: short follow-ups and choices in their own words are then understood, and `followUp` tells how.',
      '',
      'The result is stored before it is sent, and `receipt.code` brings it back, to the letter, until its retention passes. Personal data in the question is redacted before it is stored.',
    ].join('\n'),
    pathParameters: {},
    query: NoQuery,
    body: AnswerRequest,
    success: AnswerResultSchema,
    successDescription: 'The result; all five statuses are 200.',
    redirects: false,
    problems: ['not-found', 'body-too-large', 'unsupported-media-type'],
  },
  {
    id: 'handOver',
    method: 'post',
    path: '/api/v1/handovers',
    scope: 'public-answers',
    cache: 'no-store',
    summary: 'Hand a question over to a person, where `handover.kind` is `webhook`.',
    description:
      'Send the receipt code of the result, and where the customer can be reached if they say so. The company gets question, language, conversation and receipt as an event (`handover.requested`); the reply address is forgotten once it was delivered. The same receipt counts once. 503 where nobody takes hand-overs: give the contact instead.',
    pathParameters: {},
    query: NoQuery,
    body: HandOverRequest,
    success: HandedOverSchema,
    successDescription: 'The question is with a person.',
    redirects: false,
    problems: ['not-found', 'body-too-large', 'unsupported-media-type'],
  },
  {
    id: 'readAnswer',
    method: 'get',
    path: '/api/v1/answer',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'The same result for a question, without a receipt; may be cached.',
    description:
      'For pages and previews that many people see. Nothing is recorded, so `receipt` is null; everything else equals what `POST /answer` gives. Carries an ETag: send it back in `If-None-Match` and get 304 while nothing has changed.',
    pathParameters: {},
    query: AnswerQuery,
    body: null,
    success: AnswerResultSchema,
    successDescription: 'The result; all five statuses are 200.',
    redirects: false,
    problems: [],
  },
  {
    id: 'readAnswerById',
    method: 'get',
    path: '/api/v1/answers/:id',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'One answer by its id, percent-encoded.',
    description:
      'For ids as they stand in `answer.id`: encode them for a path (`encodeURIComponent`). The same answers are at `/answers/{category}/{slug}/{section}`. Nothing is recorded.',
    pathParameters: {
      id: {
        description: 'An answer id, percent-encoded: `orders%2Fchange-order%23lead`.',
        example: 'orders/change-order#lead',
      },
    },
    query: BrowseQuery,
    body: null,
    success: AnswerResultSchema,
    successDescription:
      'The result: the answer, or `clarify` where it depends on something you did not send.',
    redirects: false,
    problems: ['not-found'],
  },
  {
    id: 'readLead',
    method: 'get',
    path: '/api/v1/answers/:category/:slug',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: "An article's short answer.",
    description: 'The same as asking for the answer id `category/slug#lead`. Nothing is recorded.',
    pathParameters: articlePath,
    query: BrowseQuery,
    body: null,
    success: AnswerResultSchema,
    successDescription:
      'The result: the answer, or `clarify` where it depends on something you did not send.',
    redirects: false,
    problems: ['not-found'],
  },
  {
    id: 'readSection',
    method: 'get',
    path: '/api/v1/answers/:category/:slug/:section',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: "One section's answer.",
    description: 'The same as asking for the answer id `category/slug#section`. Nothing is recorded.',
    pathParameters: {
      ...articlePath,
      section: { description: 'The part of the answer id after `#`.', example: 'lead' },
    },
    query: BrowseQuery,
    body: null,
    success: AnswerResultSchema,
    successDescription:
      'The result: the answer, or `clarify` where it depends on something you did not send.',
    redirects: false,
    problems: ['not-found'],
  },
  {
    id: 'search',
    method: 'get',
    path: '/api/v1/search',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'Sections that match a question, best first.',
    description:
      'The ranking is that of `/answer`: what is first here is what is answered there. For result pages; a bot wants `/answer`, which also knows when not to answer.',
    pathParameters: {},
    query: SearchQuery,
    body: null,
    success: SearchResultSchema,
    successDescription: 'The list, empty where nothing matches.',
    redirects: false,
    problems: [],
  },
  {
    id: 'suggest',
    method: 'get',
    path: '/api/v1/suggest',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'Questions that begin like what was typed.',
    description: 'For suggestions while typing: titles and phrasings of the articles.',
    pathParameters: {},
    query: SuggestQuery,
    body: null,
    success: SuggestionsSchema,
    successDescription: 'The suggestions, empty where nothing fits.',
    redirects: false,
    problems: [],
  },
  {
    id: 'listCategories',
    method: 'get',
    path: '/api/v1/categories',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'The table of contents.',
    description: 'Categories with their articles in force on the day asked for.',
    pathParameters: {},
    query: BrowseQuery,
    body: null,
    success: CategoriesSchema,
    successDescription: 'The categories.',
    redirects: false,
    problems: [],
  },
  {
    id: 'listArticles',
    method: 'get',
    path: '/api/v1/articles',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'All articles, or those of one category.',
    description: 'Articles in force on the day asked for.',
    pathParameters: {},
    query: ArticlesQuery,
    body: null,
    success: ArticlesSchema,
    successDescription: 'The articles.',
    redirects: false,
    problems: [],
  },
  {
    id: 'readArticle',
    method: 'get',
    path: '/api/v1/articles/:category/:slug',
    scope: 'public-answers',
    cache: 'public-revalidate',
    summary: 'One article with every section.',
    description:
      'Each section is the result of asking for its answer id. The id of an article that was replaced leads (301) to the article that replaced it.',
    pathParameters: articlePath,
    query: BrowseQuery,
    body: null,
    success: ArticleSchema,
    successDescription: 'The article.',
    redirects: true,
    problems: ['not-found'],
  },
  {
    id: 'readReceipt',
    method: 'get',
    path: '/api/v1/receipts/:code',
    scope: 'public-answers',
    cache: 'no-store',
    summary: 'What was said under a receipt code, to the letter.',
    description:
      'Read in any case, with or without the hyphen. The question is not shown: whoever has the code sees what the company said, not what the customer wrote.',
    pathParameters: { code: { description: 'The receipt code.', example: 'BCDF2345' } },
    query: NoQuery,
    body: null,
    success: ReceiptRecordSchema,
    successDescription: 'What was said, and when.',
    redirects: false,
    problems: ['not-found'],
  },
  {
    id: 'sendFeedback',
    method: 'post',
    path: '/api/v1/feedback',
    scope: 'public-answers',
    cache: 'no-store',
    feedback: true,
    summary: 'Whether an answer helped, as the customer says.',
    description: [
      'Send the `receipt.code` of the answer with what the customer said of it. One rating a receipt: sent again within 24 hours, it changes; later it is refused as `already-counted` (409). Personal data in the sentence is redacted before it is stored, and no sentence is ever shown in public.',
      '',
      'Where `survey` is not null, this conversation is one of those that are asked the relationship question: thank the customer, put `survey.recommend`, then `survey.why`, and send both to `POST /survey`. It is never put after a single answer, and once a conversation.',
    ].join('\n'),
    pathParameters: {},
    query: NoQuery,
    body: FeedbackRequest,
    success: FeedbackSchema,
    successDescription: 'The rating as it stands, and the question to put next, where there is one.',
    redirects: false,
    problems: ['not-found', 'already-counted', 'body-too-large', 'unsupported-media-type'],
  },
  {
    id: 'answerSurvey',
    method: 'post',
    path: '/api/v1/survey',
    scope: 'public-answers',
    cache: 'no-store',
    feedback: true,
    summary: 'How likely the customer is to recommend, and why.',
    description:
      'For conversations in which `POST /feedback` gave a `survey`; others are `not-found`. One answer a conversation: the next is `already-counted` (409).',
    pathParameters: {},
    query: NoQuery,
    body: SurveyRequest,
    success: SurveySchema,
    successDescription: 'The answer was counted.',
    redirects: false,
    problems: ['not-found', 'already-counted', 'body-too-large', 'unsupported-media-type'],
  },
  {
    id: 'readOpenApi',
    method: 'get',
    path: '/api/v1/openapi.json',
    scope: null,
    cache: 'public-revalidate',
    summary: 'This document.',
    description:
      'Generated from the schemas by which requests are parsed; languages, dimensions and examples are those of the content that is served now.',
    pathParameters: {},
    query: NoQuery,
    body: null,
    success: OpenApiSchema,
    successDescription: 'An OpenAPI 3.1 document.',
    redirects: false,
    problems: [],
  },
] as const satisfies readonly Operation[];

export type OperationId = (typeof operations)[number]['id'];
