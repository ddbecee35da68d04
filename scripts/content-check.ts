import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyRetrieval } from '../server/answers/verify-retrieval.ts';
import { parseContent } from '../server/articles/parse-content.ts';
import { readContentDirectory } from '../server/articles/read-content.ts';
import { readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import { pinsFor, withSource } from '../server/snapshots/pin-translations.ts';
import { buildSnapshot } from '../server/snapshots/publish.ts';
import type { Snapshot } from '../server/snapshots/snapshot.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run content:check [-- --dir DIRECTORY] [--pin [PATH...]]

Reports every error of the content, with file and line, and publishes nothing.
  --dir DIRECTORY  the content; default: CONTENT_DIR
  --pin            first writes into each translation without \`source\` the revision of the article it translates
  --pin PATH...    the same for these files (he/orders/cancel.md), whether they have a \`source\` or not
Exit codes: 0 the content is fine, 1 it has errors, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function contentCheck(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
): Promise<number> {
  const called = readCall(args, environment);
  if (typeof called === 'string') {
    err(`${called}\n\n${usage}`);
    return 2;
  }
  if (called.help) {
    out(usage);
    return 0;
  }
  if (called.pin) {
    const unknown = await pin(called.directory, called.paths, out);
    if (unknown.length > 0) {
      err(`No translation of an article that can be read: ${unknown.join(', ')}\n\n${usage}`);
      return 2;
    }
  }
  const { files, errors: readErrors } = await readContentDirectory(called.directory);
  const built = buildSnapshot(
    files,
    verifyRetrieval,
    readErrors.flatMap(({ place }) => (place ? [place.file] : [])),
  );
  const errors = [...readErrors, ...built.errors];
  for (const error of errors) err(`${describeError(error)}\n`);
  if (errors.length > 0 || !built.snapshot) {
    const bad = new Set(errors.map(({ place }) => place?.file));
    out(
      `${count(errors.length, 'error')} in ${count(bad.size, 'file')}; ${count(files.length, 'file')} read.\n`,
    );
    return 1;
  }
  out(summary(built.snapshot, files.length));
  return 0;
}

interface Call {
  readonly help: boolean;
  readonly directory: string;
  readonly pin: boolean;
  readonly paths: readonly string[] | null;
}

/** The call, or what is wrong with it. */
function readCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Call | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        dir: { type: 'string' },
        pin: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (positionals.length > 0 && !values.pin) return `Unexpected: ${positionals.join(' ')}`;
    return {
      help: values.help,
      directory: values.dir ?? readConfig(environment).contentDir,
      pin: values.pin,
      paths: positionals.length > 0 ? positionals : null,
    };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
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

function summary({ public: open, agent }: Snapshot, files: number): string {
  const waiting = open.articles.filter(({ translation }) => translation === 'out-of-date');
  const hint =
    waiting.length > 0
      ? `${count(waiting.length, 'translation')} out of date or without a source: ${waiting
          .map(({ locale, id }) => `${locale}/${id}.md`)
          .join(', ')}\n  once each says what its source says: npm run content:check -- --pin PATH...\n`
      : '';
  const locales = new Set(open.articles.map(({ locale }) => locale)).size;
  return `${hint}No errors: ${count(files, 'file')}, ${count(open.articles.length, 'public article')} in ${count(
    locales,
    'language',
  )}, ${count(agent.hiddenArticles.length, 'article')} for agents only.\n`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

if (import.meta.main) {
  process.exitCode = await contentCheck(process.argv.slice(2), process.env, processTerminal);
}
