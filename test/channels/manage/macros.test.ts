import request from 'supertest';
import { createReleaseStore } from '../../../server/snapshots/release-store.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallArticles, smallWorld } from '../../support/small-world.ts';

const content = smallWorld(smallArticles());
const table = [
  'id,title,body',
  '1,Return window,You can send an item back within 45 days after delivery.',
  '2,Return ok,You can send an item back within 60 days after delivery.',
  '3,<b>Jobs</b>,"Thank you for your application, our recruiters read every letter."',
  '',
].join('\n');

let world: TestApp;
beforeAll(async () => {
  world = await makeApp(content.snapshot);
  await createReleaseStore(world.db).append({
    ...content,
    publishedAt: new Date('2026-11-20T12:00:00Z'),
    publisher: 'a test',
    changeNote: '',
    kept: [],
  });
});
afterAll(() => world.close());

interface Sent {
  readonly file?: string | Buffer | null;
  readonly name?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly role?: 'agent' | 'manager';
  readonly token?: string;
  readonly origin?: string;
}

async function send({
  file = table,
  name = 'macros.csv',
  fields = {},
  role = 'manager',
  token,
  origin,
}: Sent = {}) {
  const person = await world.signIn(role);
  const post = request(world.app)
    .post('/manage/macros')
    .set('cookie', person.cookie)
    .set('accept', 'text/html')
    .set('origin', origin ?? world.config.publicUrl);
  for (const [key, value] of Object.entries({ token: token ?? person.token, ...fields }))
    post.field(key, value);
  if (file !== null) post.attach('file', Buffer.from(file), name);
  return post;
}

describe('/manage/macros', () => {
  test('is a form for editors and above', async () => {
    for (const [role, status] of [
      ['agent', 403],
      ['editor', 200],
      ['manager', 200],
    ] as const) {
      const { cookie } = await world.signIn(role);
      const page = await request(world.app)
        .get('/manage/macros')
        .set('cookie', cookie)
        .set('accept', 'text/html');
      expect(page.status).toBe(status);
    }
    expect(
      (await request(world.app).post('/manage/macros').attach('file', Buffer.from(table), 'm.csv')).status,
    ).toBe(401);
    expect((await send({ role: 'agent' })).status).toBe(403);
  });

  test('shows what is outdated beside the value that holds now, and the text to use', async () => {
    const { status, text } = await send();
    expect(status).toBe(200);
    expect(text).toContain('3 macros of <bdi>macros.csv</bdi>');
    expect(text).toMatch(/<mark class="macro__wrong">45 days<\/mark>/);
    expect(text).toMatch(/return-window<\/code><\/a><\/dt><dd[^>]*><bdi>60 days<\/bdi>/);
    expect(text).toContain('You can send an item back within 60 days after delivery.');
    expect(text).toContain('&lt;b&gt;Jobs&lt;/b&gt;');
    expect(text).not.toContain('<b>Jobs');
  });

  test('gives the same as a CSV', async () => {
    const { status, headers, text } = await send({ fields: { as: 'csv' } });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe('attachment; filename="macros-checked.csv"');
    expect(text.split('\r\n')[1]).toMatch(/^1,Return window,outdated,en\/returns\/return-window#lead/);
  });

  test.each([
    [
      'a file that is none of macros',
      { file: 'id,titel,body\n1,x,y\n' },
      422,
      /Is .{1,6}titel.{1,6} the title\?/,
    ],
    ['a broken row', { file: 'id,title,body\n1,x,y\n1,z,y\n' }, 422, /macros\.csv:3/],
    ['no file', { file: null }, 400, /No file was chosen/],
    ['an empty file', { file: '' }, 422, /an empty file/],
    ['a language that the site does not have', { fields: { locale: 'fr' } }, 400, /fr/],
  ] as const)('says on the page what is wrong with %s', async (_, sent, status, message) => {
    const page = await send(sent);
    expect(page.status).toBe(status);
    expect(page.text).toMatch(message);
  });

  test('refuses a file that is too large, and serves the next request', async () => {
    const { status } = await send({ file: Buffer.alloc(5_000_001, 97) });
    expect(status).toBe(413);
    expect((await send()).status).toBe(200);
  });

  test('refuses a form from elsewhere before it reads the file, and one without the token of the session', async () => {
    expect((await send({ origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await send({ token: 'made-up' })).status).toBe(403);
  });
});
