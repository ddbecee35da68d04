import type { AuditDetail, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type AccountLink, createAccountLinks } from './account-links.ts';
import { checkName } from './account-name.ts';
import { type Account, createAccountStore, nameTaken, type Person } from './account-store.ts';
import type { Passwords } from './password.ts';
import { checkPassword } from './password-rule.ts';
import { emailForm, longestEmail } from './personal-text.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { type Role, roles } from './roles.ts';
import type { SessionStore } from './session-store.ts';

/** Most characters of a full name, and most teams of one person. */
const longestFullName = 100;
const mostTeams = 40;

/** What an admin says of a person; what is left out stays, and of a new one is empty. */
export interface PersonChange {
  readonly role?: string;
  /** Ids of teams.yaml; the caller knows which there are. */
  readonly teams?: readonly string[];
  /** Empty: none. */
  readonly fullName?: string;
  readonly email?: string;
}

/** What admins do about people. Everything is audited in the transaction that does it. */
export interface People {
  /** Adds a person. Errors: invalid-request with the field (`name`, `role` or `password`), what was expected and found. */
  add(
    person: { readonly name: string; readonly role: string; readonly password: string },
    by: Origin,
  ): Promise<Account>;
  /** Adds a person without a password, and a link by which they set one. Errors: invalid-request with the field. */
  invite(person: PersonChange & { readonly name: string }, by: Origin): Promise<AccountLink>;
  /**
   * Adds a person who will sign in by a provider: whoever first comes from it with this address, verified there, is bound
   * to the account. Errors: invalid-request with the field (`email` where it is empty, `provider` where there is none).
   */
  inviteBy(provider: string, person: PersonChange & { readonly name: string }, by: Origin): Promise<Account>;
  /** What the provider of a person says of them at each sign-in, so that it cannot be changed here. */
  saidElsewhere(person: Account): { readonly role: boolean; readonly teams: boolean };
  /** Everybody, by name. */
  people(): Promise<readonly Person[]>;
  /** Null where there is none. */
  person(id: number): Promise<Person | null>;
  personNamed(name: string): Promise<Person | null>;
  /** Until when a link of theirs can be used; null: there is none. */
  linkOpenUntil(id: number): Promise<string | null>;
  /**
   * Changes what is said of a person, as it was when `version` was read. Errors: invalid-request with the field,
   * not-found, changed-meanwhile, forbidden where no admin would be left, where it is the one who asks, or where the
   * identity provider says it.
   */
  change(id: number, to: PersonChange, version: number, by: Origin): Promise<void>;
  /** Ends all sessions and links of a person, who cannot sign in until enabled. Errors: as `change`. */
  disable(id: number, version: number, by: Origin): Promise<void>;
  enable(id: number, version: number, by: Origin): Promise<void>;
  /** Ends all sessions of a person; gives how many. Errors: not-found. */
  endSessionsOf(id: number, by: Origin): Promise<number>;
  /**
   * A link by which a person sets a new password; the old one works until then. Errors: not-found, forbidden for people
   * who are disabled or sign in elsewhere.
   */
  linkForNewPassword(id: number, by: Origin): Promise<AccountLink>;
}

/** The administration of the people of one database. */
export function createPeople(
  db: Database,
  deps: {
    readonly audit: AuditLog;
    readonly now: () => Date;
    readonly random: (size: number) => Buffer;
    readonly passwords: Passwords;
    /** Who says roles and teams instead. */
    readonly providers: readonly Pick<ProviderSettings, 'name' | 'roleClaim' | 'teamClaim'>[];
    /** Sessions on another connection to the same tables: those of a transaction. */
    readonly sessions: (within: Database) => SessionStore;
  },
): People {
  const { audit, now, random, passwords } = deps;
  const store = createAccountStore(db);

  /** Those of a transaction, on the one connection that it holds. */
  const on = (within: Database) => ({
    people: createAccountStore(within),
    links: createAccountLinks(within, { now, random }),
    sessions: deps.sessions(within),
  });
  type Stores = ReturnType<typeof on>;

  /** Does something about a person, who must be there and of the version that was looked at. */
  const withPerson = <T>(
    id: number,
    version: number | null,
    work: (person: Person, stores: Stores, within: Database) => Promise<T>,
  ): Promise<T> =>
    db.transaction().execute(async (within) => {
      const stores = on(within);
      const found = await stores.people.byId(id);
      if (found === null) throw new AppError('not-found', { message: 'There is no such person.' });
      if (version !== null && found.person.version !== version) throw changedMeanwhile();
      return work(found.person, stores, within);
    });

  /** Refuses what would leave nobody to undo it. */
  const keepAdmin = async (person: Person, stores: Stores, by: Origin): Promise<void> => {
    if (person.role !== 'admin' || person.disabledAt !== null) return;
    if (by.actor.kind === 'person' && by.actor.name === person.name)
      throw new AppError('forbidden', {
        message: 'You cannot take the role of an admin from yourself, nor disable yourself.',
        expected: 'another admin who does it',
        found: person.name,
      });
    if ((await stores.people.otherAdmins(person.id)) === 0)
      throw new AppError('forbidden', {
        message: 'This is the last admin who can sign in.',
        expected: 'another admin who is not disabled and has set a password',
        found: person.name,
      });
  };

  const setDisabled = (id: number, version: number, by: Origin, disabledAt: string | null): Promise<void> =>
    withPerson(id, version, async (person, stores, within) => {
      if ((person.disabledAt === null) === (disabledAt === null)) throw changedMeanwhile();
      if (disabledAt !== null) {
        await keepAdmin(person, stores, by);
        await stores.sessions.endAll(id, null);
        await stores.links.drop(id);
      }
      await stores.people.change(id, version, { disabledAt });
      const event = {
        by,
        subject: person.name,
        before: { disabled: person.disabledAt !== null },
        after: { disabled: disabledAt !== null },
      };
      await audit.append(
        { ...event, action: disabledAt === null ? 'person.enabled' : 'person.disabled' },
        within,
      );
    });

  const nobodyCalled = async (name: string): Promise<void> => {
    if ((await store.find(name)) !== null) throw nameTaken(name);
  };

  /** A provider that is not set any more may be again: until then nobody says anything else. */
  const saidElsewhere: People['saidElsewhere'] = ({ provider }) => {
    if (provider === null) return { role: false, teams: false };
    const settings = deps.providers.find(({ name }) => name === provider);
    return { role: settings?.roleClaim !== null, teams: settings?.teamClaim !== null };
  };

  const people: People = {
    async add({ name, role, password }, by) {
      const known = checkName(name);
      const details = { role: checkRole(role), teams: [], fullName: null, email: null };
      checkPassword(password, known);
      await nobodyCalled(known);
      const hash = await passwords.hash(password);
      return db.transaction().execute(async (within) => {
        const createdAt = now().toISOString();
        const person = await on(within).people.add({ ...details, name: known, password: hash, createdAt });
        const after = { name: known, role: details.role };
        await audit.append({ action: 'person.added', by, subject: known, before: null, after }, within);
        return person;
      });
    },
    async invite({ name, ...said }, by) {
      const known = checkName(name);
      const details = { role: 'agent' as const, teams: [], fullName: null, email: null, ...checked(said) };
      return db.transaction().execute(async (within) => {
        const stores = on(within);
        const createdAt = now().toISOString();
        const person = await stores.people.add({ ...details, name: known, password: null, createdAt });
        const link = await stores.links.make(person.id, 'invitation', by.actor.name);
        const after = { name: known, ...asDetail(details) };
        await audit.append({ action: 'person.invited', by, subject: known, before: null, after }, within);
        return { name: known, ...link };
      });
    },
    async inviteBy(provider, { name, ...said }, by) {
      if (!deps.providers.some((known) => known.name === provider))
        throw new AppError('invalid-request', {
          message: 'There is no such identity provider.',
          field: 'provider',
          expected: deps.providers.map((known) => known.name).join(', ') || 'none: OIDC_PROVIDERS is empty',
          found: provider,
        });
      const known = checkName(name);
      const details = { role: 'agent' as const, teams: [], fullName: null, email: null, ...checked(said) };
      if (details.email === null)
        throw new AppError('invalid-request', {
          message: 'The provider knows this person by the e-mail address.',
          field: 'email',
          expected: 'the address that the provider has verified',
          found: 'nothing',
        });
      return db.transaction().execute(async (within) => {
        const createdAt = now().toISOString();
        const person = { ...details, name: known, password: null, createdAt, provider };
        const added = await on(within).people.add(person);
        const after = { name: known, ...asDetail(details), provider };
        await audit.append({ action: 'person.invited', by, subject: known, before: null, after }, within);
        return added;
      });
    },
    saidElsewhere,
    people: store.list,
    person: async (id) => (await store.byId(id))?.person ?? null,
    personNamed: async (name) => (await store.find(name))?.person ?? null,
    linkOpenUntil: (id) => createAccountLinks(db, { now, random }).openUntil(id),
    change: (id, said, version, by) =>
      withPerson(id, version, async (person, stores, within) => {
        const wanted = checked(said);
        const to = Object.fromEntries(
          Object.entries(wanted).filter(
            ([field, value]) => !isSame(value, person[field as keyof typeof wanted]),
          ),
        ) as ReturnType<typeof checked>;
        if (Object.keys(to).length === 0) return;
        const elsewhere = saidElsewhere(person);
        if ((elsewhere.role && to.role !== undefined) || (elsewhere.teams && to.teams !== undefined))
          throw new AppError('forbidden', {
            message: 'The identity provider says this of the person at each sign-in.',
            expected: 'a change at the provider',
            found: person.provider ?? '',
          });
        if (to.role !== undefined) await keepAdmin(person, stores, by);
        await stores.people.change(id, version, to);
        const before = asDetail(
          Object.fromEntries(Object.keys(to).map((key) => [key, person[key as never]])),
        );
        await audit.append(
          { action: 'person.changed', by, subject: person.name, before, after: asDetail(to) },
          within,
        );
      }),
    disable: (id, version, by) => setDisabled(id, version, by, now().toISOString()),
    enable: (id, version, by) => setDisabled(id, version, by, null),
    endSessionsOf: (id, by) =>
      withPerson(id, null, async (person, stores, within) => {
        const sessions = await stores.sessions.endAll(id, null);
        const after = { sessions };
        if (sessions > 0)
          await audit.append(
            { action: 'person.sessions-ended', by, subject: person.name, before: null, after },
            within,
          );
        return sessions;
      }),
    linkForNewPassword: (id, by) =>
      withPerson(id, null, async (person, stores, within) => {
        if (person.disabledAt !== null || person.provider !== null)
          throw new AppError('forbidden', {
            message: 'This person gets no link.',
            expected: 'a person who is not disabled and signs in with a password',
            found: person.disabledAt !== null ? 'a disabled person' : `one of ${person.provider}`,
          });
        const purpose = person.hasPassword ? 'new-password' : 'invitation';
        const link = await stores.links.make(id, purpose, by.actor.name);
        const after = { expiresAt: link.expiresAt };
        await audit.append(
          { action: 'person.link-made', by, subject: person.name, before: null, after },
          within,
        );
        return { name: person.name, ...link };
      }),
  };
  return Object.freeze(people);
}

function changedMeanwhile(): AppError {
  return new AppError('changed-meanwhile', {
    message: 'Somebody else has changed this person meanwhile. Look at the page again, then decide.',
  });
}

function checkRole(role: string): Role {
  const known = roles.find((one) => one === role);
  if (known !== undefined) return known;
  throw new AppError('invalid-request', {
    message: 'There is no such role.',
    field: 'role',
    expected: roles.join(', '),
    found: role,
  });
}

/** What was said, in the form that is stored. Errors: invalid-request with the field. */
function checked({ role, teams, fullName, email }: PersonChange): {
  readonly role?: Role;
  readonly teams?: readonly string[];
  readonly fullName?: string | null;
  readonly email?: string | null;
} {
  if (teams !== undefined && teams.length > mostTeams)
    throw new AppError('invalid-request', {
      field: 'teams',
      expected: `at most ${mostTeams} teams`,
      found: `${teams.length}`,
    });
  return {
    ...(role === undefined ? {} : { role: checkRole(role) }),
    ...(teams === undefined ? {} : { teams: [...new Set(teams)].sort() }),
    ...(fullName === undefined ? {} : { fullName: line('fullName', fullName, longestFullName) }),
    ...(email === undefined ? {} : { email: line('email', email, longestEmail, emailForm) }),
  };
}

/** One line of text without blanks around it; null where it is empty. */
function line(
  field: string,
  said: string,
  most: number,
  form: RegExp = /^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u,
): string | null {
  const text = said.trim().normalize('NFC');
  if (text === '') return null;
  if (text.length <= most && form.test(text)) return text;
  throw new AppError('invalid-request', {
    field,
    expected: `${field === 'email' ? 'an e-mail address' : 'one line'} of at most ${most} characters`,
    found: text.length > most ? `${text.length} characters` : text,
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function asDetail(details: object): AuditDetail {
  return { ...details } as AuditDetail;
}
