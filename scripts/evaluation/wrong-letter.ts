import { createHash } from 'node:crypto';

/** A run of at least this many letters may get a wrong one. */
const LEAST_LETTERS = 4;

/**
 * The question with one wrong letter in one word of at least four letters: two swapped, one dropped, one doubled, or one
 * replaced by its neighbour on the keyboard (in scripts without a known keyboard: in the alphabet). Word, place and kind
 * follow from the seed, so the same seed gives the same error. A text without such a word comes back as it is.
 */
export function withWrongLetter(text: string, seed: string): string {
  const words = [...text.matchAll(/\p{L}+/gu)].filter(([word]) => [...word].length >= LEAST_LETTERS);
  const chance = chances(seed);
  const chosen = words[chance(words.length)];
  if (chosen === undefined) return text;
  const [word] = chosen;
  return `${text.slice(0, chosen.index)}${misspell([...word], chance)}${text.slice(chosen.index + word.length)}`;
}

function misspell(letters: readonly string[], chance: (of: number) => number): string {
  const kind = chance(4);
  const at = chance(letters.length);
  const letter = letters[at] ?? '';
  const swapped = kind === 0 ? swap(letters, at) : null;
  if (swapped !== null) return swapped;
  const neighbour = kind === 1 ? neighbourOf(letter, chance) : null;
  if (neighbour !== null) return letters.with(at, neighbour).join('');
  if (kind === 2) return letters.toSpliced(at, 0, letter).join('');
  return letters.toSpliced(at, 1).join('');
}

/** Two different letters side by side, from a place on; null where all are the same. */
function swap(letters: readonly string[], from: number): string | null {
  for (let step = 0; step < letters.length - 1; step++) {
    const at = (from + step) % (letters.length - 1);
    const [a = '', b = ''] = letters.slice(at, at + 2);
    if (a !== b)
      return letters
        .with(at, b)
        .with(at + 1, a)
        .join('');
  }
  return null;
}

/** Rows of the usual keyboards: English, Hebrew (SI-1452), Persian (ISIRI 9147). */
const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'קראטוןםפ',
  'שדגכעיחלךף',
  'זסבהנמצתץ',
  'ضصثقفغعهخحجچ',
  'شسیبلاتنمکگ',
  'ظطزرذدپو',
].map((row) => [...row]);

/** A letter beside it, in its case; null where it has none. */
function neighbourOf(letter: string, chance: (of: number) => number): string | null {
  const lower = letter.toLowerCase();
  const row = ROWS.find((each) => each.includes(lower));
  if (row === undefined) return oneOf([letterBeside(letter, 1), letterBeside(letter, -1)], chance);
  const at = row.indexOf(lower);
  const chosen = oneOf([row[at - 1], row[at + 1]], chance);
  return letter === lower ? chosen : (chosen?.toUpperCase() ?? null);
}

function oneOf(values: readonly (string | undefined)[], chance: (of: number) => number): string | null {
  const known = values.filter((each) => each !== undefined);
  return known[chance(known.length)] ?? null;
}

/** The next letter of the same script by code point. */
function letterBeside(letter: string, step: 1 | -1): string | undefined {
  const next = String.fromCodePoint(Math.max(0, (letter.codePointAt(0) ?? 0) + step));
  const isBeside =
    /^\p{L}$/u.test(next) && SCRIPTS.some((script) => script.test(next) && script.test(letter));
  return isBeside ? next : undefined;
}

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Thai',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
].map((name) => new RegExp(`^\\p{Script=${name}}$`, 'u'));

/** Whole numbers below a bound, one after the other, from a seed; even enough for choosing among a few. */
function chances(seed: string): (of: number) => number {
  const bytes = createHash('sha256').update(seed).digest();
  let at = 0;
  return (of) => {
    const number = bytes.readUInt32BE((at * 4) % 32);
    at += 1;
    return of === 0 ? 0 : number % of;
  };
}
