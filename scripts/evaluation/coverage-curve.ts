import { isFirstRight, type Row } from './figures.ts';

/** What would be answered, and how much of it wrongly, if everything surer than a threshold were answered. */
export interface CurvePoint {
  readonly threshold: number;
  /** Answered, of all. */
  readonly coverage: number;
  /** Wrong, of the answered; null where nothing is. */
  readonly risk: number | null;
}

/** Coverage against risk: a point for each twentieth, and one for the threshold in force, where there is one. */
export interface CoverageCurve {
  readonly inForce: CurvePoint | null;
  readonly points: readonly CurvePoint[];
}

const STEPS = 20;

/** The curve of the confidence as it is served; `answerFrom` is the threshold in force. */
export function coverageCurve(rows: readonly Row[], answerFrom: number | null): CoverageCurve {
  return {
    inForce: answerFrom === null ? null : pointAt(rows, answerFrom),
    points: Array.from({ length: STEPS }, (_, step) => pointAt(rows, step / STEPS)),
  };
}

function pointAt(rows: readonly Row[], threshold: number): CurvePoint {
  const sure = rows.filter(({ said }) => said.results.length > 0 && (said.confidence ?? 0) >= threshold);
  return {
    threshold,
    coverage: sure.length / Math.max(1, rows.length),
    risk: sure.length === 0 ? null : sure.filter((row) => !isFirstRight(row)).length / sure.length,
  };
}
