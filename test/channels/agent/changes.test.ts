import request from 'supertest';
import { contentPublish } from '../../../scripts/content-publish.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { makeArticle, smallArticles, smallYaml } from '../../support/small-world.ts';

const news = (body: string) => makeArticle({ title: 'What is new?', body });

describe('what changed, for agents', () => {
  let world: ReleasedWorld;
  let agent: Awaited<ReturnType<ReleasedWorld['signIn']>>;
  let manager: Awaited<ReturnType<ReleasedWorld['signIn']>>;
  beforeEach(async () => {
    world = await releasedWorld({ ...smallArticles(), 'en/orders/new.md': news('We open at nine.') });
    await world.publish();
    agent = await world.signIn('agent', 'amir');
    manager = await world.signIn('manager', 'lior');
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await world.publish({ changeNote: 'Opening <later>', asksReading: true });
  });
  afterEach(() => world.close());

  const get = (path: string, by: { readonly cookie: string } = agent) =>
    request(world.app).get(path).set('cookie', by.cookie).set('accept', 'text/html');
  const confirm = (
    number: number | string,
    by: { readonly cookie: string; readonly token?: string },
    ui = '',
  ) =>
    request(world.app)
      .post(`/agent/changes/${number}/read${ui}`)
      .type('form')
      .set('cookie', by.cookie)
      .set('accept', 'text/html')
      .send(by.token === undefined ? {} : { token: by.token });

  test('is for people who are signed in', async () => {
    const stranger = await request(world.app).get('/agent/changes').set('accept', 'text/html');
    expect(stranger.headers.location).toBe('/agent/sign-in?next=%2Fagent%2Fchanges');
    expect((await get('/agent/changes')).headers['cache-control']).toBe('no-store');
  });

  test('lists the releases that changed something, with note, who, and links to the articles', async () => {
    world.edit({ 'site.yaml': (smallYaml['site.yaml'] ?? '').replace('A small shop', 'A very small shop') });
    await world.publish({ changeNote: 'Only the tagline' });
    world.edit({
      'en/orders/secret.md': makeArticle({ title: 'What do we hide?', audience: 'agent', body: 'The keys.' }),
    });
    await world.publish({ publisher: 'noa' });
    const { text } = await get('/agent/changes');
    const rows = text.split('<li class="release').slice(1);
    expect(rows.map((row) => /Release (\d)/.exec(row)?.[1])).toEqual(['4', '2']);
    expect(rows[0]).toContain('by noa');
    expect(rows[0]).toMatch(/What do we hide\?[\s\S]*Agents only/);
    expect(rows[1]).toContain('Opening &lt;later&gt;');
    expect(rows[1]).toContain('href="/agent/articles/orders/new?locale&#x3D;en&amp;ui&#x3D;en"');
    expect(text).not.toContain('Only the tagline');
  });

  test('is announced quietly on every page of the console until it is read', async () => {
    for (const path of ['/agent', '/agent/articles/orders/new', '/agent?q=opening']) {
      const { text } = await get(path);
      expect(text).toContain('1 change waits for you to confirm that you have read it.');
      expect(text).toMatch(/href="\/agent\/changes[^"]*">What changed <span[^>]*>1 to read</);
    }
    expect((await get('/manage/releases', manager)).text).toContain('1 to read');
    const { text } = await get('/agent/changes');
    expect(text).toContain('maya asks everyone to confirm that they have read this.');

    expect((await confirm(2, agent)).headers.location).toBe('/agent/changes#release-2');
    const after = await get('/agent');
    expect(after.text).not.toContain('waits for you');
    expect(after.text).not.toContain('to read<');
    const read = await get('/agent/changes');
    expect(read.text).toContain('You have confirmed that you read this.');
    expect(read.text).not.toContain('/read');
    expect((await get('/agent', manager)).text).toContain('1 to read');
  });

  test('is read once: the first time stays', async () => {
    await confirm(2, agent, '?ui=he');
    const [first] = await world.concord.appDeps.readings.of([2]);
    expect((await confirm(2, agent, '?ui=he')).headers.location).toBe('/agent/changes?ui=he#release-2');
    expect(await world.concord.appDeps.readings.of([2])).toEqual([first]);
  });

  test('tells managers who has read it and who has not; who came later was not asked', async () => {
    await confirm(2, agent);
    const late = await world.signIn('agent', 'zoe');
    // Published at the same instant as people came is still for them; an hour later is not.
    world.edit({ 'en/orders/new.md': news('We open at eleven.') });
    await world.publish();
    const later = await world.signIn('agent', 'yoav');
    expect((await get('/agent', later)).text).not.toContain('to read');
    expect((await get('/agent', late)).text).toContain('1 to read');
    const { text } = await get('/manage/releases/2', manager);
    expect(text).toContain('Read by 1 of 3');
    expect(text).toMatch(/<bdi>amir<\/bdi><\/th><td>Nov 20, 2026/);
    expect(text).toMatch(/<bdi>lior<\/bdi><\/th><td><span class="soft">not yet/);
    expect(text).not.toContain('yoav');
    expect((await get('/manage/releases', manager)).text).toContain('Read by 1 of 3');
  });

  test('can be confirmed with the form alone, and only where it is asked', async () => {
    expect((await confirm(2, { cookie: agent.cookie })).status).toBe(403);
    expect((await confirm(2, agent).set('sec-fetch-site', 'cross-site')).status).toBe(403);
    expect((await get('/agent/changes/2/read')).status).toBe(405);
    for (const number of [1, 3, 'x']) expect((await confirm(number, agent)).status).toBe(404);
    expect(await world.concord.appDeps.readings.of([1, 2])).toEqual([]);
  });

  test('speaks four languages, and refuses addresses that it does not know', async () => {
    for (const [ui, words] of [
      ['he', 'קראתי'],
      ['fa', 'این را خوانده‌ام'],
      ['ms', 'Saya telah membaca ini'],
    ] as const)
      expect((await get(`/agent/changes?ui=${ui}`)).text).toContain(words);
    for (const query of ['ui=xx', 'before=0', 'before=x', 'more=1', 'before=1&before=2'])
      expect((await get(`/agent/changes?${query}`)).status).toBe(400);
  });

  test('is asked for with content:publish -- --ask-reading, which needs a note', async () => {
    const run = async (...args: readonly string[]) => {
      let err = '';
      const environment = { CONTENT_DIR: world.config.contentDir, DATA_DIR: world.config.dataDir };
      const code = await contentPublish(args, environment, {
        out: () => {},
        err: (text) => {
          err += text;
        },
      });
      return { code, err };
    };
    world.edit({ 'en/orders/new.md': news('We open at noon.') });
    const refused = await run('--ask-reading', '--note', ' ');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--ask-reading needs --note');
    expect(await run('--ask-reading', '--note', 'Noon from now on')).toEqual({ code: 0, err: '' });
    await world.concord.serveLastGood([]);
    const { text } = await get('/agent/changes');
    expect(text.split('I have read this')).toHaveLength(3);
  });
});
