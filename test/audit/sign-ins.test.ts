import request from 'supertest';
import { createRefusals, mostUnknownHourly } from '../../server/accounts/refusals.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

const { snapshot } = smallWorld();
const password = 'correct horse battery staple';

let now: Date;
let world: TestApp;
beforeEach(async () => {
  now = new Date('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => now, config: { trustedHops: 1 } });
  await world.accounts.add({ name: 'dana', role: 'agent', password }, byServer);
});
afterEach(() => world.close());

const signIn = (name: string, given: string, address = '192.0.2.7') =>
  request(world.app)
    .post('/agent/sign-in')
    .set('Sec-Fetch-Site', 'same-origin')
    .set('X-Forwarded-For', address)
    .type('form')
    .send({ name, password: given });

const rows = async () => (await world.deps.audit.list({}, { before: null, limit: 10_000 })).toReversed();
const told = async () =>
  (await rows()).map(({ action, subject, by, after }) => ({ action, subject, address: by.address, after }));

describe('sign-ins in the audit log', () => {
  test('a sign-in and a sign-out stand there with name, address and request', async () => {
    const entered = await signIn('Dana', password);
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? '';
    const secret = cookie.split('=')[1] ?? '';
    const session = await world.accounts.sessionOf(secret);
    const out = () =>
      request(world.app)
        .post('/agent/sign-out')
        .set('Cookie', cookie)
        .set('Sec-Fetch-Site', 'same-origin')
        .set('X-Forwarded-For', '192.0.2.7')
        .type('form')
        .send({ token: session?.formToken });
    const codes = await Promise.all([out(), out(), out()]);
    expect(codes.map(({ status }) => status)).toContain(303);
    const [, into, outOf, ...more] = await rows();
    expect(more).toEqual([]);
    expect(into).toMatchObject({ action: 'person.signed-in', subject: 'dana' });
    expect(into?.by).toMatchObject({ actor: { kind: 'stranger', name: '' }, address: '192.0.2.7' });
    expect(into?.by.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(outOf).toMatchObject({
      action: 'person.signed-out',
      subject: 'dana',
      by: { actor: { kind: 'person', name: 'dana' }, address: '192.0.2.7' },
    });
  });

  test('a refused sign-in names the person only where there is one', async () => {
    await signIn('dana', 'not the password');
    await signIn('correct horse battery staple', 'dana');
    expect((await told()).slice(1)).toEqual([
      { action: 'person.refused', subject: 'dana', address: '192.0.2.7', after: null },
      { action: 'person.refused', subject: null, address: '192.0.2.7', after: null },
    ]);
    expect(JSON.stringify(await rows())).not.toContain('horse');
  });

  test('a lock is one row, and what is tried while it holds is none', async () => {
    for (let attempt = 0; attempt < 40; attempt += 1) await signIn('dana', `wrong ${attempt}`);
    const found = (await told()).slice(1);
    expect(found.filter(({ action }) => action === 'person.refused')).toHaveLength(10);
    expect(found.slice(10)).toEqual([
      {
        action: 'person.locked',
        subject: 'dana',
        address: '192.0.2.7',
        after: { locked: 'name', minutes: 15 },
      },
    ]);
    now = new Date(now.getTime() + 16 * 60_000);
    for (let attempt = 0; attempt < 12; attempt += 1) await signIn('dana', `wrong ${attempt}`);
    expect((await told()).filter(({ action }) => action === 'person.locked')).toHaveLength(2);
  });

  test('an address that tries many names is locked in one row, and names that nobody has in none', async () => {
    for (let attempt = 0; attempt < 60; attempt += 1) await signIn(`nobody${attempt % 4}`, 'wrong');
    const found = (await told()).slice(1);
    expect(found.filter(({ action }) => action === 'person.refused')).toHaveLength(30);
    expect(found.filter(({ action }) => action === 'person.locked')).toEqual([
      {
        action: 'person.locked',
        subject: null,
        address: '192.0.2.7',
        after: { locked: 'address', minutes: 15 },
      },
    ]);
  });

  test('10,000 refusals from as many addresses are counted, not each written', async () => {
    const refusals = createRefusals({ audit: world.deps.audit, now: () => now });
    const refuse = (attempt: number) =>
      refusals.refused({
        person: null,
        locks: [],
        by: { ...byServer, address: `198.51.${attempt >> 8}.${attempt & 255}` },
      });
    for (let attempt = 0; attempt < 10_000; attempt += 1) await refuse(attempt);
    expect(await rows()).toHaveLength(1 + mostUnknownHourly);
    now = new Date(now.getTime() + 3_600_000);
    await refuse(1);
    expect((await rows()).at(-1)?.after).toEqual({ unwritten: 10_000 - mostUnknownHourly });
    // Of a person who is there every refusal stands: the name locks.
    await refusals.refused({ person: 'dana', locks: [], by: byServer });
    expect((await rows()).at(-1)).toMatchObject({ subject: 'dana', after: null });
  });
});
