import type { ApiResult } from './api-result.ts';
import type { HttpClient, Reply } from './http-client.ts';
import type { Question } from './question.ts';
import { collapsed } from './visible-text.ts';

/** One thing that a channel says, and what it should say. */
export interface Statement {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** What the API's POST said, which all channels are held against. */
export interface Said {
  /** Null where it refused the question as it stands. */
  readonly result: ApiResult | null;
  /** The same with every field that the API gives. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** What came of asking one channel: what it said and where, or null where it cannot be asked this. */
export type Look = { readonly address: string; readonly statements: readonly Statement[] } | null;

/** What a channel is asked with. */
export interface Visit {
  readonly customer: HttpClient;
  /** Null where no agent was named. */
  readonly agent: HttpClient | null;
  /** The day that the installation takes for today. */
  readonly today: string;
  /** A page that many questions share: read once while the same content is served. */
  readonly page: (client: HttpClient, path: string) => Promise<Reply>;
}

/** A way in which people or programs get answers. */
export interface Channel {
  readonly name: string;
  /** Whether only a signed-in agent sees it. */
  readonly forAgents: boolean;
  /** Errors: couldNotAsk. */
  readonly look: (question: Question, said: Said, visit: Visit) => Promise<Look>;
}

/** Those that are not the same but for ASCII white space. */
export function differing(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(({ expected, found }) => collapsed(expected) !== collapsed(found));
}

/** That a page or call answers as it should. */
export function answersWith(status: number, reply: Reply): Statement {
  return { field: 'HTTP status', expected: String(status), found: String(reply.status) };
}
