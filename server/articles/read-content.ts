import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { limits } from './limits.ts';

/** A file of the content directory. `path` is relative to it, with `/`. */
export interface ContentFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Everything that could be read, sorted by path, and an error for everything that could not. */
export interface ReadContent {
  readonly files: readonly ContentFile[];
  readonly errors: readonly AppError[];
}

/**
 * Reads a content directory, the only file access from articles to answers. Follows no links, opens regular files only,
 * reads nothing deeper than locale/category/name.md and nothing larger than its limit. Leavings of editors and version
 * control are passed over. Errors, one for each file: content-missing, file-unexpected, file-unreadable, file-too-large.
 */
export async function readContentDirectory(directory: string): Promise<ReadContent> {
  const errors: AppError[] = [];
  const paths = await listFiles(directory, '', errors);
  if (paths.length > limits.files) {
    errors.push(
      new AppError('file-too-large', {
        message: 'The content directory holds too many files.',
        place: { file: '.' },
        expected: `at most ${limits.files} files`,
        found: `${paths.length}`,
      }),
    );
    return { files: [], errors };
  }
  const files: ContentFile[] = [];
  for (let i = 0; i < paths.length; i += atOnce) {
    const batch = await Promise.all(
      paths.slice(i, i + atOnce).map((path) => readContentFile(directory, path)),
    );
    for (const read of batch) {
      if (read instanceof AppError) errors.push(read);
      else files.push(read);
    }
  }
  return { files: files.sort(byPath), errors: errors.sort(byPlace) };
}

/** Whether editors, version control or the file system left a file of this name; such files are never content. */
export function isLeaving(name: string): boolean {
  return (
    name.startsWith('.') ||
    name.endsWith('~') ||
    /^#.*#$/.test(name) ||
    /\.(?:swp|swo|swx|bak|tmp|orig|rej|part|crdownload)$/i.test(name) ||
    /^(?:4913|Thumbs\.db|desktop\.ini)$/i.test(name)
  );
}

/** Files read at the same time: enough to keep four threads busy, far below any limit on open files. */
const atOnce = 32;

async function listFiles(directory: string, below: string, errors: AppError[]): Promise<string[]> {
  const depth = below === '' ? 0 : below.split('/').length;
  const entries = await readdir(join(directory, below), { withFileTypes: true }).catch((cause: unknown) => {
    errors.push(
      below === ''
        ? new AppError('content-missing', {
            place: { file: '.' },
            expected: 'a directory that can be read',
            found: `${directory} (${codeOf(cause)})`,
            cause,
          })
        : unreadable(below, `a folder that cannot be opened (${codeOf(cause)})`),
    );
    return [];
  });
  const paths: string[] = [];
  for (const entry of entries) {
    if (isLeaving(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isSymbolicLink()) {
      errors.push(unreadable(path, 'a symbolic link, which is not followed'));
    } else if (entry.isDirectory()) {
      if (depth >= 2 || entry.name.endsWith('.md')) {
        errors.push(
          new AppError('file-unexpected', {
            place: { file: path },
            expected: 'locale/category/name.md and nothing deeper',
            found: 'a folder',
          }),
        );
      } else {
        paths.push(...(await listFiles(directory, path, errors)));
      }
    } else if (entry.isFile()) {
      paths.push(path);
    } else {
      errors.push(unreadable(path, 'a pipe, socket or device'));
    }
  }
  return paths;
}

/** One file of a content directory, or why it cannot be read: as readContentDirectory. Its folders are not looked at. */
export async function readContentFile(directory: string, path: string): Promise<ContentFile | AppError> {
  let handle: FileHandle | null = null;
  try {
    const absolute = join(directory, path);
    if (!(await lstat(absolute)).isFile()) return unreadable(path, 'no regular file');
    handle = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { size } = await handle.stat();
    const limit = path.endsWith('.md') ? limits.articleBytes : limits.yamlBytes;
    if (size > limit) return tooLarge(path, limit, size);
    const bytes = await handle.readFile();
    return bytes.length > limit ? tooLarge(path, limit, bytes.length) : { path, bytes };
  } catch (cause) {
    return unreadable(path, codeOf(cause));
  } finally {
    await handle?.close();
  }
}

function tooLarge(path: string, limit: number, size: number): AppError {
  return new AppError('file-too-large', {
    place: { file: path },
    expected: `at most ${limit} bytes`,
    found: `${size} bytes`,
  });
}

function unreadable(path: string, found: string): AppError {
  return new AppError('file-unreadable', { place: { file: path }, expected: 'a regular file', found });
}

function codeOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return words[code] ?? (code === '' ? 'an unknown error' : code);
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ENOTDIR: 'it is not a directory',
  ELOOP: 'a symbolic link, which is not followed',
};

const byPath = (a: ContentFile, b: ContentFile) => (a.path < b.path ? -1 : 1);

const byPlace = (a: AppError, b: AppError) => ((a.place?.file ?? '') < (b.place?.file ?? '') ? -1 : 1);
