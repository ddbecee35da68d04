import { hashOf } from '../snapshots/canonical-json.ts';
import type { Answer, AnswerResult } from './answer.ts';

/** SHA-256, hex, of the canonical JSON of everything else in an Answer. */
export function fingerprintOfAnswer(answer: Omit<Answer, 'fingerprint'>): string {
  return hashOf(answer);
}

/** The fingerprint of a result without an answer: of what is said instead. */
export function fingerprintOfSilence(
  result: Pick<AnswerResult, 'status' | 'reply' | 'clarification' | 'escalation'>,
  locale: string,
): string {
  const { status, reply, clarification, escalation } = result;
  return hashOf({ status, reply, clarification, escalation, locale });
}
