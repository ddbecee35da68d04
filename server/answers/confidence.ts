import type { Candidate, QueryEvidence } from '../search/search.ts';

/** What confidence is read from. None of it depends on raw scores, which mean nothing outside one query. */
export interface ConfidenceFeatures {
  /** Best score over that of a perfect match, in [0, 1]. */
  readonly ideal: number;
  /** How far the first is ahead of the second, as a share of its score, in [0, 1]. */
  readonly margin: number;
  /** How far the first is ahead of the mean of the second to sixth, as a share of its score, in [0, 1]. */
  readonly ahead: number;
  /** Share of the question's idf mass that the best article has, in [0, 1]. */
  readonly coverage: number;
  /** ln(1 + number of words). */
  readonly length: number;
}

export function confidenceFeatures(
  candidates: readonly Pick<Candidate, 'score'>[],
  evidence: Pick<QueryEvidence, 'ideal' | 'coverage' | 'terms'>,
): ConfidenceFeatures {
  const [top = 0, ...rest] = candidates.map(({ score }) => score);
  const followers = [0, 1, 2, 3, 4].map((at) => rest[at] ?? 0);
  const mean = followers.reduce((sum, score) => sum + score, 0) / followers.length;
  return {
    ideal: evidence.ideal,
    margin: top === 0 ? 0 : 1 - (rest[0] ?? 0) / top,
    ahead: top === 0 ? 0 : 1 - mean / top,
    coverage: evidence.coverage,
    length: Math.log1p(evidence.terms),
  };
}

/**
 * Probability, in [0, 1], that each of the first candidates is right, best first: a logistic model over named features.
 * Exact titles and variants are certain. An empty list gives none.
 */
export function confidences(
  candidates: readonly Pick<Candidate, 'score'>[],
  evidence: QueryEvidence,
): readonly number[] {
  const [top, ...others] = candidates;
  if (top === undefined) return [];
  if (evidence.exact) return [1, ...others.map(() => 0)];
  const features = confidenceFeatures(candidates, evidence);
  const first = logistic(
    FIRST.bias +
      FIRST.ideal * features.ideal +
      FIRST.margin * features.margin +
      FIRST.ahead * features.ahead +
      FIRST.coverage * features.coverage +
      FIRST.length * features.length,
  );
  const rest = others.map(({ score }, at) =>
    logistic(
      OTHER.bias +
        OTHER.ratio * (top.score === 0 ? 0 : score / top.score) +
        OTHER.place * (at + 1) +
        OTHER.ideal * features.ideal +
        OTHER.coverage * features.coverage +
        OTHER.length * features.length,
    ),
  );
  const room = 1 - first;
  const sum = rest.reduce((a, b) => a + b, 0);
  return [first, ...rest.map((value) => (sum > room ? (value * room) / sum : value))].map(round);
}

/** Weights of the model for the first candidate, fitted on the eight sets of ../shared/eval with equal weight a set. */
const FIRST = {
  bias: -6.683,
  ideal: 2.643,
  margin: 2.286,
  ahead: 2.746,
  coverage: 1.957,
  length: 1.336,
} as const;
/** The same for the second and later candidates; `ratio` is the score as a share of the first one's, `place` counts from 1. */
const OTHER = {
  bias: -10.211,
  ratio: 7.768,
  place: -0.195,
  ideal: 2.164,
  coverage: -1.01,
  length: 0.492,
} as const;

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
