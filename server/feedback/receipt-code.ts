/** Digits and consonants that nobody mistakes for one another or reads as a word: no vowel, no Y, no 0, 1, I, L, O. */
export const receiptAlphabet = '23456789BCDFGHJKMNPQRSTVWXZ';

/** Characters of a receipt code: 27^8 = 2.8 * 10^11 codes. */
export const receiptLength = 8;

/** A fresh code. `random` gives that many unpredictable bytes; every code is equally likely. */
export function newReceiptCode(random: (bytes: number) => Uint8Array): string {
  const fair = 256 - (256 % receiptAlphabet.length);
  let code = '';
  while (code.length < receiptLength) {
    for (const byte of random(receiptLength)) {
      if (byte < fair && code.length < receiptLength) code += receiptAlphabet[byte % receiptAlphabet.length];
    }
  }
  return code;
}

/** The code that a person typed, in any case, with or without hyphens and blanks, or null where it cannot be one. */
export function readReceiptCode(typed: string): string | null {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}\p{Cf}]/gu, '');
  const valid = code.length === receiptLength && [...code].every((one) => receiptAlphabet.includes(one));
  return valid ? code : null;
}
