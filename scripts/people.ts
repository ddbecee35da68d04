import { parseArgs } from 'node:util';
import { linkHours } from '../server/accounts/account-links.ts';
import { nameForm } from '../server/accounts/account-name.ts';
import {
  type AccountLink,
  type Accounts,
  createAccounts,
  type Person,
  roles,
} from '../server/accounts/accounts.ts';
import { byCommand } from '../server/audit/audit-event.ts';
import { createAuditLog } from '../server/audit/audit-log.ts';
import { linkAddress } from '../server/channels/account/link-page.ts';
import type { Config } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { AppError } from '../server/errors.ts';
import { runCommand } from './run-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run people -- list
       npm run people -- invite NAME [--role ROLE] [--team TEAM ...] [--full-name TEXT] [--email ADDRESS]
                              [--provider PROVIDER]
       npm run people -- role NAME ROLE
       npm run people -- disable NAME
       npm run people -- enable NAME
       npm run people -- link NAME

Looks after people from the server's own machine, whether the server runs or not: the way in where nobody can sign in.
  invite     adds a person and prints a link by which they set a password; it works once, for ${linkHours} hours
  link       prints such a link for somebody who forgot theirs; an earlier one stops working
  disable    ends all sessions of a person at once; nobody is ever deleted
  --role ROLE        ${roles.join(', ')}; default agent
  --team TEAM        an id of teams.yaml; may be repeated
  --provider PROVIDER  one of OIDC_PROVIDERS: no link; whoever first comes from it with ADDRESS, verified there, it is
  --format FORMAT    text or json; default: text
Links begin with PUBLIC_URL.
Exit codes: 0 done; 1 refused: no such person, a name that is taken, the last admin, the database; 2 called wrongly.
`;

type Format = 'text' | 'json';
type Call =
  | { readonly what: 'help' }
  | { readonly what: 'list'; readonly format: Format }
  | {
      readonly what: 'invite';
      readonly format: Format;
      readonly name: string;
      readonly role: string;
      readonly teams: readonly string[];
      readonly fullName: string;
      readonly email: string;
      /** Null: by a link and a password. */
      readonly provider: string | null;
    }
  | { readonly what: 'role'; readonly format: Format; readonly name: string; readonly role: string }
  | { readonly what: 'disable' | 'enable' | 'link'; readonly format: Format; readonly name: string };

/** Runs the command and gives its exit code. */
export async function people(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  return runCommand({ usage, readCall, run: onDatabase }, args, environment, terminal);
}

async function onDatabase(call: Exclude<Call, { what: 'help' }>, config: Config): Promise<string> {
  const db = await openDatabase(config.dataDir);
  try {
    const now = () => new Date();
    const accounts = createAccounts(db, {
      sessionHours: config.sessionHours,
      providers: config.providers,
      audit: createAuditLog(db, { now }),
      now,
    });
    return await run(accounts, call, config);
  } finally {
    await db.destroy();
  }
}

async function run(
  accounts: Accounts,
  call: Exclude<Call, { what: 'help' }>,
  config: Config,
): Promise<string> {
  const by = byCommand('people');
  const isJson = call.format === 'json';
  const named = async (name: string): Promise<Person> => {
    const person = await accounts.personNamed(nameForm(name));
    if (person !== null) return person;
    const names = (await accounts.people()).map((one) => one.name);
    throw new AppError('not-found', {
      message: 'There is no such person.',
      expected: names.length === 0 ? 'a person; there are none yet' : names.slice(0, 20).join(', '),
      found: name,
    });
  };
  const told = async (name: string): Promise<string> => {
    const person = await named(name);
    return isJson ? jsonOf({ person }) : `${lineOf(person)}\n`;
  };
  const linkOf = (link: AccountLink): string => {
    const address = linkAddress(config.publicUrl, link.secret);
    return isJson
      ? jsonOf({ link: { name: link.name, address, expiresAt: link.expiresAt } })
      : `${link.name} sets a password by this link, once, until ${link.expiresAt.slice(0, 16)}Z:\n${address}\n`;
  };
  switch (call.what) {
    case 'list': {
      const all = await accounts.people();
      if (isJson) return jsonOf({ people: all });
      return all.length === 0 ? 'There is nobody yet.\n' : `${all.map(lineOf).join('\n')}\n`;
    }
    case 'invite': {
      const { name, role, teams, fullName, email, provider } = call;
      if (provider !== null) {
        const person = await accounts.inviteBy(provider, { name, role, teams, fullName, email }, by);
        return told(person.name);
      }
      return linkOf(await accounts.invite({ name, role, teams, fullName, email }, by));
    }
    case 'link':
      return linkOf(await accounts.linkForNewPassword((await named(call.name)).id, by));
    case 'role': {
      const { id, version } = await named(call.name);
      await accounts.change(id, { role: call.role }, version, by);
      return told(call.name);
    }
    case 'disable':
    case 'enable': {
      const { id, version, disabledAt } = await named(call.name);
      // Saying it twice is no mistake.
      if ((disabledAt === null) === (call.what === 'disable')) await accounts[call.what](id, version, by);
      return told(call.name);
    }
  }
}

function jsonOf(value: object): string {
  return `${JSON.stringify({ version: 1, ...value }, null, 2)}\n`;
}

/** One person on one line: name, role, state, teams, provider and last sign-in. */
function lineOf(person: Person): string {
  const canSignIn = person.hasPassword || person.provider !== null;
  const state = person.disabledAt !== null ? 'disabled' : canSignIn ? 'active' : 'invited';
  const last =
    person.signedInAt === null ? 'never signed in' : `signed in ${person.signedInAt.slice(0, 16)}Z`;
  return [
    person.name.padEnd(20),
    person.role.padEnd(7),
    state.padEnd(8),
    person.teams.length === 0 ? 'no team' : person.teams.join(', '),
    ...(person.provider === null ? [] : [`by ${person.provider}`]),
    last,
  ].join('  ');
}

/** Errors: Error for what is none of the usage. */
function readCall(args: readonly string[]): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      team: { type: 'string', multiple: true },
      'full-name': { type: 'string' },
      email: { type: 'string' },
      provider: { type: 'string' },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { what: 'help' };
  const { format } = values;
  if (format !== 'text' && format !== 'json')
    throw new Error(`Expected text or json for --format, found ${format}.`);
  const [what, ...rest] = positionals;
  const said = Object.keys(values).filter((option) => option !== 'format' && option !== 'help');
  if (what !== 'invite' && said.length > 0)
    throw new Error(`--${said.join(', --')} stands only behind invite.`);
  const take = (...wanted: readonly string[]): readonly string[] => {
    if (rest.length === wanted.length) return rest;
    const expected = wanted.length === 0 ? 'nothing' : wanted.join(' and ');
    throw new Error(`Expected ${expected} behind ${what}, found ${rest.join(' ') || 'nothing'}.`);
  };
  const checkRole = (role: string): string => {
    if (roles.some((one) => one === role)) return role;
    throw new Error(`There is no role ${role}; expected one of ${roles.join(', ')}.`);
  };
  switch (what) {
    case 'list':
      take();
      return { what, format };
    case 'invite': {
      const [name = ''] = take('a name');
      const { team: teams = [], 'full-name': fullName = '', email = '', provider = null } = values;
      const role = checkRole(values.role ?? 'agent');
      return { what, format, name, role, teams, fullName, email, provider };
    }
    case 'role': {
      const [name = '', role = ''] = take('a name', 'a role');
      return { what, format, name, role: checkRole(role) };
    }
    case 'disable':
    case 'enable':
    case 'link': {
      const [name = ''] = take('a name');
      return { what, format, name };
    }
    default:
      throw new Error(`Expected list, invite, role, disable, enable or link, found ${what ?? 'nothing'}.`);
  }
}

if (import.meta.main) process.exitCode = await people(process.argv.slice(2), process.env, processTerminal);
