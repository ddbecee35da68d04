import type { CalendarDate, Locale, PublicAnswerer } from '../answers/answer.ts';
import { AppError } from '../errors.ts';
import { questionKey } from '../search/analyser.ts';
import type { FactChange, Outcome, Replay } from './impact.ts';
import { fateOf, nothing, outcomeOf } from './outcome.ts';
import { wordDifference } from './word-difference.ts';

/** A question to be replayed. */
export interface ReplayAsk extends Pick<Replay, 'question' | 'locale' | 'context' | 'origin' | 'asked'> {
  /** Null: the side's own day. */
  readonly asOf: CalendarDate | null;
  /** Of a section, which is opened by its id and not searched for; `question` is its heading. Default: null. */
  readonly answerId?: string | null;
}

/** One of the two that are compared: what answers, and on which day. */
export interface ReplaySide {
  readonly answerer: PublicAnswerer;
  readonly asOf: CalendarDate;
}

/** Which facts made an answer's words differ, told apart by the section and the customer that they were resolved for. */
export type FactsBehind = (of: {
  readonly answerId: string;
  readonly locale: Locale;
  readonly context: Readonly<Record<string, string>>;
  readonly before: CalendarDate;
  readonly after: CalendarDate;
}) => readonly FactChange[];

/** What a replay may know beyond the two answerers; default: nothing. */
export interface ReplayKnowledge {
  /** Asked where the same section reads otherwise. */
  readonly factsBehind?: FactsBehind;
  /**
   * The customers that a section tells apart. A title or variant that is asked back about the customer is asked again for
   * each, so that a change for one region is seen.
   */
  readonly customersOf?: (answerId: string, locale: Locale) => readonly Readonly<Record<string, string>>[];
}

/**
 * Asks each question on both sides, in the order given, one at a time. `before`: null where nothing was there, so that
 * everything is gained.
 */
export function* replay(
  asks: readonly ReplayAsk[],
  before: ReplaySide | null,
  after: ReplaySide,
  { factsBehind = () => [], customersOf = () => [] }: ReplayKnowledge = {},
): Generator<Replay, void, undefined> {
  const askBoth = (ask: ReplayAsk): Replay => {
    const [was, is] = [before === null ? nothing : askOn(before, ask), askOn(after, ask)];
    const fate = fateOf(was, is);
    const { question, locale, context, origin, asked } = ask;
    const of = {
      locale,
      context,
      before: ask.asOf ?? before?.asOf ?? after.asOf,
      after: ask.asOf ?? after.asOf,
    };
    return {
      question,
      locale,
      context,
      asOf: of.after,
      origin,
      asked,
      fate,
      before: was,
      after: is,
      words: fate === 'unchanged' ? [] : wordDifference(was.text, is.text),
      facts: fate === 'reworded' && is.answerId !== null ? factsBehind({ ...of, answerId: is.answerId }) : [],
    };
  };
  const keyOf = ({ question, locale, context }: ReplayAsk): string =>
    JSON.stringify([questionKey(question), locale, context]);
  const listed = new Set(asks.map(keyOf));
  for (const ask of asks) {
    const replayed = askBoth(ask);
    yield replayed;
    if (ask.origin === 'golden' || ask.origin === 'recorded') continue;
    const customers = [replayed.before, replayed.after].flatMap(({ status, answerId }) =>
      status === 'clarify' && answerId !== null ? customersOf(answerId, ask.locale) : [],
    );
    const distinct = new Map(customers.map((context) => [JSON.stringify(context), context]));
    for (const context of distinct.values()) {
      // Asked just so by people, it has its turn with how often.
      if (!listed.has(keyOf({ ...ask, context })) || ask.origin === 'section')
        yield askBoth({ ...ask, context });
    }
  }
}

/** The outcome of an ask; nothing where the side has no such language, dimension or value. */
export function askOn({ answerer, asOf }: ReplaySide, ask: Omit<ReplayAsk, 'origin' | 'asked'>): Outcome {
  const { locale, context, answerId = null } = ask;
  const question = answerId === null ? ask.question : null;
  try {
    const result = answerer.answer({ question, answerId, locale, context, asOf: ask.asOf ?? asOf });
    return outcomeOf(result);
  } catch (error) {
    if (error instanceof AppError && (error.code === 'invalid-request' || error.code === 'not-found'))
      return nothing;
    throw error;
  }
}

const origins: readonly Replay['origin'][] = ['golden', 'title', 'variant', 'section', 'recorded'];

/** Most often asked first, then golden questions, titles, variants, sections and recorded questions; then by question, locale and customer. */
export function byPeopleTouched(a: Replay, b: Replay): number {
  return (
    b.asked - a.asked ||
    origins.indexOf(a.origin) - origins.indexOf(b.origin) ||
    byCodePoints(a.question, b.question) ||
    byCodePoints(a.locale, b.locale) ||
    byCodePoints(JSON.stringify(a.context), JSON.stringify(b.context)) ||
    byCodePoints(a.asOf, b.asOf)
  );
}

function byCodePoints(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
