import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chainFaults, verifyChain } from '../server/audit/verify-chain.ts';
import { type Config, readConfig } from '../server/config.ts';
import { type BackupReport, backUp, checkBackup, type FurtherCheck } from '../server/database/backup.ts';
import { AppError, describeError } from '../server/errors.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run backup -- FILE
       npm run backup -- DIRECTORY [--keep N]
       npm run backup -- --check FILE

Copies the database of DATA_DIR into one new file while servers go on, checks the copy, and names it only when it is whole.
Nothing is overwritten; only you may read it. It holds people, keys and what customers asked: keep it as such.
  DIRECTORY      a directory that is there; the file is named for the time: concord-2026-11-22T021500Z.sqlite
  --keep N       afterwards remove all but the newest N files of such names there
  --check FILE   only say whether a backup is whole
Exit codes: 0 whole; 1 refused, damaged, or not written; 2 called wrongly.
`;

type Call =
  | { readonly what: 'help' }
  | { readonly what: 'check'; readonly file: string }
  | { readonly what: 'copy'; readonly to: string; readonly keep: number | null; readonly config: Config };

/** A name that this command gives by itself. */
const ownName = /^concord-\d{4}-\d{2}-\d{2}T\d{6}Z\.sqlite$/;

/** Runs the command and gives its exit code. */
export async function backup(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
  now: () => Date = () => new Date(),
): Promise<number> {
  let call: Call;
  try {
    call = readCall(args, environment);
  } catch (error) {
    err(`${error instanceof AppError ? describeError(error) : (error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    if (call.what === 'help') out(usage);
    else if (call.what === 'check') out(`${told(await checkBackup(call.file, furtherCheck))}\n`);
    else for (const line of await copy(call, now)) out(`${line}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

async function copy(
  { to, keep, config }: Extract<Call, { what: 'copy' }>,
  now: () => Date,
): Promise<readonly string[]> {
  const into = isDirectory(to) ? to : null;
  const file = into === null ? to : join(into, nameFor(now()));
  const report = await backUp(config.dataDir, file, furtherCheck);
  if (into === null || keep === null) return [told(report)];
  const old = readdirSync(into)
    .filter((name) => ownName.test(name))
    .sort()
    .slice(0, -keep);
  for (const name of old) rmSync(join(into, name));
  return [told(report), ...old.map((name) => `Removed ${name}.`)];
}

function nameFor(time: Date): string {
  return `concord-${time.toISOString().slice(0, 19).replaceAll(':', '')}Z.sqlite`;
}

function told({ file, bytes, release, servedAnswers }: BackupReport): string {
  const newest = release === null ? 'no release' : `releases up to ${release}`;
  return `${file} is whole: ${bytes} bytes, ${newest}, ${servedAnswers} served answers.`;
}

const furtherCheck: FurtherCheck = async (copy) => {
  const { fault } = await verifyChain(copy);
  if (fault === null) return null;
  const { number, what, expected, found } = fault;
  return `the audit log is broken at row ${number}: ${chainFaults[what]} Expected ${expected}, found ${found}.`;
};

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Errors: Error for what is none of the usage, settings-invalid. */
function readCall(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      check: { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { what: 'help' };
  const [to, ...more] = positionals;
  if (values.check !== undefined) {
    if (to !== undefined || values.keep !== undefined)
      throw new Error('--check takes one file and nothing else');
    return { what: 'check', file: values.check };
  }
  if (to === undefined) throw new Error('A file or a directory is missing.');
  if (more.length > 0) throw new Error(`One file is expected; found also: ${more.join(' ')}`);
  const config = readConfig(environment);
  if (values.keep === undefined) return { what: 'copy', to, keep: null, config };
  if (!/^[1-9]\d{0,4}$/.test(values.keep))
    throw new Error(`--keep is a whole number from 1 on; found: ${values.keep}`);
  if (!isDirectory(to)) throw new Error(`--keep is for a directory; found: ${to}`);
  return { what: 'copy', to, keep: Number(values.keep), config };
}

if (import.meta.main) process.exitCode = await backup(process.argv.slice(2), process.env, processTerminal);
