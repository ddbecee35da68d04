import { pino } from 'pino';
import request from 'supertest';
import { buildApp } from '../../../server/app.ts';
import { byServer } from '../../../server/audit/audit-event.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const password = 'correct horse battery staple';
const minute = 60_000;
const hour = 60 * minute;

interface Who {
  readonly cookie: string;
  readonly token: string;
}
let world: TestApp;
let now: Date;
let admin: Who;

beforeEach(async () => {
  now = new Date('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => now });
  admin = await world.signIn('admin');
  await world.accounts.add({ name: 'dana', role: 'editor', password }, byServer);
});
afterEach(() => world.close());

const later = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};
const get = (path: string, who: Who = admin) =>
  request(world.app).get(path).set('cookie', who.cookie).set('accept', 'text/html');
const post = (path: string, fields: Readonly<Record<string, string | readonly string[]>>, who: Who = admin) =>
  request(world.app)
    .post(path)
    .set('cookie', who.cookie)
    .set('accept', 'text/html')
    .type('form')
    .send({ token: who.token, ...fields });
const person = async (name: string) => {
  const found = await world.accounts.personNamed(name);
  if (found === null) throw new Error(`a test's person ${name} is not there`);
  return found;
};
const audited = async () =>
  (await world.db.selectFrom('audit_events').selectAll().orderBy('number').execute()).map((row) => ({
    action: row.action,
    actor: row.actor,
    subject: row.subject,
    before: row.before === null ? null : JSON.parse(row.before),
    after: row.after === null ? null : JSON.parse(row.after),
  }));
const linkIn = (text: string): string =>
  /value="http[^"]*\/account\/link\?code&#x3D;([\w-]{43})"/.exec(text)?.[1] ?? '';
const blank = { role: 'agent', fullName: '', email: '' };

async function signedIn(name: string, secret = password): Promise<Who & { readonly status: number }> {
  const outcome = await world.accounts.signIn({ name, password: secret }, byServer);
  if (outcome.kind !== 'signed-in') return { cookie: '', token: '', status: 401 };
  const session = await world.accounts.sessionOf(outcome.secret);
  return { cookie: `concord=${outcome.secret}`, token: session?.formToken ?? '', status: 200 };
}

describe('the people', () => {
  test('are listed for admins alone, with role, teams, state and last sign-in', async () => {
    for (const role of ['agent', 'editor', 'manager'] as const)
      expect((await get('/manage/people', await world.signIn(role))).status).toBe(403);
    await world.accounts.invite({ name: 'noa', teams: ['orders'], fullName: 'Noa <b>Bar' }, byServer);
    const { text } = await get('/manage/people');
    expect(text).toContain('6 of 6 people');
    expect(text).toMatch(/noa<\/bdi>.*Noa &lt;b&gt;Bar.*Agent.*Invited.*Orders desk.*never/s);
    expect(text).toMatch(/dana<\/bdi>.*Editor.*Can sign in/s);
    expect(text).not.toMatch(/scrypt|[0-9a-f]{64}/);
  });

  test.each([
    ['q=NOA', ['noa']],
    ['q=bar', ['noa']],
    ['role=editor', ['dana']],
    ['team=orders', ['noa']],
    ['state=invited', ['noa']],
    ['state=disabled', []],
  ])('are found by %s', async (query, names) => {
    await world.accounts.invite({ name: 'noa', teams: ['orders'], fullName: 'Noa Bar' }, byServer);
    const { text } = await get(`/manage/people?${query}`);
    const found = [...text.matchAll(/people-row__name"><a [^>]*><bdi dir="ltr">([^<]+)/g)];
    expect(found.map(([, name]) => name)).toEqual(names);
  });

  test('are not filtered by what there is not', async () => {
    for (const query of ['role=owner', 'state=happy', 'page=0', 'password=x'])
      expect((await get(`/manage/people?${query}`)).status).toBe(400);
  });
});

describe('an invitation', () => {
  const invite = (fields: Readonly<Record<string, string | readonly string[]>>) =>
    post('/manage/people', { ...blank, name: 'noa', ...fields });

  test('shows a link once, by which the person sets a password and signs in as what they were invited as', async () => {
    const { status, text } = await invite({
      role: 'editor',
      teams: ['orders', 'care'],
      email: 'noa@a.example',
    });
    expect(status).toBe(200);
    const code = linkIn(text);
    expect(code).toHaveLength(43);
    expect((await get('/manage/people')).text).not.toContain(code);
    expect((await get(`/manage/people/${(await person('noa')).id}`)).text).not.toContain(code);
    expect(await signedIn('noa', password)).toMatchObject({ status: 401 });
    const page = await request(world.app).get(`/account/link?code=${code}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('noa');
    expect(page.headers).toMatchObject({ 'referrer-policy': 'strict-origin', 'cache-control': 'no-store' });
    const set = (again: string) =>
      request(world.app).post('/account/link').type('form').send({ code, password, again });
    expect((await set('another one altogether')).text).toContain('The two new passwords differ');
    const done = await set(password);
    expect([done.status, done.headers['referrer-policy']]).toEqual([200, 'strict-origin']);
    expect(done.text).not.toContain(code);
    expect((await set(password)).status).toBe(404);
    expect(await signedIn('noa')).toMatchObject({ status: 200 });
    expect(await person('noa')).toMatchObject({
      role: 'editor',
      teams: ['care', 'orders'],
      email: 'noa@a.example',
    });
  });

  test('opens nothing after 72 hours, after another one was made, and when the clock was set back', async () => {
    const first = linkIn((await invite({})).text);
    const status = async (code: string) =>
      (await request(world.app).get(`/account/link?code=${code}`)).status;
    later(72 * hour - minute);
    expect(await status(first)).toBe(200);
    later(2 * minute);
    expect(await status(first)).toBe(404);
    const fresh = await world.signIn('admin');
    const path = `/manage/people/${(await person('noa')).id}/link`;
    const second = linkIn((await post(path, {}, fresh)).text);
    const third = linkIn((await post(path, {}, fresh)).text);
    expect([await status(second), await status(third)]).toEqual([404, 200]);
    later(-48 * hour);
    expect(await status(third)).toBe(404);
  });

  test('of a name that is taken, of no name, or with a wrong address says so and keeps what was typed', async () => {
    for (const [fields, said] of [
      [{ name: 'dana', fullName: 'Typed Twice' }, 'This name is taken or cannot be used'],
      [{ name: 'a b', fullName: 'Typed Twice' }, 'This name is taken or cannot be used'],
      [{ email: 'no address', fullName: 'Typed Twice' }, 'not an e-mail address'],
      [{ email: 'noa\u202e@a.example', fullName: 'Typed Twice' }, 'not an e-mail address'],
      [{ fullName: 'Typed Twice\u202enimda' }, 'one line of at most 100'],
      [{ fullName: `Typed Twice ${'x'.repeat(100)}` }, 'one line of at most 100'],
    ] as const) {
      const { status, text } = await invite(fields);
      expect(status).toBe(400);
      expect(text).toContain(said);
      expect(text).toContain('Typed Twice');
    }
    expect((await invite({ teams: 'nobody' })).status).toBe(400);
    expect((await invite({ role: 'owner' })).status).toBe(400);
    expect(await world.accounts.personNamed('noa')).toBeNull();
  });

  test('leaves its code in no log, whether it is opened, mistyped or used', async () => {
    const code = linkIn((await invite({})).text);
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const app = buildApp({ ...world.deps, log });
    await request(app).get(`/account/link?code=${code}`);
    await request(app).get(`/account/link?code=${code}x&locale=he`);
    await request(app).post('/account/link').type('form').send({ code, password, again: 'x', more: 'y' });
    await request(app).post('/account/link').type('form').send({ code, password, again: password });
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('')).toContain('/account/link');
    for (const hidden of [code, password]) expect(lines.join('')).not.toContain(hidden);
  });

  test('is audited without its secret', async () => {
    const code = linkIn((await invite({ role: 'manager', teams: 'care' })).text);
    const events = await audited();
    expect(events.at(-1)).toEqual({
      action: 'person.invited',
      actor: 'person1',
      subject: 'noa',
      before: null,
      after: { name: 'noa', role: 'manager', teams: ['care'], fullName: null, email: null },
    });
    expect(JSON.stringify(events)).not.toContain(code);
  });
});

describe('one person', () => {
  const act = async (
    name: string,
    what: string,
    more: Readonly<Record<string, string>> = {},
    who = admin,
  ) => {
    const { id, version } = await person(name);
    const versioned = ['', '/disable', '/enable'].includes(what) ? { version: String(version) } : {};
    return post(`/manage/people/${id}${what}`, { ...versioned, ...more }, who);
  };

  test('gets another role and other teams, which is audited with before and after', async () => {
    const changed = await act('dana', '', { role: 'manager', teams: 'care', fullName: 'Dana', email: '' });
    expect([changed.status, changed.headers.location]).toEqual([
      303,
      `/manage/people/${(await person('dana')).id}?ui=en&said=saved`,
    ]);
    expect((await audited()).at(-1)).toMatchObject({
      action: 'person.changed',
      actor: 'person1',
      subject: 'dana',
      before: { role: 'editor', teams: [], fullName: null },
      after: { role: 'manager', teams: ['care'], fullName: 'Dana' },
    });
    const before = (await audited()).length;
    await act('dana', '', { role: 'manager', teams: 'care', fullName: 'Dana', email: '' });
    expect(await audited()).toHaveLength(before);
  });

  test('who is disabled loses every session and link at once, and gets in again only when enabled', async () => {
    const dana = await signedIn('dana');
    await act('dana', '/link');
    expect((await act('dana', '/disable')).status).toBe(303);
    expect((await get('/agent', dana)).status).toBe(302);
    expect(await world.db.selectFrom('account_links').selectAll().execute()).toEqual([]);
    expect((await act('dana', '/link')).status).toBe(403);
    expect(await signedIn('dana')).toMatchObject({ status: 401 });
    expect((await get(`/manage/people/${(await person('dana')).id}`)).text).toContain('Disabled');
    expect((await act('dana', '/enable')).status).toBe(303);
    expect((await get('/agent', dana)).status).toBe(302);
    expect(await signedIn('dana')).toMatchObject({ status: 200 });
    const actions = (await audited()).map(({ action }) => action);
    for (const action of ['person.disabled', 'person.enabled', 'person.link-made'])
      expect(actions).toContain(action);
  });

  test('who is disabled and never set a password is not said to have one', async () => {
    await world.accounts.invite({ name: 'noa' }, byServer);
    const said = 'Can sign in again with the password from before.';
    for (const [name, has] of [
      ['noa', false],
      ['dana', true],
    ] as const) {
      await act(name, '/disable');
      const { text } = await get(`/manage/people/${(await person(name)).id}`);
      expect(text).toContain('Enable again');
      expect(text.includes(said)).toBe(has);
    }
  });

  test('is signed out everywhere by one button', async () => {
    const sessions = [await signedIn('dana'), await signedIn('dana')];
    expect((await act('dana', '/end-sessions')).status).toBe(303);
    for (const session of sessions) expect((await get('/agent', session)).status).toBe(302);
    expect((await audited()).at(-1)).toMatchObject({
      action: 'person.sessions-ended',
      after: { sessions: 2 },
    });
  });

  test('who is the last admin can neither be disabled nor demoted, nor can admins do it to themselves', async () => {
    const own = (await world.accounts.people()).find(({ role }) => role === 'admin')?.name ?? '';
    const demotion = { role: 'agent', fullName: '', email: '' };
    for (const refused of [await act(own, '/disable'), await act(own, '', demotion)]) {
      expect(refused.status).toBe(403);
      expect(refused.text).toContain('You cannot disable yourself');
    }
    // One who was invited cannot sign in yet, and one who is disabled cannot at all: neither is an admin to rely on.
    await world.accounts.invite({ name: 'invited', role: 'admin' }, byServer);
    const other = await world.signIn('admin');
    expect((await act(own, '/disable', {}, other)).status).toBe(303);
    const rest = (await world.accounts.people()).find(
      ({ role, name, hasPassword }) => role === 'admin' && name !== own && hasPassword,
    );
    await expect(world.accounts.disable(rest?.id ?? 0, rest?.version ?? 0, byServer)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'This is the last admin who can sign in.',
    });
    await expect(
      world.accounts.change(rest?.id ?? 0, { role: 'manager' }, rest?.version ?? 0, byServer),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('who signs in elsewhere keeps the role that is said there, and gets no link', async () => {
    await world.db.updateTable('users').set({ provider: 'corp' }).where('name', '=', 'dana').execute();
    const page = await get(`/manage/people/${(await person('dana')).id}`);
    expect(page.text).toContain('The identity provider says role and teams');
    expect(page.text).not.toContain('<select class="input" name="role"');
    const { id } = await person('dana');
    expect((await act('dana', '', { role: 'admin', teams: 'care', fullName: 'D', email: '' })).status).toBe(
      303,
    );
    expect(await person('dana')).toMatchObject({ role: 'editor', teams: [], fullName: 'D' });
    expect((await post(`/manage/people/${id}/link`, {})).status).toBe(403);
  });

  test('who is not there is not found, in any spelling', async () => {
    for (const id of ['999', '0', '-1', '1e3', '__proto__', '1%20or%201'])
      expect((await get(`/manage/people/${id}`)).status).toBe(404);
  });
});

describe('editing rights', () => {
  test('are said category by category, and shown with the person whom they reach', async () => {
    const saved = await post('/manage/rights', { category: 'orders', team: ['orders', 'care'], seen: '' });
    expect(saved.headers.location).toBe('/manage/rights?ui=en&saved=orders#category-orders');
    const { id, version } = await person('dana');
    await world.accounts.change(id, { teams: ['care'] }, version, byServer);
    expect((await get(`/manage/people/${id}`)).text).toMatch(/May edit<\/h2>\s*<p>Orders<\/p>/);
    expect((await audited()).find(({ action }) => action === 'rights.changed')).toMatchObject({
      subject: 'orders',
      before: { teams: [] },
      after: { teams: ['care', 'orders'] },
    });
    const { text } = await get('/manage/rights');
    expect(text).toMatch(/value="care" checked/);
    expect((await post('/manage/rights', { category: 'orders', seen: 'care orders' })).status).toBe(303);
    expect((await world.deps.editingRights.list()).size).toBe(0);
  });

  test('are of categories and teams that there are, and of admins alone', async () => {
    expect((await post('/manage/rights', { category: 'nothing', team: 'care', seen: '' })).status).toBe(400);
    expect((await post('/manage/rights', { category: 'orders', team: 'nobody', seen: '' })).status).toBe(400);
    const manager = await world.signIn('manager');
    expect((await get('/manage/rights', manager)).status).toBe(403);
    const forged = await post('/manage/rights', { category: 'orders', team: 'care', seen: '' }, manager);
    expect(forged.status).toBe(403);
  });
});

describe('a fresh proof', () => {
  const dangerous = ['/manage/people', '/manage/rights'];

  test('is asked after 15 minutes for a page, which comes back after it', async () => {
    later(14 * minute);
    for (const path of dangerous) expect((await get(path)).status).toBe(200);
    later(2 * minute);
    const path = '/manage/people?q=dana&ui=he';
    const away = await get(path);
    expect(away.headers.location).toBe(`/account/confirm?next=${encodeURIComponent(path)}`);
    const page = await get(String(away.headers.location));
    expect(page.status).toBe(200);
    await world.accounts.setPasswordBy(
      (await world.accounts.linkForNewPassword((await person('person1')).id, byServer)).secret,
      password,
      byServer,
    );
    const stale = await signedIn('person1');
    later(16 * minute);
    expect((await get(path, stale)).status).toBe(302);
    expect((await post('/account/confirm', { password: 'not it', next: path }, stale)).status).toBe(401);
    expect((await get(path, stale)).status).toBe(302);
    const proven = await post('/account/confirm', { password, next: path }, stale);
    expect([proven.status, proven.headers.location]).toEqual([303, path]);
    expect((await get(path, stale)).status).toBe(200);
    const actions = (await audited()).map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(['person.proof-refused', 'person.proven']));
  });

  test('may be an hour old for a form, so that none that was opened in time is lost', async () => {
    const { id, version } = await person('dana');
    later(59 * minute);
    const fields = { role: 'agent', fullName: '', email: '', version: String(version) };
    expect((await post(`/manage/people/${id}`, fields)).status).toBe(303);
    later(2 * minute);
    const refused = await post(`/manage/people/${id}/disable`, { version: String(version + 1) }).set(
      'referer',
      `http://127.0.0.1/manage/people/${id}?ui=he`,
    );
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(`/account/confirm?next&#x3D;%2Fmanage%2Fpeople%2F${id}%3Fui%3Dhe`);
    expect((await person('dana')).disabledAt).toBeNull();
  });

  test('leads to pages of this site alone, and holds in no other session', async () => {
    const dana = await signedIn('dana');
    for (const next of [
      '//evil.invalid',
      'https://evil.invalid/agent',
      '/agent/sign-out',
      'javascript:alert(1)',
    ]) {
      const { headers } = await post('/account/confirm', { password, next }, dana);
      expect(headers.location).toBe('/agent');
    }
    later(16 * minute);
    const other = await signedIn('dana');
    await post('/account/confirm', { password }, other);
    const [mine, theirs] = await Promise.all(
      [dana, other].map(({ cookie }) => world.accounts.sessionOf(cookie.split('=')[1] ?? '')),
    );
    expect(Date.parse(theirs?.provenAt ?? '')).toBe(now.getTime());
    expect(Date.parse(mine?.provenAt ?? '')).toBeLessThan(now.getTime());
  });

  test('is asked of programs in words that they read', async () => {
    later(16 * minute);
    const { status, body } = await request(world.app)
      .get('/manage/people')
      .set('cookie', admin.cookie)
      .set('accept', 'application/json');
    expect([status, body.code, body.expected]).toEqual([
      403,
      'not-proven',
      'a proof of at most 15 minutes ago',
    ]);
  });

  test('that lies in the future is none', async () => {
    await world.db.updateTable('sessions').set({ proven_at: '2027-01-01T00:00:00.000Z' }).execute();
    expect((await get('/manage/people')).status).toBe(302);
  });
});

describe('one’s own account', () => {
  test('shows who one is and where one is signed in, in every language', async () => {
    const { id, version } = await person('dana');
    await world.accounts.change(id, { teams: ['care'], fullName: 'Dana Levi' }, version, byServer);
    const dana = await signedIn('dana');
    await world.accounts.signIn(
      { name: 'dana', password, browser: 'Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0' },
      { ...byServer, address: '192.0.2.7' },
    );
    const { text } = await get('/account', dana);
    expect(text).toMatch(/Dana Levi.*Editor.*Customer care/s);
    expect(text).toMatch(/Firefox, Windows.*192\.0\.2\.7/s);
    expect(text.match(/This one/g)).toHaveLength(1);
    await world.accounts.signIn(
      { name: 'dana', password: 'a guess' },
      { ...byServer, address: '203.0.113.9' },
    );
    await world.accounts.signIn(
      { name: 'eli', password: 'a guess' },
      { ...byServer, address: '203.0.113.10' },
    );
    const recent = (await get('/account', dana)).text;
    expect(recent).toMatch(/203\.0\.113\.9<\/bdi> <span class="tag tag--warn">Refused/);
    expect(recent).not.toContain('203.0.113.10');
    for (const [ui, title] of [
      ['he', 'החשבון שלך'],
      ['fa', 'حساب شما'],
      ['ms', 'Akaun anda'],
    ])
      expect((await get(`/account?ui=${ui}`, dana)).text).toContain(`<h1>${title}</h1>`);
  });

  test('ends all other sessions with one button', async () => {
    const [one, two] = [await signedIn('dana'), await signedIn('dana')];
    expect((await post('/account/end-others', {}, one)).headers.location).toBe('/account?ui=en&said=others');
    expect([(await get('/account', one)).status, (await get('/account', two)).status]).toEqual([200, 302]);
  });

  test('takes a new password only with the old one, twice the same, and not a weak one', async () => {
    const dana = await signedIn('dana');
    const wanted = 'something else entirely';
    for (const [fields, status, said] of [
      [{ old: 'x', password: wanted, again: wanted }, 401, 'The current password is not right'],
      [{ old: password, password: wanted, again: 'y' }, 400, 'The two new passwords differ'],
      [{ old: password, password: 'short', again: 'short' }, 400, 'at least 15 characters; this one has 5'],
      [{ old: password, password: 'danadanadanadana', again: 'danadanadanadana' }, 400, 'easy to guess'],
    ] as const) {
      const refused = await post('/account/password', fields, dana);
      expect(refused.status).toBe(status);
      expect(refused.text).toContain(said);
    }
    expect(await signedIn('dana')).toMatchObject({ status: 200 });
  });

  test('of somebody who signs in elsewhere has no password to change', async () => {
    await world.db.updateTable('users').set({ provider: 'corp' }).where('name', '=', 'dana').execute();
    const { text } = await get('/account', await signedIn('dana'));
    expect(text).toContain('identity provider');
    expect(text).not.toContain('name="old"');
  });
});
