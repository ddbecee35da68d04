import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const tokenForm = /ck_[a-z2-9]{10}_[A-Za-z0-9_-]{43}/;
const hour = 3_600_000;

let world: TestApp;
let clock: number;
beforeEach(async () => {
  clock = Date.parse('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => new Date(clock) });
});
afterEach(() => world.close());

type Person = { readonly cookie: string; readonly token: string };
const see = (person: Person, path: string) =>
  request(world.app).get(path).set({ Cookie: person.cookie, Accept: 'text/html' });
const send = (person: Person, path: string, fields: Readonly<Record<string, string>>) =>
  request(world.app)
    .post(path)
    .set({ Cookie: person.cookie, Accept: 'text/html' })
    .type('form')
    .send({ token: person.token, ...fields });

const wish = {
  name: 'Shop chatbot',
  channel: '',
  scope: 'public-answers',
  perMinute: '60',
  perDay: '',
  life: '365',
  origins: '',
};
const tokenOf = (html: string): string => tokenForm.exec(html)?.[0] ?? '';
const make = async (person: Person, more: Readonly<Record<string, string>> = {}) => {
  const { status, text } = await send(person, '/manage/keys', { ...wish, ...more });
  expect(status).toBe(201);
  const token = tokenOf(text);
  return { token, prefix: token.split('_')[1] ?? '', text };
};
const asked = async (token: string, path = '/api/v1/answer'): Promise<number> =>
  (await request(world.app).post(path).set('Authorization', `Bearer ${token}`).send({ question: 'wrap' }))
    .status;

test('a manager makes a key that works, is shown once, and is stored by no cache', async () => {
  const manager = await world.signIn('manager');
  const { status, text, headers } = await send(manager, '/manage/keys', wish);
  expect(status).toBe(201);
  expect(headers['cache-control']).toBe('no-store');
  const token = tokenOf(text);
  expect(text).toContain(`curl ${world.config.publicUrl}/api/v1/answer`);
  expect(text).toContain(`Authorization: Bearer ${token}`);
  expect(await asked(token)).toBe(200);
  const prefix = token.split('_')[1] ?? '';
  for (const path of ['/manage/keys', `/manage/keys/${prefix}`]) {
    const page = await see(manager, path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Shop chatbot');
    expect(page.text).toContain(prefix);
    expect(page.text).not.toMatch(tokenForm);
  }
});

test('what cannot be made is said beside what was typed', async () => {
  const manager = await world.signIn('manager');
  await make(manager);
  const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{}, 'A live key has this name.'],
    [{ name: ' ' }, 'The name must be on one line'],
    [{ name: 'בוט' }, 'A channel has 1 to 32 small letters'],
    [{ name: 'B', perMinute: '1e3' }, 'Calls a minute: a whole number'],
    [{ name: 'B', perDay: '-1' }, 'Calls a day: a whole number'],
    [{ name: 'B', origins: 'https://shop.example/page' }, 'Every origin must be exact'],
  ];
  for (const [fields, sentence] of wrong) {
    const { status, text } = await send(manager, '/manage/keys', { ...wish, perMinute: '77', ...fields });
    expect([fields, status]).toEqual([fields, 400]);
    expect(text).toContain(sentence);
    if (!('perMinute' in fields)) expect(text).toContain('value="77"');
  }
  for (const fields of [
    { name: 'B', life: '9999' },
    { name: 'B', scope: 'all' },
    { name: 'B', admin: '1' },
  ])
    expect((await send(manager, '/manage/keys', { ...wish, ...fields })).status).toBe(400);
  expect(await world.deps.apiKeys.list()).toHaveLength(1);
});

test('only an admin grants agents’ answers, and replaces and revokes such keys; managers see them', async () => {
  const [manager, admin] = [await world.signIn('manager'), await world.signIn('admin')];
  expect((await see(manager, '/manage/keys/new')).text).toMatch(/value="agent-answers"[^>]* disabled/);
  expect((await see(admin, '/manage/keys/new')).text).not.toMatch(/value="agent-answers"[^>]* disabled/);
  const forged = await send(manager, '/manage/keys', { ...wish, scope: 'agent-answers' });
  expect(forged.status).toBe(403);
  expect(await world.deps.apiKeys.list()).toEqual([]);
  const { token, prefix, text } = await make(admin, { scope: 'agent-answers' });
  expect(text).toContain('/api/v1/agent/answer');
  expect(await asked(token, '/api/v1/agent/answer')).toBe(200);
  const page = await see(manager, `/manage/keys/${prefix}`);
  expect(page.text).toContain('Only an admin can replace or revoke');
  expect(page.text).not.toContain(`/manage/keys/${prefix}/revoke`);
  for (const [act, fields] of [
    ['revoke', {}],
    ['rotate', { old: 'now' }],
  ] as const)
    expect((await send(manager, `/manage/keys/${prefix}/${act}`, fields)).status).toBe(403);
  expect(await asked(token)).toBe(200);
  expect((await send(admin, `/manage/keys/${prefix}/revoke`, {})).status).toBe(303);
  expect(await asked(token)).toBe(401);
});

test('agents and editors see nothing of keys', async () => {
  for (const role of ['agent', 'editor'] as const) {
    const person = await world.signIn(role);
    for (const path of ['/manage/keys', '/manage/keys/new'])
      expect((await see(person, path)).status).toBe(403);
    expect((await send(person, '/manage/keys', wish)).status).toBe(403);
  }
});

test('a revoked key is refused at once, and said to be revoked', async () => {
  const manager = await world.signIn('manager');
  const { token, prefix } = await make(manager);
  const done = await send(manager, `/manage/keys/${prefix}/revoke`, {});
  expect(done.headers.location).toBe(`/manage/keys/${prefix}?ui=en&said=revoked`);
  expect(await asked(token)).toBe(401);
  const page = await see(manager, done.headers.location ?? '');
  expect(page.text).toContain('The key is revoked.');
  expect(page.text).not.toContain(`/${prefix}/rotate`);
  const again = await send(manager, `/manage/keys/${prefix}/revoke`, {});
  expect(again.status).toBe(409);
  expect(again.text).toContain('Somebody has replaced or revoked this key meanwhile.');
});

test('a replaced key is taken for a day, or not at all', async () => {
  const manager = await world.signIn('manager');
  const old = await make(manager, { origins: 'https://a.example\nhttps://b.example' });
  const replaced = await send(manager, `/manage/keys/${old.prefix}/rotate`, { old: 'day' });
  expect(replaced.status).toBe(201);
  const fresh = tokenOf(replaced.text);
  expect(replaced.text).toContain(`The old key ${old.prefix} is taken until`);
  expect([await asked(old.token), await asked(fresh)]).toEqual([200, 200]);
  const twice = await send(manager, `/manage/keys/${old.prefix}/rotate`, { old: 'day' });
  expect(twice.status).toBe(409);
  const freshPrefix = fresh.split('_')[1] ?? '';
  const last = await send(manager, `/manage/keys/${freshPrefix}/rotate`, { old: 'now' });
  expect(last.text).toContain(`The old key ${freshPrefix} is not taken any more.`);
  expect([await asked(fresh), await asked(tokenOf(last.text))]).toEqual([401, 200]);
  clock += 24 * hour;
  expect(await asked(old.token)).toBe(401);
});

test('the list is filtered by words, state and what a key opens', async () => {
  const admin = await world.signIn('admin');
  const { apiKeys } = world.deps;
  await apiKeys.create({ name: 'Ended', expiresAt: '2026-11-22T13:00:00.000Z' }, byServer);
  const { key } = await apiKeys.create({ name: 'Revoked' }, byServer);
  await apiKeys.revoke(key.prefix, byServer);
  await apiKeys.create({ name: 'Desk <b>tool</b>', scope: 'agent-answers' }, byServer);
  clock += hour;
  const rows = async (query: string): Promise<readonly string[]> => {
    const { text } = await see(admin, `/manage/keys?${query}`);
    return [...text.matchAll(/class="people-row__name"><a [^>]*><bdi>([^<]*)/g)].map(
      ([, name]) => name ?? '',
    );
  };
  expect(await rows('')).toEqual(['Desk &lt;b&gt;tool&lt;/b&gt;', 'Revoked', 'Ended']);
  expect(await rows('state=live')).toEqual(['Desk &lt;b&gt;tool&lt;/b&gt;']);
  expect(await rows('state=expired')).toEqual(['Ended']);
  expect(await rows('state=revoked')).toEqual(['Revoked']);
  expect(await rows('scope=agent-answers')).toEqual(['Desk &lt;b&gt;tool&lt;/b&gt;']);
  expect(await rows('q=ENDED')).toEqual(['Ended']);
  expect(await rows(`q=ck_${key.prefix}_`)).toEqual(['Revoked']);
});

test('keys that are taken stand before those that are not, each the newest first', async () => {
  const admin = await world.signIn('admin');
  const { apiKeys } = world.deps;
  for (const name of ['First', 'Second', 'Third']) await apiKeys.create({ name }, byServer);
  const { key } = await apiKeys.create({ name: 'Fourth' }, byServer);
  await apiKeys.revoke(key.prefix, byServer);
  const { text } = await see(admin, '/manage/keys');
  const names = [...text.matchAll(/class="people-row__name"><a [^>]*><bdi>([^<]*)/g)].map(([, name]) => name);
  expect(names).toEqual(['Third', 'Second', 'First', 'Fourth']);
  expect((await see(admin, '/manage/keys?q=fifth')).text).toContain('No key fits.');
});

test('forms and what they do ask for a fresh proof, the list does not', async () => {
  const manager = await world.signIn('manager');
  const { prefix, token } = await make(manager);
  clock += 2 * hour;
  expect((await see(manager, '/manage/keys')).status).toBe(200);
  for (const path of ['/manage/keys/new', `/manage/keys/${prefix}`])
    expect((await see(manager, path)).headers.location).toBe(
      `/account/confirm?next=${encodeURIComponent(path)}`,
    );
  for (const [path, fields] of [
    ['/manage/keys', { ...wish, name: 'Another' }],
    [`/manage/keys/${prefix}/rotate`, { old: 'now' }],
    [`/manage/keys/${prefix}/revoke`, {}],
  ] as const)
    expect([path, (await send(manager, path, fields)).status]).toEqual([path, 403]);
  expect(await asked(token)).toBe(200);
  expect(await world.deps.apiKeys.list()).toHaveLength(1);
});

test('the page says whether keys are needed', async () => {
  const manager = await world.signIn('manager');
  expect((await see(manager, '/manage/keys')).text).toContain('can also be asked for without a key');
  expect((await see(manager, '/manage/keys')).text).toContain('There are no keys yet.');
});

test('in every language, with its own words', async () => {
  const admin = await world.signIn('admin');
  const { prefix } = await make(admin);
  const titles = { he: 'מפתחות API', fa: 'کلیدهای API', ms: 'Kunci API' };
  for (const [ui, title] of Object.entries(titles))
    for (const path of ['/manage/keys', '/manage/keys/new', `/manage/keys/${prefix}`]) {
      const { status, text } = await see(admin, `${path}?ui=${ui}`);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain(title);
    }
});
