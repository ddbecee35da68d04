import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the hostile inputs lie, beside the repository; absent on most machines. */
export const hostileFolder = join(import.meta.dirname, '../../../shared/hostile');

/** One case of a corpus, as its load.mjs makes it. */
export interface HostileCase {
  readonly id: string;
  readonly about: string;
  readonly bytes: Buffer;
  readonly canary: string;
  readonly load: 'accept' | 'refuse' | 'either';
  readonly keep?: string;
  readonly maxMs?: number;
  readonly is?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, unknown>>;
  readonly make: (recipe: unknown) => Buffer;
}

/** Whether the corpora are there; says on the console that tests skip where they are not. */
export function hasHostileCorpora(): boolean {
  const there = existsSync(join(hostileFolder, 'load.mjs'));
  if (!there) console.warn('Skipped: there are no hostile corpora at ../shared/hostile.');
  return there;
}

/** The cases of a corpus with Concord's own markers, and a fresh canary each. `names`: what else stands for a name of theirs. */
export async function hostileCases(
  file: string,
  names: Readonly<Record<string, string>> = {},
): Promise<readonly HostileCase[]> {
  const loader: { corpus: (file: string, options: object) => HostileCase[] } = await import(
    pathToFileURL(join(hostileFolder, 'load.mjs')).href
  );
  return loader.corpus(file, { OPEN: ':::agent', CLOSE: ':::', ...names });
}
