import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import { type Accounts, createAccounts, type Role } from '../../server/accounts/accounts.ts';
import { createApiKeys, type KeyWish } from '../../server/accounts/api-keys.ts';
import { createEditingRights } from '../../server/accounts/editing-rights.ts';
import { createProviderSignIn } from '../../server/accounts/provider-sign-in.ts';
import { openRequestCounts } from '../../server/accounts/request-counts.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { type AppDeps, buildApp } from '../../server/app.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { sessionCookie } from '../../server/channels/agent/session-cookie.ts';
import type { Current } from '../../server/channels/ask.ts';
import type { Previews } from '../../server/channels/previews.ts';
import { hideBy, openLoop } from '../../server/compose-loop.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { createDays } from '../../server/days.ts';
import { createChangeReadings } from '../../server/feedback/change-readings.ts';
import { createParityRuns } from '../../server/feedback/parity-runs.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { readAssets } from '../../server/http/assets.ts';
import { createViews } from '../../server/http/views.ts';
import { createFactDesk } from '../../server/impact/create-fact-desk.ts';
import { releaseDifferences } from '../../server/impact/release-differences.ts';
import { wordDifference } from '../../server/impact/word-difference.ts';
import { createMacroDesk } from '../../server/macros/create-macro-desk.ts';
import { createReplayDay } from '../../server/publication/replay-day.ts';
import { releaseAgreements } from '../../server/snapshots/release-agreements.ts';
import { createReleaseHistory } from '../../server/snapshots/release-history.ts';
import { emptyReport } from '../../server/snapshots/release-report.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import type { Release, Snapshot } from '../../server/snapshots/snapshot.ts';

const viewsFolder = join(import.meta.dirname, '../../views');

/** The real application over a database in memory, in-process: give `app` to supertest, or listen. */
export interface TestApp {
  readonly app: Express;
  readonly deps: AppDeps;
  readonly db: Database;
  readonly config: Config;
  readonly accounts: Accounts;
  /** Swaps the served snapshot, as a publication does now; agents find the one before under its days. */
  serve(snapshot: Snapshot, refusals?: readonly string[]): void;
  /** Adds a person with this role, signs in, and gives the Cookie header's value and the form token. */
  signIn(role?: Role): Promise<{ readonly cookie: string; readonly token: string }>;
  /** Makes an API key and gives the value of its Authorization header. */
  makeKey(wish?: Partial<KeyWish>): Promise<string>;
  close(): Promise<void>;
}

export interface TestAppOptions {
  /** The clock; default 2026-11-22 12:00 UTC. A function may move. */
  readonly now?: () => Date;
  readonly config?: Partial<Config>;
  /** Default: a preview that is never there. */
  readonly previews?: Previews;
  /** Default: none. */
  readonly log?: Logger;
  /** Stands for loading a release's snapshot; may throw. */
  readonly loadEarlier?: (snapshot: Snapshot) => Snapshot;
}

/** Composes the application as the server does, with cheap passwords, a still clock and no log. */
export async function makeApp(snapshot: Snapshot, options: TestAppOptions = {}): Promise<TestApp> {
  const now = options.now ?? (() => new Date('2026-11-22T12:00:00Z'));
  const config: Config = {
    ...readConfig({}),
    dataDir: ':memory:',
    logLevel: 'silent',
    rateLimit: 1_000_000,
    keylessRateLimit: 1_000_000,
    accountRateLimit: 1_000_000,
    feedbackRateLimit: 1_000_000,
    ...options.config,
  };
  const db = await openDatabase(':memory:');
  const audit = createAuditLog(db, { now });
  const accounts = createAccounts(db, {
    audit,
    sessionHours: config.sessionHours,
    passwordSignIn: config.passwordSignIn,
    providers: config.providers,
    now,
    cost: { N: 2 ** 10, r: 8, p: 1 },
  });
  const log = options.log ?? pino({ level: 'silent' });
  const providers = createProviderSignIn(db, { ...config, accounts, audit, log, now });
  const apiKeys = createApiKeys(db, { audit, now });
  const counts = await openRequestCounts(db, {
    now,
    // Tests that break the database are about something else.
    failed: () => {},
  });
  const assets = readAssets(join(viewsFolder, 'assets'));
  let current: Current;
  const history: { readonly release: Release; readonly snapshot: Snapshot }[] = [];
  const serve = (next: Snapshot, refusals: readonly string[] = []): void => {
    const number = (current?.release.number ?? 0) + 1;
    current = {
      ...createAnswerers(next),
      release: {
        number,
        publicId: next.public.id,
        agentId: next.agent.agentId,
        publishedAt: now().toISOString(),
        publisher: 'a test',
        changeNote: '',
        kept: [],
      },
      refusals,
      held: null,
    };
    history.push({ release: current.release, snapshot: next });
  };
  serve(snapshot);
  const previews: Previews = options.previews ?? {
    look: async () => ({ kind: 'running', progress: null }),
    publish: async () => {
      throw new Error('a test app publishes nothing');
    },
  };
  const store = createReleaseStore(db);
  const told = createReleaseHistory(store);
  const facts = createFactDesk(
    createReleaseStore(db),
    createReplayDay({ db, encoder: null, done: async () => {} }),
  );
  const loop = openLoop({
    db,
    config,
    audit,
    current: () => current,
    releases: told,
    now,
    previews,
    changes: { store, facts },
    delivers: false,
    failed: () => {},
  });
  const deps: AppDeps = {
    config,
    assets,
    views: createViews(viewsFolder, assets),
    accounts,
    editingRights: createEditingRights(db, { audit }),
    providers,
    apiKeys,
    audit,
    counts,
    recorder: createRecorder(db, {
      retentionDays: config.retentionDays,
      now,
      random: randomBytes,
      hide: hideBy(() => current),
    }),
    loop,
    releases: {
      ...told,
      asking: () => told.asking(current.release.number),
      publicChanges: () => told.publicChanges(current.release.number),
      differences: (number) => releaseDifferences(store, number),
      rollBack: async () => {
        throw new Error('a test app publishes nothing');
      },
    },
    previews,
    readings: createChangeReadings(db, { audit }),
    consistency: {
      agreements: (most) => releaseAgreements(createReleaseStore(db), most),
      runs: createParityRuns(db, { audit }),
      compare: wordDifference,
    },
    current: () => current,
    days: createDays({
      current: () => current,
      now,
      encoder: null,
      store: {
        first: async () => history[0]?.release ?? null,
        currentAt: async (instant) =>
          history.findLast(({ release }) => Date.parse(release.publishedAt) < instant.getTime())?.release ??
          null,
        list: async ({ before }) =>
          history
            .map(({ release }) => release)
            .filter(({ number }) => before === null || number < before)
            .reverse(),
        reportOf: async () => emptyReport,
      },
      load: async (ids) => {
        const found = history.find(({ release }) => release.publicId === ids.publicId);
        if (found === undefined) throw new Error('a test asks for a release that is not there');
        return options.loadEarlier?.(found.snapshot) ?? found.snapshot;
      },
    }),
    macros: createMacroDesk(createReleaseStore(db), async () => {}),
    findings: () => ({ kind: 'found', findings: [] }),
    facts,
    now,
    log,
  };
  let people = 0;
  let keys = 0;
  return {
    app: buildApp(deps),
    deps,
    db,
    config,
    accounts,
    serve,
    async signIn(role = 'agent') {
      people += 1;
      const person = { name: `person${people}`, password: accounts.newPassword() };
      await accounts.add({ ...person, role }, byServer);
      const outcome = await accounts.signIn(person, byServer);
      if (outcome.kind !== 'signed-in') throw new Error(`a test's sign-in was ${outcome.kind}`);
      const session = await accounts.sessionOf(outcome.secret);
      return { cookie: `${sessionCookie(config).name}=${outcome.secret}`, token: session?.formToken ?? '' };
    },
    async makeKey(wish = {}) {
      keys += 1;
      const { token } = await apiKeys.create({ name: `key${keys}`, ...wish }, byServer);
      return `Bearer ${token}`;
    },
    async close() {
      await counts.close();
      await loop.close();
      await db.destroy();
    },
  };
}
