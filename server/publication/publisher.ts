import { setImmediate as pause } from 'node:timers/promises';
import { calendarOf } from '../answers/calendar.ts';
import { calibrate } from '../answers/calibrate.ts';
import { textsToEncode } from '../answers/texts-to-encode.ts';
import { verifyRetrieval } from '../answers/verify-retrieval.ts';
import { type ReadContent, readContentDirectory } from '../articles/read-content.ts';
import { allChecks } from '../checks/checks.ts';
import { checkErrors, runChecks } from '../checks/run-checks.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { createFactDesk } from '../impact/create-fact-desk.ts';
import type { FactDesk } from '../impact/fact-desk.ts';
import type { Previewed, PreviewOptions, PreviewProgress, ReleaseDifferences } from '../impact/impact.ts';
import { releaseDifferences } from '../impact/release-differences.ts';
import { createMacroDesk } from '../macros/create-macro-desk.ts';
import type { MacroDesk } from '../macros/macro-desk.ts';
import type { RememberingEncoder } from '../semantics/remembering-encoder.ts';
import {
  type Publication,
  type PublishDeps,
  type PublishOptions,
  publishContent,
} from '../snapshots/publish.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import { type RollBackOptions, rollBack, rolledBackFrom } from '../snapshots/roll-back.ts';
import type { Release, Snapshot } from '../snapshots/snapshot.ts';
import type { SnapshotIds } from '../snapshots/snapshot-delta.ts';
import { watchContent } from '../snapshots/watch.ts';
import { type DeskFinding, findDeskFindings } from './desk-findings.ts';
import { createPreview } from './preview.ts';
import { deskPreview } from './preview-desk.ts';
import { createReplayDay } from './replay-day.ts';
import { createSides } from './sides.ts';
import { createWeigh } from './weigh.ts';

/** What is published: the directory as it is now, or as the watcher saw it at rest. */
export type Source = 'directory' | 'rested';

/** Who is told of what the watcher sees. */
export interface Watched {
  /** The content is at rest and has changed; until the promise is settled it is the source `rested`. */
  readonly rested: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Makes releases, one at a time, and finds those that others made. */
export interface Publisher {
  /** Errors: publication-failed where the work could not be done, whatever the content. */
  publish(options: PublishOptions, source: Source): Promise<Publication>;
  /** Brings back an earlier release as a new one. Errors: as rollBack's, and publication-failed. */
  rollBack(number: number, options: RollBackOptions): Promise<Exclude<Publication, { status: 'refused' }>>;
  /** Number of the rolled-back release of which the content directory still is; null: of none. */
  held(): Promise<number | null>;
  /** What a release changed, word for word. Errors: not-found, database-unusable, publication-failed. */
  differences(number: number): Promise<ReleaseDifferences>;
  /** What the checks say of the newest release on a day: desk-findings.ts. */
  findings(today: string): Promise<readonly DeskFinding[]>;
  /** The newest release and its snapshot; null before the first. Errors: database-unusable, publication-failed. */
  load(): Promise<{ readonly release: Release; readonly snapshot: Snapshot } | null>;
  /**
   * The snapshot of these ids, which is or was released; the caller's. Where `base`, one that this publisher gave, has the
   * same articles, they are the very same objects. Errors: database-unusable, publication-failed.
   */
  loadEarlier(ids: SnapshotIds, base: Snapshot): Promise<Snapshot>;
  /** Whether the content directory holds exactly what a release was made of. */
  isMadeOfContent(release: Release): Promise<boolean>;
  /** What managers look up about facts. */
  readonly facts: FactDesk;
  /** Holds a help desk's macros against what is served. */
  readonly macros: MacroDesk;
  /** Names what would be previewed now; it changes with content, release and day. */
  previewKey(options: PreviewOptions): Promise<string>;
  /** Compares the content directory with the newest release; changes nothing of either. */
  preview(options: PreviewOptions, progress: (at: PreviewProgress) => void): Promise<Previewed>;
  /** Watches the content directory until the returned function is called. */
  watch(watched: Watched): () => Promise<void>;
  close(): Promise<void>;
}

/** A publisher that works where it is called: in the worker, and in commands, which have nobody to keep waiting. */
export function createPublisher(deps: {
  readonly db: Database;
  readonly store: ReleaseStore;
  readonly contentDir: string;
  /** What the content is to be served with; null: words alone. */
  readonly encoder: RememberingEncoder | null;
  readonly now: () => Date;
}): Publisher {
  const { db, store, contentDir, encoder, now } = deps;
  const sides = createSides(encoder);
  const weigh = createWeigh({ db, sides, now });
  let rested: ReadContent | null = null;
  const semantics = encoder && {
    model: encoder.id,
    prepare: async (snapshot: Snapshot): Promise<void> => {
      const texts = textsToEncode(snapshot, encoder);
      await encoder.learn(texts);
      await encoder.storeOnly(texts);
      encoder.keepOnly(texts);
    },
  };
  const verify: PublishDeps['verify'] = (snapshot, content, files) => {
    const today = calendarOf(content.site.timeZone)(now());
    return [
      ...verifyRetrieval(snapshot),
      ...checkErrors(runChecks({ content, snapshot, files, today }, allChecks, 'error')),
    ];
  };
  const measure: typeof calibrate = (snapshot, golden) => calibrate(snapshot, golden, encoder);
  let publishing = 0;
  /** A model takes hundreds of megabytes, and is rarely needed. */
  const letGo = async (): Promise<void> => {
    if (publishing === 0) await encoder?.close();
  };
  const replayDay = createReplayDay({ db, encoder, done: letGo });
  const previews = createPreview({ db, store, contentDir, encoder, sides, verify, calibrate: measure, now });
  return {
    async publish(options, source) {
      publishing += 1;
      const held = source === 'rested' ? rested : null;
      const read = async (): Promise<ReadContent> => held ?? readContentDirectory(contentDir);
      try {
        return await publishContent(
          {
            ...{ store, read, verify, calibrate: measure, semantics, weigh, now },
            previewKey: (content, release) => previews.keyOf(content, release, deskPreview),
          },
          options,
        );
      } finally {
        publishing -= 1;
        await letGo();
      }
    },
    rollBack: (number, options) => rollBack({ store, model: encoder?.id ?? null, now }, number, options),
    async held() {
      const { files, errors } = await readContentDirectory(contentDir);
      return errors.length > 0 ? null : ((await rolledBackFrom(store, files))?.number ?? null);
    },
    differences: (number) => releaseDifferences(store, number),
    findings: (today) => findDeskFindings(store, today),
    load: () => store.loadCurrent(),
    loadEarlier: (ids) => loadReleased(store, ids),
    async isMadeOfContent(release) {
      const { files, errors } = await readContentDirectory(contentDir);
      return errors.length === 0 && (await store.isMadeOf(release, files));
    },
    macros: createMacroDesk(store, pause),
    facts: createFactDesk(store, replayDay),
    previewKey: previews.key,
    async preview(options, progress) {
      try {
        return await previews.run(options, progress);
      } finally {
        await letGo();
      }
    },
    watch: (watched) =>
      watchContent({
        directory: contentDir,
        onContent: async (read) => {
          rested = read;
          await watched.rested().finally(() => {
            rested = null;
          });
        },
        onError: watched.failed,
      }),
    close: async () => {},
  };
}

/** The stored snapshot of a release. Errors: database-unusable where it is not there, or not what was stored. */
export async function loadReleased(store: ReleaseStore, ids: SnapshotIds): Promise<Snapshot> {
  const snapshot = await store.load(ids);
  if (snapshot !== null) return snapshot;
  throw new AppError('database-unusable', {
    message: 'The snapshot of a release is missing.',
    expected: `public ${ids.publicId} and agents' ${ids.agentId}`,
    found: 'no such snapshot',
    hint: 'Restore a backup.',
  });
}
