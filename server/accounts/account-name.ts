import { AppError } from '../errors.ts';

/** Lower-case letters, digits and `. _ @ -`, beginning with a letter or digit, at most 64. */
export const accountName = /^[a-z0-9][a-z0-9._@-]{0,63}$/;

/** A name as it is stored: people do not mean another person by another case, or by blanks around it. */
export function nameForm(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** A name as it is stored. Errors: invalid-request with field `name` where nobody can be called so. */
export function checkName(name: string): string {
  const known = nameForm(name);
  if (accountName.test(known)) return known;
  throw new AppError('invalid-request', {
    message: 'This name cannot be used.',
    field: 'name',
    expected: 'letters a-z, digits and . _ @ -, beginning with a letter or digit, at most 64',
    found: name,
  });
}
