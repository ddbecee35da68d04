import { z } from 'zod';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type KeyScope, keyScopes } from './key-scopes.ts';

/** A key of a program, without its secret. */
export interface ApiKey {
  /** The part of the key that names it and may be shown: ten readable characters. */
  readonly prefix: string;
  /** What people call it; one live key has it, or two while one takes the place of the other. */
  readonly name: string;
  /** Under which channel the answers that it asks for are recorded. */
  readonly channel: string;
  readonly scope: KeyScope;
  /** Most requests a minute. */
  readonly perMinute: number;
  /** Most requests a day; null: no such limit. */
  readonly perDay: number | null;
  /** Origins whose pages may send it from a browser; empty: none. */
  readonly origins: readonly string[];
  /** ISO 8601, UTC, as all times here. */
  readonly createdAt: string;
  /** The person or command. */
  readonly createdBy: string;
  /** From when on it is refused; null: never. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  /** Exact to a minute; null: never used. */
  readonly lastUsedAt: string | null;
}

/** Keys as stored in `api_keys`. */
export interface ApiKeyStore {
  /** A key with the hash of its secret, in hex; null where there is none of that prefix. */
  find(prefix: string): Promise<{ readonly key: ApiKey; readonly secretHash: string } | null>;
  /** All of them, the newest first. */
  list(): Promise<readonly ApiKey[]>;
  /** Null, and nothing added, where the prefix is taken. */
  add(
    key: Omit<ApiKey, 'revokedAt' | 'revokedBy' | 'lastUsedAt'>,
    secretHash: string,
  ): Promise<ApiKey | null>;
  /** False where it was revoked before. */
  revoke(prefix: string, at: string, by: string): Promise<boolean>;
  expire(prefix: string, at: string): Promise<void>;
  noteUse(prefix: string, at: string): Promise<void>;
  /** The origins of all keys that are neither revoked nor expired at an instant. */
  liveOrigins(at: string): Promise<ReadonlySet<string>>;
}

/** Only the hash of a secret is ever stored. */
export function createApiKeyStore(db: Database): ApiKeyStore {
  return Object.freeze({
    async find(prefix: string) {
      const row = await db.selectFrom('api_keys').selectAll().where('prefix', '=', prefix).executeTakeFirst();
      return row === undefined ? null : { key: keyOf(row), secretHash: row.secret_hash };
    },
    async list() {
      const rows = await db.selectFrom('api_keys').selectAll().orderBy('id', 'desc').execute();
      return rows.map(keyOf);
    },
    async add(key: Parameters<ApiKeyStore['add']>[0], secretHash: string) {
      const row = await db
        .insertInto('api_keys')
        .values({
          prefix: key.prefix,
          secret_hash: secretHash,
          name: key.name,
          channel: key.channel,
          scope: key.scope,
          per_minute: key.perMinute,
          per_day: key.perDay,
          origins: JSON.stringify(key.origins),
          created_at: key.createdAt,
          created_by: key.createdBy,
          expires_at: key.expiresAt,
        })
        .onConflict((conflict) => conflict.column('prefix').doNothing())
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },
    async revoke(prefix: string, at: string, by: string) {
      const { numUpdatedRows } = await db
        .updateTable('api_keys')
        .set({ revoked_at: at, revoked_by: by })
        .where('prefix', '=', prefix)
        .where('revoked_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    async expire(prefix: string, at: string) {
      await db.updateTable('api_keys').set({ expires_at: at }).where('prefix', '=', prefix).execute();
    },
    async noteUse(prefix: string, at: string) {
      await db.updateTable('api_keys').set({ last_used_at: at }).where('prefix', '=', prefix).execute();
    },
    async liveOrigins(at: string) {
      const rows = await db
        .selectFrom('api_keys')
        .select('origins')
        .where('origins', '!=', '[]')
        .where('revoked_at', 'is', null)
        .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', at)]))
        .execute();
      return new Set(rows.flatMap(({ origins }) => originsOf(origins)));
    },
  });
}

const storedOrigins = z.array(z.string());

function originsOf(stored: string): readonly string[] {
  return storedOrigins.parse(JSON.parse(stored));
}

function keyOf(row: {
  readonly prefix: string;
  readonly name: string;
  readonly channel: string;
  readonly scope: string;
  readonly per_minute: number;
  readonly per_day: number | null;
  readonly origins: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
  readonly last_used_at: string | null;
}): ApiKey {
  const scope = keyScopes.find((known) => known === row.scope);
  if (scope === undefined)
    throw new AppError('internal', { message: `A stored API key has the scope ${row.scope}.` });
  return Object.freeze({
    prefix: row.prefix,
    name: row.name,
    channel: row.channel,
    scope,
    perMinute: row.per_minute,
    perDay: row.per_day,
    origins: Object.freeze(originsOf(row.origins)),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
    lastUsedAt: row.last_used_at,
  });
}
