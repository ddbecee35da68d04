import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(smallWorld().snapshot);
});
afterAll(() => world.close());

async function get(path: string, role: 'agent' | 'manager') {
  const { cookie } = await world.signIn(role);
  return request(world.app).get(path).set('cookie', cookie).set('accept', 'text/html');
}

describe('the pages for managers', () => {
  test('are in the menu of those who may see them, and of nobody else', async () => {
    expect((await get('/agent', 'manager')).text).toContain('href="/manage?ui&#x3D;en"');
    expect((await get('/agent', 'agent')).text).not.toContain('/manage');
  });

  test('begin with the desk, in the language asked for', async () => {
    const { status, headers } = await get('/manage?ui=he', 'manager');
    expect(status).toBe(200);
    expect(headers['content-language']).toBe('he');
    expect((await get('/manage', 'agent')).status).toBe(403);
  });

  test('have one menu, with what is needed daily first; a page, its title and its entry are called the same', async () => {
    const { text } = await get('/manage/releases', 'manager');
    const [, menu = ''] = /<nav class="manage-nav"(.*?)<\/nav>/s.exec(text) ?? [];
    const links = [
      ...menu.matchAll(/(manage-nav__title)?" href="(\/manage[\w/]*)\?ui&#x3D;en"[^>]*>([^<]+)</g),
    ];
    // A group's own link leads to its first page.
    links.forEach(([, isGroup, path], at) => {
      if (isGroup !== undefined) expect(links[at + 1]?.[2]).toBe(path);
    });
    const entries = links
      .filter(([, isGroup]) => isGroup === undefined)
      .map(([all, , ...link]) => [all, ...link]);
    const content = entries.map(([, path = '']) => path);
    expect(content.slice(content.indexOf('/manage/preview')).slice(0, 4)).toEqual([
      '/manage/preview',
      '/manage/releases',
      '/manage/facts',
      '/manage/macros',
    ]);
    expect(new Set(content).size).toBe(content.length);
    // test/channels/manage/facts.test.ts has a world with facts.
    for (const [, path = '', title = ''] of entries.filter(([, entry]) => entry !== '/manage/facts')) {
      const page = (await get(path, 'manager')).text;
      expect(page).toContain(`<title>${title}</title>`);
      expect(page).toContain(`<h1>${title}</h1>`);
    }
  });
});

describe('an error page inside', () => {
  test('says what was expected and found, in the language of the address, and leads back inside alone', async () => {
    const { status, text, headers } = await get('/manage/releases?ui=he&when=1', 'manager');
    expect(status).toBe(400);
    expect(headers['content-language']).toBe('he');
    expect(text).toContain('The address has a parameter that this page does not know.');
    expect(text).toMatch(/<dt>נדרש:<\/dt><dd[^>]*>ui, before<\/dd>/);
    expect(text).toMatch(/<dt>נמצא:<\/dt><dd[^>]*>when<\/dd>/);
    expect([...text.matchAll(/<a [^>]*href="([^#"][^"]*)"/g)].map(([, href]) => href)).toEqual([
      '/agent?ui&#x3D;he',
      '/agent?ui&#x3D;he',
      '/manage?ui&#x3D;he',
    ]);
    expect(text).not.toContain('action="/he/search"');
  });

  test('says it of a release that there is not, of an address that there is not, and of a day of no calendar', async () => {
    const release = await get('/manage/releases/99', 'manager');
    expect(release.status).toBe(404);
    expect(release.text).toContain('href="/manage?ui');
    expect((await get('/manage/nothing', 'manager')).text).toContain('href="/manage?ui');
    const day = await get('/agent?asOf=2026-13-01', 'agent');
    expect(day.status).toBe(400);
    expect(day.text).toContain('2026-13-01</dd>');
    expect(day.text).not.toContain('/manage');
  });

  test('does not send agents to pages that are not theirs', async () => {
    const { status, text } = await get('/manage/releases', 'agent');
    expect(status).toBe(403);
    expect(text).toMatch(/<dd[^>]*>editor or manager or admin<\/dd>/);
    expect(text).not.toContain('href="/manage');
  });

  test('is the public one for customers, who are told what to do and no more', async () => {
    const { status, text } = await get('/en/no/such', 'agent');
    expect(status).toBe(404);
    expect(text).not.toContain('/agent');
  });
});
