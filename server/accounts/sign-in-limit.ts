import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database/open.ts';
import { clientOf } from './client-of.ts';
import { createKnownClients } from './known-clients.ts';

/** Failures in a row after which a name, whether an account or not, is locked. NIST allows 100; a person needs two or three. */
export const mostFailuresByName = 10;

/** Failures after which an address is locked: more than by name, because an office shares one. */
export const mostFailuresByAddress = 30;

/** Minutes a lock lasts, and minutes after which old failures are forgotten. */
export const lockMinutes = 15;

/** Seconds after which to come back when only attempts still being checked stand in the way. */
const soon = 5;

const lockLength = lockMinutes * 60_000;

/** What a lock is on: a name, whether an account or not, or a client's address. */
export type Locked = 'name' | 'address';

/** An attempt that may go on; exactly one of the three is called when its outcome is known. */
export interface Attempt {
  /** What is locked by this very failure, and was not before. */
  fail(): Promise<readonly Locked[]>;
  succeed(): Promise<void>;
  /** It could not be checked: counts neither way. */
  abandon(): void;
}

export interface SignInLimit {
  /** An attempt, or after how many seconds to come back. Attempts under way count, so a burst gains nothing. */
  begin(who: {
    readonly name: string;
    readonly address: string;
    /** Of somebody in a session, whom no stranger's failures keep from proving who they are; default: not. */
    readonly inSession?: boolean;
  }): Promise<{ readonly attempt: Attempt } | { readonly retryAfterSeconds: number }>;
}

/**
 * Slows guessing down: failures are counted by name and by client address, in the database, so that a restart forgets
 * none. Names are stored as hashes, since people type passwords into the wrong field; an IPv4 address that is written
 * as IPv6 is the same client, and so is a whole IPv6 /64. Failures from a client where the person has signed in before,
 * and those in a session, count apart: whoever guesses from elsewhere locks the owner out of neither.
 */
export function createSignInLimit(db: Database, deps: { readonly now: () => Date }): SignInLimit {
  const clients = createKnownClients(db, deps);
  const underWay = new Map<string, number>();
  const count = (subject: string, by: 1 | -1): number => {
    const next = (underWay.get(subject) ?? 0) + by;
    if (next > 0) underWay.set(subject, next);
    else underWay.delete(subject);
    return next;
  };

  /** Seconds to wait, 0 for none; `busy` counts this attempt too. */
  const waitFor = async (subject: Subject, busy: number): Promise<number> => {
    const now = deps.now().getTime();
    const row = await db
      .selectFrom('sign_in_failures')
      .selectAll()
      .where('subject', '=', subject.id)
      .executeTakeFirst();
    if (row === undefined) return busy > subject.most ? soon : 0;
    const lockedFor = row.locked_until === null ? 0 : Date.parse(row.locked_until) - now;
    // A lock further away than locks last comes from a clock that was set back: it is over.
    if (lockedFor > 0 && lockedFor <= lockLength) return Math.ceil(lockedFor / 1000);
    const age = now - Date.parse(row.updated_at);
    const counts = row.locked_until === null && Math.abs(age) < lockLength;
    return (counts ? row.failures : 0) + busy > subject.most ? soon : 0;
  };

  /** Whether a lock begins with it. */
  const noteFailure = async (subject: Subject): Promise<boolean> => {
    const now = deps.now();
    const at = now.toISOString();
    const forgottenBefore = new Date(now.getTime() - lockLength).toISOString();
    const lockedUntil = new Date(now.getTime() + lockLength).toISOString();
    const failures = sql<number>`case
      when sign_in_failures.locked_until is null and sign_in_failures.updated_at > ${forgottenBefore}
        and sign_in_failures.updated_at < ${lockedUntil}
      then sign_in_failures.failures + 1
      when sign_in_failures.locked_until > ${at} and sign_in_failures.locked_until <= ${lockedUntil}
      then sign_in_failures.failures + 1
      else 1 end`;
    const noted = await db
      .insertInto('sign_in_failures')
      .values({ subject: subject.id, failures: 1, locked_until: null, updated_at: at })
      .onConflict((conflict) =>
        conflict.column('subject').doUpdateSet({
          failures,
          locked_until: sql`case
        when (${failures}) < ${subject.most} then null
        when sign_in_failures.locked_until > ${at} and sign_in_failures.locked_until <= ${lockedUntil}
        then sign_in_failures.locked_until
        else ${lockedUntil} end`,
          updated_at: at,
        }),
      )
      .returning('failures')
      .executeTakeFirstOrThrow();
    await db
      .deleteFrom('sign_in_failures')
      .where('updated_at', '<=', new Date(now.getTime() - 2 * lockLength).toISOString())
      .execute();
    // Attempts that were under way when the lock began count on above it.
    return noted.failures === subject.most;
  };

  /** What is counted apart from strangers; empty: nothing. */
  const placeOf = async ({
    name,
    address,
    inSession,
  }: Parameters<SignInLimit['begin']>[0]): Promise<string> => {
    if (inSession === true) return ':session';
    return (await clients.has(name, address)) ? `:${clientOf(address)}` : '';
  };

  return Object.freeze({
    async begin(who: Parameters<SignInLimit['begin']>[0]) {
      const name = subjectOfName(who.name, await placeOf(who));
      const address = subjectOfAddress(who.address);
      const busy = [count(name.id, 1), count(address.id, 1)] as const;
      const done = (): void => {
        count(name.id, -1);
        count(address.id, -1);
      };
      try {
        const wait = Math.max(await waitFor(name, busy[0]), await waitFor(address, busy[1]));
        if (wait > 0) {
          done();
          return { retryAfterSeconds: wait };
        }
      } catch (error) {
        done();
        throw error;
      }
      return {
        attempt: {
          async fail() {
            try {
              const isNameLocked = await noteFailure(name);
              const isAddressLocked = await noteFailure(address);
              return [
                ...(isNameLocked ? (['name'] as const) : []),
                ...(isAddressLocked ? (['address'] as const) : []),
              ];
            } finally {
              done();
            }
          },
          async succeed() {
            try {
              await db.deleteFrom('sign_in_failures').where('subject', '=', name.id).execute();
            } finally {
              done();
            }
          },
          abandon: done,
        },
      };
    },
  });
}

interface Subject {
  readonly id: string;
  readonly most: number;
}

function subjectOfName(name: string, place: string): Subject {
  const hash = createHash('sha256').update(name).digest('base64url');
  return { id: `name:${hash}${place}`, most: mostFailuresByName };
}

function subjectOfAddress(address: string): Subject {
  return { id: `address:${clientOf(address)}`, most: mostFailuresByAddress };
}
