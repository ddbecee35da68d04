import { emailForm, longestEmail, turningMarks } from './personal-text.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { type Role, roles } from './roles.ts';

/** What a provider says of a person, under names of its own choice. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim's value; what every object has by birth is none. */
export function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** What the claims of a person come to here. */
export type Standing =
  | {
      readonly kind: 'in';
      /** Null: the provider says none, so that the account's own stays; a new account gets `defaultRole`. */
      readonly role: Role | null;
      /** Null: the provider says none. */
      readonly teams: readonly string[] | null;
    }
  /** For audit and log. */
  | { readonly kind: 'out'; readonly reason: string };

/** Whether somebody gets in, and as what, by the provider's settings: the highest role that matches counts. */
export function standingOf(settings: ProviderSettings, claims: Claims): Standing {
  const lacking = settings.required.find(({ claim, value }) => !valuesOf(claims, claim).includes(value));
  if (lacking !== undefined) return out(`the claim ${lacking.claim} has not the value that is required`);
  for (const claim of [settings.roleClaim, settings.teamClaim])
    if (claim !== null && isLeftOut(claims, claim))
      return out(`the provider leaves the claim ${claim} out, since it is too long`);
  const teams = settings.teamClaim === null ? null : teamsOf(settings, valuesOf(claims, settings.teamClaim));
  if (settings.roleClaim === null) return { kind: 'in', role: null, teams };
  const values = valuesOf(claims, settings.roleClaim);
  const given = settings.roles.filter(({ value }) => values.includes(value)).map(({ role }) => role);
  const role = roles.findLast((one) => given.includes(one)) ?? settings.defaultRole;
  return role === null ? out(`the claim ${settings.roleClaim} gives no role`) : { kind: 'in', role, teams };
}

function out(reason: string): Standing {
  return { kind: 'out', reason };
}

function teamsOf({ teams }: ProviderSettings, values: readonly string[]): readonly string[] {
  const given = teams.filter(({ value }) => values.includes(value)).map(({ team }) => team);
  return [...new Set(given)].sort();
}

/** A claim's texts: one, or those of a list. An address that the provider has not verified is none. */
function valuesOf(claims: Claims, name: string): readonly string[] {
  if (name === 'email') {
    const email = claims.email_verified === true ? claims.email : undefined;
    return typeof email === 'string' ? [email] : [];
  }
  const value = claimOf(claims, name);
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

/** Entra ID names a claim that did not fit instead of sending it: to be read as none would take roles away. */
function isLeftOut(claims: Claims, name: string): boolean {
  const names = claims._claim_names;
  return typeof names === 'object' && names !== null && Object.hasOwn(names, name);
}

/**
 * The person's address, where the provider says that it is theirs, with A-Z in lower case. Other letters stay as they are:
 * the Kelvin sign has a lower case too, and it is `k`, so that somebody else's address would become an invited one. Null:
 * none, not verified, or of no form that an address has here.
 */
export function verifiedEmail(claims: Claims): string | null {
  const email = (valuesOf(claims, 'email')[0] ?? '').trim().replace(/[A-Z]+/g, (part) => part.toLowerCase());
  return email.length <= longestEmail && emailForm.test(email) ? email : null;
}

/** The person's name as people write it, one line of at most 200 characters; null: the provider says none. */
export function fullNameOf(claims: Claims): string | null {
  const name = claimOf(claims, 'name');
  if (typeof name !== 'string') return null;
  return (
    name
      .replace(turningMarks, ' ')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 200) || null
  );
}

/**
 * A name for a new account, of the form that accounts have: of preferred_username, else of the verified address up to
 * its @, else the provider's with a number. Only a suggestion: nobody is recognised by it.
 */
export function suggestedName(provider: string, claims: Claims): string {
  const preferred = claimOf(claims, 'preferred_username');
  const local = verifiedEmail(claims)?.split('@')[0];
  const named = [typeof preferred === 'string' ? preferred : undefined, local].flatMap((text) => {
    const form = (text ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^a-z0-9._@-]+/g, '-')
      .replace(/^[^a-z0-9]+|-+$/g, '')
      .slice(0, 56);
    return form === '' ? [] : [form];
  });
  return named[0] ?? provider;
}
