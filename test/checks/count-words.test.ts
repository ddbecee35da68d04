import { countWords, sentencesOf } from '../../server/checks/count-words.ts';

describe('words are counted as they are spoken', () => {
  test.each([
    ['en', "You can't return it at 8:00 for $4.95, a well-known rule.", 11],
    ['he', 'אפשר לבטל ב־20 בחודש, לפי שעון ארה"ב.', 7],
    ['he', 'צ׳ק מבית־ספר', 3],
    ['fa', 'می‌توانید سفارش‌های خود را تا ساعت ۸:۰۰ لغو کنید.', 9],
    ['ms', 'Pakaian kanak-kanak boleh dipulangkan dalam 30 hari.', 7],
    ['niqqud', 'שָׁלוֹם לָכֶם', 2],
    ['nothing', '… — !', 0],
  ])('%s: %s', (_, text, words) => {
    expect(countWords(text)).toBe(words);
  });

  test.each([
    ['One. Two? Three!', 3],
    ['It costs 4.95 at most.', 1],
    ['یک جمله؟ جملهٔ دوم. سوم', 3],
    ['A line\nanother line', 2],
    ['He said "no." Then he left.', 2],
  ])('sentences of %s', (text, sentences) => {
    expect(sentencesOf(text)).toHaveLength(sentences);
  });
});
