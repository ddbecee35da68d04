import { smallWorld } from '../support/small-world.ts';

test('a small world compiles', () => {
  const { snapshot } = smallWorld();
  expect(snapshot.public.articles.map(({ id }) => id)).toEqual([
    'orders/cancel-order',
    'returns/return-window',
  ]);
  expect(snapshot.agent.hiddenArticles.map(({ id }) => id)).toEqual(['orders/stolen-card']);
});
