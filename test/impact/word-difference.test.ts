import fc from 'fast-check';
import type { WordRun } from '../../server/impact/impact.ts';
import { wordDifference } from '../../server/impact/word-difference.ts';

const side = (runs: readonly WordRun[], without: WordRun['kind']): string =>
  runs
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('');
/** As a terminal without colours shows it. */
const marked = (before: string, after: string): string =>
  wordDifference(before, after)
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'gone' ? `[-${text}-]` : `{+${text}+}`))
    .join('');

describe('the word difference of two texts', () => {
  test.each([
    ['Within 14 days.', 'Within 30 days.', 'Within [-14-]{+30+} days.'],
    [
      'Within 14 days after delivery',
      'Within 30 days of delivery',
      'Within [-14-]{+30+} days [-after-]{+of+} delivery',
    ],
    ['It is free.', 'It is always free of charge.', 'It is {+always +}free{+ of charge+}.'],
    ['One. Two.', 'One.', 'One.[- Two.-]'],
    ['', 'New', '{+New+}'],
    ['Old', '', '[-Old-]'],
    ['Same', 'Same', 'Same'],
    ['אפשר להחזיר בתוך 14 ימים', 'אפשר להחזיר בתוך 30 ימים', 'אפשר להחזיר בתוך [-14-]{+30+} ימים'],
    ['تا ۱۴ روز', 'تا ۳۰ روز', 'تا [-۱۴-]{+۳۰+} روز'],
    ['送料は無料です', '送料は有料です', '送料は[-無料-]{+有料+}です'],
  ])('of %j and %j is %s', (before, after, expected) => {
    expect(marked(before, after)).toBe(expected);
  });

  test('joins changes with crumbs between them, so that a new sentence reads as one', () => {
    expect(marked('You pay the return postage yourself.', 'We send you a free return label at once.')).toBe(
      '[-You pay the return postage yourself-]{+We send you a free return label at once+}.',
    );
  });

  test('gives back both texts to the letter, and never two runs of a kind in a row', () => {
    const words = fc.array(fc.constantFrom('the', 'a', ' ', '\n', 'days', '14', '.', 'ש', '🙏', '\u200c'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [before, after] = [a.join(''), b.join('')];
        const runs = wordDifference(before, after);
        expect(side(runs, 'new')).toBe(before);
        expect(side(runs, 'gone')).toBe(after);
        expect(runs.every(({ kind, text }, i) => text !== '' && kind !== runs[i + 1]?.kind)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('shows two long texts with nothing in common one after the other', () => {
    const [before, after] = [0, 1].map((which) =>
      Array.from({ length: 4_000 }, (_, at) => `w${which}x${at}`).join(' '),
    );
    const runs = wordDifference(before ?? '', after ?? '');
    expect(runs.map(({ kind }) => kind)).toEqual(['gone', 'new']);
  });

  test('of one word in a long text is that word', () => {
    const long = Array.from({ length: 20_000 }, (_, at) => `word${at % 97}`).join(' ');
    const runs = wordDifference(`${long} old ${long}`, `${long} new ${long}`);
    expect(runs.map(({ kind }) => kind)).toEqual(['same', 'gone', 'new', 'same']);
  });
});
