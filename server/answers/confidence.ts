import type { Candidate, QueryEvidence } from '../search/search.ts';

/** What confidence is read from. None of it depends on raw scores, which mean nothing outside one query. */
export interface ConfidenceFeatures {
  /** Best score by words over that of a perfect match, in [0, 1]. */
  readonly ideal: number;
  /**
   * ln(0.02 + how far the first is ahead of all others by letters (n-grams), as a share of the best): from -3.9 where
   * another is level or ahead, to 0. Letters are evidence of their own: endings, spellings, compounds.
   */
  readonly letters: number;
  /** How much the matched words narrow the articles down, in nats, from 0. */
  readonly information: number;
  /** ln(1 + how many articles would have the matched words by chance), from 0: one word alone says little. */
  readonly crowd: number;
  /** Over how many candidates the evidence is spread: entropy of the first ten in nats, 0 to 2.3. */
  readonly spread: number;
  /** Square of the likeness to the nearest title or variant, in [0, 1]; 0 for an article without variants. */
  readonly nearest: number;
}

const LEAST_MARGIN = 0.02;
/** A candidate a tenth of the best score behind counts 1/e in the spread; 5 and 20 instead of 10 separate worse. */
const STEEPNESS = 10;

/** The same for a candidate after the first. */
export interface OtherFeatures {
  /** Its score as a share of the first one's, in [0, 1]. */
  readonly ratio: number;
  /** 1 for the second candidate, and so on. */
  readonly place: number;
  readonly ideal: number;
  readonly coverage: number;
  /** ln(1 + number of words). */
  readonly length: number;
}

type Scored = Pick<Candidate, 'score' | 'features'>;
type Evidence = Omit<QueryEvidence, 'known' | 'exact'>;

/** Reads the first candidate's features; `candidates` are the best ten, best first. */
export function confidenceFeatures(candidates: readonly Scored[], evidence: Evidence): ConfidenceFeatures {
  const letters = candidates.map(({ features }) => features.find(({ name }) => name === 'ngram')?.value ?? 0);
  return {
    ideal: evidence.ideal,
    letters: Math.log(LEAST_MARGIN + Math.max(0, aheadIn(letters))),
    information: evidence.information,
    crowd: Math.log1p(evidence.rivals),
    spread: entropyOf(candidates.map(({ score }) => score)),
    nearest: evidence.nearest ** 2,
  };
}

function entropyOf(scores: readonly number[]): number {
  const [top = 0] = scores;
  if (top === 0) return 0;
  const masses = scores.map((score) => Math.exp(STEEPNESS * (score / top - 1)));
  const all = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.reduce((sum, mass) => sum - (mass / all) * Math.log(mass / all), 0);
}

/** What meaning adds where an encoder is there. */
export interface MeaningFeatures {
  /** Cosine of the question and the nearest text of the first candidate's article, in [0, 1]. */
  readonly meaning: number;
  /** ln(0.02 + how far the first is ahead of all others in meaning, as a share of the nearest): as `letters`. */
  readonly meant: number;
}

/** Reads the first candidate's features of meaning. */
export function meaningFeatures(candidates: readonly Scored[], meaning: number): MeaningFeatures {
  const shares = candidates.map(
    ({ features }) => features.find(({ name }) => name === 'meaning')?.value ?? 0,
  );
  return { meaning, meant: Math.log(LEAST_MARGIN + Math.max(0, aheadIn(shares))) };
}

/** How far the first of some values is ahead of all others, as a share of the largest; below 0 where it is behind. */
function aheadIn([first = 0, ...others]: readonly number[]): number {
  const best = Math.max(first, ...others, 0);
  return best === 0 ? 0 : (first - Math.max(...others, 0)) / best;
}

/** Reads the features of the candidate at a place after the first. */
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

/** What a locale's own questions say about the shipped model: log-odds times `slope` (above 0) plus `offset`. */
export interface Recalibration {
  readonly slope: number;
  readonly offset: number;
}

/** The shipped model as it is. */
export const AS_SHIPPED: Recalibration = { slope: 1, offset: 0 };

/**
 * Probability, in [0, 1], that each of the candidates is right, best first: logistic models over named features, the first
 * one's recalibrated. An exact title or variant is certain, so nothing else is likely. The sum is at most 1.
 */
export function confidences(
  candidates: readonly Scored[],
  evidence: QueryEvidence,
  recalibration: Recalibration = AS_SHIPPED,
): readonly number[] {
  if (candidates.length === 0) return [];
  if (evidence.exact) return candidates.map((_, at) => (at === 0 ? 1 : 0));
  const first = Math.min(
    recalibrated(shippedLogit(candidates, evidence), recalibration),
    mostFor(candidates),
  );
  const otherWeights = evidence.meaning === undefined ? OTHER : OTHER_MEANT;
  const others = candidates
    .slice(1)
    .map((_, at) => logistic(logit(otherWeights, { ...otherFeatures(candidates, at + 1, evidence) })));
  const room = 1 - first;
  const sum = others.reduce((a, b) => a + b, 0);
  return [first, ...others.map((value) => (sum > room ? (value * room) / sum : value))].map(round);
}

/** Log-odds of the shipped model that the first candidate is right, within ±6. */
export function shippedLogit(candidates: readonly Scored[], evidence: Evidence): number {
  const { meaning } = evidence;
  const features = confidenceFeatures(candidates, evidence);
  const logOdds =
    meaning === undefined
      ? logit(FIRST, { ...features })
      : logit(FIRST_MEANT, { ...features, ...meaningFeatures(candidates, meaning) });
  return Math.max(-6, Math.min(6, logOdds));
}

/** The probability of log-odds after recalibration. */
export function recalibrated(logOdds: number, { slope, offset }: Recalibration): number {
  return logistic(slope * logOdds + offset);
}

/**
 * Of two candidates that score the same neither can be likelier than one half, whatever else speaks for them; a tenth of
 * the score ahead and the bound is 0.82. It matters on small sites, where all other articles are far behind both: on the
 * eight sets the model alone gives 0.67 and more to 12 firsts that are less than 2 % ahead, of which 4 are right.
 */
export function mostFor(candidates: readonly Pick<Candidate, 'score'>[]): number {
  const [first = 0, second = 0] = candidates.map(({ score }) => score);
  return first === 0 ? 0 : 1 - 0.5 * Math.exp(-(1 - second / first) / 0.1);
}

type Weights<F> = Readonly<Record<keyof F | 'bias', number>>;

/**
 * Fitted by `node scripts/train-confidence.ts --sets ../shared/eval` on its eight sets, on changed copies of them (articles
 * taken away, fewer variants, wrong letters, one or two words only) and on the sample company's variants left out in turn.
 * Of a model that never saw a set nor its family: calibration error .048 (banking77), .031 (banking77-gap), .057 (bitext),
 * .085 (bitext-gap), .026 (clinc150), .113 (xquad-en, too little sure), .095 (heq), .129 (persianqa, too sure: a third of its
 * questions ask a covered topic for a fact that is not there); area under the curve .85 to .95 in English, .78 and .78. The
 * first five are what was left of some seventy features, added greedily by the log loss on strangers' sets; left out for lack of gain:
 * margins of the total and of words, coverage, share of known words, largest unmatched word, what a rival has and the
 * first lacks, number of words, of articles, of variants. `crowd` gains nothing there, but questions of one or two words
 * ("size", "change address") are in none of the sets: it is fitted on shortened ones.
 */
const FIRST: Weights<ConfidenceFeatures> = {
  bias: -0.524,
  ideal: 1.408,
  letters: 0.282,
  information: 0.122,
  crowd: -0.4,
  spread: -1.162,
  nearest: 2.971,
};
/** From the same command; calibration error .001 to .044. */
const OTHER: Weights<OtherFeatures> = {
  bias: -7.624,
  ratio: 5.805,
  place: -0.302,
  ideal: 2.681,
  coverage: -2.104,
  length: 0.152,
};

/**
 * The same where meaning counts beside words, by the same command with `--semantic`: the English sets and content, the English
 * model. Of a model that never saw a set nor its family: calibration error .040 (banking77), .036 (banking77-gap), .045
 * (bitext), .071 (bitext-gap), .026 (clinc150), .111 (xquad-en); area under the curve .84 to .96. Other models have these
 * weights too: each locale's calibration at publication is what fits them to it.
 */
const FIRST_MEANT: Weights<ConfidenceFeatures & MeaningFeatures> = {
  bias: -0.968,
  ideal: 1.098,
  letters: 0.236,
  information: 0.188,
  crowd: -0.115,
  spread: -1.136,
  nearest: 2.27,
  meaning: 2.461,
  meant: 0.23,
};
/** From the same command; calibration error .003 to .034. */
const OTHER_MEANT: Weights<OtherFeatures> = {
  bias: -9.925,
  ratio: 9.37,
  place: -0.277,
  ideal: 1.356,
  coverage: -1.411,
  length: -0.215,
};

function logit<F>(weights: Weights<F>, features: Readonly<Record<keyof F, number>>): number {
  const names = Object.keys(features) as (keyof F)[];
  return names.reduce((total, name) => total + weights[name] * features[name], weights.bias);
}

function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
