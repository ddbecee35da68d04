import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { createApiKeys } from './accounts/api-keys.ts';
import { createEditingRights } from './accounts/editing-rights.ts';
import { createProviderSignIn } from './accounts/provider-sign-in.ts';
import { openRequestCounts } from './accounts/request-counts.ts';
import { type Answerers, createAnswerers, holdDays, warmAnswerers } from './answers/answerer.ts';
import { textsToEncode } from './answers/texts-to-encode.ts';
import type { AppDeps } from './app.ts';
import { createAuditLog } from './audit/audit-log.ts';
import type { Current } from './channels/ask.ts';
import type { Previews } from './channels/previews.ts';
import type { Releases } from './channels/releases.ts';
import { hideBy, openLoop } from './compose-loop.ts';
import type { Config } from './config.ts';
import { type Database, openDatabase } from './database/open.ts';
import { createDays } from './days.ts';
import { AppError, describeError } from './errors.ts';
import { createChangeReadings } from './feedback/change-readings.ts';
import { createParityRuns } from './feedback/parity-runs.ts';
import { createRecorder } from './feedback/recorder.ts';
import { startRetention } from './feedback/retention.ts';
import { readAssets } from './http/assets.ts';
import { createViews } from './http/views.ts';
import { wordDifference } from './impact/word-difference.ts';
import { inSlices } from './in-slices.ts';
import { createFindingsDesk } from './publication/desk-findings.ts';
import { createPreviewDesk } from './publication/preview-desk.ts';
import { createPublisher, type Publisher, type Source } from './publication/publisher.ts';
import { createPublisherThread } from './publication/publisher-thread.ts';
import { openEncoder } from './semantics/open-encoder.ts';
import type { Publication, PublishOptions } from './snapshots/publish.ts';
import { releaseAgreements } from './snapshots/release-agreements.ts';
import { createReleaseHistory } from './snapshots/release-history.ts';
import { createReleaseStore } from './snapshots/release-store.ts';
import type { RollBackOptions } from './snapshots/roll-back.ts';
import type { Release, Snapshot } from './snapshots/snapshot.ts';

/** Every part of a running Concord, put together once. */
export interface Concord {
  /** For commands that fill the stores or look into them; the parts have their own operations. */
  readonly db: Database;
  readonly appDeps: AppDeps;
  readonly accounts: Accounts;
  /** What is served. Errors: unavailable before the first publication or `serveLastGood`. */
  current(): Current;
  /**
   * Publishes the content directory and serves the new release. Where it is refused, what is served stays, and its
   * refusals are told to agents and /readyz. One publication at a time, in the order asked. Errors: publication-failed,
   * told to agents too.
   */
  publish(options: PublishOptions): Promise<Publication>;
  /**
   * Brings back an earlier release as a new one and serves it; where it is what is current already, nothing changes. The
   * content directory stays as it is, and is not published by itself until it is edited. Errors: not-found,
   * database-unusable, semantic-model-differs, publication-failed.
   */
  rollBack(number: number, options: RollBackOptions): Promise<Exclude<Publication, { status: 'refused' }>>;
  /**
   * Serves the newest release of the database at once where the content is still exactly what it was made of; null, and
   * nothing is served, where it is not or the release cannot be read.
   */
  resume(): Promise<Release | null>;
  /** Serves the newest release of the database; null where there is none. */
  serveLastGood(refused: readonly AppError[]): Promise<Release | null>;
  /** Publishes whenever the content changes, until the returned function is called. */
  watch(heard: Heard): () => Promise<void>;
  /** Serves releases that another process publishes, within two seconds, until the returned function is called. */
  follow(heard: (release: Release) => void): () => void;
  close(): Promise<void>;
}

/** Who is told of what a watched change came to. */
export interface Heard {
  readonly published: (publication: Publication) => void;
  readonly failed: (error: unknown) => void;
}

/** Milliseconds between two looks for a release that another process published. */
const followMs = 1_000;

/** A text for a model to show with that it works, before anybody is served. */
const PROBE = 'Concord';

const viewsFolder = join(import.meta.dirname, '../views');

/** Milliseconds that a running publication gets to finish when Concord is closed. */
const closeMs = 5_000;

/** Milliseconds after the directory was written from here in which a watcher may still tell of what stood there: it looks twice. */
const afterWritingMs = 2_000;

/** How long before midnight the indexes of the next day are built, and how often it is looked whether it is time, ms. */
const aheadMs = 5 * 60_000;
const lookAheadMs = 60_000;

/**
 * Builds the indexes of today, and shortly before midnight those of tomorrow, before anybody asks: in slices, so that nobody
 * waits for the building, and the first customer of a release or a day waits no longer than the next. They are kept whatever
 * other days are asked for.
 */
async function warm(answerers: Answerers, now: Date): Promise<Answerers> {
  const { today } = answerers.public;
  const days = [...new Set([today(now), today(new Date(now.getTime() + aheadMs))])];
  holdDays(answerers, days);
  for (const day of days) await warmAnswerers(answerers, day, inSlices());
  return answerers;
}

/**
 * Opens the database and puts all parts together; nothing is served, and no directory watched, until told. Publications are
 * made in a worker thread (`worker`: another module for it), but for a database in memory, which no other thread can see, and
 * for commands that serve nobody (`worker: false`). `lookAheadMs`: how often it is looked whether tomorrow is near; default:
 * a minute.
 */
export async function openConcord(
  config: Config,
  deps: {
    readonly now: () => Date;
    readonly log: Logger;
    readonly worker?: false | URL;
    readonly lookAheadMs?: number;
  },
): Promise<Concord> {
  const { now, log } = deps;
  const { contentDir, dataDir, semanticModel } = config;
  const db = await openDatabase(dataDir);
  const encoder = await openEncoder(semanticModel, db);
  await encoder?.prepare(PROBE);
  const store = createReleaseStore(db);
  const audit = createAuditLog(db, { now });
  const accounts = createAccounts(db, { ...config, audit, now });
  const providers = createProviderSignIn(db, { ...config, accounts, audit, log, now });
  const editingRights = createEditingRights(db, { audit });
  const apiKeys = createApiKeys(db, { audit, now });
  const counts = await openRequestCounts(db, {
    now,
    failed: (err) => log.error({ err }, 'request counts could not be written'),
  });
  const recorder = createRecorder(db, {
    retentionDays: config.retentionDays,
    now,
    random: randomBytes,
    hide: hideBy(() => served),
  });
  const retention = startRetention(db, {
    ...config,
    now,
    done: (deleted) => deleted > 0 && log.info({ deleted }, 'expired answers deleted'),
    failed: (err) => log.error({ err }, 'expired answers could not be deleted'),
  });
  const assets = readAssets(join(viewsFolder, 'assets'));
  const views = createViews(viewsFolder, assets);

  let served: Current | null = null;
  let servedSnapshot: Snapshot | null = null;
  const current = (): Current => {
    if (served === null) throw new AppError('unavailable');
    return served;
  };
  const publisher: Publisher =
    deps.worker === false || dataDir === ':memory:'
      ? createPublisher({ db, store, contentDir, encoder, now })
      : createPublisherThread({
          data: { contentDir, dataDir, semanticModel },
          store,
          now,
          ...(deps.worker === undefined ? {} : { module: deps.worker }),
        });

  const serve = async (
    snapshot: Snapshot,
    release: Release,
    refused: readonly AppError[] = [],
  ): Promise<void> => {
    const same = served?.release.publicId === release.publicId && served.release.agentId === release.agentId;
    const next = async (): Promise<Answerers> => {
      const answerers = createAnswerers(snapshot, served, encoder);
      await encoder?.learn(textsToEncode(snapshot, encoder));
      return warm(answerers, now());
    };
    const answerers = same && served ? { public: served.public, desk: served.desk } : await next();
    const held = refused.length === 0 ? await heldAfter(release) : null;
    served = Object.freeze({ ...answerers, release, refusals: refused.map(describeError), held });
    servedSnapshot = snapshot;
    encoder?.keepOnly(textsToEncode(snapshot, encoder));
  };
  /** Whether the content that a roll back took away still stands in the directory: nobody is served later for it. */
  const heldAfter = async (release: Release): Promise<number | null> => {
    try {
      const { restores } = await store.reportOf(release.number);
      return restores === null ? null : await publisher.held();
    } catch (err) {
      log.warn({ err }, 'the content directory cannot be compared with what was rolled back');
      return null;
    }
  };
  const days = createDays({
    current,
    now,
    store,
    encoder,
    load: (ids) => {
      if (servedSnapshot === null) throw new AppError('unavailable');
      return publisher.loadEarlier(ids, servedSnapshot);
    },
    letGo: (left) => {
      if (encoder === null || servedSnapshot === null) return;
      encoder.keepOnly([servedSnapshot, ...left].flatMap((snapshot) => textsToEncode(snapshot, encoder)));
    },
  });
  const ahead = setInterval(() => {
    if (served === null) return;
    warm(served, now()).catch((err) => log.error({ err }, "tomorrow's indexes could not be built ahead"));
  }, deps.lookAheadMs ?? lookAheadMs).unref();
  const stay = (errors: readonly AppError[]): void => {
    if (served !== null)
      served = Object.freeze({ ...served, refusals: errors.map(describeError), held: null });
  };

  async function publishNow(options: PublishOptions, source: Source): Promise<Publication> {
    try {
      const publication = await publisher.publish(options, source);
      if (publication.status === 'refused') stay(publication.errors);
      else await serve(publication.snapshot, publication.release, publication.errors);
      return publication;
    } catch (error) {
      if (error instanceof AppError && !closed) stay([error]);
      throw error;
    }
  }

  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = queue.then(work);
    queue = mine.catch(() => {});
    return mine;
  };
  const serveNewest = async (refused: readonly AppError[]): Promise<Release | null> => {
    const newest = await publisher.load();
    if (newest !== null) await serve(newest.snapshot, newest.release, refused);
    return newest?.release ?? null;
  };

  const resume = async (): Promise<Release | null> => {
    const release = await store.newest();
    if (release === null) return null;
    try {
      const [newest, isSame] = await Promise.all([publisher.load(), publisher.isMadeOfContent(release)]);
      if (newest === null || !isSame) return null;
      await serve(newest.snapshot, newest.release, []);
      return newest.release;
    } catch (err) {
      log.warn({ err }, 'the newest release cannot be served at once');
      return null;
    }
  };

  const rollBack: Concord['rollBack'] = (number, options) =>
    inTurn(async () => {
      const publication = await publisher.rollBack(number, options);
      await serve(publication.snapshot, publication.release);
      return publication;
    });
  const history = createReleaseHistory(store);
  const releases: Releases = Object.freeze({
    list: history.list,
    changes: history.changes,
    find: history.find,
    asking: () => history.asking(current().release.number),
    publicChanges: () => history.publicChanges(current().release.number),
    differences: publisher.differences,
    rollBack,
  });

  const publish: Concord['publish'] = (options) => inTurn(() => publishNow(options, 'directory'));

  /** How often the directory has been written from here, and whether and when it was. */
  const writing = { times: 0, isOn: false, endedAt: Number.NEGATIVE_INFINITY };
  /**
   * Publishes the directory as `write` leaves it. Where nothing is published, the directory is as before, so nobody is told
   * of what is wrong with it but who asked.
   */
  const publishWritten = (
    options: PublishOptions,
    write: NonNullable<Parameters<Previews['publish']>[0]['write']>,
  ): Promise<Publication> =>
    inTurn(async () => {
      const before = await store.newest();
      if (options.only !== undefined && (before === null || !(await publisher.isMadeOfContent(before))))
        return { status: 'refused', errors: [new AppError('content-unpublished')] };
      writing.times += 1;
      writing.isOn = true;
      try {
        const written = await write();
        let publication: Publication;
        try {
          publication = await publisher.publish(options, 'directory');
        } catch (error) {
          // A worker that died may have released it before.
          if ((await store.newest())?.number === before?.number) await written.restore();
          else await serveNewest([]);
          throw error;
        }
        if (publication.status === 'refused') await written.restore();
        else await serve(publication.snapshot, publication.release, publication.errors);
        return publication;
      } finally {
        writing.isOn = false;
        writing.endedAt = performance.now();
      }
    });
  /** What is published of a watched change: what the watcher saw, unless that may be what was written and put back. */
  const sourceSeen = (): (() => Source) => {
    const { times } = writing;
    const isClean = !writing.isOn && performance.now() - writing.endedAt > afterWritingMs;
    return () => (isClean && times === writing.times ? 'rested' : 'directory');
  };

  const previews: Previews = {
    look: createPreviewDesk(publisher).look,
    publish: ({ within, write, seen, ...form }) => {
      const options = {
        ...form,
        keepGoing: false,
        ...(within === null ? {} : { within }),
        ...(seen === null ? {} : { seen }),
      };
      return write === undefined ? publish(options) : publishWritten(options, write);
    },
  };
  const loop = openLoop({
    db,
    config,
    audit,
    current,
    releases: history,
    now,
    previews,
    changes: { store, facts: publisher.facts },
    delivers: deps.worker !== false,
    failed: (err, what) => log.error({ err }, what),
  });

  return {
    db,
    appDeps: Object.freeze({
      config,
      views,
      assets,
      accounts,
      editingRights,
      providers,
      apiKeys,
      audit,
      counts,
      recorder,
      loop,
      releases,
      previews,
      readings: createChangeReadings(db, { audit }),
      consistency: {
        agreements: (most: number) => releaseAgreements(store, most),
        runs: createParityRuns(db, { audit }),
        compare: wordDifference,
      },
      current,
      days,
      facts: publisher.facts,
      findings: createFindingsDesk({
        find: publisher.findings,
        failed: (err) => log.error({ err }, 'what the checks say could not be found'),
      }).look,
      macros: publisher.macros,
      now,
      log,
      ...(encoder === null ? {} : { prepare: encoder.prepare }),
    }),
    accounts,
    current,
    publish,
    rollBack,
    resume: () => inTurn(resume),
    serveLastGood: (refused) => inTurn(() => serveNewest(refused)),
    watch: ({ published, failed }) =>
      publisher.watch({
        rested: async () => {
          const source = sourceSeen();
          const options = {
            publisher: 'watch',
            changeNote: 'A file changed',
            keepGoing: false,
            byItself: true,
          };
          published(await inTurn(() => publishNow(options, source())));
        },
        failed,
      }),
    follow(heard) {
      let passedOver: number | undefined;
      const look = async (): Promise<void> => {
        const newest = await store.newest();
        if (newest === null || [served?.release.number, passedOver].includes(newest.number)) return;
        try {
          const release = await serveNewest([]);
          if (release !== null) heard(release);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'semantic-model-differs') throw error;
          // It will not fit the next time either; what was served stays, and agents and /readyz are told why.
          passedOver = newest.number;
          stay([error]);
          log.error({ err: error }, `release ${newest.number} is not served`);
        }
      };
      const timer = setInterval(() => {
        inTurn(look).catch((err) => log.error({ err }, 'releases could not be looked for'));
      }, followMs);
      return () => clearInterval(timer);
    },
    async close() {
      closed = true;
      clearInterval(ahead);
      await Promise.race([queue, wait(closeMs, undefined, { ref: false })]);
      await publisher.close();
      await queue;
      await encoder?.close();
      await loop.close();
      await retention.stop();
      await counts.close();
      await db.destroy();
    },
  };
}
