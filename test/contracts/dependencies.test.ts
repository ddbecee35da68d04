import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LockedPackage, readLockFile } from '../../scripts/lock-file.ts';
import { licenceOf, makeNotice } from '../../scripts/notice.ts';

const root = join(import.meta.dirname, '../..');
const locked = readLockFile(root);
const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  allowScripts: Readonly<Record<string, boolean>>;
};

/** A version below which something is known to be wrong, and what. */
const floors: readonly { readonly name: string; readonly least: string; readonly because: string }[] = [
  {
    name: 'express',
    least: '5.1.0',
    because: 'CVE-2024-29041, -43796, -10491 of older lines: redirects, Link',
  },
  { name: 'body-parser', least: '2.2.1', because: 'CVE-2025-13466: many form fields stop it' },
  {
    name: 'qs',
    least: '6.16.0',
    because: 'CVE-2025-15284, CVE-2026-8723: its limits are passed by brackets',
  },
  { name: 'path-to-regexp', least: '8.4.0', because: 'CVE-2026-4926, -4923: patterns that take for ever' },
  { name: 'send', least: '0.19.0', because: 'CVE-2024-43799: script in a redirect page' },
  { name: 'serve-static', least: '1.16.0', because: 'CVE-2024-43800: script in a redirect page' },
  { name: 'cookie', least: '0.7.0', because: 'CVE-2024-47764: names and paths that end a cookie early' },
  { name: 'handlebars', least: '4.7.9', because: 'CVE-2026-33937 to -33941: values run as templates' },
  { name: 'yaml', least: '2.8.3', because: 'CVE-2026-33532: deep nesting overflows the stack' },
  { name: 'marked', least: '18.0.2', because: 'CVE-2026-41680: a tab and a newline eat all memory' },
  { name: 'express-rate-limit', least: '8.2.2', because: 'CVE-2026-30827: IPv4 clients share one bucket' },
  {
    name: 'better-sqlite3',
    least: '13.2.0',
    because: 'brings an SQLite whose WAL two connections cannot damage',
  },
  {
    name: 'multer',
    least: '2.0.2',
    because: 'CVE-2025-47935, -47944, -48997, -7338: a form stops the process',
  },
  { name: 'minimist', least: '1.2.6', because: 'CVE-2021-44906: prototype pollution' },
  { name: 'node-fetch', least: '2.6.7', because: 'CVE-2022-0235: a redirect takes secrets to another host' },
  {
    name: 'js-yaml',
    least: '3.14.2',
    because: 'CVE-2025-64718: prototype of the result; 4.0 and 4.1.0 have it too',
  },
  { name: 'node', least: '24.14.1', because: 'CVE-2026-21710, -21717: a header ends the process' },
];

/** Packages that may not be there at all, and why. */
const refused: Readonly<Record<string, string>> = {
  'gray-matter': 'runs front matter that begins with ---js',
  csurf: 'given up by its makers; its cookie can be planted',
  'express-session': 'its default store forgets nothing and loses all at a restart',
  'express-handlebars': 'CVE-2021-32820: a layout named in the data reads files',
  'sanitize-html': 'five ways past it in a year; raw HTML is shown as text instead',
  dompurify: 'needs a browser on the server',
  'isomorphic-dompurify': 'needs a browser on the server',
  jsonwebtoken: 'tokens are read by openid-client alone',
  request: 'given up by its makers',
};

/** Refused where customers are served, fine where only those who change Concord use it. */
const refusedInProduction: Readonly<Record<string, string>> = {
  'js-yaml':
    'CVE-2026-59869, -73643: 200 bytes stop it; only a tool of the tests reads its own settings by it',
  'oidc-provider': 'a provider to test with',
  koa: "the test provider's",
  jest: 'runs tests',
  'playwright-core': 'drives a browser in tests',
  typescript: 'Node reads the types away',
};

/** Licences of what is installed with Concord. OFL-1.1: the fonts. */
const licences = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'OFL-1.1'];
/** Further ones of what only those who change Concord install; none of it is handed on. */
const licencesOfTools = [
  ...licences,
  'BlueOak-1.0.0',
  'MPL-2.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'Unlicense',
  '0BSD',
];

/** Below zero where `a` is the older of two versions; a pre-release is taken for its release. */
function compareVersions(a: string, b: string): number {
  const parts = (version: string) =>
    version
      .replace(/[-+].*$/, '')
      .split('.')
      .map(Number);
  const [left, right] = [parts(a), parts(b)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

/** Whether an SPDX expression lets one choose allowed licences alone. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  return expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence)));
}

const told = ({ name, version, path }: LockedPackage): string => `${name} ${version} (${path})`;

/** What npm installs is what was looked at: package-lock.json against lists that say why. */
describe('dependencies', () => {
  const production = locked.filter(({ forDevelopment }) => !forDevelopment);

  test('are read from the lock file, those of production and of development apart', () => {
    expect(production.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['express', 'better-sqlite3', 'openid-client', '@fontsource-variable/heebo']),
    );
    expect(production.length).toBeGreaterThan(80);
    expect(locked.length).toBeGreaterThan(production.length + 200);
  });

  test.each(floors)('$name is at least $least: $because', ({ name, least }) => {
    const there = locked.filter((one) => one.name === name);
    expect(there.map(told)).not.toEqual([]);
    expect(there.filter(({ version }) => compareVersions(version, least) < 0).map(told)).toEqual([]);
  });

  test('an older version is told from a newer one', () => {
    expect(compareVersions('4.7.10', '4.7.9')).toBeGreaterThan(0);
    expect(compareVersions('8.2.1', '8.2.2')).toBeLessThan(0);
    expect(compareVersions('18.0.2', '18.0.2')).toBe(0);
  });

  test('hold none of the packages that are refused, and none of the tools in production', () => {
    expect(locked.filter(({ name }) => Object.hasOwn(refused, name)).map(told)).toEqual([]);
    expect(production.filter(({ name }) => Object.hasOwn(refusedInProduction, name)).map(told)).toEqual([]);
  });

  test('run no script when they are installed, but for those that package.json names', () => {
    const withScript = locked.filter(({ hasInstallScript }) => hasInstallScript);
    expect(withScript.filter(({ name }) => !Object.hasOwn(allowScripts, name)).map(told)).toEqual([]);
    // better-sqlite3 could be compiled here; it brings what is needed, so its script never runs.
    expect(production.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name)).toEqual([
      'better-sqlite3',
    ]);
    expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['node']);
  });

  test('have licences that may be used: in production, and for tools', () => {
    const other = (list: readonly LockedPackage[], allowed: readonly string[]) =>
      list
        .filter((one) => !isAllowed(licenceOf(root, one), allowed))
        .map((one) => `${told(one)}: ${licenceOf(root, one)}`);
    expect(other(production, licences)).toEqual([]);
    expect(
      other(
        locked.filter(({ forDevelopment }) => forDevelopment),
        licencesOfTools,
      ),
    ).toEqual([]);
    expect(isAllowed('(MIT OR GPL-3.0)', licences)).toBe(true);
    expect(isAllowed('MIT AND GPL-3.0', licences)).toBe(false);
    expect(isAllowed('SSPL-1.0', licencesOfTools)).toBe(false);
  });

  test('come from whatever registry npm is set to: the lock file names no address', () => {
    expect(locked.filter(({ resolved }) => resolved !== null).map(told)).toEqual([]);
  });

  test('are named in NOTICE with version, licence and copyright (npm run notice writes it)', () => {
    const notice = readFileSync(join(root, 'NOTICE'), 'utf8');
    expect(notice).toBe(makeNotice(root));
    for (const { name, version } of production) expect(notice).toContain(`\n${name} ${version} (`);
    expect(notice).not.toMatch(/^[^\s].* \([^)]+\)\n\n/m);
  });
});
