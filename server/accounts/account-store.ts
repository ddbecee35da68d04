import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type Role, roles } from './roles.ts';

/** A person who can sign in. */
export interface Account {
  readonly id: number;
  /** Lower case, unique. */
  readonly name: string;
  readonly role: Role;
}

/** Somebody who can sign in, and since when. */
export interface Person extends Account {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface AccountStore {
  /** Whether nobody can sign in yet. */
  isEmpty(): Promise<boolean>;
  /** An account with the stored hash of its password; null where there is none of that name. */
  find(name: string): Promise<{ readonly account: Account; readonly password: string } | null>;
  byId(id: number): Promise<Account | null>;
  /** Everybody, by name. */
  list(): Promise<readonly Person[]>;
  /** Errors: invalid-request with field `name` where the name is taken. */
  add(account: {
    readonly name: string;
    readonly role: Role;
    readonly password: string;
    readonly createdAt: string;
  }): Promise<Account>;
  /** Puts a new hash in the place of a known one; does nothing where it was replaced meanwhile. */
  replacePassword(id: number, from: string, to: string): Promise<void>;
}

/** The people who can sign in, as stored in `users`. */
export function createAccountStore(db: Database): AccountStore {
  return Object.freeze({
    async isEmpty() {
      const row = await db.selectFrom('users').select('id').limit(1).executeTakeFirst();
      return row === undefined;
    },
    async find(name: string) {
      const row = await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : { account: accountOf(row), password: row.password };
    },
    async byId(id: number) {
      const row = await db
        .selectFrom('users')
        .select(['id', 'name', 'role'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : accountOf(row);
    },
    async list() {
      const rows = await db
        .selectFrom('users')
        .select(['id', 'name', 'role', 'created_at'])
        .orderBy('name')
        .execute();
      return rows.map((row) => Object.freeze({ ...accountOf(row), createdAt: row.created_at }));
    },
    async add(account: { name: string; role: Role; password: string; createdAt: string }) {
      const row = await db
        .insertInto('users')
        .values({
          name: account.name,
          role: account.role,
          password: account.password,
          created_at: account.createdAt,
        })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .returning(['id', 'name', 'role'])
        .executeTakeFirst();
      if (row === undefined)
        throw new AppError('invalid-request', {
          message: 'This name is taken.',
          field: 'name',
          expected: 'a name that nobody has yet',
          found: account.name,
        });
      return accountOf(row);
    },
    async replacePassword(id: number, from: string, to: string) {
      await db
        .updateTable('users')
        .set({ password: to })
        .where('id', '=', id)
        .where('password', '=', from)
        .execute();
    },
  });
}

function accountOf(row: { readonly id: number; readonly name: string; readonly role: string }): Account {
  const role = roles.find((known) => known === row.role);
  if (role === undefined)
    throw new AppError('internal', { message: `A stored account has the role ${row.role}.` });
  return Object.freeze({ id: row.id, name: row.name, role });
}
