import { setImmediate as pause } from 'node:timers/promises';
import { addDays, calendarOf } from '../answers/calendar.ts';
import { textsToEncode } from '../answers/texts-to-encode.ts';
import type { Content } from '../articles/article.ts';
import { parseContent } from '../articles/parse-content.ts';
import { type ReadContent, readContentDirectory } from '../articles/read-content.ts';
import { readSite } from '../articles/read-site.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { recordedQuestions } from '../feedback/recorded-questions.ts';
import { countFates } from '../impact/count-fates.ts';
import { createFactsBehind } from '../impact/facts-behind.ts';
import { judgeChange } from '../impact/golden-gate.ts';
import type { OverlayFile, Previewed, PreviewOptions, PreviewProgress, Replay } from '../impact/impact.ts';
import { byPeopleTouched, replay } from '../impact/replay.ts';
import { createCustomersOf, replayAsks, sectionAsks } from '../impact/replay-asks.ts';
import type { RememberingEncoder } from '../semantics/remembering-encoder.ts';
import { hashOf } from '../snapshots/canonical-json.ts';
import { changedFiles } from '../snapshots/changed-files.ts';
import { buildSnapshot, type PublishDeps } from '../snapshots/publish.ts';
import { type ReleaseStore, sourceHash } from '../snapshots/release-store.ts';
import type { Release, Snapshot } from '../snapshots/snapshot.ts';
import { withCalibration } from '../snapshots/with-calibration.ts';
import { withSemantics } from '../snapshots/with-semantics.ts';
import type { Sides } from './sides.ts';

/** What a preview is made with. */
export interface PreviewDeps extends Pick<PublishDeps, 'verify' | 'calibrate' | 'store' | 'now'> {
  readonly db: Database;
  readonly store: ReleaseStore;
  readonly contentDir: string;
  readonly encoder: RememberingEncoder | null;
  readonly sides: Sides;
}

/** Rows of recorded answers that are counted, newest first: a month of 6,000 questions a day. */
const mostRows = 200_000;
/** Different recorded questions that are replayed, the most often asked first. */
const mostRecorded = 20_000;
/** Milliseconds of replaying before others have their turn, and progress is told. */
const sliceMs = 50;
const dayMs = 86_400_000;

/**
 * Compiles the content directory as publishing would, and replays golden questions, every title and variant, and recorded
 * questions on it and on the newest release; for `on`, on it alone, on the day before and on that day. Reads only: neither
 * what is served nor what is stored changes. Errors of `run`:
 * semantic-model-differs where the release cannot be asked here, database-unusable where it is damaged.
 */
export function createPreview(deps: PreviewDeps): {
  readonly key: (options: PreviewOptions) => Promise<string>;
  /** The key of content that was read already, beside a release. */
  readonly keyOf: (read: ReadContent, release: Release | null, options: PreviewOptions) => string;
  readonly run: (options: PreviewOptions, progress: (at: PreviewProgress) => void) => Promise<Previewed>;
} {
  const { db, store, contentDir, encoder, sides, verify, now } = deps;

  const readNow = async (options: PreviewOptions) => {
    const [directory, release] = [await readContentDirectory(contentDir), await store.newest()];
    const read = overlaid(directory, options.overlay ?? []);
    return { read, release, key: keyNow(read, release, options) };
  };
  const keyNow = (read: ReadContent, release: Release | null, options: PreviewOptions): string => {
    const asOf = options.on ?? options.asOf ?? calendarOf(timeZoneOf(read))(now());
    return keyOf(read, release, { ...options, asOf });
  };

  const publishable = async (snapshot: Snapshot, golden: Content['golden']): Promise<Snapshot> => {
    const meant = encoder === null ? snapshot : withSemantics(snapshot, encoder.id);
    return withCalibration(meant, deps.calibrate(meant, golden));
  };

  return {
    key: async (options) => (await readNow(options)).key,
    keyOf: keyNow,
    async run(options, progress) {
      const { read, release, key } = await readNow(options);
      const before = options.on === null && release !== null ? await store.load(release) : null;
      if (before !== null && (before.public.semantic?.model ?? null) !== (encoder?.id ?? null)) {
        throw new AppError('semantic-model-differs', {
          message:
            'Nothing can be compared with the newest release: its answers need another semantic model.',
          expected: before.public.semantic?.model.slice(0, 12) ?? 'no semantic model',
          found: encoder?.id.slice(0, 12) ?? 'none',
          hint: 'Set SEMANTIC_MODEL as it was, or publish with npm run content:publish.',
        });
      }
      if (before !== null && encoder !== null) await encoder.learn(textsToEncode(before, encoder));
      const built = buildSnapshot(read.files, verify, read.errors.flatMap(filesOf));
      const errors = [...read.errors, ...built.errors];
      if (errors.length > 0 || built.snapshot === null) return { kind: 'refused', key, errors };
      const after = await publishable(built.snapshot, built.golden);
      const files = release === null ? [] : await store.filesOf(release);
      const released =
        options.on === null ? parseContent(before === null ? [] : files).content : built.content;

      const answerers = sides(before, after);
      const asOf = options.on ?? options.asOf ?? calendarOf(after.public.site.timeZone)(now());
      const dayBefore = options.on === null ? null : addDays(options.on, -1);
      const side = { answerer: answerers.after, asOf };
      const earlier = dayBefore === null ? answerers.before : answerers.after;
      const was = earlier === null ? null : { answerer: earlier, asOf: dayBefore ?? asOf };
      const verdict = judgeChange(was, side, built.golden);
      const recorded =
        options.days === 0
          ? []
          : await recordedQuestions(db, {
              since: new Date(now().getTime() - options.days * dayMs),
              limit: mostRecorded,
              mostRows,
            });
      const snapshots = before === null ? [after.public] : [after.public, before.public];
      const asks = [
        ...replayAsks({ golden: built.golden, snapshots, recorded, today: asOf, dayBefore }),
        ...sectionAsks(snapshots, [dayBefore ?? asOf, asOf]),
      ];
      const replays = await inSlices(
        replay(asks, was, side, {
          factsBehind: createFactsBehind(released, built.content),
          customersOf: createCustomersOf(snapshots),
        }),
        asks.length,
        { keep: ({ fate }) => options.all || fate !== 'unchanged', progress },
      );
      const listed = [...replays.kept].sort(byPeopleTouched);
      return {
        kind: 'compared',
        preview: {
          key,
          release: release && { number: release.number, publishedAt: release.publishedAt },
          isSame: release?.publicId === after.public.id && release.agentId === after.agent.agentId,
          changedFiles: changedFiles(files, read.files),
          asOf,
          dayBefore,
          days: options.days,
          counts: countFates(replays.fates),
          ...verdict,
          replays: listed.slice(0, options.most),
          more: Math.max(0, listed.length - options.most),
        },
      };
    },
  };
}

/** Replays a while, lets others have their turn, and goes on. Of unchanged ones only the fate is kept. */
async function inSlices(
  replays: Iterable<Replay>,
  of: number,
  by: {
    readonly keep: (replay: Replay) => boolean;
    readonly progress: (at: PreviewProgress) => void;
  },
): Promise<{ readonly kept: readonly Replay[]; readonly fates: readonly Pick<Replay, 'fate' | 'asked'>[] }> {
  const kept: Replay[] = [];
  const fates: Pick<Replay, 'fate' | 'asked'>[] = [];
  let since = performance.now();
  for (const one of replays) {
    fates.push({ fate: one.fate, asked: one.asked });
    if (by.keep(one)) kept.push(one);
    if (performance.now() - since < sliceMs) continue;
    // A question that was asked again for several customers is one of those that were announced.
    by.progress({ done: Math.min(fates.length, of), of });
    await pause();
    since = performance.now();
  }
  return { kept, fates };
}

/** Content with other files in the place of some: to the byte what would be read if they stood in the directory. */
function overlaid({ files, errors }: ReadContent, overlay: readonly OverlayFile[]): ReadContent {
  const over = new Map(overlay.map(({ path, text }) => [path, { path, bytes: Buffer.from(text, 'utf8') }]));
  const kept = files.filter(({ path }) => !over.has(path));
  return { files: [...kept, ...over.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), errors };
}

/** Of what is read, however it came to be: a proposal has the key of the directory that it would make. */
function keyOf(
  { files, errors }: ReadContent,
  release: Release | null,
  { overlay: _, ...options }: PreviewOptions,
): string {
  return hashOf({
    files: files.map(({ path, bytes }) => [path, sourceHash(bytes)]),
    errors: errors.map(({ code, place }) => [code, place?.file ?? '']),
    release: release?.number ?? 0,
    ...options,
  });
}

/** The site's; of a site.yaml that cannot be read, which is refused anyway, any will do. */
function timeZoneOf({ files }: ReadContent): string {
  const file = files.find(({ path }) => path === 'site.yaml');
  const read = file && readSite(file.bytes.toString('utf8'), file.path);
  return read?.value?.site.timeZone ?? 'UTC';
}

function filesOf({ place }: ReadContent['errors'][number]): readonly string[] {
  return place === undefined ? [] : [place.file];
}
