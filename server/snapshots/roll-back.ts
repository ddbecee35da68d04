import type { ContentFile } from '../articles/read-content.ts';
import type { Origin } from '../audit/audit-event.ts';
import { AppError } from '../errors.ts';
import { articleChanges } from './article-changes.ts';
import type { Publication } from './publish.ts';
import { agreementIn, emptyReport, mostChanges } from './release-report.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Release, Snapshot } from './snapshot.ts';

/** Who brings a release back, and why. */
export interface RollBackOptions {
  /** For the audit; default: the server. */
  readonly by?: Origin;
  readonly publisher: string;
  readonly changeNote: string;
}

/**
 * Makes a new release with the snapshot and the files of an earlier one; `unchanged`, and nothing is stored, where what is
 * current has that very snapshot. `model`: id of the semantic model that is set; null: none. Errors: not-found for a number
 * that no release has, database-unusable for a damaged one, semantic-model-differs for one of another model.
 */
export async function rollBack(
  deps: { readonly store: ReleaseStore; readonly model: string | null; readonly now: () => Date },
  number: number,
  { publisher, changeNote, by }: RollBackOptions,
): Promise<Exclude<Publication, { status: 'refused' }>> {
  const { store, model, now } = deps;
  const newest = await store.newest();
  const release = await store.find(number);
  if (newest === null || release === null) {
    throw new AppError('not-found', {
      message: `There is no release ${number}.`,
      expected: newest === null ? 'a first publication' : `a number from 1 to ${newest.number}`,
      found: String(number),
    });
  }
  const snapshot = await storedSnapshot(store, release);
  const published = snapshot.public.semantic?.model ?? null;
  if (published !== model) {
    throw new AppError('semantic-model-differs', {
      message: `Release ${number} was published with another semantic model than the one that is set.`,
      expected: published === null ? 'no semantic model' : `the model ${published.slice(0, 12)}`,
      found: model === null ? 'none' : `the model ${model.slice(0, 12)}`,
      hint: 'Set SEMANTIC_MODEL as it was then, or put the old files into the content directory and publish.',
    });
  }
  const outcome = { snapshot, errors: [], kept: release.kept, leftOut: [] };
  if (newest.publicId === release.publicId && newest.agentId === release.agentId)
    return { status: 'unchanged', release: newest, ...outcome };

  const before = await storedSnapshot(store, newest).catch(nullWhereDamaged);
  const changes = before === null ? [] : articleChanges(before, snapshot);
  const made = await store.append({
    snapshot,
    files: await store.filesOf(release),
    publishedAt: now(),
    publisher,
    changeNote,
    kept: release.kept,
    ...(by === undefined ? {} : { by }),
    report: {
      ...emptyReport,
      restores: number,
      changes: changes.slice(0, mostChanges),
      moreChanges: Math.max(0, changes.length - mostChanges),
      agreement: agreementIn(snapshot),
    },
  });
  return { status: 'published', release: made, ...outcome };
}

/**
 * The release whose files these are, where a roll back took it away: the content is then not published by itself, or a
 * restart would undo the roll back. Null where the newest release is no roll back, or the files are other ones.
 */
export async function rolledBackFrom(
  store: ReleaseStore,
  files: readonly ContentFile[],
): Promise<Release | null> {
  let release = await store.newest();
  while (release !== null && (await store.reportOf(release.number)).restores !== null) {
    const [before = null] = await store.list({ before: release.number, limit: 1 });
    if (before !== null && (await store.isMadeOf(before, files))) return before;
    release = before;
  }
  return null;
}

async function storedSnapshot(store: ReleaseStore, release: Release): Promise<Snapshot> {
  const snapshot = await store.load(release);
  if (snapshot !== null) return snapshot;
  throw new AppError('database-unusable', {
    message: `The stored snapshot of release ${release.number} is missing.`,
    expected: `public ${release.publicId} and agents' ${release.agentId}`,
    found: 'no such snapshot',
  });
}

function nullWhereDamaged(error: unknown): null {
  if (error instanceof AppError && error.code === 'database-unusable') return null;
  throw error;
}
