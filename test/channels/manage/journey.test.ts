import request from 'supertest';
import { drawJourney } from '../../../server/channels/manage/journey-chart.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallArticles, smallWorld } from '../../support/small-world.ts';

const moment = { number: 1, cover: 'good', helpful: 0.9, asks: 40 } as const;

describe('the picture of the journey', () => {
  const stages = [
    { title: 'Discover', helpful: 0.9, moments: [moment, { ...moment, number: 2, cover: 'none' as const }] },
    { title: 'Wait', helpful: null, moments: [{ ...moment, number: 3, helpful: null }] },
    { title: 'Leave', helpful: 0.2, moments: [] },
  ];

  test('goes from the line’s start to its end, in both directions', () => {
    const ltr = drawJourney(stages, 'ltr');
    const rtl = drawJourney(stages, 'rtl');
    const xs = ({ stages: drawn }: typeof ltr) => drawn.map(({ x }) => x);
    expect(xs(ltr)).toEqual([...xs(ltr)].sort((a, b) => a - b));
    expect(xs(rtl)).toEqual([...xs(rtl)].sort((a, b) => b - a));
    for (const [at, x] of xs(ltr).entries()) expect(x + (xs(rtl)[at] ?? 0)).toBeCloseTo(ltr.width);
    expect(ltr.axisX).toBeLessThan(ltr.start);
    expect(rtl.axisX).toBeGreaterThan(rtl.start);
  });

  test('the more it helped the higher; what is not known and what nothing covers have bands of their own', () => {
    const { stages: drawn, moments, grid, unknownY, noneY } = drawJourney(stages, 'ltr');
    expect(drawn[0]?.point?.y).toBeLessThan(drawn[2]?.point?.y ?? 0);
    expect(drawn[1]?.point).toBeNull();
    expect(moments.map(({ number, y }) => [number, y])).toEqual([
      [1, drawn[0]?.point?.y],
      [2, noneY],
      [3, unknownY],
    ]);
    expect(Math.max(...grid.map(({ y }) => y))).toBeLessThan(unknownY);
  });

  test('what is asked more is larger, and nothing stands outside', () => {
    const many = drawJourney([{ title: 'A', helpful: 1, moments: [moment, { ...moment, asks: 4 }] }], 'ltr');
    const [large, small] = many.moments;
    expect(large?.radius).toBeGreaterThan(small?.radius ?? 0);
    for (const { x, y, radius } of many.moments) {
      expect(x - radius).toBeGreaterThan(0);
      expect(x + radius).toBeLessThan(many.width);
      expect(y - radius).toBeGreaterThan(0);
      expect(y + radius).toBeLessThan(many.height);
    }
  });

  test('draws nothing that is no number where nothing came back', () => {
    const empty = drawJourney([{ title: 'A long title of many words', helpful: null, moments: [] }], 'rtl');
    expect(empty.path).toBe('');
    expect(JSON.stringify(empty)).not.toMatch(/null,"y"|NaN/);
    expect(empty.stages[0]?.lines).toHaveLength(2);
  });
});

describe('/manage/journey', () => {
  let world: TestApp;
  beforeAll(async () => {
    const articles = smallArticles();
    const staged = (articles['en/orders/cancel-order.md'] ?? '').replace(/^(---\n)?/, '---\njourney: wait\n');
    world = await makeApp(smallWorld({ ...articles, 'en/orders/cancel-order.md': staged }).snapshot);
  });
  afterAll(() => world.close());

  test('counts asks, ratings, gaps and flags of the articles of a stage', async () => {
    const { cookie } = await world.signIn('editor');
    const page = async () =>
      (await request(world.app).get('/manage/journey?ui=en').set('Cookie', cookie)).text;
    expect(await page()).toContain('Too few said whether it helped');
    expect(await page()).not.toMatch(/NaN|undefined/);
    const { journey } = world.deps.current().desk;
    const articleId = journey.flatMap(({ articleIds }) => articleIds)[0] ?? '';
    expect(articleId).not.toBe('');
    const counts = { asks: 0, rated: 6, helpful: 3, gaps: 0, flags: 0 };
    const answer = world.deps
      .current()
      .public.article(articleId, { locale: 'en', context: {}, asOf: '2026-11-22' });
    if (answer.kind !== 'article') throw new Error('expected an article');
    for (let n = 0; n < counts.rated; n += 1) {
      const asked = await request(world.app)
        .post('/api/v1/answer')
        .send({ question: answer.article.title, locale: 'en' });
      await world.deps.loop.ratings.rate(
        { receipt: asked.body.receipt.code, helpful: n < counts.helpful, reasons: [], sentence: null },
        world.deps.now(),
      );
    }
    await world.deps.loop.walk.catchUp();
    const text = await page();
    expect(text).toContain('helped 50% of 6');
    expect(text).toContain('6 asks');
    expect(text).toContain('Weak');
    expect(text).toMatch(new RegExp(`href="/agent/articles/${articleId}\\?ui&#x3D;en"|<h2>`));
  });

  test('is for editors', async () => {
    const { cookie } = await world.signIn('agent');
    expect((await request(world.app).get('/manage/journey').set('Cookie', cookie)).status).toBe(403);
  });
});
