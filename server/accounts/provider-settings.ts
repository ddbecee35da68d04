import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { AppError } from '../errors.ts';
import { type Role, roles } from './roles.ts';

/** An identity provider that people may sign in by, as the environment describes it. */
export interface ProviderSettings {
  /** Its word in addresses, tables and variables: `okta`. */
  readonly name: string;
  /** What its button says. */
  readonly label: string;
  /** As its discovery document says it, to the letter; https, or http on a loopback address. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** With blanks between them; `openid` is one of them. */
  readonly scopes: string;
  /** The claim that says the role; null: the provider says none. */
  readonly roleClaim: string | null;
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** For people whose claim gives no role; null: they do not get in. */
  readonly defaultRole: Role | null;
  /** The claim that says the teams; null: the provider says none. */
  readonly teamClaim: string | null;
  readonly teams: readonly { readonly value: string; readonly team: string }[];
  /** Claims that must have a value, each of them, before anything else is looked at. */
  readonly required: readonly { readonly claim: string; readonly value: string }[];
  /** Whether signing out here offers to sign out there too. */
  readonly signOut: boolean;
}

/** The family of variables of one provider; `<NAME>` is its name in capitals, with _ for -. README's table has them. */
export const providerSettings = {
  ISSUER: {
    default: '',
    unit: 'URL',
    description: 'The issuer, as its `/.well-known/openid-configuration` says it. Needed.',
  },
  CLIENT_ID: { default: '', unit: 'text', description: 'Under which Concord is registered there. Needed.' },
  CLIENT_SECRET: {
    default: '',
    unit: 'text',
    description: 'The secret of that registration. Needed, or `_CLIENT_SECRET_FILE`.',
  },
  CLIENT_SECRET_FILE: {
    default: '',
    unit: 'file',
    description: 'Where the secret stands instead, alone; blanks and line ends around it do not count.',
  },
  NAME: { default: '', unit: 'text', description: 'What the button says; empty: the name.' },
  SCOPES: {
    default: 'openid profile email',
    unit: 'scopes',
    description: 'What is asked for, with blanks between; `openid` is one of them.',
  },
  ROLE_CLAIM: {
    default: '',
    unit: 'claim',
    description: 'The claim that says the role, at each sign-in: `groups`. Empty: roles are given here.',
  },
  ROLES: {
    default: '',
    unit: 'value=role,…',
    description:
      'Which value of that claim gives which role; the highest that matches counts. With `;` between where a value has a comma.',
  },
  DEFAULT_ROLE: {
    default: '',
    unit: 'agent, editor, manager',
    description: 'The role of people to whom the claim gives none; empty: they do not get in.',
  },
  TEAM_CLAIM: {
    default: '',
    unit: 'claim',
    description: 'The claim that says the teams, at each sign-in. Empty: teams are given here.',
  },
  TEAMS: { default: '', unit: 'value=team,…', description: 'Which value of that claim gives which team.' },
  REQUIRE: {
    default: '',
    unit: 'claim=value,…',
    description: 'Claims that must have these values, all of them; others do not get in.',
  },
  SIGN_OUT: {
    default: 'on',
    unit: 'on, off',
    description: 'Whether signing out here offers to sign out there too.',
  },
} as const satisfies Record<
  string,
  { readonly default: string; readonly unit: string; readonly description: string }
>;
type Variable = keyof typeof providerSettings;

const providerName = /^[a-z][a-z0-9-]{0,31}$/;

/** Roles that a provider may give to everybody: nobody means all of a company by "admin". */
const defaultRoles = roles.filter((role) => role !== 'admin');

type Environment = Readonly<Record<string, string | undefined>>;

/** One variable that is wrong. */
function invalid(name: string, expected: string, found: string, hint?: string): AppError {
  return new AppError('settings-invalid', {
    message: `${name} is not a valid setting.`,
    expected,
    found,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Reads the providers that `OIDC_PROVIDERS` names and their variables, in that order. Where it names one, every other
 * variable that begins with `OIDC_` must be one of theirs: a rule that is misspelled must not be a rule that is missing.
 * What is wrong is added to `errors` (settings-invalid); a secret is never in one.
 */
export function readProviders(environment: Environment, errors: AppError[]): readonly ProviderSettings[] {
  const list = (environment.OIDC_PROVIDERS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (list.length === 0) return Object.freeze([]);
  const bad = list.find((name, at) => !providerName.test(name) || list.indexOf(name) !== at);
  if (bad !== undefined) {
    const expected = 'names with commas between them, each once: lower-case letters, digits and -';
    errors.push(invalid('OIDC_PROVIDERS', expected, bad));
    return Object.freeze([]);
  }
  errors.push(...unknownVariables(environment, list));
  return Object.freeze(list.flatMap((name) => readProvider(name, environment, errors) ?? []));
}

function prefixOf(name: string): string {
  return `OIDC_${name.toUpperCase().replaceAll('-', '_')}_`;
}

function unknownVariables(environment: Environment, names: readonly string[]): AppError[] {
  const known = names.flatMap((name) =>
    Object.keys(providerSettings).map((variable) => `${prefixOf(name)}${variable}`),
  );
  return Object.keys(environment)
    .filter((name) => name.startsWith('OIDC_') && name !== 'OIDC_PROVIDERS' && !known.includes(name))
    .sort()
    .map((name) => {
      const near = didYouMean(name, known);
      const expected = `a variable of a provider that OIDC_PROVIDERS names (${names.join(', ')})`;
      return invalid(name, expected, name, near === null ? undefined : `did you mean ${near}?`);
    });
}

function readProvider(name: string, environment: Environment, errors: AppError[]): ProviderSettings | null {
  const own: AppError[] = [];
  const variable = (key: Variable): string => `${prefixOf(name)}${key}`;
  const text = (key: Variable): string =>
    (environment[variable(key)] || providerSettings[key].default).trim();
  const refuse = (key: Variable, expected: string, found = text(key)): void =>
    void own.push(invalid(variable(key), expected, found === '' ? 'nothing' : found));
  const orNull = (key: Variable): string | null => text(key) || null;

  const issuer = text('ISSUER');
  const wrongIssuer = issuerFault(issuer);
  if (wrongIssuer !== null) refuse('ISSUER', wrongIssuer);
  if (text('CLIENT_ID') === '') refuse('CLIENT_ID', 'the client id of the registration at the provider');
  if (!text('SCOPES').split(/\s+/).includes('openid')) refuse('SCOPES', 'scopes of which one is openid');
  const signOut = z.enum(['on', 'off']).safeParse(text('SIGN_OUT'));
  if (!signOut.success) refuse('SIGN_OUT', 'on or off');

  const secret = readSecret(text('CLIENT_SECRET'), text('CLIENT_SECRET_FILE'));
  if (typeof secret !== 'string') own.push(invalid(variable(secret.at), secret.expected, secret.found));

  const pairs = (key: Variable, right: (value: string) => boolean, expected: string) => {
    const read = readPairs(text(key));
    const wrong = read.find(([left, value]) => left === '' || !right(value));
    if (wrong !== undefined) refuse(key, expected, wrong.join('='));
    return read;
  };
  const isRole = (value: string): boolean => roles.some((role) => role === value);
  const roleOf = (value: string): Role => roles.find((role) => role === value) ?? 'agent';
  const roleMap = pairs('ROLES', isRole, `value=role, where a role is one of ${roles.join(', ')}`);
  const teamMap = pairs('TEAMS', (team) => /^[a-z0-9-]+$/.test(team), 'value=team, where a team is its id');
  const required = pairs('REQUIRE', (value) => value !== '', 'claim=value');

  const defaultRole = orNull('DEFAULT_ROLE');
  if (defaultRole !== null && !defaultRoles.some((role) => role === defaultRole))
    refuse('DEFAULT_ROLE', `one of ${defaultRoles.join(', ')}`);
  for (const [claim, map] of [
    ['ROLE_CLAIM', 'ROLES'],
    ['TEAM_CLAIM', 'TEAMS'],
  ] as const) {
    if (text(claim) !== '' && text(map) === '')
      refuse(map, `what the values of ${variable(claim)} mean: value=…`);
    if (text(claim) === '' && text(map) !== '')
      refuse(claim, `the claim whose values ${variable(map)} means`);
  }
  if (text('ROLE_CLAIM') === '' && text('ROLES') === '' && defaultRole === null)
    refuse('ROLES', `a role for somebody, here or in ${variable('DEFAULT_ROLE')}: else nobody gets in`);
  if (issuer === 'https://accounts.google.com' && defaultRole !== null && required.length === 0)
    refuse('REQUIRE', 'hd=your domain, since anybody in the world has an account at this issuer');

  errors.push(...own);
  if (own.length > 0 || typeof secret !== 'string') return null;
  return Object.freeze({
    name,
    label: text('NAME') || name,
    issuer,
    clientId: text('CLIENT_ID'),
    clientSecret: secret,
    scopes: text('SCOPES'),
    roleClaim: orNull('ROLE_CLAIM'),
    roles: roleMap.map(([value, role]) => ({ value, role: roleOf(role) })),
    defaultRole: defaultRole === null ? null : roleOf(defaultRole),
    teamClaim: orNull('TEAM_CLAIM'),
    teams: teamMap.map(([value, team]) => ({ value, team })),
    required: required.map(([claim, value]) => ({ claim, value })),
    signOut: signOut.data === 'on',
  });
}

/** What is wrong with an issuer, as what was expected; null: nothing. */
function issuerFault(issuer: string): string | null {
  const expected = 'the https address of the issuer (http on a loopback address alone), without ? and #';
  if (!URL.canParse(issuer)) return expected;
  const url = new URL(issuer);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') return expected;
  if (url.pathname.includes('/.well-known/')) return `${expected}, without /.well-known/…`;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) return expected;
  // There, the administrators of any other company say who has which role.
  if (
    url.hostname === 'login.microsoftonline.com' &&
    /^\/(common|organizations|consumers)\b/.test(url.pathname)
  )
    return 'the issuer of your own tenant: https://login.microsoftonline.com/TENANT-ID/v2.0';
  return null;
}

/** Whether an address is this very machine's, by the way it is written. */
export function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

function readSecret(
  secret: string,
  file: string,
): string | { readonly at: Variable; readonly expected: string; readonly found: string } {
  if ((secret === '') === (file === ''))
    return {
      at: 'CLIENT_SECRET',
      expected: 'the client secret, or a file with it in _CLIENT_SECRET_FILE, one of the two',
      found: secret === '' ? 'neither' : 'both',
    };
  if (file === '') return secret;
  const expected = 'a file with the client secret alone';
  try {
    const read = readFileSync(file, 'utf8').trim();
    return read !== '' ? read : { at: 'CLIENT_SECRET_FILE', expected, found: `${file}, which is empty` };
  } catch (error) {
    return {
      at: 'CLIENT_SECRET_FILE',
      expected,
      found: `${file} (${(error as NodeJS.ErrnoException).code})`,
    };
  }
}

/** `a=b,c=d`, or with `;` between where there is one; a value may have `=` in it, what it means has none. */
function readPairs(text: string): readonly (readonly [string, string])[] {
  return text
    .split(text.includes(';') ? ';' : ',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.lastIndexOf('=');
      return at < 0 ? ['', pair] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    });
}
