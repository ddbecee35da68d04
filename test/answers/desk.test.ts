import { createAnswerers } from '../../server/answers/answerer.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const canary = 'zanzibar';
const files = {
  'en/orders/cancel-order.md': makeArticle({
    title: 'Can I cancel my order before it ships?',
    offers: ['free-shipping-code'],
    body: `
Yes, free of charge.

:::agent
Only for us: ${canary}. Offer {{offer:free-shipping-code}} once.
:::
`,
  }),
  'he/orders/cancel-order.md': makeArticle({
    title: 'אפשר לבטל הזמנה?',
    offers: ['free-shipping-code'],
    body: 'כן, בלי תשלום.',
  }),
  'en/orders/stolen-card.md': makeArticle({
    title: 'What do I do when a card looks stolen?',
    questions: [`${canary} warning on an order`],
    audience: 'agent',
    body: 'Stop the parcel and tell the fraud desk.',
  }),
};
const { public: answerer, desk } = createAnswerers(smallWorld(files).snapshot);
const browse = { locale: null, context: {}, asOf: '2026-11-10' };

describe('the desk', () => {
  test('lays notes, offers and the owner beside a public article', () => {
    expect(desk.beside('orders/cancel-order', 'en')).toMatchObject({
      owner: { id: 'orders', name: 'Orders desk', contact: 'orders@small.example' },
      notes: [{ noteAnchor: 'lead', noteText: expect.stringContaining(canary) }],
      offers: [{ offerId: 'free-shipping-code', cap: '$8.00', frequency: { times: 1, per: 'order' } }],
    });
  });

  test('lays the default locale’s notes beside a translation that has none', () => {
    expect(desk.beside('orders/cancel-order', 'he')?.notes).toHaveLength(1);
    expect(desk.beside('orders/cancel-order', 'fa')?.notes).toHaveLength(1);
  });

  test('knows nothing beside an article that is not there', () => {
    expect(desk.beside('orders/nothing', 'en')).toBeNull();
  });

  test('lists agent-only articles apart', () => {
    const hits = desk.searchHidden({ ...browse, question: 'stolen card', limit: 5 });
    expect(hits).toMatchObject([
      { articleId: 'orders/stolen-card', title: 'What do I do when a card looks stolen?' },
    ]);
    expect(desk.hiddenArticle('orders/stolen-card', browse)).toMatchObject({ kind: 'article' });
    expect(desk.hiddenArticle('orders/cancel-order', browse)).toEqual({ kind: 'unknown' });
    expect(desk.hiddenCategories(browse).map(({ id }) => id)).toEqual(['orders']);
  });

  test('finds agent-only articles by synonyms for agents', () => {
    const world = smallWorld({
      ...files,
      'en/orders/dispute.md': makeArticle({
        title: 'Answer a dispute',
        audience: 'agent',
        body: 'In ten days.',
      }),
    });
    const { desk: other } = createAnswerers(world.snapshot);
    expect(other.searchHidden({ ...browse, question: 'chargeback', limit: 1 })[0]?.articleId).toBe(
      'orders/dispute',
    );
  });

  test('cannot answer, and offers none of the public side’s methods', () => {
    expect(Object.keys(desk).filter((name) => name in answerer)).toEqual([]);
  });
});

describe('the public side', () => {
  test('behaves for a word of agents’ text as for a word of no text', () => {
    for (const question of [
      canary,
      `cancel order ${canary}`,
      canary.toUpperCase(),
      canary.slice(0, 5),
      `${canary} warning on an order`,
    ]) {
      const unknown = question.toLowerCase().replace('zanzi', 'qwxvq').replace('bar', 'kzj');
      expect(answerer.answer({ ...browse, question, answerId: null })).toEqual(
        answerer.answer({ ...browse, question: unknown, answerId: null }),
      );
      expect(answerer.suggest(question, browse, 8)).toEqual(answerer.suggest(unknown, browse, 8));
    }
  });

  test('has no agent-only article in any list', () => {
    const lists = [
      answerer.search({ ...browse, question: 'stolen card', limit: 50 }),
      answerer.categories(browse),
      answerer.inventory('2026-11-10'),
      answerer.suggest('what do I do when a card', browse, 8),
    ];
    expect(JSON.stringify(lists)).not.toMatch(/stolen|zanzibar|fraud/);
  });

  test('says the same whatever agents’ text says', () => {
    const edited = smallWorld({
      ...files,
      'en/orders/cancel-order.md': files['en/orders/cancel-order.md'].replace('Only for us', 'Now otherwise'),
      'en/orders/another.md': makeArticle({
        title: 'Cancel my order fraud',
        audience: 'agent',
        body: 'Cancel my order.',
      }),
    });
    const other = createAnswerers(edited.snapshot).public;
    for (const question of ['cancel my order', 'cancel my order fraud', 'before it ships']) {
      expect(other.answer({ ...browse, question, answerId: null })).toEqual(
        answerer.answer({ ...browse, question, answerId: null }),
      );
    }
  });
});
