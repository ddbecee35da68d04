import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
type Person = { readonly cookie: string; readonly token: string };

let world: TestApp;
let admin: Person;
beforeEach(async () => {
  world = await makeApp(snapshot, { now: () => new Date() });
  admin = await world.signIn('admin');
});
afterEach(() => world.close());

const send = (person: Person, path: string, fields: Readonly<Record<string, string>>) =>
  request(world.app)
    .post(path)
    .set({ Cookie: person.cookie, Accept: 'text/html' })
    .type('form')
    .send({ token: person.token, ...fields });
const see = (person: Person) =>
  request(world.app).get('/manage/privacy').set({ Cookie: person.cookie, Accept: 'text/html' });
const ask = async (conversationId: string): Promise<string> => {
  const { body } = await request(world.app)
    .post('/api/v1/answer')
    .send({ question: 'can i cancel my zebra order', locale: 'en', conversationId });
  return (body as { receipt: { code: string } }).receipt.code;
};
const mine = { kind: 'conversation', name: 'conv-1' };

test('an admin sees how much there is, downloads it, and erases it after saying so', async () => {
  const code = await ask('conv-1');
  const other = await ask('conv-2');
  expect((await see(admin)).status).toBe(200);
  const found = await send(admin, '/manage/privacy', mine);
  expect(found.status).toBe(200);
  expect(found.text).toContain('Questions and answers');
  const file = await send(admin, '/manage/privacy/export', mine);
  expect(file.headers).toMatchObject({
    'content-disposition': 'attachment; filename="conversation.json"',
    'cache-control': 'no-store',
  });
  expect(file.text).toContain('zebra');
  expect(file.text).toContain(code);
  expect(file.text).not.toContain(other);
  const unsure = await send(admin, '/manage/privacy/erase', mine);
  expect(unsure.status).toBe(400);
  expect(unsure.text).toContain('Say first that you are sure');
  expect((await request(world.app).get(`/api/v1/receipts/${code}`)).status).toBe(200);
  const erased = await send(admin, '/manage/privacy/erase', { ...mine, sure: 'yes' });
  expect(erased.text).toContain('It is erased');
  expect(erased.text).not.toContain('conv-1');
  expect((await request(world.app).get(`/api/v1/receipts/${code}`)).status).toBe(404);
  expect((await request(world.app).get(`/api/v1/receipts/${other}`)).status).toBe(200);
  expect((await send(admin, '/manage/privacy', mine)).text).toContain('Nothing is stored under this name');
});

test('a name that is none is said beside its field; a form with more or other fields is refused', async () => {
  const none = await send(admin, '/manage/privacy', { kind: 'customer', name: ' ' });
  expect([none.status, none.text.includes('Write an id of 1 to 500')]).toEqual([400, true]);
  for (const fields of [{ kind: 'all', name: 'x' }, { kind: 'customer' }, { ...mine, sure: 'no' }])
    expect((await send(admin, '/manage/privacy/erase', fields as Record<string, string>)).status).toBe(400);
});

test('nobody but an admin with a fresh proof comes near it', async () => {
  await ask('conv-1');
  const manager = await world.signIn('manager');
  expect((await see(manager)).status).toBe(403);
  const paths = ['/manage/privacy', '/manage/privacy/export', '/manage/privacy/erase'];
  for (const path of paths) expect((await send(manager, path, { ...mine, sure: 'yes' })).status).toBe(403);
  await world.db.updateTable('sessions').set({ proven_at: '2020-01-01T00:00:00.000Z' }).execute();
  for (const path of paths) expect((await send(admin, path, { ...mine, sure: 'yes' })).status).toBe(403);
  expect((await world.deps.loop.privacy.count({ conversation: 'conv-1' })).served_answers).toBe(1);
});
