import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type LockedPackage, readLockFile } from './lock-file.ts';

const usage = `Usage: npm run notice [-- --check]

Writes NOTICE: every package that Concord runs with, its version, licence and copyright, from the installed packages
themselves. With --check it writes nothing and says whether they agree.
Exit codes: 0 they agree or were written, 1 they differ (--check) or a package cannot be read, 2 called wrongly.
`;

/** The top of the repository. */
const top = join(import.meta.dirname, '..');

/** What a package says of itself: its licence, and the lines that name whose it is. */
interface Told {
  readonly licence: string;
  readonly copyright: readonly string[];
}

/** Lines that state a copyright, not those that speak of one; placeholders of a licence's appendix neither. */
const statement =
  /^\W{0,4}copyright\b(?! (?:notice|owner|licen[cs]e|holder|statement|law)s?\b)(?!.*\[yyyy\])/i;

function copyrightOf(folder: string, author: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name));
  const lines = files
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .map((line) => line.trim().replace(/^[^\p{L}]+/u, ''))
    .filter((line) => statement.test(line));
  const found = [...new Set(lines)];
  return found.length > 0 || author === '' ? found : [`By ${author}`];
}

function tell(root: string, { path, name }: LockedPackage): Told | null {
  const folder = join(root, path);
  if (!existsSync(folder)) return null;
  const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly license?: string;
    readonly licenses?: readonly { readonly type: string }[];
    readonly author?: string | { readonly name?: string };
  };
  const licence = own.license ?? own.licenses?.map(({ type }) => type).join(' OR ');
  if (licence === undefined) throw new Error(`${name} names no licence in its package.json`);
  const author = typeof own.author === 'string' ? own.author : (own.author?.name ?? '');
  return { licence, copyright: copyrightOf(folder, author) };
}

/**
 * The licence that a locked package names, in today's form or the old one. Errors: Error where it names none, or is not
 * installed and the lock file does not say it.
 */
export function licenceOf(root: string, locked: LockedPackage): string {
  const licence = locked.licence ?? tell(root, locked)?.licence;
  if (licence === undefined) throw new Error(`${locked.name} is not installed; run npm install`);
  return licence;
}

/** NOTICE's text for the packages that are installed below `root`. Errors: Error for one that is not installed. */
export function makeNotice(root: string): string {
  const entries = readLockFile(root)
    .filter(({ forDevelopment }) => !forDevelopment)
    .map((locked) => {
      const told = tell(root, locked);
      if (told === null) throw new Error(`${locked.path} is not installed; run npm install`);
      const { name, version } = locked;
      return [`${name} ${version} (${told.licence})`, ...told.copyright.map((line) => `  ${line}`)].join(
        '\n',
      );
    });
  const [own] = /^Copyright.*$/m.exec(readFileSync(join(root, 'LICENSE'), 'utf8')) ?? [''];
  return [
    `Concord
${own}
Concord itself is under the MIT licence: LICENSE.

It runs with the packages below, which npm installs beside it. Each is under its own licence, whose full text stands in
the package's folder in node_modules. Written by npm run notice.`,
    ...[...new Set(entries)].sort(),
  ]
    .join('\n\n')
    .concat('\n');
}

function run(): number {
  let check: boolean;
  try {
    const { values } = parseArgs({
      options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    check = values.check;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const file = join(top, 'NOTICE');
    const made = makeNotice(top);
    if (!check) {
      writeFileSync(file, made);
      return 0;
    }
    const agrees = existsSync(file) && readFileSync(file, 'utf8') === made;
    process.stdout.write(
      agrees
        ? 'NOTICE agrees with what is installed.\n'
        : 'NOTICE differs from what is installed: npm run notice\n',
    );
    return agrees ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = run();
