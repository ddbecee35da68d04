import { AppError } from '../errors.ts';

/** Characters (code points) a password needs where it is the only factor, by NIST SP 800-63B revision 4. */
export const shortestPassword = 15;

/** Characters a password may have; NIST asks for at least 64. Longer ones are refused before anything is hashed. */
export const longestPassword = 256;

/**
 * What people write when they are asked for fifteen characters: a password made of nothing but these (and digits at
 * its end) is refused. There are no rules on kinds of characters: they make passwords worse, not better.
 */
const commonWords: readonly string[] = [
  'password',
  'passwort',
  'passw0rd',
  'p4ssword',
  'passphrase',
  'concord',
  'admin',
  'administrator',
  'agent',
  'support',
  'customer',
  'service',
  'welcome',
  'letmein',
  'changeme',
  'default',
  'secret',
  'login',
  'signin',
  'master',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'sunshine',
  'princess',
  'iloveyou',
  'superman',
  'batman',
  'starwars',
  'whatever',
  'trustno',
  'hello',
  'hallo',
  'test',
  'guest',
  'user',
  'root',
  'company',
  'qwerty',
  'qwertz',
  'azerty',
  'asdf',
  'zxcvbn',
  'abc',
  'my',
  'is',
  'the',
  'our',
  'this',
  'and',
];

/** Rows of keys and runs of letters or digits, forwards; a password that is a piece of one (or of its reverse) is refused. */
const runs: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz'.repeat(3),
  '01234567890'.repeat(30),
  '1234567890'.repeat(30),
  'qwertyuiopasdfghjklzxcvbnm'.repeat(3),
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
];

/**
 * Refuses a password that is too short, too long, or made of nothing but common words, one repeated character, a run of
 * keys, or the person's own name. Errors: invalid-request with field `password`, what was expected and found (never the
 * password itself).
 */
export function checkPassword(password: string, name: string): void {
  const length = [...password].length;
  if (length < shortestPassword)
    throw refusal(
      `at least ${shortestPassword} characters`,
      `${length} characters`,
      'Several words in a row are easy to remember.',
    );
  if (length > longestPassword)
    throw refusal(`at most ${longestPassword} characters`, `${length} characters`);
  const common = commonness(password, name);
  if (common !== null)
    throw refusal(
      'a password that is not easy to guess',
      common,
      'Several unrelated words in a row are easy to remember.',
    );
}

function refusal(expected: string, found: string, hint?: string): AppError {
  return new AppError('invalid-request', {
    message: 'This password cannot be used.',
    field: 'password',
    expected,
    found,
    ...(hint === undefined ? {} : { hint }),
  });
}

function commonness(password: string, name: string): string | null {
  const folded = password.normalize('NFKC').toLowerCase();
  if (new Set(folded).size === 1) return 'one character, repeated';
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '');
  const reversed = [...letters].reverse().join('');
  if (runs.some((run) => letters !== '' && (run.includes(letters) || run.includes(reversed))))
    return 'a run of neighbouring keys, letters or digits';
  const own = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const words = own.length >= 3 ? [...commonWords, own] : commonWords;
  const withoutTail = letters.replace(/\p{N}+$/u, '');
  if (letters !== '' && (isMadeOf(letters, words) || isMadeOf(withoutTail, words)))
    return 'nothing but common words, or your own name';
  return null;
}

/** Whether a text can be cut wholly into the given words. */
function isMadeOf(text: string, words: readonly string[]): boolean {
  const reachable = new Set([0]);
  for (let at = 0; at < text.length; at += 1) {
    if (!reachable.has(at)) continue;
    for (const word of words) if (text.startsWith(word, at)) reachable.add(at + word.length);
  }
  return text.length > 0 && reachable.has(text.length);
}
