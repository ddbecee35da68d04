import { calibrate } from '../../server/answers/calibrate.ts';
import type { GoldenQuestion, Snapshot } from '../../server/snapshots/snapshot.ts';
import { withCalibration } from '../../server/snapshots/with-calibration.ts';

/** The snapshot as publication leaves it: with what its own question variants and golden questions say of confidence. */
export function calibrated(snapshot: Snapshot, golden: readonly GoldenQuestion[]): Snapshot {
  return withCalibration(snapshot, calibrate(snapshot, golden));
}
