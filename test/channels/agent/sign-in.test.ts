import request from 'supertest';
import { byServer } from '../../../server/audit/audit-event.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const { snapshot } = smallWorld();
const password = 'correct horse battery staple';
const hour = 3_600_000;

let world: TestApp;
let now: Date;

const open = async (config: Parameters<typeof makeApp>[1] = {}): Promise<void> => {
  now = new Date('2026-11-22T12:00:00Z');
  world = await makeApp(snapshot, { now: () => now, ...config });
  await world.accounts.add({ name: 'dana', role: 'agent', password }, byServer);
};
beforeEach(() => open());
afterEach(() => world.close());

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  request(world.app).post('/agent/sign-in').type('form').set(headers).send(fields);
const sessions = () => world.db.selectFrom('sessions').selectAll().execute();

/** `name=value` of the cookie that a response sets. */
function cookieOf(response: request.Response): string {
  const [line = ''] = (response.headers['set-cookie'] as unknown as string[] | undefined) ?? [];
  return line.split(';')[0] ?? '';
}

describe('the page', () => {
  test.each([
    ['en', 'ltr', 'Sign in'],
    ['he', 'rtl', 'כניסה'],
    ['fa', 'rtl', 'ورود'],
    ['ms', 'ltr', 'Log masuk'],
  ])('is there in %s, with its form and the way to the other languages', async (locale, dir, submit) => {
    const { status, text, headers } = await request(world.app).get(`/agent/sign-in?locale=${locale}`);
    expect(status).toBe(200);
    expect(text).toContain(`<html lang="${locale}" dir="${dir}">`);
    expect(text).toContain(`type="submit">${submit}</button>`);
    expect(headers['content-language']).toBe(locale);
    expect(headers['cache-control']).toBe('no-store');
    for (const other of ['en', 'he', 'fa', 'ms']) expect(text).toContain(`locale&#x3D;${other}`);
  });

  test('is in the language of the page that was wanted, else in that of the browser', async () => {
    const next = encodeURIComponent('/agent?locale=fa&ui=he');
    const wanted = await request(world.app).get(`/agent/sign-in?next=${next}`).set('accept-language', 'ms');
    expect(wanted.headers['content-language']).toBe('he');
    const browser = await request(world.app).get('/agent/sign-in').set('accept-language', 'ms');
    expect(browser.headers['content-language']).toBe('ms');
  });

  test('leaves no session and no cookie with a visitor who does not sign in', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { headers } = await request(world.app).get('/agent/sign-in');
      expect(headers['set-cookie']).toBeUndefined();
    }
    expect(await sessions()).toEqual([]);
  });

  test('leads on where somebody is signed in already', async () => {
    const { cookie } = await world.signIn();
    const next = encodeURIComponent('/agent?q=cancel');
    const response = await request(world.app).get(`/agent/sign-in?next=${next}`).set('cookie', cookie);
    expect([response.status, response.headers.location]).toEqual([303, '/agent?q=cancel']);
  });
});

describe('signing in', () => {
  test('sets a cookie that scripts and other sites cannot use, and leads to the page that was wanted', async () => {
    const response = await form({ name: 'dana', password, next: '/agent?q=cancel' });
    expect([response.status, response.headers.location]).toEqual([303, '/agent?q=cancel']);
    const [line] = response.headers['set-cookie'] as unknown as string[];
    expect(line).toMatch(/^concord=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const page = await request(world.app).get('/agent').set('cookie', cookieOf(response));
    expect(page.status).toBe(200);
    expect(page.text).toContain('dana');
    expect(page.text).not.toContain(cookieOf(response).split('=')[1]);
  });

  test('behind https the cookie is Secure and of this host alone', async () => {
    await world.close();
    await open({ config: { publicUrl: 'https://help.example' } });
    const response = await form({ name: 'dana', password });
    expect(cookieOf(response)).toMatch(/^__Host-concord=/);
    expect((response.headers['set-cookie'] as unknown as string[])[0]).toMatch(
      /; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const plain = cookieOf(response).replace('__Host-', '');
    expect((await request(world.app).get('/agent').set('cookie', plain)).status).toBe(302);
  });

  test('greets in the language of the sign-in where no certain page was wanted', async () => {
    expect((await form({ name: 'dana', password, locale: 'he' })).headers.location).toBe('/agent?ui=he');
    expect((await form({ name: 'dana', password, locale: 'en' })).headers.location).toBe('/agent');
    const wanted = await form({ name: 'dana', password, locale: 'he', next: '/agent?q=x' });
    expect(wanted.headers.location).toBe('/agent?q=x');
  });

  test('a wrong password and an unknown name look alike, but for the name typed', async () => {
    const wrong = await form({ name: 'dana', password: 'not the right one' });
    const unknown = await form({ name: 'nobody', password: 'not the right one' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.text.replaceAll('nobody', 'dana')).toBe(wrong.text);
    expect(wrong.text).not.toContain('not the right one');
    const names = (response: request.Response) =>
      Object.keys(response.headers).filter((name) => name !== 'x-request-id');
    expect(names(unknown)).toEqual(names(wrong));
    expect(wrong.headers['set-cookie']).toBeUndefined();
  });

  test('a name is shown again as text, never as markup', async () => {
    const { text } = await form({ name: '"><img src=x onerror=alert(1)>', password: 'x' });
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img');
  });

  test('a session that was there before is not the one afterwards, and is over', async () => {
    const planted = `concord=${'a'.repeat(43)}`;
    const first = await form({ name: 'dana', password }, { cookie: planted });
    expect(cookieOf(first)).not.toBe(planted);
    expect((await request(world.app).get('/agent').set('cookie', planted)).status).toBe(302);
    const second = await form({ name: 'dana', password }, { cookie: cookieOf(first) });
    expect((await request(world.app).get('/agent').set('cookie', cookieOf(first))).status).toBe(302);
    expect((await request(world.app).get('/agent').set('cookie', cookieOf(second))).status).toBe(200);
  });

  test.each([
    '//evil.invalid',
    '/\\evil.invalid',
    '/%09/evil.invalid',
    'https:evil.invalid',
    'javascript:alert(1)',
    'http://127.0.0.1@evil.invalid',
    '/login?next=//evil.invalid',
    '/agent/sign-out',
  ])('next=%s leads to the console', async (next) => {
    const page = await request(world.app).get(`/agent/sign-in?next=${encodeURIComponent(next)}`);
    expect(page.text).toContain('name="next" value="/agent"');
    const response = await form({ name: 'dana', password, next });
    expect([response.status, response.headers.location]).toEqual([303, '/agent']);
  });

  test('fields that the form does not have are refused, and nobody is signed in', async () => {
    for (const extra of [{ role: 'admin' }, { id: '1' }, { visibility: 'public' }]) {
      const response = await form({ name: 'dana', password, ...extra });
      expect(response.status).toBe(400);
      expect(response.headers['set-cookie']).toBeUndefined();
    }
    const twice = await request(world.app)
      .post('/agent/sign-in')
      .type('form')
      .send(`name=dana&name=eli&password=${encodeURIComponent(password)}`);
    expect(twice.status).toBe(400);
    expect((await form({ name: 'dana' })).status).toBe(400);
  });

  test('a body that is no form is refused by its type', async () => {
    const body = JSON.stringify({ name: 'dana', password });
    for (const type of ['text/plain', 'application/json']) {
      const response = await request(world.app).post('/agent/sign-in').set('content-type', type).send(body);
      expect(response.status).toBe(415);
    }
    expect(await sessions()).toEqual([]);
  });

  test('a password of a megabyte, and one of a hundred thousand characters, are refused at once', async () => {
    expect((await form({ name: 'dana', password: 'x'.repeat(1_000_000) })).status).toBe(413);
    expect((await form({ name: 'dana', password: 'x'.repeat(90_000) })).status).toBe(400);
  });
});

describe('a sign-in from elsewhere', () => {
  test.each([
    ['a cross-site form', { 'sec-fetch-site': 'cross-site' }],
    ['a form of a sibling host', { 'sec-fetch-site': 'same-site' }],
    ['a typed address', { 'sec-fetch-site': 'none' }],
    ['another origin', { origin: 'https://evil.invalid' }],
    ['an origin that hides itself', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
  ])('%s is 403 and begins no session', async (_who, headers) => {
    const response = await form({ name: 'dana', password }, headers as Record<string, string>);
    expect(response.status).toBe(403);
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(await sessions()).toEqual([]);
  });

  test.each([
    ['what browsers say of this site', { 'sec-fetch-site': 'same-origin' }],
    ['the public address', { origin: 'http://127.0.0.1:3000' }],
    ['the host that was asked', { origin: 'http://help.example:8080', host: 'help.example:8080' }],
    ['a program, which says nothing', {}],
  ])('%s is let through', async (_who, headers) => {
    expect((await form({ name: 'dana', password }, headers as Record<string, string>)).status).toBe(303);
  });
});

describe('guessing', () => {
  test('after ten failures the name is locked with Retry-After, whatever X-Forwarded-For says', async () => {
    for (let n = 0; n < 10; n += 1)
      expect(
        (await form({ name: 'dana', password: 'wrong' }, { 'x-forwarded-for': `192.0.2.${n}` })).status,
      ).toBe(401);
    const locked = await form({ name: 'dana', password }, { 'x-forwarded-for': '198.51.100.1' });
    expect(locked.status).toBe(429);
    expect(locked.headers['retry-after']).toBe('900');
    expect(locked.headers['set-cookie']).toBeUndefined();
    expect(locked.text).toContain('Please try again in 15 minutes.');
    now = new Date(now.getTime() + 15 * 60_000 + 1);
    expect((await form({ name: 'dana', password })).status).toBe(303);
  });

  test('thirty failures with ever new names lock their address; a forged one does not help', async () => {
    for (let n = 0; n < 30; n += 1)
      expect((await form({ name: `name${n}`, password: 'wrong' })).status).toBe(401);
    const forged = {
      'x-forwarded-for': '198.51.100.1',
      'x-real-ip': '198.51.100.2',
      forwarded: 'for=198.51.100.3',
    };
    expect((await form({ name: 'dana', password }, forged)).status).toBe(429);
  });

  test('behind a proxy that is trusted, clients are told apart', async () => {
    await world.close();
    await open({ config: { trustedHops: 1 } });
    for (let n = 0; n < 30; n += 1)
      await form({ name: `name${n}`, password: 'wrong' }, { 'x-forwarded-for': '198.51.100.1' });
    const from = (address: string) => form({ name: 'dana', password }, { 'x-forwarded-for': address });
    expect((await from('198.51.100.1')).status).toBe(429);
    expect((await from('::ffff:198.51.100.1')).status).toBe(429);
    expect((await from('198.51.100.2')).status).toBe(303);
  });
});

describe('sessions', () => {
  const page = (cookie: string) => request(world.app).get('/agent').set('cookie', cookie);

  test('end after twelve hours without use, and after seven days in any case', async () => {
    const cookie = cookieOf(await form({ name: 'dana', password }));
    now = new Date(now.getTime() + 11 * hour);
    expect((await page(cookie)).status).toBe(200);
    now = new Date(now.getTime() + 12 * hour);
    expect((await page(cookie)).status).toBe(302);
    const second = cookieOf(await form({ name: 'dana', password }));
    for (let n = 0; n < 16; n += 1) {
      now = new Date(now.getTime() + 10 * hour);
      expect((await page(second)).status).toBe(200);
    }
    now = new Date(now.getTime() + 10 * hour);
    expect((await page(second)).status).toBe(302);
  });

  test('two cookies of the name count only where they agree', async () => {
    const good = cookieOf(await form({ name: 'dana', password }));
    expect((await page(`concord=bad; ${good}`)).status).toBe(302);
    expect((await page(`${good}; concord=bad`)).status).toBe(302);
    expect((await page(`${good}; other=1; ${good}`)).status).toBe(200);
  });

  test('values that are no secret are nobody, and no error', async () => {
    for (const value of ['__proto__', 'constructor', 'toString', '', '%00', 'a'.repeat(4_000)])
      expect((await page(`concord=${value}`)).status).toBe(302);
  });
});

describe('signing out', () => {
  const signOut = (cookie: string, token: string, headers: Record<string, string> = {}) =>
    request(world.app)
      .post('/agent/sign-out')
      .type('form')
      .set({ cookie, ...headers })
      .send({ token });

  test('ends the session for every copy of its cookie', async () => {
    const { cookie, token } = await world.signIn();
    const response = await signOut(cookie, token, { 'sec-fetch-site': 'same-origin' });
    expect([response.status, response.headers.location]).toEqual([303, '/agent/sign-in']);
    expect((response.headers['set-cookie'] as unknown as string[])[0]).toContain('Expires=Thu, 01 Jan 1970');
    const copy = await request(world.app).get('/agent').set('cookie', cookie);
    expect(copy.status).toBe(302);
  });

  test('without the token, with an empty one, with that of another session, or from another site it is 403', async () => {
    const { cookie, token } = await world.signIn();
    const other = await world.signIn();
    const attempts = [
      request(world.app).post('/agent/sign-out').type('form').set('cookie', cookie).send({}),
      signOut(cookie, ''),
      signOut(cookie, other.token),
      signOut(cookie, token, { 'sec-fetch-site': 'cross-site' }),
      signOut(cookie, token, { origin: 'https://evil.invalid' }),
      request(world.app).post('/agent/sign-out').set('cookie', cookie).type('text').send(`token=${token}`),
    ];
    for (const attempt of attempts) expect((await attempt).status).toBe(403);
    expect((await request(world.app).get('/agent').set('cookie', cookie)).status).toBe(200);
  });

  test('by GET it is no route, and nobody is signed out', async () => {
    const { cookie } = await world.signIn();
    for (const method of ['get', 'head'] as const)
      expect((await request(world.app)[method]('/agent/sign-out').set('cookie', cookie)).status).toBe(405);
    expect((await request(world.app).get('/agent').set('cookie', cookie)).status).toBe(200);
  });
});
