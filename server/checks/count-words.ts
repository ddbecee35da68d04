/**
 * Words of a text as they are spoken: an apostrophe, geresh, gershayim, joiner or hyphen inside a word does not end it
 * (kanak-kanak and ארה"ב are one), nor does a single letter before a maqaf begin one (ב־20); 8:00 and 4.95 are one word each.
 */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(word)) count += 1;
  return count;
}

/** The words of a text, as they are counted. */
export function spokenWords(text: string): readonly string[] {
  return text.match(word) ?? [];
}

const word =
  /(?:\p{L}\p{M}*\u05be)?(?:\p{N}+(?:[.,:٫٬/]\p{N}+)*|[\p{L}\p{M}][\p{L}\p{M}\p{N}]*(?:(?:['’׳״"\u200c‐-]|\u200d)[\p{L}\p{M}\p{N}]+)*)/gu;

/** Sentences of a plain text: they end at . ! ? and their likes in other scripts before a blank, and at line ends. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/\n+|(?<=[.!?؟۔…。！？]["'”’»)]*)\s+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}
