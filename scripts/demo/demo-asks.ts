import type { AnswerResult, CalendarDate, PublicAnswerer } from '../../server/answers/answer.ts';
import type { Random } from '../random.ts';
import { demoGaps } from './demo-questions.ts';

/** Something that a customer of the demo asks. */
export interface DemoAsk {
  readonly question: string;
  readonly locale: string;
  readonly context: Readonly<Record<string, string>>;
  readonly result: AnswerResult;
}

/** Draws one ask of a locale; `at`: when, as a part of the time that is filled, in [0, 1). */
export type DrawAsk = (locale: string, context: Readonly<Record<string, string>>, at: number) => DemoAsk;

/** One in so many asks is about something that no article answers. */
const gapEvery = 11;

/**
 * Asks as customers make them: titles and listed questions, in their spelling and beside it, some far more often than
 * others; and what nobody has written an article about. Each is answered as it would be today, and equal ones once.
 */
export function createDemoAsks(
  answerer: PublicAnswerer,
  { asOf, random, most }: { readonly asOf: CalendarDate; readonly random: Random; readonly most: number },
): DrawAsk {
  const known = new Map<string, readonly string[]>();
  for (const locale of answerer.site.locales) {
    const questions = answerer
      .inventory(asOf)
      .filter((article) => article.locale === locale)
      .flatMap((article) => [article.title, ...article.questions]);
    known.set(locale, shuffled(questions, random));
  }
  const answered = new Map<string, DemoAsk>();
  const answer = (question: string, locale: string, context: Readonly<Record<string, string>>): DemoAsk => {
    const key = JSON.stringify([locale, question, context]);
    const found = answered.get(key);
    if (found !== undefined) return found;
    const ask = { question, answerId: null, previous: null, locale, context, asOf };
    const made = { question, locale, context, result: answerer.answer(ask) };
    answered.set(key, made);
    return made;
  };

  return (locale, context, at) => {
    const gaps = (demoGaps[locale] ?? []).filter(({ from }) => from <= at);
    const questions = known.get(locale) ?? [];
    if (gaps.length > 0 && random() < 1 / gapEvery) {
      const gap = weighted(gaps, ({ weight }) => weight, random);
      return answer(pick(gap.questions, random), locale, {});
    }
    // Some things are asked a hundred times as often as others: what stands first in a mixed list.
    const place = Math.min(questions.length - 1, Math.floor(questions.length * random() ** 2.5));
    const question = questions[place] ?? answerer.site.name[locale] ?? '?';
    // What is said once is said in many ways: of so many that a load of a million still fits into memory.
    return answer(answered.size < most ? spelled(question, locale, random) : question, locale, context);
  };
}

const openings: Readonly<Record<string, readonly string[]>> = {
  en: ['hi, ', 'hello, ', 'quick question: ', 'please help, ', 'hey '],
  he: ['היי, ', 'שלום, ', 'שאלה: '],
  fa: ['سلام، ', 'ببخشید، '],
  ms: ['hai, ', 'helo, ', 'nak tanya, '],
};

/** A question as people also type it: with a greeting, without its mark, in small letters, with two letters swapped. */
function spelled(question: string, locale: string, random: Random): string {
  const kind = random();
  if (kind < 0.45) return question;
  if (kind < 0.6) return question.replace(/[?؟]+$/u, '');
  if (kind < 0.75) return question.toLocaleLowerCase(locale);
  if (kind < 0.9) return `${pick(openings[locale] ?? [''], random)}${question}`;
  const at = 1 + Math.floor(random() * Math.max(1, question.length - 3));
  return `${question.slice(0, at)}${question[at + 1] ?? ''}${question[at] ?? ''}${question.slice(at + 2)}`;
}

/** One of a list that is not empty. */
export function pick<T>(list: readonly T[], random: Random): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
}

/** One of a list that is not empty, those with more weight more often. */
export function weighted<T>(list: readonly T[], weightOf: (one: T) => number, random: Random): T {
  let left = random() * list.reduce((sum, one) => sum + weightOf(one), 0);
  for (const one of list) {
    left -= weightOf(one);
    if (left < 0) return one;
  }
  return pick(list, random);
}

function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  return list
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}
