import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * SHA-256, hex, over names and contents of all files of some folders and of `more`, in the order of their names. Hidden
 * files and folders do not count.
 */
export async function hashFiles(folders: readonly string[], more: string): Promise<string> {
  const hash = createHash('sha256').update(more);
  for (const [at, folder] of folders.entries()) {
    for (const file of (await filesBelow(folder)).sort()) {
      const content = createHash('sha256');
      await pipeline(createReadStream(file), content);
      hash.update(`\n${at} ${relative(folder, file).replaceAll('\\', '/')} ${content.digest('hex')}`);
    }
  }
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const found = await Promise.all(
    visible.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : Promise.resolve([path]);
    }),
  );
  return found.flat();
}
