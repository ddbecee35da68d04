import { hashOf } from './canonical-json.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { Snapshot } from './snapshot.ts';

/** The snapshot with the model that its answers depend on; its ids cover it, so that every replica answers alike. Frozen. */
export function withSemantics({ public: open, agent }: Snapshot, model: string): Snapshot {
  const { id: _, ...publicRest } = { ...open, semantic: { model } };
  const id = hashOf(publicRest);
  const { agentId: __, ...agentRest } = agent;
  return deepFreeze({
    public: { id, ...publicRest },
    agent: { agentId: hashOf({ publicId: id, ...agentRest }), ...agentRest },
  });
}
