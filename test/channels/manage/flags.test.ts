import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import type { NewFlag } from '../../../server/feedback/flags/flag.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();

let world: TestApp;
beforeEach(async () => {
  world = await makeApp(snapshot);
});
afterEach(() => world.close());

type Person = { readonly cookie: string; readonly token: string };
const see = async (person: Person, path: string, expected = 200): Promise<string> => {
  const { status, text } = await request(world.app)
    .get(path)
    .set({ Cookie: person.cookie, Accept: 'text/html' });
  expect([path, status]).toEqual([path, expected]);
  return text;
};
const end = (person: Person, id: number, fields: Readonly<Record<string, string>>, query = '') =>
  request(world.app)
    .post(`/manage/flags/${id}/end${query}`)
    .set({ Cookie: person.cookie, Accept: 'text/html' })
    .type('form')
    .send({ token: person.token, ...fields });
const raise = async (part: Partial<NewFlag> = {}): Promise<number> => {
  const flag: NewFlag = {
    kind: 'wrong',
    note: 'It costs nothing.',
    articleId: 'orders/cancel-order',
    section: 'how-to-cancel',
    locale: 'en',
    revision: null,
    question: 'what does it cost',
    receipt: 'BCDF2345',
    owner: 'orders',
    ...part,
  };
  return (await world.deps.loop.flags.raise(flag, { id: 1, by: byServer })).id;
};

test('an editor sees the flags of their teams first, with the answer, the receipt and how many it touches', async () => {
  const editor = await world.signIn('editor');
  const person = await world.accounts.personNamed('person1');
  const details = { teams: ['orders'], fullName: '', email: '' };
  await world.accounts.change(person?.id ?? 0, details, person?.version ?? 0, byServer);
  await raise();
  await raise({ articleId: 'returns/return-window', section: 'lead', owner: 'care', note: 'Too long.' });
  for (const question of ['can I cancel my order', 'cancel order not shipped yet'])
    await request(world.app).post('/api/v1/answer').send({ question });
  await world.deps.loop.walk.catchUp();
  const page = await see(editor, '/manage/flags');
  expect(page.indexOf('It costs nothing.')).toBeLessThan(page.indexOf('Too long.'));
  for (const text of [
    'href="/en/orders/cancel-order#how-to-cancel"',
    'href="/agent/receipts/BCDF2345"',
    'what does it cost',
    'asked 2 times in 30 days',
    'asked 0 times in 30 days',
    'Orders desk',
    'href="/manage/verification/orders/cancel-order?locale&#x3D;en&amp;ui&#x3D;en"',
  ])
    expect(page).toContain(text);
});

test('flags are chosen by team, kind, status and article', async () => {
  const editor = await world.signIn('editor');
  await raise({ note: 'first note' });
  await raise({ kind: 'unclear', note: 'second note', articleId: 'returns/return-window', owner: 'care' });
  const notes = async (query: string): Promise<readonly string[]> => {
    const page = await see(editor, `/manage/flags?${query}`);
    return ['first note', 'second note'].filter((one) => page.includes(one));
  };
  expect(await notes('')).toHaveLength(2);
  expect(await notes('team=care')).toEqual(['second note']);
  expect(await notes('kind=wrong')).toEqual(['first note']);
  expect(await notes('article=returns%2Freturn-window')).toEqual(['second note']);
  expect(await notes('status=resolved')).toEqual([]);
  expect(await notes('status=any')).toHaveLength(2);
  for (const query of ['kind=odd', 'status=odd', 'page=0', 'more=1'])
    await see(editor, `/manage/flags?${query}`, 400);
});

test('resolving says what was done, declining says why, and both need the sentence', async () => {
  const editor = await world.signIn('editor');
  const [one, other] = [await raise(), await raise({ section: 'lead' })];
  const empty = await end(editor, one, { status: 'declined', outcome: ' ' });
  expect([empty.status, empty.text]).toEqual([
    400,
    expect.stringContaining('Say in a sentence why it stays as it is.'),
  ]);
  const resolved = await end(editor, one, { status: 'resolved', outcome: 'Mended.' }, '?team=orders');
  expect([resolved.status, resolved.headers.location]).toEqual([
    303,
    '/manage/flags?team=orders&ui=en&said=resolved',
  ]);
  await end(editor, other, { status: 'declined', outcome: 'It is right.' });
  const page = await see(editor, '/manage/flags?status=any');
  for (const text of ['Mended.', 'It is right.']) expect(page).toContain(text);
  expect((await world.deps.loop.flags.find(other))?.status).toBe('declined');
});

test('who comes second is told so, and an unknown flag is none', async () => {
  const editor = await world.signIn('editor');
  const id = await raise();
  await end(editor, id, { status: 'resolved', outcome: 'Mended.' });
  const second = await end(editor, id, { status: 'declined', outcome: 'No.' });
  expect([second.status, second.text]).toEqual([
    409,
    expect.stringContaining('Somebody else has ended this flag'),
  ]);
  expect((await end(editor, 99, { status: 'declined', outcome: 'No.' })).status).toBe(404);
  expect((await end(editor, id, { status: 'open', outcome: 'No.' })).status).toBe(400);
});

test('agents do not open it, nor send its form', async () => {
  const agent = await world.signIn('agent');
  await see(agent, '/manage/flags', 403);
  const id = await raise();
  expect((await end(agent, id, { status: 'resolved', outcome: 'x' })).status).toBe(403);
  expect((await world.deps.loop.flags.find(id))?.status).toBe('open');
});

test('what no article says leads to the article that says it', async () => {
  const editor = await world.signIn('editor');
  await raise({ kind: 'missing', articleId: null, section: null, question: 'do you ship to the moon' });
  const page = await see(editor, '/manage/flags');
  const href = /href="([^"]*proposals\/new[^"]*)"/.exec(page)?.[1] ?? '';
  const form = await see(editor, href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&'));
  expect(form).toContain('do you ship to the moon');
});
