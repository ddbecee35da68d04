import { sentencesOf } from '../../../server/checks/agreement/sentences.ts';
import { makeArticle, smallYaml } from '../../support/small-world.ts';
import { checkWorld, found } from '../check-world.ts';

const two = (one: string, other: string, locale = 'en') => ({
  ...(locale === 'en'
    ? {}
    : {
        'en/orders/a.md': makeArticle({ title: 'Alpha?', body: 'Alpha.' }),
        'en/orders/b.md': makeArticle({ title: 'Beta?', body: 'Beta.' }),
      }),
  [`${locale}/orders/a.md`]: makeArticle({ title: 'Gamma', body: one }),
  [`${locale}/orders/b.md`]: makeArticle({ title: 'Delta', body: other }),
});

describe('articles that give one thing different values', () => {
  const code = 'articles-disagree';

  test('are told with both places, both values and the words that they share', () => {
    const { findings } = checkWorld(
      two(
        'Ask first.\n\nGift boxes are kept at the counter for 14 days.',
        'At the counter we keep gift boxes for three weeks.',
      ),
    );
    expect(findings.filter((finding) => finding.code === code)).toEqual([
      expect.objectContaining({
        severity: 'error',
        place: { file: 'en/orders/b.md', line: 7, column: 39, endColumn: 50 },
        message: 'This says “three weeks” where en/orders/a.md says “14 days”.',
        other: { place: { file: 'en/orders/a.md', line: 9, column: 40, endColumn: 47 }, says: '14 days' },
        because: ['box', 'counter', 'gift', 'kept'].filter((word) => word !== 'kept'),
      }),
    ]);
  });

  test.each([
    ['he', 'קופסת מתנה נשמרת בדלפק למשך 14 ימים.', 'אנחנו שומרים כל קופסת מתנה בדלפק למשך שלושה שבועות.'],
    ['fa', 'جعبهٔ هدیه ۱۴ روز در پیشخوان نگه داشته می‌شود.', 'جعبهٔ هدیه سه هفته در پیشخوان نگه داشته می‌شود.'],
    [
      'ms',
      'Kotak hadiah disimpan di kaunter selama 14 hari.',
      'Kami simpan kotak hadiah di kaunter selama tiga minggu.',
    ],
  ])('are found in %s', (locale, one, other) => {
    expect(found(code, two(one, other, locale))).toHaveLength(1);
  });

  const statement = 'Gift boxes are kept at the counter for 14 days.';
  test.each([
    ['in another unit', statement, 'Gift boxes are kept at the counter for two weeks.'],
    ['of another measure', statement, 'Gift boxes are kept at the counter for 10 working days.'],
    ['of two things built alike', statement, 'Repaired shoes are kept at the counter for 30 days.'],
    [
      'where one article says both',
      statement,
      'Gift boxes are kept at the counter for 14 days, or 30 days on request.',
    ],
    ['of which one is an example', statement, 'For example, gift boxes are kept at the counter for 3 days.'],
    [
      'of which one is a condition',
      statement,
      'If gift boxes are kept at the counter for 30 days, we write.',
    ],
    [
      'of which one is for members',
      statement,
      ':::when plan=plus\nGift boxes are kept at the counter for 30 days.\n:::',
    ],
    [
      'of which one names its customers',
      statement,
      'In the United Kingdom gift boxes are kept at the counter for 30 days.',
    ],
    [
      'of which one is a place in a document',
      'Section 7 covers gift boxes at the counter.',
      'Section 2 covers gift boxes at the counter.',
    ],
    ['with nothing in common', statement, 'The desk answers within 2 hours.'],
  ])('are left alone %s', (_, one, other) => {
    expect(found(code, two(one, other))).toEqual([]);
  });

  test('are compared where both hold for the same customers', () => {
    const when = (days: number) =>
      `:::when region=EU,UK\nGift boxes are kept at the counter for ${days} days.\n:::`;
    expect(found(code, two(when(14), when(30)))).toHaveLength(1);
    expect(found(code, two(when(14), when(30).replace('EU,UK', 'US')))).toEqual([]);
  });

  test('are left alone where they are never in force together', () => {
    const gift = (days: number, effective: object) =>
      makeArticle({
        title: `Days ${days}`,
        body: `Gift boxes are kept at the counter for ${days} days.`,
        effective,
      });
    const files = {
      'en/orders/a.md': gift(14, { to: '2027-01-01' }),
      'en/orders/b.md': gift(30, { from: '2027-01-01' }),
    };
    expect(found(code, files)).toEqual([]);
  });

  test('are found between agents’ notes and public text', () => {
    const note = 'Ask us.\n\n:::agent\nGift boxes are kept at the counter for 30 days.\n:::';
    expect(found(code, two(statement, note))).toEqual(['en/orders/b.md:10:40 “30 days”']);
  });
});

describe('a translation beside its source', () => {
  const world = (source: string, translation: string, locale = 'he') => ({
    'en/orders/a.md': makeArticle({ title: 'Boxes?', body: source }),
    [`${locale}/orders/a.md`]: makeArticle({ title: 'X?', body: translation }),
  });
  const both = (files: Parameters<typeof found>[1]) => [
    ...found('translation-disagrees', files),
    ...found('translation-literal-missing', files).map((finding) => `missing ${finding}`),
  ];

  test.each([
    ['he', 'שומרים אותה 30 ימים.', '30 ימים'],
    ['fa', 'آن را ۳۰ روز نگه می‌داریم.', '۳۰ روز'],
    ['ms', 'Kami simpan selama tiga puluh hari.', 'tiga puluh hari'],
  ])('disagrees in %s with the value of the same section', (locale, text, value) => {
    const files = world(
      'Ask.\n\n## How {#how}\n\nWe keep it for 14 days.',
      `שאלו.\n\n## X {#how}\n\n${text}`,
      locale,
    );
    expect(both(files)).toEqual([expect.stringContaining(`${locale}/orders/a.md:11:`)]);
    expect(both(files)[0]).toContain(`“${value}”`);
  });

  test.each([
    ['he', 'שומרים אותה שבועיים.'],
    ['fa', 'آن را دو هفته نگه می‌داریم.'],
    ['ms', 'Kami simpan selama empat belas hari.'],
  ])('agrees in %s by the value, in whatever words', (locale, text) => {
    expect(both(world('We keep it for 14 days.', text, locale))).toEqual([]);
  });

  test('disagrees where it refers to another fact', () => {
    const files = world('Within {{fact:return-window}}.', 'תוך {{fact:cancellation-window}}.');
    expect(both(files)).toEqual(['he/orders/a.md:7:5 {{fact:cancellation-window}}']);
  });

  test('lacks a value or fact of its source, or has one more', () => {
    const source = 'We keep it for 14 days. Call {{fact:care-phone}}.';
    expect(both(world(source, 'שומרים אותה.'))).toEqual([
      'missing he/orders/a.md:7:1 no such value',
      'missing he/orders/a.md:7:1 no such value',
    ]);
    expect(both(world('We keep it.', 'שומרים אותה 14 יום.'))).toEqual([
      'missing he/orders/a.md:7:13 “14 יום”',
    ]);
  });

  test('is left alone where it writes out what its source’s fact says, which is told elsewhere', () => {
    expect(both(world('Within {{fact:cancellation-window}}.', 'תוך 24 שעות.'))).toEqual([]);
  });

  test('disagrees where it writes out another value than its source’s fact has', () => {
    expect(
      found('translation-disagrees', world('Within {{fact:cancellation-window}}.', 'תוך 48 שעות.')),
    ).toEqual(['he/orders/a.md:7:5 “48 שעות”']);
  });

  test('is compared condition by condition', () => {
    const parts = (eu: string, uk: string, text: (days: string) => string) =>
      `Start.\n\n:::when region=EU\n${text(eu)}\n:::\n\n:::when region=UK\n${text(uk)}\n:::`;
    const source = parts('14', '30', (days) => `We keep it for ${days} days.`);
    const hebrew = (eu: string, uk: string) => parts(eu, uk, (days) => `שומרים אותה ${days} ימים.`);
    expect(both(world(source, hebrew('14', '30')))).toEqual([]);
    expect(found('translation-disagrees', world(source, hebrew('30', '14')))).toHaveLength(2);
  });

  test('passes over one day and one year in words', () => {
    expect(both(world('The price is paid in one sum.', 'המחיר משולם פעם בשנה.'))).toEqual([]);
  });

  test('tells nothing of facts that are told of the world', () => {
    expect(both({ 'facts.yaml': smallYaml['facts.yaml'] ?? '' })).toEqual([]);
  });
});

describe('sentences', () => {
  test.each([
    ['One. Two? Three!', ['One.', 'Two?', 'Three!']],
    [
      'Open until 6 p.m. on Sunday. Closed $4.50 later.',
      ['Open until 6 p.m. on Sunday.', 'Closed $4.50 later.'],
    ],
    [
      'A line\nthat goes on.\n\n* One thing\n* Another',
      ['A line\nthat goes on.', '* One thing', '* Another'],
    ],
    ['آیا؟ بله. نه', ['آیا؟', 'بله.', 'نه']],
  ])('end where %j says', (text, expected) => {
    expect(sentencesOf(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });

  test('are read in linear time', () => {
    const started = process.cpuUsage();
    sentencesOf('.'.repeat(500_000));
    sentencesOf(' \n'.repeat(250_000));
    sentencesOf('a.'.repeat(250_000));
    const { user } = process.cpuUsage(started);
    expect(user / 1000).toBeLessThan(2_000);
  });
});
