import type { Language } from './analyser.ts';

const FINALS: Readonly<Record<string, string>> = { ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ' };

/**
 * Hebrew: abbreviations closed up (רשב"י, צ'ק), final letters as the others, the one-letter prefixes ו ה ב כ ל מ ש taken
 * off where three letters remain. heq, Success@1: prefixes as pairs or single ones .912, up to three of any .916; suffixes
 * gained nothing (../shared/eval/README.md).
 */
export const hebrew: Language = {
  stopWords: new Set(
    (
      'של את על אל אם או גם כי לא כן יש אין זה זו זאת אלה אלו הוא היא הם הן אני אתה אתם אנחנו אנו לי לך לו לה לנו לכם להם ' +
      'שלי שלך שלו שלה שלנו שלכם שלהם אותי אותך אותו אותה מה מי מתי איך איפה היכן למה מדוע כמה האם איזה איזו אילו עם בין ' +
      'עד אחרי לפני כל כמו רק עוד כבר אבל אז כך היה היתה הייתה היו יהיה תהיה להיות ניתן אפשר צריך יכול יכולה רוצה בבקשה ' +
      'שלום תודה היי מן ידי פי אשר שם פה כאן ה ב ל מ ש ו כ'
    )
      .split(' ')
      .map(withoutFinals),
  ),
  words: (piece) => [withoutFinals(piece.replace(/['"]/gu, ''))],
  stem: withoutPrefix,
};

function withoutFinals(word: string): string {
  return word.replace(/[ךםןףץ]/gu, (letter) => FINALS[letter] ?? letter);
}

const MOST_PREFIXES = 3;

/** Up to three of them are written together: שההזמנה is that-the-order, whose own ה goes too, as it goes wherever it stands. */
function withoutPrefix(word: string): string {
  let bare = word;
  for (let taken = 0; taken < MOST_PREFIXES && bare.length > 3 && /^[והבכלמש]/u.test(bare); taken++) {
    bare = bare.slice(1);
  }
  return bare;
}
