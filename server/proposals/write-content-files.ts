import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import { readNow } from './content-place.ts';
import type { ProposedFile } from './proposal.ts';

/** Files that were written, as long as they can be put back. */
export interface Written {
  /**
   * Puts back what stood there before, to the byte, and takes away new folders; gives the paths that somebody else has
   * changed since, which stay as they are.
   */
  restore(): Promise<readonly string[]>;
}

/** SHA-256 of a file's bytes, in hex; null of none. */
export function hashOfFile(bytes: Buffer | null): string | null {
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/**
 * Writes proposed files into the content directory: each whole under another name in its folder and then renamed, so that
 * nobody ever reads half of one; all of them or none. A file that is already as proposed is left alone. The paths are
 * checked ones. Errors: changed-meanwhile where a file is not what the proposal was made from, content-unwritable where the
 * directory cannot be written, file-unreadable for links.
 */
export async function writeContentFiles(directory: string, files: readonly ProposedFile[]): Promise<Written> {
  const before = await Promise.all(
    files.map(async (file) => ({ ...file, was: await readNow(directory, file.path) })),
  );
  const moved = before.filter((file) => isMoved(file, file.was)).map(({ path }) => path);
  if (moved.length > 0) throw movedSince(moved);
  const done: (() => Promise<string | null>)[] = [];
  const restore = async (): Promise<readonly string[]> => {
    const kept: string[] = [];
    for (const undo of done.splice(0).reverse()) {
      const path = await undo();
      if (path !== null) kept.push(path);
    }
    return kept;
  };
  try {
    for (const { path, text, was, madeFrom } of before) {
      const bytes = Buffer.from(text, 'utf8');
      if (was?.equals(bytes)) continue;
      const made = await mkdir(dirname(join(directory, path)), { recursive: true });
      if (made !== undefined) done.push(() => withoutEmpty(dirname(join(directory, path)), made));
      // Looked at once more: between the first look and now another file may have taken long.
      if (hashOfFile(await readNow(directory, path)) !== madeFrom) throw movedSince([path]);
      await put(join(directory, path), bytes, was === null);
      done.push(() => putBack(directory, path, { was, written: bytes }));
    }
  } catch (error) {
    await restore();
    throw asAppError(error);
  }
  return Object.freeze({ restore });
}

/** Whether a file is neither what a proposal was made from nor what it proposes. */
export function isMoved(
  { madeFrom, text }: Pick<ProposedFile, 'madeFrom' | 'text'>,
  now: Buffer | null,
): boolean {
  return hashOfFile(now) !== madeFrom && now?.equals(Buffer.from(text, 'utf8')) !== true;
}

function movedSince(paths: readonly string[]): AppError {
  return new AppError('changed-meanwhile', {
    message: 'The content has changed since the proposal was made.',
    expected: 'the files that it was made from',
    found: `other content in ${paths.join(', ')}`,
    hint: 'Make the proposal anew.',
  });
}

/** Null, or the path where somebody else has changed it since. */
async function putBack(
  directory: string,
  path: string,
  { was, written }: { readonly was: Buffer | null; readonly written: Buffer },
): Promise<string | null> {
  const now = await readNow(directory, path);
  if (now?.equals(written) !== true) return path;
  if (was === null) await rm(join(directory, path));
  else await put(join(directory, path), was, false);
  return null;
}

/** Folders that were made for a file, from the innermost to `outermost`, as long as they are empty. */
async function withoutEmpty(innermost: string, outermost: string): Promise<null> {
  for (let folder = innermost; folder.startsWith(outermost); folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return null;
    }
  }
  return null;
}

/** Writes beside and renames; `isNew`: fails where the file is there by then. The name is one that is never content. */
async function put(absolute: string, bytes: Buffer, isNew: boolean): Promise<void> {
  const beside = join(dirname(absolute), `.${basename(absolute)}.${randomBytes(6).toString('hex')}.tmp`);
  const mode = isNew ? 0o666 : (await stat(absolute)).mode & 0o777;
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isNew) await link(beside, absolute);
    else await rename(beside, absolute);
  } finally {
    await rm(beside, { force: true });
  }
}

/** What the file system refuses, in words. */
function asAppError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code !== 'string') return error;
  if (code === 'EEXIST')
    return new AppError('changed-meanwhile', { expected: 'no such file', found: 'a file', cause: error });
  if (['EACCES', 'EPERM', 'EROFS'].includes(code))
    return new AppError('content-unwritable', {
      expected: 'a content directory that the server may write',
      found: code === 'EROFS' ? 'a read-only file system' : 'no permission to write there',
      hint: 'Download the proposed files, change the content where it is kept, and publish it.',
      cause: error,
    });
  return new AppError('publication-failed', {
    message: 'The proposed files could not be written.',
    expected: 'a content directory with room',
    found: code,
    cause: error,
  });
}
