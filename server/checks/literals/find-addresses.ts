import type { LiteralValue } from './literal.ts';

/** An e-mail address, a web address or a phone number in a text. */
export interface FoundAddress {
  readonly start: number;
  readonly end: number;
  readonly value: LiteralValue;
}

/** Finds the addresses of a flat text, in order and apart from each other. Linear: every repetition has a bound. */
export function findAddresses(flat: string): readonly FoundAddress[] {
  if (!SIGN.test(flat)) return [];
  const found: FoundAddress[] = [];
  for (const match of flat.matchAll(ADDRESS)) {
    const { email, web, phone } = match.groups ?? {};
    if (email !== undefined)
      found.push(at(match.index, email, { kind: 'email', address: email.toLowerCase() }));
    else if (web !== undefined) found.push(webAddress(match.index, web));
    else if (phone !== undefined) found.push(...phoneNumber(match.index, phone));
  }
  return found;
}

/** What every address has one of; most sentences have none. */
const SIGN = /[\d@]|:\/\/|\.[a-z]/;

/**
 * A bare host counts where its ending is one that the web knows, so that `Node.js` and `e.g.` do not. Phone numbers begin
 * with + or 0, or part an area code or a toll-free prefix from the rest.
 */
const ADDRESS =
  /(?<email>(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})|(?<web>(?<![A-Za-z0-9@.-])(?:https?:\/\/[^\s<>"'()[\]{}|\\^`*\ufffc\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,500}|(?:[A-Za-z0-9-]{1,63}\.){1,6}(?:com|org|net|io|co|gov|edu|info|app|shop|store|dev|eu|uk|il|ir|my|us|de|fr|example)(?![A-Za-z0-9-])(?:\/[^\s<>"'()[\]{}|\\^`*\ufffc\u200b-\u200f\u202a-\u202e\u2066-\u2069]{0,500})?))|(?<phone>(?<![\p{L}\d.,:/-])(?:\+|\(?0|1-8\d\d-|\(\d{3}\) ?|\d{3}-\d{3}-)[\d ().-]{4,22}\d(?![\d/:%]))/gu;

function at(start: number, text: string, value: LiteralValue): FoundAddress {
  return { start, end: start + text.length, value };
}

function webAddress(start: number, text: string): FoundAddress {
  const bare = text.replace(/[.,;:!?\u060c\u061b\u061f]+$/u, '');
  return at(start, bare, { kind: 'url', address: plainAddress(bare) });
}

/** A web address as it is compared: lower case, without scheme, `www.` and a slash at the end. */
export function plainAddress(address: string): string {
  return address
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');
}

/** Country codes are not guessed: a number without + stays national. Dates and prices are too short. */
function phoneNumber(start: number, text: string): readonly FoundAddress[] {
  const digits = text.replace(/\D/g, '');
  const international = text.startsWith('+');
  if (digits.length < 7 || digits.length > 15 || /\d\.\d\d$/.test(text)) return [];
  if (/ {2}|\) ?\)|--/.test(text)) return [];
  return [at(start, text, { kind: 'phone', digits, international })];
}
