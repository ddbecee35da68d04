/** ITU-T E.164 country codes: 1 and 7 have one digit, these have two, all others three. */
const twoDigitCodes = /^(?:20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/**
 * An E.164 number as people read it: `+1 800 555 0142`. The same grouping as in approved texts (a test compares them),
 * so that one number is never written in two ways.
 */
export function showPhone(e164: string): string {
  const digits = e164.replace(/\D/g, '');
  const code = digits.slice(0, /^[17]/.test(digits) ? 1 : twoDigitCodes.test(digits) ? 2 : 3);
  const rest = digits.slice(code.length);
  const threes = Math.max(0, Math.ceil((rest.length - 4) / 3));
  const groups = Array.from({ length: threes }, (_, index) => rest.slice(3 * index, 3 * index + 3));
  return [`+${code}`, ...groups, rest.slice(3 * threes)].filter((group) => group !== '').join(' ');
}
