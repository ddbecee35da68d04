import { normalise } from '../../search/normalise.ts';

/** A number, a word or one other character of a text, where it stands. */
export interface Token {
  readonly kind: 'number' | 'word' | 'mark';
  /** The characters, digits of all scripts as ASCII. */
  readonly text: string;
  /** Of a word its normalised form without inner quotes; else `text`. Empty for a word that is too long to be looked up. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Whether nothing stands between it and the token before it, or only marks of emphasis and joiners. */
  readonly glued: boolean;
}

/** Longer than any word of a lexicon. */
const LONGEST_WORD = 40;

/** Takes a text apart in linear time. Blank lines are one mark `\n`; other blanks, emphasis and marks of direction are no tokens. */
export function tokensOf(flat: string): readonly Token[] {
  const tokens: Token[] = [];
  let glued = true;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(flat); match !== null; match = TOKEN.exec(flat)) {
    const [text, number, word, blank, joint] = match;
    if (joint !== undefined) continue;
    if (blank !== undefined && !/\n[^\S\n]*\n/.test(blank)) {
      glued = false;
      continue;
    }
    const kind = number !== undefined ? 'number' : word !== undefined ? 'word' : 'mark';
    tokens.push({
      kind,
      text: blank === undefined ? text : '\n',
      key: kind === 'word' ? keyOf(text) : blank === undefined ? text : '\n',
      start: match.index,
      end: match.index + text.length,
      glued: glued && blank === undefined,
    });
    glued = blank === undefined;
  }
  return tokens;
}

/** A text of the same length with the digits of all scripts as ASCII, and plain hyphens and blanks for their kin. */
export function flatten(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(FOREIGN_DIGIT, (digit) => normalise(digit))
    .replace(/[\u2010\u2011\u05be\ufe63\uff0d]/g, '-')
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ')
    .replace(/\uff05|\ufe6a|\u066a/g, '%')
    .replace(/\uff0e/g, '.')
    .replace(/\uff0c/g, ',')
    .replace(/\uff1a/g, ':');
}

/** The form under which a word stands in a lexicon. */
export function keyOf(word: string): string {
  if (word.length > LONGEST_WORD) return '';
  return ASCII_WORD.test(word) ? word.toLowerCase() : normalise(word).replace(/['"\u200c]/g, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is plain
const PLAIN = /^[\u0000-\u007f]*$/;
const ASCII_WORD = /^[A-Za-z]*$/;

/** Digits outside ASCII that are one UTF-16 unit, so that offsets stay. */
const FOREIGN_DIGIT = /(?=[\u0080-\uffff])\p{Nd}/gu;

/**
 * Number, word, blank, joint, or any other character. Tried in this order; each alternative begins with other characters, so
 * that reading never goes back.
 */
const TOKEN =
  /(\d+(?:[.,'\u066b\u066c\u2019]\d+)*)|([\p{L}\p{M}]+(?:["'\u2019\u05f3\u05f4][\p{L}\p{M}]+)*)|(\s+)|([*_~\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u00ad\ufeff])|[\s\S]/gu;
