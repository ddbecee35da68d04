import request from 'supertest';
import { hasHostileCorpora, hostileCases } from '../../support/hostile-corpus.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallWorld, tryWorld } from '../../support/small-world.ts';

/** Bodies and titles that want to become code or leave their place, through the real loader and the real pages. */

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const tagPattern =
  /^<(?:!doctype html|\/[a-z][a-z0-9]*|([a-z][a-z0-9]*)((?:\s+[a-zA-Z_:][\w:.-]*(?:="[^"]*")?)*)\s*\/?)>/;

/** Every start tag of a page; throws at the first `<` that begins none that our templates would write. */
function tagsOf(page: string): readonly Tag[] {
  const tags: Tag[] = [];
  for (let at = page.indexOf('<'); at >= 0; at = page.indexOf('<', at + 1)) {
    const match = tagPattern.exec(page.slice(at));
    if (!match) throw new Error(`a stray < at: ${page.slice(at, at + 80)}`);
    const [whole, name, attributes = ''] = match;
    if (name !== undefined)
      tags.push({
        name,
        attributes: new Map(
          [...attributes.matchAll(/([a-zA-Z_:][\w:.-]*)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
            key,
            value,
          ]),
        ),
      });
    at += whole.length - 1;
  }
  return tags;
}

const formOf = ({ name, attributes }: Tag) => [name, ...[...attributes.keys()].sort()].join(' ');

/** What approved text may hold beside what the frame of a page holds. */
const proseForms = [
  ...[
    'p',
    'ul',
    'ol',
    'ol start',
    'li',
    'strong',
    'em',
    'del',
    'br',
    'hr',
    'blockquote',
    'pre',
    'pre dir tabindex',
  ],
  ...['code', 'code dir', 'a href', 'a href rel', 'div class tabindex', 'table', 'thead', 'tbody', 'tr'],
  ...[
    'th scope',
    'th class scope',
    'td',
    'td class',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'span',
    'span dir',
    'bdi',
  ],
];

function dangersOf(page: string, known: ReadonlySet<string>): readonly string[] {
  return tagsOf(page).flatMap((tag) => {
    const { name, attributes } = tag;
    const address = attributes.get('href') ?? attributes.get('src') ?? attributes.get('action') ?? '/';
    return [
      ...(known.has(formOf(tag)) ? [] : [`<${formOf(tag)}>`]),
      ...(/^(?:\/(?!\/)|#|https?:\/\/|mailto:|tel:)/.test(address) ? [] : [`${name} leads to ${address}`]),
      ...(name === 'script' && !attributes.has('src') && attributes.get('type') !== 'application/ld+json'
        ? ['a script of its own']
        : []),
    ];
  });
}

const titleOf = (bytes: Buffer) =>
  bytes
    .toString('utf8')
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, 140);

(hasHostileCorpora() ? describe : describe.skip)('hostile text on the pages of the FAQ', () => {
  let world: TestApp;
  let known: ReadonlySet<string>;
  let bodies: ReadonlyMap<string, string | undefined>;
  let questions: readonly string[];
  let titled: readonly string[];

  beforeAll(async () => {
    const cases = await hostileCases('markdown-xss.json');
    const files: Record<string, string> = {};
    for (const { id, bytes } of cases) {
      files[`en/orders/body-${id}.md`] = makeArticle({ title: `Case ${id}`, body: bytes.toString('utf8') });
      files[`en/returns/title-${id}.md`] = makeArticle({ title: titleOf(bytes) || id, questions: [] });
    }
    // What the loader refuses never reaches a page; the others do.
    const refused = new Set(tryWorld(files).errors.map(({ place }) => place?.file));
    const good = Object.fromEntries(Object.entries(files).filter(([path]) => !refused.has(path)));
    bodies = new Map(
      cases.flatMap(({ id, keep }) => (good[`en/orders/body-${id}.md`] ? [[`orders/body-${id}`, keep]] : [])),
    );
    titled = Object.keys(good).flatMap((path) => /(returns\/title-[^.]+)/.exec(path)?.[1] ?? []);
    questions = cases.map(({ bytes }) => titleOf(bytes)).filter((question) => question !== '');
    world = await makeApp(smallWorld(good).snapshot);
    const plain = await makeApp(
      smallWorld({
        'en/orders/plain.md': makeArticle({
          title: 'Plain text',
          related: ['returns/other'],
          body: 'Plain.\n\n## More\n\nText.',
        }),
        'en/returns/other.md': makeArticle({ title: 'Other text' }),
      }).snapshot,
    );
    const pages = await Promise.all(
      [
        '/en',
        '/en/orders',
        '/en/orders/plain',
        '/en/search?q=plain+text',
        '/en/search?q=zzz&region=EU',
        '/en/contact?q=plain',
        '/he/orders/plain',
      ].map(async (path) => (await request(plain.app).get(path)).text),
    );
    known = new Set([...proseForms, ...pages.flatMap((page) => tagsOf(page).map(formOf))]);
    await plain.close();
  });
  afterAll(() => world?.close());

  const get = (path: string) => request(world.app).get(path).set('Accept', 'text/html');

  test('the check sees a tag, a handler, an address and a stray bracket', () => {
    expect(dangersOf('<p onclick="x">', known)).toEqual(['<p onclick>']);
    expect(dangersOf('<a href="javascript:alert(1)">', known)).toEqual(['a leads to javascript:alert(1)']);
    expect(dangersOf('<a href="//evil.invalid">', known)).toEqual(['a leads to //evil.invalid']);
    expect(() => dangersOf('<scr<script>', known)).toThrow(/stray/);
  });

  test('bodies become text, or the tags of approved text and no other', async () => {
    expect(bodies.size).toBeGreaterThan(30);
    for (const [articleId, keep] of bodies) {
      const { text } = await get(`/en/${articleId}`).expect(200);
      expect({ articleId, dangers: dangersOf(text, known) }).toEqual({ articleId, dangers: [] });
      if (keep !== undefined)
        expect({ articleId, text }).toEqual({ articleId, text: expect.stringContaining(keep) });
    }
  });

  test('titles are text in heading, window, meta, data block, lists and sitemap', async () => {
    expect(titled.length).toBeGreaterThan(30);
    for (const path of ['/en', '/en/returns', '/en/orders', ...titled.map((id) => `/en/${id}`)]) {
      const { text } = await get(path).expect(200);
      expect({ path, dangers: dangersOf(text, known) }).toEqual({ path, dangers: [] });
      for (const [, data] of text.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g))
        expect(() => JSON.parse(data ?? '')).not.toThrow();
    }
    const { text } = await request(world.app).get('/sitemap.xml').expect(200);
    expect(text).not.toMatch(/<script|<img/);
  });

  test('questions are text wherever a page repeats them', async () => {
    for (const question of questions)
      for (const page of ['search', 'contact']) {
        const { text } = await get(`/en/${page}?q=${encodeURIComponent(question)}`).expect(200);
        expect({ page, question, dangers: dangersOf(text, known) }).toEqual({ page, question, dangers: [] });
      }
  });
});
