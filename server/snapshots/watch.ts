import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLeaving, type ReadContent, readContentDirectory } from '../articles/read-content.ts';

export interface WatchDeps {
  readonly directory: string;
  /** Called with content that has come to rest, one call at a time; also once at the beginning. */
  readonly onContent: (read: ReadContent) => Promise<void>;
  /** Called with what `onContent` or the file system threw; watching goes on. */
  readonly onError: (error: unknown) => void;
}

/**
 * Watches a content directory until the returned function is called; that resolves when the last call of `onContent` has
 * ended. Content is read only when two looks at every file, `settleMs` apart, and a third after reading agree, so that
 * half-written files are never read. Where the system cannot watch, it looks every `pollMs`. Never throws.
 */
export function watchContent({ directory, onContent, onError }: WatchDeps): () => Promise<void> {
  let stopped = false;
  let touched = true;
  let wake = (): void => {};
  const touch = (): void => {
    touched = true;
    wake();
  };

  /** Until something is touched, or for some milliseconds at most. */
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  /** For some milliseconds, whatever is touched; shorter only when watching ends. */
  const pause = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0 && !stopped; left -= tickMs) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(tickMs, left)));
    }
  };

  let watcher = openWatcher(directory, touch, onError);
  const run = async (): Promise<void> => {
    let known = '';
    while (!stopped) {
      if (!touched) await sleep(watcher.isOpen() ? slowPollMs : pollMs);
      if (stopped) return;
      touched = false;
      try {
        const seen = await look(directory);
        if (seen === known) continue;
        // A directory that was gone is another one when it is back.
        if (seen === gone) watcher.close();
        else if (known === gone) watcher = openWatcher(directory, touch, onError);
        await pause(settleMs);
        if (stopped) return;
        const settled = seen === (await look(directory)) ? await readContentDirectory(directory) : null;
        if (settled === null || seen !== (await look(directory))) {
          touched = true;
          continue;
        }
        known = seen;
        if (!stopped) await onContent(settled);
      } catch (error) {
        known = '';
        onError(error);
        await pause(retryMs);
        touched = true;
      }
    }
  };
  const running = run();

  return async () => {
    stopped = true;
    wake();
    watcher.close();
    await running;
  };
}

/** Apart two looks that must agree: editors and copies write a file in less. */
const settleMs = 200;
/** Between looks where the system cannot tell. */
const pollMs = 500;
/** Between looks where it can: it may lose events, for instance in folders that are new. */
const slowPollMs = 5_000;
/** Before what threw is tried again. */
const retryMs = 1_000;
const tickMs = 50;
/** What a directory that is not there looks like. */
const gone = ' gone\n';

interface Watcher {
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

/** The system's watcher, as long as it works. */
function openWatcher(directory: string, onEvent: () => void, onError: (error: unknown) => void): Watcher {
  let watcher: FSWatcher | null = null;
  const close = (): void => {
    watcher?.close();
    watcher = null;
  };
  try {
    watcher = watch(directory, { recursive: true, persistent: false }, onEvent);
    watcher.on('error', (error) => {
      close();
      onError(error);
      onEvent();
    });
  } catch {
    // Not there, or too many watched files: looking from time to time does as well.
  }
  return { isOpen: () => watcher !== null, close };
}

/** What every file of a directory looks like from outside: path, size, times, inode. A change of any is a change of this. */
async function look(directory: string, below = '', depth = 0): Promise<string> {
  const entries = await readdir(join(directory, below), { withFileTypes: true }).catch(() => null);
  if (entries === null) return below + gone;
  let seen = '';
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isLeaving(entry.name)) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const stats = await lstat(join(directory, path), { bigint: true }).catch(() => null);
    if (stats === null) return seen + path + gone;
    seen += stats.isDirectory()
      ? `${path}/\n`
      : `${path} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs} ${stats.ino}\n`;
    if (stats.isDirectory() && depth < 2) seen += await look(directory, path, depth + 1);
  }
  return seen;
}
