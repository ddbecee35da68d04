import type { Content } from '../articles/article.ts';
import { parseContent } from '../articles/parse-content.ts';
import type { ContentFile, ReadContent } from '../articles/read-content.ts';
import type { Origin } from '../audit/audit-event.ts';
import { AppError, describeError } from '../errors.ts';
import { articleChanges } from './article-changes.ts';
import { canonicalJson } from './canonical-json.ts';
import { type ChangedFile, changedFiles } from './changed-files.ts';
import { compileSnapshot } from './compile.ts';
import { goldenErrors } from './golden-errors.ts';
import {
  agreementIn,
  type BrokenGolden,
  emptyReport,
  type FateCounts,
  mostChanges,
  type ReleaseReport,
} from './release-report.ts';
import type { ReleaseStore } from './release-store.ts';
import { rolledBackFrom } from './roll-back.ts';
import type { GoldenQuestion, PublicSnapshot, Release, Snapshot } from './snapshot.ts';
import { withCalibration } from './with-calibration.ts';
import { withSemantics } from './with-semantics.ts';

/** What publishing needs. */
export interface PublishDeps {
  readonly store: ReleaseStore;
  /** Reads the content directory. */
  readonly read: () => Promise<ReadContent>;
  /** Last check of a compiled snapshot: that every title and question finds its article, and what checks refuse. */
  readonly verify: (
    snapshot: Snapshot,
    content: Content,
    files: readonly ContentFile[],
  ) => readonly AppError[];
  /** What lets meaning count beside words; null: nothing. */
  readonly semantics: {
    /** Id of the model, which becomes part of the snapshot. */
    readonly model: string;
    /** Has the vectors of its texts stored before it is released. */
    readonly prepare: (snapshot: Snapshot) => Promise<void>;
  } | null;
  /** How sure answers may be, measured on the verified snapshot and the golden questions. Pure. */
  readonly calibrate: (
    snapshot: Snapshot,
    golden: readonly GoldenQuestion[],
  ) => NonNullable<PublicSnapshot['calibration']>;
  /** What the new content does to the answers of the current release, before it is released. Absent: nothing can break. */
  readonly weigh?: (before: Snapshot, after: Compared) => Promise<Weighed>;
  /** Names the preview of content beside the current release; absent: no preview can have been looked at. */
  readonly previewKey?: (read: ReadContent, current: Release | null) => string;
  readonly now: () => Date;
}

/** What is compared with the current release. */
export interface Compared {
  readonly snapshot: Snapshot;
  readonly golden: readonly GoldenQuestion[];
}

/** What a publication would do to answers. */
export interface Weighed {
  readonly broken: readonly BrokenGolden[];
  readonly impact: FateCounts | null;
}

export interface PublishOptions {
  readonly publisher: string;
  /** Who does it, for the audit; default: the server. */
  readonly by?: Origin;
  readonly changeNote: string;
  /** Publish the good files although others are refused. */
  readonly keepGoing: boolean;
  /** Why golden questions may break; without it a publication that breaks one is refused. */
  readonly acknowledgement?: string;
  /** Ask agents to confirm that they have read what changed; default: no. */
  readonly asksReading?: boolean;
  /** Nobody asked for it, so content that was rolled back stays unpublished; default: somebody did. */
  readonly byItself?: boolean;
  /** The only categories whose articles may differ from the current release; default: anything may. */
  readonly within?: readonly string[];
  /** Paths of the only files that may differ from the current release; default: any may. */
  readonly only?: readonly string[];
  /** The preview that was looked at: other content than that is refused; default: none was. */
  readonly seen?: string;
}

/** What became of a publication. */
export type Publication =
  | {
      /** A new release; the same content as the current one; or content that was rolled back, which is not published by itself. */
      readonly status: 'published' | 'unchanged' | 'held';
      readonly release: Release;
      readonly snapshot: Snapshot;
      /** With keepGoing: why files were refused; else empty. */
      readonly errors: readonly AppError[];
      /** Refused files whose last good content is served; sorted. */
      readonly kept: readonly string[];
      /** Refused files that never had good content, and translations of such; sorted. */
      readonly leftOut: readonly string[];
      /** What it did to answers; absent where nothing new was published, and where nothing was asked. */
      readonly weighed?: Weighed;
    }
  | { readonly status: 'refused'; readonly errors: readonly AppError[] };

/**
 * Reads, parses, compiles and verifies the content, and makes it the current release: all of it or nothing. With
 * `keepGoing` each refused file is replaced by its last good content, or left out where it has none, until the rest is
 * sound; what belongs to no file still refuses everything. Content that compiles to the current release is no new release.
 * A golden question that breaks refuses all of it too, unless that is acknowledged with a note.
 */
export async function publishContent(deps: PublishDeps, options: PublishOptions): Promise<Publication> {
  const current = await deps.store.newest();
  const before = current && (await loadable(deps.store, current));
  const read = await deps.read();
  if (options.seen !== undefined && deps.previewKey?.(read, current) !== options.seen) {
    return { status: 'refused', errors: [unseen()] };
  }
  const { only } = options;
  if (only !== undefined) {
    const changed = changedFiles(current ? await deps.store.filesOf(current) : [], read.files);
    const others = changed.filter(({ path }) => !only.includes(path));
    if (others.length > 0) return { status: 'refused', errors: [unpublished(only, others)] };
  }
  if (options.byItself && current && before && read.errors.length === 0) {
    const held = (await rolledBackFrom(deps.store, read.files)) !== null;
    const outcome = { snapshot: before, errors: [], kept: [], leftOut: [] };
    if (held) return { status: 'held', release: current, ...outcome };
  }
  const built = options.keepGoing
    ? buildSoundPart(read, current ? await deps.store.filesOf(current) : [], deps.verify)
    : buildAll(read, deps.verify);
  if (!built.snapshot) return { status: 'refused', errors: built.errors };

  const { errors, kept, leftOut, files } = built;
  const { semantics } = deps;
  const meant = semantics === null ? built.snapshot : withSemantics(built.snapshot, semantics.model);
  await semantics?.prepare(meant);
  // Measuring is most of a publication (1.8 of 2.5 s on the sample), and a confirmation is waited for.
  const measured =
    before !== null && current !== null && areArticlesAlone(await deps.store.filesOf(current), files)
      ? calibrationOfSame(before.public, meant.public)
      : null;
  const snapshot = withCalibration(meant, measured ?? deps.calibrate(meant, built.golden));
  const outcome = { snapshot, errors, kept, leftOut };
  if (current?.publicId === snapshot.public.id && current.agentId === snapshot.agent.agentId) {
    return { status: 'unchanged', release: current, ...outcome };
  }
  if (options.within !== undefined) {
    const foreign = foreignChanges(current ? await deps.store.filesOf(current) : [], files, options.within);
    if (foreign.length > 0) return { status: 'refused', errors: [...errors, ...foreign] };
  }
  const { golden } = built;
  const weighed = before === null ? undefined : await deps.weigh?.(before, { snapshot, golden });
  const { publisher, changeNote, acknowledgement = '', by } = options;
  const broken = weighed?.broken ?? [];
  if (broken.length > 0 && acknowledgement.trim() === '') {
    return { status: 'refused', errors: [...errors, ...goldenErrors(broken)] };
  }
  const report = reportOf(before, snapshot, options, weighed);
  const publishedAt = deps.now();
  const release = await deps.store.append({
    snapshot,
    files,
    publishedAt,
    publisher,
    changeNote,
    kept,
    report,
    ...(by === undefined ? {} : { by }),
  });
  return { status: 'published', release, ...outcome, ...(weighed === undefined ? {} : { weighed }) };
}

/** Whether nothing but articles differs, so that golden questions, facts and the site are the same. */
function areArticlesAlone(before: readonly ContentFile[], after: readonly ContentFile[]): boolean {
  return changedFiles(before, after).every(({ category }) => category !== null);
}

/**
 * The calibration of a snapshot that differs in nothing but when its articles were verified, which no measurement looks at;
 * null where anything else does, or none was measured.
 */
function calibrationOfSame(
  before: PublicSnapshot,
  after: PublicSnapshot,
): NonNullable<PublicSnapshot['calibration']> | null {
  const { id: _, calibration = null, ...was } = before;
  const { id: __, calibration: ___, ...is } = after;
  const unverified = ({ articles, ...rest }: typeof was): string =>
    canonicalJson({
      ...rest,
      articles: articles.map(({ review: _review, ...article }) => ({ ...article, verified: '' })),
    });
  return unverified(was) === unverified(is) ? calibration : null;
}

function unpublished(only: readonly string[], [other]: readonly ChangedFile[]): AppError {
  return new AppError('content-unpublished', {
    expected: `no change but in ${only.join(', ')}`,
    found: `a change in ${other?.path ?? 'another file'}`,
  });
}

function unseen(): AppError {
  return new AppError('changed-meanwhile', {
    message: 'The content or the release has changed since the preview was looked at.',
    expected: 'what the preview shows',
    found: 'other content, or a newer release',
  });
}

/** Errors for what a publication of certain categories alone may not change; other compiled text of the same files is no category's. */
function foreignChanges(
  before: readonly ContentFile[],
  after: readonly ContentFile[],
  within: readonly string[],
): readonly AppError[] {
  const changed = changedFiles(before, after);
  const expected = within.length === 0 ? 'no change' : `changes in ${within.join(', ')} alone`;
  if (changed.length === 0) return [new AppError('forbidden', { expected, found: 'no changed file' })];
  return changed
    .filter(({ category }) => category === null || !within.includes(category))
    .map(({ path, category }) => {
      const found = category === null ? 'a file that is no article' : `a change in ${category}`;
      return new AppError('forbidden', { place: { file: path }, expected, found });
    });
}

/** The snapshot of a release; null where it is damaged, which publishing again mends. */
async function loadable(store: ReleaseStore, release: Release): Promise<Snapshot | null> {
  try {
    return await store.load(release);
  } catch (error) {
    if (error instanceof AppError && error.code === 'database-unusable') return null;
    throw error;
  }
}

function reportOf(
  before: Snapshot | null,
  after: Snapshot,
  { asksReading = false, acknowledgement = '' }: PublishOptions,
  weighed: Weighed | undefined,
): ReleaseReport {
  const broken = weighed?.broken ?? [];
  const changes = before === null ? [] : articleChanges(before, after);
  return {
    ...emptyReport,
    acknowledged: broken.length === 0 ? null : { note: acknowledgement.trim(), broken },
    impact: weighed?.impact ?? null,
    asksReading,
    changes: changes.slice(0, mostChanges),
    moreChanges: Math.max(0, changes.length - mostChanges),
    agreement: agreementIn(after),
  };
}

/** Parses, compiles and verifies files as they are; every error of the first step that has any, and of all before it. */
export function buildSnapshot(
  files: readonly ContentFile[],
  verify: PublishDeps['verify'],
  leftOut: readonly string[] = [],
): {
  readonly snapshot: Snapshot | null;
  /** Null where it could not be read; there where it could not be compiled. */
  readonly content: Content | null;
  readonly golden: readonly GoldenQuestion[];
  readonly errors: readonly AppError[];
} {
  const parsed = parseContent(files);
  if (!parsed.content) return { snapshot: null, content: null, golden: [], errors: parsed.errors };
  const { content } = parsed;
  const { golden } = content;
  const refused = [...leftOut, ...parsed.errors.flatMap(filesOf)];
  const compiled = compileSnapshot(content, refused);
  const errors = [...parsed.errors, ...compiled.errors];
  if (errors.length > 0 || !compiled.snapshot) return { snapshot: null, content, golden, errors };
  const unverified = verify(compiled.snapshot, content, files);
  return unverified.length > 0
    ? { snapshot: null, content, golden, errors: unverified }
    : { snapshot: compiled.snapshot, content, golden, errors: [] };
}

type Built =
  | {
      readonly snapshot: Snapshot;
      readonly golden: readonly GoldenQuestion[];
      readonly files: readonly ContentFile[];
      readonly errors: readonly AppError[];
      readonly kept: readonly string[];
      readonly leftOut: readonly string[];
    }
  | { readonly snapshot: null; readonly errors: readonly AppError[] };

function buildAll(read: ReadContent, verify: PublishDeps['verify']): Built {
  const built = buildSnapshot(read.files, verify, read.errors.flatMap(filesOf));
  const errors = [...read.errors, ...built.errors];
  if (errors.length > 0 || !built.snapshot) return { snapshot: null, errors };
  const { snapshot, golden } = built;
  return { snapshot, golden, files: read.files, errors, kept: [], leftOut: [] };
}

/**
 * Steps back from refused files, round by round, until what is left is sound. A changed file goes back to its last good
 * content, or out; an unchanged one goes out only where no change explains why it is refused now. Each round takes at
 * least one step that is never taken back, so it ends.
 */
function buildSoundPart(
  read: ReadContent,
  lastGood: readonly ContentFile[],
  verify: PublishDeps['verify'],
): Built {
  const good = new Map(lastGood.map((file) => [file.path, file]));
  const files = new Map(read.files.map((file) => [file.path, file]));
  const kept = new Set<string>();
  const leftOut = new Set<string>();
  const reported = new Map<string, AppError>();
  const build = (tried: ReadonlyMap<string, ContentFile>) =>
    buildSnapshot([...tried.values()].sort(byPath), verify, [...leftOut]);

  const isChanged = (path: string): boolean => {
    const [before, now] = [good.get(path), files.get(path)];
    return before === undefined || now === undefined || !now.bytes.equals(before.bytes);
  };
  const stepBack = (path: string): void => {
    const before = good.get(path);
    if (before && isChanged(path)) {
      kept.add(path);
      files.set(path, before);
    } else {
      kept.delete(path);
      leftOut.add(path);
      files.delete(path);
    }
  };
  const blame = (errors: readonly AppError[]): readonly string[] => {
    const blamed = [...new Set(errors.flatMap(filesOf))].filter((path) => !leftOut.has(path)).sort();
    const guilty = blamed.filter(isChanged);
    if (guilty.length > 0) return guilty;
    const suspects = [...new Set([...good.keys(), ...files.keys()])]
      .filter((path) => good.has(path) && isChanged(path) && !leftOut.has(path))
      .sort();
    if (suspects.length === 0) return blamed;
    if (suspects.length > mostTrials) return suspects;
    const before = new Set(errors.map(describeError));
    const proven = suspects.filter((path) => {
      const after = new Set(build(withFile(files, good.get(path))).errors.map(describeError));
      return [...before].some((error) => !after.has(error));
    });
    return proven.length > 0 ? proven : suspects;
  };

  let errors = read.errors;
  for (;;) {
    for (const error of errors) reported.set(describeError(error), error);
    if (errors.length > 0) {
      const guilty = errors.every((error) => filesOf(error).length > 0) ? blame(errors) : [];
      if (guilty.length === 0) return { snapshot: null, errors: [...reported.values()] };
      for (const path of guilty) stepBack(path);
    }

    const built = build(files);
    if (built.snapshot) {
      const sound = [...files.values()].sort(byPath);
      for (const path of notCompiled(sound, built.snapshot)) leftOut.add(path);
      return {
        snapshot: built.snapshot,
        golden: built.golden,
        files: sound.filter(({ path }) => !leftOut.has(path)),
        errors: [...reported.values()],
        kept: [...kept].sort(),
        leftOut: [...leftOut].sort(),
      };
    }
    errors = built.errors;
  }
}

/** Most changed files of which each is tried alone, to find the one that made an unchanged file bad; beyond it all go back. */
const mostTrials = 20;

/** The files that an error and those it stands for are about. */
function filesOf(error: AppError): readonly string[] {
  const own = error.place && error.place.file !== '.' ? [error.place.file] : [];
  return [...own, ...error.errors.flatMap(filesOf)];
}

/** Articles that the compiler left out by itself: translations of what was left out. */
function notCompiled(files: readonly ContentFile[], { public: open, agent }: Snapshot): readonly string[] {
  const compiled = new Set(
    [...open.articles, ...agent.hiddenArticles].map(({ locale, id }) => `${locale}/${id}.md`),
  );
  return files.map(({ path }) => path).filter((path) => path.endsWith('.md') && !compiled.has(path));
}

function withFile(
  files: ReadonlyMap<string, ContentFile>,
  file: ContentFile | undefined,
): ReadonlyMap<string, ContentFile> {
  return file ? new Map([...files, [file.path, file]]) : files;
}

function byPath(a: ContentFile, b: ContentFile): number {
  return a.path < b.path ? -1 : 1;
}
