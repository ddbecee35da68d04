import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProvider } from '../../server/accounts/providers.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { type CookieBrowser, type OpenedPage, openCookieBrowser } from '../support/cookie-browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { type Lie, type LyingProvider, startLyingProvider } from '../support/lying-provider.ts';
import type { TestApp } from '../support/make-app.ts';
import {
  auditOf,
  client,
  isSignedIn,
  openSite,
  peopleOf,
  refusalsOf,
  type Site,
  settingsOf,
} from '../support/provider-site.ts';

let site: Site;
let world: TestApp;
let browser: CookieBrowser;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(() => {
  browser = openCookieBrowser();
});

const start = (name: string, by = browser): Promise<OpenedPage> =>
  by.open(`${site.url}/agent/sign-in/${name}?next=/agent/changes`);

describe('what a provider sends is believed only where it is proof', () => {
  let liar: LyingProvider;
  beforeAll(async () => {
    liar = await startLyingProvider(client);
  });
  afterAll(() => liar.stop());

  const came = async (lie: Lie) => {
    liar.lie = lie;
    world = await site.put({ providers: [settingsOf('liar', liar.issuer, { teamClaim: null })] });
    browser = openCookieBrowser();
    const page = await start('liar');
    return { page, name: await isSignedIn(world, browser, site), why: await refusalsOf(world) };
  };
  const now = Math.floor(Date.now() / 1000);

  test('the counter-test: the same provider without a lie signs in', async () => {
    const { page, name } = await came({ claims: { preferred_username: 'dana' } });
    expect([page.status, name]).toEqual([200, 'dana']);
  });

  const lies: readonly [string, Lie, RegExp][] = [
    ['another audience', { claims: { aud: 'another-client' } }, /"aud"/],
    ['an audience of two with another party', { claims: { aud: ['concord', 'x'], azp: 'x' } }, /"azp"/],
    ['another issuer', { claims: { iss: 'https://evil.example' } }, /"iss"/],
    ['another nonce', { claims: { nonce: 'another' } }, /"nonce"/],
    ['no nonce', { claims: { nonce: undefined } }, /nonce/],
    ['an expired token', { claims: { iat: now - 7_200, exp: now - 3_600 } }, /"exp"/],
    ['a token without an end', { claims: { exp: undefined } }, /exp/],
    ['a token of no subject', { claims: { sub: undefined } }, /sub/],
    ['a subject that is no text', { claims: { sub: 7 } }, /sub/],
    ['a token that nobody signed', { signed: 'none' }, /alg/i],
    [
      'a token that nobody signed, from a provider that says it signs none',
      { signed: 'none', metadata: { id_token_signing_alg_values_supported: ['none'] } },
      /alg/i,
    ],
    ['a signature of another key', { signed: 'other-key' }, /signature/],
    ['claims that were altered after they were signed', { signed: 'altered' }, /signature/],
    ['a token signed with the secret of the client', { signed: 'with-the-secret' }, /alg/i],
    [
      'a token signed with the secret, from a provider that says it does so',
      { signed: 'with-the-secret', metadata: { id_token_signing_alg_values_supported: ['HS256'] } },
      /alg/i,
    ],
    ['no token at all', { signed: 'not-at-all-a-token' }, /JWT/],
    ['a way back in the name of another issuer', { back: { iss: 'https://evil.example' } }, /"iss"/],
    ['a way back in nobody’s name', { back: { iss: null } }, /"iss"/],
    ['a way back without a code', { back: { code: null } }, /code/],
    ['a token in the address', { back: { id_token: 'x.y.z' } }, /unsupported/],
    [
      'a code that is not good any more',
      { token: { status: 400, body: '{"error":"invalid_grant"}' } },
      /invalid_grant/,
    ],
    [
      'another person at UserInfo',
      {
        claims: { preferred_username: 'dana', groups: undefined },
        userInfo: { sub: 'another', groups: ['support'] },
      },
      /sub/,
    ],
    ['a discovery document of another issuer', { metadata: { issuer: 'https://evil.example' } }, /issuer/],
  ];
  test.each(lies)('%s lets nobody in', async (_name, lie, reason) => {
    const { page, name, why } = await came(lie);
    expect([page.status, name]).toEqual([401, null]);
    expect(page.text).toContain('could not be verified');
    if (lie.metadata?.issuer === undefined) expect(why).toEqual([expect.stringMatching(reason)]);
    expect(await peopleOf(world)).toEqual([]);
    // Nothing of a claim or token is told: neither on the page nor in the audit.
    expect(page.text + JSON.stringify(await auditOf(world))).not.toMatch(/another-client|evil|eyJ/);
  });

  test('an error in the address is one that the person reads, whatever stands in it', async () => {
    const { page, why } = await came({ back: { error: '<b>x</b>', error_description: 'Call 555-EVIL' } });
    expect(page.status).toBe(401);
    expect(page.text).not.toContain('EVIL');
    expect(why).toEqual(['the provider answered an error of no known form']);
  });

  test('an address that is not verified gives no role, and links to nobody who was invited', async () => {
    const rules = { roleClaim: 'email', roles: [{ value: 'dana@example.com', role: 'agent' as const }] };
    const by = (claims: Readonly<Record<string, unknown>>, userInfo = {}) => {
      liar.lie = { claims: { preferred_username: 'dana', ...claims }, userInfo };
      browser = openCookieBrowser();
      return start('liar');
    };
    const email = 'dana@example.com';
    world = await site.put({ providers: [settingsOf('liar', liar.issuer, rules)] });
    expect((await by({ email })).status).toBe(403);
    expect((await by({ email, email_verified: false })).status).toBe(403);
    expect((await by({ email, email_verified: 'true' })).status).toBe(403);
    // What UserInfo says of another address verifies none.
    expect((await by({ email }, { email: 'x@example.com', email_verified: true })).status).toBe(403);
    expect((await by({ email, email_verified: true })).status).toBe(200);
  });

  test('a claim that was too long to send is not read as none', async () => {
    liar.lie = { claims: { groups: undefined, _claim_names: { groups: 'src1' } } };
    world = await site.put({ providers: [settingsOf('liar', liar.issuer, { defaultRole: 'agent' })] });
    expect((await start('liar')).status).toBe(403);
    expect(await refusalsOf(world)).toEqual([
      'the provider leaves the claim groups out, since it is too long',
    ]);
  });
});

describe('a person who was invited for a provider', () => {
  let liar: LyingProvider;
  beforeAll(async () => {
    liar = await startLyingProvider(client);
  });
  afterAll(() => liar.stop());
  beforeEach(async () => {
    world = await site.put({
      providers: [settingsOf('liar', liar.issuer), settingsOf('other', liar.issuer)],
    });
  });

  const invite = async (name: string, values: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    await world.accounts.inviteBy('liar', { name, role: 'editor', email: 'Dana@Example.com' }, byServer);
    if (Object.keys(values).length > 0)
      await world.db.updateTable('users').set(values).where('name', '=', name).execute();
  };
  const enter = async (claims: Readonly<Record<string, unknown>>) => {
    liar.lie = { claims: { preferred_username: 'someone', ...claims } };
    browser = openCookieBrowser();
    await start('liar');
    return isSignedIn(world, browser, site);
  };
  const verified = { email: 'dana@example.com', email_verified: true };

  test('is known by the verified address once, and ever after by the subject alone', async () => {
    await invite('dana');
    expect(await enter(verified)).toBe('dana');
    expect((await auditOf(world)).find(({ action }) => action === 'person.linked')).toMatchObject({
      subject: 'dana',
      after: { invited: true, subject: 'person-1', provider: 'liar' },
    });
    expect(await enter({ email: 'new@example.com', email_verified: true })).toBe('dana');
    // Somebody else who has got the address since is somebody else.
    expect(await enter({ ...verified, sub: 'person-2' })).toBe('someone');
  });

  test.each([
    ['whose address the provider has not verified', {}, { ...verified, email_verified: false }],
    ['for another provider', { provider: 'other' }, verified],
    ['for no provider', { provider: null }, verified],
    [
      'whose address another only folds to (the Kelvin sign is no k)',
      { email: 'kim@example.com' },
      { ...verified, email: '\u212aim@example.com' },
    ],
    ['who has set a password meanwhile', { password: 'scrypt$1$1$1$x$x' }, verified],
  ])('is not taken for one %s', async (_name, values, claims) => {
    await invite('dana', values);
    expect(await enter(claims)).toBe('someone');
    expect(await world.db.selectFrom('identities').select('user_id').execute()).toHaveLength(1);
  });

  test('keeps the role and the teams that were given here where the provider says none', async () => {
    const rules = { roleClaim: null, roles: [], defaultRole: 'agent' as const };
    world = await site.put({ providers: [settingsOf('liar', liar.issuer, rules)] });
    await invite('dana');
    expect(await enter(verified)).toBe('dana');
    expect(await peopleOf(world)).toEqual([{ name: 'dana', role: 'editor', provider: 'liar' }]);
    const change = async (to: { readonly role?: string; readonly teams?: readonly string[] }) => {
      const person = await world.accounts.personNamed('dana');
      await world.accounts.change(person?.id ?? 0, to, person?.version ?? 0, byServer);
    };
    await change({ role: 'manager', teams: ['orders'] });
    expect(await enter(verified)).toBe('dana');
    expect(await world.accounts.personNamed('dana')).toMatchObject({ role: 'manager', teams: ['orders'] });
    // Where the provider says the role, an admin here gives the teams alone.
    world = await site.put({ providers: [settingsOf('liar', liar.issuer)] });
    await invite('dana');
    await change({ teams: ['orders'] });
    await expect(change({ role: 'admin' })).rejects.toMatchObject({ code: 'forbidden' });
    await enter(verified);
    expect(await world.accounts.personNamed('dana')).toMatchObject({ role: 'agent', teams: ['orders'] });
  });

  test('needs an address and a provider that is there', async () => {
    const by = (provider: string, email: string) =>
      world.accounts.inviteBy(provider, { name: 'dana', email }, byServer);
    await expect(by('google', 'dana@example.com')).rejects.toMatchObject({ field: 'provider' });
    await expect(by('liar', '')).rejects.toMatchObject({ field: 'email' });
    expect(await peopleOf(world)).toEqual([]);
  });

  test('is invited at the page for people, and gets no link', async () => {
    const { cookie, token } = await world.signIn('admin');
    const send = (form: Readonly<Record<string, string>>) =>
      fetch(`${site.url}/manage/people`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'sec-fetch-site': 'same-origin', accept: 'text/html' },
        body: new URLSearchParams({ token, name: 'dana', role: 'agent', fullName: '', ...form }),
      });
    expect((await send({ provider: 'liar', email: '' })).status).toBe(400);
    const sent = await send({ provider: 'liar', email: 'dana@example.com' });
    const there = new URL(sent.headers.get('location') ?? '', site.url);
    const page = await (await fetch(there, { headers: { cookie, accept: 'text/html' } })).text();
    expect(page).toContain('Whoever first comes from the provider');
    expect(page).toContain('The identity provider says the role at each sign-in.');
    expect(await world.db.selectFrom('account_links').selectAll().execute()).toEqual([]);
    expect(await enter(verified)).toBe('dana');
  });

  test('is not taken for either of two with the same address, nor for one who was disabled', async () => {
    await invite('dana');
    await invite('dana2');
    expect(await enter(verified)).toBe('someone');
    world = await site.put({ providers: [settingsOf('liar', liar.issuer)] });
    await invite('dana', { disabled_at: '2026-11-22T00:00:00.000Z' });
    expect(await enter(verified)).toBeNull();
  });
});

describe('a provider that is down', () => {
  const password = 'correct horse battery staple';
  let provider: IdentityProvider;
  let now: Date;
  beforeAll(async () => {
    provider = await startIdentityProvider({
      ...client,
      redirectUri: site.callback('okta'),
      afterSignOut: site.url,
    });
    provider.people.set('u-1', { preferred_username: 'dana', groups: ['support'] });
    provider.atBrowser = 'u-1';
  });
  afterAll(() => provider.stop());
  beforeEach(async () => {
    now = new Date();
    world = await site.put(
      { providers: [settingsOf('okta', provider.issuer)], passwordSignIn: 'admins' },
      { now: () => now },
    );
    await world.accounts.add({ name: 'admin', role: 'admin', password }, byServer);
    await world.accounts.add({ name: 'dana', role: 'agent', password }, byServer);
  });

  const byPassword = (name: string): Promise<OpenedPage> =>
    browser.ask(`${site.url}/agent/sign-in`, { name, password, next: '/agent' });

  test('keeps no server from starting: its button says so, an admin gets in, and it is found again', async () => {
    await provider.stop();
    const page = await start('okta');
    expect(page.status).toBe(503);
    expect(page.text).toContain('OKTA does not answer at the moment');
    expect((await browser.ask(`${site.url}/agent/sign-in`)).text).toContain('It did not answer a moment ago');
    expect((await byPassword('admin')).status).toBe(303);
    expect(await isSignedIn(world, browser, site)).toBe('admin');
    await provider.start();
    browser = openCookieBrowser();
    expect((await start('okta')).status).toBe(200);
    expect((await openCookieBrowser().ask(`${site.url}/agent/sign-in`)).text).not.toContain('a moment ago');
  });

  test('a page looks for it again by itself, and not more often than every ten seconds', async () => {
    const page = async () => (await openCookieBrowser().ask(`${site.url}/agent/sign-in`)).text;
    const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
    await provider.stop();
    await page();
    await settled();
    expect(await page()).toContain('a moment ago');
    await provider.start();
    provider.asked.length = 0;
    for (let times = 0; times < 5; times += 1) await page();
    await settled();
    expect(provider.asked).toEqual([]);
    now = new Date(now.getTime() + 11_000);
    for (let times = 0; times < 5; times += 1) await page();
    await settled();
    expect(provider.asked).toEqual(['/.well-known/openid-configuration']);
    expect(await page()).not.toContain('a moment ago');
  });

  test.each([
    ['goes away before the code is redeemed', async () => provider.stop(), async () => provider.start()],
  ])('one that %s signs nobody in, and the next try does', async (_name, before, after) => {
    const { url } = await browser.open(`${site.url}/agent/sign-in/okta`, (to) =>
      to.startsWith(site.callback('okta')),
    );
    await before();
    const page = await browser.ask(url);
    expect(page.status).toBe(503);
    expect(await isSignedIn(world, browser, site)).toBeNull();
    expect(await refusalsOf(world)).toEqual([expect.stringMatching(/^the provider cannot be reached/)]);
    await after();
    expect((await start('okta')).status).toBe(200);
  });

  test('whatever else answers in its place is as good as none', async () => {
    const answers: readonly [number, string, string][] = [
      [500, 'text/plain', 'no'],
      [503, 'application/json', '{"error":"temporarily_unavailable"}'],
      [200, 'text/html', '<h1>Maintenance</h1>'],
      [200, 'application/json', '{ not json'],
      [302, 'text/plain', ''],
    ];
    for (const [status, type, body] of answers) {
      const other: Server = createServer((_request, response) =>
        response.writeHead(status, { 'content-type': type, location: 'https://evil.example' }).end(body),
      );
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
      const issuer = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      world = await site.put({ providers: [settingsOf('okta', issuer)] });
      const page = await start('okta', openCookieBrowser());
      expect([body, page.status, page.url.startsWith(site.url)]).toEqual([body, 503, true]);
      other.closeAllConnections();
      other.close();
    }
  });

  test('one that takes the question and never answers is given up', async () => {
    const silent: Server = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const deps = { publicUrl: site.url, now: () => now, answerSeconds: 0.2 };
    const request = { state: 's', nonce: 'n', codeVerifier: 'v', anew: false };
    expect(await createProvider(settingsOf('okta', issuer), deps).leadTo(request)).toEqual({
      kind: 'down',
      reason: 'the provider cannot be reached',
    });
    silent.closeAllConnections();
    silent.close();
  });

  test('with PASSWORD_SIGN_IN=admins a password opens for admins alone, and is told wrong to others', async () => {
    const page = await browser.ask(`${site.url}/agent/sign-in`);
    expect(page.text).toMatch(/<details[^>]*><summary>Sign in with a password/);
    const [right, wrong] = [await byPassword('dana'), await byPassword('nobody')];
    expect([right.status, right.text.replaceAll('dana', '')]).toEqual([
      401,
      wrong.text.replaceAll('nobody', ''),
    ]);
    expect((await byPassword('admin')).status).toBe(303);
  });

  test('with PASSWORD_SIGN_IN=off there is no form, and what is sent all the same is refused', async () => {
    world = await site.put({ providers: [settingsOf('okta', provider.issuer)], passwordSignIn: 'off' });
    await world.accounts.add({ name: 'admin', role: 'admin', password }, byServer);
    expect((await browser.ask(`${site.url}/agent/sign-in`)).text).not.toContain('type="password"');
    expect((await byPassword('admin')).status).toBe(403);
    expect(await world.accounts.signIn({ name: 'admin', password }, byServer)).toEqual({ kind: 'refused' });
  });
});

describe('who came by a provider proves anew by it who they are', () => {
  let provider: IdentityProvider;
  let liar: LyingProvider;
  let now: Date;
  beforeAll(async () => {
    liar = await startLyingProvider(client);
    provider = await startIdentityProvider({
      ...client,
      redirectUri: site.callback('okta'),
      afterSignOut: site.url,
    });
    for (const subject of ['u-1', 'u-2'])
      provider.people.set(subject, { preferred_username: subject, groups: ['support'] });
  });
  afterAll(async () => {
    await provider.stop();
    await liar.stop();
  });
  beforeEach(async () => {
    now = new Date();
    world = await site.put(
      { providers: [settingsOf('okta', provider.issuer), settingsOf('liar', liar.issuer)] },
      { now: () => now },
    );
    provider.atBrowser = 'u-1';
    liar.lie = {};
  });

  const confirm = () => browser.open(`${site.url}/account/confirm/provider?next=/account`);
  const proven = async () =>
    (await world.accounts.sessionOf(browser.cookie(site.url, 'concord') ?? null))?.provenAt;
  const later = (minutes: number): void => {
    now = new Date(now.getTime() + minutes * 60_000);
  };
  const lastOf = async () => (await auditOf(world)).at(-1);

  test('asked at the page, is asked again there though signed in, and comes back', async () => {
    await start('okta');
    later(20);
    const page = await browser.ask(`${site.url}/account/confirm?next=/account`);
    expect(page.text).toContain('Confirm with OKTA');
    expect(page.text).not.toContain('type="password"');
    provider.asked.length = 0;
    expect(await confirm()).toMatchObject({ status: 200, url: `${site.url}/account` });
    expect(provider.asked.some((path) => path.startsWith('/interaction/'))).toBe(true);
    expect(await proven()).toBe(now.toISOString());
    expect(await lastOf()).toMatchObject({
      action: 'person.proven',
      subject: 'u-1',
      after: { provider: 'okta' },
    });
    expect(await peopleOf(world)).toHaveLength(1);
  });

  test('another person there proves nothing here, and no account is made', async () => {
    await start('okta');
    const before = await proven();
    later(20);
    provider.atBrowser = 'u-2';
    const page = await confirm();
    expect(page.text).toContain('OKTA did not confirm that it is you');
    expect(page.url).toBe(`${site.url}/account/confirm?next=%2Faccount&said=refused`);
    expect(await proven()).toBe(before);
    expect(await peopleOf(world)).toHaveLength(1);
    expect(await lastOf()).toMatchObject({
      ...{ action: 'person.proof-refused', subject: 'u-1' },
      after: { reason: 'somebody else proved who they are' },
    });
  });

  test('somebody who says no there, or has signed out meanwhile, has proved nothing', async () => {
    await start('okta');
    const before = await proven();
    provider.atBrowser = null;
    expect((await confirm()).url).toContain('said=refused');
    expect(await proven()).toBe(before);
    provider.atBrowser = 'u-1';
    const { url } = await browser.open(`${site.url}/account/confirm/provider`, (to) =>
      to.startsWith(site.callback('okta')),
    );
    await world.accounts.signOut(browser.cookie(site.url, 'concord') ?? '', byServer);
    expect((await browser.open(url)).url).toContain('/agent/sign-in?next=');
    expect(await lastOf()).toMatchObject({ action: 'person.proof-refused', subject: null });
    expect(await isSignedIn(world, browser, site)).toBeNull();
  });

  test('what was shown there before is no fresh proof, nor is what does not say when', async () => {
    await start('liar');
    const before = await proven();
    later(20);
    const seconds = () => Math.floor(Date.now() / 1000);
    for (const auth_time of [seconds() - 3_600, seconds() - 60, undefined, 'now', seconds() + 3_600]) {
      liar.lie = { claims: { auth_time } };
      expect([auth_time, (await confirm()).url.includes('said=refused')]).toEqual([auth_time, true]);
      expect(await proven()).toBe(before);
    }
    liar.lie = { claims: { auth_time: seconds() } };
    expect((await confirm()).url).toBe(`${site.url}/account`);
    expect(await proven()).toBe(now.toISOString());
  });

  test('whoever was let in because they were signed in there already has not just proven it', async () => {
    const seconds = Math.floor(now.getTime() / 1_000);
    const page = async () => (await browser.ask(`${site.url}/manage/people`)).text;
    const groups = ['kb-admins'];
    liar.lie = { claims: { groups, auth_time: seconds - 3_600 } };
    await start('liar');
    expect(await proven()).toBe(new Date((seconds - 3_600) * 1_000).toISOString());
    expect(await isSignedIn(world, browser, site)).toBe('liar');
    expect(await page()).not.toContain('name="fullName"');
    liar.lie = { claims: { groups, auth_time: Math.floor(Date.now() / 1_000) } };
    await confirm();
    expect(await page()).toContain('name="fullName"');
    // A provider that does not say when, or names a time to come, is believed that it was now.
    for (const auth_time of [undefined, seconds + 7_200, 1e300]) {
      browser = openCookieBrowser();
      liar.lie = { claims: { groups, auth_time } };
      await start('liar');
      expect([auth_time, await proven()]).toEqual([auth_time, now.toISOString()]);
    }
  });

  test('whoever has lost every group meanwhile loses the session instead', async () => {
    await start('liar');
    liar.lie = { claims: { groups: [], auth_time: Math.floor(Date.now() / 1000) } };
    expect((await confirm()).url).toContain('/agent/sign-in?next=');
    expect(await isSignedIn(world, browser, site)).toBeNull();
    expect(await lastOf()).toMatchObject({
      ...{ action: 'person.proof-refused', subject: 'liar' },
      after: { reason: 'the claim groups gives no role' },
    });
  });

  test('who is here by a password has no such way', async () => {
    const { cookie } = await world.signIn('admin');
    const answer = await fetch(`${site.url}/account/confirm/provider`, {
      headers: { cookie },
      redirect: 'manual',
    });
    expect(answer.status).toBe(404);
  });
});
