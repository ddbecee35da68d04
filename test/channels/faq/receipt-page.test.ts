import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallWorld } from '../../support/small-world.ts';

let world: TestApp;
beforeEach(async () => {
  world = await makeApp(smallWorld().snapshot);
});
afterEach(() => world.close());

const page = (address: string) => request(world.app).get(address).set('accept', 'text/html');
const ask = async (question: string): Promise<{ readonly code: string; readonly page: string }> =>
  (await request(world.app).post('/api/v1/answer').send({ question, channel: 'chat' })).body.receipt;

describe('a customer’s receipt', () => {
  test('shows what was said, when and where, and that it still holds; kept by no cache and no search engine', async () => {
    const receipt = await ask('cancel my order MW-123456');
    expect(receipt.page).toBe(`/en/r/${receipt.code}`);
    const { text, headers } = await page(receipt.page).expect(200);
    expect(text).toContain('can be cancelled free of charge within 24 hours.');
    expect(text).toContain('by our chatbot');
    expect(text).toContain('<blockquote dir="auto">cancel my order [order]</blockquote>');
    expect(text).toContain('This is still our answer today.');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
    expect(text).toContain('<meta name="robots" content="noindex">');
    expect(text).not.toContain('rel="canonical"');
  });

  test('shows what is said today where that differs, and that an answer is no more', async () => {
    const receipt = await ask('cancel order not shipped yet');
    const changed = makeArticle({
      title: 'Can I cancel my order before it ships?',
      questions: ['cancel order not shipped yet'],
      body: 'Yes, until the parcel has its label.',
    });
    world.serve(smallWorld({ 'en/orders/cancel-order.md': changed }).snapshot);
    const { text } = await page(`/he/r/${receipt.code.toLowerCase()}`).expect(200);
    expect(text).toContain('can be cancelled free of charge within 24 hours.');
    expect(text).toContain('until the parcel has its label.');
    const byId = (await request(world.app).post('/api/v1/answer').send({ answerId: 'orders/cancel-order' }))
      .body.receipt;
    world.serve(
      smallWorld({ 'en/orders/other.md': makeArticle({ title: 'Other?', body: 'Other words.' }) }).snapshot,
    );
    expect((await page(byId.page)).text).toMatch(/This answer no longer applies|What we say today/);
  });

  test('is reached by typing its code, and a wrong code is told kindly', async () => {
    const { code } = await ask('cancel my order');
    expect((await page('/en/r').expect(200)).text).toContain('name="code"');
    const typed = `${code.slice(0, 4).toLowerCase()}%20${code.slice(4)}`;
    expect((await page(`/en/r?code=${typed}`).expect(303)).headers.location).toBe(`/en/r/${code}`);
    expect((await page('/en/r?code=hello').expect(404)).text).toContain('value="hello"');
    const { text } = await page('/ms/r/BCDF2345').expect(404);
    expect(text).toContain('Tiada resit dengan kod ini');
    expect((await page(`/en/r/${'%3Cb%3E'.repeat(30)}`).expect(404)).text).not.toContain('<b>');
  });

  test('is linked from the answer and from the contact page', async () => {
    const { text } = await page('/en/search?q=cancel+my+order').expect(200);
    const [, url = '', code = ''] = /href="(\/en\/r\/([2-9A-Z]{8}))"/.exec(text) ?? [];
    await page(url).expect(200);
    expect((await page(`/en/contact?q=x&receipt=${code}`)).text).toContain(`href="${url}"`);
  });

  test('of what was said to agents is none', async () => {
    const key = await world.makeKey({ scope: 'agent-answers' });
    const { body } = await request(world.app)
      .post('/api/v1/agent/answer')
      .set('Authorization', key)
      .send({ question: 'cancel my order' });
    const { text } = await page(`/en/r/${body.result.receipt.code}`).expect(404);
    expect(text).not.toContain('free of charge');
  });

  test('cannot be guessed faster than pages may be read', async () => {
    const limited = await makeApp(smallWorld().snapshot, { config: { rateLimit: 3 } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess += 1)
      statuses.push((await request(limited.app).get(`/en/r/BCDF234${guess + 5}`)).status);
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
    await limited.close();
  });
});
