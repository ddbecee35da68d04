import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createAccounts, roles } from '../server/accounts/accounts.ts';
import type { PasswordCost } from '../server/accounts/password.ts';
import { longestPassword, shortestPassword } from '../server/accounts/password-rule.ts';
import { byCommand } from '../server/audit/audit-event.ts';
import { createAuditLog } from '../server/audit/audit-log.ts';
import { type Config, readConfig } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { AppError, describeError } from '../server/errors.ts';
import { type AskingTerminal, askHidden } from './ask-hidden.ts';
import { processTerminal } from './terminal.ts';

const usage = `Usage: npm run user:add -- NAME [--role ROLE] [--generate | --password-stdin]

Adds a person who may sign in to the agent console. Asks for the password without showing it, unless told otherwise.
  NAME              letters a-z, digits and . _ @ -; the same in any case
  --role ROLE       ${roles.join(', ')}; default agent
  --generate        make a password and print it, once
  --password-stdin  read the password from standard input, up to its first line end
A password has ${shortestPassword} to ${longestPassword} characters of any kind; common words alone are refused.
Exit codes: 0 added; 1 refused: the name is taken, the password is weak, the database cannot be used; 2 called wrongly.
`;

/** A terminal that can also be piped into. */
export interface ReadTerminal extends AskingTerminal {
  readonly readAll: () => Promise<string>;
}

interface Call {
  readonly name: string;
  readonly role: string;
  readonly password: 'asked' | 'generated' | 'piped';
  readonly config: Config;
}

/** Runs the command and gives its exit code. Tests lower the cost of hashing. */
export async function userAdd(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: ReadTerminal,
  cost?: PasswordCost,
): Promise<number> {
  const call = readCall(args, environment);
  if (call === null) {
    terminal.out(usage);
    return 0;
  }
  if (typeof call === 'string') {
    terminal.err(`${call}\n\n${usage}`);
    return 2;
  }
  try {
    return await add(call, terminal, cost);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    terminal.err(`${describeError(error)}\n`);
    return 1;
  }
}

async function add(call: Call, terminal: ReadTerminal, cost: PasswordCost | undefined): Promise<number> {
  const db = await openDatabase(call.config.dataDir);
  try {
    const now = () => new Date();
    const accounts = createAccounts(db, {
      sessionHours: call.config.sessionHours,
      audit: createAuditLog(db, { now }),
      now,
      ...(cost === undefined ? {} : { cost }),
    });
    const password = await passwordFor(call, terminal, accounts.newPassword);
    if (typeof password !== 'string') {
      terminal.err(`${password.problem}\n`);
      return password.exitCode;
    }
    const { name, role } = await accounts.add(
      { name: call.name, role: call.role, password },
      byCommand('user:add'),
    );
    terminal.out(`${name} can sign in as ${role}.\n`);
    if (call.password === 'generated') terminal.out(`Password, shown only this once: ${password}\n`);
    return 0;
  } finally {
    await db.destroy();
  }
}

async function passwordFor(
  call: Call,
  terminal: ReadTerminal,
  newPassword: () => string,
): Promise<string | { readonly problem: string; readonly exitCode: 1 | 2 }> {
  if (call.password === 'generated') return newPassword();
  if (call.password === 'piped') return (await terminal.readAll()).split(/\r?\n/, 1)[0] ?? '';
  const first = await terminal.askHidden(`Password for ${call.name}: `);
  if (first === null)
    return {
      problem: 'There is no terminal to ask for a password: use --generate or --password-stdin.',
      exitCode: 2,
    };
  const second = await terminal.askHidden('The same again: ');
  return first === second
    ? first
    : { problem: 'The two passwords differ, so nobody was added.', exitCode: 1 };
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
        role: { type: 'string', default: 'agent' },
        generate: { type: 'boolean', default: false },
        'password-stdin': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const [name, ...more] = positionals;
    if (name === undefined) return 'A name is missing.';
    if (more.length > 0) return `One name is expected, found ${positionals.length}: ${positionals.join(' ')}`;
    if (!roles.some((role) => role === values.role))
      return `There is no role ${values.role}; expected one of ${roles.join(', ')}.`;
    if (values.generate && values['password-stdin'])
      return 'Use either --generate or --password-stdin, not both.';
    const password = values.generate ? 'generated' : values['password-stdin'] ? 'piped' : 'asked';
    return { name, role: values.role, password, config: readConfig(environment) };
  } catch (error) {
    return error instanceof AppError ? describeError(error) : (error as Error).message;
  }
}

if (import.meta.main) {
  process.exitCode = await userAdd(process.argv.slice(2), process.env, {
    ...processTerminal,
    askHidden,
    readAll: () => text(process.stdin),
  });
}
