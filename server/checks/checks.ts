import { acceptanceUnused } from './acceptance-unused.ts';
import type { Check } from './finding.ts';

/** Every check, sorted by code; each is one import and one line here. */
export const allChecks: readonly Check[] = [acceptanceUnused.check].sort((a, b) =>
  a.code < b.code ? -1 : 1,
);
