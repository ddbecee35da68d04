import type { AnswerResult } from '../answers/answer.ts';
import { isOutOfScope } from '../answers/out-of-scope.ts';
import type { Fate } from '../snapshots/release-report.ts';
import type { Outcome } from './impact.ts';

/** What a result gives a customer, as it can be compared with another. */
export function outcomeOf(result: AnswerResult): Outcome {
  const { status, answer, clarification, reply, escalation, fingerprint } = result;
  const words = answer === null ? [] : [answer.title, answer.heading ?? '', answer.text];
  const back =
    clarification === null
      ? []
      : [clarification.prompt, ...clarification.options.map(({ label }) => `• ${label}`)];
  // An answer's category has a contact too, who is told of only where there is nothing else to say.
  const handOver = clarification === null ? (escalation?.message ?? '') : '';
  return {
    status: isOutOfScope(result) ? 'out-of-scope' : status,
    answerId: answer?.id ?? clarification?.answerId ?? null,
    title: answer?.title ?? null,
    text: [handOver, ...words, ...back, reply ?? ''].filter((line) => line !== '').join('\n'),
    fingerprint,
  };
}

/** What is got where nothing can be asked: before the first release, or in a language that the side does not have. */
export const nothing: Outcome = Object.freeze({
  status: 'no_answer',
  answerId: null,
  title: null,
  text: '',
  fingerprint: '',
});

/**
 * What becomes of an ask. A question back on either side that is not the same on both is a changed clarification. An
 * overdue answer, with which customers are sent to a person, is between an answer and none: an answer that becomes overdue
 * is lost, an overdue one that is confirmed is gained. What had no answer and is declined from now on is out of scope.
 */
export function fateOf(before: Outcome, after: Outcome): Fate {
  const isSame =
    before.status === after.status && before.answerId === after.answerId && before.text === after.text;
  if (isSame) return 'unchanged';
  if (before.status === 'clarify' || after.status === 'clarify') return 'clarification';
  const [worse, better] = [worthOf(before), worthOf(after)];
  if (worse !== better) return worse < better ? 'gained' : 'lost';
  if (after.status === 'out-of-scope' && before.status !== 'out-of-scope') return 'out-of-scope';
  return before.answerId === after.answerId ? 'reworded' : 'moved';
}

function worthOf({ status }: Outcome): number {
  if (status === 'answered') return 2;
  return status === 'needs_confirmation' ? 1 : 0;
}
