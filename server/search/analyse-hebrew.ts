import type { Language } from './analyser.ts';

const FINALS: Readonly<Record<string, string>> = { ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ' };

/**
 * Hebrew: abbreviations closed up (רשב"י, צ'ק), final letters as the others, one-letter prefixes (ו ה ב כ ל מ ש, alone or
 * two together) taken off where three letters remain. Measured in ../shared/eval/README.md: prefixes .870 to .891 on
 * Hebrew; stripping suffixes gained nothing.
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

/** Pairs that Hebrew really writes: and-the, that-in, when-the ... */
const PAIR = /^(?:ו[הבכלמש]|ש[הבכלמ]|כש|מה|לה|בה|מש|לכ)/u;

function withoutPrefix(word: string): string {
  if (word.length >= 5 && PAIR.test(word)) return word.slice(2);
  if (word.length >= 4 && /^[והבכלמש]/u.test(word)) return word.slice(1);
  return word;
}
