import type { Locale } from '../../answers/answer.ts';
import type { Conversation, ConversationLine, Turn } from '../../feedback/conversations/conversations.ts';
import type { Words } from '../../http/words.ts';
import { channelInWords } from '../channel-in-words.ts';
import { nameOf, wordsOf } from '../compare-today.ts';
import { languageName } from '../faq/present-answer.ts';
import { customerInWords } from '../present-said.ts';
import { type ConsoleQuery, hrefOf } from './console-query.ts';
import type { Presenting } from './present-answer.ts';
import { againOf } from './present-receipt.ts';
import { conversationHref, receiptHref } from './record-hrefs.ts';

/** One question and its answer. */
export interface TurnCard {
  readonly code: string;
  readonly receiptHref: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly channel: string;
  readonly language: string;
  readonly isAgents: boolean;
  /** Redacted; null where an answer was asked for by its id. */
  readonly question: string | null;
  readonly status: Turn['record']['result']['status'];
  /** What the answer is called; null without one. */
  readonly name: string | null;
  /** The first words that were said. */
  readonly excerpt: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** What was known of the customer, where it is not what the turn before knew; null: the same. */
  readonly customer: readonly string[] | null;
  readonly isUnhelpful: boolean;
  readonly isHelpful: boolean;
  readonly handedOverAt: string | null;
}

/** How a conversation stands after its last turn. */
export type Standing = 'handed-over' | 'answered' | 'clarify' | 'unanswered' | 'courtesy';

/** A conversation as a page shows it. */
export interface ConversationPage {
  readonly id: string;
  readonly timeZone: string;
  readonly turns: readonly TurnCard[];
  readonly standing: Standing;
  readonly customer: readonly string[];
  /** Whether these are its last turns. */
  readonly isEnd: boolean;
  readonly earlierHref: string | null;
  readonly latestHref: string;
  readonly customerHref: string | null;
  /** The console with all that is known. */
  readonly goOnHref: string;
}

/** Code points of an answer that are shown of it: two lines; the receipt has all of them. */
const excerptLength = 220;

/** Presents a part of a conversation. */
export function presentConversation(
  conversation: Conversation,
  page: { readonly isEnd: boolean; readonly words: (locale: Locale) => Words },
  by: Presenting,
): ConversationPage {
  const { turns, id } = conversation;
  const { site } = by.answerer;
  const { ui } = by.query;
  return {
    id,
    timeZone: site.timeZone,
    turns: turns.map((turn, at) => turnCard(turn, turns[at - 1] ?? null, page.words(ui), by)),
    standing: standingOf(turns),
    customer: customerInWords(site, ui, lastKnown(turns)),
    isEnd: page.isEnd,
    earlierHref: conversation.earlier === null ? null : conversationHref({ id }, ui, conversation.earlier),
    latestHref: conversationHref({ id }, ui),
    customerHref:
      conversation.customer === null ? null : conversationHref({ customer: conversation.customer }, ui),
    goOnHref: hrefOf(goOn(id, turns, by)),
  };
}

/** Conversations of a customer as rows. */
export function presentConversations(lines: readonly ConversationLine[], ui: Locale) {
  return lines.map(({ id, receipt, ...line }) => ({
    ...line,
    id,
    receipt,
    href: id === null ? receiptHref(receipt, ui) : conversationHref({ id }, ui),
  }));
}

function turnCard(turn: Turn, before: Turn | null, words: Words, by: Presenting): TurnCard {
  const { record, rating, handedOverAt } = turn;
  const { result } = record;
  const { site } = by.answerer;
  const lang = result.answer?.locale ?? result.requestedLocale;
  const isSameCustomer =
    before === null
      ? Object.keys(result.context).length === 0
      : keyOf(before.record.result.context) === keyOf(result.context);
  return {
    code: record.code,
    receiptHref: receiptHref(record.code, by.query.ui),
    at: record.servedAt,
    channel: channelInWords(record.channel, words),
    language: languageName(result.requestedLocale, by.query.ui),
    isAgents: record.audience === 'agent',
    question: record.question,
    status: result.status,
    name: result.answer && nameOf(result.answer),
    excerpt: cut(wordsOf(result)),
    lang,
    dir: by.directionOf(lang),
    customer: isSameCustomer ? null : customerInWords(site, by.query.ui, result.context),
    isUnhelpful: rating !== null && !rating.helpful,
    isHelpful: rating?.helpful ?? false,
    handedOverAt,
  };
}

function standingOf(turns: readonly Turn[]): Standing {
  const last = turns.at(-1);
  if (last === undefined) return 'unanswered';
  if (last.handedOverAt !== null) return 'handed-over';
  const { status } = last.record.result;
  switch (status) {
    case 'answered':
    case 'clarify':
    case 'courtesy':
      return status;
    case 'needs_confirmation':
    case 'no_answer':
      return 'unanswered';
  }
}

/** The console where the conversation stopped: its last answer open, so that what is said next follows it, else its last question. */
function goOn(id: string, turns: readonly Turn[], by: Presenting): ConsoleQuery {
  const last = turns.at(-1);
  if (last === undefined) return { ...by.query, conversation: id };
  const record = { ...last.record, result: { ...last.record.result, context: lastKnown(turns) } };
  const again = againOf(record, by);
  return { ...again, conversation: id, selected: last.record.result.answer?.id ?? null };
}

function keyOf(context: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What was last known of the customer: callers often tell it once. */
function lastKnown(turns: readonly Turn[]): Turn['record']['result']['context'] {
  const told = turns.findLast(({ record }) => Object.keys(record.result.context).length > 0);
  return told?.record.result.context ?? {};
}

function cut(text: string): string {
  const letters = [...text];
  if (letters.length <= excerptLength) return text;
  return `${letters
    .slice(0, excerptLength)
    .join('')
    .replace(/\s+\S*$/u, '')}…`;
}
