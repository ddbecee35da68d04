import { makeArticle, smallYaml } from '../../support/small-world.ts';
import { checkWorld, found } from '../check-world.ts';

const two = (locale: string, first: readonly string[], second: readonly string[]) => ({
  'en/orders/a.md': makeArticle({ title: 'Alpha?', body: 'Gadgets.' }),
  'en/orders/b.md': makeArticle({ title: 'Beta?', body: 'Widgets.' }),
  [`${locale}/orders/a.md`]: makeArticle({ title: 'Gamma', questions: first, body: 'Gadgets.' }),
  [`${locale}/orders/b.md`]: makeArticle({ title: 'Delta', questions: second, body: 'Widgets.' }),
});

describe('questions that two articles claim in other words', () => {
  const code = 'question-claimed-twice';

  test.each([
    ['en', 'how do I cancel an order', 'can orders be cancelled?'],
    ['en', 'refund for a late parcel', 'late parcel, do I get a refund'],
    ['he', 'איך לבטל הזמנה', 'לבטל את ההזמנה'],
    ['fa', 'چطور سفارش را لغو کنم', 'لغو سفارش‌ها'],
    ['ms', 'macam mana nak batalkan pesanan', 'pembatalan pesanan'],
  ])('are found in %s: %s, %s', (locale, one, other) => {
    expect(found(code, two(locale, [one], [other]))).toEqual([
      `${locale}/orders/b.md:7:5 “${other}” here, and “${one}” in ${locale}/orders/a.md`,
    ]);
  });

  test('are found by the site’s own words that mean the same', () => {
    const files = two('en', ['refund of shipping'], ['shipping money back']);
    expect(found(code, files)).toHaveLength(1);
    expect(found(code, { ...files, 'synonyms.yaml': 'en: [[order, purchase]]\n' })).toEqual([]);
  });

  test('name both places, both questions and the words they share', () => {
    const { findings } = checkWorld(two('en', ['how do I cancel an order'], ['can orders be cancelled?']));
    expect(findings.find((finding) => finding.code === code)).toMatchObject({
      severity: 'warning',
      message: 'Question 1 of orders/b asks the same as Question 1 of orders/a.',
      other: { place: { file: 'en/orders/a.md', line: 7, column: 5 }, says: 'how do I cancel an order' },
      because: ['cancel', 'order'],
    });
  });

  test.each([
    ['where a word turns them round', 'cancel an order before it ships', 'cancel an order after it ships'],
    ['where they deny', 'order not arrived', 'order arrived'],
    ['where one word is all they have', 'where is my refund', 'when do I get the refund'],
    ['where they ask of other things', 'cancel an order', 'cancel a membership'],
  ])('are left alone %s', (_, one, other) => {
    expect(found(code, two('en', [one], [other]))).toEqual([]);
  });

  test('are left alone between agents’ articles and public ones, and where they are never in force together', () => {
    const question = { questions: ['how do I cancel an order'] };
    const same = { questions: ['can orders be cancelled?'] };
    const a = makeArticle({ title: 'Alpha?', ...question });
    expect(
      found(code, { 'en/orders/a.md': a, 'en/orders/b.md': makeArticle({ ...same, audience: 'agent' }) }),
    ).toEqual([]);
    expect(
      found(code, {
        'en/orders/a.md': makeArticle({ title: 'A?', ...question, effective: { to: '2027-01-01' } }),
        'en/orders/b.md': makeArticle({ ...same, effective: { from: '2027-01-01' } }),
      }),
    ).toEqual([]);
  });
});

describe('a variant that another article wins', () => {
  const code = 'variant-lost';
  const winner = (locale: string, title: string, body: string) => ({
    [`${locale}/returns/winner.md`]: makeArticle({ title, owner: 'care', body }),
  });

  test.each([
    [
      'en',
      'how to mend a torn woollen jumper',
      'How do I mend a torn jumper?',
      'A torn jumper can be mended at home.',
    ],
    ['he', 'איך מתקנים סוודר צמר קרוע', 'מתקנים סוודר קרוע?', 'סוודר קרוע אפשר לתקן בבית.'],
    ['fa', 'تعمیر ژاکت پشمی پاره', 'تعمیر ژاکت پاره', 'ژاکت پاره را می‌توان در خانه تعمیر کرد.'],
    [
      'ms',
      'baiki baju sejuk bulu yang koyak',
      'Baiki baju sejuk koyak?',
      'Baju sejuk koyak boleh dibaiki di rumah.',
    ],
  ])('is found in %s, with the article that wins it', (locale, variant, title, body) => {
    const files = {
      ...two(locale, [variant], []),
      'en/returns/winner.md': makeArticle({ title: 'Mending', owner: 'care' }),
      ...winner(locale, title, body),
    };
    expect(found(code, files)).toEqual([`${locale}/orders/a.md:7:5 returns/winner, which lists “${title}”`]);
  });

  test('is left alone where its own article says what it asks', () => {
    const title = 'How do I mend a torn jumper?';
    const files = {
      ...winner('en', title, 'Take it to a shop.'),
      'en/orders/a.md': makeArticle({
        title: 'How to mend a torn woollen jumper at home',
        questions: ['how to mend a torn woollen jumper'],
        body: 'A torn woollen jumper is mended with a darning needle and woollen yarn.',
      }),
    };
    expect(found(code, files)).toEqual([]);
  });
});

describe('a question that another article claims word for word', () => {
  test('stays the error that it is', () => {
    const files = two('en', ['cancel an order'], ['Cancel an order?']);
    const { findings } = checkWorld({ ...files, 'synonyms.yaml': smallYaml['synonyms.yaml'] ?? '' });
    const claims = ['question-claimed-twice', 'variant-lost'];
    expect(findings.filter(({ code }) => claims.includes(code))).toEqual([]);
  });
});
