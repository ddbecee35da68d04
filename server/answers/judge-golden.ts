import type { GoldenQuestion } from '../snapshots/snapshot.ts';
import type { AnswerResult, Ask, CalendarDate, PublicAnswerer } from './answer.ts';

/** A golden question with what it got. */
export interface JudgedGolden {
  readonly golden: GoldenQuestion;
  readonly result: AnswerResult;
  readonly passes: boolean;
  /** Both in the words of golden.yaml: an article or section, `no_answer`, `asked back: ...`. */
  readonly expected: string;
  readonly found: string;
}

/** The ask that a golden question stands for; one without a day of its own is asked on `today`. */
export function goldenAsk({ question, locale, context, asOf }: GoldenQuestion, today: CalendarDate): Ask {
  return { question, answerId: null, locale, context, asOf: asOf ?? today };
}

/** Asks a golden question and says whether it gets what its owner expects. Errors: those of `answer`. */
export function judgeGolden(
  golden: GoldenQuestion,
  answerer: Pick<PublicAnswerer, 'answer'>,
  today: CalendarDate,
): JudgedGolden {
  const result = answerer.answer(goldenAsk(golden, today));
  return {
    golden,
    result,
    passes: meetsExpectation(golden.expect, result),
    expected: describeExpectation(golden.expect),
    found: describeResult(result),
  };
}

/**
 * Whether a result is what a golden question expects: an answer with one of its articles or sections, overdue or not; or,
 * where the words of such an answer depend on the customer, the question back about the customer; a question back that
 * offers one of them; or no answer at all. Small talk's courtesy is none of these.
 */
export function meetsExpectation(expect: GoldenQuestion['expect'], result: AnswerResult): boolean {
  const { status, answer, clarification } = result;
  if (expect.status === 'no_answer') return status === 'no_answer';
  const isWanted = (answerId: string): boolean => {
    const [article, section] = answerId.split('#');
    return expect.anyOf.some(
      (target) => target.articleId === article && (target.section === null || target.section === section),
    );
  };
  if (expect.status === 'clarify') {
    return clarification !== null && offered(clarification).some(isWanted);
  }
  if (answer !== null) return isWanted(answer.id);
  return (
    clarification?.dimension != null && clarification.answerId !== null && isWanted(clarification.answerId)
  );
}

/** An expectation in the words of golden.yaml. */
export function describeExpectation(expect: GoldenQuestion['expect']): string {
  if (expect.status === 'no_answer') return 'no_answer';
  const targets = expect.anyOf.map(({ articleId, section }) =>
    section === null ? articleId : `${articleId}#${section}`,
  );
  return expect.status === 'clarify' ? `asked back: ${targets.join(' or ')}` : targets.join(' or ');
}

function describeResult({ status, answer, clarification }: AnswerResult): string {
  if (answer !== null) return answer.id;
  return clarification === null ? status : `asked back: ${offered(clarification).join(', ')}`;
}

/** The answers that a question back leads to. */
function offered({
  dimension,
  options,
  answerId,
}: NonNullable<AnswerResult['clarification']>): readonly string[] {
  const about = answerId === null ? [] : [answerId];
  return dimension === null ? options.map(({ value }) => value) : about;
}
