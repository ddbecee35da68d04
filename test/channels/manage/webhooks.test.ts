import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { openReceiver, type Receiver } from '../../support/open-receiver.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const secretForm = /whsec_[A-Za-z0-9+/]{43}=/;

let world: TestApp;
let receiver: Receiver;
let admin: Person;
beforeEach(async () => {
  receiver = await openReceiver();
  const hosts = [receiver.host];
  world = await makeApp(snapshot, {
    now: () => new Date(),
    config: { webhookPrivateHosts: hosts, webhookPlainHosts: hosts },
  });
  admin = await world.signIn('admin');
});
afterEach(async () => {
  await world.close();
  await receiver.close();
});

type Person = { readonly cookie: string; readonly token: string };
const see = (person: Person, path: string) =>
  request(world.app).get(path).set({ Cookie: person.cookie, Accept: 'text/html' });
const send = (person: Person, path: string, fields: Readonly<Record<string, string | readonly string[]>>) =>
  request(world.app)
    .post(path)
    .set({ Cookie: person.cookie, Accept: 'text/html' })
    .type('form')
    .send({ token: person.token, ...fields });
const unescaped = (html: string): string => html.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
const add = async (type: string | readonly string[] = 'flag.raised') => {
  const made = await send(admin, '/manage/webhooks', { url: receiver.url, type });
  expect(made.status).toBe(201);
  return { secret: secretForm.exec(unescaped(made.text))?.[0] ?? '', text: made.text };
};
const actions = async () =>
  (await world.db.selectFrom('audit_events').select(['action', 'after', 'before']).execute()).filter(
    ({ action }) => action.startsWith('webhook.'),
  );

test('an admin adds an endpoint, sees its secret once, and no page ever shows it again', async () => {
  const { secret, text } = await add(['flag.raised', 'fact.changed']);
  expect(secret).not.toBe('');
  expect(text).toContain('Copy it now');
  for (const path of ['/manage/webhooks', '/manage/webhooks/1', '/manage/audit']) {
    const page = await see(admin, path);
    expect(page.status).toBe(200);
    expect(unescaped(page.text)).not.toMatch(secretForm);
    expect(page.text).toContain(receiver.host);
  }
  expect(JSON.stringify(await actions())).not.toContain('whsec');
});

test('what cannot be added is said beside its field, and nothing is added', async () => {
  const wrong: readonly (readonly [Readonly<Record<string, string | readonly string[]>>, string])[] = [
    [{ url: 'http://hooks.example/', type: 'flag.raised' }, 'Messages cannot be sent there'],
    [{ url: 'https://169.254.169.254/', type: 'flag.raised' }, 'Messages cannot be sent there'],
    [{ url: 'https://a:b@hooks.example/', type: 'flag.raised' }, 'Messages cannot be sent there'],
    [{ url: 'https://hooks.example/' }, 'Choose at least one event'],
    [{ url: 'https://hooks.example/', type: ['flag.raised', 'webhook.test'] }, 'Choose at least one event'],
  ];
  for (const [fields, sentence] of wrong) {
    const { status, text } = await send(admin, '/manage/webhooks', fields);
    expect([fields, status]).toEqual([fields, 400]);
    expect(text).toContain(sentence);
    expect(text).toContain(String(fields.url));
  }
  expect(await world.deps.loop.webhooks.list()).toEqual([]);
});

test('nobody but an admin sees or does anything, and an admin only with a fresh proof', async () => {
  await add();
  const manager = await world.signIn('manager');
  for (const path of ['/manage/webhooks', '/manage/webhooks/new', '/manage/webhooks/1'])
    expect((await see(manager, path)).status).toBe(403);
  for (const action of ['', '/1/test', '/1/rotate', '/1/disable', '/1/delete', '/1/replay', '/1/types'])
    expect((await send(manager, `/manage/webhooks${action}`, {})).status).toBe(403);
  await world.db.updateTable('sessions').set({ proven_at: '2020-01-01T00:00:00.000Z' }).execute();
  expect((await send(admin, '/manage/webhooks/1/delete', {})).status).toBe(403);
  expect(await world.deps.loop.webhooks.list()).toHaveLength(1);
});

test('a test arrives, and the log says so', async () => {
  await add();
  expect((await send(admin, '/manage/webhooks/1/test', {})).headers.location).toContain('said=tested');
  await world.deps.loop.deliverer.deliverDue();
  expect(JSON.parse(receiver.received[0]?.body ?? '{}')).toMatchObject({ type: 'webhook.test' });
  const { text } = await see(admin, '/manage/webhooks/1');
  expect(text).toMatch(/tag--good">Delivered/);
  expect(text).toContain('<code dir="ltr">204</code>');
});

test('what failed is seen with its answer, never with what stood in it, and is sent again one by one or together', async () => {
  await add();
  receiver.answer = (response) => response.writeHead(410).end('<b>SECRET-OF-AN-INTERNAL-SERVICE</b>');
  const { events, deliverer } = world.deps.loop;
  await events.add('flag.raised', { at: 1 });
  await deliverer.deliverDue();
  const failed = await see(admin, '/manage/webhooks/1?state=given-up');
  expect(failed.text).toContain('<code dir="ltr">410</code>');
  expect(failed.text).toContain('Disabled because the receiver answered');
  expect(failed.text).not.toContain('SECRET-OF');
  expect((await send(admin, '/manage/webhooks/1/replay', { what: 'all', days: '7' })).status).toBe(409);
  expect((await send(admin, '/manage/webhooks/1/test', {})).status).toBe(409);
  expect((await send(admin, '/manage/webhooks/1/enable', {})).status).toBe(303);
  receiver.answer = (response) => response.writeHead(204).end();
  const again = await send(admin, '/manage/webhooks/1/replay', { what: 'all', days: '7' });
  expect(again.headers.location).toContain('count=1');
  await deliverer.deliverDue();
  await send(admin, '/manage/webhooks/1/replay', { what: '1' });
  await deliverer.deliverDue();
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toHaveLength(3);
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('events are chosen anew, the secret is replaced, and the endpoint deleted; all of it is audited', async () => {
  const { secret } = await add();
  expect((await send(admin, '/manage/webhooks/1/types', { type: 'fact.changed' })).status).toBe(303);
  expect((await send(admin, '/manage/webhooks/1/types', {})).status).toBe(400);
  const rotated = await send(admin, '/manage/webhooks/1/rotate', {});
  expect(rotated.status).toBe(201);
  const renewed = secretForm.exec(unescaped(rotated.text))?.[0];
  expect(renewed).toBeDefined();
  expect(renewed).not.toBe(secret);
  expect((await send(admin, '/manage/webhooks/1/disable', {})).status).toBe(303);
  expect((await send(admin, '/manage/webhooks/1/delete', {})).headers.location).toContain('said=deleted');
  expect((await see(admin, '/manage/webhooks/1')).status).toBe(404);
  expect((await actions()).map(({ action }) => action)).toEqual([
    'webhook.added',
    'webhook.changed',
    'webhook.rotated',
    'webhook.disabled',
    'webhook.deleted',
  ]);
});

test('the log is read a page at a time, and in other languages', async () => {
  await add();
  for (let at = 0; at < 60; at += 1) await world.deps.loop.events.add('flag.raised', { at });
  const first = await see(admin, '/manage/webhooks/1');
  expect(first.text.match(/msg_[0-9a-f]{26}</g)).toHaveLength(50);
  const older = /rel="next" href="([^"]+)"/.exec(unescaped(first.text))?.[1] ?? '';
  expect((await see(admin, older)).text.match(/msg_[0-9a-f]{26}</g)).toHaveLength(10);
  for (const ui of ['he', 'fa', 'ms'])
    expect((await see(admin, `/manage/webhooks/1?ui=${ui}`)).status).toBe(200);
  for (const query of ['state=other', 'before=x', 'before=-1'])
    expect((await see(admin, `/manage/webhooks/1?${query}`)).status).toBe(400);
  for (const id of ['2', 'x', '1e0', '99999999999999999999'])
    expect((await see(admin, `/manage/webhooks/${id}`)).status).toBe(404);
});
