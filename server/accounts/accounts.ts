import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { byServer, type Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type Account, createAccountStore, type Person } from './account-store.ts';
import { createPasswords, type PasswordCost } from './password.ts';
import { checkPassword, longestPassword } from './password-rule.ts';
import { type Role, roles } from './roles.ts';
import { createSessionStore } from './session-store.ts';
import { createSignInLimit } from './sign-in-limit.ts';

export { type Account, type Person, type Role, roles };

/** A person who is signed in, as of this request: a role that was taken away is gone at the next one. */
export interface SignedIn {
  readonly account: Account;
  /** Goes into every form of this session and comes back with it; tells nothing about the session's secret. */
  readonly formToken: string;
  /** When the person last proved who they are; ISO 8601, UTC. */
  readonly provenAt: string;
}

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly secret: string; readonly account: Account }
  /** Unknown name or wrong password; which of the two is never told. */
  | { readonly kind: 'refused' }
  /** Too many failures for this name or from this address. */
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number };

/** People who can sign in, their sessions, and what slows guessing down. */
export interface Accounts {
  /**
   * Checks a name and password and begins a session. Takes the same time for unknown names. Errors: invalid-request
   * where the password is longer than any can be.
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
  /** Ends a session; nothing happens where there is none. */
  signOut(secret: string): Promise<void>;
  /** Who holds this session secret (a cookie's value), or null: none, unknown, ended, or not of the form of a secret. */
  sessionOf(secret: string | null): Promise<SignedIn | null>;
  /** Whether a form carries the token of this session. Compares in constant time. */
  isFormToken(session: SignedIn, token: unknown): boolean;
  /**
   * Adds a person. Errors: invalid-request with the field (`name`, `role` or `password`), what was expected and found.
   */
  add(
    person: { readonly name: string; readonly role: string; readonly password: string },
    by: Origin,
  ): Promise<Account>;
  /** Everybody who can sign in, by name. */
  people(): Promise<readonly Person[]>;
  /** A password that cannot be guessed (100 bits), easy to read out: five groups of four. */
  newPassword(): string;
  /** On the very first start, the account `admin` with a new password, to be shown once; null where people exist. */
  ensureFirstAdmin(): Promise<{ readonly name: string; readonly password: string } | null>;
}

/** Lower-case letters, digits and `. _ @ -`, beginning with a letter or digit, at most 64. */
const accountName = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

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
    readonly audit: AuditLog;
    readonly now: () => Date;
    readonly random?: (size: number) => Buffer;
    readonly cost?: PasswordCost;
  },
): Accounts {
  const random = deps.random ?? randomBytes;
  const people = createAccountStore(db);
  const passwords = createPasswords({ random, ...(deps.cost ? { cost: deps.cost } : {}) });
  const sessions = createSessionStore(db, { idleHours: deps.sessionHours, now: deps.now, random });
  const limit = createSignInLimit(db, { now: deps.now });

  const newPassword = (): string => {
    const letters = [...random(20)].map((byte) => readable[byte % readable.length]);
    return [0, 4, 8, 12, 16].map((at) => letters.slice(at, at + 4).join('')).join('-');
  };

  const add: Accounts['add'] = async ({ name, role, password }, by) => {
    const known = nameForm(name);
    if (!accountName.test(known))
      throw new AppError('invalid-request', {
        message: 'This name cannot be used.',
        field: 'name',
        expected: 'letters a-z, digits and . _ @ -, beginning with a letter or digit, at most 64',
        found: name,
      });
    const asRole = roles.find((one) => one === role);
    if (asRole === undefined)
      throw new AppError('invalid-request', {
        message: 'There is no such role.',
        field: 'role',
        expected: roles.join(', '),
        found: role,
      });
    checkPassword(password, known);
    if ((await people.find(known)) !== null)
      throw new AppError('invalid-request', {
        message: 'This name is taken.',
        field: 'name',
        expected: 'a name that nobody has yet',
        found: known,
      });
    const hash = await passwords.hash(password);
    return db.transaction().execute(async (within) => {
      const added = { name: known, role: asRole };
      const account = await createAccountStore(within).add({
        ...added,
        password: hash,
        createdAt: deps.now().toISOString(),
      });
      await deps.audit.append(
        { action: 'person.added', by, subject: known, before: null, after: added },
        within,
      );
      return account;
    });
  };

  const accounts: Accounts = {
    async signIn({ name, password, browser = '' }, by): Promise<SignInOutcome> {
      const address = by.address ?? '';
      if ([...password].length > longestPassword)
        throw new AppError('invalid-request', {
          message: 'No password is this long.',
          field: 'password',
          expected: `at most ${longestPassword} characters`,
          found: `${[...password].length} characters`,
        });
      const known = nameForm(name);
      const begun = await limit.begin({ name: known, address });
      if (!('attempt' in begun)) return { kind: 'limited', retryAfterSeconds: begun.retryAfterSeconds };
      const { attempt } = begun;
      const person = accountName.test(known) ? await people.find(known) : null;
      let checked: { readonly matches: boolean; readonly outdated: boolean };
      try {
        checked = await passwords.verify(password, person?.password ?? null);
      } catch (error) {
        attempt.abandon();
        throw error;
      }
      if (person === null || !checked.matches) {
        await attempt.fail();
        // Whoever typed a password into the field of the name would read it in the log: only known names stand there.
        const subject = person?.account.name ?? null;
        await deps.audit.append({ action: 'person.refused', by, subject, before: null, after: null });
        return { kind: 'refused' };
      }
      await attempt.succeed();
      if (checked.outdated)
        await people.replacePassword(person.account.id, person.password, await passwords.hash(password));
      await sessions.purge();
      await deps.audit.append({
        action: 'person.signed-in',
        by,
        subject: person.account.name,
        before: null,
        after: null,
      });
      return {
        kind: 'signed-in',
        secret: await sessions.begin(person.account.id, {
          address,
          browser,
          provider: null,
          providerToken: null,
        }),
        account: person.account,
      };
    },
    async signOut(secret) {
      if (secretForm.test(secret)) await sessions.end(secret);
    },
    async sessionOf(secret) {
      if (secret === null || !secretForm.test(secret)) return null;
      const session = await sessions.find(secret);
      const account = session === null ? null : await people.byId(session.userId);
      if (session === null || account === null) return null;
      return Object.freeze({ account, formToken: formTokenOf(secret), provenAt: session.provenAt });
    },
    isFormToken(session, token) {
      if (typeof token !== 'string') return false;
      const given = Buffer.from(token);
      const right = Buffer.from(session.formToken);
      return given.length === right.length && timingSafeEqual(given, right);
    },
    add,
    people: people.list,
    newPassword,
    async ensureFirstAdmin() {
      if (!(await people.isEmpty())) return null;
      const password = newPassword();
      await add({ name: 'admin', role: 'admin', password }, byServer);
      return { name: 'admin', password };
    },
  };
  return Object.freeze(accounts);
}

/** A name as it is stored: people do not mean another person by another case, or by blanks around it. */
function nameForm(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** Bound to the session by its secret, and derived, so that nothing more is stored. */
function formTokenOf(secret: string): string {
  return createHmac('sha256', secret).update('form').digest('base64url');
}
