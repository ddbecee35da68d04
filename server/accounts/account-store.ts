import { z } from 'zod';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type Role, roles } from './roles.ts';

/** A person who can sign in. */
export interface Account {
  readonly id: number;
  /** Lower case, unique. */
  readonly name: string;
  readonly role: Role;
  /** Ids of teams.yaml, sorted. */
  readonly teams: readonly string[];
  readonly fullName: string | null;
  readonly email: string | null;
  /** The identity provider that says role and teams at each sign-in; null: they are said here. */
  readonly provider: string | null;
}

/** Somebody who can sign in, or once could. */
export interface Person extends Account {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC; null: can sign in. */
  readonly disabledAt: string | null;
  /** ISO 8601, UTC; null: never. */
  readonly signedInAt: string | null;
  /** False for those who were invited and have not set one, and for those who sign in elsewhere. */
  readonly hasPassword: boolean;
  /** Goes into a form and comes back with it; another one means that somebody changed the person meanwhile. */
  readonly version: number;
}

/** What an admin may say of a person besides the name. */
export interface PersonDetails {
  readonly role: Role;
  readonly teams: readonly string[];
  readonly fullName: string | null;
  readonly email: string | null;
}

export interface AccountStore {
  /** Whether nobody can sign in yet. */
  isEmpty(): Promise<boolean>;
  /** A person with the stored hash of the password, null where none is set; null where there is none of that name. */
  find(name: string): Promise<{ readonly person: Person; readonly password: string | null } | null>;
  /** As `find`. */
  byId(id: number): Promise<{ readonly person: Person; readonly password: string | null } | null>;
  /** Everybody, by name. */
  list(): Promise<readonly Person[]>;
  /** Errors: invalid-request with field `name` where the name is taken. */
  add(
    account: PersonDetails & {
      readonly name: string;
      /** Null: none yet. */
      readonly password: string | null;
      /** Default: none. */
      readonly provider?: string;
      readonly createdAt: string;
    },
  ): Promise<Person>;
  /** Writes what an admin changed; false where the person is not of that version any more. */
  change(
    id: number,
    version: number,
    to: Partial<PersonDetails & { readonly disabledAt: string | null; readonly provider: string }>,
  ): Promise<boolean>;
  /** How many admins there are, besides one, who are not disabled and have some way to sign in. */
  otherAdmins(id: number): Promise<number>;
  setPassword(id: number, password: string): Promise<void>;
  /** Puts a new hash in the place of a known one; does nothing where it was replaced meanwhile. */
  replacePassword(id: number, from: string, to: string): Promise<void>;
  noteSignIn(id: number, at: string): Promise<void>;
}

const teamsSchema = z.array(z.string());

/** The people who can sign in, as stored in `users`. */
export function createAccountStore(db: Database): AccountStore {
  const one = async (column: 'id' | 'name', value: number | string) => {
    const row = await db.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst();
    if (row === undefined) return null;
    return { person: personOf(row), password: row.password === '' ? null : row.password };
  };
  return Object.freeze({
    async isEmpty() {
      const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
      return row === undefined;
    },
    find: (name: string) => one('name', name),
    byId: (id: number) => one('id', id),
    async list() {
      const rows = await db.selectFrom('users').selectAll().orderBy('name').execute();
      return rows.map(personOf);
    },
    async add(account: Parameters<AccountStore['add']>[0]) {
      const row = await db
        .insertInto('users')
        .values({
          name: account.name,
          role: account.role,
          password: account.password ?? '',
          created_at: account.createdAt,
          full_name: account.fullName,
          email: account.email,
          provider: account.provider ?? null,
          teams: teamsAsStored(account.teams),
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw nameTaken(account.name);
      return personOf(row);
    },
    async change(id: number, version: number, to: Parameters<AccountStore['change']>[2]) {
      const { role, teams, fullName, email, disabledAt, provider } = to;
      const changed = await db
        .updateTable('users')
        .set((row) => ({
          version: row('version', '+', 1),
          ...(role === undefined ? {} : { role }),
          ...(teams === undefined ? {} : { teams: teamsAsStored(teams) }),
          ...(fullName === undefined ? {} : { full_name: fullName }),
          ...(email === undefined ? {} : { email }),
          ...(provider === undefined ? {} : { provider }),
          ...(disabledAt === undefined ? {} : { disabled_at: disabledAt }),
        }))
        .where('id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst();
      return changed.numUpdatedRows === 1n;
    },
    async otherAdmins(id: number) {
      const rows = await db
        .selectFrom('users')
        .select('id')
        .where('role', '=', 'admin')
        .where('id', '<>', id)
        .where('disabled_at', 'is', null)
        .where((row) => row.or([row('password', '<>', ''), row('provider', 'is not', null)]))
        .execute();
      return rows.length;
    },
    async setPassword(id: number, password: string) {
      await db.updateTable('users').set({ password }).where('id', '=', id).execute();
    },
    async replacePassword(id: number, from: string, to: string) {
      await db
        .updateTable('users')
        .set({ password: to })
        .where('id', '=', id)
        .where('password', '=', from)
        .execute();
    },
    async noteSignIn(id: number, at: string) {
      await db.updateTable('users').set({ signed_in_at: at }).where('id', '=', id).execute();
    },
  });
}

/** The refusal of a name that somebody has. */
export function nameTaken(name: string): AppError {
  return new AppError('invalid-request', {
    message: 'This name is taken.',
    field: 'name',
    expected: 'a name that nobody has yet',
    found: name,
  });
}

function teamsAsStored(teams: readonly string[]): string {
  return JSON.stringify([...new Set(teams)].sort());
}

function personOf(row: {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly password: string;
  readonly created_at: string;
  readonly full_name: string | null;
  readonly email: string | null;
  readonly provider: string | null;
  readonly disabled_at: string | null;
  readonly teams: string;
  readonly signed_in_at: string | null;
  readonly version: number;
}): Person {
  const role = roles.find((known) => known === row.role);
  if (role === undefined)
    throw new AppError('internal', { message: `A stored account has the role ${row.role}.` });
  return Object.freeze({
    id: row.id,
    name: row.name,
    role,
    teams: Object.freeze(teamsSchema.parse(JSON.parse(row.teams))),
    fullName: row.full_name,
    email: row.email,
    provider: row.provider,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    signedInAt: row.signed_in_at,
    hasPassword: row.password !== '',
    version: row.version,
  });
}
