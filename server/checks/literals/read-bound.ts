import type { Bound } from './literal.ts';
import type { Token } from './tokens.ts';

const PHRASES: readonly (readonly [Bound['kind'], string])[] = [
  [
    'at-most',
    'up to | at most | no more than | not more than | at the latest | within | maximum of | maximum',
  ],
  ['at-most', 'עד | לכל היותר | תוך | בתוך | לא יותר מ | מקסימום | حداکثر | تا | ظرف | نهایتا'],
  [
    'at-most',
    'sehingga | hingga | dalam masa | dalam tempoh | selewat lewatnya | maksimum | tidak lebih daripada',
  ],
  ['at-least', 'at least | no less than | not less than | no fewer than | minimum of | minimum'],
  ['at-least', 'לפחות | לא פחות מ | מינימום | حداقل | دست کم | دستکم | sekurang kurangnya | minimum'],
  [
    'more-than',
    'more than | over | longer than | above | exceeding | יותר מ | מעל | بیش از | بیشتر از | lebih daripada | melebihi',
  ],
  ['less-than', 'less than | under | fewer than | below | פחות מ | מתחת ל | کمتر از | زیر | kurang daripada'],
  ['about', 'about | around | roughly | approximately | some | nearly | almost'],
  ['about', 'כ | בערך | בסביבות | حدود | تقریبا | نزدیک به | kira kira | lebih kurang | hampir'],
  ['every', 'every | each | כל | מדי | هر | setiap'],
];

/** By the words from the last to the first, the longest phrases first. */
const BOUNDS: readonly { readonly kind: Bound['kind']; readonly words: readonly string[] }[] =
  PHRASES.flatMap(([kind, phrases]) =>
    phrases.split(' | ').map((phrase) => ({ kind, words: phrase.split(' ') })),
  ).sort((a, b) => b.words.length - a.words.length);

/** The bound that stands right before a token. */
export function boundBefore(tokens: readonly Token[], index: number): Bound | null {
  const before: Token[] = [];
  for (let at = index - 1; at >= 0 && before.length < 4; at--) {
    const token = tokens[at];
    if (token === undefined || token.text === '\n') break;
    if (token.kind === 'mark' && token.text !== '-' && !token.glued && token.text !== ':') break;
    if (token.kind === 'word') before.unshift(token);
  }
  for (const { kind, words } of BOUNDS) {
    const last = before.slice(before.length - words.length);
    if (last.length < words.length || !last.every(({ key }, at) => key === words[at])) continue;
    return { kind, words: last.map(({ text }) => text).join(' ') };
  }
  return null;
}
