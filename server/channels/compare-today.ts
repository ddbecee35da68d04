import type {
  Answer,
  AnswerResult,
  Ask,
  CalendarDate,
  Locale,
  PublicAnswerer,
  Site,
} from '../answers/answer.ts';
import { AppError } from '../errors.ts';
import { isRedacted } from '../feedback/redact.ts';
import type { PublicDoor, ReceiptRecord } from './ask.ts';

/** What the same would get now, beside what was said. */
export interface Today {
  /** The same words; other words, or another outcome; or nothing, since what was said is no more. */
  readonly kind: 'same' | 'other' | 'nothing';
  /** What is said now; null for `nothing`. */
  readonly result: AnswerResult | null;
  /** Whether the question was asked again, or the answer by its id: where the question was redacted, a follow-up, or none. */
  readonly by: 'question' | 'answer';
}

/**
 * Asks again what a receipt is of, for the same customer, today; records nothing. Null where there is neither a question
 * that stands alone nor an answer.
 */
export function compareToday(
  door: PublicDoor,
  answerer: PublicAnswerer,
  record: ReceiptRecord,
  today: CalendarDate,
): Today | null {
  const { result, question } = record;
  const isAlone = (result.followUp?.rule ?? 'new-question') === 'new-question';
  const { locale, context } = knownToday(answerer.site, result);
  const asked = { locale, context, asOf: today, previous: null };
  const answerId = result.answer?.id ?? null;
  const ask: Ask | null =
    question !== null && isAlone && !isRedacted(question)
      ? { ...asked, question, answerId: null }
      : answerId === null
        ? null
        : { ...asked, question: null, answerId };
  if (ask === null) return null;
  const by = ask.question === null ? 'answer' : 'question';
  try {
    const now = door.peek(answerer, ask);
    return { kind: saidBy(now) === saidBy(result) ? 'same' : 'other', result: now, by };
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return { kind: 'nothing', result: null, by };
    throw error;
  }
}

/** Language and customer of a result, as far as the site knows them today. */
export function knownToday(
  site: Site,
  { requestedLocale, context }: Pick<AnswerResult, 'requestedLocale' | 'context'>,
): { readonly locale: Locale; readonly context: AnswerResult['context'] } {
  const known = Object.entries(context).filter(([id, value]) =>
    site.dimensions.some((one) => one.id === id && one.values.some((declared) => declared.id === value)),
  );
  const locale = site.locales.includes(requestedLocale) ? requestedLocale : site.defaultLocale;
  return { locale, context: Object.fromEntries(known) };
}

/** The words that a result is: what was said first, for comparing and for saying it again. */
export function wordsOf({ answer, reply, clarification, escalation }: AnswerResult): string {
  return answer?.text ?? reply ?? clarification?.prompt ?? escalation?.message ?? '';
}

/** Title and heading of an answer on one line. */
export function nameOf({ title, heading }: Pick<Answer, 'title' | 'heading'>): string {
  return heading === null ? title : `${title} › ${heading}`;
}

/** All that a customer would read of a result, but whom to turn to beside an answer. */
function saidBy(result: AnswerResult): string {
  const { status, answer, clarification, escalation } = result;
  return JSON.stringify([
    status,
    answer && [nameOf(answer), answer.html],
    wordsOf(result),
    clarification?.options.map(({ label }) => label) ?? null,
    answer === null ? (escalation?.contact ?? null) : null,
  ]);
}
