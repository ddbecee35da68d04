import request from 'supertest';
import { byServer, type Origin } from '../../../server/audit/audit-event.ts';
import type { OfferBounds } from '../../../server/feedback/offers/offer-made.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const bounds: OfferBounds = {
  offerId: 'free-shipping-code',
  limit: { amount: 8, currency: 'USD' },
  frequency: { times: 1, per: 'order' },
  approverId: 'lead',
};

let world: TestApp;
let orders = 0;
beforeEach(async () => {
  world = await makeApp(snapshot);
});
afterEach(() => world.close());

type Person = { readonly cookie: string; readonly token: string };
const by = (name: string): Origin => ({ ...byServer, actor: { kind: 'person', name } });
const offer = async (amount: number, name = 'dana', note: string | null = null): Promise<number> => {
  orders += 1;
  const wish = {
    form: `f${orders}`,
    amount,
    reason: 'price',
    note,
    receipt: 'BCDF2345',
    order: `o${orders}`,
  };
  return (
    await world.deps.loop.offers.record(bounds, { ...wish, conversationId: null, customer: null }, by(name))
  ).id;
};
const get = (person: Person, path: string) =>
  request(world.app).get(path).set({ Cookie: person.cookie, Accept: 'text/html' });
const decide = (person: Person, id: number, decision: string, note = '') =>
  request(world.app)
    .post(`/manage/offers/${id}/decide`)
    .set({ Cookie: person.cookie, Accept: 'text/html' })
    .type('form')
    .send({ token: person.token, decision, note });
/** Somebody with a role, in these teams. */
const person = async (
  role: 'editor' | 'manager',
  number: number,
  teams: readonly string[],
): Promise<Person> => {
  const signedIn = await world.signIn(role);
  const found = await world.accounts.personNamed(`person${number}`);
  const details = { teams: [...teams], fullName: '', email: '' };
  await world.accounts.change(found?.id ?? 0, details, found?.version ?? 0, byServer);
  return signedIn;
};

test('the team that approves decides, as do managers; other editors see nothing of it', async () => {
  const lead = await person('editor', 1, ['lead']);
  const other = await person('editor', 2, ['orders']);
  const manager = await world.signIn('manager');
  const [one, two] = [await offer(30, 'dana', 'Very upset.'), await offer(40)];
  expect((await get(other, '/manage/offers')).text).not.toContain('Very upset.');
  for (const who of [lead, manager]) {
    const { text } = await get(who, '/manage/offers');
    for (const shown of ['Very upset.', '$30.00', 'Up to $8.00', 'Support leads', 'Asked for by'])
      expect(text).toContain(shown);
  }
  expect((await decide(other, one, 'approved')).status).toBe(403);
  expect((await decide(lead, one, 'approved')).headers.location).toBe('/manage/offers?ui=en&said=approved');
  const empty = await decide(manager, two, 'refused', ' ');
  expect([empty.status, empty.text]).toEqual([400, expect.stringContaining('Say in a sentence why not.')]);
  await decide(manager, two, 'refused', 'Too much.');
  const late = await decide(lead, two, 'approved');
  expect([late.status, late.text]).toEqual([409, expect.stringContaining('Somebody else has decided')]);
  expect((await decide(lead, 99, 'approved')).status).toBe(404);
  expect((await decide(lead, one, 'made')).status).toBe(400);
});

test('nobody decides on their own', async () => {
  const manager = await world.signIn('manager');
  const id = await offer(30, 'person1');
  expect((await get(manager, '/manage/offers')).text).toContain('somebody else decides');
  expect((await decide(manager, id, 'approved')).status).toBe(403);
  expect((await world.deps.loop.offers.find(id))?.status).toBe('asked');
});

test('managers see what was offered by reason, offer and agent, within and beyond, for a period', async () => {
  const manager = await world.signIn('manager');
  await offer(8);
  await offer(2.5, 'noa');
  const beyond = await offer(20);
  await world.deps.loop.offers.decide(beyond, 'approved', '', by('maya'));
  await world.deps.loop.offers.makeApproved(beyond, by('dana'));
  const { text } = await get(manager, '/manage/offers');
  for (const shown of [
    '3 offers made, 1 beyond bounds',
    '$30.50',
    '$28.00',
    '$2.50',
    'noa',
    'Free-shipping code',
  ])
    expect(text).toContain(shown);
  expect((await get(manager, '/manage/offers?from=2026-01-01&to=2026-11-21')).text).toContain(
    '0 offers made',
  );
  for (const query of ['from=x', 'from=2026-12-01&to=2026-11-01', 'more=1'])
    expect([query, (await get(manager, `/manage/offers?${query}`)).status]).toEqual([query, 400]);
  const editor = await world.signIn('editor');
  expect((await get(editor, '/manage/offers')).text).not.toContain('By agent');
});

test('a period is downloaded as CSV by managers, without a formula in it, and that is audited', async () => {
  const manager = await world.signIn('manager');
  await offer(8, 'dana', '=HYPERLINK("x")');
  const { text, headers } = await get(manager, '/manage/offers/csv?from=2026-11-01&to=2026-11-30');
  expect(headers['content-type']).toContain('text/csv');
  expect(headers['content-disposition']).toContain('offers-2026-11-01-2026-11-30.csv');
  const [header, row] = text.slice(1).split('\r\n');
  expect(header).toBe(
    'id,at,agent,offer,amount,currency,reason,bounds,status,approver,decided_at,decided_by,decision,note,receipt',
  );
  expect(row).toBe(
    `1,2026-11-22T12:00:00.000Z,dana,free-shipping-code,8,USD,price,within,made,,,,,"'=HYPERLINK(""x"")",BCDF2345`,
  );
  const exported = await world.db
    .selectFrom('audit_events')
    .select('action')
    .where('action', '=', 'offers.exported')
    .execute();
  expect(exported).toHaveLength(1);
  expect((await get(await world.signIn('editor'), '/manage/offers/csv')).status).toBe(403);
});

test('agents open neither page', async () => {
  const agent = await world.signIn('agent');
  expect((await get(agent, '/manage/offers')).status).toBe(403);
  expect((await decide(agent, await offer(30), 'approved')).status).toBe(403);
});
