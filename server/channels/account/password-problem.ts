import { longestPassword, shortestPassword } from '../../accounts/password-rule.ts';
import { AppError } from '../../errors.ts';
import type { Words } from '../../http/words.ts';

/** What is wrong with a field of a form for a password, in the page's language. */
export interface PasswordProblem {
  /** `old`: the one until now; `again`: the new one, repeated. */
  readonly field: 'old' | 'password' | 'again';
  readonly text: string;
}

/** Why a new password cannot be used. Throws the error again where it is about something else. */
export function passwordProblem(error: unknown, password: string, words: Words): PasswordProblem {
  if (!(error instanceof AppError) || error.field !== 'password') throw error;
  const length = [...password].length;
  const problem = (text: string): PasswordProblem => ({ field: 'password', text });
  if (length < shortestPassword)
    return problem(words.say('account.password.short', { least: shortestPassword, found: length }));
  if (length > longestPassword) return problem(words.say('account.password.long', { most: longestPassword }));
  return problem(words.say('account.password.common'));
}
