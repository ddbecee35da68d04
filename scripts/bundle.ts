import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { makeNotice } from './notice.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run bundle [-- --into DIRECTORY]

Makes what an installation is made from: the source archive with the exact versions of all it needs, sbom.cdx.json (what
is in it, CycloneDX), NOTICE (whose it is), and SHA256SUMS of the three.
  --into DIRECTORY   where to; default: dist
Exit codes: 0 made; 1 NOTICE is not up to date, or npm failed; 2 called wrongly.
`;

const run = promisify(execFile);
const top = join(import.meta.dirname, '..');

/** What npm may print: the SBOM of 122 packages takes 90 kB. */
const mostOutput = 16 * 1024 * 1024;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies?: unknown;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly devDependencies?: unknown }>>;
}

/** Runs the command and gives its exit code. */
export async function bundle(args: readonly string[], { out, err }: Terminal): Promise<number> {
  let into: string;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        into: { type: 'string', default: join(top, 'dist') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      out(usage);
      return 0;
    }
    into = resolve(values.into);
  } catch (error) {
    err(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if ((await readFile(join(top, 'NOTICE'), 'utf8')) !== makeNotice(top)) {
    err('NOTICE differs from what is installed: npm run notice\n');
    return 1;
  }
  const stage = await mkdtemp(join(tmpdir(), 'concord-bundle-'));
  try {
    const files = await make(stage, into);
    out(files.map((file) => `${join(into, file)}\n`).join(''));
    return 0;
  } catch (error) {
    err(`${(error as Error).message}\n`);
    return 1;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** Writes the parts of a bundle and gives their names. */
async function make(stage: string, into: string): Promise<readonly string[]> {
  const whole = await pack(top, stage);
  await run('tar', ['-xzf', join(stage, whole), '-C', stage]);
  // npm names the SBOM's subject for its folder.
  const tree = join(stage, 'concord');
  await rename(join(stage, 'package'), tree);
  await leaveDevelopmentOut(tree);
  await mkdir(into, { recursive: true });
  const archive = await pack(tree, into);
  const sbom = await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], tree);
  await writeFile(join(into, 'sbom.cdx.json'), sbom);
  await copyFile(join(tree, 'NOTICE'), join(into, 'NOTICE'));
  const parts = [archive, 'NOTICE', 'sbom.cdx.json'];
  const sums = await Promise.all(
    parts.map(async (part) => {
      const hash = createHash('sha256').update(await readFile(join(into, part)));
      return `${hash.digest('hex')}  ${part}\n`;
    }),
  );
  await writeFile(join(into, 'SHA256SUMS'), sums.join(''));
  return [...parts, 'SHA256SUMS'];
}

/**
 * Takes out of an unpacked archive what only those who change Concord need: their packages, and the commands whose files
 * are not in it. The lock file goes in as npm-shrinkwrap.json, the name under which npm lets an archive carry one.
 * `npm sbom --omit=dev` is no way around this: of 122 packages it left out 45 that tools need too (npm 11.19).
 */
async function leaveDevelopmentOut(tree: string): Promise<void> {
  const lock = await readJson<Lock>(top, 'package-lock.json');
  const { devDependencies: _more, ...own } = lock.packages[''] ?? {};
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);
  const lockFile = { ...lock, packages: { '': own, ...Object.fromEntries(packages) } };
  await writeJson(tree, 'npm-shrinkwrap.json', lockFile);

  const { devDependencies: _tools, ...manifest } = await readJson<Manifest>(tree, 'package.json');
  const scripts = Object.entries(manifest.scripts).filter(([, command]) => {
    const [file] = /\b(?:server|scripts)\/\S+\.ts/.exec(command) ?? [];
    return file !== undefined && existsSync(join(tree, file));
  });
  const allowScripts = Object.entries(manifest.allowScripts ?? {}).filter(([name]) =>
    packages.some(([path]) => path.endsWith(`node_modules/${name}`)),
  );
  await writeJson(tree, 'package.json', {
    ...manifest,
    scripts: Object.fromEntries(scripts),
    allowScripts: Object.fromEntries(allowScripts),
  });
}

/** Packs a folder as npm publishes it, and gives the archive's name. */
async function pack(folder: string, into: string): Promise<string> {
  const { name, version } = await readJson<Manifest>(folder, 'package.json');
  await npm(['pack', '--ignore-scripts', '--pack-destination', into], folder);
  return `${name}-${version}.tgz`;
}

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run('npm', [...args, '--loglevel', 'error'], { cwd, maxBuffer: mostOutput });
  return stdout;
}

async function readJson<T>(folder: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, file), 'utf8')) as T;
}

async function writeJson(folder: string, file: string, value: unknown): Promise<void> {
  await writeFile(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
}

if (import.meta.main) process.exitCode = await bundle(process.argv.slice(2), processTerminal);
