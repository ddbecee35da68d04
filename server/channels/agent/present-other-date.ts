import type { AnswerResult, ArticleView, CalendarDate, Locale, Release } from '../../answers/answer.ts';
import type { OpenedDay } from '../ask.ts';
import type { Presenting } from './present-answer.ts';

/** What is said above everything that is not of today. */
export interface OtherDate {
  readonly kind: 'past' | 'future';
  readonly day: CalendarDate;
  readonly todayHref: string;
  /** Which release is shown, and why that one; `unusable`: it cannot be shown, and nothing is in its place. */
  readonly source: OpenedDay['kind'];
  readonly release: Pick<Release, 'number' | 'publishedAt'> & { readonly timeZone: string };
  /** The days nearest on both sides on which something changes for what is shown. */
  readonly earlier: DayLink | null;
  readonly later: DayLink | null;
  /** What holds today of what is shown; null where nothing is asked. */
  readonly today: TodayLine | null;
}

/** A day as a link to the same page on it. */
export interface DayLink {
  readonly day: CalendarDate;
  readonly href: string;
}

/** What is said today beside what is shown: the same, something else, or nothing at all. */
export type TodayLine =
  | { readonly kind: 'same' | 'nothing' }
  | { readonly kind: 'other'; readonly text: string; readonly lang: Locale; readonly dir: 'ltr' | 'rtl' };

/** The notice of a page that shows another day; null on the ordinary page. */
export function presentOtherDate(
  shown: {
    readonly source: OpenedDay['kind'];
    readonly release: Release;
    /** Days on which something changes, in any order. */
    readonly changes: readonly CalendarDate[];
    readonly today: TodayLine | null;
    /** Address of the same page today. */
    readonly todayHref: string;
  },
  by: Presenting,
): OtherDate | null {
  const { query } = by;
  if (query.asOf === query.today) return null;
  const days = [...shown.changes].sort();
  const link = (day: CalendarDate | undefined): DayLink | null =>
    day === undefined ? null : { day, href: by.here({ ...query, asOf: day }, query.selected) };
  return {
    kind: query.asOf < query.today ? 'past' : 'future',
    day: query.asOf,
    todayHref: shown.todayHref,
    source: shown.source,
    release: {
      number: shown.release.number,
      publishedAt: shown.release.publishedAt,
      timeZone: by.answerer.site.timeZone,
    },
    earlier: link(days.findLast((day) => day < query.asOf)),
    later: link(days.find((day) => day > query.asOf)),
    today: shown.today,
  };
}

/** What is said today (null: no such answer) beside what was said on the day that is shown. */
export function todayBeside(
  shown: AnswerResult,
  today: AnswerResult | null,
  directionOf: (locale: Locale) => 'ltr' | 'rtl',
): TodayLine {
  if (today === null) return { kind: 'nothing' };
  if (wordsOf(shown) === wordsOf(today)) return { kind: 'same' };
  const text = today.answer?.text ?? today.reply ?? today.clarification?.prompt ?? today.escalation?.message;
  const lang = today.answer?.locale ?? today.requestedLocale;
  return { kind: 'other', text: text ?? '', lang, dir: directionOf(lang) };
}

/** The same of a whole article: the first part that differs stands for it. */
export function todayBesideArticle(
  shown: ArticleView,
  today: ArticleView | null,
  directionOf: (locale: Locale) => 'ltr' | 'rtl',
): TodayLine {
  if (today === null) return { kind: 'nothing' };
  const words = ({ sections }: ArticleView): readonly string[] =>
    sections.map(({ heading, result }) => JSON.stringify([heading, result && wordsOf(result)]));
  const [then, now] = [words(shown), words(today)];
  const changed = now.findIndex((one, at) => one !== then[at]);
  if (changed < 0 && now.length === then.length && shown.title === today.title) return { kind: 'same' };
  const lead = today.sections[Math.max(changed, 0)]?.result;
  const text = lead?.answer?.text ?? lead?.clarification?.prompt ?? today.title;
  return { kind: 'other', text, lang: today.locale, dir: directionOf(today.locale) };
}

/** All that a customer would read of a result. */
function wordsOf({ status, answer, reply, clarification, escalation }: AnswerResult): string {
  return JSON.stringify([
    status,
    answer && [answer.title, answer.heading, answer.html],
    reply,
    clarification && [clarification.prompt, clarification.options.map(({ label }) => label)],
    answer === null && escalation,
  ]);
}
