import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createAnswerers } from '../server/answers/answerer.ts';
import { parseContent } from '../server/articles/parse-content.ts';
import { readContentDirectory } from '../server/articles/read-content.ts';
import { readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import { createMacroCheck, gatherMacros } from '../server/macros/check-macros.ts';
import type { CheckedMacro, CheckedMacros } from '../server/macros/checked-macro.ts';
import { macrosAsCsv } from '../server/macros/macros-as-csv.ts';
import { readMacros } from '../server/macros/read-macros.ts';
import { compileSnapshot } from '../server/snapshots/compile.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run macros:check -- FILE [--locale LOCALE] [--format text|json|csv] [--all] [--dir DIRECTORY] [--today DATE]

Holds the canned replies of a help desk against the approved text: each is aligned, outdated (which fact, which value),
contradicting (which article), or unknown (no article covers it), with the approved text to use instead.
  FILE             a table (CSV) with the columns id, title, body and, if there is one, locale; or Zendesk's JSON of macros
  --locale LOCALE  the language of all of them; default: each one's own, else the language of its script that fits best
  --format FORMAT  text (default), json with everything, or csv for the help desk
  --all            text: list aligned ones too
  --dir DIRECTORY  the content; default: CONTENT_DIR
  --today DATE     the day whose text counts, YYYY-MM-DD; default: today in the site's time zone
Exit codes: 0 none is outdated or contradicting, 1 some are, or the file or the content cannot be read, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function macrosCheck(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
  now: () => Date = () => new Date(),
): Promise<number> {
  const called = readCall(args, environment);
  if (typeof called === 'string') {
    err(`${called}\n\n${usage}`);
    return 2;
  }
  if (called === null) {
    out(usage);
    return 0;
  }
  try {
    const checked = await check(called, now());
    if (called.format === 'json') out(`${JSON.stringify(checked, null, 2)}\n`);
    else if (called.format === 'csv') out(macrosAsCsv(checked));
    else out(asText(checked, called.all));
    return checked.counts.outdated + checked.counts.contradicting > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    if (error.code === 'invalid-request') return 2;
    for (const one of error.errors) err(`${describeError(one)}\n`);
    return 1;
  }
}

interface Call {
  readonly file: string;
  readonly locale: string | null;
  readonly format: 'text' | 'json' | 'csv';
  readonly all: boolean;
  readonly directory: string;
  readonly today: string | null;
}

/** The call, null for help, or what is wrong with it. */
function readCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Call | string | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        locale: { type: 'string' },
        format: { type: 'string', default: 'text' },
        all: { type: 'boolean', default: false },
        dir: { type: 'string' },
        today: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [file, ...more] = positionals;
    if (file === undefined) return 'Which file of macros?';
    if (more.length > 0) return `Unexpected: ${more.join(' ')}`;
    const { format } = values;
    if (format !== 'text' && format !== 'json' && format !== 'csv')
      return `--format is text, json or csv, not ${format}`;
    if (values.today !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(values.today))
      return `--today is a date, YYYY-MM-DD, not ${values.today}`;
    return {
      file,
      locale: values.locale ?? null,
      format,
      all: values.all,
      directory: values.dir ?? readConfig(environment).contentDir,
      today: values.today ?? null,
    };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

async function check(call: Call, now: Date): Promise<CheckedMacros> {
  const file = readMacros({ name: basename(call.file), bytes: await bytesOf(call.file) });
  const { files, errors } = await readContentDirectory(call.directory);
  const parsed = parseContent(files);
  const compiled = parsed.content && compileSnapshot(parsed.content);
  const all = [...errors, ...parsed.errors, ...(compiled?.errors ?? [])];
  if (all.length > 0 || !parsed.content || !compiled?.snapshot)
    throw new AppError('publication-refused', {
      message: 'The content has errors, so nothing can be held against it.',
      errors: all,
    });
  const answerer = createAnswerers(compiled.snapshot).public;
  const locale = call.locale === null ? null : answerer.checkLocale(call.locale);
  const world = {
    content: parsed.content,
    snapshot: compiled.snapshot,
    answerer,
    today: call.today ?? answerer.today(now),
    release: null,
  };
  return gatherMacros(file, file.macros.map(createMacroCheck(world, locale)), null);
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new AppError('macros-invalid', {
      place: { file: path },
      expected: 'a file that can be read',
      found: (cause as NodeJS.ErrnoException).code ?? String(cause),
      cause,
    });
  }
}

function asText({ file, form, macros, skipped, counts }: CheckedMacros, all: boolean): string {
  const shown = macros.filter(({ verdict }) => all || verdict !== 'aligned');
  const place = ({ at }: { readonly at: number }): string =>
    form === 'csv' ? `${file}:${at}` : `${file}, macro ${at}`;
  const texts = shown.map(
    (macro) => `${place(macro)}  ${macro.verdict}  ${macro.id} “${macro.title}”\n${detailsOf(macro)}`,
  );
  const silent =
    skipped.length === 0 ? '' : `; ${skipped.length} skipped (no text for customers, or switched off)`;
  return `${texts.join('\n')}${texts.length > 0 ? '\n' : ''}${macros.length} macros: ${counts.contradicting} contradicting, ${counts.outdated} outdated, ${counts.unknown} unknown, ${counts.aligned} aligned${silent}.\n`;
}

function detailsOf({ verdict, problems, article, approved }: CheckedMacro): string {
  const lines = problems.flatMap(({ kind, sentence, says, factId, approved: values, because }) => [
    kind === 'denial'
      ? `  says: ${sentence}\n  the article says: ${values.join(' / ')}`
      : `  says ${says}: ${sentence}\n  ${factId === null ? 'the article says' : `now {{fact:${factId}}}`}: ${values.join(' / ')}`,
    ...(because.length > 0 ? [`  the same thing, because of: ${because.join(', ')}`] : []),
  ]);
  const where =
    article === null
      ? ['  no article covers it']
      : [`  ${article.locale}/${article.answerId} “${article.heading ?? article.title}”`];
  const use =
    verdict === 'aligned' || verdict === 'unknown'
      ? []
      : approved.map(
          ({ customer, text }) =>
            `  use instead${customer === null ? '' : ` (${customer})`}: ${text.replaceAll('\n', '\n    ')}`,
        );
  return [...lines, ...where, ...use, ''].join('\n');
}

if (import.meta.main) {
  process.exitCode = await macrosCheck(process.argv.slice(2), process.env, processTerminal);
}
