import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package as package-lock.json pins it; a package that is there in two versions, or in two places, comes twice. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** From the top of the repository: `node_modules/NAME`. */
  readonly path: string;
  /** An SPDX expression; null where the package does not say it in today's form. */
  readonly licence: string | null;
  /** Only those who change Concord need it, not those who run it. */
  readonly forDevelopment: boolean;
  /** An installation works without it: of another platform, or an option of Concord's. */
  readonly optional: boolean;
  readonly hasInstallScript: boolean;
  /** Where it was once downloaded; null, as it should be: an address would name somebody's registry. */
  readonly resolved: string | null;
}

/** Every package of the lock file at the top of `root`, sorted by path. */
export function readLockFile(root: string): readonly LockedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Entry>>;
  };
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) =>
      Object.freeze({
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        version: entry.version,
        path,
        licence: entry.license ?? null,
        forDevelopment: entry.dev === true,
        optional: entry.optional === true || entry.devOptional === true,
        hasInstallScript: entry.hasInstallScript === true,
        resolved: entry.resolved ?? null,
      }),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Entry {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}
