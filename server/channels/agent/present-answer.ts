import type {
  Answer,
  AnswerResult,
  CalendarDate,
  Escalation,
  ExplainedWord,
  Explanation,
  FollowUp,
  Locale,
  Period,
  PublicAnswerer,
  Why,
} from '../../answers/answer.ts';
import type { ServedResult } from '../ask.ts';
import { inLocale } from '../in-locale.ts';
import { type ConsoleQuery, hrefOf } from './console-query.ts';
import { receiptHref } from './record-hrefs.ts';

/** A choice as a link. */
export interface Choice {
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
}

/** First and last day; null is open. */
export interface Days {
  readonly from: CalendarDate | null;
  readonly lastDay: CalendarDate | null;
}

/** The three forms of one text as the clipboard gets them. */
export interface Copies {
  readonly text: string;
  readonly markdown: string;
  readonly html: string;
}

/** What the customer sees, with what an agent needs to know of it; `html` and `copies` are the Answer's words, untouched. */
export interface AnswerCard {
  readonly id: string;
  readonly fingerprint: string;
  readonly title: string;
  readonly heading: string | null;
  readonly html: string;
  /** The Answer's text alone, for the surfaces of agent-only articles. */
  readonly text: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** Public text alone, and the address under which the customer reads the same: null for another day, which has none. */
  readonly copies: Copies;
  readonly link: string | null;
  readonly articleHref: string;
  /** The text is not in the language that was asked for. */
  readonly isFallback: boolean;
  readonly verified: VerifiedCard;
  /** First and last day in force; null where it always is. */
  readonly effective: Days | null;
  readonly revision: string;
  readonly snapshot: string;
  /** Dimensions that the words depend on, each with all its values to switch to. */
  readonly switches: readonly {
    readonly id: string;
    readonly label: string;
    readonly options: readonly Choice[];
  }[];
  /** The days for which the words hold, with ways to the words of the days around them; null where they always hold. */
  readonly period: (Days & { readonly beforeHref: string | null; readonly afterHref: string | null }) | null;
}

/** A pointer to another answer. */
export interface AnswerLink {
  readonly title: string;
  readonly heading: string | null;
  readonly href: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** Null where nothing was matched. */
  readonly confidence: number | null;
}

/** An opened result: an answer, or what is said in its place. */
export interface OpenedResult {
  readonly status: AnswerResult['status'];
  /** Language that the customer is spoken to in, where there is no answer with its own. */
  readonly lang: Locale;
  readonly fingerprint: string;
  readonly answer: AnswerCard | null;
  /** What the customer is told to small talk. */
  readonly reply: string | null;
  readonly clarification: {
    readonly prompt: string;
    readonly options: readonly Choice[];
    /** The article it is about, where it is known. */
    readonly articleHref: string | null;
  } | null;
  readonly escalation: Escalation | null;
  /** Of the record of this look-up; null where nothing was recorded. */
  readonly receipt: string | null;
  readonly receiptHref: string | null;
  readonly confidence: number;
  readonly why: readonly Why[];
  readonly alternatives: readonly AnswerLink[];
  readonly followUps: readonly AnswerLink[];
  /** How it was understood by what it follows; null where it follows nothing. */
  readonly followUp: Pick<FollowUp, 'rule' | 'words'> | null;
  /** What each word matched, for the candidates that were looked at; null where nothing was searched. */
  readonly explanation: {
    readonly thresholds: Explanation['thresholds'];
    readonly candidates: readonly (AnswerLink & { readonly matches: readonly ExplainedWord[] })[];
  } | null;
}

/** What presenters need to know besides a result. */
export interface Presenting {
  /** Since when an article is to be verified and by whom; absent where another day than today is shown. */
  readonly verifying?: (articleId: string, locale: Locale) => Verifying | null;
  readonly query: ConsoleQuery;
  readonly answerer: PublicAnswerer;
  readonly publicUrl: string;
  readonly directionOf: (locale: Locale) => 'ltr' | 'rtl';
  /** Address of this page for another customer or date; `answerId` is the answer whose switch it is, null for a question back. */
  readonly here: (query: ConsoleQuery, answerId: string | null) => string;
}

/** That an article is to be verified. */
export interface Verifying {
  /** The first day on which it was due, or overdue. */
  readonly since: CalendarDate;
  /** Names of the teams that have it to do, the owner first. */
  readonly teams: readonly string[];
  /** Where it is verified; null for those who may not. */
  readonly href: string | null;
}

/** When a person last confirmed a text; `todo` where that is too long ago. */
export type VerifiedCard = Answer['verified'] & { readonly todo: Verifying | null };

/** Presents when an article was verified, and what is to do where that is too long ago. */
export function presentVerified(
  { articleId, locale, verified }: Pick<Answer, 'articleId' | 'locale' | 'verified'>,
  by: Presenting,
): VerifiedCard {
  const todo = verified.state === 'verified' ? null : (by.verifying?.(articleId, locale) ?? null);
  return { ...verified, todo };
}

/** A reason that gives less than one hundredth of the score would be shown as 0 %. */
const leastShare = 0.01;

/** Presents a result as it was served; adds no words of its own and changes none. */
export function presentResult(result: ServedResult, by: Presenting): OpenedResult {
  return {
    status: result.status,
    lang: result.requestedLocale,
    fingerprint: result.fingerprint,
    answer: result.answer && presentAnswer(result.answer, by),
    reply: result.reply,
    clarification: result.clarification && {
      prompt: result.clarification.prompt,
      options: result.clarification.options.map(({ value, label }) => ({
        label,
        href: clarifiedHref(by, result.clarification?.dimension ?? null, value),
        current: false,
      })),
      articleHref:
        result.clarification.answerId === null
          ? null
          : articleHref(result.clarification.answerId.split('#')[0] ?? '', by.query),
    },
    escalation: result.escalation,
    receipt: result.receipt?.code ?? null,
    receiptHref: result.receipt && receiptHref(result.receipt.code, by.query.ui),
    confidence: result.confidence,
    why: result.why.filter((one) => one.share >= leastShare),
    alternatives: result.alternatives.map((one) => ({
      ...linkTo(one, by),
      confidence: one.confidence,
    })),
    followUps: result.followUps.map((one) => linkTo(one, by)),
    followUp: result.followUp && { rule: result.followUp.rule, words: result.followUp.words },
    explanation: presentExplanation(result, by),
  };
}

function presentExplanation({ explanation }: ServedResult, by: Presenting): OpenedResult['explanation'] {
  if (explanation === undefined || explanation.candidates.length === 0) return null;
  return {
    thresholds: explanation.thresholds,
    candidates: explanation.candidates.map((one) => ({
      ...linkTo(one, by),
      confidence: one.confidence,
      matches: one.matches,
    })),
  };
}

/** Presents an approved text for copying, switching and sending. */
export function presentAnswer(answer: Answer, by: Presenting): AnswerCard {
  const link = by.query.asOf === by.query.today ? `${by.publicUrl}${sameWordsAddress(answer)}` : null;
  return {
    id: answer.id,
    fingerprint: answer.fingerprint,
    title: answer.title,
    heading: answer.heading,
    html: answer.html,
    text: answer.text,
    lang: answer.locale,
    dir: by.directionOf(answer.locale),
    copies: copiesOf(answer, by.publicUrl, link),
    link,
    articleHref: articleHref(answer.articleId, by.query),
    isFallback: answer.locale !== answer.requestedLocale,
    verified: presentVerified(answer, by),
    effective: daysOf(answer.effective),
    revision: answer.revision,
    snapshot: answer.snapshot,
    switches: switchesOf(answer, by),
    period: periodOf(answer, by),
  };
}

/** Address of an article's page in the console; customer, date and languages go along. */
export function articleHref(articleId: string, query: ConsoleQuery): string {
  return hrefOf({ ...query, selected: null }, `/agent/articles/${articleId}`);
}

/** Address of an opened answer. */
export function openedHref(answerId: string, query: ConsoleQuery): string {
  return hrefOf({ ...query, selected: answerId });
}

function linkTo(
  pointer: { answerId: string; title: string; heading: string | null; locale: Locale },
  by: Presenting,
): AnswerLink {
  return {
    title: pointer.title,
    heading: pointer.heading,
    href: openedHref(pointer.answerId, by.query),
    lang: pointer.locale,
    dir: by.directionOf(pointer.locale),
    confidence: null,
  };
}

function clarifiedHref(by: Presenting, dimension: string | null, value: string): string {
  const { query } = by;
  return dimension === null
    ? openedHref(value, query)
    : by.here({ ...query, context: withValue(query.context, dimension, value) }, null);
}

function withValue(
  context: ConsoleQuery['context'],
  dimension: string,
  value: string,
): ConsoleQuery['context'] {
  return { ...context, [dimension]: value };
}

/** The answer's address with what its words depend on, so that its reader sees these and no others. */
function sameWordsAddress(answer: Answer): string {
  const [path = '', fragment] = answer.url.split('#');
  const chosen = answer.dependsOn.flatMap((one): [string, string][] =>
    'value' in one ? [[one.dimension, one.value]] : [],
  );
  const query = chosen.length === 0 ? '' : `?${new URLSearchParams(chosen)}`;
  return `${path}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** The approved words, then where the customer can read them; links to other articles lead there from anywhere. */
function copiesOf(answer: Answer, publicUrl: string, link: string | null): Copies {
  const markdown = answer.markdown.replace(/(?<!\\)\]\(\//g, () => `](${publicUrl}/`);
  const html = answer.html.replaceAll('href="/', () => `href="${escapeAttribute(publicUrl)}/`);
  if (link === null) return { text: answer.text, markdown, html };
  return {
    text: `${answer.text}\n\n${link}`,
    markdown: `${markdown}\n\n<${link}>`,
    html: `${html}\n<p><a href="${escapeAttribute(link)}">${escapeAttribute(link)}</a></p>`,
  };
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function switchesOf(answer: Answer, by: Presenting): AnswerCard['switches'] {
  const { site } = by.answerer;
  return answer.dependsOn.flatMap((dependency) => {
    if (!('value' in dependency)) return [];
    const dimension = site.dimensions.find((one) => one.id === dependency.dimension);
    if (dimension === undefined) return [];
    const label = (text: Readonly<Record<Locale, string>>) => inLocale(text, by.query.ui, site);
    return [
      {
        id: dimension.id,
        label: label(dimension.label),
        options: dimension.values.map((value) => ({
          label: label(value.label),
          href: by.here(
            { ...by.query, context: withValue(by.query.context, dimension.id, value.id) },
            answer.id,
          ),
          current: value.id === dependency.value,
        })),
      },
    ];
  });
}

function periodOf(answer: Answer, by: Presenting): AnswerCard['period'] {
  const dated = answer.dependsOn.find((one) => 'from' in one);
  if (dated === undefined || !('from' in dated)) return null;
  const { from, to } = dated;
  const days = daysOf(dated);
  if (days === null) return null;
  const on = (asOf: CalendarDate) => by.here({ ...by.query, asOf }, answer.id);
  return {
    ...days,
    beforeHref: from === null ? null : on(dayBefore(from)),
    afterHref: to === null ? null : on(to),
  };
}

/** A half-open period by its first and last day; null where it is open on both sides. */
export function daysOf({ from, to }: Period): Days | null {
  return from === null && to === null ? null : { from, lastDay: to === null ? null : dayBefore(to) };
}

function dayBefore(day: CalendarDate): CalendarDate {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
