import type { AuditLog } from './audit/audit-log.ts';
import type { Current } from './channels/ask.ts';
import type { Previews } from './channels/previews.ts';
import type { Config } from './config.ts';
import type { Database } from './database/open.ts';
import { AppError } from './errors.ts';
import { type Conversations, createConversations } from './feedback/conversations/conversations.ts';
import { createHandovers, type Handovers } from './feedback/conversations/handovers.ts';
import { createFlags, type Flags } from './feedback/flags/flags.ts';
import { gapReader } from './feedback/gaps/collect-gaps.ts';
import { createGaps, type Gaps } from './feedback/gaps/gaps.ts';
import { createOffersMade, type OffersMade } from './feedback/offers/offers-made.ts';
import { createPrivacy, type Privacy } from './feedback/privacy/personal-data.ts';
import { createRatings, type Ratings } from './feedback/ratings/ratings.ts';
import { createSurvey, defaultSurveyShare, type Survey } from './feedback/ratings/survey.ts';
import { type Redact, redact } from './feedback/redact.ts';
import { countAsks } from './feedback/reports/count-asks.ts';
import { createReports, type Reports } from './feedback/reports/reports.ts';
import type { ChangedReleases } from './feedback/verification/changed-by.ts';
import { startTellingDue } from './feedback/verification/tell-due.ts';
import { createVerification, type Verification } from './feedback/verification/verification.ts';
import { type ServedWalk, startServedWalk } from './feedback/walk-served.ts';
import { createProposals, type Proposals } from './proposals/proposals.ts';
import { startTellingChanges, type TellChangesDeps, tellChanges } from './publication/tell-changes.ts';
import { type Deliverer, startDeliverer } from './webhooks/deliverer.ts';
import { createEventLog, type EventLog } from './webhooks/event-log.ts';
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts';

/** What the parts of the loop are made of. */
export interface LoopDeps {
  readonly db: Database;
  readonly config: Config;
  readonly audit: AuditLog;
  /** What is served. Errors: unavailable before the first publication. */
  readonly current: () => Current;
  /** For who changed an article last. */
  readonly releases: ChangedReleases;
  readonly now: () => Date;
  /** What is compared to tell of releases, and of facts that change. */
  readonly changes: Pick<TellChangesDeps, 'store' | 'facts'>;
  /** What proposals are shown and published by. */
  readonly previews: Previews;
  /** Whether it tells endpoints of events by itself; default: it does. Commands that serve nobody do not. */
  readonly delivers?: boolean;
  /** Hears why something in the background did not finish. */
  readonly failed: (error: unknown, what: string) => void;
}

/** The loop that keeps answers true: everything that comes back, and what is made of it. */
export interface Loop {
  readonly events: EventLog;
  readonly webhooks: Webhooks;
  readonly deliverer: Deliverer;
  /** Tells of releases and facts that changed since the last time, and gives how many events that were. */
  readonly tellChanges: () => Promise<number>;
  readonly walk: ServedWalk;
  /** What is stored of customers. */
  readonly privacy: Privacy;
  readonly conversations: Conversations;
  readonly handovers: Handovers;
  readonly reports: Reports;
  readonly ratings: Ratings;
  readonly survey: Survey;
  readonly verification: Verification;
  /** Changes of the content that are proposed from pages. */
  readonly proposals: Proposals;
  readonly flags: Flags;
  readonly gaps: Gaps;
  readonly offers: OffersMade;
  /** Stops what runs in the background and resolves when it has ended. */
  close(): Promise<void>;
}

/** Puts the loop together over a database, for the server and for tests alike. */
export function openLoop(deps: LoopDeps): Loop {
  const { db, config, audit, current, releases, previews, now, failed } = deps;
  const events = createEventLog(db, { now });
  const hide = hideBy(() => ifServed(current));
  const readers = [
    countAsks((instant) => current().public.today(instant)),
    gapReader({ events, current, now }),
  ];
  const walk = startServedWalk(db, readers, {
    failed: (error) => failed(error, 'what was served could not be counted'),
  });
  const reports = createReports(db);
  const telling = startTellingDue(db, {
    events,
    current: () => ifServed(current),
    now,
    failed: (error) => failed(error, 'what is to be verified could not be told'),
  });
  const policy = { privateHosts: config.webhookPrivateHosts, plainHosts: config.webhookPlainHosts };
  const deliverer = startDeliverer(db, {
    ...{ audit, policy, now },
    ...(deps.delivers === false ? { every: null } : {}),
    failed: (error) => failed(error, 'an event could not be delivered'),
  });
  const gaps = createGaps(db, {
    ...{ walk, events, audit, current, now, hide },
    isServing: () => ifServed(current) !== null,
    failed: (error) => failed(error, 'gaps could not be brought up to date'),
  });
  const changes: TellChangesDeps = {
    ...{ ...deps.changes, events, now },
    current: () => ifServed(current),
    failed: (error) => failed(error, 'what changed could not be told'),
  };
  const tellingChanges = deps.delivers === false ? null : startTellingChanges(db, changes);
  return Object.freeze({
    events,
    tellChanges: () => tellChanges(db, changes),
    webhooks: createWebhooks(db, { audit, policy, now }),
    deliverer,
    walk,
    privacy: createPrivacy(db, { audit }),
    gaps,
    conversations: createConversations(db, { now }),
    handovers: createHandovers(db, { events, now }),
    ratings: createRatings(db, { events, hide }),
    survey: createSurvey(db, {
      events,
      hide,
      retentionDays: config.retentionDays,
      share: () => current().public.site.survey?.share ?? defaultSurveyShare,
    }),
    reports,
    verification: createVerification(db, { audit, reports, events, current, releases, now, hide }),
    proposals: createProposals(db, {
      contentDir: config.contentDir,
      audit,
      previews,
      today: () => current().public.today(now()),
      ...{ now, hide },
    }),
    flags: createFlags(db, { audit, events, now, hide }),
    offers: createOffersMade(db, { audit, now, hide }),
    async close() {
      await telling.stop();
      await gaps.stop();
      await tellingChanges?.stop();
      await walk.stop();
      await deliverer.stop();
    },
  });
}

/** Redacts by the order numbers of the site that is served. */
export function hideBy(current: () => Pick<Current, 'public'> | null): Redact {
  return (text) => redact(text, current()?.public.site.privacy?.orderNumbers);
}

/** What is served; null before the first publication. */
function ifServed(current: LoopDeps['current']): Current | null {
  try {
    return current();
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') return null;
    throw error;
  }
}
