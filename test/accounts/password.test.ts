import { randomBytes } from 'node:crypto';
import { createPasswords } from '../../server/accounts/password.ts';
import { checkPassword } from '../../server/accounts/password-rule.ts';
import { AppError } from '../../server/errors.ts';

const cost = { N: 2 ** 10, r: 8, p: 1 };
const passwords = createPasswords({ random: randomBytes, cost });
const matches = async (password: string, stored: string) =>
  (await passwords.verify(password, stored)).matches;

describe('hashing', () => {
  test('two hashes of one password differ, and both are known again', async () => {
    const [one, two] = [await passwords.hash('fifteen letters'), await passwords.hash('fifteen letters')];
    expect(one).not.toBe(two);
    expect(await matches('fifteen letters', one)).toBe(true);
    expect(await matches('fifteen letters', two)).toBe(true);
    expect(await matches('fifteen letterS', one)).toBe(false);
  });

  test('the whole password counts, also after 72 bytes', async () => {
    const stored = await passwords.hash(`${'a'.repeat(80)}b`);
    expect(await matches(`${'a'.repeat(80)}c`, stored)).toBe(false);
    expect(await matches('a'.repeat(72), stored)).toBe(false);
  });

  test('blanks at the ends and a NUL inside are part of it', async () => {
    const password = ' blanks and \u0000 inside ';
    const stored = await passwords.hash(password);
    expect(await matches(password, stored)).toBe(true);
    expect(await matches(password.trim(), stored)).toBe(false);
    expect(await matches(' blanks and ', stored)).toBe(false);
  });

  test('one letter that two keyboards spell differently is the same', async () => {
    const stored = await passwords.hash('Vel\u00e1zquez paints here');
    expect(await matches('Vela\u0301zquez paints here', stored)).toBe(true);
  });

  test('nobody matches no stored hash, not even with the empty password', async () => {
    expect(await passwords.verify('', null)).toEqual({ matches: false, outdated: false });
  });

  test('at most two are made at once and a long queue is turned away', async () => {
    const slow = createPasswords({ random: randomBytes, cost: { ...cost, N: 2 ** 12 } });
    const outcomes = await Promise.allSettled(Array.from({ length: 110 }, () => slow.hash('x')));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(8);
    for (const { reason } of refused) expect((reason as AppError).code).toBe('unavailable');
    await expect(slow.hash('x')).resolves.toMatch(/^scrypt\$4096\$8\$1\$/);
  });
});

describe('the rule for passwords', () => {
  const refusal = (password: string, name = 'dana'): string | null => {
    try {
      checkPassword(password, name);
      return null;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      expect(error.field).toBe('password');
      // A refusal is shown and perhaps logged: the password is not in it.
      expect(JSON.stringify([error.message, error.expected, error.found, error.hint])).not.toContain(
        password,
      );
      return `${error.expected}; ${error.found}`;
    }
  };

  test('fourteen characters are too few, fifteen of any kind are enough, and 64 and more are taken', () => {
    expect(refusal('abcdkzwqplmrtv')).toBe('at least 15 characters; 14 characters');
    for (const password of [
      'kzwqplmrtvbnhyu',
      'סוסים אוכלים גזר טרי',
      'کتاب آبی روی میز چوبی',
      'pokok kelapa di tepi',
      'velvet copper lantern',
      '9481 2207 5530 117',
    ])
      expect(refusal(password)).toBeNull();
    expect(refusal('correct horse battery staple '.repeat(8))).toBeNull();
    expect(refusal('w9'.repeat(129))).toBe('at most 256 characters; 258 characters');
  });

  test('fifteen characters are counted as a person counts them', () => {
    expect(refusal('🦒'.repeat(7) + '🐘'.repeat(7))).toContain('14 characters');
  });

  test.each([
    'aaaaaaaaaaaaaaa',
    '!!!!!!!!!!!!!!!',
    'passwordpassword',
    'Password Password 1',
    'PASSWORD-PASSWORD-2026',
    'concordconcordconcord',
    'Concord Admin 2026',
    'welcome to concord'.replace(' to', ''),
    'qwertyuiopasdfg',
    '123456789012345',
    '543210987654321',
    'abcdefghijklmno',
    'my secret password',
    'dana dana dana dana',
    'danapassword123',
  ])('%s is refused as easy to guess', (password) => {
    expect(refusal(password)).toMatch(/not easy to guess|^at least/);
  });

  test('a common word among others does not spoil a password', () => {
    expect(refusal('password for the velvet lantern')).toBeNull();
  });
});
