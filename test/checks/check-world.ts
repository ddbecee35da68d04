import { allChecks } from '../../server/checks/checks.ts';
import type { Check } from '../../server/checks/finding.ts';
import { type CheckResult, runChecks } from '../../server/checks/run-checks.ts';
import { tryWorld, type WorldFiles } from '../support/small-world.ts';

/** What checks say of a small world, on 22 November 2026 unless told otherwise. */
export function checkWorld(
  files: WorldFiles = {},
  { today = '2026-11-22', checks = allChecks }: { today?: string; checks?: readonly Check[] } = {},
): CheckResult {
  const { content, snapshot, files: read } = tryWorld(files);
  if (!content) throw new Error('this small world cannot be read');
  return runChecks({ content, snapshot, files: read, today }, checks);
}

/** The findings of one check as `file:line:column message | found`, in their order. */
export function found(code: string, files: WorldFiles, today?: string): readonly string[] {
  return checkWorld(files, today === undefined ? {} : { today })
    .findings.filter((finding) => finding.code === code)
    .map(({ place, found: what }) => `${place.file}:${place.line}:${place.column} ${what}`);
}
