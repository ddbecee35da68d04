import { alikeTexts } from '../../../server/checks/agreement/alike-texts.ts';
import { makeArticle } from '../../support/small-world.ts';
import { checkWorld, found } from '../check-world.ts';

const code = 'section-duplicate';
const text =
  'Bring the item and its receipt to any of our shops, and we check the seams, the buttons and the label ' +
  'while you wait. The money goes back to the card that paid, never to another one.';
const shorter = text.replace('while you wait', 'on the spot');
const article = (title: string, body: string, more: object = {}) => makeArticle({ title, body, ...more });

describe('sections that say nearly the same', () => {
  test('are found in two articles, with what differs, who should own the text and the link to write', () => {
    const { findings } = checkWorld({
      'en/orders/shop.md': article('Shops?', `Read on.\n\n## In a shop {#shop}\n\n${text}`),
      'en/returns/back.md': article('Back?', `${shorter}`, { related: ['orders/shop'] }),
    });
    expect(findings.filter((finding) => finding.code === code)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        place: { file: 'en/returns/back.md', line: 9, column: 1, endColumn: shorter.length + 1 },
        message: 'This section says nearly the same as “In a shop” of orders/shop: 91 % of the words.',
        found: 'only here: on the spot; only there: while you wait',
        hint:
          'Keep it in “In a shop” of orders/shop (1 article links to it, verified 2026-11-02), ' +
          'and write here what differs, with a link: ../orders/shop.md#shop',
        other: { place: { file: 'en/orders/shop.md', line: 9, column: 1, endColumn: 21 }, says: 'In a shop' },
      }),
    ]);
  });

  test('belong to the public article before the agents’ one, whoever is verified last', () => {
    const files = {
      'en/orders/a.md': article('A?', text, { audience: 'agent', verified: '2026-11-20' }),
      'en/orders/b.md': article('B?', text),
    };
    expect(found(code, files)).toEqual(['en/orders/a.md:7:1 nothing only here; nothing only there']);
  });

  test('belong to the article that was verified last where no links tell', () => {
    const files = {
      'en/orders/a.md': article('A?', text),
      'en/orders/b.md': article('B?', text, { verified: '2026-11-20' }),
    };
    expect(found(code, files)).toEqual([expect.stringMatching(/^en\/orders\/a\.md:7:1/)]);
  });

  test.each([
    [
      'he',
      'מביאים את הפריט ואת הקבלה לכל אחת מהחנויות שלנו, ואנחנו בודקים את התפרים, את הכפתורים ואת התווית תוך כדי המתנה.',
    ],
    [
      'fa',
      'کالا و رسید آن را به هر یک از فروشگاه‌های ما بیاورید تا درزها، دکمه‌ها و برچسب را همان‌جا بررسی کنیم.',
    ],
    [
      'ms',
      'Bawa barang dan resitnya ke mana-mana kedai kami, dan kami akan memeriksa jahitan, butang dan labelnya di situ.',
    ],
  ])('are found in %s', (locale, words) => {
    const files = {
      'en/orders/a.md': article('A?', 'One thing.'),
      'en/orders/b.md': article('B?', 'Another one.'),
      [`${locale}/orders/a.md`]: article('A1', words),
      [`${locale}/orders/b.md`]: article('B1', `${words} {{fact:care-phone}}`),
    };
    expect(found(code, files)).toHaveLength(1);
  });

  test.each([
    ['in one article', { 'en/orders/a.md': article('A?', `${text}\n\n## Again\n\n${text}`) }],
    [
      'in two languages, where one waits for its translator',
      { 'en/orders/a.md': article('A?', text), 'he/orders/a.md': article('A1?', text) },
    ],
    [
      'in articles that are never in force together',
      {
        'en/orders/a.md': article('A?', text, { effective: { to: '2027-01-01' } }),
        'en/orders/b.md': article('B?', text, { effective: { from: '2027-01-01' } }),
      },
    ],
    [
      'where they are a short phrase',
      {
        'en/orders/a.md': article('A?', 'Write to us if you have any more questions.'),
        'en/orders/b.md': article('B?', 'Write to us if you have any more questions.'),
      },
    ],
    [
      'where only single words are the same',
      {
        'en/orders/a.md': article('A?', text),
        'en/orders/b.md': article('B?', text.split(' ').reverse().join(' ')),
      },
    ],
  ])('are left alone %s', (_, files) => {
    expect(found(code, files)).toEqual([]);
  });

  test('are told once for each copy, however many there are', () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `en/orders/copy-${String(at).padStart(2, '0')}.md`,
        article(`Copy ${at}?`, `${text} Number ${at}.`),
      ]),
    );
    expect(found(code, files)).toHaveLength(59);
  });
});

describe('alike texts', () => {
  test('are the same as by comparing every two', () => {
    const words = 'a b c d e f g'.split(' ');
    const texts = Array.from({ length: 200 }, (_, text) =>
      Array.from({ length: 12 }, (_, at) => words[(text * 7 + at * (1 + (text % 5))) % 7] ?? ''),
    );
    const runs = texts.map(
      (list) => new Set(list.slice(2).map((word, at) => `${list[at]} ${list[at + 1]} ${word}`)),
    );
    const expected = runs.flatMap((one, second) =>
      runs.slice(0, second).flatMap((other, first) => {
        const shared = [...one].filter((run) => other.has(run)).length;
        const alike = shared / (one.size + other.size - shared);
        return alike >= 0.5 ? [`${first} ${second}`] : [];
      }),
    );
    const found = alikeTexts(texts, 0.5).map(({ first, second }) => `${first} ${second}`);
    expect(expected.length).toBeGreaterThan(100);
    // A text meets the first 32 of those that share a run; every one that has a twin is still found with one.
    expect(found.filter((pair) => !expected.includes(pair))).toEqual([]);
    const second = (pair: string) => pair.split(' ')[1];
    expect(new Set(found.map(second))).toEqual(new Set(expected.map(second)));
  });
});
