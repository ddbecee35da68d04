import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AuditDetail, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type ApiKey, createApiKeyStore } from './api-key-store.ts';
import { type KeyScope, keyScopes } from './key-scopes.ts';

export type { ApiKey };

/** Requests a minute of a key that names no limit: ten a second, more than one busy bot asks. */
export const defaultPerMinute = 600;

/** Days after which a key that names no end is refused. */
export const defaultLifeDays = 365;

/** Hours for which a key that was rotated is still taken, so that programs can be told of the new one. */
export const overlapHours = 24;

/** Most characters of a key's name. */
export const longestKeyName = 60;

/** Most origins of one key. */
export const mostOrigins = 20;

/** The form of a channel's name, in keys and in requests. */
export const channelForm = /^[a-z][a-z0-9-]{0,31}$/;

/** What is wanted of a key; what is left out gets the default. */
export interface KeyWish {
  /** What people call it, at most 60 characters. */
  readonly name: string;
  /** Default: the name in small letters, digits and hyphens. */
  readonly channel?: string;
  /** Default: `public-answers`. */
  readonly scope?: string;
  /** 1 to 1,000,000; default 600. */
  readonly perMinute?: number;
  /** 1 to 100,000,000; default: no such limit. */
  readonly perDay?: number | null;
  /** `https://host` or `https://host:port`; http only for this machine. Default: none. */
  readonly origins?: readonly string[];
  /** From when on it is refused, ISO 8601; null: never; default: in a year. */
  readonly expiresAt?: string | null;
}

/** A key that was just made, with what has to be sent: shown once, and stored nowhere. */
export interface NewKey {
  readonly key: ApiKey;
  /** `ck_PREFIX_SECRET`. */
  readonly token: string;
}

/** Keys with which programs call the API. */
export interface ApiKeys {
  /** Errors: invalid-request with the field, what was expected and found. */
  create(wish: KeyWish, by: Origin): Promise<NewKey>;
  /**
   * Makes a key that takes the place of another: its name, channel, scope, limits, origins and length of life. The old
   * one is taken for another 24 hours, or with `atOnce` no more. Errors: not-found, invalid-request where it is not live
   * or was rotated before.
   */
  rotate(prefix: string, options: { readonly atOnce: boolean }, by: Origin): Promise<NewKey>;
  /** Counts from the next request on, in every process. Errors: not-found, invalid-request where it is revoked. */
  revoke(prefix: string, by: Origin): Promise<ApiKey>;
  /** All of them, the newest first. */
  list(): Promise<readonly ApiKey[]>;
  find(prefix: string): Promise<ApiKey | null>;
  /** The live key that a program sent, or null: unknown, of another form, wrong, expired or revoked. Notes its use. */
  verify(token: string): Promise<ApiKey | null>;
  /** Whether some live key lists an origin. */
  listsOrigin(origin: string): Promise<boolean>;
  /** Whether a key is taken now, and if not why. */
  stateOf(key: ApiKey): 'live' | 'expired' | 'revoked';
}

/** 32 characters that cannot be taken for one another. */
const readable = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Ten of them: 50 bits, so that a prefix is practically never taken. */
const prefixLength = 10;

/** Fresh prefixes tried where one is taken; three in a row by chance means a broken random source. */
const mostCollisions = 3;

/** A prefix, and 256 bits in base64url. */
const tokenForm = /^ck_([a-z2-9]{10})_([A-Za-z0-9_-]{43})$/;

/** Use is written down once a minute at most, so that asking does not write for each question. */
const usePrecision = 60_000;

const hour = 3_600_000;

/** The keys of one database. */
export function createApiKeys(
  db: Database,
  deps: {
    readonly audit: AuditLog;
    readonly now: () => Date;
    readonly random?: (size: number) => Buffer;
  },
): ApiKeys {
  const random = deps.random ?? randomBytes;
  const store = createApiKeyStore(db);
  /** Compared with where there is no such key, so that the same work is done. */
  const nobody = random(32);
  const noted = new Map<string, number>();

  const isLive = (key: ApiKey, now: Date): boolean =>
    key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > now.getTime());

  const add = async (
    key: Omit<Parameters<typeof store.add>[0], 'prefix'>,
    within: Database,
  ): Promise<NewKey> => {
    for (let attempt = 0; attempt < mostCollisions; attempt += 1) {
      const prefix = [...random(prefixLength)].map((byte) => readable[byte % readable.length]).join('');
      const secret = random(32).toString('base64url');
      const added = await createApiKeyStore(within).add({ ...key, prefix }, hashOf(secret).toString('hex'));
      if (added !== null) return Object.freeze({ key: added, token: `ck_${prefix}_${secret}` });
    }
    throw new AppError('internal', {
      message: `${mostCollisions} prefixes of keys in a row were taken; is the random source broken?`,
    });
  };

  const existing = async (prefix: string, within: Database): Promise<ApiKey> => {
    const found = await createApiKeyStore(within).find(prefix);
    if (found !== null) return found.key;
    throw new AppError('not-found', {
      message: 'There is no such API key.',
      expected: 'the prefix of a key: what stands between ck_ and the next _',
      found: prefix.slice(0, 40),
    });
  };

  /** Live keys of a name, the newest first. */
  const liveOf = async (name: string, within: Database): Promise<readonly ApiKey[]> => {
    const keys = await createApiKeyStore(within).list();
    return keys.filter((key) => key.name === name && isLive(key, deps.now()));
  };

  /** A use is noted once a minute at most, whatever comes of it: a locked database does not stop answers. */
  const noteUse = async ({ prefix, lastUsedAt }: ApiKey, now: Date): Promise<void> => {
    const last = Math.max(noted.get(prefix) ?? 0, lastUsedAt === null ? 0 : Date.parse(lastUsedAt));
    if (Math.abs(now.getTime() - last) < usePrecision) return;
    noted.set(prefix, now.getTime());
    await store.noteUse(prefix, now.toISOString()).catch(() => {});
  };

  return Object.freeze({
    async create(wish: KeyWish, by: Origin) {
      const now = deps.now();
      const checked = checkWish(wish, now);
      return db.transaction().execute(async (within) => {
        if ((await liveOf(checked.name, within)).length > 0)
          throw invalid(
            'name',
            'A live key has this name.',
            'another name, or rotate that key',
            checked.name,
          );
        const made = await add(
          { ...checked, createdAt: now.toISOString(), createdBy: by.actor.name },
          within,
        );
        const { prefix } = made.key;
        await deps.audit.append(
          { action: 'key.created', by, subject: prefix, before: null, after: detailOf(made.key) },
          within,
        );
        return made;
      });
    },

    rotate(prefix: string, { atOnce }: { readonly atOnce: boolean }, by: Origin) {
      return db.transaction().execute(async (within) => {
        const now = deps.now();
        const old = await existing(prefix, within);
        if (!isLive(old, now))
          throw invalid(
            'prefix',
            'This key is not live.',
            'a key that is neither expired nor revoked',
            prefix,
          );
        const [newest] = await liveOf(old.name, within);
        if (newest !== undefined && newest.prefix !== prefix)
          throw invalid('prefix', 'This key was rotated before.', `the newer one, ${newest.prefix}`, prefix);
        const life = old.expiresAt === null ? null : Date.parse(old.expiresAt) - Date.parse(old.createdAt);
        const { name, channel, scope, perMinute, perDay, origins } = old;
        const made = await add(
          {
            ...{ name, channel, scope, perMinute, perDay, origins },
            createdAt: now.toISOString(),
            createdBy: by.actor.name,
            expiresAt: life === null ? null : new Date(now.getTime() + life).toISOString(),
          },
          within,
        );
        const overlap = new Date(now.getTime() + overlapHours * hour).toISOString();
        const ends = old.expiresAt !== null && old.expiresAt < overlap ? old.expiresAt : overlap;
        if (atOnce) await createApiKeyStore(within).revoke(prefix, now.toISOString(), by.actor.name);
        else await createApiKeyStore(within).expire(prefix, ends);
        await deps.audit.append(
          {
            action: 'key.rotated',
            by,
            subject: made.key.prefix,
            before: { ...detailOf(old), taken: atOnce ? 'no more' : `until ${ends}` },
            after: detailOf(made.key),
          },
          within,
        );
        return made;
      });
    },

    revoke(prefix: string, by: Origin) {
      return db.transaction().execute(async (within) => {
        const old = await existing(prefix, within);
        const at = deps.now().toISOString();
        if (!(await createApiKeyStore(within).revoke(prefix, at, by.actor.name)))
          throw invalid('prefix', 'This key is revoked already.', 'a key that is not revoked', prefix);
        await deps.audit.append(
          { action: 'key.revoked', by, subject: prefix, before: detailOf(old), after: null },
          within,
        );
        return existing(prefix, within);
      });
    },

    list: store.list,
    find: async (prefix: string) => (await store.find(prefix))?.key ?? null,

    async verify(token: string) {
      const [, prefix, secret] = tokenForm.exec(token) ?? [];
      const found = await store.find(prefix ?? '');
      const known = found === null ? nobody : Buffer.from(found.secretHash, 'hex');
      const matches = timingSafeEqual(hashOf(secret ?? token), known);
      const now = deps.now();
      if (found === null || !matches || !isLive(found.key, now)) return null;
      await noteUse(found.key, now);
      return found.key;
    },

    listsOrigin: async (origin: string) => (await store.liveOrigins(deps.now().toISOString())).has(origin),
    stateOf: (key: ApiKey) =>
      key.revokedAt !== null ? 'revoked' : isLive(key, deps.now()) ? 'live' : 'expired',
  });
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What the audit keeps of a key. */
function detailOf(key: ApiKey): AuditDetail {
  const { name, channel, scope, perMinute, perDay, origins, expiresAt } = key;
  return { name, channel, scope, perMinute, perDay, origins, expiresAt };
}

function invalid(field: string, message: string, expected: string, found: string): AppError {
  return new AppError('invalid-request', { field, message, expected, found });
}

interface CheckedWish {
  readonly name: string;
  readonly channel: string;
  readonly scope: KeyScope;
  readonly perMinute: number;
  readonly perDay: number | null;
  readonly origins: readonly string[];
  readonly expiresAt: string | null;
}

function checkWish(wish: KeyWish, now: Date): CheckedWish {
  const name = wish.name.normalize('NFC').trim();
  if (name === '' || [...name].length > longestKeyName || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(name))
    throw invalid(
      'name',
      'This cannot be the name of a key.',
      `1 to ${longestKeyName} characters on one line`,
      name === '' ? 'nothing' : `${[...name].length} characters`,
    );
  const scope = keyScopes.find((one) => one === (wish.scope ?? 'public-answers'));
  if (scope === undefined)
    throw invalid('scope', 'There is no such scope.', keyScopes.join(' or '), String(wish.scope));
  const perMinute = wish.perMinute ?? defaultPerMinute;
  checkWhole('perMinute', perMinute, 1_000_000);
  const perDay = wish.perDay ?? null;
  if (perDay !== null) checkWhole('perDay', perDay, 100_000_000);
  const origins = [...new Set(wish.origins ?? [])].sort();
  if (origins.length > mostOrigins)
    throw invalid('origins', 'These are too many origins.', `at most ${mostOrigins}`, `${origins.length}`);
  for (const origin of origins) checkOrigin(origin);
  if (origins.length > 0 && scope !== 'public-answers')
    throw invalid(
      'origins',
      'A key that pages send can be read by everybody, so it opens public answers alone.',
      'no origins for a key with the scope agent-answers',
      origins.join(', '),
    );
  return { name, channel: checkChannel(wish.channel, name), scope, perMinute, perDay, origins, ...expiry() };

  function expiry(): { readonly expiresAt: string | null } {
    if (wish.expiresAt === null) return { expiresAt: null };
    const fallback = now.getTime() + defaultLifeDays * 24 * hour;
    const at = wish.expiresAt === undefined ? fallback : Date.parse(wish.expiresAt);
    if (Number.isNaN(at) || at <= now.getTime())
      throw invalid('expiresAt', 'A key ends in the future.', 'a date to come', String(wish.expiresAt));
    return { expiresAt: new Date(at).toISOString() };
  }
}

function checkWhole(field: string, found: number, most: number): void {
  if (Number.isInteger(found) && found >= 1 && found <= most) return;
  throw invalid(field, 'This is not a possible limit.', `a whole number from 1 to ${most}`, String(found));
}

/** The channel wished for, else the name as one: small letters, digits and hyphens. */
function checkChannel(wished: string | undefined, name: string): string {
  const channel = wished === undefined || wished === '' ? slugOf(name) : wished;
  if (channelForm.test(channel)) return channel;
  throw invalid(
    'channel',
    wished ? 'This cannot be the name of a channel.' : 'The name of the key does not make one of a channel.',
    'a channel of 1 to 32 lower-case letters, digits and hyphens that begins with a letter',
    channel === '' ? 'nothing' : channel.slice(0, 60),
  );
}

function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+/, '');
  return slug.slice(0, 32).replace(/-+$/, '');
}

/** Exact origins only: scheme, host and port as browsers write them. */
function checkOrigin(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  const isHere = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isExact =
    url !== null && url.origin === origin && /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname);
  if (isExact && (url.protocol === 'https:' || (url.protocol === 'http:' && isHere))) return;
  throw invalid(
    'origins',
    'This is not an exact origin.',
    'https://host or https://host:port, in small letters and without a path; http only for localhost',
    origin.slice(0, 100),
  );
}
