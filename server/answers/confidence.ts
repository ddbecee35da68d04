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
  /** Share of the question's words that the index knows as typed, in [0, 1]. */
  readonly known: number;
  /** ln(1 + number of words). */
  readonly length: number;
}

/** The same for a candidate after the first. */
export interface OtherFeatures {
  /** Its score as a share of the first one's, in [0, 1]. */
  readonly ratio: number;
  /** 1 for the second candidate, and so on. */
  readonly place: number;
  readonly ideal: number;
  readonly coverage: number;
  readonly length: number;
}

type Evidence = Pick<QueryEvidence, 'ideal' | 'coverage' | 'terms' | 'known'>;

export function confidenceFeatures(
  candidates: readonly Pick<Candidate, 'score'>[],
  evidence: Evidence,
): ConfidenceFeatures {
  const [top = 0, ...rest] = candidates.map(({ score }) => score);
  const followers = [0, 1, 2, 3, 4].map((at) => rest[at] ?? 0);
  const mean = followers.reduce((sum, score) => sum + score, 0) / followers.length;
  return {
    ideal: evidence.ideal,
    margin: top === 0 ? 0 : 1 - (rest[0] ?? 0) / top,
    ahead: top === 0 ? 0 : 1 - mean / top,
    coverage: evidence.coverage,
    known: evidence.known,
    length: Math.log1p(evidence.terms),
  };
}

export function otherFeatures(
  candidates: readonly Pick<Candidate, 'score'>[],
  place: number,
  evidence: Evidence,
): OtherFeatures {
  const top = candidates[0]?.score ?? 0;
  return {
    ratio: top === 0 ? 0 : (candidates[place]?.score ?? 0) / top,
    place,
    ideal: evidence.ideal,
    coverage: evidence.coverage,
    length: Math.log1p(evidence.terms),
  };
}

/**
 * Probability, in [0, 1], that each of the candidates is right, best first: logistic models over named features. An exact
 * title or variant is certain, so nothing else is likely. The sum is at most 1.
 */
export function confidences(
  candidates: readonly Pick<Candidate, 'score'>[],
  evidence: QueryEvidence,
): readonly number[] {
  if (candidates.length === 0) return [];
  if (evidence.exact) return candidates.map((_, at) => (at === 0 ? 1 : 0));
  const first = probability(FIRST, { ...confidenceFeatures(candidates, evidence) });
  const others = candidates
    .slice(1)
    .map((_, at) => probability(OTHER, { ...otherFeatures(candidates, at + 1, evidence) }));
  const room = 1 - first;
  const sum = others.reduce((a, b) => a + b, 0);
  return [first, ...others.map((value) => (sum > room ? (value * room) / sum : value))].map(round);
}

type Weights<F> = Readonly<Record<keyof F | 'bias', number>>;

/**
 * Fitted by `node scripts/train-confidence.ts --sets ../shared/eval` on its eight sets, each with the same weight. Of a model
 * that never saw a set nor its family: calibration error .040 to .088 on the English sets (mean .065), .101 on heq, .143 on
 * persianqa; area under the curve .825 to .954 on the English sets. On the sample content, each variant left out in turn: .067.
 * Left out for lack of gain: share of the score from title and questions, nearest single variant, margins of words and of
 * n-grams apart, largest unmatched word.
 */
const FIRST: Weights<ConfidenceFeatures> = {
  bias: -7.573,
  ideal: 2.731,
  margin: 1.935,
  ahead: 2.78,
  coverage: 1.461,
  known: 1.276,
  length: 1.253,
};
/** From the same command; calibration error .004 to .030. */
const OTHER: Weights<OtherFeatures> = {
  bias: -10.287,
  ratio: 7.825,
  place: -0.235,
  ideal: 2.037,
  coverage: -0.801,
  length: 0.466,
};

function probability<F>(weights: Weights<F>, features: Readonly<Record<keyof F, number>>): number {
  const names = Object.keys(features) as (keyof F)[];
  const sum = names.reduce((total, name) => total + weights[name] * features[name], weights.bias);
  return 1 / (1 + Math.exp(-sum));
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
