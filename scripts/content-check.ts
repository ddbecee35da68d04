import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseContent } from '../server/articles/parse-content.ts';
import { readContentDirectory } from '../server/articles/read-content.ts';
import { isCalendarDate } from '../server/articles/value-schemas.ts';
import { readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import { pinsFor, withSource } from '../server/snapshots/pin-translations.ts';
import type { Snapshot } from '../server/snapshots/snapshot.ts';
import { type CheckedDirectory, checkDirectory, countProblems } from './content-check/check-directory.ts';
import { explain } from './content-check/explain.ts';
import { paintFor, showProblems } from './content-check/show-problems.ts';
import { toJson } from './content-check/to-json.ts';
import { toSarif } from './content-check/to-sarif.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run content:check [-- --dir DIRECTORY] [--format FORMAT] [--golden] [--strict] [--today DATE] [--pin [PATH...]]
       npm run content:check -- --explain [CODE]

Reports every error of the content and every finding of a check, with file, line and column, and publishes nothing.
  --dir DIRECTORY  the content; default: CONTENT_DIR
  --format FORMAT  text, json or sarif (2.1.0, for code hosts and editors); default: text
  --golden         asks the golden questions too (golden-unmet), which takes some seconds; npm run content:preview asks them as well
  --strict         warnings count as errors
  --today DATE     the day on which the content is read, like 2026-11-22; default: today in the site's time zone
  --pin            first writes into each translation without \`source\` the revision of the article it translates
  --pin PATH...    the same for these files (he/orders/cancel.md), whether they have a \`source\` or not
  --explain        lists the checks; with a CODE, why it matters, how it decides, how it is mended
Exit codes: 0 no error, 1 errors (with --strict, or warnings), 2 called wrongly.
`;

const formats = ['text', 'json', 'sarif'] as const;

/** Runs the command and gives its exit code. */
export async function contentCheck(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err, hasColour = false }: Terminal,
): Promise<number> {
  const called = readCall(args, environment);
  if (typeof called === 'string') {
    err(`${called}\n\n${usage}`);
    return 2;
  }
  if (called.kind === 'told') {
    out(called.text);
    return 0;
  }
  if (called.pin) {
    const tell = called.format === 'text' ? out : err;
    const unknown = await pin(called.directory, called.paths, tell);
    if (unknown.length > 0) {
      err(`No translation of an article that can be read: ${unknown.join(', ')}\n\n${usage}`);
      return 2;
    }
  }
  const checked = await checkDirectory(
    called.directory,
    called.today ?? new Date(),
    called.dataDir,
    called.golden ? 'everything' : 'quick',
  );
  switch (called.format) {
    case 'text':
      out(showProblems([...checked.errors, ...checked.findings], paintFor(hasColour)));
      out(summary(checked));
      break;
    case 'json':
      out(toJson(checked));
      break;
    case 'sarif':
      out(toSarif(checked, process.cwd()));
      break;
    default:
      called.format satisfies never;
  }
  const { error, warning } = countProblems(checked);
  return error > 0 || (called.strict && warning > 0) ? 1 : 0;
}

interface Call {
  readonly kind: 'check';
  readonly directory: string;
  /** Where a database may be that has earlier releases. */
  readonly dataDir: string;
  readonly format: (typeof formats)[number];
  readonly golden: boolean;
  readonly strict: boolean;
  /** Null: by the clock. */
  readonly today: string | null;
  readonly pin: boolean;
  readonly paths: readonly string[] | null;
}

/** The call, what is told at once, or what is wrong with it. */
function readCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Call | { readonly kind: 'told'; readonly text: string } | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        dir: { type: 'string' },
        format: { type: 'string', default: 'text' },
        golden: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
        today: { type: 'string' },
        pin: { type: 'boolean', default: false },
        explain: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'told', text: usage };
    if (values.explain) return readExplain(positionals);
    if (positionals.length > 0 && !values.pin) return `Unexpected: ${positionals.join(' ')}`;
    const format = formats.find((known) => known === values.format);
    if (format === undefined) return `Expected ${formats.join(', ')} after --format, found ${values.format}`;
    if (values.today !== undefined && !isCalendarDate(values.today))
      return `Expected a date like 2026-11-22 after --today, found ${values.today}`;
    const { contentDir, dataDir } = readConfig(environment);
    return {
      kind: 'check',
      directory: values.dir ?? contentDir,
      dataDir,
      format,
      golden: values.golden,
      strict: values.strict,
      today: values.today ?? null,
      pin: values.pin,
      paths: positionals.length > 0 ? positionals : null,
    };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

function readExplain(codes: readonly string[]): { readonly kind: 'told'; readonly text: string } | string {
  if (codes.length > 1) return `Expected one code after --explain, found ${codes.join(' ')}`;
  const explained = explain(codes[0] ?? null);
  if ('text' in explained) return { kind: 'told', text: explained.text };
  const { unknown, meant } = explained;
  return `There is no check ${unknown}.${meant === null ? ' --explain alone lists them.' : ` Did you mean ${meant}?`}`;
}

/** Writes sources into translations; gives the paths that are none. */
async function pin(
  directory: string,
  paths: readonly string[] | null,
  out: Terminal['out'],
): Promise<readonly string[]> {
  const { files } = await readContentDirectory(directory);
  const { content } = parseContent(files);
  if (!content) return [];
  const { pins, unknown } = pinsFor(content, paths);
  if (unknown.length > 0) return unknown;
  for (const { path, source } of pins) {
    const file = join(directory, path);
    const text = await readFile(file, 'utf8');
    const pinned = withSource(text, source);
    if (pinned === text) continue;
    // Written beside and moved into place, so that a watching server never reads half of it.
    const draft = join(dirname(file), `.${source}.tmp`);
    await writeFile(draft, pinned);
    await rename(draft, file);
    out(`${path}: source ${source}\n`);
  }
  return [];
}

/** What is said below everything else. */
function summary(checked: CheckedDirectory): string {
  const { error, warning, note, accepted } = countProblems(checked);
  const problems = [...checked.errors, ...checked.findings];
  const told = [
    ...(error > 0 ? [count(error, 'error')] : []),
    ...(warning > 0 ? [count(warning, 'warning')] : []),
    ...(note > 0 ? [count(note, 'note')] : []),
  ].join(', ');
  const files = count(new Set(problems.map(({ file }) => file)).size, 'file');
  const fine = accepted > 0 ? `; ${accepted} accepted` : '';
  const gap = problems.length > 0 ? '\n' : '';
  if (error > 0 || !checked.snapshot)
    return `${gap}${told} in ${files}${fine}; ${count(checked.files, 'file')} read.\n${checked.isWhole ? '' : 'Checks are run once every file can be read.\n'}`;
  return [
    gap,
    told === '' ? '' : `${told} in ${files}${fine}.\n`,
    waitingTranslations(checked.snapshot),
    `No errors: ${count(checked.files, 'file')}, ${holdings(checked.snapshot)}${told === '' ? fine : ''}.\n`,
  ].join('');
}

function waitingTranslations({ public: open }: Snapshot): string {
  const waiting = open.articles.filter(({ translation }) => translation === 'out-of-date');
  if (waiting.length === 0) return '';
  const paths = waiting.map(({ locale, id }) => `${locale}/${id}.md`).join(', ');
  return `${count(waiting.length, 'translation')} out of date or without a source: ${paths}\n  once each says what its source says: npm run content:check -- --pin PATH...\n`;
}

function holdings({ public: open, agent }: Snapshot): string {
  const locales = new Set(open.articles.map(({ locale }) => locale)).size;
  return `${count(open.articles.length, 'public article')} in ${count(locales, 'language')}, ${count(agent.hiddenArticles.length, 'article')} for agents only`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

if (import.meta.main) {
  process.exitCode = await contentCheck(process.argv.slice(2), process.env, processTerminal);
}
