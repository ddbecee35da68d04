import type { ContentFile } from '../articles/read-content.ts';

/** A file that differs between two sets, is new or is gone. */
export interface ChangedFile {
  readonly path: string;
  /** Of an article; null for facts, synonyms, offers, teams, golden questions and the site itself. */
  readonly category: string | null;
}

/** The files that differ between two sets, sorted by path. */
export function changedFiles(
  before: readonly ContentFile[],
  after: readonly ContentFile[],
): readonly ChangedFile[] {
  const was = new Map(before.map((file) => [file.path, file.bytes]));
  const is = new Map(after.map((file) => [file.path, file.bytes]));
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => {
      const [old, now] = [was.get(path), is.get(path)];
      return old === undefined || now === undefined || !old.equals(now);
    })
    .sort()
    .map((path) => ({ path, category: categoryOf(path) }));
}

/** The category of `locale/category/slug.md`. */
function categoryOf(path: string): string | null {
  return /^[^/]+\/([^/]+)\/[^/]+\.md$/.exec(path)?.[1] ?? null;
}
