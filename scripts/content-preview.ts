import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isCalendarDate } from '../server/articles/value-schemas.ts';
import { type Config, readConfig } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { AppError, describeError } from '../server/errors.ts';
import type { Previewed, PreviewOptions } from '../server/impact/impact.ts';
import { createPublisher } from '../server/publication/publisher.ts';
import { openEncoder } from '../server/semantics/open-encoder.ts';
import { createReleaseStore } from '../server/snapshots/release-store.ts';
import { previewJson } from './content-preview/preview-json.ts';
import { previewText } from './content-preview/preview-text.ts';
import { createProgress } from './evaluation/progress.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run content:preview [-- --days N] [--limit N] [--all] [--today DATE | --on DATE]
                               [--format FORMAT] [--dir DIRECTORY]

Says what publishing would do to answers: compiles the content beside the newest release and asks both the golden questions,
every title, variant and section, and the questions that were really asked. Changes nothing of what is stored or served.
  --days N         real questions of the last N days, 0 to 400; default: 30
  --limit N        most changed answers that are listed, those that touch most people first; default: 50
  --all            lists all of them, and the unchanged ones
  --today DATE     the day on which both are asked, like 2026-11-22; default: today in the site's time zone
  --on DATE        what that day changes by itself: the content on it beside the content on the day before, and no release
  --format FORMAT  text or json; default: text
  --dir DIRECTORY  the content; default: CONTENT_DIR
Exit codes: 0 nothing breaks, 1 a golden question breaks or the content has errors, 2 called wrongly.
`;

const defaultDays = 30;
const mostDays = 400;
const defaultLimit = 50;

/** Runs the command and gives its exit code. */
export async function contentPreview(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  now: () => Date = () => new Date(),
): Promise<number> {
  const { out, err, hasColour = false } = terminal;
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
    const previewed = await preview(called, terminal, now);
    out(called.format === 'json' ? previewJson(previewed) : previewText(previewed, hasColour));
    return previewed.kind === 'refused' || previewed.preview.broken.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

interface Call {
  readonly config: Config;
  readonly options: PreviewOptions;
  readonly format: 'text' | 'json';
}

async function preview({ config, options }: Call, terminal: Terminal, now: () => Date): Promise<Previewed> {
  const { contentDir, dataDir, semanticModel } = config;
  // A preview makes no database where there is none.
  const db = await openDatabase(existsSync(join(dataDir, 'concord.sqlite')) ? dataDir : ':memory:');
  const progress = createProgress(terminal);
  try {
    const encoder = await openEncoder(semanticModel, db);
    const store = createReleaseStore(db);
    const publisher = createPublisher({ db, store, contentDir, encoder, now });
    return await publisher.preview(options, ({ done, of }) => progress.at('asked', done, of));
  } finally {
    progress.end();
    await db.destroy();
  }
}

/** The call, null for help, or what is wrong with it. */
function readCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Call | string | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        days: { type: 'string' },
        limit: { type: 'string' },
        all: { type: 'boolean', default: false },
        today: { type: 'string' },
        on: { type: 'string' },
        format: { type: 'string', default: 'text' },
        dir: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const { all, format, today = null, on = null } = values;
    if (format !== 'text' && format !== 'json') return `--format is text or json, found: ${format}`;
    if (today !== null && !isCalendarDate(today)) return `--today is a day like 2026-11-22, found: ${today}`;
    if (on !== null && !isCalendarDate(on)) return `--on is a day like 2027-01-11, found: ${on}`;
    if (on !== null && today !== null) return 'Expected --on or --today, found both';
    const days = wholeNumber(values.days, defaultDays, mostDays);
    if (days === null) return `--days is a number from 0 to ${mostDays}, found: ${values.days}`;
    const limit = wholeNumber(values.limit, defaultLimit, Number.MAX_SAFE_INTEGER);
    if (limit === null) return `--limit is a number from 0, found: ${values.limit}`;
    const config = readConfig(environment);
    return {
      config: { ...config, contentDir: values.dir ?? config.contentDir },
      options: { days, all, most: all ? Number.MAX_SAFE_INTEGER : limit, asOf: today, on },
      format,
    };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

/** Null where it is none, or too large. */
function wholeNumber(typed: string | undefined, otherwise: number, most: number): number | null {
  if (typed === undefined) return otherwise;
  const value = /^\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  return value <= most ? value : null;
}

if (import.meta.main) {
  process.exitCode = await contentPreview(process.argv.slice(2), process.env, processTerminal);
}
