import request from 'supertest';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { makeArticle, smallArticles } from '../../support/small-world.ts';

const canary = 'zqvkfeed';
const news = (body: string, more: object = {}) =>
  makeArticle({ title: 'What is <new> & "good"?', body, ...more });

describe('the feed of public changes', () => {
  let world: ReleasedWorld;
  beforeEach(async () => {
    world = await releasedWorld({ ...smallArticles(), 'en/orders/new.md': news('Old words.') });
    await world.publish({ changeNote: `${canary} first` });
  });
  afterEach(() => world.close());

  const feed = async (locale = 'en') => request(world.app).get(`/${locale}/changes.atom`).buffer(true);
  const entriesIn = (text: string) => text.split('<entry').slice(1);

  test('is empty and valid before anything has changed', async () => {
    const { status, headers, text } = await feed();
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/atom\+xml/);
    expect(headers['cache-control']).toBe('public, no-cache');
    expect(entriesIn(text)).toEqual([]);
    expect(text).toContain('<updated>2026-11-02T00:00:00Z</updated>');
  });

  test('has what RFC 4287 requires of a feed and of each entry, escaped', async () => {
    world.edit({ 'en/orders/new.md': news('New words: 1 < 2 & more.') });
    await world.publish();
    const { text } = await feed();
    const [head = '', entry = ''] = text.split('<entry');
    expect(head).toContain('<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">');
    const url = world.config.publicUrl;
    for (const element of [
      `<id>${url}/en/changes.atom</id>`,
      '<title>Small Shop: what is new</title>',
      '<updated>2026-11-20T12:00:00.000Z</updated>',
      '<author><name>Small Shop</name></author>',
      `<link rel="self" type="application/atom+xml" href="${url}/en/changes.atom"/>`,
      `<link rel="alternate" type="text/html" href="${url}/en"/>`,
    ])
      expect(head.split(element)).toHaveLength(2);
    expect(entry).toMatch(
      new RegExp(`<id>${url}/en/orders/new#revision-[0-9a-f]{64}</id>`.replaceAll('/', '\\/')),
    );
    for (const element of [
      '<title>What is &lt;new&gt; &amp; &quot;good&quot;?</title>',
      '<updated>2026-11-20T12:00:00.000Z</updated>',
      `<link rel="alternate" type="text/html" href="${url}/en/orders/new"/>`,
      '<summary type="text">New words: 1 &lt; 2 &amp; more.</summary>',
    ])
      expect(entry.split(element)).toHaveLength(2);
    const names = [...text.matchAll(/<\/?([a-z]+)[^>]*?(\/?)>/g)].filter(([tag]) => !tag.startsWith('<?'));
    const open: string[] = [];
    for (const [tag, name = '', closed] of names) {
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else if (closed !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });

  test('shows in another language its own texts, and the original where there is none', async () => {
    world.edit({ 'en/orders/new.md': news('New words.') });
    await world.publish();
    const [entry = ''] = entriesIn((await feed('he')).text);
    expect(entry).toContain('xml:lang="en"');
    expect(entry).toContain('/he/orders/new"');
  });

  test('has each article once, with its last words, the last change first', async () => {
    world.edit({ 'en/orders/new.md': news('Second words.') });
    await world.publish();
    world.edit({ 'en/orders/other.md': makeArticle({ title: 'Another?', body: 'Other words.' }) });
    await world.publish();
    world.edit({ 'en/orders/new.md': news('Third words.') });
    await world.publish();
    const { text } = await feed();
    expect(entriesIn(text).map((entry) => /<summary[^>]*>(.*)<\/summary>/.exec(entry)?.[1])).toEqual([
      'Third words.',
      'Other words.',
    ]);
  });

  test('holds only what is public today: nothing withdrawn, ended, to come, for agents, and no note or person', async () => {
    world.edit({
      'en/orders/new.md': news(`Public words.\n\n:::agent\n${canary} note\n:::`),
      'en/orders/gone.md': makeArticle({ title: `Gone ${canary}?`, body: 'x' }),
      'en/orders/hidden.md': makeArticle({ title: `Hidden ${canary}?`, audience: 'agent', body: canary }),
      'en/orders/ended.md': makeArticle({
        title: `Ended ${canary}?`,
        effective: { to: '2026-11-01' },
        body: 'x',
      }),
      'en/orders/coming.md': makeArticle({
        title: `Coming ${canary}?`,
        effective: { from: '2027-01-01' },
        body: 'x',
      }),
    });
    await world.publish({ publisher: `${canary}person`, changeNote: `${canary} why`, asksReading: true });
    world.edit({ 'en/orders/gone.md': null });
    await world.publish({ publisher: `${canary}person`, changeNote: `${canary} why` });
    for (const locale of ['en', 'he', 'fa', 'ms']) {
      const { text } = await feed(locale);
      expect(text).toContain('Public words.');
      expect(text).not.toContain(canary);
      expect(text).not.toMatch(/[Rr]elease/);
    }
  });

  test('stays the same to the byte, ETag too, when only agents’ text changes', async () => {
    world.edit({ 'en/orders/new.md': news('New words.') });
    await world.publish();
    const before = await feed();
    world.edit({
      'en/orders/new.md': news('New words.\n\n:::agent\nFor us.\n:::'),
      'en/orders/hidden.md': makeArticle({ title: 'What is hidden?', audience: 'agent', body: 'Keys.' }),
    });
    expect(await world.publish({ changeNote: 'For agents' })).toBe(3);
    const after = await feed();
    expect(after.text).toBe(before.text);
    expect(after.headers.etag).toBe(before.headers.etag);
    const again = await request(world.app)
      .get('/en/changes.atom')
      .set('if-none-match', String(after.headers.etag));
    expect(again.status).toBe(304);
  });

  test('has at most fifty entries', async () => {
    const many = Array.from({ length: 60 }, (_, at) => {
      const name = `${String.fromCharCode(97 + (at % 26))}${String.fromCharCode(97 + Math.floor(at / 26))}`;
      return [`en/orders/thing-${name}.md`, makeArticle({ title: `Where is the ${name}${name}x?` })] as const;
    });
    world.edit(Object.fromEntries(many));
    await world.publish();
    expect(entriesIn((await feed()).text)).toHaveLength(50);
  });

  test('is told of in the head and the foot of every page; other languages have none', async () => {
    const { text } = await request(world.app).get('/en/orders/new');
    expect(text).toMatch(
      /<link rel="alternate" type="application\/atom\+xml" title="[^"]+" href="\/en\/changes\.atom">/,
    );
    expect(text).toContain('<a href="/en/changes.atom" type="application/atom+xml">');
    expect((await feed('xx')).status).toBe(404);
  });
});
