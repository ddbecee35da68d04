import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { agentsOnly, apiWorld } from './api-world.ts';

const { snapshot } = apiWorld();
let world: TestApp;
beforeAll(async () => {
  world = await makeApp(snapshot);
});
afterAll(() => world.close());
const get = (path: string) => request(world.app).get(`/api/v1${path}`);

/** Every public article of the world that is in force today. */
const inForce = ['orders/cancel-order', 'orders/gift-wrap', 'orders/shipping-costs', 'returns/return-window'];

describe('GET /search', () => {
  test('what is first in the list is what is answered', async () => {
    for (const q of [
      'cancel order not shipped yet',
      'send it back after two weeks',
      'gift wrapping paper and ribbon',
    ]) {
      const [list, answer] = await Promise.all([
        get(`/search?q=${encodeURIComponent(q)}`),
        get(`/answer?q=${encodeURIComponent(q)}`),
      ]);
      expect(list.body.hits[0].answerId).toBe(answer.body.answer.id);
    }
  });

  test('gives as many hits as asked for, best first, with what they were looked for with', async () => {
    const { body, headers } = await get(
      '/search?q=order%20return%20item&limit=2&locale=he&context.region=EU',
    );
    expect(body).toMatchObject({
      locale: 'he',
      asOf: '2026-11-22',
      context: { region: 'EU' },
      snapshot: snapshot.public.id,
    });
    expect(headers['content-language']).toBe('he');
    expect(body.hits.length).toBeLessThanOrEqual(2);
    const scores = body.hits.map(({ score }: { score: number }) => score);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    for (const hit of body.hits) expect([...hit.excerpt].length).toBeLessThanOrEqual(240);
  });

  test('an agents’ word finds what an unknown word finds: nothing', async () => {
    expect((await get(`/search?q=${agentsOnly}`)).body.hits).toEqual([]);
    expect((await get('/search?q=wombatological')).body.hits).toEqual([]);
  });
});

describe('GET /suggest', () => {
  test('suggests questions that begin like what was typed', async () => {
    const { body } = await get('/suggest?q=how%20long&limit=3');
    expect(body.suggestions[0]).toEqual({
      text: 'How long can I return an item?',
      articleId: 'returns/return-window',
      url: '/en/returns/return-window',
    });
    expect(body.suggestions.length).toBeLessThanOrEqual(3);
  });

  test('never completes an agents’ word', async () => {
    for (let length = 3; length <= agentsOnly.length; length += 1) {
      const { text } = await get(`/suggest?q=${agentsOnly.slice(0, length)}`);
      expect(text).not.toContain(agentsOnly);
    }
  });
});

describe('GET /categories and /articles', () => {
  test('hold the public articles in force, in the site’s order, and no others', async () => {
    const { body } = await get('/categories');
    expect(body.categories.map(({ id }: { id: string }) => id)).toEqual(['orders', 'returns']);
    const articles = (await get('/articles')).body.articles;
    expect(articles.map(({ articleId }: { articleId: string }) => articleId).sort()).toEqual(inForce);
    expect(body.categories.flatMap((category: { articles: object[] }) => category.articles)).toEqual(
      articles,
    );
    const summer = (await get('/articles?asOf=2027-07-01')).body.articles;
    expect(summer.map(({ articleId }: { articleId: string }) => articleId)).toContain(
      'returns/summer-returns',
    );
  });

  test('speak the language asked for', async () => {
    const { body } = await get('/categories?locale=he');
    expect(body.categories[0]).toMatchObject({ title: 'הזמנות', url: '/he/orders' });
  });

  test('list one category when asked', async () => {
    const { body } = await get('/articles?category=returns');
    expect(body.articles.map(({ articleId }: { articleId: string }) => articleId)).toEqual([
      'returns/return-window',
    ]);
  });
});

describe('GET /articles/:category/:slug', () => {
  test('gives every section as exactly the result of asking for it', async () => {
    for (const locale of ['en', 'he']) {
      const { body, headers } = await get(`/articles/orders/cancel-order?locale=${locale}`);
      expect(headers['content-language']).toBe(locale);
      expect(body.sections.map(({ anchor }: { anchor: string }) => anchor)).toEqual([
        'lead',
        'how-to-cancel',
      ]);
      for (const { anchor, result } of body.sections)
        expect(result).toEqual((await get(`/answers/orders/cancel-order/${anchor}?locale=${locale}`)).body);
    }
  });

  test('tells what it depends on, what is related, and where it is translated', async () => {
    const { body } = await get('/articles/orders/shipping-costs?context.region=EU');
    expect(body.dimensions).toEqual([
      expect.objectContaining({ id: 'region', value: 'EU' }),
      expect.objectContaining({ id: 'plan', value: null, question: 'Are you a member?' }),
    ]);
    expect(body.sections[0].result.clarification.dimension).toBe('plan');
    const cancel = (await get('/articles/orders/cancel-order')).body;
    expect(cancel.translations).toEqual(['en', 'he', 'fa', 'ms']);
    expect(cancel.related.map(({ articleId }: { articleId: string }) => articleId)).toEqual([
      'returns/return-window',
    ]);
  });

  test('has nothing of the agents’ in it', async () => {
    const { text } = await get('/articles/orders/cancel-order');
    expect(text).not.toMatch(new RegExp(`${agentsOnly}|free-shipping|"owner"|offer`, 'i'));
  });

  test('an article that was replaced leads to the one in its place, with the query', async () => {
    const { status, headers } = await get('/articles/returns/old-window?locale=he&context.region=EU');
    expect(status).toBe(301);
    expect(headers.location).toBe('/api/v1/articles/returns/return-window?locale=he&context.region=EU');
    expect((await request(world.app).get(String(headers.location))).status).toBe(200);
  });

  test.each(['orders/stolen-card', 'orders/nothing', 'returns/summer-returns', 'nowhere/cancel-order'])(
    '%s is unknown',
    async (id) => {
      const { status, body } = await get(`/articles/${id}`);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not-found', found: id });
    },
  );
});

describe('/api/docs', () => {
  test.each([
    ['', 'en', 'ltr', 'Answer API'],
    ['?locale=he', 'he', 'rtl', 'ממשק התשובות'],
    ['?locale=fa', 'fa', 'rtl', 'رابط پاسخ‌ها'],
    ['?locale=ms', 'ms', 'ltr', 'API jawapan'],
    ['?locale=xx', 'en', 'ltr', 'Answer API'],
  ])('%s is a page in %s', async (query, locale, direction, title) => {
    const { status, headers, text } = await request(world.app).get(`/api/docs${query}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-language']).toBe(locale);
    expect(text).toContain(`<html lang="${locale}" dir="${direction}">`);
    expect(text).toMatch(new RegExp(`<h1>${title}`));
  });

  test('shows every call, every example and every kind of error, and needs no script and no other host', async () => {
    const { text } = await request(world.app).get('/api/docs');
    const document = (await get('/openapi.json')).body;
    for (const [path, calls] of Object.entries<Record<string, { operationId: string }>>(document.paths)) {
      expect(text).toContain(`<code>${path}</code>`);
      for (const { operationId } of Object.values(calls)) expect(text).toContain(`id="${operationId}"`);
    }
    for (const code of Object.keys(document.components.responses)) expect(text).toContain(`id="${code}"`);
    expect(text).toContain('הזמנתי בטעות');
    expect(text).toContain('اشتباهی سفارش دادم');
    expect(text).toContain('saya tersalah pesan');
    expect(text).not.toMatch(/<script/);
    for (const [, url] of text.matchAll(/(?:src|href)="([^"]+)"/g)) expect(url).toMatch(/^[/#]/);
    expect(text).not.toContain(agentsOnly);
  });

  test('every link on the page leads somewhere', async () => {
    const { text } = await request(world.app).get('/api/docs');
    const links = new Set([...text.matchAll(/href="([^"]+)"/g)].map(([, url]) => String(url)));
    expect(links.size).toBeGreaterThan(20);
    for (const url of links) {
      if (url.startsWith('#')) expect(text).toContain(`id="${url.slice(1)}"`);
      else expect((await request(world.app).get(url)).status).toBe(200);
    }
  });

  test('explains every error that the API makes, where the error says it does', async () => {
    const { body } = await get('/answer');
    const [path = '', anchor = ''] = String(body.type).split('#');
    const { text } = await request(world.app).get(path);
    expect(text).toContain(`id="${anchor}"`);
  });
});
