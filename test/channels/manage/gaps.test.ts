import request from 'supertest';
import { createPublicDoor } from '../../../server/channels/ask.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

describe('the pages of gaps', () => {
  let app: TestApp;
  let editor: { readonly cookie: string; readonly token: string };

  beforeEach(async () => {
    app = await makeApp(smallWorld().snapshot);
    editor = await app.signIn('editor');
    const door = createPublicDoor(app.deps);
    const asOf = '2026-11-22';
    for (const [question, locale] of [
      ['Do you sell gift cards?', 'en'],
      ['Do you sell gift cards?', 'en'],
      ['selling <b>gift</b> cards', 'en'],
      ['are there gift vouchers', 'en'],
      ['האם יש חניה לאופניים?', 'he'],
    ] as const)
      await door.ask(
        door.open(),
        { question, answerId: null, locale, context: {}, asOf },
        { channel: 'chat', conversationId: null },
      );
    await app.deps.loop.gaps.catchUp();
  });
  afterEach(() => app.close());

  /** A page, its text as a browser reads it but for the brackets of its marks. */
  const get = async (path: string, expected?: number) => {
    const { status, text } = await request(app.app).get(path).set('Cookie', editor.cookie);
    if (expected !== undefined) expect(status).toBe(expected);
    return { status, text: text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&') };
  };
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    request(app.app)
      .post(path)
      .set('Cookie', editor.cookie)
      .type('form')
      .send({ token: editor.token, ...fields });
  const numberOf = async (question: string): Promise<number> => {
    const filter = { locale: null, reason: null, owner: null, category: null } as const;
    const { gaps } = await app.deps.loop.gaps.list({ ...filter, state: 'open', sort: 'asks', page: 1 });
    return gaps.find((gap) => gap.question === question)?.id ?? 0;
  };

  test('list gaps, the most asked first, with their reason, trend and what is nearest', async () => {
    const { text } = await get('/manage/gaps', 200);
    expect(text).toContain('3 gaps');
    expect(text.indexOf('Do you sell gift cards?')).toBeLessThan(text.indexOf('are there gift vouchers'));
    expect(text).toContain('Asked 3 times · 3 conversations · 2 wordings');
    expect(text).toContain('No answer <b>3</b>');
    expect(text).toContain('3 in 30 days, 0 in the 30 before');
    expect(text).toContain('oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3');
  });

  test('are filtered by language, reason and owner, and say what a parameter may be', async () => {
    expect((await get('/manage/gaps?locale=he')).text).toMatch(/>1 gap /);
    expect((await get('/manage/gaps?reason=unhelpful')).text).toContain('No gap fits.');
    expect((await get('/manage/gaps?sort=trend&category=orders&owner=care')).status).toBe(200);
    for (const wrong of ['state=lost', 'reason=x', 'locale=xx', 'page=0', 'sort=x', 'view=x', 'unknown=1'])
      expect((await get(`/manage/gaps?${wrong}`)).status).toBe(400);
  });

  test('are for editors and those above', async () => {
    const agent = await app.signIn('agent');
    await request(app.app).get('/manage/gaps').set('Cookie', agent.cookie).expect(403);
    await request(app.app).get('/manage/gaps').expect(302);
  });

  test('show a gap with its questions, why each is in it, and where to go from it', async () => {
    const id = await numberOf('Do you sell gift cards?');
    const { text } = await get(`/manage/gaps/${id}`, 200);
    expect(text).toContain('selling &lt;b&gt;gift&lt;/b&gt; cards');
    expect(text).toMatch(/Shared words:<\/span> <mark[^>]*>selling<\/mark>/);
    expect(text).toContain('/manage/proposals/new?kind=article&locale=en&title=Do+you+sell+gift+cards%3F');
    expect(text).toContain('kind=out-of-scope&locale=en&questions=Do+you+sell+gift+cards%3F%0Aselling');
    expect(text).toMatch(/\/agent\/receipts\/[A-Z0-9]{8}\?ui=en/);
    expect(text).toContain('are there gift vouchers');
    expect((await get('/manage/gaps/999')).status).toBe(404);
    expect((await get('/manage/gaps/x')).status).toBe(404);
  });

  test('merge, part, close and open gaps again, each by a form with its token', async () => {
    const cards = await numberOf('Do you sell gift cards?');
    const vouchers = await numberOf('are there gift vouchers');
    const merged = await post(`/manage/gaps/${vouchers}/merge`, { into: String(cards) }).expect(303);
    expect(merged.headers.location).toBe(`/manage/gaps/${cards}?ui=en&said=merged`);
    const page = (await get(merged.headers.location ?? '', 200)).text;
    expect(page).toContain('Merged. The questions stand together here now.');
    expect((await get(`/manage/gaps/${vouchers}`)).text).toContain(`Merged into gap ${cards}`);
    const question = /name="question" value="(\d+)"><button[^>]*aria-label="Take out: are there/.exec(
      page,
    )?.[1];
    const parted = await post(`/manage/gaps/${cards}/take-out`, { question: question ?? '' }).expect(303);
    const own = parted.headers.location ?? '';
    expect((await get(own)).text).toContain('are there gift vouchers');
    const address = own.split('?')[0] ?? '';
    await post(`${address}/close`, { outcome: 'not-worth', note: 'call 555-123-4567' }).expect(303);
    const closed = (await get(address)).text;
    expect(closed).toContain('Not worth an answer');
    expect(closed).toContain('call [phone]');
    expect((await get('/manage/gaps?state=closed')).text).toContain('are there gift vouchers');
    await post(`${address}/close`, { outcome: 'answered', note: '' }).expect(400);
    await post(`${address}/reopen`, {}).expect(303);
    expect((await get(address)).text).toContain('Close the gap');
    await post(`${address}/close`, { outcome: 'merged', note: '' }).expect(400);
    await post(`${address}/close`, { outcome: 'answered', note: '', token: 'wrong' }).expect(403);
    const rows = await app.deps.audit.list({}, { before: null, limit: 4 });
    expect(rows.map(({ action, by }) => [action, by.actor.kind])).toEqual([
      ['gap.reopened', 'person'],
      ['gap.closed', 'person'],
      ['gap.split', 'person'],
      ['gap.merged', 'person'],
    ]);
  });

  test('list phrasings that ended well, or say that there are none', async () => {
    expect((await get('/manage/gaps?view=phrasings', 200)).text).toContain('Nothing to add');
    const door = createPublicDoor(app.deps);
    for (const conversationId of ['one', 'two']) {
      const { receipt } = await door.ask(
        door.open(),
        {
          question: 'cancel an order that has not shipped',
          ...{ answerId: null, locale: 'en', context: {}, asOf: '2026-11-22' },
        },
        { channel: 'chat', conversationId },
      );
      await app.deps.loop.ratings.rate({ receipt: receipt?.code ?? '', helpful: true }, app.deps.now());
    }
    await app.deps.loop.gaps.catchUp();
    const { text } = await get('/manage/gaps?view=phrasings', 200);
    expect(text).toContain('helped 2 times');
    expect(text).toContain('kind=variant&articleId=orders%2Fcancel-order&locale=en');
  });
});
