import type { Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';

/** How one channel did in a run of verify:parity. */
export interface ParityChannel {
  readonly name: string;
  /** Questions of which it was compared, of which something differed, and that it cannot be asked. */
  readonly compared: number;
  readonly differing: number;
  readonly leftOut: number;
}

/** One thing that a channel said otherwise than the API. */
export interface ParityExample {
  readonly channel: string;
  readonly locale: string;
  readonly question: string;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** What a run of verify:parity found. */
export interface ParityReport {
  readonly questions: number;
  readonly byLocale: Readonly<Record<string, number>>;
  readonly channels: readonly ParityChannel[];
  readonly differences: number;
  /** The first ones. */
  readonly examples: readonly ParityExample[];
}

/** A run as it was recorded. */
export interface ParityRun {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly runAt: string;
  readonly person: string;
  /** Number of the release that was served. */
  readonly release: number;
  readonly report: ParityReport;
}

/** Recorded runs of verify:parity, append-only. */
export interface ParityRuns {
  add(run: Omit<ParityRun, 'id'>, by: Origin): Promise<ParityRun>;
  /** The newest first. */
  latest(most: number): Promise<readonly ParityRun[]>;
}

/** The store of recorded runs in a database. */
export function createParityRuns(
  db: Database,
  { audit }: { readonly audit: Pick<AuditLog, 'append'> },
): ParityRuns {
  return {
    add({ runAt, person, release, report }, by) {
      return db.transaction().execute(async (within) => {
        const { id } = await within
          .insertInto('parity_runs')
          .values({ run_at: runAt, person, release, report: JSON.stringify(report) })
          .returning('id')
          .executeTakeFirstOrThrow();
        const after = { run: id, questions: report.questions, differences: report.differences };
        await audit.append(
          { action: 'parity.recorded', by, subject: String(release), before: null, after },
          within,
        );
        return { id, runAt, person, release, report };
      });
    },
    async latest(most) {
      const rows = await db.selectFrom('parity_runs').selectAll().orderBy('id', 'desc').limit(most).execute();
      return rows.map(({ id, run_at: runAt, person, release, report }) => ({
        id,
        runAt,
        person,
        release,
        report: JSON.parse(report) as ParityReport,
      }));
    },
  };
}
