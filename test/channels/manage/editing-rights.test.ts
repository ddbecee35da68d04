import { setTimeout as wait } from 'node:timers/promises';
import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import { describeError } from '../../../server/errors.ts';
import { type ReleasedWorld, releasedWorld } from '../../support/released-world.ts';
import { makeArticle, smallArticles, smallYaml } from '../../support/small-world.ts';

const news = (body: string) => makeArticle({ title: 'What is new?', body });
const backAgain = makeArticle({ title: 'What do you take back?', body: 'Everything.' });

/** An editor of the team `orders`, which may edit the category `orders`, and what they send and see. */
interface Editor {
  readonly page: (path?: string) => Promise<request.Response>;
  readonly publish: (fields?: Readonly<Record<string, string>>) => Promise<request.Response>;
}

describe('what an editor may publish', () => {
  let world: ReleasedWorld;
  let editor: Editor;

  beforeEach(async () => {
    world = await releasedWorld({ ...smallArticles(), 'en/orders/new.md': news('We open at nine.') });
    await world.publish();
    await world.signIn('manager', 'lior');
    editor = await editorOf(['orders']);
    await world.concord.appDeps.editingRights.set('orders', ['orders'], [], byServer);
  });
  afterEach(() => world.close());

  async function editorOf(teams: readonly string[]): Promise<Editor> {
    const { accounts } = world.concord;
    const { name, cookie, token } = await world.signIn('editor');
    const person = await accounts.personNamed(name);
    await accounts.change(person?.id ?? 0, { teams }, person?.version ?? 0, byServer);
    const page = async (path = '/manage/preview') =>
      request(world.app).get(path).set('cookie', cookie).set('accept', 'text/html');
    return {
      page,
      publish: async (fields = {}) => {
        const { key } = await preview();
        return request(world.app)
          .post('/manage/preview/publish')
          .set('cookie', cookie)
          .type('form')
          .send({ token, note: 'Later', key, ...fields });
      },
    };
  }

  /** The preview of what was just edited, however long it takes. */
  async function preview() {
    for (;;) {
      const state = await world.concord.appDeps.previews.look();
      if (state.kind === 'refused') throw new Error(state.errors.map(describeError).join('\n'));
      if (state.kind === 'compared') return state.preview;
      await wait(20);
    }
  }

  const current = () => world.concord.current().release.number;

  test('a change of an article of their category, with the form and as themselves', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await preview();
    const page = await editor.page();
    expect(page.text).toContain('action="/manage/preview/publish?ui&#x3D;en"');
    const sent = await editor.publish();
    expect([sent.status, sent.headers.location]).toEqual([303, '/manage/releases/2?ui=en']);
    expect((await editor.page('/manage/releases/2')).text).toContain('by person2');
  });

  test.each([
    ['an article of another category', { 'en/returns/back.md': backAgain }, 'en/returns/back.md'],
    [
      'an article that moves to another category',
      { 'en/orders/new.md': null, 'en/returns/new.md': news('We open at nine.') },
      'en/returns/new.md',
    ],
    [
      'a fact, however small',
      { 'facts.yaml': (smallYaml['facts.yaml'] ?? '').replace('value: 24 hours', 'value: 48 hours') },
      'facts.yaml',
    ],
    [
      'a synonym beside an own article',
      { 'en/orders/new.md': news('We open at ten.'), 'synonyms.yaml': 'en:\n  - [parcel, package]\n' },
      'synonyms.yaml',
    ],
    [
      'a golden question beside an own article',
      {
        'en/orders/new.md': news('We open at ten.'),
        'golden.yaml': '- question: What is new?\n  locale: en\n  why: x\n  expect: orders/new\n',
      },
      'golden.yaml',
    ],
  ])('never %s: the page says why and who can, and a forged form is refused', async (_, files, named) => {
    world.edit(files);
    await preview();
    const { text } = await editor.page();
    expect(text).not.toContain('action="/manage/preview/publish');
    expect(text).toContain(`<code dir="ltr">${named}</code>`);
    expect(text).toMatch(/These people can publish it: .*lior/);
    const forged = await editor.publish();
    expect(forged.status).toBe(403);
    expect(current()).toBe(1);
  });

  test('nothing at all without a team, or where the team has no right', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await preview();
    for (const teams of [[], ['returns']]) {
      const other = await editorOf(teams);
      expect((await other.page()).text).not.toContain('action="/manage/preview/publish');
      expect((await other.publish()).status).toBe(403);
    }
    expect(current()).toBe(1);
  });

  test('nothing that breaks a golden question, whatever they write', async () => {
    const ask = 'is anybody there on a Sunday morning';
    const title = 'When do you open?';
    world.edit({
      'golden.yaml': `- question: ${ask}\n  locale: en\n  why: often asked\n  expect: orders/new\n`,
      'en/orders/new.md': makeArticle({ title, questions: [ask], body: 'We open at nine.' }),
    });
    await world.publish();
    world.edit({ 'en/orders/new.md': makeArticle({ title, body: 'We open at nine.' }) });
    expect((await preview()).broken).toHaveLength(1);
    expect((await editor.page()).text).toContain('only managers may acknowledge that');
    expect((await editor.publish({ acknowledgement: 'I want it so' })).status).toBe(403);
    expect(current()).toBe(2);
  });

  test('a publication bound to categories is refused by itself, so that nothing slips in after the page', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.'), 'en/returns/back.md': backAgain });
    const by = { publisher: 'a test', changeNote: 'x', keepGoing: false };
    const refused = await world.concord.publish({ ...by, within: ['orders'] });
    expect(refused.status).toBe('refused');
    expect(refused.errors.map(({ code, place }) => [code, place?.file])).toEqual([
      ['forbidden', 'en/returns/back.md'],
    ]);
    expect((await world.concord.publish({ ...by, within: ['orders', 'returns'] })).status).toBe('published');
  });

  test('a publication of what was looked at is refused by itself where anything differs from it', async () => {
    const by = { publisher: 'a test', changeNote: 'x', keepGoing: false };
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    const { key } = await preview();
    world.edit({ 'en/orders/new.md': news('We open at eleven.') });
    const refused = await world.concord.publish({ ...by, seen: key });
    expect(refused.errors.map(({ code }) => code)).toEqual(['changed-meanwhile']);
    const now = await preview();
    expect((await world.concord.publish({ ...by, seen: now.key })).status).toBe('published');
    // The same content beside another release is another change.
    expect((await world.concord.publish({ ...by, seen: now.key })).status).toBe('refused');
    expect(current()).toBe(2);
  });

  test('rights count at the next request', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await world.concord.appDeps.editingRights.set('orders', [], ['orders'], byServer);
    expect((await editor.publish()).status).toBe(403);
    await world.concord.appDeps.editingRights.set('orders', ['returns', 'orders'], [], byServer);
    expect((await editor.publish()).status).toBe(303);
  });
});
