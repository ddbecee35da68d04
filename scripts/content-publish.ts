import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { byCommand } from '../server/audit/audit-event.ts';
import { openConcord } from '../server/compose.ts';
import { type Config, readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import type { Publication, PublishOptions } from '../server/snapshots/publish.ts';
import { type FateCounts, fates } from '../server/snapshots/release-report.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run content:publish [-- --note TEXT] [--publisher NAME] [--ask-reading] [--keep-going]
                               [--acknowledge NOTE] [--dir DIRECTORY]

Publishes the content as a release: all of it, or nothing where a file has an error.
  --note TEXT       why; kept with the release
  --publisher NAME  who; default: content:publish
  --ask-reading     ask agents to confirm that they have read what changed; needs a note
  --keep-going      publish the good files; refused ones keep their last good content, or are left out
  --acknowledge NOTE  publish although golden questions break; the note and what broke are kept with the release
  --dir DIRECTORY   the content; default: CONTENT_DIR
Exit codes: 0 published, or nothing had changed; 1 refused; 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function contentPublish(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
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
  const { config, options } = called;
  try {
    const log = pino({ level: 'silent' });
    const concord = await openConcord(config, { now: () => new Date(), log, worker: false });
    try {
      return tell(await concord.publish(options), options, { out, err });
    } finally {
      await concord.close();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

/** The call, null for help, or what is wrong with it. */
function readCall(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): { readonly config: Config; readonly options: PublishOptions } | string | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        note: { type: 'string', default: '' },
        publisher: { type: 'string', default: 'content:publish' },
        'ask-reading': { type: 'boolean', default: false },
        'keep-going': { type: 'boolean', default: false },
        acknowledge: { type: 'string' },
        dir: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const { acknowledge } = values;
    if (acknowledge?.trim() === '') return '--acknowledge needs a note: why golden questions may break.';
    if (values['ask-reading'] && values.note.trim() === '')
      return '--ask-reading needs --note: agents are asked to read why something changed.';
    const config = readConfig(environment);
    return {
      config: { ...config, contentDir: values.dir ?? config.contentDir },
      options: {
        publisher: values.publisher,
        by: byCommand('content:publish'),
        changeNote: values.note,
        keepGoing: values['keep-going'],
        ...(acknowledge === undefined ? {} : { acknowledgement: acknowledge }),
        asksReading: values['ask-reading'],
      },
    };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

function tell(publication: Publication, { acknowledgement }: PublishOptions, { out, err }: Terminal): number {
  for (const error of publication.errors) err(`${describeError(error)}\n`);
  const errors = publication.errors.length;
  if (publication.status === 'refused') {
    out(`Refused: ${errors} ${errors === 1 ? 'error' : 'errors'}. The last good release stays.\n`);
    return 1;
  }
  const { release, snapshot, kept, leftOut, status, weighed } = publication;
  for (const path of kept) out(`${path}: refused; its last good content stays\n`);
  for (const path of leftOut) out(`${path}: refused and left out; it never had good content\n`);
  const articles = `${snapshot.public.articles.length} public, ${snapshot.agent.hiddenArticles.length} for agents only`;
  out(
    status === 'published'
      ? `Release ${release.number} is published: ${articles}; snapshot ${release.publicId.slice(0, 12)}.\n`
      : `Nothing has changed since release ${release.number}: ${articles}.\n`,
  );
  if (weighed?.impact) out(`${impactLine(weighed.impact)}\n`);
  const broken = weighed?.broken.length ?? 0;
  if (broken > 0) {
    const them = broken === 1 ? 'golden question breaks' : 'golden questions break';
    out(`${broken} ${them}, acknowledged: ${acknowledgement}\n`);
  } else if (acknowledgement !== undefined) {
    out('No golden question breaks, so the note of --acknowledge is not kept.\n');
  }
  return 0;
}

function impactLine(impact: FateCounts): string {
  const changed = fates.filter((fate) => fate !== 'unchanged' && impact[fate].asks > 0);
  const counted = changed.map((fate) => `${impact[fate].asks} ${fate}`);
  return `Answers: ${[...counted, `${impact.unchanged.asks} unchanged`].join(', ')}.`;
}

if (import.meta.main) {
  process.exitCode = await contentPublish(process.argv.slice(2), process.env, processTerminal);
}
