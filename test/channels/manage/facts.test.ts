import request from 'supertest';
import { createReleaseStore } from '../../../server/snapshots/release-store.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallArticles, smallWorld, smallYaml } from '../../support/small-world.ts';

const content = smallWorld({
  ...smallArticles(),
  'he/returns/return-window.md': makeArticle({
    title: 'עד מתי אפשר להחזיר?',
    owner: 'care',
    source: '00000000',
    body: 'אפשר להחזיר תוך {{fact:return-window}} מהמסירה.',
  }),
  'facts.yaml': `${smallYaml['facts.yaml']}markup: { type: text, description: "<b>bold</b>", owner: care, source: Us, value: "<i>x</i>" }\n`,
});

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(content.snapshot);
  await createReleaseStore(world.db).append({
    ...content,
    publishedAt: new Date('2026-11-20T12:00:00Z'),
    publisher: 'a test',
    changeNote: 'The first',
    kept: [],
  });
});
afterAll(() => world.close());

async function get(path: string, role: 'agent' | 'editor' | 'manager' | 'admin' = 'manager') {
  const { cookie } = await world.signIn(role);
  return request(world.app).get(path).set('cookie', cookie).set('accept', 'text/html');
}

describe('/manage/facts', () => {
  test.each([
    ['/manage/facts', 'agent', 403],
    ['/manage/facts', 'editor', 200],
    ['/manage/facts', 'manager', 200],
    ['/manage/facts/return-window', 'agent', 403],
    ['/manage/facts/return-window', 'admin', 200],
    ['/manage/facts?on=2027-01-11', 'agent', 403],
  ] as const)('%s is answered to the role %s with %i', async (path, role, status) => {
    const page = await get(path, role);
    expect(page.status).toBe(status);
    expect(page.headers['cache-control']).toBe('no-store');
    if (status === 403) expect(page.text).not.toContain('Terms 4');
  });

  test('lists each fact under an anchor of its own, with its values by day', async () => {
    const { text } = await get('/manage/facts');
    expect(text).toContain('id="fact-return-window"');
    expect(text).toMatch(/<dt>Now<\/dt><dd class="fact__now">.*60 days/s);
    expect(text).toContain('Changes on January 11, 2027');
    expect(text).toContain('href="/manage/facts?on&#x3D;2027-01-11&amp;ui&#x3D;en"');
    expect(text).not.toMatch(/ style=|<style|<b>bold|<i>x/);
  });

  test('keeps the filters in its fields, and a way back to everything', async () => {
    const { text } = await get('/manage/facts?q=window&owner=care&show=ahead');
    expect(text).toContain('value="window"');
    expect(text).toContain('<option value="care" selected>');
    expect(text).toContain('<option value="ahead" selected>');
    expect(text).toContain('One of 7 facts');
    expect(text).toContain('Show all');
  });

  test('says whose values those of another day are', async () => {
    const future = (await get('/manage/facts?asOf=2027-02-01')).text;
    expect(future).toContain('as they will be on February 1, 2027');
    expect(future).toContain('other-date--future');
    const past = (await get('/manage/facts?asOf=2026-11-01')).text;
    expect(past).toContain('the values that today&#x27;s release has for November 1, 2026');
    expect(past).toContain('other-date--past');
  });

  test.each([
    '?asOf=2026-02-30',
    '?on=tomorrow',
    '?show=some',
    '?page=0',
    '/return-window?before=x',
    '?colour=red',
    '?q=a&q=b',
  ])('the address /manage/facts%s is refused', async (path) => {
    expect((await get(`/manage/facts${path}`)).status).toBe(400);
  });

  test('shows one fact over time, in its sentences, in releases, and what its next change does', async () => {
    const { text } = await get('/manage/facts/return-window');
    expect(text.match(/class="timeline__piece/g)).toHaveLength(3);
    expect(text).toContain('<mark>60 days</mark>');
    expect(text).toContain('</span>60</del>');
    expect(text).toContain('</span>30</ins>');
    expect(text).toContain('The first');
    expect(text).toMatch(/<html lang="en"/);
  });

  test('shows what changes on a day', async () => {
    const { text } = await get('/manage/facts?on=2027-01-11');
    expect(text).toContain('What changes on January 11, 2027');
    expect(text).toContain('return-window');
    expect(text).toContain('What becomes of questions');
    expect(text).toMatch(/<li>Other words: \d/);
    expect((await get('/manage/facts?on=2027-01-12')).text).toContain('Nothing changes on this day.');
  });

  test.each(['no-such-fact', '..%2f..%2fetc', '%D7%90', '__proto__'])('there is no fact %s', async (id) => {
    expect((await get(`/manage/facts/${id}`)).status).toBe(404);
  });

  test('speaks the language asked for, and values are written as its customers read them', async () => {
    const { text, headers } = await get('/manage/facts/return-window?ui=he');
    expect(headers['content-language']).toBe('he');
    expect(text).toContain('<mark>60 ימים</mark>');
    expect(text).toMatch(/<html lang="he" dir="rtl"/);
  });
});

describe('an article in the console', () => {
  test('tells agents within 60 days before its words change, with what changes and a link to that day', async () => {
    const path = '/agent/articles/returns/return-window';
    const { text } = await get(path, 'agent');
    expect(text).toMatch(
      /Changes on January 11, 2027: <bdi lang="en">How long can I return an item\?<\/bdi>/,
    );
    expect(text).toContain(`href="${path}?locale&#x3D;en&amp;asOf&#x3D;2027-01-11"`);
    expect((await get(`${path}?asOf=2027-01-11`, 'agent')).text).not.toContain('Changes on');
    expect((await get('/agent/articles/orders/cancel-order', 'agent')).text).not.toContain('Changes on');
  });

  test('tells of its own end', async () => {
    const ending = smallWorld({
      'en/orders/sale.md': makeArticle({ title: 'What is on sale?', effective: { to: '2026-12-24' } }),
      'en/orders/later.md': makeArticle({ title: 'And later?', effective: { to: '2027-06-01' } }),
    });
    const other = await makeApp(ending.snapshot);
    const { cookie } = await other.signIn();
    const page = async (id: string) =>
      (await request(other.app).get(`/agent/articles/orders/${id}`).set('cookie', cookie)).text;
    expect(await page('sale')).toContain('No longer holds from December 24, 2026.');
    expect(await page('later')).not.toContain('No longer holds');
    await other.close();
  });
});
