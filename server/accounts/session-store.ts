import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';
import { isWriteRefused } from '../errors.ts';

/** Days after which a session ends however much it is used. */
export const absoluteLimitDays = 7;

/** Characters of what a browser says it is that are kept: enough to tell a phone from a desk. */
const longestBrowser = 200;

const hour = 3_600_000;
const minute = 60_000;

/** How much a clock may go back before sessions that began "in the future" are ended rather than prolonged. */
const clockTolerance = 5 * minute;

/** Use is written down once a minute at most, so that reading pages does not write; the idle limit is exact to that. */
const usePrecision = minute;

/** Where a session was begun, and how the person proved who they are. */
export interface SessionOrigin {
  readonly address: string;
  /** What the browser says it is; cut to 200 characters. */
  readonly browser: string;
  /** The identity provider, or null for a password. */
  readonly provider: string | null;
  /** The provider's ID token; null for a password. */
  readonly providerToken: string | null;
  /** When the person proved it, ISO 8601 in UTC, where that is longer ago than the session; default: as it begins. */
  readonly provenAt?: string;
}

export interface StoredSession {
  /** Names the session and opens nothing: half of the hash of its secret. */
  readonly id: string;
  readonly userId: number;
  /** When the person last proved who they are; ISO 8601, UTC. */
  readonly provenAt: string;
  readonly provider: string | null;
  /** The provider's ID token; null where there is none. */
  readonly providerToken: string | null;
}

/** A session as its owner sees it. */
export interface ListedSession {
  readonly id: string;
  readonly address: string | null;
  readonly browser: string | null;
  readonly provider: string | null;
  /** ISO 8601, UTC, both. */
  readonly createdAt: string;
  readonly usedAt: string;
}

export interface SessionStore {
  /** Begins a session and returns its secret, 256 random bits in base64url; only its hash is stored. */
  begin(userId: number, from: SessionOrigin): Promise<string>;
  /** A session that has not ended, and notes that it was used. */
  find(secret: string): Promise<StoredSession | null>;
  /** Ends a session and tells whose it was; null where there was none. */
  end(secret: string): Promise<number | null>;
  /** The sessions of a person that have not ended, the last used first. */
  list(userId: number): Promise<readonly ListedSession[]>;
  /** Ends one session of a person; false where they have none of that id. */
  endOne(userId: number, id: string): Promise<boolean>;
  /** Ends the sessions of a person, but for one; gives how many. */
  endAll(userId: number, except: string | null): Promise<number>;
  /** Notes that the person of a session proved anew who they are. */
  prove(userId: number, id: string): Promise<void>;
  /** Forgets the sessions that have ended by themselves. */
  purge(): Promise<void>;
}

/** Sessions of signed-in people; they end after `idleHours` without use and after seven days in any case. */
export function createSessionStore(
  db: Database,
  deps: {
    readonly idleHours: number;
    readonly now: () => Date;
    readonly random: (size: number) => Buffer;
  },
): SessionStore {
  const limits = () => {
    const now = deps.now().getTime();
    return {
      now: new Date(now).toISOString(),
      oldestUse: new Date(now - deps.idleHours * hour).toISOString(),
      oldestBegin: new Date(now - absoluteLimitDays * 24 * hour).toISOString(),
      newest: new Date(now + clockTolerance).toISOString(),
      noteBefore: new Date(now - usePrecision).toISOString(),
    };
  };
  return Object.freeze({
    async begin(userId: number, from: SessionOrigin) {
      const secret = deps.random(32).toString('base64url');
      const { now } = limits();
      await db
        .insertInto('sessions')
        .values({
          secret_hash: hashOfSecret(secret),
          user_id: userId,
          created_at: now,
          used_at: now,
          proven_at: from.provenAt !== undefined && from.provenAt < now ? from.provenAt : now,
          address: from.address,
          browser: from.browser.slice(0, longestBrowser),
          provider: from.provider,
          provider_token: from.providerToken,
        })
        .execute();
      return secret;
    },
    async find(secret: string) {
      const { now, oldestUse, oldestBegin, newest, noteBefore } = limits();
      const hash = hashOfSecret(secret);
      const row = await db
        .selectFrom('sessions')
        .selectAll()
        .where('secret_hash', '=', hash)
        .executeTakeFirst();
      if (row === undefined) return null;
      const lives =
        row.used_at > oldestUse &&
        row.created_at > oldestBegin &&
        row.used_at < newest &&
        row.created_at < newest;
      if (!lives) {
        await whereItCan(db.deleteFrom('sessions').where('secret_hash', '=', hash));
        return null;
      }
      if (row.used_at < noteBefore)
        await whereItCan(db.updateTable('sessions').set({ used_at: now }).where('secret_hash', '=', hash));
      return {
        id: idOf(hash),
        userId: row.user_id,
        provenAt: row.proven_at ?? row.created_at,
        provider: row.provider,
        providerToken: row.provider_token,
      };
    },
    async end(secret: string) {
      const ended = await db
        .deleteFrom('sessions')
        .where('secret_hash', '=', hashOfSecret(secret))
        .returning('user_id')
        .executeTakeFirst();
      return ended?.user_id ?? null;
    },
    async list(userId: number) {
      const { oldestUse, oldestBegin, newest } = limits();
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .where('used_at', '>', oldestUse)
        .where('created_at', '>', oldestBegin)
        .where('used_at', '<', newest)
        .orderBy('used_at', 'desc')
        .orderBy('secret_hash')
        .execute();
      return rows.map((row) =>
        Object.freeze({
          id: idOf(row.secret_hash),
          address: row.address,
          browser: row.browser,
          provider: row.provider,
          createdAt: row.created_at,
          usedAt: row.used_at,
        }),
      );
    },
    async endOne(userId: number, id: string) {
      if (!idForm.test(id)) return false;
      const ended = await db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('secret_hash', 'like', `${id}%`)
        .executeTakeFirst();
      return ended.numDeletedRows > 0n;
    },
    async endAll(userId: number, except: string | null) {
      const all = db.deleteFrom('sessions').where('user_id', '=', userId);
      const ended = await (except === null
        ? all
        : all.where('secret_hash', 'not like', `${except}%`)
      ).executeTakeFirst();
      return Number(ended.numDeletedRows);
    },
    async prove(userId: number, id: string) {
      await db
        .updateTable('sessions')
        .set({ proven_at: limits().now })
        .where('user_id', '=', userId)
        .where('secret_hash', 'like', `${id}%`)
        .execute();
    },
    async purge() {
      const { oldestUse, oldestBegin } = limits();
      await db
        .deleteFrom('sessions')
        .where((row) => row.or([row('used_at', '<=', oldestUse), row('created_at', '<=', oldestBegin)]))
        .execute();
    },
  });
}

/** 128 bits of a hash, in hex. */
const idForm = /^[0-9a-f]{32}$/;

function idOf(hash: string): string {
  return hash.slice(0, 32);
}

/** Who only reads goes on reading while the disk is full or the database locked; the next read writes it. */
async function whereItCan(write: { execute(): Promise<unknown> }): Promise<void> {
  await write.execute().catch((error: unknown) => {
    if (!isWriteRefused(error)) throw error;
  });
}

function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
