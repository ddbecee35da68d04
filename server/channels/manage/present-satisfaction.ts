import type { RatingTally } from '../../feedback/ratings/rating.ts';
import {
  type Estimate,
  leastSample,
  netPromoter,
  recommendationsOf,
  shareOf,
} from '../../feedback/ratings/satisfaction.ts';
import type { ScoreTally } from '../../feedback/ratings/survey.ts';
import type { Words } from '../../http/words.ts';

/** A figure as it is read: `82%` and `76%–87%`; null where too few were counted to say anything. */
export interface Figure {
  readonly n: number;
  readonly shown: { readonly value: string; readonly from: string; readonly to: string } | null;
}

/** What customers say, as two figures: how many answers helped, and how likely they are to recommend. */
export interface Satisfaction {
  readonly helpful: Figure;
  readonly recommend: Figure;
}

/** A row of a table: what one channel, language or category has. */
export interface SatisfactionRow extends Satisfaction {
  readonly name: string;
}

/** The figures of some ratings and scores. */
export function presentSatisfaction(
  ratings: readonly Pick<RatingTally, 'helpful' | 'unhelpful'>[],
  scores: readonly Pick<ScoreTally, 'score' | 'given'>[],
  words: Words,
): Satisfaction {
  const helpful = ratings.reduce((sum, one) => sum + one.helpful, 0);
  const unhelpful = ratings.reduce((sum, one) => sum + one.unhelpful, 0);
  return {
    helpful: presentShare(shareOf(helpful, helpful + unhelpful), words),
    recommend: figure(netPromoter(recommendationsOf(scores)), promoterScore(words.locale)),
  };
}

/** A share as percentages. */
export function presentShare(share: Estimate | null, words: Words): Figure {
  return figure(share, (value) => words.percent(value));
}

/** The same figures by what `keyOf` finds in a rating and a score, in code-point order of it. */
export function satisfactionBy(
  ratings: readonly RatingTally[],
  scores: readonly ScoreTally[],
  keyOf: (one: {
    readonly channel: string;
    readonly locale: string;
    readonly category?: string | null;
  }) => string,
  nameOf: (key: string) => string,
  words: Words,
): readonly SatisfactionRow[] {
  const keys = [...new Set([...ratings, ...scores].map(keyOf))].sort();
  return keys.map((key) => ({
    name: nameOf(key),
    ...presentSatisfaction(
      ratings.filter((one) => keyOf(one) === key),
      scores.filter((one) => keyOf(one) === key),
      words,
    ),
  }));
}

function figure(estimate: Estimate | null, show: (value: number) => string): Figure {
  if (estimate === null || estimate.n < leastSample) return { n: estimate?.n ?? 0, shown: null };
  const { n, value, from, to } = estimate;
  return { n, shown: { value: show(value), from: show(from), to: show(to) } };
}

/** A Net Promoter Score is written with its sign: it goes from -100 to +100. */
function promoterScore(locale: string): (score: number) => string {
  const format = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', maximumFractionDigits: 0 });
  return (score) => format.format(score);
}
