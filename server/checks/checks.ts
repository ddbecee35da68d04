import { acceptanceUnused } from './acceptance-unused.ts';
import { questionClaimedTwice } from './agreement/question-claimed-twice.ts';
import { sectionDuplicate } from './agreement/section-duplicate.ts';
import { translationOutOfDate } from './agreement/translation-out-of-date.ts';
import { variantLost } from './agreement/variant-lost.ts';
import type { Check } from './finding.ts';

/** Every check, sorted by code; each is one import and one line here. */
export const allChecks: readonly Check[] = [
  acceptanceUnused.check,
  questionClaimedTwice,
  sectionDuplicate,
  translationOutOfDate,
  variantLost,
].sort((a, b) => (a.code < b.code ? -1 : 1));
