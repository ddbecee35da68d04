/**
 * Columns that a text takes on a terminal: two for East Asian wide characters and emoji, none for marks and characters that
 * cannot be seen, one for every other.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (wide.test(segment)) width += 2;
    else if (!unseen.test(segment)) width += 1;
  }
  return width;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Unicode's East Asian Width W and F, by the scripts and blocks that have it (half-width forms aside), and what is shown as emoji. */
const wide =
  /^(?![\uff61-\uffdc])(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f)/u;

const unseen = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
