import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { byCommand } from '../server/audit/audit-event.ts';
import { openConcord } from '../server/compose.ts';
import type { Config } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { AppError } from '../server/errors.ts';
import { type ChangeCounts, countChanges, type ReleaseReport } from '../server/snapshots/release-report.ts';
import { createReleaseStore, type ReleaseStore } from '../server/snapshots/release-store.ts';
import type { Release } from '../server/snapshots/snapshot.ts';
import { runCommand } from './run-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run releases -- list [--limit N]
       npm run releases -- show NUMBER
       npm run releases -- rollback NUMBER --note TEXT [--publisher NAME]

Lists releases, newest first; tells all of one; or brings an earlier one back as a new release. Running servers on the
same database serve it within two seconds. The content directory stays as it is, and is not published by itself until it
is edited.
  --limit N          how many releases; default: 20
  --note TEXT        why it is rolled back; kept with the release
  --publisher NAME   who; default: releases
  --format FORMAT    text or json; default: text
Exit codes: 0 done, or it is what is current already; 1 no such release, or it is damaged; 2 called wrongly.
`;

type Call =
  | { readonly what: 'help' }
  | { readonly what: 'list'; readonly limit: number; readonly json: boolean }
  | { readonly what: 'show'; readonly number: number; readonly json: boolean }
  | {
      readonly what: 'rollback';
      readonly number: number;
      readonly note: string;
      readonly publisher: string;
      readonly json: boolean;
    };

/** Runs the command and gives its exit code. */
export async function releases(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const run = (call: Exclude<Call, { what: 'help' }>, config: Config) =>
    call.what === 'rollback' ? bringBack(config, call) : tell(config, call);
  return runCommand({ usage, readCall, run }, args, environment, terminal);
}

/** Errors: Error for what is none of the usage. */
function readCall(args: readonly string[]): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      limit: { type: 'string' },
      note: { type: 'string' },
      publisher: { type: 'string' },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { what: 'help' };
  const [what, number, ...more] = positionals;
  if (more.length > 0) throw new Error(`One release at a time; found also: ${more.join(' ')}`);
  if (values.format !== 'text' && values.format !== 'json')
    throw new Error(`--format is text or json; found: ${values.format}`);
  const json = values.format === 'json';
  const refuse = (name: 'limit' | 'note' | 'publisher'): void => {
    if (values[name] !== undefined) throw new Error(`--${name} is not for ${what}`);
  };
  if (what === 'list') {
    refuse('note');
    refuse('publisher');
    if (number !== undefined) throw new Error(`list takes no number; found: ${number}`);
    return { what, limit: readNumber(values.limit ?? '20', '--limit'), json };
  }
  if (what !== 'show' && what !== 'rollback')
    throw new Error(`Expected list, show or rollback; found: ${what ?? 'nothing'}`);
  refuse('limit');
  const wanted = readNumber(number, 'NUMBER');
  if (what === 'show') {
    refuse('note');
    refuse('publisher');
    return { what, number: wanted, json };
  }
  const note = values.note?.trim() ?? '';
  if (note === '') throw new Error('--note is needed: why is it rolled back?');
  return { what, number: wanted, note, publisher: values.publisher ?? 'releases', json };
}

function readNumber(text: string | undefined, name: string): number {
  if (text !== undefined && /^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new Error(`${name} is a whole number from 1 on; found: ${text ?? 'nothing'}`);
}

async function tell(config: Config, call: Extract<Call, { what: 'list' | 'show' }>): Promise<string> {
  const db = await openDatabase(config.dataDir);
  try {
    const store = createReleaseStore(db);
    return call.what === 'list' ? await listed(store, call) : await shown(store, call);
  } finally {
    await db.destroy();
  }
}

async function listed(store: ReleaseStore, { limit, json }: Extract<Call, { what: 'list' }>) {
  const all = await store.list({ before: null, limit });
  const told = await Promise.all(
    all.map(async (release) => ({ release, report: await store.reportOf(release.number) })),
  );
  if (json) return `${JSON.stringify({ releases: told.map(summary) }, null, 2)}\n`;
  if (told.length === 0) return 'There is no release yet.\n';
  return told.map(({ release, report }) => `${headline(release, report)}\n`).join('');
}

async function shown(store: ReleaseStore, { number, json }: Extract<Call, { what: 'show' }>) {
  const release = await store.find(number);
  if (release === null) {
    const newest = await store.newest();
    throw new AppError('not-found', {
      message: `There is no release ${number}.`,
      expected: newest === null ? 'a first publication' : `a number from 1 to ${newest.number}`,
      found: String(number),
    });
  }
  const report = await store.reportOf(number);
  const { changes, moreChanges, acknowledged } = report;
  if (json)
    return `${JSON.stringify({ ...summary({ release, report }), changed: changes, moreChanges, acknowledged }, null, 2)}\n`;
  const lines = [
    headline(release, report),
    `  snapshot ${release.publicId.slice(0, 12)}, agents' ${release.agentId.slice(0, 12)}`,
    ...(acknowledged === null
      ? []
      : [
          `  golden questions that break, acknowledged: ${acknowledged.note}`,
          ...acknowledged.broken.map(({ question, locale }) => `    [${locale}] ${question}`),
        ]),
    ...release.kept.map((path) => `  kept: ${path}`),
    ...changes.map(
      ({ kind, audience, locale, articleId, title }) =>
        `  ${kind} for ${audience === 'public' ? 'the public' : 'agents'}: ${locale}/${articleId}  ${title}`,
    ),
    ...(moreChanges > 0 ? [`  and ${moreChanges} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function bringBack(
  config: Config,
  { number, note, publisher, json }: Extract<Call, { what: 'rollback' }>,
): Promise<string> {
  const log = pino({ level: 'silent' });
  const concord = await openConcord(config, { now: () => new Date(), log, worker: false });
  try {
    const { status, release } = await concord.rollBack(number, {
      publisher,
      by: byCommand('releases rollback'),
      changeNote: note,
    });
    const { held } = concord.current();
    if (json) return `${JSON.stringify({ status, release, held }, null, 2)}\n`;
    if (status === 'unchanged')
      return `Nothing changes: release ${release.number} is current and says what release ${number} said.\n`;
    const sticks =
      held === null
        ? ''
        : `The content directory still holds release ${held}. It is not published by itself until it is edited.\n`;
    return `Release ${release.number} brings back release ${number}.\n${sticks}`;
  } finally {
    await concord.close();
  }
}

interface Told {
  readonly release: Release;
  readonly report: ReleaseReport;
}

function summary({ release, report }: Told): Readonly<Record<string, unknown>> & {
  readonly changes: ChangeCounts;
} {
  const { number, publishedAt, publisher, changeNote, kept, publicId, agentId } = release;
  const { restores, asksReading, impact } = report;
  return {
    number,
    publishedAt,
    publisher,
    changeNote,
    publicId,
    agentId,
    kept,
    restores,
    asksReading,
    acknowledged: report.acknowledged !== null,
    changes: countChanges(report),
    impact,
  };
}

function headline(release: Release, report: ReleaseReport): string {
  const { number, publishedAt, publisher, changeNote, kept } = release;
  const counts = countChanges(report);
  const of = (audience: 'public' | 'agent', name: string): string => {
    const { added, changed, withdrawn } = counts[audience];
    const parts = [
      ...(added > 0 ? [`${added} added`] : []),
      ...(changed > 0 ? [`${changed} changed`] : []),
      ...(withdrawn > 0 ? [`${withdrawn} withdrawn`] : []),
    ];
    return parts.length === 0 ? '' : `  ${name}: ${parts.join(', ')}`;
  };
  const marks = [
    ...(report.restores === null ? [] : [`brings back ${report.restores}`]),
    ...(report.acknowledged === null ? [] : ['acknowledged']),
    ...(kept.length === 0 ? [] : [`${kept.length} kept`]),
    ...(report.asksReading ? ['asks reading'] : []),
  ];
  return [
    `${number}  ${publishedAt}  ${publisher}`,
    marks.length === 0 ? '' : `  (${marks.join('; ')})`,
    changeNote === '' ? '' : `  ${changeNote}`,
    of('public', 'public'),
    of('agent', 'agents'),
  ].join('');
}

if (import.meta.main) {
  process.exitCode = await releases(process.argv.slice(2), process.env, processTerminal);
}
