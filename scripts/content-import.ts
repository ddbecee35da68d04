import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyRetrieval } from '../server/answers/verify-retrieval.ts';
import type { CheckImport, ImportedFile, ImportResult } from '../server/articles/import/assemble-import.ts';
import type { ImportOptions } from '../server/articles/import/draft.ts';
import { importCsv } from '../server/articles/import/import-csv.ts';
import { importMarkdown, isArticle, type SourceFile } from '../server/articles/import/import-markdown.ts';
import { toWords } from '../server/articles/import/import-names.ts';
import { siteFiles } from '../server/articles/import/site-files.ts';
import { limits } from '../server/articles/limits.ts';
import { slugPattern } from '../server/articles/names.ts';
import { parseContent } from '../server/articles/parse-content.ts';
import { isLeaving, readContentDirectory } from '../server/articles/read-content.ts';
import { calendarDate, email } from '../server/articles/value-schemas.ts';
import { AppError, describeError } from '../server/errors.ts';
import { compileSnapshot } from '../server/snapshots/compile.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run content:import -- SOURCE --into DIR [options]

Turns a folder of Markdown, or a CSV of questions and answers, into articles. SOURCE is only read.
DIR gets what it needs to be published as it is; a file that is there already is never overwritten.

  --into DIR           content directory to write into; made when missing
  --audience WHO       public or agent (default: agent; publishing to the public is always explicit)
  --locale TAG         language of the texts (default: the default locale of DIR's site.yaml, else en)
  --owner TEAM         team that owns the articles (default: support)
  --category ID        put every article into this category (default: by folder or column)
  --verified DATE      day on which somebody confirmed the texts, YYYY-MM-DD (default: today)
  --base-url URL       where addresses that begin with / lead, e.g. https://docs.example.com
  --variable NAME=TEXT what a template variable stands for; may be repeated
  --name TEXT          name of the company, for a new site.yaml (default: the name of SOURCE)
  --email ADDRESS      contact for a new site.yaml and teams.yaml (default: support@example.com)
  --dry-run            write nothing, only report
  --help               this text

Every construct that could not be kept is reported as  file:line  what → what stands there instead.
Exit codes: 0 everything is imported, 1 something was refused (what, and why, is told), 2 called wrongly.
`;

/** Runs the command; gives its exit code. `today` is the day written as verified, \`YYYY-MM-DD\`. */
export async function runImport(args: readonly string[], today: string, terminal: Terminal): Promise<number> {
  const call = readCall(args, today);
  if ('help' in call) {
    terminal.out(usage);
    return 0;
  }
  if ('problem' in call) {
    terminal.err(`usage-invalid: ${call.problem}\n\n${usage}`);
    return 2;
  }
  try {
    return await importInto(call, terminal);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.err(`${[error, ...error.errors].map(describeError).join('\n')}\n`);
    return 1;
  }
}

interface Call {
  readonly source: string;
  readonly into: string;
  readonly audience: 'public' | 'agent';
  readonly locale: string | null;
  readonly owner: string | null;
  readonly category: string | null;
  readonly verified: string;
  readonly baseUrl: string | null;
  readonly variables: ReadonlyMap<string, string>;
  readonly name: string;
  readonly email: string;
  readonly dryRun: boolean;
}

function readCall(
  args: readonly string[],
  today: string,
): Call | { readonly help: true } | { readonly problem: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        into: { type: 'string' },
        audience: { type: 'string', default: 'agent' },
        locale: { type: 'string' },
        owner: { type: 'string' },
        category: { type: 'string' },
        verified: { type: 'string', default: today },
        'base-url': { type: 'string' },
        variable: { type: 'string', multiple: true, default: [] },
        name: { type: 'string' },
        email: { type: 'string', default: 'support@example.com' },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { help: true };
    const [source, ...more] = positionals;
    if (source === undefined || more.length > 0)
      return { problem: `expected one SOURCE, found ${positionals.length}` };
    if (values.into === undefined) return { problem: 'expected --into DIR, found none' };
    const { audience } = values;
    if (audience !== 'public' && audience !== 'agent')
      return { problem: `--audience: expected public or agent, found ${audience}` };
    if (values.locale !== undefined && !/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(values.locale)) {
      return {
        problem: `--locale: expected a language tag in lower case, like en or pt-br, found ${values.locale}`,
      };
    }
    for (const key of ['owner', 'category'] as const) {
      const value = values[key];
      if (value !== undefined && !slugPattern.test(value)) {
        return { problem: `--${key}: expected lower-case letters, digits and hyphens, found ${value}` };
      }
    }
    if (!calendarDate.safeParse(values.verified).success)
      return { problem: `--verified: expected a date like 2026-11-02, found ${values.verified}` };
    if (!email.safeParse(values.email).success)
      return { problem: `--email: expected an e-mail address, found ${values.email}` };
    const baseUrl = values['base-url'] ?? null;
    if (baseUrl !== null && !/^https?:\/\/[^\s]+$/.test(baseUrl))
      return { problem: `--base-url: expected an http address, found ${baseUrl}` };
    const odd = values.variable.find((pair) => !/^[\w.-]+=/.test(pair));
    if (odd !== undefined) return { problem: `--variable: expected NAME=TEXT, found ${odd}` };
    return {
      source: resolve(source),
      into: resolve(values.into),
      audience,
      locale: values.locale ?? null,
      owner: values.owner ?? null,
      category: values.category ?? null,
      verified: values.verified,
      baseUrl,
      variables: new Map(
        values.variable.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      ),
      name: values.name ?? toWords(basename(resolve(source)).replace(/\.csv$/i, '')),
      email: values.email,
      dryRun: values['dry-run'],
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : 'unknown options' };
  }
}

async function importInto(call: Call, terminal: Terminal): Promise<number> {
  const there = await readTarget(call.into);
  const site = there.length === 0 ? null : siteOf(there);
  const options: ImportOptions = {
    locale: call.locale ?? site?.defaultLocale ?? 'en',
    audience: call.audience,
    owner: call.owner ?? 'support',
    verified: call.verified,
    category: call.category,
    baseUrl: call.baseUrl,
    variables: call.variables,
  };
  if (site) checkTarget(site, options);

  const filesAround = (
    articles: readonly ImportedFile[],
    categories: ImportResult['categories'],
  ): readonly ImportedFile[] => {
    if (site) return [];
    const locales = [...new Set([options.locale, ...articles.map(({ path }) => path.split('/')[0] ?? '')])];
    return siteFiles({
      name: call.name,
      locales,
      defaultLocale: options.locale,
      owner: options.owner,
      email: call.email,
      categories,
    });
  };
  const check: CheckImport = (articles, categories) => {
    const made = [...filesAround(articles, categories), ...articles];
    const files = [...there, ...made.map(({ path, text }) => ({ path, bytes: Buffer.from(text) }))];
    const parsed = parseContent(files);
    if (!parsed.content || parsed.errors.length > 0) return parsed.errors;
    const compiled = compileSnapshot(parsed.content);
    return compiled.snapshot && compiled.errors.length === 0
      ? verifyRetrieval(compiled.snapshot)
      : compiled.errors;
  };

  const result = readAndImport(call.source, options, check);
  const made = [...filesAround(result.files, result.categories), ...result.files];
  refuseOverwriting(call.into, result.files.length === 0 ? [] : made);
  if (!call.dryRun && result.files.length > 0) {
    for (const { path, text } of made) {
      const target = join(call.into, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { flag: 'wx' });
    }
  }
  report(result, call, made.length, terminal);
  const problems = result.files.length === 0 ? [] : check(result.files, result.categories);
  for (const error of problems) terminal.err(`${describeError(error)}\n`);
  return result.files.length === 0 || result.leftOut.length > 0 || problems.length > 0 ? 1 : 0;
}

/** The content directory as it is; empty where it is new. */
async function readTarget(
  into: string,
): Promise<readonly { readonly path: string; readonly bytes: Buffer }[]> {
  if (!isThere(into)) return [];
  const read = await readContentDirectory(into);
  if (read.errors.length > 0) throw refusal(`${into} is no content directory as it is.`, read.errors);
  return read.files;
}

function siteOf(files: readonly { readonly path: string; readonly bytes: Buffer }[]) {
  const parsed = parseContent(files);
  const errors = parsed.errors.filter(({ place }) => place?.file !== '.');
  if (errors.length > 0)
    throw refusal('The content directory has errors of its own; nothing was imported.', errors);
  if (parsed.content) return { ...parsed.content.site, teams: parsed.content.teams.map(({ id }) => id) };
  // YAML files without any article are a new company's: they are read beside a stand-in.
  const standIn = parseContent([...files, { path: 'und/none/none.md', bytes: Buffer.from('x') }]);
  if (!standIn.content)
    throw refusal(
      'The content directory lacks site.yaml or teams.yaml; nothing was imported.',
      parsed.errors,
    );
  return { ...standIn.content.site, teams: standIn.content.teams.map(({ id }) => id) };
}

function checkTarget(
  site: {
    readonly locales: readonly string[];
    readonly teams: readonly string[];
    readonly categories: readonly { readonly id: string }[];
  },
  { locale, owner, category }: ImportOptions,
): void {
  const wanted = [
    { option: '--locale', value: locale, known: site.locales, file: 'site.yaml' },
    { option: '--owner', value: owner, known: site.teams, file: 'teams.yaml' },
    ...(category === null
      ? []
      : [
          {
            option: '--category',
            value: category,
            known: site.categories.map(({ id }) => id),
            file: 'site.yaml',
          },
        ]),
  ];
  for (const { option, value, known, file } of wanted) {
    if (known.includes(value)) continue;
    throw new AppError('value-invalid', {
      place: { file },
      expected: `${option} with one of ${known.join(', ')}`,
      found: value,
    });
  }
}

function readAndImport(source: string, options: ImportOptions, check: CheckImport): ImportResult {
  if (!isThere(source))
    throw new AppError('content-missing', {
      message: 'The source is not there.',
      expected: 'a folder of Markdown or a .csv file',
      found: source,
    });
  if (statSync(source).isDirectory()) {
    const files = listSources(source, '');
    if (!files.some(({ path }) => isArticle(path)))
      throw new AppError('content-missing', {
        message: 'The source holds no Markdown.',
        expected: 'files *.md, *.markdown or *.mdx',
        found: source,
      });
    return importMarkdown(files, options, check);
  }
  if (!/\.(?:csv|tsv)$/i.test(source))
    throw new AppError('file-unexpected', {
      expected: 'a folder of Markdown, or a .csv or .tsv file',
      found: source,
    });
  const { size } = statSync(source);
  if (size > csvBytes)
    throw new AppError('file-too-large', {
      expected: `a CSV of at most ${csvBytes} bytes`,
      found: `${size} bytes`,
    });
  return importCsv({ name: basename(source), bytes: readFileSync(source) }, options, check);
}

/** Most bytes of a CSV: some fifty thousand answers. */
const csvBytes = 32 * 1024 * 1024;

/** Markdown and what it may include; no links are followed, nothing too large for an article is read. */
function listSources(root: string, below: string): readonly SourceFile[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !isLeaving(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): readonly SourceFile[] => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return listSources(root, path);
      const isText = entry.isFile() && /\.(?:md|markdown|mdx|html?|txt)$/i.test(entry.name);
      if (!isText || lstatSync(join(root, path)).size > limits.articleBytes * 4) return [];
      return [{ path, bytes: readFileSync(join(root, path)) }];
    });
}

function refuseOverwriting(into: string, files: readonly ImportedFile[]): void {
  const there = files.filter(({ path }) => isThere(join(into, path)));
  if (there.length === 0) return;
  const errors = there.map(
    ({ path }) =>
      new AppError('article-duplicate', {
        place: { file: path },
        expected: 'a file that is not there yet',
        found: 'one that is',
      }),
  );
  throw refusal('Files are there already; nothing was written.', errors);
}

function refusal(message: string, errors: readonly AppError[]): AppError {
  return new AppError('publication-refused', { message, errors });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function report(result: ImportResult, call: Call, count: number, terminal: Terminal): void {
  for (const { file, line, what, instead } of result.notices)
    terminal.out(`${file}:${line}  ${what} → ${instead}\n`);
  for (const { file, line, why } of result.leftOut) terminal.err(`${file}:${line}  left out: ${why}\n`);
  const articles = `${result.files.length} article${result.files.length === 1 ? '' : 's'}`;
  const kept = `${result.notices.length} construct${result.notices.length === 1 ? '' : 's'} not kept`;
  terminal.out(
    `${articles} for ${call.audience === 'public' ? 'the public' : 'agents'}, ${kept}, ${result.leftOut.length} left out.\n`,
  );
  if (call.dryRun) terminal.out('Nothing was written (--dry-run).\n');
  else if (result.files.length > 0) terminal.out(`${count} files written into ${call.into}.\n`);
}

if (import.meta.main) {
  const today = new Date().toISOString().slice(0, 10);
  process.exitCode = await runImport(process.argv.slice(2), today, processTerminal);
}
