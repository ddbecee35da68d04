import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { addDays, startOfDay } from '../server/answers/calendar.ts';
import { byCommand } from '../server/audit/audit-event.ts';
import { auditLines } from '../server/audit/audit-lines.ts';
import { type AuditFilter, createAuditLog } from '../server/audit/audit-log.ts';
import { readConfig } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { AppError, describeError } from '../server/errors.ts';
import { openAudit } from './open-audit.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run -s audit:export [-- --from DAY] [--to DAY] > FILE

Writes the rows of the audit log to standard output as JSON lines, the oldest first, each with its hash. The export is
audited itself; that row is the last of a whole export.
  --from DAY  from the beginning of this day on, YYYY-MM-DD, in UTC
  --to DAY    up to the end of this day
Exit codes: 0 written, 1 the database cannot be used, 2 called wrongly.
`;

interface Call {
  readonly dataDir: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Where a long text goes piece by piece; resolves when the next one may come. */
export interface ExportTerminal extends Terminal {
  readonly outSlowly?: (text: string) => Promise<void>;
}

/** Runs the command and gives its exit code. */
export async function auditExport(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, err, outSlowly = async (text) => out(text) }: ExportTerminal,
  now: () => Date = () => new Date(),
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
    await write(call, outSlowly, now);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

async function write(
  { dataDir, from, to }: Call,
  out: (text: string) => Promise<void>,
  now: () => Date,
): Promise<void> {
  // Nothing is made where there is nothing to export.
  await (await openAudit(dataDir)).destroy();
  const db = await openDatabase(dataDir);
  try {
    const audit = createAuditLog(db, { now });
    const filter: AuditFilter = {
      ...(from === null ? {} : { from: startOfDay('UTC', from).toISOString() }),
      ...(to === null ? {} : { to: startOfDay('UTC', addDays(to, 1)).toISOString() }),
    };
    const after = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
    const { number } = await audit.append({
      action: 'audit.exported',
      by: byCommand('audit:export'),
      subject: null,
      before: null,
      after,
    });
    for await (const lines of auditLines(audit, filter, number)) await out(lines);
  } finally {
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
        from: { type: 'string' },
        to: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    for (const name of ['from', 'to'] as const) {
      const day = values[name];
      if (day !== undefined && !isDay(day)) return `--${name} is a day, YYYY-MM-DD; found: ${day}`;
    }
    return { dataDir: readConfig(environment).dataDir, from: values.from ?? null, to: values.to ?? null };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

if (import.meta.main) {
  process.exitCode = await auditExport(process.argv.slice(2), process.env, {
    ...processTerminal,
    outSlowly: async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
  });
}
