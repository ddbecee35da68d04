import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import {
  lockMinutes,
  mostFailuresByAddress,
  mostFailuresByName,
} from '../../server/accounts/sign-in-limit.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { hostileFolder } from '../support/hostile-corpus.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

/** The flows of ../shared/hostile/auth.json that are about people; each test is named by the id of its case. */
const password = 'correct horse battery staple';
const minute = 60_000;
const hour = 60 * minute;
const { snapshot } = smallWorld();

let world: TestApp;
let now: Date;
beforeEach(async () => {
  now = new Date('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => now });
  await world.accounts.add({ name: 'dana', role: 'agent', password }, byServer);
});
afterEach(() => world.close());

const later = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};
const signIn = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
  request(world.app).post('/agent/sign-in').type('form').set(headers).send(fields);
const get = (path: string, cookie: string) =>
  request(world.app).get(path).set('cookie', cookie).set('accept', 'text/html');
const post = (
  path: string,
  who: { cookie: string; token: string },
  fields: Readonly<Record<string, string>>,
) =>
  request(world.app)
    .post(path)
    .set('cookie', who.cookie)
    .set('accept', 'text/html')
    .type('form')
    .send({ token: who.token, ...fields });
const cookieOf = (response: request.Response): string =>
  (response.headers['set-cookie'] as unknown as string[] | undefined)?.[0]?.split(';')[0] ?? '';

/** Signs somebody in and gives the cookie with the form token of the session. */
async function signedIn(name: string, secret = password): Promise<{ cookie: string; token: string }> {
  const cookie = cookieOf(await signIn({ name, password: secret }));
  const session = await world.accounts.sessionOf(cookie.split('=')[1] ?? '');
  return { cookie, token: session?.formToken ?? '' };
}
const isIn = async (cookie: string): Promise<boolean> => (await get('/agent', cookie)).status === 200;
const idOf = async (name: string): Promise<number> => (await world.accounts.personNamed(name))?.id ?? 0;
async function disable(name: string): Promise<void> {
  const person = await world.accounts.personNamed(name);
  await world.accounts.disable(person?.id ?? 0, person?.version ?? 0, byServer);
}
/** A response without what differs by nature: the name typed, the request's id the day's second, and how many requests are left. */
const bare = ({ status, headers, text }: request.Response, name: string) => {
  const {
    'x-request-id': _id,
    date: _date,
    'content-length': _length,
    etag: _etag,
    ratelimit: _left,
    ...rest
  } = headers;
  return { status, headers: rest, text: text.replaceAll(name, 'NAME') };
};

describe('hostile flows of people', () => {
  test('enumerate-text: an unknown user reads what a wrong password reads', async () => {
    const wrong = bare(await signIn({ name: 'dana', password: 'not this one' }), 'dana');
    const unknown = bare(await signIn({ name: 'nobody', password: 'not this one' }), 'nobody');
    expect(wrong.status).toBe(401);
    expect(unknown).toEqual(wrong);
  });

  test('enumerate-time: the hash is computed for unknown and disabled people too', async () => {
    await world.accounts.add({ name: 'former', role: 'agent', password }, byServer);
    await disable('former');
    const names = ['dana', 'nobody', 'former'];
    const times = new Map<string, number[]>(names.map((name) => [name, []]));
    for (let round = 0; round < 20; round += 1) {
      for (const name of names) {
        // Another address each time would need a proxy; locks are kept away by forgetting the failures.
        const attempt = async () =>
          expect((await signIn({ name, password: 'not this one' })).status).toBe(401);
        times.get(name)?.push(await cpuMs(attempt));
      }
      await world.db.deleteFrom('sign_in_failures').execute();
    }
    const median = (name: string) => times.get(name)?.sort((a, b) => a - b)[10] ?? 0;
    const known = median('dana');
    for (const name of names) expect(Math.abs(median(name) - known)).toBeLessThan(Math.max(20, known / 2));
  });

  test('enumerate-locked: a disabled account answers like a wrong password, by every way in', async () => {
    const link = await world.accounts.linkForNewPassword(await idOf('dana'), byServer);
    const wrong = bare(await signIn({ name: 'nobody', password: 'not this one' }), 'nobody');
    await disable('dana');
    expect(bare(await signIn({ name: 'dana', password }), 'dana')).toEqual(wrong);
    expect(bare(await signIn({ name: 'dana', password: 'not this one' }), 'dana')).toEqual(wrong);
    const code = link.secret;
    const unknown = 'A'.repeat(43);
    const page = (secret: string) => request(world.app).get(`/account/link?code=${secret}`);
    expect(bare(await page(code), code)).toEqual(bare(await page(unknown), unknown));
    const set = (secret: string) =>
      request(world.app)
        .post('/account/link')
        .type('form')
        .send({ code: secret, password: `${password} x`, again: `${password} x` });
    expect(bare(await set(code), code)).toEqual(bare(await set(unknown), unknown));
    expect((await set(code)).status).toBe(404);
    // Enabled again, an old link still opens nothing, and the old password does.
    const person = await world.accounts.personNamed('dana');
    await world.accounts.enable(person?.id ?? 0, person?.version ?? 0, byServer);
    expect((await set(code)).status).toBe(404);
    expect((await signIn({ name: 'dana', password })).status).toBe(303);
  });

  test('brute-account: one account is limited at the documented number, and free again after the documented time', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 60; attempt += 1)
      statuses.push((await signIn({ name: 'dana', password: `guess ${attempt}` })).status);
    expect(statuses.indexOf(429)).toBe(mostFailuresByName);
    expect(mostFailuresByName).toBeLessThanOrEqual(30);
    const limited = await signIn({ name: 'dana', password });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    later(lockMinutes * minute + 1_000);
    expect((await signIn({ name: 'dana', password })).status).toBe(303);
  });

  test('brute-account: the password of one’s own account is limited in the same way, where it is asked again', async () => {
    const who = await signedIn('dana');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1)
      statuses.push((await post('/account/confirm', who, { password: `guess ${attempt}` })).status);
    expect(statuses.indexOf(429)).toBe(mostFailuresByName);
    const change = await post('/account/password', who, { old: password, password: 'x', again: 'x' });
    expect(change.status).toBe(429);
  });

  test('brute-spray: one password for many names is limited by address', async () => {
    const statuses: number[] = [];
    for (let name = 0; name < 200; name += 1)
      statuses.push((await signIn({ name: `person.${name}`, password: 'Summer of 2026, hot' })).status);
    expect(statuses.indexOf(429)).toBe(mostFailuresByAddress);
    expect(statuses.slice(mostFailuresByAddress).every((status) => status === 429)).toBe(true);
  });

  test('long-password: a megabyte is refused before anything is hashed', async () => {
    const long = 'x'.repeat(1_000_000);
    expect((await signIn({ name: 'dana', password: long })).status).toBe(413);
    expect((await signIn({ name: 'dana', password: 'x'.repeat(5_000) })).status).toBe(400);
    const who = await signedIn('dana');
    for (const path of ['/account/confirm', '/account/password'])
      expect((await post(path, who, { password: long, old: long, again: long })).status).toBe(413);
  });

  test('password-72: passwords that are the same in their first 72 bytes are not the same', async () => {
    const start = 'seven words that go on and on until nobody counts them any more, ever so ';
    expect(Buffer.byteLength(start)).toBeGreaterThan(72);
    await world.accounts.add({ name: 'long', role: 'agent', password: `${start}one` }, byServer);
    expect((await signIn({ name: 'long', password: `${start}two` })).status).toBe(401);
    expect((await signIn({ name: 'long', password: `${start}one` })).status).toBe(303);
  });

  test('password-unicode: two spellings of one letter agree; blanks and NUL count, and nothing is cut', async () => {
    const typed = ' caf\u00e9 m\u00fcnchen \u0000 gr\u00fc\u00df ';
    await setByLink('unicode', typed);
    expect((await signIn({ name: 'unicode', password: typed })).status).toBe(303);
    expect((await signIn({ name: 'unicode', password: typed.normalize('NFD') })).status).toBe(303);
    for (const other of [typed.trim(), typed.replace('\u0000', ''), typed.split('\u0000')[0] ?? ''])
      expect((await signIn({ name: 'unicode', password: other })).status).toBe(401);
  });

  test('password-rules: common words are refused, any fifteen letters are taken, and so are long ones', async () => {
    const { secret } = await world.accounts.invite({ name: 'rules' }, byServer);
    const set = (wanted: string) =>
      request(world.app)
        .post('/account/link')
        .type('form')
        .send({ code: secret, password: wanted, again: wanted });
    for (const weak of ['aaaaaaaaaaaaaaa', 'concordconcord1', 'passwordpassword', 'rulesrulesrules', 'short'])
      expect((await set(weak)).status).toBe(400);
    expect((await set('lqvbtjhxrkmwezn')).status).toBe(200);
    await setByLink('longer', 'ab cd ef gh ij '.repeat(8));
    expect((await signIn({ name: 'longer', password: 'ab cd ef gh ij '.repeat(8) })).status).toBe(303);
  });

  test('fixation: a session that was planted, or there before, is not the one afterwards', async () => {
    const planted = `concord=${'A'.repeat(43)}`;
    const fresh = cookieOf(await signIn({ name: 'dana', password }, { cookie: planted }));
    expect(fresh).not.toBe(planted);
    expect(await isIn(planted)).toBe(false);
    const second = cookieOf(await signIn({ name: 'dana', password }, { cookie: fresh }));
    expect([await isIn(fresh), await isIn(second)]).toEqual([false, true]);
  });

  test('logout: a copied cookie is nobody’s afterwards, and no page was stored', async () => {
    const who = await signedIn('dana');
    expect((await get('/agent', who.cookie)).headers['cache-control']).toBe('no-store');
    expect((await get('/account', who.cookie)).headers['cache-control']).toBe('no-store');
    expect((await post('/agent/sign-out', who, {})).status).toBe(303);
    expect(await isIn(who.cookie)).toBe(false);
  });

  test('logout-get: nobody is signed out by an address, by another site, or without the token', async () => {
    const who = await signedIn('dana');
    expect((await get('/agent/sign-out', who.cookie)).status).toBe(405);
    expect((await post('/agent/sign-out', { ...who, token: '' }, {})).status).toBe(403);
    const foreign = await post('/agent/sign-out', who, {}).set('sec-fetch-site', 'cross-site');
    expect(foreign.status).toBe(403);
    expect(await isIn(who.cookie)).toBe(true);
  });

  test('idle: a session ends without use, in any case after seven days, and when the clock is set back', async () => {
    const idle = await signedIn('dana');
    later((world.config.sessionHours + 1) * hour);
    expect(await isIn(idle.cookie)).toBe(false);
    const used = await signedIn('dana');
    for (let gone = 0; gone < 7 * 24; gone += 8) {
      expect(await isIn(used.cookie)).toBe(true);
      later(8 * hour);
    }
    expect(await isIn(used.cookie)).toBe(false);
    const back = await signedIn('dana');
    later(-48 * hour);
    expect(await isIn(back.cookie)).toBe(false);
  });

  test('password-change: every other session ends, this one goes on, and the old password is over', async () => {
    const [one, other] = [await signedIn('dana'), await signedIn('dana')];
    const wanted = 'an entirely new one of these';
    const wrong = await post('/account/password', one, { old: 'x', password: wanted, again: wanted });
    expect([wrong.status, await isIn(other.cookie)]).toEqual([401, true]);
    const done = await post('/account/password', one, { old: password, password: wanted, again: wanted });
    expect(done.status).toBe(303);
    expect([await isIn(one.cookie), await isIn(other.cookie)]).toEqual([true, false]);
    expect((await signIn({ name: 'dana', password })).status).toBe(401);
    expect((await signIn({ name: 'dana', password: wanted })).status).toBe(303);
  });

  test('disabled: whoever is disabled is out at the next request, and stays out', async () => {
    const who = await signedIn('dana');
    const admin = await world.signIn('admin');
    const { version } = (await world.accounts.personNamed('dana')) ?? { version: 0 };
    const path = `/manage/people/${await idOf('dana')}/disable`;
    expect((await post(path, admin, { version: String(version) })).status).toBe(303);
    expect((await get('/agent', who.cookie)).status).toBe(302);
    expect((await post('/account/confirm', who, { password })).status).toBe(401);
    expect(await world.db.selectFrom('sessions').select('user_id').execute()).toHaveLength(1);
    expect((await signIn({ name: 'dana', password })).status).toBe(401);
  });

  test('role-drop: a role that is taken away is gone at the next request', async () => {
    await world.accounts.add({ name: 'maya', role: 'admin', password }, byServer);
    const maya = await signedIn('maya');
    expect((await get('/manage/people', maya.cookie)).status).toBe(200);
    const admin = await world.signIn('admin');
    const { version } = (await world.accounts.personNamed('maya')) ?? { version: 0 };
    const fields = { role: 'agent', fullName: '', email: '', version: String(version) };
    expect((await post(`/manage/people/${await idOf('maya')}`, admin, fields)).status).toBe(303);
    expect((await get('/manage/people', maya.cookie)).status).toBe(403);
    expect((await get('/agent', maya.cookie)).status).toBe(200);
  });

  test('cookie-names: names of prototypes are no session and no error', async () => {
    for (const value of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])
      for (const path of ['/agent', '/account', '/manage/people'])
        expect((await get(path, `concord=${value}`)).status).toBe(302);
  });

  test('cookie-two: two different values are none, twice the same is one', async () => {
    const { cookie } = await signedIn('dana');
    const bad = `concord=${'B'.repeat(43)}`;
    expect((await get('/account', `${bad}; ${cookie}`)).status).toBe(302);
    expect((await get('/account', `${cookie}; ${bad}`)).status).toBe(302);
    expect((await get('/account', `${cookie}; ${cookie}`)).status).toBe(200);
  });

  test('session-at-rest: neither the cookie nor a link nor a password stands in any table', async () => {
    const { cookie } = await signedIn('dana');
    const { secret } = await world.accounts.linkForNewPassword(await idOf('dana'), byServer);
    const tables = (await world.db.introspection.getTables()).map(({ name }) => name);
    const all = await Promise.all(
      tables.map((name) =>
        world.db
          .selectFrom(name as 'users')
          .selectAll()
          .execute(),
      ),
    );
    const stored = JSON.stringify(all);
    const session = cookie.split('=')[1] ?? '';
    expect(session).toHaveLength(43);
    for (const hidden of [session, secret, password]) expect(stored).not.toContain(hidden);
    // The counter-test: their hashes do.
    for (const hidden of [session, secret])
      expect(stored).toContain(createHash('sha256').update(hidden).digest('hex'));
  });

  test('csrf-form: no form of the account or of people is taken from elsewhere or without its own token', async () => {
    const [admin, other] = [await world.signIn('admin'), await world.signIn('admin')];
    const id = String(await idOf('dana'));
    for (const path of [
      '/account/password',
      '/account/confirm',
      '/account/end-session',
      '/account/end-others',
      '/manage/people',
      `/manage/people/${id}`,
      `/manage/people/${id}/disable`,
      `/manage/people/${id}/enable`,
      `/manage/people/${id}/end-sessions`,
      `/manage/people/${id}/link`,
      '/manage/rights',
    ]) {
      const send = () => request(world.app).post(path).set('cookie', admin.cookie).type('form');
      const statuses = [
        (await send().send({})).status,
        (await send().send({ token: '' })).status,
        (await send().send({ token: other.token })).status,
        (await send().set('sec-fetch-site', 'cross-site').send({ token: admin.token })).status,
        (await send().set('origin', 'https://evil.invalid').send({ token: admin.token })).status,
      ];
      expect({ path, statuses }).toEqual({ path, statuses: [403, 403, 403, 403, 403] });
    }
    expect((await world.accounts.personNamed('dana'))?.disabledAt).toBeNull();
  });

  test('csrf-login: nobody is signed in, or given a password, by a form of another site', async () => {
    const { secret } = await world.accounts.linkForNewPassword(await idOf('dana'), byServer);
    const wanted = 'chosen by a stranger, not by me';
    for (const from of [{ origin: 'https://evil.invalid' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await signIn({ name: 'dana', password }, from)).status).toBe(403);
      const set = request(world.app).post('/account/link').type('form').set(from);
      expect((await set.send({ code: secret, password: wanted, again: wanted })).status).toBe(403);
    }
    expect((await signIn({ name: 'dana', password })).status).toBe(303);
  });

  test('horizontal: another’s session cannot be ended, seen or named', async () => {
    await world.accounts.add({ name: 'eli', role: 'agent', password }, byServer);
    const [dana, eli] = [await signedIn('dana'), await signedIn('eli')];
    const [session] = await world.accounts.sessionsOf({ id: await idOf('eli') });
    const own = (await world.accounts.sessionOf(dana.cookie.split('=')[1] ?? ''))?.id ?? '';
    for (const id of [session?.id ?? '', '%', `${own.slice(0, 31)}_`, '', 'x'.repeat(32)])
      expect((await post('/account/end-session', dana, { session: id })).status).toBe(404);
    expect(await isIn(eli.cookie)).toBe(true);
    const { text } = await get('/account', dana.cookie);
    expect(text).not.toContain(session?.id);
    // The counter-test: one's own can be.
    const second = await signedIn('dana');
    const [, ...others] = await world.accounts.sessionsOf({ id: await idOf('dana') });
    expect(others).toHaveLength(1);
    const mine = (await world.accounts.sessionOf(second.cookie.split('=')[1] ?? ''))?.id ?? '';
    expect((await post('/account/end-session', dana, { session: mine })).status).toBe(303);
    expect(await isIn(second.cookie)).toBe(false);
  });

  test('mass-assign: nobody says more than a form asks', async () => {
    const who = await signedIn('dana');
    const extra = { role: 'admin', id: '1', visibility: 'public', disabledAt: '', __proto__x: '1' };
    const wanted = 'an entirely new one of these';
    const { secret } = await world.accounts.invite({ name: 'eli' }, byServer);
    for (const [field, value] of Object.entries(extra)) {
      const more = { [field]: value };
      const statuses = [
        (await signIn({ name: 'dana', password, ...more })).status,
        (await post('/account/password', who, { old: password, password: wanted, again: wanted, ...more }))
          .status,
        (await post('/account/confirm', who, { password, ...more })).status,
        (
          await request(world.app)
            .post('/account/link')
            .type('form')
            .send({ code: secret, password: wanted, again: wanted, ...more })
        ).status,
      ];
      expect(statuses).toEqual([400, 400, 400, 400]);
    }
    const admin = await world.signIn('admin');
    const invited = await post('/manage/people', admin, {
      name: 'noa',
      role: 'agent',
      fullName: '',
      email: '',
      id: '1',
      password: wanted,
    });
    expect(invited.status).toBe(400);
    expect((await world.accounts.people()).map(({ name, role }) => [name, role])).toEqual(
      expect.arrayContaining([['dana', 'agent']]),
    );
    expect(await world.accounts.personNamed('noa')).toBeNull();
  });

  test('race: fifty equal posts have one effect, and none is an error of ours', async () => {
    const admin = await world.signIn('admin');
    const fifty = async (send: () => request.Test): Promise<readonly number[]> => {
      const all = await Promise.all(Array.from({ length: 50 }, async () => (await send()).status));
      expect(all.filter((status) => status >= 500)).toEqual([]);
      return all;
    };
    const invite = { name: 'noa', role: 'editor', fullName: 'Noa', email: '' };
    const invited = await fifty(() => post('/manage/people', admin, invite));
    expect(invited.filter((status) => status === 200)).toHaveLength(1);
    expect(invited.filter((status) => status === 400)).toHaveLength(49);
    const { version, id } = (await world.accounts.personNamed('dana')) ?? { version: 0, id: 0 };
    const disabled = await fifty(() =>
      post(`/manage/people/${id}/disable`, admin, { version: String(version) }),
    );
    expect(disabled.filter((status) => status === 303)).toHaveLength(1);
    expect(disabled.filter((status) => status === 409)).toHaveLength(49);
    const events = await world.db.selectFrom('audit_events').select('action').execute();
    expect(events.filter(({ action }) => action === 'person.disabled')).toHaveLength(1);
    expect(events.filter(({ action }) => action === 'person.invited')).toHaveLength(1);
    // A link is used once, however many use it at once; cheap hashes, but each in its turn.
    const { secret } = await world.accounts.linkForNewPassword(await idOf('noa'), byServer);
    const used = await fifty(() =>
      request(world.app).post('/account/link').type('form').send({ code: secret, password, again: password }),
    );
    expect(used.filter((status) => status === 200)).toHaveLength(1);
    expect(used.filter((status) => status === 404)).toHaveLength(49);
  });

  test('stale-edit: the second of two admins is told, loses nothing typed and overwrites nothing', async () => {
    const [one, two] = [await world.signIn('admin'), await world.signIn('admin')];
    const path = `/manage/people/${await idOf('dana')}`;
    const versionIn = (text: string) => /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
    const seen = versionIn((await get(path, one.cookie)).text);
    const fields = { role: 'editor', teams: 'orders', fullName: 'Dana', email: '', version: seen };
    expect((await post(path, one, fields)).status).toBe(303);
    const second = await post(path, two, { ...fields, role: 'manager', fullName: 'Dana Levi' });
    expect(second.status).toBe(409);
    expect(second.text).toContain('Somebody else has changed this person meanwhile');
    expect(second.text).toContain('value="Dana Levi"');
    expect(second.text).toMatch(/<option value="manager" selected>/);
    expect(second.text).toMatch(/Now: Editor; <bdi>Orders desk<\/bdi>/);
    expect(await world.accounts.personNamed('dana')).toMatchObject({ role: 'editor', fullName: 'Dana' });
    const again = { ...fields, role: 'manager', version: versionIn(second.text) };
    expect((await post(path, two, again)).status).toBe(303);
    const rights = { category: 'orders', team: 'orders', seen: '' };
    expect((await post('/manage/rights', one, rights)).status).toBe(303);
    expect((await post('/manage/rights', two, { ...rights, team: 'care' })).status).toBe(409);
    expect((await world.deps.editingRights.list()).get('orders')).toEqual(['orders']);
  });
});

test('every flow that is named here is one of the corpus', () => {
  const file = join(hostileFolder, 'auth.json');
  if (!existsSync(file)) {
    console.warn('Skipped: there are no hostile corpora at ../shared/hostile.');
    return;
  }
  const corpus: { cases: readonly { id: string }[] } = JSON.parse(readFileSync(file, 'utf8'));
  const known = corpus.cases.map(({ id }) => id);
  const named = [...readFileSync(import.meta.filename, 'utf8').matchAll(/^ {2}test\('([\w-]+):/gm)];
  expect(named.length).toBeGreaterThan(20);
  expect(named.map(([, id]) => id).filter((id) => !known.includes(id ?? ''))).toEqual([]);
});

/** Adds a person and sets their password by the link that an admin would send. */
async function setByLink(name: string, wanted: string): Promise<void> {
  const { secret } = await world.accounts.invite({ name }, byServer);
  const { status } = await request(world.app)
    .post('/account/link')
    .type('form')
    .send({ code: secret, password: wanted, again: wanted });
  expect(status).toBe(200);
}
