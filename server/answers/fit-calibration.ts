import type { Calibration, CurvePoint, Locale, PublicSnapshot, Site } from '../snapshots/snapshot.ts';
import { AS_SHIPPED, type Recalibration, recalibrated } from './confidence.ts';

/** One question whose right outcome is known. */
export interface Judged {
  /** Log-odds of the shipped model; null where the question is exactly a title or variant, which is certain. */
  readonly logOdds: number | null;
  /** Bound on its probability, from how close the second candidate is. */
  readonly most: number;
  /** The first candidate is right; false where nothing answers the question. */
  readonly isRight: boolean;
}

/**
 * Fewer questions say too little: of 60 the share that is right is known to ±.06. `node scripts/train-confidence.ts`
 * recalibrates on 270 and more; the sample company has 64 and more in each of its languages.
 */
const LEAST_QUESTIONS = 60;

/**
 * What the judged questions of a locale say about confidence, and the thresholds that follow from what the owner accepts:
 *
 * - `answerFrom` is the least hundredth from .5 to .99 from which at most `maximumRisk` of the answered would be wrong: as
 *   counted among the questions, together with 80 more of the shipped curve: a few answers counted alone would be chance,
 *   and left-out variants are easier than customers' words where variants resemble each other (bitext-gap: .124 of the
 *   answered are wrong, .146 with 80 as wrong as their own probabilities say, .077 as shipped). The limit is for all that is answered; the single answer just above the threshold is
 *   less sure than that.
 * - `clarifyFrom` is .45 of what is demanded of an answer, .45 * (1 - maximumRisk): a question back costs less than a wrong
 *   answer and more than an honest no. From .4, which is that for a risk of .1, 84 % of the answerable are served and 41 %
 *   of the unanswerable are asked back; from .35 and .45: 86 and 83 %, 49 and 33 % (banking77-gap, bitext-gap and clinc150
 *   together; more than half may not be asked back). The sample company's variants left out in turn: 74, 79 and 69 %.
 *
 * With fewer than 60 questions the shipped model stays as it is, and so does its curve.
 */
export function calibrationOf(
  judged: readonly Judged[],
  questions: Calibration['questions'],
  maximumRisk: number,
): Calibration {
  if (judged.length < LEAST_QUESTIONS) return shippedCalibration(maximumRisk);
  const recalibration = fitRecalibration(judged);
  const known = judged.map(({ logOdds, most, isRight }) => ({
    probability: logOdds === null ? 1 : round(Math.min(recalibrated(logOdds, recalibration), most)),
    isRight,
  }));
  const riskFrom = (threshold: number): number => pointAt(known, threshold).risk;
  const answerFrom = HUNDREDTHS.find((threshold) => riskFrom(threshold) <= maximumRisk) ?? SUREST;
  const thresholds = [...new Set([...TWENTIETHS, answerFrom])].sort((a, b) => a - b);
  return {
    ...recalibration,
    questions,
    answerFrom,
    clarifyFrom: clarifyFrom(maximumRisk),
    curve: thresholds.map((threshold) => pointAt(known, threshold)),
    reliability: reliabilityOf(known),
  };
}

/** The shipped model with the thresholds that its own curve gives for what the owner accepts. */
export function shippedCalibration(maximumRisk: number): Calibration {
  return {
    ...AS_SHIPPED,
    questions: { leftOut: 0, missing: 0, golden: 0 },
    answerFrom: HUNDREDTHS.find((threshold) => shippedRisk(threshold) <= maximumRisk) ?? SUREST,
    clarifyFrom: clarifyFrom(maximumRisk),
    curve: SHIPPED_CURVE,
    reliability: [],
  };
}

/** A locale's calibration as a snapshot has it; that of the shipped model where it has none. */
export function calibrationIn(
  open: Pick<PublicSnapshot, 'site' | 'calibration'>,
  locale: Locale,
): Calibration {
  return open.calibration?.[locale] ?? shippedCalibration(maximumRiskOf(open.site));
}

/** Share of wrong answers that an owner accepts who has not said otherwise. */
export const DEFAULT_RISK = 0.1;

/** What the site's owner accepts; content of before this could be said has the default. */
export function maximumRiskOf(site: Site): number {
  return site.answers?.maximumRisk ?? DEFAULT_RISK;
}

const SUREST = 0.99;
const HUNDREDTHS = Array.from({ length: 50 }, (_, at) => (50 + at) / 100);
const TWENTIETHS = Array.from({ length: 20 }, (_, at) => at / 20);

function clarifyFrom(maximumRisk: number): number {
  return round(0.45 * (1 - maximumRisk));
}

interface Known {
  readonly probability: number;
  readonly isRight: boolean;
}

function pointAt(known: readonly Known[], threshold: number): CurvePoint {
  const answered = known.filter(({ probability }) => probability >= threshold);
  const wrong = answered.filter(({ isRight }) => !isRight).length;
  return {
    threshold,
    coverage: round(answered.length / known.length),
    risk:
      answered.length === 0 ? 0 : round((wrong + PRIOR * shippedRisk(threshold)) / (answered.length + PRIOR)),
  };
}

function reliabilityOf(known: readonly Known[]): Calibration['reliability'] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const bin = known.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === tenth);
    const mean = (read: (one: Known) => number): number =>
      bin.length === 0 ? 0 : round(bin.reduce((sum, one) => sum + read(one), 0) / bin.length);
    return {
      from: tenth / 10,
      questions: bin.length,
      confidence: mean(({ probability }) => probability),
      right: mean(({ isRight }) => Number(isRight)),
    };
  });
}

/**
 * Slope and offset that make the shipped model's probabilities fit the judged questions, with a normal prior around slope 1
 * and offset 0 of precision `strength`. Newton's method; the same questions in the same order give the same numbers.
 */
export function fitRecalibration(judged: readonly Judged[], strength: number = PRIOR): Recalibration {
  let { slope, offset } = AS_SHIPPED;
  for (let turn = 0; turn < TURNS; turn++) {
    let [bySlope, byOffset] = [strength * (slope - 1), strength * offset];
    let [slopeSlope, slopeOffset, offsetOffset] = [strength, 0, strength];
    for (const { logOdds, isRight } of judged) {
      if (logOdds === null) continue;
      const p = recalibrated(logOdds, { slope, offset });
      const error = p - Number(isRight);
      const weight = p * (1 - p);
      bySlope += error * logOdds;
      byOffset += error;
      slopeSlope += weight * logOdds * logOdds;
      slopeOffset += weight * logOdds;
      offsetOffset += weight;
    }
    const determinant = slopeSlope * offsetOffset - slopeOffset * slopeOffset;
    slope -= (offsetOffset * bySlope - slopeOffset * byOffset) / determinant;
    offset -= (slopeSlope * byOffset - slopeOffset * bySlope) / determinant;
  }
  return { slope: round(Math.max(LEAST_SLOPE, slope)), offset: round(offset) };
}

/**
 * Precision of the prior. Calibration error of the sets' own questions by a model that never saw the set's family, as
 * shipped and after a recalibration from the set's own variants with 5, 20 and 80 (`node scripts/train-confidence.ts --sets
 * ../shared/eval`): banking77 .048, then .085, .073, .053; banking77-gap .031, then .045, .035, .026; bitext .057, then .075,
 * .063, .057; bitext-gap .085, then .069, .076, .081; clinc150 .026, then .054, .041, .029. Weak priors cost more than they
 * gain. Where no question lacks its article, it errs to the side of doubt, since one article in five is taken away.
 */
const PRIOR = 80;
const TURNS = 25;
/** More evidence never makes a match less likely. */
const LEAST_SLOPE = 0.1;

/** CURVE of `node scripts/train-confidence.ts --sets ../shared/eval`: models that never saw a set nor its family. */
const SHIPPED_CURVE: readonly CurvePoint[] = (
  [
    [0, 1, 0.313],
    [0.05, 0.977, 0.298],
    [0.1, 0.943, 0.277],
    [0.15, 0.914, 0.257],
    [0.2, 0.888, 0.24],
    [0.25, 0.863, 0.227],
    [0.3, 0.84, 0.214],
    [0.35, 0.817, 0.198],
    [0.4, 0.794, 0.187],
    [0.45, 0.772, 0.175],
    [0.5, 0.749, 0.164],
    [0.55, 0.724, 0.154],
    [0.6, 0.696, 0.14],
    [0.65, 0.666, 0.129],
    [0.7, 0.636, 0.118],
    [0.75, 0.592, 0.109],
    [0.8, 0.535, 0.093],
    [0.85, 0.465, 0.075],
    [0.9, 0.371, 0.052],
    [0.95, 0.233, 0.033],
  ] as const
).map(([threshold, coverage, risk]) => ({ threshold, coverage, risk }));

/** Between two points of the curve in proportion. */
function shippedRisk(threshold: number): number {
  const above = SHIPPED_CURVE.findIndex((point) => point.threshold > threshold);
  const [low, high] = [SHIPPED_CURVE.at(above - 1), SHIPPED_CURVE[above]];
  if (low === undefined) return 1;
  if (high === undefined) return low.risk;
  const share = (threshold - low.threshold) / (high.threshold - low.threshold);
  return low.risk + share * (high.risk - low.risk);
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
