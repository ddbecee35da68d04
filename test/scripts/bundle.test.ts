import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { bundle } from '../../scripts/bundle.ts';
import { readLockFile } from '../../scripts/lock-file.ts';

const root = join(import.meta.dirname, '../..');

interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly group?: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly unknown[];
    readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  }[];
}

/** What an installation is made from holds all that it needs, and nothing of how it was made. */
describe('npm run bundle', () => {
  let folder: string;
  let into: string;
  let exitCode: number;
  let said = '';
  /** The unpacked archive. */
  let tree: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-bundle-test-'));
    into = join(folder, 'out');
    const hear = (text: string) => {
      said += text;
    };
    exitCode = await bundle(['--into', into], { out: hear, err: hear });
    execFileSync('tar', ['-xzf', join(into, 'concord-0.1.0.tgz'), '-C', folder]);
    tree = join(folder, 'package');
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('writes the archive, NOTICE, the SBOM and their checksums, and names them', () => {
    expect(exitCode).toBe(0);
    const parts = ['concord-0.1.0.tgz', 'NOTICE', 'sbom.cdx.json', 'SHA256SUMS'];
    expect(readdirSync(into).sort()).toEqual([...parts].sort());
    expect(said.trim().split('\n')).toEqual(parts.map((part) => join(into, part)));
    const sums = readFileSync(join(into, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums).toHaveLength(3);
    for (const line of sums) {
      const [hash = '', part = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(readFileSync(join(into, part)))
          .digest('hex'),
      ).toBe(hash);
    }
  });

  test('the SBOM has every package of production with its version and hash, and none of the tools', () => {
    const sbom = JSON.parse(readFileSync(join(into, 'sbom.cdx.json'), 'utf8')) as Sbom;
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: expect.stringMatching(/^1\.[5-9]$/),
      metadata: { component: { name: 'concord', version: '0.1.0' } },
    });
    const there = sbom.components.map(({ name, version }) => `${name}@${version}`);
    const wanted = readLockFile(root)
      .filter(({ forDevelopment }) => !forDevelopment)
      .map(({ name, version }) => `${name}@${version}`);
    expect([...new Set(there)].sort()).toEqual([...new Set(wanted)].sort());
    for (const { purl, hashes } of sbom.components) {
      expect(purl).toMatch(/^pkg:npm\//);
      expect(hashes?.[0]).toMatchObject({
        alg: 'SHA-512',
        content: expect.stringMatching(/^[0-9a-f]{128}$/),
      });
    }
  });

  test('the archive holds what runs, and no tests, tools or data', () => {
    expect(readdirSync(tree).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'content',
      'npm-shrinkwrap.json',
      'package.json',
      'scripts',
      'server',
      'views',
    ]);
    for (const file of [
      'server/main.ts',
      'server/publication/worker.ts',
      'views/words/fa.json',
      'content/site.yaml',
    ])
      expect([file, existsSync(join(tree, file))]).toEqual([file, true]);
    expect(existsSync(join(tree, 'scripts/benchmark.ts'))).toBe(false);
  });

  test('what is in the archive imports only what is in it, and packages of production', () => {
    const { dependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(tree, 'package.json'), 'utf8'),
    ) as Readonly<Record<'dependencies' | 'optionalDependencies', Readonly<Record<string, string>>>>;
    const packages = Object.keys({ ...dependencies, ...optionalDependencies });
    const files = ['server', 'scripts'].flatMap((part) =>
      readdirSync(join(tree, part), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(tree, part, name)),
    );
    expect(files.length).toBeGreaterThan(300);
    const missing = files.flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /^(?:import|export|\}) .*?from '([^']+)'|import\('([^']+)'\)/gm,
        ),
      ]
        .map((match) => match[1] ?? match[2] ?? '')
        .filter((from) =>
          from.startsWith('.')
            ? !existsSync(join(dirname(file), from))
            : !from.startsWith('node:') &&
              !packages.some((name) => from === name || from.startsWith(`${name}/`)),
        )
        .map((from) => `${relative(tree, file)} imports ${from}`),
    );
    expect(missing).toEqual([]);
  });

  test('its package.json and lock file speak of production alone, with the commands that are in it', () => {
    const manifest = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
      readonly devDependencies?: unknown;
      readonly allowScripts: Readonly<Record<string, boolean>>;
    };
    expect(manifest.devDependencies).toBeUndefined();
    expect(manifest.allowScripts).toEqual({ 'better-sqlite3': false });
    expect(Object.keys(manifest.scripts)).toEqual(
      expect.arrayContaining(['start', 'user:add', 'content:publish']),
    );
    expect(Object.keys(manifest.scripts)).not.toEqual(expect.arrayContaining(['test']));
    const shrinkwrap = readFileSync(join(tree, 'npm-shrinkwrap.json'), 'utf8');
    expect(shrinkwrap).toMatch(/"node_modules\/express"/);
    expect(shrinkwrap).not.toMatch(/"dev": true|"resolved"|"jest"/);
  });

  test('an unknown option is called wrongly', async () => {
    let complaint = '';
    const code = await bundle(['--out', 'x'], {
      out: () => {},
      err: (text) => {
        complaint += text;
      },
    });
    expect(code).toBe(2);
    expect(complaint).toMatch(/--out[\s\S]+Usage: npm run bundle/);
  });
});
