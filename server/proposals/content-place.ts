import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteLocales } from '../articles/local-text.ts';
import { readArticlePath } from '../articles/parse-article.ts';
import { yamlFiles } from '../articles/parse-content.ts';
import { readContentFile } from '../articles/read-content.ts';
import { AppError } from '../errors.ts';

/**
 * Checks that a path names an article of the site's locales or one of the YAML files, so that nothing else can ever be read
 * or written by it. Errors: file-unexpected, file-name.
 */
export function checkContentPath(path: string, site: SiteLocales): void {
  if ((yamlFiles as readonly string[]).includes(path)) return;
  readArticlePath(path, site);
}

/**
 * The bytes of a file of the content directory as it is now; null where there is none. Errors: file-unreadable where it, or
 * a folder on the way to it, is a link or no regular one.
 */
export async function readNow(directory: string, path: string): Promise<Buffer | null> {
  const folders = path.split('/').slice(0, -1);
  for (const depth of folders.keys()) {
    const below = folders.slice(0, depth + 1).join('/');
    const stats = await lstat(join(directory, below)).catch(gone);
    if (stats === null) return null;
    if (!stats.isDirectory())
      throw new AppError('file-unreadable', {
        place: { file: below },
        expected: 'a folder',
        found: stats.isSymbolicLink() ? 'a symbolic link, which is not followed' : 'no folder',
      });
  }
  if ((await lstat(join(directory, path)).catch(gone)) === null) return null;
  const read = await readContentFile(directory, path);
  if (read instanceof AppError) throw read;
  return read.bytes;
}

/** Null for what is not there. */
function gone(error: unknown): null {
  if (((error ?? {}) as { readonly code?: unknown }).code === 'ENOENT') return null;
  throw error;
}
