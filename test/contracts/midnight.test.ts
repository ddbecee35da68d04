import request from 'supertest';
import { allRoutes } from '../../server/app.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { makeArticle, smallWorld, smallYaml } from '../support/small-world.ts';

/**
 * The promise: what is in force changes at midnight of the site's time zone by itself, for every channel with the same
 * second, whatever the clocks do that night, and nothing that a browser or proxy may keep outlives it.
 */

/** The small company in a time zone; on `day` a value changes, one article comes and another goes. */
function worldOf(timeZone: string, day: string) {
  return smallWorld({
    'site.yaml': (smallYaml['site.yaml'] ?? '').replace('America/New_York', timeZone),
    'facts.yaml': (smallYaml['facts.yaml'] ?? '').replace('from: 2026-11-15, to: 2027-01-11', `from: ${day}`),
    'en/returns/return-window.md': makeArticle({
      title: 'How long can I return an item?',
      body: 'Within {{fact:return-window}}.',
    }),
    'en/orders/before.md': makeArticle({
      title: 'Where is the autumn catalogue?',
      effective: { to: day },
      body: 'In every shop.',
    }),
    'en/orders/after.md': makeArticle({
      title: 'Where is the winter catalogue?',
      effective: { from: day },
      body: 'In every shop.',
    }),
  }).snapshot;
}

/** What each channel says of the return window, and which catalogue it knows. */
async function said(world: TestApp, cookie: string): Promise<Readonly<Record<string, string>>> {
  const get = async (path: string): Promise<string> =>
    (await request(world.app).get(path).set({ cookie, accept: 'text/html' })).text;
  const question = encodeURIComponent('How long can I return an item?');
  const posted = await request(world.app)
    .post('/api/v1/answer')
    .send({ question: 'How long can I return an item?', locale: 'en' });
  const pages: Readonly<Record<string, string>> = {
    'API POST': posted.text,
    'API GET': await get(`/api/v1/answer?q=${question}&locale=en`),
    'API article': await get('/api/v1/articles/returns/return-window?locale=en'),
    'FAQ article': await get('/en/returns/return-window'),
    'FAQ search': await get(`/en/search?q=${question}`),
    'agent console': await get(`/agent?q=${question}`),
    'agent article': await get('/agent/articles/returns/return-window'),
    'FAQ category': await get('/en/orders'),
    sitemap: await get('/sitemap.xml'),
    'API suggest': await get('/api/v1/suggest?q=catalogue&locale=en'),
    'API articles': await get('/api/v1/articles?locale=en'),
    'agent results': await get('/agent/results?q=catalogue'),
  };
  return Object.fromEntries(
    Object.entries(pages).map(([channel, text]) => {
      const wanted = values.includes(channel) ? /[36]0 days/g : /orders\/(before|after)/g;
      return [channel, [...new Set(text.replaceAll('%2F', '/').match(wanted))].join(' ')];
    }),
  );
}

const values = [
  'API POST',
  'API GET',
  'API article',
  'FAQ article',
  'FAQ search',
  'agent console',
  'agent article',
];
const lists = ['FAQ category', 'sitemap', 'API suggest', 'API articles', 'agent results'];
function expected(value: string, list: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...values.map((one) => [one, value]), ...lists.map((one) => [one, list])]);
}

describe('at midnight', () => {
  test.each([
    ['America/New_York', '2026-11-15', '2026-11-15T05:00:00Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00Z'],
    ['Asia/Jerusalem', '2026-03-28', '2026-03-27T21:00:00Z'],
    ['Asia/Jerusalem', '2026-10-26', '2026-10-25T22:00:00Z'],
    ['Pacific/Kiritimati', '2027-01-01', '2026-12-31T10:00:00Z'],
    ['America/Santiago', '2022-09-11', '2022-09-11T04:00:00Z'],
    ['Asia/Beirut', '2022-10-30', '2022-10-29T22:00:00Z'],
  ])('all channels in %s go over to %s together', async (zone, day, midnight) => {
    let clock = new Date(Date.parse(midnight) - 1_000);
    const world = await makeApp(worldOf(zone, day), { now: () => clock });
    const { cookie } = await world.signIn();
    expect(await said(world, cookie)).toEqual(expected('30 days', 'orders/before'));
    clock = new Date(Date.parse(midnight) - 1);
    expect(await said(world, cookie)).toEqual(expected('30 days', 'orders/before'));
    clock = new Date(midnight);
    expect(await said(world, cookie)).toEqual(expected('60 days', 'orders/after'));
    await world.close();
  });

  test('what was kept by a browser is asked for again and is other by then', async () => {
    let clock = new Date('2026-11-15T04:59:59Z');
    const world = await makeApp(worldOf('America/New_York', '2026-11-15'), { now: () => clock });
    const paths = [
      '/en/returns/return-window',
      '/en/orders',
      '/sitemap.xml',
      '/api/v1/articles?locale=en',
      '/api/v1/answer?q=How+long+can+I+return+an+item%3F&locale=en',
      '/api/v1/suggest?q=catalogue&locale=en',
    ];
    const tags = new Map<string, string>();
    for (const path of paths) {
      const { headers } = await request(world.app).get(path);
      expect({ path, cache: headers['cache-control'] }).toEqual({ path, cache: 'public, no-cache' });
      tags.set(path, headers.etag ?? '');
    }
    const again = async (path: string): Promise<number> =>
      (
        await request(world.app)
          .get(path)
          .set('If-None-Match', tags.get(path) ?? '')
      ).status;
    for (const path of paths) expect([path, await again(path)]).toEqual([path, 304]);
    clock = new Date('2026-11-15T05:00:00Z');
    for (const path of paths) expect([path, await again(path)]).toEqual([path, 200]);
    await world.close();
  });

  test('nothing but files under content addresses may be kept without asking again', async () => {
    const world = await makeApp(worldOf('UTC', '2026-11-15'));
    const kept = allRoutes(world.deps).filter(({ cache }) => cache === 'immutable');
    expect(kept.map(({ path }) => path)).toEqual([world.deps.assets.route.path]);
    await world.close();
  });
});
