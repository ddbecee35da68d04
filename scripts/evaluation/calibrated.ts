import { calibrate } from '../../server/answers/calibrate.ts';
import type { Encoder } from '../../server/semantics/encoder.ts';
import type { GoldenQuestion, Snapshot } from '../../server/snapshots/snapshot.ts';
import { withCalibration } from '../../server/snapshots/with-calibration.ts';
import { withSemantics } from '../../server/snapshots/with-semantics.ts';

/** The snapshot as publication leaves it: with what its own question variants and golden questions say of confidence. */
export function calibrated(snapshot: Snapshot, golden: readonly GoldenQuestion[]): Snapshot {
  return withCalibration(snapshot, calibrate(snapshot, golden));
}

/** A snapshot to be served with an encoder. */
export interface MeantSnapshot {
  readonly snapshot: Snapshot;
  readonly encoder: Encoder;
}

/** The same as publication leaves it where meaning counts beside words; null without an encoder. */
export function calibratedWithMeaning(
  snapshot: Snapshot,
  golden: readonly GoldenQuestion[],
  encoder: Encoder | null,
): MeantSnapshot | null {
  if (encoder === null) return null;
  const meant = withSemantics(snapshot, encoder.id);
  return { snapshot: withCalibration(meant, calibrate(meant, golden, encoder)), encoder };
}
