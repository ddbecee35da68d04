import fc from 'fast-check';
import { buildIndex } from '../../server/search/build-index.ts';
import type { SearchIndex } from '../../server/search/search.ts';
import { tuningFor } from '../../server/search/tuning.ts';
import { compiled, edition, rendering, section } from './small-edition.ts';

/** A shop's articles, near neighbours among them. */
const articles = [
  compiled('orders/cancel', {
    title: 'Can I cancel my order before it ships?',
    questions: ['I ordered by mistake, stop it', 'cancel order not shipped yet'],
    lead: 'Yes. An order that has not shipped can be cancelled free of charge.',
    sections: [
      section('how', 'Open your order and choose Cancel.', 'How to cancel'),
      section(
        'gift',
        'A gift card that paid for it gets its balance back within one day.',
        'Paid by gift card',
      ),
    ],
  }),
  compiled('orders/change', {
    title: 'Can I change my order?',
    questions: ['add something to my order', 'wrong size ordered'],
    lead: 'Before it ships you can change sizes, colours and the address of an order.',
  }),
  compiled('membership/cancel', {
    title: 'How do I cancel my membership?',
    questions: ['stop wren plus', 'end my subscription'],
    lead: 'Cancel the membership in your account; it runs until the end of the paid period.',
  }),
  compiled('refunds/when', {
    title: 'When does my refund arrive?',
    questions: ['where is my money'],
    lead: 'A refund reaches your card five days after the parcel came back to us.',
  }),
  compiled('delivery/track', {
    title: 'Where is my parcel?',
    questions: ['track my package', 'tracking number'],
    lead: 'Follow it with the number in the mail that says that it was sent.',
  }),
];
const index = buildIndex(edition(articles));

function first(question: string, from: SearchIndex = index): string | undefined {
  return from.search(question, 1).candidates[0]?.articleId;
}

describe('ranking', () => {
  test.each([
    [
      'please cancel my order',
      'orders/cancel',
      'both content words are in its title; the membership has one of them',
    ],
    ['cancel membership', 'membership/cancel', 'the rarer of the two words is in its title'],
    ['cancelling the memberships', 'membership/cancel', 'English words are compared by their stems'],
    [
      'cancle my membreship',
      'membership/cancel',
      'unknown words count as the known ones that are a typo away',
    ],
    [
      'i want to end my subscription now',
      'membership/cancel',
      'a variant is evidence of its article, like its title',
    ],
    ['change the colour', 'orders/change', 'a word of the body is evidence too'],
    [
      'where is my',
      'delivery/track',
      'a question of stop words alone still has words: this title begins so and is shorter',
    ],
    [
      'hello, where is my money? I am in Malaysia',
      'refunds/when',
      'a variant with a few words more is nearly that variant',
    ],
    ['giftcard balance', 'orders/cancel', 'an unknown word counts as the two known ones that it is made of'],
    ['track my pack age', 'delivery/track', 'two typed words count as the known one that they make'],
  ])('puts first for “%s” %s: %#', (question, articleId) => {
    expect(first(question)).toBe(articleId);
  });

  test('an exact variant wins against any number of better matching words', () => {
    const crowded = buildIndex(
      edition([
        compiled('a/words', {
          title: 'Stop it stop it stop',
          questions: ['stop it now', 'it must stop', 'stop it please'],
        }),
        compiled('b/exact', {
          title: 'Something else entirely',
          questions: ['stop it'],
          lead: 'Long. '.repeat(200),
        }),
      ]),
    );
    const { candidates, evidence } = crowded.search('Stop it!', 2);
    expect(candidates.map(({ articleId }) => articleId)).toEqual(['b/exact', 'a/words']);
    expect(evidence.exact).toBe(true);
  });

  test('a typo never counts where the word itself is known', () => {
    const near = buildIndex(
      edition([compiled('a/cart', { title: 'Carts' }), compiled('b/card', { title: 'Cards' })]),
    );
    const [card, cart] = near.search('card', 5).candidates;
    expect(card?.articleId).toBe('b/card');
    // Letters in common are evidence of their own, weaker than any word.
    expect(cart?.features.map(({ name }) => name)).toEqual(['ngram']);
  });

  test('a foreign word changes neither hits nor order, whatever its letters', () => {
    const plain = index.search('cancel order', 5).candidates.map(({ articleId }) => articleId);
    for (const foreign of ['xqzvkw', 'zzorderzz', 'קבלה', 'qwertyuiop']) {
      expect(index.search(`cancel order ${foreign}`, 5).candidates.map(({ articleId }) => articleId)).toEqual(
        plain,
      );
    }
    expect(index.search('xqzvkw', 5).candidates).toEqual([]);
  });

  test('equal scores are ordered by article id, not by the order of articles', () => {
    const twins = ['c/x', 'a/x', 'b/x'].map((id) => compiled(id, { title: 'The same title' }));
    expect(
      buildIndex(edition(twins))
        .search('same title please', 5)
        .candidates.map(({ articleId }) => articleId),
    ).toEqual(['a/x', 'b/x', 'c/x']);
  });

  test('synonyms of an owner stand for each other, phrases only as a whole', () => {
    const withSynonyms = buildIndex(
      edition(articles, {
        synonyms: [
          ['refund', 'money back'],
          ['parcel', 'box'],
        ],
      }),
    );
    expect(first('when is the money back', withSynonyms)).toBe('refunds/when');
    expect(first('my box', withSynonyms)).toBe('delivery/track');
    const reasons = withSynonyms
      .search('go back', 5)
      .candidates.filter(({ articleId }) => articleId === 'refunds/when');
    expect(reasons.flatMap(({ features }) => features.filter(({ name }) => name === 'title'))).toEqual([]);
  });
});

describe('an explanation', () => {
  const explained = buildIndex(edition(articles, { synonyms: [['refund', 'cash back']] }));
  const matches = (question: string, id: string): unknown =>
    explained
      .explain(question, id)
      .map(({ word, matched, how, parts }) => [word, matched, how, parts[0] ?? null]);

  test('says what each word counts as, in the words that stand in the article', () => {
    expect(matches('refunding', 'refunds/when')).toEqual([
      ['refunding', expect.stringMatching(/refund/iu), 'same', 'title'],
    ]);
    expect(matches('cash back', 'refunds/when')).toEqual([
      ['cash', expect.stringMatching(/refund/iu), 'synonym', 'title'],
      ['back', expect.stringMatching(/refund/iu), 'synonym', 'title'],
    ]);
    expect(matches('refnud', 'refunds/when')).toEqual([
      ['refnud', expect.stringMatching(/refund/iu), 'typo', 'title'],
    ]);
  });

  test('names a word that the article does not have, and nothing for an unknown article', () => {
    expect(matches('giraffe', 'refunds/when')).toEqual([['giraffe', null, null, null]]);
    expect(matches('refund', 'no/article')).toEqual([]);
  });
});

describe('the shipped thesaurus', () => {
  test('counts less than the word itself and than an owner’s synonym', () => {
    const of = (parts: object): number => {
      const hit = buildIndex(edition(articles, parts)).search('reimbursement', 1).candidates[0];
      return hit?.features.find(({ name }) => name === 'title')?.words.length ?? 0;
    };
    expect(of({})).toBe(0);
    expect(of({ thesaurus: [['refund', 'reimbursement']] })).toBe(1);
    const { thesaurus, synonym } = tuningFor('en');
    expect(thesaurus).toBeLessThan(synonym);
    expect(synonym).toBeLessThan(1);
  });
});

describe('the section of an article', () => {
  test('is the lead where the question is about the article as a whole', () => {
    expect(index.search('can an order be cancelled', 1).candidates[0]?.anchor).toBe('lead');
  });

  test('is a headed section where that has clearly stronger evidence of its own', () => {
    expect(index.search('I paid by gift card, do I get the balance back?', 1).candidates[0]).toMatchObject({
      articleId: 'orders/cancel',
      anchor: 'gift',
    });
  });

  test('is the one whose heading is the question', () => {
    const [cancel] = articles;
    const alone = buildIndex(edition(cancel === undefined ? [] : [cancel]));
    // Without that rule “cancel”, a word of the title, would tell no section from another.
    expect(alone.search('how to cancel', 1).candidates[0]?.anchor).toBe('how');
    expect(alone.search('cancel', 1).candidates[0]?.anchor).toBe('lead');
  });

  test('is the lead for an exact title or variant, which its owner wrote for the article', () => {
    expect(index.search('cancel order not shipped yet', 1).candidates[0]?.anchor).toBe('lead');
  });

  test('is never one without text on that day', () => {
    const article = compiled('a/seasonal', {
      title: 'Opening hours',
      sections: [
        {
          ...section('winter', '', 'Winter hours'),
          variants: [
            { context: {}, period: { from: null, to: '2026-12-01' }, rendering: rendering('') },
            {
              context: {},
              period: { from: '2026-12-01', to: null },
              rendering: rendering('Winter hours: nine to five.'),
            },
          ],
        },
      ],
    });
    const ask = (asOf: string): string | undefined =>
      buildIndex(edition([article], { asOf })).search('what are the winter hours, nine to five?', 1)
        .candidates[0]?.anchor;
    expect(ask('2026-11-30')).toBe('lead');
    expect(ask('2026-12-01')).toBe('winter');
  });

  test('is found by the words of every variant, of whichever customer', () => {
    const article = compiled('a/fees', {
      title: 'Fees',
      sections: [
        {
          ...section('by-region', '', 'By region'),
          dimensions: ['region'],
          variants: [
            {
              context: { region: 'EU' },
              period: { from: null, to: null },
              rendering: rendering('Six euros and no customs.'),
            },
            {
              context: { region: 'US' },
              period: { from: null, to: null },
              rendering: rendering('Five dollars.'),
            },
          ],
        },
      ],
    });
    const found = buildIndex(edition([article]));
    for (const question of ['customs in euros by region', 'dollars by region']) {
      expect(found.search(question, 1).candidates[0]?.anchor).toBe('by-region');
    }
  });
});

describe('features', () => {
  test('add up to the score, which is the sum that orders the list', () => {
    for (const { score, features } of index.search('cancel my order and get the money back', 5).candidates) {
      const sum = features.reduce((total, { value }) => total + value, 0);
      expect(sum).toBeCloseTo(score, 5);
    }
  });

  test('name the words of the question that they matched, as they were typed', () => {
    const [candidate] = index.search('Cancelling my MEMBERSHIP?', 1).candidates;
    expect(candidate?.features.find(({ name }) => name === 'title')?.words).toEqual([
      'Cancelling',
      'my',
      'MEMBERSHIP',
    ]);
  });
});

describe('languages in one index', () => {
  const mixed = buildIndex(
    edition(
      [
        compiled('orders/cancel', {
          locale: 'he',
          title: 'אפשר לבטל הזמנה?',
          questions: ['ביטול הזמנה ב-PayPal'],
          lead: 'כן. הזמנה שלא נשלחה אפשר לבטל בלי תשלום.',
        }),
        compiled('refunds/when', { title: 'When does my refund arrive?', lead: 'After five days.' }),
      ],
      { locale: 'he' },
    ),
  );

  test('an article that stands in for a missing translation is found by words of its own language', () => {
    expect(first('refunds arriving', mixed)).toBe('refunds/when');
  });

  test('a Hebrew sentence with an English name finds its article by both', () => {
    expect(first('איך מבטלים הזמנות ששולמו בpaypal', mixed)).toBe('orders/cancel');
  });

  test('the asked locale wins a tie against an article that stands in', () => {
    const tie = buildIndex(
      edition(
        [
          compiled('a/en', { title: 'Wren Plus', lead: '…' }),
          compiled('b/he', { locale: 'he', title: 'Wren Plus', lead: '…' }),
        ],
        { locale: 'he' },
      ),
    );
    expect(first('wren plus?', tie)).toBe('b/he');
    expect(first('about wren plus', tie)).toBe('b/he');
  });

  test('Persian written with Arabic letters, or without ZWNJ, finds the same', () => {
    const persian = buildIndex(
      edition(
        [
          compiled('delivery/late', {
            locale: 'fa',
            title: 'بسته‌ام نرسیده است',
            lead: 'وضعیت بسته را پیگیری کنید.',
          }),
          compiled('returns/how', {
            locale: 'fa',
            title: 'چگونه کالا را پس بفرستم؟',
            lead: 'کالاها را بسته‌بندی کنید.',
          }),
        ],
        { locale: 'fa' },
      ),
    );
    for (const question of ['بسته‌ام نرسیده', 'بسته ام نرسيده', 'بستهام نرسیده']) {
      expect(first(question, persian)).toBe('delivery/late');
    }
  });

  test('Malay affixes and reduplication find the plain word', () => {
    const malay = buildIndex(
      edition(
        [
          compiled('orders/cancel', { locale: 'ms', title: 'Bolehkah saya membatalkan pesanan?' }),
          compiled('returns/how', { locale: 'ms', title: 'Bagaimana memulangkan baju-baju?' }),
        ],
        { locale: 'ms' },
      ),
    );
    expect(first('nak batal pesanan', malay)).toBe('orders/cancel');
    expect(first('baju nak pulang', malay)).toBe('returns/how');
  });
});

describe('evidence', () => {
  test('coverage is the weight of the question that the best article has, and known counts its words', () => {
    expect(index.search('cancel my membership', 1).evidence).toMatchObject({
      terms: 3,
      coverage: 1,
      known: 1,
      exact: false,
    });
    const strange = index.search('cancel my trombone', 1).evidence;
    expect(strange.coverage).toBeLessThan(0.7);
    expect(strange.known).toBeCloseTo(2 / 3);
  });

  test('stays in [0, 1] for any question', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (question) => {
        const { evidence, candidates } = index.search(question, 10);
        for (const value of [evidence.coverage, evidence.ideal, evidence.known]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        for (const { score } of candidates) expect(score).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('an index', () => {
  test('gives the same results whatever order its articles came in', () => {
    const questions = [
      'cancel my order',
      'where is my money',
      'stop',
      'gift card balance',
      'cancle membreship',
    ];
    const expected = questions.map((question) => [index.search(question, 5), index.suggest(question, 8)]);
    fc.assert(
      fc.property(fc.shuffledSubarray(articles, { minLength: articles.length }), (shuffled) => {
        const other = buildIndex(edition(shuffled));
        expect(questions.map((question) => [other.search(question, 5), other.suggest(question, 8)])).toEqual(
          expected,
        );
      }),
      { numRuns: 20 },
    );
  });

  test('answers the same after any other questions', () => {
    const before = index.search('cancel my order', 5);
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (question) => {
        index.search(question, 3);
        index.suggest(question, 3);
      }),
      { numRuns: 50 },
    );
    expect(index.search('cancel my order', 5)).toEqual(before);
  });

  test('of no articles finds nothing', () => {
    const empty = buildIndex(edition([]));
    expect(empty.search('anything', 5)).toMatchObject({
      candidates: [],
      evidence: { coverage: 0, exact: false },
    });
    expect(empty.suggest('anything', 5)).toEqual([]);
  });

  test('finds an article whose title is a single sign', () => {
    const odd = buildIndex(
      edition([compiled('a/gift', { title: '🎁' }), compiled('b/other', { title: 'Other' })]),
    );
    expect(first('🎁', odd)).toBe('a/gift');
  });
});

describe('suggestions', () => {
  test('complete a word that is being typed', () => {
    expect(index.suggest('memb', 8)[0]?.articleId).toBe('membership/cancel');
  });

  test('are titles and variants that begin as typed, one an article', () => {
    const found = index.suggest('can', 8);
    expect(found.map(({ articleId }) => articleId)).toEqual(
      expect.arrayContaining(['orders/cancel', 'orders/change']),
    );
    expect(new Set(found.map(({ articleId }) => articleId)).size).toBe(found.length);
    expect(found.find(({ articleId }) => articleId === 'orders/change')?.text).toBe('Can I change my order?');
  });

  test('forgive a typo', () => {
    expect(index.suggest('cancle my membreship', 8)[0]?.articleId).toBe('membership/cancel');
  });

  test('begin with the first search result when the whole question is typed', () => {
    const whole = [
      ...articles.flatMap(({ title, questions }) => [title, ...questions]),
      'cancel my order',
      'refund',
      'my money back',
    ];
    for (const question of whole) expect(index.suggest(question, 8)[0]?.articleId).toBe(first(question));
  });

  test('are at most as many as asked for, and none for nothing', () => {
    expect(index.suggest('my', 2)).toHaveLength(2);
    expect(index.suggest('', 8)).toEqual([]);
    expect(index.suggest(' ?! ', 8)).toEqual([]);
  });
});
