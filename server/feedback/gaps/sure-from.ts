import type { Locale, PublicAnswerer } from '../../answers/answer.ts';

/**
 * How far from the least confidence that is answered to certainty an answer is still unsure. In the lowest quarter three
 * times as many answers are wrong as among all that are answered: .18 of .057 in banking77, .14 of .053 in clinc150, .59 of
 * .124 in bitext-gap, .09 of .015 in xquad-en, and it holds .16 to .24 of their answers (bitext-gap: .04); .22 of
 * .227 in heq, .32 of .225 in persianqa (`npm run evaluate -- --gaps --sets ../shared/eval`). The quarter above it is
 * hardly worse than the whole.
 */
const unsureShare = 0.25;

/** Confidence, in [0, 1], below which an answer in a locale is unsure. Follows what the owner accepts and what was measured. */
export function sureFrom(answerer: Pick<PublicAnswerer, 'calibration'>, locale: Locale): number {
  const { answerFrom } = answerer.calibration(locale);
  return answerFrom + unsureShare * (1 - answerFrom);
}
