import { digitValue } from '../redact.ts';

/**
 * An amount as people type it, in the digits of any script, with a point or comma before at most two decimals; null where it
 * is none, or could be two: `1,000` is one or a thousand.
 */
export function readAmount(typed: string): number | null {
  const plain = [...typed.trim().normalize('NFKC')].map(asciiOf).join('');
  const match = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(plain);
  return match === null ? null : Number(`${match[1]}.${match[2] ?? '0'}`);
}

const digit = /^\p{Nd}$/u;

function asciiOf(character: string): string {
  // Arabic decimal separator.
  if (character === '\u066b') return '.';
  return digit.test(character) ? digitValue(character) : character;
}
