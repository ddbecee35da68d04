import { parseArgs } from 'node:util';
import type { AuditHead } from '../server/audit/audit-log.ts';
import { type ChainVerdict, chainFaults, verifyChain } from '../server/audit/verify-chain.ts';
import { readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import { openAudit } from './open-audit.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run audit:verify [-- --head NUMBER:HASH] [--json]

Reads every row of the audit log and says whether it is whole: no row altered, removed or moved. Opens the database for
reading only; servers may go on writing.
  --head NUMBER:HASH  a row as it was noted outside the database: the page /manage/audit shows the last one, the server's
                      log has one line for each. Only this finds a log whose end was cut off, or that was written anew.
  --json              the verdict as JSON
Exit codes: 0 whole, 1 a fault was found or the database cannot be read, 2 called wrongly.
`;

interface Call {
  readonly dataDir: string;
  readonly noted: AuditHead | null;
  readonly json: boolean;
}

/** Runs the command and gives its exit code. */
export async function auditVerify(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err }: Terminal,
): Promise<number> {
  const call = readCall(args, environment);
  if (call === null) {
    out(usage);
    return 0;
  }
  if (typeof call === 'string') {
    err(`${call}\n\n${usage}`);
    return 2;
  }
  try {
    const db = await openAudit(call.dataDir);
    try {
      const verdict = await verifyChain(db, call.noted);
      out(call.json ? `${JSON.stringify(verdict, null, 2)}\n` : told(verdict, call.noted));
      return verdict.fault === null ? 0 : 1;
    } finally {
      await db.destroy();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

function told({ rows, last, fault }: ChainVerdict, noted: AuditHead | null): string {
  if (fault !== null) {
    const { number, what, expected, found } = fault;
    return `Row ${number}: ${chainFaults[what]}\n  expected: ${expected}\n  found:    ${found}\nRows read: ${rows}. The last sound one: ${last.number}:${last.hash}\n`;
  }
  const against = noted === null ? '' : `, and row ${noted.number} is the one that was noted`;
  const end = last.number === 0 ? '' : `The last row: ${last.number}:${last.hash}\n`;
  return `The audit log is whole${against}. Rows read: ${rows}.\n${end}`;
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
        head: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const noted = values.head === undefined ? null : readHead(values.head);
    if (noted === undefined)
      return `--head is a row's number and hash, such as 12:9f86d0...; found: ${values.head}`;
    return { dataDir: readConfig(environment).dataDir, noted, json: values.json };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

function readHead(text: string): AuditHead | undefined {
  const [, number, hash] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/i.exec(text.trim()) ?? [];
  return number === undefined || hash === undefined
    ? undefined
    : { number: Number(number), hash: hash.toLowerCase() };
}

if (import.meta.main) {
  process.exitCode = await auditVerify(process.argv.slice(2), process.env, processTerminal);
}
