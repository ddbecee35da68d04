import type { Locale } from '../snapshots/snapshot.ts';
import type { Language } from './analyser.ts';

const NO_STOP_WORDS: ReadonlySet<string> = new Set();

/** Languages without rules of their own: words as they stand, hyphens and apostrophes part them. */
export const otherWords: Language = {
  stopWords: NO_STOP_WORDS,
  words: (piece) => piece.split(/['"\-\u200c]+/u).filter((part) => part !== ''),
  stem: (word) => word,
};

/** Scripts that write no blanks between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese): cut by the platform's dictionary. */
export function unspacedWords(locale: Locale): Language {
  const segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  return {
    stopWords: NO_STOP_WORDS,
    words: (piece) =>
      [...segmenter.segment(piece)].filter((part) => part.isWordLike === true).map((part) => part.segment),
    stem: (word) => word,
  };
}
