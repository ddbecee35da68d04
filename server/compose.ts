import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Accounts, createAccounts } from './accounts/accounts.ts';
import { createAnswerers } from './answers/answerer.ts';
import { verifyRetrieval } from './answers/verify-retrieval.ts';
import type { AppDeps } from './app.ts';
import { type ReadContent, readContentDirectory } from './articles/read-content.ts';
import type { Current } from './channels/ask.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database/open.ts';
import { AppError, describeError } from './errors.ts';
import { createRecorder } from './feedback/recorder.ts';
import { startRetention } from './feedback/retention.ts';
import { readAssets } from './http/assets.ts';
import { createViews } from './http/views.ts';
import { type Publication, type PublishOptions, publishContent } from './snapshots/publish.ts';
import { createReleaseStore } from './snapshots/release-store.ts';
import type { Release, Snapshot } from './snapshots/snapshot.ts';
import { watchContent } from './snapshots/watch.ts';

/** Every part of a running Concord, put together once. */
export interface Concord {
  readonly appDeps: AppDeps;
  readonly accounts: Accounts;
  /** What is served. Errors: unavailable before the first publication or `serveLastGood`. */
  current(): Current;
  /**
   * Publishes the content directory and serves the new release. Where it is refused, what is served stays, and its
   * refusals are told to agents and /readyz. One publication at a time, in the order asked.
   */
  publish(options: PublishOptions): Promise<Publication>;
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

const viewsFolder = join(import.meta.dirname, '../views');

/** Builds today's indexes before anybody asks, so that the first customer of a release waits no longer than the next. */
function warm<T extends Pick<Current, 'public'>>(answerers: T, now: Date): T {
  const { public: answerer } = answerers;
  const asOf = answerer.today(now);
  for (const locale of answerer.site.locales)
    answerer.search({ question: 'warm', locale, context: {}, asOf, limit: 1 });
  return answerers;
}

/** Opens the database and puts all parts together; nothing is served, and no directory watched, until told. */
export async function openConcord(
  config: Config,
  deps: { readonly now: () => Date; readonly log: Logger },
): Promise<Concord> {
  const { now, log } = deps;
  const db = await openDatabase(config.dataDir);
  const store = createReleaseStore(db);
  const accounts = createAccounts(db, { sessionHours: config.sessionHours, now });
  const recorder = createRecorder(db, { retentionDays: config.retentionDays, now, random: randomBytes });
  const retention = startRetention(db, {
    now,
    done: (deleted) => deleted > 0 && log.info({ deleted }, 'expired answers deleted'),
    failed: (err) => log.error({ err }, 'expired answers could not be deleted'),
  });
  const assets = readAssets(join(viewsFolder, 'assets'));
  const views = createViews(viewsFolder, assets);

  let served: Current | null = null;
  const current = (): Current => {
    if (served === null) throw new AppError('unavailable');
    return served;
  };
  const serve = (snapshot: Snapshot, release: Release, refused: readonly AppError[]): void => {
    const same = served?.release.publicId === release.publicId && served.release.agentId === release.agentId;
    const answerers =
      same && served ? { public: served.public, desk: served.desk } : warm(createAnswerers(snapshot), now());
    served = Object.freeze({ ...answerers, release, refusals: refused.map(describeError) });
  };

  type Read = () => Promise<ReadContent>;
  const readAll: Read = () => readContentDirectory(config.contentDir);

  async function publishNow(options: PublishOptions, read: Read): Promise<Publication> {
    const publication = await publishContent({ store, read, verify: verifyRetrieval, now }, options);
    if (publication.status !== 'refused')
      serve(publication.snapshot, publication.release, publication.errors);
    else if (served !== null)
      served = Object.freeze({ ...served, refusals: publication.errors.map(describeError) });
    return publication;
  }

  let queue: Promise<unknown> = Promise.resolve();
  const publishInTurn = (options: PublishOptions, read: Read): Promise<Publication> => {
    const mine = queue.then(() => publishNow(options, read));
    queue = mine.catch(() => {});
    return mine;
  };
  const serveNewest = async (refused: readonly AppError[]): Promise<Release | null> => {
    const newest = await store.loadCurrent();
    if (newest !== null) serve(newest.snapshot, newest.release, refused);
    return newest?.release ?? null;
  };

  return {
    appDeps: Object.freeze({ config, views, assets, accounts, recorder, current, now, log }),
    accounts,
    current,
    publish: (options) => publishInTurn(options, readAll),
    serveLastGood: serveNewest,
    watch: ({ published, failed }) =>
      watchContent({
        directory: config.contentDir,
        onContent: async (read) =>
          published(
            await publishInTurn(
              { publisher: 'watch', changeNote: 'A file changed', keepGoing: false },
              async () => read,
            ),
          ),
        onError: failed,
      }),
    follow(heard) {
      const look = async (): Promise<void> => {
        const newest = await store.newest();
        if (newest === null || newest.number === served?.release.number) return;
        const release = await serveNewest([]);
        if (release !== null) heard(release);
      };
      const timer = setInterval(() => {
        queue = queue.then(look).catch((err) => log.error({ err }, 'releases could not be looked for'));
      }, followMs);
      return () => clearInterval(timer);
    },
    async close() {
      await queue;
      await retention.stop();
      await db.destroy();
    },
  };
}
