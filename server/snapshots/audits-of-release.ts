import type { AuditEvent, Origin } from '../audit/audit-event.ts';
import { countChanges, type ReleaseReport } from './release-report.ts';
import type { Release } from './snapshot.ts';

/** What is written into the audit log when a release is made; `before`: the number of the one that was current. */
export function auditsOf(
  release: Release,
  {
    report,
    by,
    before,
  }: { readonly report: ReleaseReport; readonly by: Origin; readonly before: number | null },
): readonly AuditEvent[] {
  const subject = String(release.number);
  const counts = countChanges(report);
  const changed = ({ added, changed, withdrawn }: (typeof counts)['public']): number =>
    added + changed + withdrawn;
  const made: AuditEvent = {
    action: report.restores === null ? 'release.published' : 'release.rolled-back',
    by,
    subject,
    before: before === null ? null : { release: before },
    after: {
      publisher: release.publisher,
      note: release.changeNote,
      snapshot: release.publicId,
      agentSnapshot: release.agentId,
      publicChanges: changed(counts.public),
      agentChanges: changed(counts.agent),
      ...(report.moreChanges === 0 ? {} : { moreChanges: report.moreChanges }),
      kept: release.kept.length,
      asksReading: report.asksReading,
      ...(report.restores === null ? {} : { restores: report.restores }),
    },
  };
  const { acknowledged } = report;
  if (acknowledged === null) return [made];
  const after = { note: acknowledged.note, broken: acknowledged.broken.length };
  return [made, { action: 'golden.acknowledged', by, subject, before: null, after }];
}
