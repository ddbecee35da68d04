import type { Actor, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { createAccountLinks } from './account-links.ts';
import { createAccountStore, type Person } from './account-store.ts';
import type { Passwords } from './password.ts';
import { checkPassword, longestPassword } from './password-rule.ts';
import type { Refusals } from './refusals.ts';
import type { ListedSession, SessionStore } from './session-store.ts';
import type { SignInLimit } from './sign-in-limit.ts';

/** Whose session it is, and which. */
export interface OwnSession {
  readonly id: string;
  readonly account: { readonly id: number; readonly name: string };
}

/** What came of a password that was typed. */
export type ProofOutcome =
  | { readonly kind: 'proven' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** What people do about their own account. */
export interface OwnAccount {
  /** Notes that the person of a session is still who they were. Wrong passwords count as at a sign-in. */
  prove(session: OwnSession, password: string, by: Origin): Promise<ProofOutcome>;
  /**
   * Puts a new password in the place of the old one, which must be given, and ends all other sessions of the person.
   * Errors: invalid-request with field `password` for one that cannot be used.
   */
  changePassword(
    session: OwnSession,
    passwords: { readonly old: string; readonly new: string },
    by: Origin,
  ): Promise<ProofOutcome>;
  /** The sessions of a person that have not ended, the last used first. */
  sessionsOf(account: { readonly id: number }): Promise<readonly ListedSession[]>;
  /** Ends one session of the same person. Errors: not-found where it is nobody's, or another's. */
  endSession(session: OwnSession, id: string, by: Origin): Promise<void>;
  /** Ends all sessions of the same person but this one; gives how many. */
  endOtherSessions(session: OwnSession, by: Origin): Promise<number>;
  /** Whose link this is, for the page that asks for a password; null where it opens nothing, whatever the reason. */
  personOfLink(secret: string): Promise<{ readonly name: string } | null>;
  /**
   * Sets the password of the person whose link this is, uses the link up and ends all sessions of theirs; null, and
   * nothing is done, where it opens nothing. Errors: invalid-request with field `password`; the link stays then.
   */
  setPasswordBy(secret: string, password: string, by: Origin): Promise<{ readonly name: string } | null>;
}

/** What people do about their own accounts in one database. */
export function createOwnAccount(
  db: Database,
  deps: {
    readonly audit: AuditLog;
    readonly now: () => Date;
    readonly random: (size: number) => Buffer;
    readonly passwords: Passwords;
    readonly limit: SignInLimit;
    readonly refusals: Pick<Refusals, 'locked'>;
    /** Sessions on another connection to the same tables: those of a transaction. */
    readonly sessions: (within: Database) => SessionStore;
  },
): OwnAccount {
  const { audit, passwords, limit } = deps;
  const linksOn = (within: Database) => createAccountLinks(within, deps);

  /** Checks the password of somebody who is signed in, as a sign-in would. */
  const check = async (session: OwnSession, password: string, by: Origin): Promise<Checked> => {
    checkLength(password);
    const { name, id } = session.account;
    const begun = await limit.begin({ name, address: by.address ?? '', inSession: true });
    if (!('attempt' in begun)) return { kind: 'limited', retryAfterSeconds: begun.retryAfterSeconds };
    const { attempt } = begun;
    const found = await createAccountStore(db).byId(id);
    const checked = await passwords.verify(password, found?.password ?? null).catch((error: unknown) => {
      attempt.abandon();
      throw error;
    });
    if (checked.matches) {
      await attempt.succeed();
      return { kind: 'proven', hash: found?.password ?? null };
    }
    const locks = await attempt.fail();
    await audit.append({ action: 'person.proof-refused', by, subject: name, before: null, after: null });
    await deps.refusals.locked({ person: name, locks, by });
    return { kind: 'refused' };
  };

  /** The person behind a link who may set a password by it. */
  const ownerOf = async (secret: string, within: Database): Promise<Person | null> => {
    const id = await linksOn(within).find(secret);
    const person = id === null ? null : ((await createAccountStore(within).byId(id))?.person ?? null);
    return person?.disabledAt === null && person.provider === null ? person : null;
  };

  const own: OwnAccount = {
    async prove(session, password, by) {
      const outcome = await check(session, password, by);
      if (outcome.kind !== 'proven') return outcome;
      await db.transaction().execute(async (within) => {
        await deps.sessions(within).prove(session.account.id, session.id);
        const subject = session.account.name;
        await audit.append({ action: 'person.proven', by, subject, before: null, after: null }, within);
      });
      return { kind: 'proven' };
    },
    async changePassword(session, { old, new: wanted }, by) {
      const { id, name } = session.account;
      const outcome = await check(session, old, by);
      if (outcome.kind !== 'proven') return outcome;
      checkPassword(wanted, name);
      const hash = await passwords.hash(wanted);
      return db.transaction().execute(async (within): Promise<ProofOutcome> => {
        const sessions = deps.sessions(within);
        const store = createAccountStore(within);
        // Looked at again: a link may have set another one, or the person been disabled, while the hash was made.
        const still = await store.byId(id);
        if (still?.person.disabledAt !== null || still.password !== outcome.hash) return { kind: 'refused' };
        await store.setPassword(id, hash);
        await linksOn(within).drop(id);
        const after = { sessionsEnded: await sessions.endAll(id, session.id) };
        await sessions.prove(id, session.id);
        await audit.append(
          { action: 'person.password-changed', by, subject: name, before: null, after },
          within,
        );
        return { kind: 'proven' };
      });
    },
    sessionsOf: ({ id }) => deps.sessions(db).list(id),
    async endSession({ account }, id, by) {
      await db.transaction().execute(async (within) => {
        if (!(await deps.sessions(within).endOne(account.id, id)))
          throw new AppError('not-found', { message: 'You have no such session.' });
        await audit.append(ended(account.name, 1, by), within);
      });
    },
    endOtherSessions: ({ account, id }, by) =>
      db.transaction().execute(async (within) => {
        const sessions = await deps.sessions(within).endAll(account.id, id);
        if (sessions > 0) await audit.append(ended(account.name, sessions, by), within);
        return sessions;
      }),
    async personOfLink(secret) {
      const person = await ownerOf(secret, db);
      return person && { name: person.name };
    },
    async setPasswordBy(secret, password, by) {
      const person = await ownerOf(secret, db);
      if (person === null) return null;
      checkPassword(password, person.name);
      const hash = await passwords.hash(password);
      return db.transaction().execute(async (within) => {
        // Looked at again: it may have been used, or the person disabled, while the hash was made.
        const still = await ownerOf(secret, within);
        if (still === null || !(await linksOn(within).use(secret))) return null;
        await createAccountStore(within).setPassword(still.id, hash);
        const after = { sessionsEnded: await deps.sessions(within).endAll(still.id, null) };
        const actor: Actor = { kind: 'person', name: still.name };
        await audit.append(
          { action: 'person.password-set', by: { ...by, actor }, subject: still.name, before: null, after },
          within,
        );
        return { name: still.name };
      });
    },
  };
  return Object.freeze(own);
}

/** What came of a password, and the stored hash that it was proven against. */
type Checked =
  | Exclude<ProofOutcome, { readonly kind: 'proven' }>
  | { readonly kind: 'proven'; readonly hash: string | null };

function ended(name: string, sessions: number, by: Origin) {
  return { action: 'person.sessions-ended', by, subject: name, before: null, after: { sessions } } as const;
}

/** Refuses a password that nobody can have before anything is hashed. Errors: invalid-request with field `password`. */
export function checkLength(password: string): void {
  const length = [...password].length;
  if (length > longestPassword)
    throw new AppError('invalid-request', {
      message: 'No password is this long.',
      field: 'password',
      expected: `at most ${longestPassword} characters`,
      found: `${length} characters`,
    });
}
