import { parseArgs } from 'node:util';
import { byCommand } from '../server/audit/audit-event.ts';
import { createAuditLog } from '../server/audit/audit-log.ts';
import type { Config } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { createPrivacy, type Subject } from '../server/feedback/privacy/personal-data.ts';
import { runCommand } from './run-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run privacy -- export (--conversation ID | --customer REFERENCE)
       npm run privacy -- erase (--conversation ID | --customer REFERENCE) --yes [--rewrite]

What is stored of one conversation or one customer, as JSON on standard output, or gone from the database; that it was done
is audited, not whose it was. Backups that were made before still hold it.
  --conversation ID     the conversation's id as its channel gave it
  --customer REFERENCE  the customer as the chatbot or help desk names them
  --yes                 erase without a way back
  --rewrite             rewrite the whole file of the database then, so that not a byte is left in it; stop the server before
Exit codes: 0 done; 1 refused, or the database cannot be used; 2 called wrongly.
`;

type Call =
  | { readonly what: 'help' }
  | { readonly what: 'export'; readonly subject: Subject }
  | { readonly what: 'erase'; readonly subject: Subject; readonly rewrites: boolean };

/** Runs the command and gives its exit code. */
export async function privacy(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  return runCommand({ usage, readCall, run: onDatabase }, args, environment, terminal);
}

async function onDatabase(call: Exclude<Call, { what: 'help' }>, config: Config): Promise<string> {
  const db = await openDatabase(config.dataDir);
  try {
    const stored = createPrivacy(db, { audit: createAuditLog(db, { now: () => new Date() }) });
    const by = byCommand('privacy');
    if (call.what === 'export')
      return `${JSON.stringify({ version: 1, ...(await stored.exportOf(call.subject, by)) }, null, 2)}\n`;
    const counts = Object.entries(await stored.erase(call.subject, by)).filter(([, count]) => count > 0);
    if (call.rewrites) await stored.rewrite();
    return counts.length === 0
      ? 'There was nothing to erase.\n'
      : `Erased: ${counts.map(([table, count]) => `${count} of ${table}`).join(', ')}.\n`;
  } finally {
    await db.destroy();
  }
}

/** Errors: Error for what is none of the usage. */
function readCall(args: readonly string[]): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      conversation: { type: 'string' },
      customer: { type: 'string' },
      yes: { type: 'boolean', default: false },
      rewrite: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { what: 'help' };
  const [what, ...more] = positionals;
  if ((what !== 'export' && what !== 'erase') || more.length > 0)
    throw new Error(`Expected export or erase, found ${positionals.join(' ') || 'nothing'}.`);
  const { conversation, customer, yes, rewrite: rewrites } = values;
  if ((conversation === undefined) === (customer === undefined))
    throw new Error('Expected either --conversation or --customer.');
  const subject = conversation === undefined ? { customer: customer ?? '' } : { conversation };
  if (what === 'erase' && !yes) throw new Error('Erasing cannot be undone: say --yes.');
  if (what === 'export' && rewrites) throw new Error('Only erasing goes with --rewrite.');
  return what === 'erase' ? { what, subject, rewrites } : { what, subject };
}

if (import.meta.main) process.exitCode = await privacy(process.argv.slice(2), process.env, processTerminal);
