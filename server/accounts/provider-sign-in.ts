import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { AuditAction, AuditDetail, Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type Account, type AccountStore, createAccountStore, type Person } from './account-store.ts';
import type { Accounts, SignedIn } from './accounts.ts';
import { fullNameOf, standingOf, suggestedName, verifiedEmail } from './claims.ts';
import { createIdentityStore, type Identity } from './identity-store.ts';
import { createProviderRequestStore, type ProviderRequest } from './provider-request-store.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { createProvider, type Proof, type Provider } from './providers.ts';
import { createRefusals } from './refusals.ts';
import { createSessionStore } from './session-store.ts';

/** A provider as the sign-in page offers it. */
export interface ProviderOffer {
  readonly name: string;
  readonly label: string;
  /** It did not answer the last time; it may now. */
  readonly down: boolean;
}

/**
 * Why somebody is not signed in, as far as they are told: `refused` by the provider, `down`, `expired` (also used before,
 * or begun in another browser), `not-allowed` (no role, or disabled), `failed` (what came back is no proof).
 */
export type ProviderProblem = 'refused' | 'down' | 'expired' | 'not-allowed' | 'failed';

export type ProviderOutcome =
  | { readonly kind: 'signed-in'; readonly secret: string; readonly account: Account; readonly next: string }
  /** `next`: where they wanted to go; null: nobody knows. */
  | { readonly kind: 'problem'; readonly problem: ProviderProblem; readonly next: string | null }
  /** Of somebody who is signed in and was to prove anew who they are. */
  | { readonly kind: 'proven' | 'not-proven'; readonly next: string };

/** Sign-in by identity providers (OpenID Connect). */
export interface ProviderSignIn {
  /** In the order of the settings. */
  offers(): readonly ProviderOffer[];
  /**
   * Begins a sign-in: where to send the browser, and the secret that its cookie holds until it comes back. Errors:
   * not-found where there is no provider of that name.
   */
  begin(
    provider: string,
    from: {
      readonly next: string;
      /** The cookie's secret where the browser has one, of a sign-in in another tab; else null. */
      readonly browser: string | null;
      /** Who shall prove anew who they are; null: a sign-in. */
      readonly userId: number | null;
    },
    by: Origin,
  ): Promise<
    | { readonly kind: 'lead'; readonly url: string; readonly browser: string }
    | { readonly kind: 'problem'; readonly problem: ProviderProblem }
  >;
  /** Ends what `begin` began, with what the browser brought back. Errors: as `begin`. */
  finish(
    provider: string,
    back: {
      /** The query of the address, as it came. */
      readonly query: string;
      readonly browser: string | null;
      /** What the browser says it is. */
      readonly agent: string;
      /** Who is signed in there now; null: nobody. */
      readonly session: Pick<SignedIn, 'id' | 'account'> | null;
    },
    by: Origin,
  ): Promise<ProviderOutcome>;
  /** Where the person of a session signs out at their provider too; null: by password, or there is no such place. */
  signOutOf(secret: string | null): Promise<{ readonly label: string; readonly url: string } | null>;
}

/** 256 bits in base64url: states, nonces, code verifiers (RFC 7636 asks for 43 characters) and the cookie's secret. */
const secretBytes = 32;
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** The sign-in by the providers of the settings. */
export function createProviderSignIn(
  db: Database,
  deps: {
    readonly providers: readonly ProviderSettings[];
    readonly publicUrl: string;
    /** Hours without use after which a session ends. */
    readonly sessionHours: number;
    readonly accounts: Pick<Accounts, 'beginSession'>;
    readonly audit: AuditLog;
    readonly log: Logger;
    readonly now: () => Date;
  },
): ProviderSignIn {
  const { accounts, audit, log, now } = deps;
  const providers: readonly Provider[] = deps.providers.map((settings) => createProvider(settings, deps));
  const providerOf = (name: string): Provider => {
    const found = providers.find(({ settings }) => settings.name === name);
    if (found === undefined) throw new AppError('not-found');
    return found;
  };
  const requests = createProviderRequestStore(db, { now });
  const sessionsOn = (within: Database) =>
    createSessionStore(within, { idleHours: deps.sessionHours, now, random: randomBytes });
  const secret = (): string => randomBytes(secretBytes).toString('base64url');

  const refusals = createRefusals({ audit, now });

  /** The audit and the log are told why; the person is told the kind alone. */
  const refuse = async (
    provider: string,
    why: { readonly reason: string; readonly person: string | null; readonly sessionsEnded?: number },
    by: Origin,
  ): Promise<void> => {
    const { person, ...told } = why;
    const detail = { provider, ...told };
    log.warn({ ...detail, requestId: by.requestId }, 'a sign-in by an identity provider was refused');
    await refusals.refused({ person, locks: [], by, detail });
  };

  const begin: ProviderSignIn['begin'] = async (name, { next, browser, userId }, by) => {
    const provider = providerOf(name);
    const known = browser !== null && secretForm.test(browser) ? browser : secret();
    const request = { state: secret(), nonce: secret(), codeVerifier: secret() };
    const led = await provider.leadTo({ ...request, anew: userId !== null });
    if (led.kind !== 'lead') {
      const { reason } = led;
      log.warn({ provider: name, reason, requestId: by.requestId }, 'an identity provider cannot be asked');
      return { kind: 'problem', problem: led.kind };
    }
    const address = by.address ?? '';
    await requests.begin({ ...request, provider: name, next, userId, browser: known, address });
    return { kind: 'lead', url: led.url, browser: known };
  };

  const finish: ProviderSignIn['finish'] = async (name, back, by) => {
    const provider = providerOf(name);
    const [state, ...more] = new URLSearchParams(back.query).getAll('state');
    const problem = async (
      kind: ProviderProblem,
      reason: string,
      next: string | null,
    ): Promise<ProviderOutcome> => {
      await refuse(name, { reason, person: null }, by);
      return { kind: 'problem', problem: kind, next };
    };
    if (state === undefined || more.length > 0)
      return problem('expired', 'the answer came without its state', null);
    const taken = await requests.take(state, back.browser);
    if (taken.kind !== 'request') return problem('expired', expiries[taken.kind], null);
    const { request } = taken;
    if (request.provider !== name)
      return problem('expired', 'the answer came from another provider than was asked', request.next);
    if (request.userId !== null) return proveAnew(provider, { ...request, state }, back, by);
    const proof = await provider.prove({ ...request, query: back.query, state, maxAgeSeconds: null });
    if (proof.kind !== 'proof') return problem(proof.kind, proof.reason, request.next);
    const { next } = request;
    const settled = await db.transaction().execute((within) => settle(within, provider.settings, proof, by));
    const notAllowed = { kind: 'problem', problem: 'not-allowed', next } as const;
    if (settled.kind === 'out') {
      await refuse(name, settled, by);
      return notAllowed;
    }
    const { person } = settled;
    const from = {
      address: by.address ?? '',
      browser: back.agent,
      provider: name,
      providerToken: provider.settings.signOut ? proof.idToken : null,
      ...provenAtOf(proof),
    };
    const begun = await accounts.beginSession(person, from, by);
    if (begun !== null) return { kind: 'signed-in', secret: begun, account: person, next };
    await refuse(name, { person: person.name, reason: disabledReason }, by);
    return notAllowed;
  };

  /** Somebody who is signed in proves anew who they are: the same subject, who has just shown it to the provider. */
  const proveAnew = async (
    provider: Provider,
    request: ProviderRequest & { readonly state: string },
    back: Parameters<ProviderSignIn['finish']>[1],
    by: Origin,
  ): Promise<ProviderOutcome> => {
    const { settings } = provider;
    const { session } = back;
    const { next } = request;
    const subject = session?.account.name ?? null;
    const refuseProof = async (reason: string): Promise<ProviderOutcome> => {
      const detail = { provider: settings.name, reason };
      log.warn({ ...detail, requestId: by.requestId }, 'a proof by an identity provider was refused');
      await audit.append({ action: 'person.proof-refused', by, subject, before: null, after: detail });
      return { kind: 'not-proven', next };
    };
    if (session === null || session.account.id !== request.userId)
      return refuseProof('the one who began it is not signed in any more');
    const began = Date.parse(request.createdAt);
    const maxAgeSeconds = Math.max(0, Math.ceil((now().getTime() - began) / 1_000));
    const proof = await provider.prove({ ...request, query: back.query, maxAgeSeconds });
    if (proof.kind !== 'proof') return refuseProof(proof.reason);
    const identity = { issuer: settings.issuer, subject: proof.subject };
    if ((await createIdentityStore(db).personOf(identity)) !== session.account.id)
      return refuseProof('somebody else proved who they are');
    const standing = standingOf(settings, proof.claims);
    if (standing.kind === 'out') {
      await sessionsOn(db).endAll(session.account.id, null);
      return refuseProof(standing.reason);
    }
    return db.transaction().execute(async (within): Promise<ProviderOutcome> => {
      await sessionsOn(within).prove(session.account.id, session.id);
      const after = { provider: settings.name };
      await audit.append({ action: 'person.proven', by, subject, before: null, after }, within);
      return { kind: 'proven', next };
    });
  };

  /** Makes the account what the provider says now; whoever gets in no more loses the sessions they have. */
  const settle = async (
    within: Database,
    settings: ProviderSettings,
    { subject, claims }: Proof,
    by: Origin,
  ): Promise<Settled> => {
    const provider = settings.name;
    const identities = createIdentityStore(within);
    const people = createAccountStore(within);
    const byId = async (id: number | null): Promise<Person | null> =>
      id === null ? null : ((await people.byId(id))?.person ?? null);
    const identity: Identity = { issuer: settings.issuer, subject };
    const said = { email: verifiedEmail(claims), at: now().toISOString() };
    const bound = await byId(await identities.personOf(identity));
    const invited =
      bound === null && said.email !== null
        ? await byId(await identities.invited(provider, said.email))
        : null;
    const known = bound ?? invited;
    const standing = standingOf(settings, claims);
    const reason = known?.disabledAt ? disabledReason : standing.kind === 'out' ? standing.reason : null;
    if (reason !== null || standing.kind === 'out') {
      const sessionsEnded = bound === null ? 0 : await sessionsOn(within).endAll(bound.id, null);
      return { kind: 'out', reason: reason ?? '', person: bound?.name ?? null, sessionsEnded };
    }
    const role = standing.role ?? known?.role ?? settings.defaultRole;
    if (role === null)
      return { kind: 'out', reason: 'nothing gives a new person a role', person: null, sessionsEnded: 0 };
    const details = {
      role,
      provider,
      teams: standing.teams ?? known?.teams ?? [],
      fullName: fullNameOf(claims) ?? known?.fullName ?? null,
      email: said.email ?? known?.email ?? null,
    };
    const asProvider: Origin = { ...by, actor: { kind: 'server', name: `provider ${provider}` } };
    const note = (
      action: AuditAction,
      name: string,
      before: AuditDetail | null,
      after: AuditDetail,
    ): Promise<unknown> =>
      audit.append({ action, by: asProvider, subject: name, before, after: { ...after, provider } }, within);

    const name = known?.name ?? (await freeName(people, suggestedName(provider, claims)));
    const account = known ?? (await people.add({ ...details, name, password: null, createdAt: said.at }));
    const { teams } = details;
    if (known === null) await note('person.added', name, null, { name, role, teams });
    else {
      const changed = Object.entries(details).filter(
        ([key, value]) => JSON.stringify(value) !== JSON.stringify(known[key as keyof typeof details]),
      );
      if (changed.length > 0) {
        await people.change(known.id, known.version, details);
        const before = Object.fromEntries(changed.map(([key]) => [key, known[key as keyof typeof details]]));
        await note('person.synced', name, before, Object.fromEntries(changed));
      }
    }
    if (bound === null) {
      await identities.bind(account.id, identity, said);
      await note('person.linked', name, null, { subject, invited: invited !== null });
    } else await identities.noteUse(identity, said);
    return { kind: 'in', person: { ...account, ...details } };
  };

  return Object.freeze({
    offers: () =>
      providers.map((provider) => ({
        name: provider.settings.name,
        label: provider.settings.label,
        down: provider.isDown(),
      })),
    begin,
    finish,
    async signOutOf(sessionSecret: string | null) {
      if (sessionSecret === null || !secretForm.test(sessionSecret)) return null;
      const session = await sessionsOn(db).find(sessionSecret);
      const provider = providers.find(({ settings }) => settings.name === session?.provider);
      if (session === null || provider === undefined || !provider.settings.signOut) return null;
      const url = await provider.signOutUrl(session.providerToken);
      return url === null ? null : { label: provider.settings.label, url };
    },
  });
}

/**
 * When the person last proved it to the provider, where that says so: whoever is signed in there is let in without being
 * asked, and being let in is no fresh proof then.
 */
function provenAtOf({ claims }: Proof): { readonly provenAt?: string } {
  const seconds = claims.auth_time;
  const isTime = typeof seconds === 'number' && seconds >= 0 && seconds <= latestSeconds;
  return isTime ? { provenAt: new Date(seconds * 1_000).toISOString() } : {};
}

/** The end of the year 9999, since dates are compared as texts of one length. */
const latestSeconds = 253_402_300_799;

/** A person who gets in, or why not. */
type Settled =
  | { readonly kind: 'in'; readonly person: Account }
  | {
      readonly kind: 'out';
      readonly reason: string;
      /** The account's name; null: there is none. */
      readonly person: string | null;
      readonly sessionsEnded: number;
    };

const disabledReason = 'the account is disabled';

/** Names tried for a new account before it is given up. */
const mostOfOneName = 10_000;

/** A name that nobody has: as suggested or, where that is taken, with the next number. */
async function freeName(people: AccountStore, wanted: string): Promise<string> {
  for (let number = 1; number <= mostOfOneName; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if ((await people.find(name)) === null) return name;
  }
  throw new AppError('internal', { message: `There are ${mostOfOneName} people named like ${wanted}.` });
}

/** Why an answer opens nothing, for audit and log. */
const expiries = {
  unknown: 'the state is unknown, or was used before',
  expired: 'the answer came too late',
  elsewhere: 'another browser began this sign-in',
} as const;
