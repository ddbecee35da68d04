import type { Route } from '../../http/route.ts';
import { answersRoutes } from './answers-page.ts';
import { type AuditDeps, auditRoutes } from './audit-page.ts';
import { type Consistency, consistencyRoutes } from './consistency-page.ts';
import { type DeskDeps, deskRoutes } from './desk-page.ts';
import { factsRoutes } from './facts-page.ts';
import { type FeedbackDeps, feedbackRoutes } from './feedback-page.ts';
import { type FlagsDeps, flagsRoutes } from './flags-page.ts';
import { type GapsDeps, gapsRoutes } from './gaps-page.ts';
import { type JourneyDeps, journeyRoutes } from './journey-page.ts';
import { type KeysDeps, keysRoutes } from './keys-page.ts';
import { macrosRoutes } from './macros-page.ts';
import { type OffersDeps, offersRoutes } from './offers-page.ts';
import { type PeopleDeps, peopleRoutes } from './people-page.ts';
import { type PreviewDeps, previewRoutes } from './preview-page.ts';
import { type PrivacyDeps, privacyRoutes } from './privacy-page.ts';
import { type ProposalsDeps, proposalsRoutes } from './proposals-page.ts';
import { type ReleasesDeps, releasesRoutes } from './releases-page.ts';
import { type ReportsDeps, reportsRoutes } from './reports-page.ts';
import { type RightsDeps, rightsRoutes } from './rights-page.ts';
import { type VerificationDeps, verificationRoutes } from './verification-page.ts';
import { type WebhooksDeps, webhooksRoutes } from './webhooks-page.ts';

/** Pages for those who answer for the content: editors see, managers and admins decide. They stand behind the console's guard. */
export function manageRoutes(
  deps: ReleasesDeps &
    PreviewDeps &
    PeopleDeps &
    RightsDeps &
    FeedbackDeps &
    FlagsDeps &
    GapsDeps &
    OffersDeps &
    KeysDeps &
    WebhooksDeps &
    AuditDeps &
    ProposalsDeps &
    PrivacyDeps &
    VerificationDeps &
    ReportsDeps &
    DeskDeps &
    JourneyDeps & { readonly consistency: Consistency },
): readonly Route[] {
  return [
    ...deskRoutes(deps),
    ...answersRoutes(deps),
    ...auditRoutes(deps),
    ...consistencyRoutes(deps),
    ...factsRoutes(deps),
    ...feedbackRoutes(deps),
    ...flagsRoutes(deps),
    ...gapsRoutes(deps),
    ...offersRoutes(deps),
    ...journeyRoutes(deps),
    ...previewRoutes(deps),
    ...proposalsRoutes(deps),
    ...releasesRoutes(deps),
    ...reportsRoutes(deps),
    ...macrosRoutes(deps),
    ...keysRoutes(deps),
    ...webhooksRoutes(deps),
    ...privacyRoutes(deps),
    ...peopleRoutes(deps),
    ...rightsRoutes(deps),
    ...verificationRoutes(deps),
  ];
}
