import { acceptanceUnused } from './acceptance-unused.ts';
import { articlesDisagree } from './agreement/articles-disagree.ts';
import { questionClaimedTwice } from './agreement/question-claimed-twice.ts';
import { sectionDuplicate } from './agreement/section-duplicate.ts';
import { translationDisagrees, translationLiteralMissing } from './agreement/translation-disagrees.ts';
import { translationOutOfDate } from './agreement/translation-out-of-date.ts';
import { variantLost } from './agreement/variant-lost.ts';
import { factContradicted } from './facts/fact-contradicted.ts';
import { factWrittenOut } from './facts/fact-written-out.ts';
import type { Check } from './finding.ts';
import { goldenUnmet } from './golden-unmet.ts';
import { addressInternal } from './structure/address-internal.ts';
import { articleEnded } from './structure/article-ended.ts';
import { articleUnlinked } from './structure/article-unlinked.ts';
import { factGap } from './structure/fact-gap.ts';
import { factTwin } from './structure/fact-twin.ts';
import { factUnused } from './structure/fact-unused.ts';
import { factValueUnreachable } from './structure/fact-value-unreachable.ts';
import { leadLong } from './structure/lead-long.ts';
import { linkInsecure, linkSelf, linkVague } from './structure/links.ts';
import { offerUnused } from './structure/offer-unused.ts';
import { placeholderText } from './structure/placeholder-text.ts';
import { readingHard } from './structure/reading-hard.ts';
import { variantsMissing } from './structure/variants-missing.ts';
import { verificationFuture, verificationOverdue } from './structure/verification.ts';
import { vocabularyAgents } from './structure/vocabulary-agents.ts';

/** Every check, sorted by code; each is one import and one line here. */
export const allChecks: readonly Check[] = [
  acceptanceUnused.check,
  articlesDisagree,
  factContradicted,
  factWrittenOut,
  goldenUnmet,
  questionClaimedTwice,
  sectionDuplicate,
  translationDisagrees,
  translationLiteralMissing,
  translationOutOfDate,
  variantLost,
  addressInternal,
  articleEnded,
  articleUnlinked,
  factGap,
  factTwin,
  factUnused,
  factValueUnreachable,
  leadLong,
  linkInsecure,
  linkSelf,
  linkVague,
  offerUnused,
  placeholderText,
  readingHard,
  variantsMissing,
  verificationFuture,
  verificationOverdue,
  vocabularyAgents,
].sort((a, b) => (a.code < b.code ? -1 : 1));
