import { articlePath, type Operation } from './operations.ts';
import {
  AgentAnswerSchema,
  AgentArticleSchema,
  AnswerRequest,
  BrowseQuery,
  NoQuery,
  ReceiptRecordSchema,
} from './schemas.ts';

/** The calls that a key for agents' answers opens, for tools of the company's own staff. */
export const agentOperations = [
  {
    id: 'askForAgents',
    method: 'post',
    path: '/api/v1/agent/answer',
    scope: 'agent-answers',
    cache: 'no-store',
    summary: 'Ask as an agent: the same result, and beside it what only agents may know.',
    description: [
      'For tools of your own staff, never for customers or a bot that speaks with them. The request is that of `POST /answer`; `result` is what it answers, with the same fingerprint.',
      '',
      '`desk` and `agentArticles` are internal: show them apart from the answer and keep them out of what a customer may read. Nothing may be stored by a cache. The receipt can be read at `/agent/receipts/{code}` and in the console, not by the public.',
    ].join('\n'),
    pathParameters: {},
    query: NoQuery,
    body: AnswerRequest,
    success: AgentAnswerSchema,
    successDescription: "The result and the agents' side beside it.",
    redirects: false,
    problems: ['not-found', 'body-too-large', 'unsupported-media-type'],
  },
  {
    id: 'readAgentArticle',
    method: 'get',
    path: '/api/v1/agent/articles/:category/:slug',
    scope: 'agent-answers',
    cache: 'no-store',
    summary: "One article with what stands beside it; also one of the agents' own.",
    description:
      'As `/articles/{category}/{slug}`, and the notes and offers beside it. `audience` says whether customers may read the article.',
    pathParameters: articlePath,
    query: BrowseQuery,
    body: null,
    success: AgentArticleSchema,
    successDescription: 'The article.',
    redirects: true,
    problems: ['not-found'],
  },
  {
    id: 'readAgentReceipt',
    method: 'get',
    path: '/api/v1/agent/receipts/:code',
    scope: 'agent-answers',
    cache: 'no-store',
    summary: 'What was said under a receipt code, also to agents, to the letter.',
    description:
      'As `/receipts/{code}`, and of answers that were given to agents. What stood beside the answer is not kept.',
    pathParameters: { code: { description: 'The receipt code.', example: 'BCDF2345' } },
    query: NoQuery,
    body: null,
    success: ReceiptRecordSchema,
    successDescription: 'What was said, and when.',
    redirects: false,
    problems: ['not-found'],
  },
] as const satisfies readonly Operation[];

/** Names the handlers in agent-routes.ts. */
export type AgentOperationId = (typeof agentOperations)[number]['id'];
