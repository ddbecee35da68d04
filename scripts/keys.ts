import { parseArgs } from 'node:util';
import {
  type ApiKey,
  type ApiKeys,
  createApiKeys,
  defaultPerMinute,
  type KeyWish,
  type NewKey,
  overlapHours,
} from '../server/accounts/api-keys.ts';
import { keyScopes } from '../server/accounts/key-scopes.ts';
import { byCommand } from '../server/audit/audit-event.ts';
import { createAuditLog } from '../server/audit/audit-log.ts';
import type { Config } from '../server/config.ts';
import { openDatabase } from '../server/database/open.ts';
import { runCommand } from './run-command.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run keys -- list
       npm run keys -- create NAME [options]
       npm run keys -- rotate PREFIX [--at-once]
       npm run keys -- revoke PREFIX

Keys with which programs call the answer API. A new key is printed once, and nothing can bring it back; running servers on
the same database take it, or refuse a revoked one, from the next call on.
  NAME               what people call it
  PREFIX             what stands between ck_ and the next _ of a key
  --scope SCOPE      ${keyScopes.join(' or ')}: notes, offers and agent-only articles too; default: ${keyScopes[0]}
  --channel NAME     under which its answers are recorded; default: made from NAME
  --per-minute N     most calls a minute; default: ${defaultPerMinute}
  --per-day N        most calls a day; default: no such limit
  --origin ORIGIN    a web page's origin that may send it, like https://shop.example; may be repeated
  --expires DATE     the first day (UTC) on which it is refused, or never; default: in a year
  --at-once          refuse the old key at once; default: in ${overlapHours} hours
  --format FORMAT    text or json; default: text
Exit codes: 0 done; 1 refused: no such key, a bad name or limit, the database cannot be used; 2 called wrongly.
`;

type Call =
  | { readonly what: 'help' }
  | { readonly what: 'list'; readonly json: boolean }
  | { readonly what: 'create'; readonly wish: KeyWish; readonly json: boolean }
  | { readonly what: 'rotate'; readonly prefix: string; readonly atOnce: boolean; readonly json: boolean }
  | { readonly what: 'revoke'; readonly prefix: string; readonly json: boolean };

/** Runs the command and gives its exit code. */
export async function keys(
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
    return await run(createApiKeys(db, { audit: createAuditLog(db, { now }), now }), call);
  } finally {
    await db.destroy();
  }
}

async function run(apiKeys: ApiKeys, call: Exclude<Call, { what: 'help' }>): Promise<string> {
  const by = byCommand('keys');
  const described = (key: ApiKey) => ({ ...key, state: apiKeys.stateOf(key) });
  const made = ({ key, token }: NewKey): string =>
    call.json
      ? jsonOf({ key: described(key), token })
      : `${lineOf(described(key))}\nKey, shown only this once: ${token}\n`;
  switch (call.what) {
    case 'list': {
      const all = (await apiKeys.list()).map(described);
      if (call.json) return jsonOf({ keys: all });
      return all.length === 0 ? 'There are no keys.\n' : `${all.map(lineOf).join('\n')}\n`;
    }
    case 'create':
      return made(await apiKeys.create(call.wish, by));
    case 'rotate':
      return made(await apiKeys.rotate(call.prefix, { atOnce: call.atOnce }, by));
    case 'revoke': {
      const key = described(await apiKeys.revoke(call.prefix, by));
      return call.json ? jsonOf({ key }) : `${lineOf(key)}\n`;
    }
  }
}

function jsonOf(value: object): string {
  return `${JSON.stringify({ version: 1, ...value }, null, 2)}\n`;
}

/** One key on one line: prefix, state, scope, name, limits, end and use. */
function lineOf(key: ApiKey & { readonly state: string }): string {
  const limits = `${key.perMinute}/min${key.perDay === null ? '' : `, ${key.perDay}/day`}`;
  const end = key.expiresAt === null ? 'no end' : `until ${key.expiresAt.slice(0, 16)}Z`;
  const used = key.lastUsedAt === null ? 'never used' : `used ${key.lastUsedAt.slice(0, 16)}Z`;
  return [
    key.prefix,
    key.state.padEnd(7),
    key.scope.padEnd(14),
    JSON.stringify(key.name),
    `channel ${key.channel}`,
    limits,
    end,
    used,
    ...key.origins,
  ].join('  ');
}

/** Errors: Error for what is none of the usage. */
function readCall(args: readonly string[]): Call {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      channel: { type: 'string' },
      'per-minute': { type: 'string' },
      'per-day': { type: 'string' },
      origin: { type: 'string', multiple: true },
      expires: { type: 'string' },
      'at-once': { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { what: 'help' };
  const { format } = values;
  if (format !== 'text' && format !== 'json')
    throw new Error(`Expected text or json for --format, found ${format}.`);
  const json = format === 'json';
  const [what, subject, ...more] = positionals;
  if (more.length > 0) throw new Error(`One key at a time; found also: ${more.join(' ')}`);
  const ofCreate = (['scope', 'channel', 'per-minute', 'per-day', 'origin', 'expires'] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (what !== 'create' && ofCreate.length > 0) throw new Error(`--${ofCreate[0]} belongs to create.`);
  if (what !== 'rotate' && values['at-once']) throw new Error('--at-once belongs to rotate.');
  if (what === 'list') {
    if (subject !== undefined) throw new Error(`list takes nothing, found ${subject}.`);
    return { what, json };
  }
  if (what !== 'create' && what !== 'rotate' && what !== 'revoke')
    throw new Error(`Expected list, create, rotate or revoke, found ${what ?? 'nothing'}.`);
  if (subject === undefined)
    throw new Error(`${what} needs the ${what === 'create' ? 'name' : 'prefix'} of a key.`);
  if (what === 'revoke') return { what, prefix: prefixOf(subject), json };
  if (what === 'rotate') return { what, prefix: prefixOf(subject), atOnce: values['at-once'], json };
  const { scope, channel, origin, expires } = values;
  if (scope !== undefined && !keyScopes.some((one) => one === scope))
    throw new Error(`There is no scope ${scope}; expected ${keyScopes.join(' or ')}.`);
  const perMinute = wholeNumber('per-minute', values['per-minute']);
  const perDay = wholeNumber('per-day', values['per-day']);
  const wish: KeyWish = {
    name: subject,
    ...(scope === undefined ? {} : { scope }),
    ...(channel === undefined ? {} : { channel }),
    ...(perMinute === undefined ? {} : { perMinute }),
    ...(perDay === undefined ? {} : { perDay }),
    ...(origin === undefined ? {} : { origins: origin }),
    ...(expires === undefined ? {} : { expiresAt: endOf(expires) }),
  };
  return { what, wish, json };
}

/** A prefix as it is, or as it stands in front of a key: `ck_PREFIX`, `ck_PREFIX_…`. */
function prefixOf(text: string): string {
  return /^ck_([a-z2-9]+)(?:_.*)?$/.exec(text)?.[1] ?? text;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,12}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new Error(`Expected a whole number for --${name}, found ${text}.`);
}

function endOf(text: string): string | null {
  if (text === 'never') return null;
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (instant !== null && !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text))
    return instant.toISOString();
  throw new Error(`Expected a day like 2027-06-30, or never, for --expires, found ${text}.`);
}

if (import.meta.main) process.exitCode = await keys(process.argv.slice(2), process.env, processTerminal);
