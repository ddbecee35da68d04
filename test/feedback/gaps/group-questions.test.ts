import fc from 'fast-check';
import { createGrouping, sharedWords } from '../../../server/feedback/gaps/group-questions.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

/** Places questions in their order, as placing does; gives the leader of each. */
function grouped(locale: string, questions: readonly string[]): readonly number[] {
  const grouping = createGrouping(locale);
  for (const question of questions) grouping.know(question);
  return questions.map((question, at) => {
    const likeness = grouping.place(question);
    if (likeness !== null) return likeness.leader;
    grouping.lead(at, question);
    return at;
  });
}

describe('grouping of questions', () => {
  test('puts questions together that share their telling words, in whatever endings and order', () => {
    expect(
      grouped('en', [
        'Do you sell gift cards?',
        'selling a gift card',
        'Can I park my bicycle at the shop?',
        'is there bicycle parking at your shops',
        'Do you sell wallpaper?',
      ]),
    ).toEqual([0, 0, 2, 2, 4]);
  });

  test('knows the words of Hebrew and Persian by their stems', () => {
    expect(grouped('he', ['האם יש חניה לאופניים?', 'חניה לאופניים יש?', 'מכרתם לי ספר קרוע'])).toEqual([
      0, 0, 2,
    ]);
    expect(grouped('fa', ['کارت هدیه می‌فروشید؟', 'فروش کارت‌های هدیه', 'پارکینگ دوچرخه دارید؟'])).toEqual([
      0, 0, 2,
    ]);
  });

  test('says which words a question shares, as they were typed', () => {
    expect(sharedWords('en', 'Is there parking for my Bicycle?', 'can bicycles be parked')).toEqual([
      'parking',
      'Bicycle',
    ]);
  });

  test('names words that say little only where nothing else is shared', () => {
    expect(sharedWords('en', 'where is it', 'where was the sofa')).not.toEqual([]);
    expect(sharedWords('en', 'where is the sofa', 'where was the sofa')).toEqual(['sofa']);
  });

  test('takes the lower of two leaders that are as alike', () => {
    const grouping = createGrouping('en');
    for (const question of ['red sofa', 'sofa red', 'red sofa']) grouping.know(question);
    grouping.lead(7, 'sofa red');
    grouping.lead(3, 'red sofa');
    expect(grouping.place('red sofa')).toEqual({ leader: 3, alike: 1 });
  });

  const words = ['sofa', 'colour', 'bicycle', 'parking', 'wallpaper', 'gift', 'card', 'the', 'is', 'my'];
  const question = fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 })
    .map((one) => one.join(' '));

  test('gives the same groups for the same questions, and joins only what shares a word with its leader', () => {
    fc.assert(
      fc.property(fc.array(question, { maxLength: 30 }), (questions) => {
        const once = grouped('en', questions);
        expect(grouped('en', questions)).toEqual(once);
        once.forEach((leader, at) => {
          expect(once[leader]).toBe(leader);
          expect(sharedWords('en', questions[at] ?? '', questions[leader] ?? '')).not.toEqual([]);
        });
      }),
    );
  });

  test('groups by the words and not by their order or repetition', () => {
    fc.assert(
      fc.property(question, question, (one, other) => {
        const turned = `${other.split(' ').reverse().join(' ')} ${other}`;
        const likeness = (second: string) => {
          const grouping = createGrouping('en');
          for (const known of [one, other]) grouping.know(known);
          grouping.lead(0, one);
          return grouping.nearest(second, 1);
        };
        expect(likeness(turned)).toEqual(likeness(other));
      }),
    );
  });

  test('likeness is the same from both sides', () => {
    fc.assert(
      fc.property(question, question, (one, other) => {
        const alike = (leader: string, second: string): number => {
          const grouping = createGrouping('en');
          for (const known of [one, other]) grouping.know(known);
          grouping.lead(0, leader);
          return grouping.nearest(second, 1)[0]?.alike ?? 0;
        };
        expect(alike(one, other)).toBeCloseTo(alike(other, one), 12);
      }),
    );
  });

  test('20,000 different questions take less than two seconds', async () => {
    const many = Array.from(
      { length: 20_000 },
      (_, at) =>
        `${words[at % 7]} ${words[(at >> 3) % 7]} number${at % 997} word${at % 4_999} for ${words[at % 3]}`,
    );
    expect(new Set(many).size).toBeGreaterThan(19_000);
    expect(await leastCpuMs(2_000, () => grouped('en', many))).toBeLessThan(2_000);
  }, 60_000);
});
