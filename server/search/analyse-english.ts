import { stemmer } from 'stemmer';
import type { Language } from './analyser.ts';

/**
 * English: Porter stems; contractions and possessives reduced; `e-mail` is one word, `check-in` two. Stop words are,
 * beside the words of grammar, those of saying, going and giving: they are rare in policies and frequent in questions, so
 * that they would outweigh the subject. `npm run evaluate -- --sets ../shared/eval`: Success@1 .841 to .843, among three .930
 * to .933; each variant of the sample content left out: .726 before and after. Words of wanting, taking and time gained nothing.
 */
export const english: Language = {
  stopWords: new Set(
    (
      'a an the this that these those i im ive id ill me my mine myself we our ours us you your yours he him his she her hers ' +
      'it its they them their theirs who whom whose which what when where why how is are am was were be been being isnt ' +
      'arent wasnt do does did doing dont doesnt didnt have has had having havent hasnt can could will would shall should ' +
      'may might must cant couldnt wont wouldnt shouldnt and or but if then than so as of at by for with about into ' +
      'to from in on off out up over under again here there all any some no not nor only own same too very just also ' +
      'wheres whats hows whos theres please pls plz u ur hi hello hey thanks thank ok there s t ' +
      'know say says said saying go goes going went gone give gives gave put ' +
      'see look think'
    ).split(' '),
  ),
  words: wordsOfLatin,
  stem: (word) => (word.length > 2 && !WHOLE.has(word) ? stemmer(word) : word),
};

/** Words whose stem is another word's: customs are no customers. */
const WHOLE = new Set(['customs']);

/**
 * Parts of a Latin word. Endings after an apostrophe that only inflect ('s 'd 'll 've 're 'm) fall away, other apostrophes
 * close up (`don't`, `o'clock`); hyphens part words unless a part is a single letter (`t-shirt`, `e-mail`).
 */
export function wordsOfLatin(piece: string): readonly string[] {
  const plain = piece.replace(/'(?:s|d|ll|ve|re|m)(?=-|$)/gu, '').replaceAll("'", '');
  const parts = plain.split('-').filter((part) => part !== '');
  if (parts.length > 1 && parts.some((part) => part.length === 1)) return [parts.join('')];
  return parts;
}
