import { longestPassword, shortestPassword } from '../../accounts/password-rule.ts';
import { AppError } from '../../errors.ts';
import type { Words } from '../../http/words.ts';

/** Why a password cannot be used, in a page's language. Throws the error again where it is about something else. */
export function passwordProblem(error: unknown, password: string, words: Words): string {
  if (!(error instanceof AppError) || error.field !== 'password') throw error;
  const length = [...password].length;
  if (length < shortestPassword)
    return words.say('account.password.short', { least: shortestPassword, found: length });
  if (length > longestPassword) return words.say('account.password.long', { most: longestPassword });
  return words.say('account.password.common');
}
