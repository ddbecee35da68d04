import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld, smallYaml } from '../../support/small-world.ts';

const { snapshot } = smallWorld({
  'offers.yaml': `${smallYaml['offers.yaml']}
loyal-month:
  label: A month for free
  description: For members who leave
  frequency: { times: 1, per: year }
  reasons: { leaving: { en: Wants to leave, he: רוצה לעזוב } }
  approver: lead
  owner: orders
`,
});

let world: TestApp;
let form = 0;
beforeEach(async () => {
  world = await makeApp(snapshot);
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
const fields = (part: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  form += 1;
  return {
    form: `f${form}`,
    offer: 'free-shipping-code',
    amount: '8',
    reason: 'price',
    order: `MW-${form}`,
    conversation: '',
    note: 'Promised in the chat.',
    receipt: '',
    next: '/agent?selected=orders%2Fcancel-order%23lead',
    ...part,
  };
};

test('beside an answer with an offer stands the form that says it was made, and on another day it does not', async () => {
  const dana = await world.signIn();
  const page = await see(dana, '/agent?q=cancel+my+order');
  expect(page).toContain('I made this offer');
  expect(page).toMatch(/name="conversation" value="[0-9a-f-]{36}"/);
  expect(await see(dana, '/agent?selected=orders%2Fcancel-order%23lead&asOf=2026-12-01')).not.toContain(
    'I made this offer',
  );
  const own = await see(dana, '/agent/offers/new?offer=loyal-month&ui=en');
  expect(own).toContain('Wants to leave');
  expect(own).not.toContain('name="amount"');
  expect(await see(dana, '/agent/offers/new?offer=loyal-month&ui=he')).toContain('רוצה לעזוב');
});

test('an offer within its bounds is recorded, in the digits of any language, and one comes back', async () => {
  const dana = await world.signIn();
  const { status, headers } = await send(dana, '/agent/offers', fields({ amount: '۷٫۵' }));
  expect([status, headers.location]).toEqual([303, '/agent?selected=orders%2Fcancel-order%23lead&said=made']);
  expect(await see(dana, headers.location ?? '')).toContain('Recorded: the offer is made.');
  expect(await world.deps.loop.offers.of('person1')).toMatchObject([
    { amount: 7.5, currency: 'USD', status: 'made' },
  ]);
  const mine = await see(dana, '/agent/flags');
  for (const text of ['$7.50', 'Promised in the chat.', 'Price']) expect(mine).toContain(text);
});

test('beyond its bounds it is asked for, and a script is told the same', async () => {
  const dana = await world.signIn();
  const { headers } = await send(dana, '/agent/offers', fields({ amount: '8.01' }));
  expect(headers.location).toContain('said=asked.lead');
  expect(await see(dana, headers.location ?? '')).toContain('Support leads will decide');
  await send(dana, '/agent/offers', fields({ order: 'A1' }));
  const again = await send(dana, '/agent/offers', fields({ order: 'a 1' }), 'application/json');
  expect(again.body.said).toContain('Support leads will decide');
});

test('what is wrong is said beside what was typed, and nothing is recorded', async () => {
  const dana = await world.signIn();
  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ amount: '' }, 'An amount above 0'],
    [{ amount: '0' }, 'An amount above 0'],
    [{ amount: '1,000' }, 'An amount above 0'],
    [{ reason: '' }, 'Choose a reason.'],
    [{ reason: 'leaving' }, 'Choose a reason.'],
    [{ order: ' ' }, 'The number of the order'],
    [{ conversation: 'a b' }, 'A conversation has 1 to 100'],
    [{ note: 'x'.repeat(1_001) }, 'At most 1,000 characters.'],
    [{ offer: 'loyal-month', amount: '', reason: 'leaving' }, 'A customer reference'],
  ];
  for (const [part, sentence] of wrong) {
    const { status, text } = await send(dana, '/agent/offers', fields(part));
    expect([part, status]).toEqual([part, 400]);
    expect(text).toContain(sentence);
  }
  expect((await send(dana, '/agent/offers', fields({ offer: 'no-such' }))).status).toBe(404);
  expect((await send(dana, '/agent/offers', fields({ more: '1' }))).status).toBe(400);
  expect(await world.deps.loop.offers.of('person1')).toEqual([]);
});

test('what was decided is told once; approved, it is made by whoever asked, or taken back', async () => {
  const dana = await world.signIn();
  const noa = await world.signIn();
  const manager = await world.signIn('manager');
  for (const order of ['1', '2']) await send(dana, '/agent/offers', fields({ amount: '20', order }));
  await send(manager, '/manage/offers/1/decide', { decision: 'approved', note: 'Fine.' });
  await send(manager, '/manage/offers/2/decide', { decision: 'refused', note: 'Too much.' });
  expect(await see(dana, '/agent')).toContain('2 new');
  const mine = await see(dana, '/agent/flags');
  for (const text of ['Approved, make it now.', 'Too much.', 'Fine.']) expect(mine).toContain(text);
  expect(await see(dana, '/agent')).not.toContain('2 new');
  expect((await send(noa, '/agent/offers/1/make', {})).status).toBe(404);
  expect((await send(dana, '/agent/offers/1/make', {})).status).toBe(303);
  expect((await world.deps.loop.offers.find(1))?.status).toBe('made');
  expect((await send(dana, '/agent/offers/1/withdraw', {})).status).toBe(409);
  expect((await send(dana, '/agent/offers/x/make', {})).status).toBe(404);
});

test('an offer changes nothing that customers get', async () => {
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
  await send(await world.signIn(), '/agent/offers', fields());
  expect(await Promise.all(paths.map(get))).toEqual(before);
});
