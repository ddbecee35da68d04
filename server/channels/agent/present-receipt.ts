import type { AnswerResult, CalendarDate, Locale, Release } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { WordRun } from '../../impact/impact.ts';
import type { ReceiptRecord } from '../ask.ts';
import { channelInWords } from '../channel-in-words.ts';
import { nameOf, type Today, wordsOf } from '../compare-today.ts';
import { languageName } from '../faq/present-answer.ts';
import { customerInWords, whereSaid } from '../present-said.ts';
import { type ConsoleQuery, hrefOf } from './console-query.ts';
import { articleHref, type Presenting } from './present-answer.ts';
import { conversationHref } from './record-hrefs.ts';

/** What was said, as an agent reads it: the words untouched, and what accounts for them. */
export interface ReceiptCard {
  readonly code: string;
  /** ISO 8601, UTC. */
  readonly servedAt: string;
  readonly timeZone: string;
  readonly channel: string;
  /** Whether the public cannot read it. */
  readonly isAgents: boolean;
  /** Redacted; null where an answer was asked for by its id. */
  readonly question: string | null;
  readonly language: string;
  readonly customer: readonly string[];
  readonly asOf: CalendarDate;
  readonly status: AnswerResult['status'];
  readonly fingerprint: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  readonly answer: {
    readonly id: string;
    readonly fingerprint: string;
    readonly name: string;
    readonly html: string;
    readonly revision: string;
    readonly verifiedOn: CalendarDate;
    readonly articleHref: string;
  } | null;
  /** What was said in the place of an answer. */
  readonly instead: string;
  /** The release that was current then; null where it is not known any more. */
  readonly release: { readonly number: number; readonly href: string | null } | null;
  readonly conversation: { readonly id: string; readonly href: string } | null;
  readonly today: TodayCard | null;
  /** What the agent can say to the customer, in the customer's language. */
  readonly sentence: { readonly text: string; readonly lang: Locale; readonly dir: 'ltr' | 'rtl' };
  /** The console with the same question, for the same customer, in the same conversation; null where nothing was asked. */
  readonly consoleHref: string | null;
}

/** What the same would get now, beside what was said. */
export interface TodayCard {
  readonly kind: Today['kind'];
  readonly by: Today['by'];
  /** Whether another article answers now, or none. */
  readonly isOtherAnswer: boolean;
  readonly runs: readonly WordRun[];
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
}

/** Presents a receipt and what it would be today. */
export function presentReceipt(
  page: {
    readonly record: ReceiptRecord;
    readonly today: Today | null;
    readonly release: Release | null;
    readonly releaseHref: string | null;
    readonly compare: (before: string, after: string) => readonly WordRun[];
    readonly words: (locale: Locale) => Words;
  },
  by: Presenting,
): ReceiptCard {
  const { record, today, release } = page;
  const { result } = record;
  const { site } = by.answerer;
  const lang = result.answer?.locale ?? result.requestedLocale;
  const again = againOf(record, by);
  return {
    code: record.code,
    servedAt: record.servedAt,
    timeZone: site.timeZone,
    channel: channelInWords(record.channel, page.words(by.query.ui)),
    isAgents: record.audience === 'agent',
    question: record.question,
    language: languageName(result.requestedLocale, by.query.ui),
    customer: customerInWords(site, by.query.ui, result.context),
    asOf: result.asOf,
    status: result.status,
    fingerprint: result.fingerprint,
    lang,
    dir: by.directionOf(lang),
    answer: result.answer && {
      id: result.answer.id,
      fingerprint: result.answer.fingerprint,
      name: nameOf(result.answer),
      html: result.answer.html,
      revision: result.answer.revision,
      verifiedOn: result.answer.verified.on,
      articleHref: articleHref(result.answer.articleId, again),
    },
    instead: result.answer === null ? wordsOf(result) : '',
    release: release && { number: release.number, href: page.releaseHref },
    conversation:
      record.conversationId === null
        ? null
        : { id: record.conversationId, href: conversationHref({ id: record.conversationId }, by.query.ui) },
    today: today && todayCard(result, today, page.compare, by),
    sentence: sentenceOf(record, today, page.words, by),
    consoleHref: again.question === null && again.selected === null ? null : hrefOf(again),
  };
}

/** The console's query that goes on from a record: its question, or its answer, for the same customer. */
export function againOf({ question, conversationId, result }: ReceiptRecord, by: Presenting): ConsoleQuery {
  const { site } = by.answerer;
  const known = Object.entries(result.context).filter(([id, value]) =>
    site.dimensions.some((one) => one.id === id && one.values.some((declared) => declared.id === value)),
  );
  return {
    ...by.query,
    question,
    selected: question === null ? (result.answer?.id ?? null) : null,
    locale: site.locales.includes(result.requestedLocale) ? result.requestedLocale : site.defaultLocale,
    context: Object.fromEntries(known),
    conversation: conversationId,
  };
}

function todayCard(
  before: AnswerResult,
  { kind, by: how, result }: Today,
  compare: (before: string, after: string) => readonly WordRun[],
  by: Presenting,
): TodayCard {
  const lang = result?.answer?.locale ?? result?.requestedLocale ?? before.requestedLocale;
  return {
    kind,
    by: how,
    isOtherAnswer: (result?.answer?.id ?? null) !== (before.answer?.id ?? null),
    runs: kind === 'other' && result !== null ? compare(textOf(before), textOf(result)) : [],
    lang,
    dir: by.directionOf(lang),
  };
}

/** A result as one text: what it is called, then its words. */
function textOf(result: AnswerResult): string {
  return result.answer === null ? wordsOf(result) : `${nameOf(result.answer)}\n\n${result.answer.text}`;
}

/** What the customer was told, and what became of it since, in one or two sentences of the customer's language. */
function sentenceOf(
  { servedAt, channel, result }: ReceiptRecord,
  today: Today | null,
  wordsIn: (locale: Locale) => Words,
  by: Presenting,
): ReceiptCard['sentence'] {
  const words = wordsIn(result.requestedLocale);
  const lang = words.locale;
  const told = {
    date: words.date(by.answerer.today(new Date(servedAt))),
    where: whereSaid(channel, words),
    words: result.answer?.text ?? '',
  };
  const now = today?.result?.answer ?? null;
  const before =
    result.answer === null ? words.say('common.told.nothing', told) : words.say('common.told.answer', told);
  const since = (): string | null => {
    if (today === null) return null;
    if (today.kind === 'same')
      return result.answer === null
        ? words.say('common.told.stillNothing')
        : words.say('common.told.stillSame');
    if (now === null) return result.answer === null ? null : words.say('common.told.gone');
    if (result.answer?.articleId === now.articleId)
      return words.say('common.told.changed', { words: now.text });
    return words.say('common.told.today', { words: now.text });
  };
  const text = [before, since()].filter((one) => one !== null).join(' ');
  return { text, lang, dir: by.directionOf(lang) };
}
