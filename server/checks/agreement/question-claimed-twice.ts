import { normalisedQuestion } from '../../snapshots/check-content.ts';
import { periodsOverlap } from '../../snapshots/resolve-fact.ts';
import type { Check } from '../finding.ts';
import {
  type ClaimedQuestion,
  claimedQuestions,
  nameOfQuestion,
  spanOfQuestion,
} from './claimed-questions.ts';

/**
 * One word is asked of many things: of the sample content's 1,136 titles and variants 26 have fewer (where is my refund,
 * برگشت وجه), and none of the others asks what one of another article does.
 */
const LEAST_WORDS = 2;

/** Two articles that ask the same in other words. */
export const questionClaimedTwice: Check = {
  code: 'question-claimed-twice',
  title: 'Titles or question variants of two articles ask the same.',
  severity: 'warning',
  explanation: `A question that two articles claim gets its answer from one of them, and nobody decided from which. That the very same words stand in two articles is an error already (question-duplicate); this finds those that ask the same in another order or form: "cancel an order that is not shipped" and "can I cancel orders not shipped?".

Two questions ask the same where their content words are the same: stemmed by the language's analyser, in any order, words of one group of synonyms.yaml as one, question words and words of grammar left out, but for those that turn a question round (not, before, after). Questions with one content word are left alone. Only articles of one language and audience that are in force at the same time are compared.

Leave the question to the article that answers it best and take it out of the other. Where the two mean different things, say in each what sets them apart.`,
  *run(world) {
    for (const { questions } of claimedQuestions(world.content)) {
      const claims = Map.groupBy(
        questions.filter(({ sense }) => sense.length >= LEAST_WORDS),
        ({ sense }) => sense.join(' '),
      );
      for (const claim of questions) {
        const rival = claims.get(claim.sense.join(' '))?.find((other) => isRival(other, claim));
        if (!rival) continue;
        const other = spanOfQuestion(world, rival);
        yield {
          place: spanOfQuestion(world, claim),
          message: `${nameOfQuestion(claim)} asks the same as ${nameOfQuestion(rival)}.`,
          expected: 'a question that one article answers',
          found: `“${claim.text}” here, and “${rival.text}” in ${rival.head.path}`,
          hint: 'Leave it to the article that answers it best, or say in each what sets the two apart.',
          other: { place: other, says: rival.text },
          because: claim.sense,
        };
      }
    }
  },
};

/** Each pair is told once, at the later of the two; the same words, which are an error, not again. */
function isRival(earlier: ClaimedQuestion, claim: ClaimedQuestion): boolean {
  return (
    earlier.head.id < claim.head.id &&
    periodsOverlap(earlier.head.effective, claim.head.effective) &&
    normalisedQuestion(earlier.text) !== normalisedQuestion(claim.text)
  );
}
