import type { AuditFilter, AuditLog } from './audit-log.ts';
import { auditLine } from './audit-row.ts';

/** Rows in memory at once: some 500 kB. */
const rowsAtOnce = 1_000;

/**
 * The rows that fit, the oldest first, up to and with number `last`, each as a line of canonical JSON with its end; several
 * at a time. Errors: database-unusable at a row that cannot be read.
 */
export async function* auditLines(
  audit: Pick<AuditLog, 'following'>,
  filter: AuditFilter,
  last: number,
): AsyncGenerator<string> {
  for (let after = 0; after < last; ) {
    const rows = await audit.following(filter, { after, limit: rowsAtOnce });
    const lines = rows.filter(({ number }) => number <= last).map((row) => `${auditLine(row)}\n`);
    if (lines.length > 0) yield lines.join('');
    const reached = rows.at(-1)?.number;
    if (reached === undefined || rows.length < rowsAtOnce) return;
    after = reached;
  }
}
