import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { worldFiles } from './small-world.ts';

const root = join(import.meta.dirname, '../..');
const seconds = 1_000;

/** What `npm start` runs. */
export const serverMain = join(root, 'server/main.ts');

/** The server as a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** Resolves when the process has said it; rejects when it ends before, or after half a minute. */
  readonly says: (words: RegExp) => Promise<RegExpExecArray>;
  /** Its address, once it listens. */
  readonly url: () => Promise<string>;
  /** Asks it to stop, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
  readonly ended: Promise<number | null>;
}

/**
 * Starts the server as `npm start` does, on a free port. `args`: what Node is given instead of its main file. `shell`: words
 * for a shell to run before, such as a limit on itself.
 */
export function startServer(
  environment: Readonly<Record<string, string>>,
  { args = [serverMain], shell }: { readonly args?: readonly string[]; readonly shell?: string } = {},
): ServerProcess {
  const line = [process.execPath, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', ...args];
  const [program = '', ...rest] =
    shell === undefined ? line : ['bash', '-c', `${shell}; exec "$@"`, 'bash', ...line];
  const child = spawn(program, rest, {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'silent', ...environment },
  });
  let text = '';
  child.stdout?.on('data', (bytes) => {
    text += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    text += bytes;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const says = async (words: RegExp): Promise<RegExpExecArray> => {
    for (let waited = 0; waited < 30 * seconds; waited += 50) {
      const found = words.exec(text);
      if (found) return found;
      if (child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The server never said ${words}:\n${text}`);
  };
  return {
    child,
    said: () => text,
    says,
    async url() {
      const [, address = ''] = await says(/API +(http:\/\/\S+)\/api\/docs/);
      return address;
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    ended,
  };
}

/** Writes the small world's content below a folder. */
export function writeWorld(folder: string): void {
  for (const { path, bytes } of worldFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}
