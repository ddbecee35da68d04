/**
 * The form in which texts are compared: NFKD, lower case, without accents, vowel points (niqqud, harakat), tatweel and
 * invisible characters; Arabic and Persian letters and the digits of all scripts unified. Word boundaries stay where they
 * were; ZWNJ stays too, because an analyser reads it. Total: any string, lone surrogates included.
 */
export function normalise(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replace(IGNORED, '')
    .toLowerCase()
    .replace(IGNORED, '')
    .replace(FOLDED, (letter) => FOLDS.get(letter) ?? letter)
    .replace(DIGIT, (digit) => String(digitValue(digit)))
    .normalize('NFC');
}

/** Nothing to do but lower case: most words of an English text. */
const PLAIN = /^[\u0020-\u007e]*$/;

/**
 * Accents (also U+0307 that lower-casing İ leaves), niqqud and cantillation, harakat and Quranic marks, tatweel, soft
 * hyphen, zero-width and direction characters, control characters. Vowel signs of Indic and Thai scripts are letters and stay.
 */
const IGNORED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what is to be removed
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: combining marks are among what is to be removed, each by itself
  /[\u0000-\u0008\u000e-\u001f\u007f\u0080-\u009f\u00ad\u034f\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u061c\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/gu;

const FOLDS: ReadonlyMap<string, string> = new Map([
  // Arabic yeh, alef maksura, Urdu yeh to Persian yeh; kaf; teh marbuta and heh forms; alef wasla
  ['\u064a', '\u06cc'],
  ['\u0649', '\u06cc'],
  ['\u06d2', '\u06cc'],
  ['\u0643', '\u06a9'],
  ['\u0629', '\u0647'],
  ['\u06c1', '\u0647'],
  ['\u06be', '\u0647'],
  ['\u06d5', '\u0647'],
  ['\u0671', '\u0627'],
  ['\u0621', ''],
  // the letters that case folding treats apart from lower-casing
  ['\u00df', 'ss'],
  ['\u0131', 'i'],
  ['\u03c2', '\u03c3'],
  ['\u00e6', 'ae'],
  ['\u0153', 'oe'],
  ['\u00f8', 'o'],
  ['\u0142', 'l'],
  // apostrophes, Hebrew geresh and gershayim and maqaf, hyphens
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u02bc', "'"],
  ['\u0060', "'"],
  ['\u00b4', "'"],
  ['\u05f3', "'"],
  ['\u05f4', '"'],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u05be', '-'],
  ['\u2010', '-'],
  ['\u2011', '-'],
]);
const FOLDED = new RegExp(`[${[...FOLDS.keys()].join('')}]`, 'gu');

const DIGIT = /(?![0-9])\p{Nd}/gu;

/** Decimal digits of a script are ten neighbours that begin at a zero, so a digit's value is its distance from it. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  for (let value = 0; value < 10; value++) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) return value;
  }
  return 9;
}
