import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();

let world: TestApp;
let clock: number;
beforeEach(async () => {
  clock = Date.parse('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => new Date(clock) });
});
afterEach(() => world.close());

type Person = { readonly cookie: string; readonly token: string };
const see = async (person: Person, path: string): Promise<string> => {
  const { status, text } = await request(world.app)
    .get(path)
    .set({ Cookie: person.cookie, Accept: 'text/html' });
  expect([path, status]).toEqual([path, 200]);
  return text;
};
const send = (
  person: Person,
  path: string,
  fields: Readonly<Record<string, string>>,
  accept = 'text/html',
): request.Test =>
  request(world.app)
    .post(path)
    .set({ Cookie: person.cookie, Accept: accept })
    .type('form')
    .send({ token: person.token, ...fields });
const opened = '/agent?selected=orders%2Fcancel-order%23lead';
const fields = {
  kind: 'outdated',
  note: 'The fee is gone since Monday.',
  answer: 'orders/cancel-order#lead',
  locale: 'en',
  q: 'stop my order',
  receipt: '',
  next: opened,
};
const note = fields.note;

test('an agent flags an answer and comes back to it; every other agent sees who flagged it as what', async () => {
  const dana = await world.signIn();
  const noa = await world.signIn();
  const { status, headers } = await send(dana, '/agent/flags', fields);
  expect([status, headers.location]).toEqual([303, `${opened}&said=flagged.orders`]);
  expect(await see(dana, headers.location ?? '')).toContain('Flagged. Orders desk will see it.');
  clock += 3 * 3_600_000;
  const page = await see(noa, opened);
  expect(page).toContain('Flagged as outdated by \u2068person1\u2069, 3 hours ago');
  expect(page).toContain(note);
  expect(await see(noa, '/agent/articles/orders/cancel-order')).toContain(note);
  expect(await see(noa, '/agent?q=stop+my+order')).toContain('hit__flag');
  expect(await see(noa, '/agent?q=how+long+can+I+return')).not.toContain(note);
  const { body } = await request(world.app)
    .get('/agent/results?q=cancel+my+order')
    .set({ Cookie: noa.cookie });
  expect(body.html).toContain('hit__flag');
});

test('a script gets what is said and the marks, and says what is wrong in the form', async () => {
  const dana = await world.signIn();
  const done = await send(dana, '/agent/flags', fields, 'application/json');
  expect(done.body.said).toBe('Flagged. Orders desk will see it.');
  expect(done.body.html).toContain(note);
  const wrong = await send(dana, '/agent/flags', { ...fields, note: ' ' }, 'application/json');
  expect([wrong.status, wrong.body]).toEqual([
    400,
    { field: 'note', said: 'Say in a sentence what the owner should know.' },
  ]);
});

test('what is wrong with a form is said beside what was typed', async () => {
  const dana = await world.signIn();
  for (const [more, sentence] of [
    [{ kind: '' }, 'Choose what is wrong with it.'],
    [{ note: '' }, 'Say in a sentence what the owner should know.'],
    [{ note: 'x'.repeat(1_001) }, 'At most 1,000 characters.'],
  ] as const) {
    const { status, text } = await send(dana, '/agent/flags', { ...fields, ...more });
    expect([more, status]).toEqual([more, 400]);
    expect(text).toContain(sentence);
    expect(text).toContain('Can I cancel my order before it ships?');
  }
  const refused: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
    [{ answer: 'orders/no-such' }, 404],
    [{ answer: 'orders/cancel-order#no-such' }, 404],
    [{ answer: '' }, 400],
    [{ locale: 'xx' }, 400],
    [{ more: '1' }, 400],
  ];
  for (const [more, expected] of refused)
    expect([more, (await send(dana, '/agent/flags', { ...fields, ...more })).status]).toEqual([
      more,
      expected,
    ]);
  expect(await world.deps.loop.flags.count({})).toBe(0);
});

test('that an answer is missing is told from a question without one', async () => {
  const dana = await world.signIn();
  const page = await see(dana, '/agent?q=zebra+insurance+quarterly');
  expect(page).toContain('Tell that an answer is missing');
  const form = await see(dana, '/agent/flags/new?q=zebra+insurance&locale=en&answer=');
  expect(form).toContain('zebra insurance');
  expect(form).not.toContain('value="outdated"');
  await send(dana, '/agent/flags', { ...fields, kind: 'missing', answer: '', q: 'zebra insurance' });
  const [flag] = await world.deps.loop.flags.of(1);
  expect(flag).toMatchObject({ articleId: null, owner: 'care', question: 'zebra insurance' });
});

test('an agents’ own article is flagged like every other', async () => {
  const dana = await world.signIn();
  const path = '/agent/articles/orders/stolen-card';
  await send(dana, '/agent/flags', { ...fields, answer: 'orders/stolen-card', next: path });
  expect(await see(dana, path)).toContain(note);
});

test('nobody is led elsewhere by the way back', async () => {
  const dana = await world.signIn();
  const { headers } = await send(dana, '/agent/flags', { ...fields, next: 'https://elsewhere.example/' });
  expect(headers.location).toBe('/agent?said=flagged.orders');
});

test('whoever raised a flag is told what became of it, once', async () => {
  const dana = await world.signIn();
  const editor = await world.signIn('editor');
  await send(dana, '/agent/flags', fields);
  expect(await see(dana, '/agent')).not.toContain('1 new');
  const id = (await world.deps.loop.flags.of(1))[0]?.id ?? 0;
  await send(editor, `/manage/flags/${id}/end`, { status: 'resolved', outcome: 'Changed, thank you.' });
  expect(await see(dana, '/agent')).toContain('1 new');
  expect(await see(editor, '/agent')).not.toContain('1 new');
  const mine = await see(dana, '/agent/flags');
  for (const text of ['Resolved', 'Changed, thank you.', 'person2', 'own-row--news'])
    expect(mine).toContain(text);
  expect(await see(dana, '/agent')).not.toContain('1 new');
  expect(await see(dana, '/agent/flags')).toContain('Changed, thank you.');
  expect(await see(editor, '/agent/flags')).not.toContain('Changed, thank you.');
});

test('a flag changes nothing that customers get', async () => {
  const paths = [
    '/en/orders/cancel-order',
    '/api/v1/articles/orders/cancel-order',
    '/api/v1/answer?q=cancel+order',
  ];
  const get = async (path: string): Promise<string> => {
    const { text, headers } = await request(world.app).get(path).set('X-Request-Id', 'same');
    return `${headers.etag} ${text}`;
  };
  const before = await Promise.all(paths.map(get));
  await send(await world.signIn(), '/agent/flags', fields);
  expect(await Promise.all(paths.map(get))).toEqual(before);
});
