import request from 'supertest';
import { buildApp } from '../../../server/app.ts';
import { AppError } from '../../../server/errors.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { makeArticle, smallArticles, smallYaml } from '../../support/small-world.ts';

const news = (body: string, more: object = {}) => makeArticle({ title: 'What is new?', body, ...more });

/** First release; changed words, note and fact, to be read; an article for agents; one withdrawn, with files kept. */
async function fourReleases(): Promise<ReleasedWorld> {
  const world = await releasedWorld({
    ...smallArticles(),
    'en/orders/new.md': news('We open at nine.\n\n## Where\n\nIn the old town.'),
    'en/orders/old.md': makeArticle({ title: 'What was before?', body: 'Something else.' }),
  });
  await world.publish({ changeNote: 'The beginning' });
  world.edit({
    'en/orders/new.md': news(
      'We open at ten.\n\n## Where\n\nIn the old town.\n\n:::agent\nSay sorry <b>twice</b>.\n:::',
    ),
    'facts.yaml': (smallYaml['facts.yaml'] ?? '').replace('value: 24 hours', 'value: 48 hours'),
  });
  await world.publish({ changeNote: 'Later <opening>\nand longer', asksReading: true });
  world.edit({
    'en/orders/secret.md': makeArticle({ title: 'What do we hide?', audience: 'agent', body: 'The keys.' }),
  });
  await world.publish({ publisher: 'noa' });
  world.edit({ 'en/orders/old.md': null, 'en/orders/new.md': '---\nnothing' });
  await world.publish({ keepGoing: true });
  return world;
}

describe('the pages of releases', () => {
  let world: ReleasedWorld;
  let manager: { readonly cookie: string; readonly token: string };
  beforeAll(async () => {
    world = await fourReleases();
    manager = await world.signIn('manager', 'lior');
  });
  afterAll(() => world.close());

  const get = (path: string, cookie = manager.cookie) =>
    request(world.app).get(path).set('cookie', cookie).set('accept', 'text/html');

  test('are for editors and above, the way back for managers and admins alone', async () => {
    for (const role of ['agent', 'editor'] as const) {
      const { cookie, token } = await world.signIn(role);
      for (const path of ['/manage/releases', '/manage/releases/1']) {
        const { status, text } = await get(path, cookie);
        expect(status).toBe(role === 'agent' ? 403 : 200);
        expect(text).not.toContain('roll-back');
      }
      const posted = await request(world.app)
        .post('/manage/releases/1/roll-back')
        .type('form')
        .set('cookie', cookie)
        .send({ token, note: 'x' });
      expect(posted.status).toBe(403);
    }
    expect((await get('/manage/releases', '')).status).toBe(302);
    expect(world.concord.current().release.number).toBe(4);
  });

  test('list every release, the newest first, with who, when, why, counts and marks', async () => {
    const { text, status, headers } = await get('/manage/releases');
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 200, cache: 'no-store' });
    expect([...text.matchAll(/release__title"><a [^>]*>Release (\d)/g)].map(([, number]) => number)).toEqual([
      '4',
      '3',
      '2',
      '1',
    ]);
    const rows = text.split('<li class="release">');
    expect(rows[1]).toContain('Served now');
    expect(rows[1]).toContain('1 file kept as it was');
    expect(rows[1]).toContain('For customers: 1 withdrawn');
    expect(rows[2]).toContain('by noa');
    expect(rows[2]).toMatch(/Agents only: 1 new/);
    expect(rows[2]).not.toContain('For customers');
    expect(rows[3]).toContain('Later &lt;opening&gt;\nand longer');
    // New York is five hours behind.
    expect(rows[3]).toContain('Nov 20, 2026, 7:00');
    expect(rows[3]).toContain('Read by 0 of 0');
    expect(rows[3]).toContain('For customers: 2 changed');
  });

  test('have 25 rows each', async () => {
    const many = await releasedWorld();
    for (let number = 1; number <= 27; number++) {
      many.edit({ 'en/orders/new.md': news(`Version ${number}.`) });
      await many.publish();
    }
    const { cookie } = await many.signIn('admin');
    const rowsOf = async (path: string) => {
      const { text } = await request(many.app).get(path).set('cookie', cookie);
      return {
        numbers: [...text.matchAll(/release__title"><a [^>]*>Release (\d+)/g)].map(([, number]) =>
          Number(number),
        ),
        older: /href="([^"]*)" rel="next"/
          .exec(text)?.[1]
          ?.replaceAll('&#x3D;', '=')
          .replaceAll('&amp;', '&'),
      };
    };
    const first = await rowsOf('/manage/releases');
    expect(first.numbers).toEqual(Array.from({ length: 25 }, (_, at) => 27 - at));
    const second = await rowsOf(first.older ?? '');
    expect(second).toEqual({ numbers: [2, 1], older: undefined });
    await many.close();
  }, 60_000);

  test('tell of one release what words came and went, for customers and beside them for agents', async () => {
    const { text } = await get('/manage/releases/2');
    expect(text).toContain('Compared word for word with release 1');
    expect(text).toMatch(/We open at <del>.*?nine<\/del><ins>.*?ten<\/ins>\./);
    expect(text).not.toContain('In the old town');
    const note = text.slice(text.indexOf('changed__part desk'));
    expect(note).toContain('Agents only');
    expect(note).toMatch(/<ins>.*?Say sorry &lt;b&gt;twice&lt;\/b&gt;\.<\/ins>/);
    expect(text).toMatch(/<del>.*?24<\/del><ins>.*?48<\/ins>/);
    expect(text).toMatch(/cancellation-window<\/code><\/th><td[^>]*>24 hours<\/td><td[^>]*>48 hours<\/td>/);
    expect(text).toContain('href="/agent/articles/orders/new?locale&#x3D;en&amp;ui&#x3D;en"');
  });

  test('tell of what only agents may see as such, and of what is withdrawn without a link', async () => {
    const third = (await get('/manage/releases/3')).text;
    expect(third).toMatch(
      /<article class="changed desk">[\s\S]*What do we hide\?[\s\S]*<ins>.*?The keys\.<\/ins>/,
    );
    const fourth = (await get('/manage/releases/4')).text;
    expect(fourth).toMatch(/<h3 class="changed__title"[^>]*>What was before\?<\/h3>/);
    expect(fourth).toMatch(/<del>.*?Something else\.<\/del>/);
    expect(fourth).toContain('<code dir="ltr">en/orders/new.md</code>');
    expect((await get('/manage/releases/1')).text).toContain('This is the first release');
  });

  test('speak four languages', async () => {
    for (const [ui, words] of [
      ['he', 'מאמרים שהשתנו'],
      ['fa', 'مقاله‌های تغییرکرده'],
      ['ms', 'Artikel yang berubah'],
    ] as const)
      expect((await get(`/manage/releases/2?ui=${ui}`)).text).toContain(words);
  });

  test.each(['99', '0', 'x', '1.5', '-1', '99999999999999999999'])(
    'have none with the number %s',
    async (number) => {
      expect((await get(`/manage/releases/${number}`)).status).toBe(404);
      const posted = await request(world.app)
        .post(`/manage/releases/${number}/roll-back`)
        .type('form')
        .set('cookie', manager.cookie)
        .send({ token: manager.token, note: 'x' });
      expect(posted.status).toBe(404);
    },
  );

  test.each(['?before=x', '?before=0', '?other=1', '?before=1&before=2'])(
    'refuse the address %s',
    async (query) => {
      expect((await get(`/manage/releases${query}`)).status).toBe(400);
    },
  );

  test('can be read although a stored snapshot is damaged', async () => {
    const broken = await fourReleases();
    const { cookie } = await broken.signIn('manager');
    const releases = broken.concord.appDeps.releases;
    const app = buildApp({
      ...broken.concord.appDeps,
      releases: {
        ...releases,
        differences: async () => {
          throw new AppError('database-unusable');
        },
      },
    });
    const { status, text } = await request(app).get('/manage/releases/2').set('cookie', cookie);
    expect(status).toBe(200);
    expect(text).toContain('The texts cannot be compared');
    expect(text).toContain('What is new?');
    await broken.close();
  });
});

describe('the button that rolls back', () => {
  let world: ReleasedWorld;
  beforeEach(async () => {
    world = await fourReleases();
  });
  afterEach(() => world.close());

  const post = (number: number, by: { readonly cookie: string }, form: object, ui = 'en') =>
    request(world.app)
      .post(`/manage/releases/${number}/roll-back?ui=${ui}`)
      .type('form')
      .set('cookie', by.cookie)
      .set('accept', 'text/html')
      .send(form);

  test('makes a new release by that person, served at once, and leads to it', async () => {
    const manager = await world.signIn('manager', 'lior');
    const answer = await post(1, manager, { token: manager.token, note: ' Nine was right ' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/manage/releases/5?ui=en');
    expect(world.concord.current()).toMatchObject({
      release: { number: 5, publisher: 'lior', changeNote: 'Nine was right' },
    });
    expect((await request(world.app).get('/en/orders/new')).text).toContain('We open at nine.');
    const page = await request(world.app).get('/manage/releases/5').set('cookie', manager.cookie);
    expect(page.text).toContain('<a href="/manage/releases/1?ui&#x3D;en">Brings back release 1</a>');
    expect(page.text).not.toContain('/roll-back');
  });

  test('needs a note, the form token, and this site', async () => {
    const manager = await world.signIn('manager');
    const { token } = manager;
    const without = await post(1, manager, { token, note: ' ' });
    expect(without.status).toBe(400);
    expect(without.text).toMatch(/role="alert"[\s\S]*Please say why\. Nothing was changed\./);
    expect(without.text).toContain('<details class="roll-back card" open>');
    expect((await post(1, manager, { note: 'x' })).status).toBe(403);
    expect((await post(1, manager, { token, note: 'x' }).set('sec-fetch-site', 'cross-site')).status).toBe(
      403,
    );
    expect((await post(1, manager, { token, note: 'x'.repeat(2_001) })).status).toBe(400);
    expect(
      (await request(world.app).get('/manage/releases/1/roll-back').set('cookie', manager.cookie)).status,
    ).toBe(405);
    expect(world.concord.current().release.number).toBe(4);
  });

  test('says so where what it would bring back is served already', async () => {
    const manager = await world.signIn('manager');
    const answer = await post(4, manager, { token: manager.token, note: 'Again' }, 'he');
    expect(answer.headers.location).toBe('/manage/releases/4?ui=he&said=unchanged');
    const page = await request(world.app)
      .get(answer.headers.location ?? '')
      .set('cookie', manager.cookie);
    expect(page.text).toContain('דבר לא השתנה');
    expect(world.concord.current().release.number).toBe(4);
  });

  test('shows why where it is refused, and keeps the note', async () => {
    const manager = await world.signIn('manager');
    const app = buildApp({
      ...world.concord.appDeps,
      releases: {
        ...world.concord.appDeps.releases,
        rollBack: async () => {
          throw new AppError('semantic-model-differs');
        },
      },
    });
    const answer = await request(app)
      .post('/manage/releases/1/roll-back')
      .type('form')
      .set('cookie', manager.cookie)
      .set('accept', 'text/html')
      .send({ token: manager.token, note: 'Because' });
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('The roll back was refused. Nothing was changed.\nsemantic-model-differs:');
    expect(answer.text).toContain('>Because</textarea>');
  });
});
