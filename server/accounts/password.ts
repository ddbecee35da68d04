import { scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';

/** What a password hash costs: scrypt's N (a power of two; memory is 128 x N x r bytes), r and p. */
export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * N = 2^17, r = 8, p = 1: 128 MB and a few tenths of a second a guess, the value of the OWASP password storage cheat
 * sheet where Argon2id is not at hand (node:crypto needs no package).
 */
export const currentCost: PasswordCost = { N: 2 ** 17, r: 8, p: 1 };

/** Hashes at once: each takes 128 MB and one of libuv's four threads. */
const mostAtOnce = 2;

/** Hashes that may wait for their turn before a sign-in is told to come back: about half a minute of work. */
const mostWaiting = 100;

const saltBytes = 16;
const hashBytes = 32;

export interface Passwords {
  /** `scrypt$N$r$p$salt$hash`, salt and hash in base64url. Errors: unavailable when too many are waiting. */
  hash(password: string): Promise<string>;
  /**
   * Whether a password is the one behind a stored hash. For `null` (no such account) the same work is done and the
   * answer is no, so that time tells nothing. `outdated`: made with another cost than today's.
   * Errors: unavailable when too many are waiting.
   */
  verify(
    password: string,
    stored: string | null,
  ): Promise<{ readonly matches: boolean; readonly outdated: boolean }>;
}

/**
 * Makes and checks password hashes off the event loop, at most two at once. Passwords are normalised to NFC, so that
 * two keyboards that spell one letter differently agree, and never cut or trimmed. Tests may lower the cost.
 */
export function createPasswords(deps: {
  readonly random: (size: number) => Buffer;
  readonly cost?: PasswordCost;
}): Passwords {
  const cost = deps.cost ?? currentCost;
  const inTurn = createTurns();
  const nobody: StoredHash = { cost, salt: deps.random(saltBytes), hash: Buffer.alloc(hashBytes) };
  return Object.freeze({
    async hash(password: string) {
      const salt = deps.random(saltBytes);
      const hash = await inTurn(() => derive(password, salt, cost, hashBytes));
      return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join(
        '$',
      );
    },
    async verify(password: string, stored: string | null) {
      const known = stored === null ? nobody : readStored(stored);
      const hash = await inTurn(() => derive(password, known.salt, known.cost, known.hash.length));
      const matches = timingSafeEqual(hash, known.hash) && stored !== null;
      const outdated = known.cost.N !== cost.N || known.cost.r !== cost.r || known.cost.p !== cost.p;
      return { matches, outdated };
    },
  });
}

interface StoredHash {
  readonly cost: PasswordCost;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

function readStored(stored: string): StoredHash {
  const [scheme, N, r, p, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !hash)
    throw new AppError('internal', {
      message: 'A stored password is not of the form scrypt$N$r$p$salt$hash.',
    });
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

function derive(password: string, salt: Buffer, cost: PasswordCost, size: number): Promise<Buffer> {
  // Node refuses to use more than maxmem; the need is 128 x N x r plus small change.
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, size, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= mostAtOnce) {
      if (waiting.length >= mostWaiting) throw new AppError('unavailable');
      // The one that ends hands its turn over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
