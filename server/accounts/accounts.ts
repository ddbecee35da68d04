import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { byServer, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/open.ts';
import type { AccountLink } from './account-links.ts';
import { accountName, nameForm } from './account-name.ts';
import { type Account, createAccountStore, type Person } from './account-store.ts';
import { createKnownClients } from './known-clients.ts';
import { checkLength, createOwnAccount, type OwnAccount } from './own-account.ts';
import { createPasswords, type PasswordCost } from './password.ts';
import { createPeople, type People } from './people.ts';
import { createRefusals } from './refusals.ts';
import { type Role, roles } from './roles.ts';
import { createSessionStore, type ListedSession, type SessionOrigin } from './session-store.ts';
import { createSignInLimit } from './sign-in-limit.ts';

export { type Account, type AccountLink, type ListedSession, type Person, type Role, roles };

/** A person who is signed in, as of this request: a role that was taken away is gone at the next one. */
export interface SignedIn {
  /** Names the session and opens nothing. */
  readonly id: string;
  readonly account: Account;
  /** Goes into every form of this session and comes back with it; tells nothing about the session's secret. */
  readonly formToken: string;
  /** When the person last proved who they are; ISO 8601, UTC. */
  readonly provenAt: string;
}

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly secret: string; readonly account: Account }
  /** Unknown name, wrong password or a disabled person; which of them is never told. */
  | { readonly kind: 'refused' }
  /** Too many failures for this name or from this address. */
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** People who can sign in, what admins and they themselves do about them, their sessions, and what slows guessing down. */
export interface Accounts extends People, OwnAccount {
  /**
   * Checks a name and password and begins a session. Takes the same time for unknown names and for people who are
   * disabled. Errors: invalid-request where the password is longer than any can be.
   */
  signIn(
    attempt: {
      readonly name: string;
      readonly password: string;
      /** What the browser says it is; default: nothing. */
      readonly browser?: string;
    },
    by: Origin,
  ): Promise<SignInOutcome>;
  /**
   * Begins a session of a person who was proven to be who they are, and audits it; gives its secret. Null for people who
   * are disabled, or gone.
   */
  beginSession(account: { readonly id: number }, from: SessionOrigin, by: Origin): Promise<string | null>;
  /** Ends a session; nothing happens where there is none. */
  signOut(secret: string, by: Origin): Promise<void>;
  /**
   * Who holds this session secret (a cookie's value), or null: none, unknown, ended, of a disabled person, or not of the
   * form of a secret.
   */
  sessionOf(secret: string | null): Promise<SignedIn | null>;
  /** Whether a form carries the token of this session. Compares in constant time. */
  isFormToken(session: SignedIn, token: unknown): boolean;
  /** A password that cannot be guessed (100 bits), easy to read out: five groups of four. */
  newPassword(): string;
  /** On the very first start, the account `admin` with a new password, to be shown once; null where people exist. */
  ensureFirstAdmin(): Promise<{ readonly name: string; readonly password: string } | null>;
}

/** 256 bits in base64url. */
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** 32 characters that cannot be taken for one another. */
const readable = 'abcdefghijkmnpqrstuvwxyz23456789';

/** The accounts of one database. Tests may lower the cost of hashing. */
export function createAccounts(
  db: Database,
  deps: {
    /** Hours without use after which a session ends. */
    readonly sessionHours: number;
    /** Whose passwords sign in: everybody's, admins' alone, or nobody's; default: everybody's. */
    readonly passwordSignIn?: Config['passwordSignIn'];
    /** Default: none. */
    readonly providers?: Config['providers'];
    readonly audit: AuditLog;
    readonly now: () => Date;
    readonly random?: (size: number) => Buffer;
    readonly cost?: PasswordCost;
  },
): Accounts {
  const { audit, now, random = randomBytes } = deps;
  const people = createAccountStore(db);
  const passwords = createPasswords({ random, ...(deps.cost ? { cost: deps.cost } : {}) });
  const sessionsOn = (within: Database) =>
    createSessionStore(within, { idleHours: deps.sessionHours, now, random });
  const sessions = sessionsOn(db);
  const limit = createSignInLimit(db, { now });
  const refusals = createRefusals(deps);
  const providers = deps.providers ?? [];
  const parts = { audit, now, random, providers, passwords, limit, refusals, sessions: sessionsOn };
  const administration = createPeople(db, parts);

  const takesPassword = ({ role }: Account): boolean => {
    const whose = deps.passwordSignIn ?? 'on';
    return whose === 'on' || (whose === 'admins' && role === 'admin');
  };

  const newPassword = (): string => {
    const letters = [...random(20)].map((byte) => readable[byte % readable.length]);
    return [0, 4, 8, 12, 16].map((at) => letters.slice(at, at + 4).join('')).join('-');
  };

  /** As `beginSession`; `changed` where `password`, the stored hash that was proven, is not theirs any more. */
  const begin = async (
    { id }: { readonly id: number },
    password: string | null,
    from: SessionOrigin,
    by: Origin,
  ): Promise<{ readonly secret: string } | 'disabled' | 'changed'> => {
    await sessions.purge();
    return db.transaction().execute(async (within) => {
      const store = createAccountStore(within);
      const found = await store.byId(id);
      if (found?.person.disabledAt !== null) return 'disabled';
      if (password !== null && found.password !== password) return 'changed';
      const { person } = found;
      await store.noteSignIn(id, now().toISOString());
      await createKnownClients(within, deps).note(id, from.address);
      const after = from.provider === null ? null : { provider: from.provider };
      await audit.append(
        { action: 'person.signed-in', by, subject: person.name, before: null, after },
        within,
      );
      return { secret: await sessionsOn(within).begin(id, from) };
    });
  };

  const accounts: Accounts = {
    ...administration,
    ...createOwnAccount(db, parts),
    async signIn({ name, password, browser = '' }, by): Promise<SignInOutcome> {
      const address = by.address ?? '';
      checkLength(password);
      const known = nameForm(name);
      const allowed = await limit.begin({ name: known, address });
      if (!('attempt' in allowed)) return { kind: 'limited', retryAfterSeconds: allowed.retryAfterSeconds };
      const { attempt } = allowed;
      const found = accountName.test(known) ? await people.find(known) : null;
      let checked: { readonly matches: boolean; readonly outdated: boolean };
      try {
        checked = await passwords.verify(password, found?.password ?? null);
      } catch (error) {
        attempt.abandon();
        throw error;
      }
      const refuse = async (): Promise<SignInOutcome> => {
        // Counted first and apart from the log: where nothing can be written down, guessing is not free.
        const locks = await attempt.fail();
        await refusals.refused({ person: found?.person.name ?? null, locks, by });
        return { kind: 'refused' };
      };
      if (found === null || !checked.matches || found.person.disabledAt !== null) return refuse();
      if (!takesPassword(found.person)) return refuse();
      const { person } = found;
      const from = { address, browser, provider: null, providerToken: null };
      const begun = await begin(person, found.password, from, by);
      // While the password was checked: disabled, or given another one, against which it is checked again.
      if (begun === 'disabled') return refuse();
      if (begun === 'changed') {
        attempt.abandon();
        return accounts.signIn({ name, password, browser }, by);
      }
      await attempt.succeed();
      if (checked.outdated && found.password !== null)
        await people.replacePassword(person.id, found.password, await passwords.hash(password));
      return { kind: 'signed-in', secret: begun.secret, account: person };
    },
    async beginSession(account, from, by) {
      const begun = await begin(account, null, from, by);
      return typeof begun === 'string' ? null : begun.secret;
    },
    async signOut(secret, by) {
      if (!secretForm.test(secret)) return;
      await db.transaction().execute(async (within) => {
        const id = await sessionsOn(within).end(secret);
        const found = id === null ? null : await createAccountStore(within).byId(id);
        if (found === null) return;
        await audit.append(
          { action: 'person.signed-out', by, subject: found.person.name, before: null, after: null },
          within,
        );
      });
    },
    async sessionOf(secret) {
      if (secret === null || !secretForm.test(secret)) return null;
      const session = await sessions.find(secret);
      const account = session === null ? null : ((await people.byId(session.userId))?.person ?? null);
      if (session === null || account?.disabledAt !== null) return null;
      const { id, provenAt } = session;
      return Object.freeze({ id, account, formToken: formTokenOf(secret), provenAt });
    },
    isFormToken(session, token) {
      if (typeof token !== 'string') return false;
      const given = Buffer.from(token);
      const right = Buffer.from(session.formToken);
      return given.length === right.length && timingSafeEqual(given, right);
    },
    newPassword,
    async ensureFirstAdmin() {
      if (!(await people.isEmpty())) return null;
      const password = newPassword();
      await administration.add({ name: 'admin', role: 'admin', password }, byServer);
      return { name: 'admin', password };
    },
  };
  return Object.freeze(accounts);
}

/** Bound to the session by its secret, and derived, so that nothing more is stored. */
function formTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('form').digest('base64url');
}
