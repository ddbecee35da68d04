import { createHash } from 'node:crypto';
import type { AnswerResult } from '../answers/answer.ts';
import type { Recorder } from '../channels/ask.ts';
import { type Redact, redact } from './redact.ts';

/** What was served, as a recorder is told it. */
export type Served = Parameters<Recorder['record']>[0];

/** A row of `served_answers`, but its number. */
export interface ServedRow {
  readonly code: string;
  readonly served_at: string;
  readonly expires_at: string;
  readonly channel: string;
  readonly conversation_id: string | null;
  readonly customer_key: string | null;
  readonly locale: string;
  readonly question: string | null;
  readonly answer_id: string | null;
  readonly status: string;
  readonly confidence: number | null;
  readonly fingerprint: string;
  readonly result: string;
  readonly said: string | null;
  readonly audience: string;
}

/** What was said, and its hash. */
export interface Said {
  readonly hash: string;
  readonly said: string;
}

const dayMs = 86_400_000;

/**
 * What is stored of a served answer, but its receipt code: the question and the customer's words in `why` redacted, the
 * conversation and the customer by their keys; all else to the letter.
 */
export function servedRow(
  { channel, conversationId, customer = null, ask, result, audience }: Served,
  at: {
    readonly servedAt: Date;
    readonly retentionDays: number;
    /** Default: `redact`. */
    readonly hide?: Redact;
  },
): { readonly row: Omit<ServedRow, 'code'>; readonly said: Said } {
  const { hide = redact } = at;
  const { said, rest } = partResult(withoutPersonalWords(result, ask.question, hide));
  const row = {
    served_at: at.servedAt.toISOString(),
    expires_at: new Date(at.servedAt.getTime() + at.retentionDays * dayMs).toISOString(),
    channel,
    conversation_id: conversationId === null ? null : conversationKey(conversationId),
    customer_key: customer === null ? null : customerKey(customer),
    locale: result.requestedLocale,
    question: ask.question === null ? null : hide(ask.question),
    answer_id: result.answer?.id ?? null,
    status: result.status,
    confidence: result.confidence,
    fingerprint: result.fingerprint,
    result: rest,
    said: said.hash,
    audience,
  };
  return { row, said };
}

/** A customer's reference as it is stored, wherever one is: `c-` and 24 hex, the same for the same reference. */
export function customerKey(reference: string): string {
  return `c-${createHash('sha256').update(`customer:${reference.trim()}`).digest('hex').slice(0, 24)}`;
}

/**
 * The conversation id as it is stored: itself, or, where it is an address (`@`) or nothing but digits like a phone number
 * (7 and more, after a word or not: `whatsapp:+972501234567`), a pseudonym that is the same for the same id (`p-` and 24
 * hex). Random ids with letters in them (UUIDs) stay.
 */
export function conversationKey(conversationId: string): string {
  const personal =
    conversationId.includes('@') || /^(?:[a-z]+[:_.-])?\+?(?:[().-]*\d){7,}[().-]*$/i.test(conversationId);
  if (!personal) return conversationId;
  return `p-${createHash('sha256').update(conversationId).digest('hex').slice(0, 24)}`;
}

/**
 * Parts a result: what was said, which is the same for many asks and four fifths of it (2,090 of 2,600 bytes on average over
 * the questions of the sample content), and what differs from ask to ask.
 */
function partResult({ answer, reply, clarification, followUps, escalation, ...rest }: AnswerResult): {
  readonly said: Said;
  readonly rest: string;
} {
  const said = JSON.stringify({ answer, reply, clarification, followUps, escalation });
  return {
    said: { hash: createHash('sha256').update(said).digest('hex'), said },
    rest: JSON.stringify(rest),
  };
}

/**
 * `why` and `followUp` are the only places where a result holds the customer's own words. A word that redaction took out of
 * the question is shown as its mark there too, also where it is only a part of a longer number.
 */
function withoutPersonalWords(result: AnswerResult, question: string | null, hide: Redact): AnswerResult {
  if (question === null) return result;
  const kept = hide(question);
  if (kept === question) return result;
  const clean = (word: string): string =>
    kept.includes(word) || !question.includes(word) ? hide(word) : markOf(word, hide);
  return {
    ...result,
    why: result.why.map((why) => ({ ...why, words: why.words.map(clean) })),
    followUp: result.followUp && { ...result.followUp, words: result.followUp.words.map(clean) },
  };
}

function markOf(word: string, hide: Redact): string {
  const redacted = hide(word);
  return redacted === word ? '[redacted]' : redacted;
}
