import { hashOf } from './canonical-json.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { PublicSnapshot, Snapshot } from './snapshot.ts';

/** The snapshot with what was measured on it; its ids cover the calibration, so that every replica answers alike. Frozen. */
export function withCalibration(
  { public: open, agent }: Snapshot,
  calibration: NonNullable<PublicSnapshot['calibration']>,
): Snapshot {
  const { id: _, ...publicRest } = { ...open, calibration };
  const id = hashOf(publicRest);
  const { agentId: __, ...agentRest } = agent;
  return deepFreeze({
    public: { id, ...publicRest },
    agent: { agentId: hashOf({ publicId: id, ...agentRest }), ...agentRest },
  });
}
