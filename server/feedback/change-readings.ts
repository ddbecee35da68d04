import type { Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';

/** That a person has read what a release changed. */
export interface Reading {
  readonly personId: number;
  readonly release: number;
  /** ISO 8601, UTC. */
  readonly readAt: string;
}

/** Who has read which change; each person's word for themselves, given once and kept. */
export interface ChangeReadings {
  /** Notes that a person has read a release; what was noted before stays as it was. */
  markRead(reading: Reading, by: Origin): Promise<void>;
  /** Numbers of the releases that a person has read. */
  readBy(personId: number): Promise<ReadonlySet<number>>;
  /** The readings of some releases, the first reader first. */
  of(releases: readonly number[]): Promise<readonly Reading[]>;
}

/** The readings of a database, in `change_readings`. */
export function createChangeReadings(
  db: Database,
  { audit }: { readonly audit: Pick<AuditLog, 'append'> },
): ChangeReadings {
  return Object.freeze({
    async markRead({ personId, release, readAt }: Reading, by: Origin) {
      await db.transaction().execute(async (within) => {
        const [noted] = await within
          .insertInto('change_readings')
          .values({ user_id: personId, release, read_at: readAt })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        if (noted?.numInsertedOrUpdatedRows !== 1n) return;
        await audit.append(
          { action: 'change.read', by, subject: String(release), before: null, after: null },
          within,
        );
      });
    },
    async readBy(personId: number) {
      const rows = await db
        .selectFrom('change_readings')
        .select('release')
        .where('user_id', '=', personId)
        .execute();
      return new Set(rows.map(({ release }) => release));
    },
    async of(releases: readonly number[]) {
      if (releases.length === 0) return [];
      const rows = await db
        .selectFrom('change_readings')
        .selectAll()
        .where('release', 'in', releases)
        .orderBy('read_at')
        .orderBy('user_id')
        .execute();
      return rows.map(({ user_id, release, read_at }) => ({ personId: user_id, release, readAt: read_at }));
    },
  });
}
