import { pino } from 'pino';
import type { ProviderSettings } from '../../server/accounts/provider-settings.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import type { Config } from '../../server/config.ts';
import { type CookieBrowser, type OpenedPage, openCookieBrowser } from '../support/cookie-browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
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

describe('sign-in by a real identity provider', () => {
  let site: Site;
  let okta: IdentityProvider;
  let entra: IdentityProvider;
  let world: TestApp;
  let browser: CookieBrowser;
  let now: Date;
  let logged: string[];

  const start = (name: string, next = '/agent', by = browser): Promise<OpenedPage> =>
    by.open(`${site.url}/agent/sign-in/${name}?next=${encodeURIComponent(next)}`);
  const as = (provider: IdentityProvider, subject: string, claims: Record<string, unknown>): void => {
    provider.people.set(subject, claims);
    provider.atBrowser = subject;
  };
  const put = (more: Partial<ProviderSettings> = {}, config: Partial<Config> = {}) =>
    site.put(
      {
        providers: [settingsOf('okta', okta.issuer, more), settingsOf('entra', entra.issuer)],
        ...config,
      },
      { now: () => now, log: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }) },
    );

  beforeAll(async () => {
    site = await openSite();
    const afterSignOut = `${site.url}/agent/sign-in`;
    okta = await startIdentityProvider({ ...client, redirectUri: site.callback('okta'), afterSignOut });
    entra = await startIdentityProvider({
      ...client,
      redirectUri: site.callback('entra'),
      afterSignOut,
      inToken: true,
    });
  });
  afterAll(async () => {
    await okta.stop();
    await entra.stop();
    await site.close();
  });
  beforeEach(async () => {
    now = new Date();
    logged = [];
    world = await put();
    browser = openCookieBrowser();
    for (const provider of [okta, entra]) provider.people.clear();
  });

  test('makes an account of whoever has a role, and leads to the page that was wanted', async () => {
    as(okta, 'u-1', {
      ...{ name: 'Dana Levi', preferred_username: 'Dana.Levi', groups: ['support', 'chess'] },
      ...{ email: 'Dana@example.com', email_verified: true },
    });
    const page = await start('okta', '/agent/changes?ui=he');
    expect(page).toMatchObject({ status: 200, url: `${site.url}/agent/changes?ui=he` });
    expect(await isSignedIn(world, browser, site)).toBe('dana.levi');
    const [person] = await world.accounts.people();
    expect(person).toMatchObject({
      ...{ name: 'dana.levi', role: 'agent', fullName: 'Dana Levi', email: 'dana@example.com' },
      ...{ provider: 'okta', hasPassword: false, disabledAt: null },
    });
    expect((await auditOf(world)).map(({ action, subject }) => [action, subject])).toEqual([
      ['person.added', 'dana.levi'],
      ['person.linked', 'dana.levi'],
      ['person.signed-in', 'dana.levi'],
    ]);
    const [added, , entered] = await auditOf(world);
    expect(added?.by.actor).toEqual({ kind: 'server', name: 'provider okta' });
    expect(entered?.after).toEqual({ provider: 'okta' });
  });

  test('asks with PKCE, state and nonce, and never twice with the same', async () => {
    const asked = [await start('okta'), await start('okta')].map(() =>
      browser.visited.filter((url) => url.startsWith(`${okta.issuer}/auth?`)).map((url) => new URL(url)),
    )[0];
    const [one, two] = asked ?? [];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one?.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(one?.searchParams.get(name)).not.toBe(two?.searchParams.get(name));
    }
    expect(Object.fromEntries(one?.searchParams ?? [])).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', scope: 'openid profile email' },
      redirect_uri: site.callback('okta'),
    });
  });

  test('knows two providers side by side, and the same subject at each of them as two people', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    as(entra, 'u-1', { preferred_username: 'dana', groups: 'bosses' });
    await start('okta');
    const other = openCookieBrowser();
    expect((await start('entra', '/agent', other)).status).toBe(200);
    expect(await peopleOf(world)).toEqual([
      { name: 'dana', role: 'agent', provider: 'okta' },
      { name: 'dana-2', role: 'manager', provider: 'entra' },
    ]);
    await start('okta');
    await start('entra', '/agent', other);
    expect(await peopleOf(world)).toHaveLength(2);
    expect(await isSignedIn(world, other, site)).toBe('dana-2');
  });

  test('gives the highest role that matches, and lets nobody in who has none', async () => {
    as(okta, 'u-1', { preferred_username: 'one', groups: ['support', 'bosses', 'chess'] });
    await start('okta');
    as(okta, 'u-2', { preferred_username: 'two', groups: ['chess'] });
    const refused = await start('okta', '/agent', openCookieBrowser());
    as(okta, 'u-3', { preferred_username: 'three' });
    await start('okta', '/agent', openCookieBrowser());
    as(okta, 'u-4', { preferred_username: 'four', groups: { support: true } });
    await start('okta', '/agent', openCookieBrowser());
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('You have no access here');
    expect(refused.text).not.toContain('groups');
    expect(await peopleOf(world)).toEqual([{ name: 'one', role: 'manager', provider: 'okta' }]);
    expect(await refusalsOf(world)).toEqual(Array(3).fill('the claim groups gives no role'));
  });

  test('a default role is for those without a role, and a required claim for everybody', async () => {
    world = await put({ defaultRole: 'agent', required: [{ claim: 'hd', value: 'example.com' }] });
    as(okta, 'u-1', { preferred_username: 'one', hd: 'example.com' });
    expect((await start('okta')).status).toBe(200);
    as(okta, 'u-2', { preferred_username: 'two', groups: ['kb-admins'], hd: 'example.org' });
    expect((await start('okta', '/agent', openCookieBrowser())).status).toBe(403);
    as(okta, 'u-3', { preferred_username: 'three' });
    expect((await start('okta', '/agent', openCookieBrowser())).status).toBe(403);
    expect(await peopleOf(world)).toEqual([{ name: 'one', role: 'agent', provider: 'okta' }]);
    expect(await refusalsOf(world)).toEqual(Array(2).fill('the claim hd has not the value that is required'));
  });

  test('says role and teams anew at each sign-in, with what was before in the audit', async () => {
    world = await put({
      teamClaim: 'teams',
      teams: [
        { value: 'T1', team: 'orders' },
        { value: 'T2', team: 'care' },
      ],
    });
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['bosses'], teams: ['T2', 'T1', 'T9'] });
    await start('okta');
    const first = browser.cookie(site.url, 'concord') ?? null;
    as(okta, 'u-1', { preferred_username: 'dana.levi', groups: ['support'], teams: ['T1'] });
    const elsewhere = openCookieBrowser();
    await start('okta', '/agent', elsewhere);
    expect(await isSignedIn(world, elsewhere, site)).toBe('dana');
    // The other session goes on, as what the person is now: what managers alone see is closed at the next request.
    expect((await world.accounts.sessionOf(first))?.account).toMatchObject({
      role: 'agent',
      teams: ['orders'],
    });
    expect((await browser.ask(`${site.url}/manage/releases`)).status).toBe(403);
    const synced = (await auditOf(world)).find(({ action }) => action === 'person.synced');
    expect(synced).toMatchObject({
      subject: 'dana',
      before: { role: 'manager', teams: ['care', 'orders'] },
      after: { role: 'agent', teams: ['orders'], provider: 'okta' },
    });
  });

  test('whoever has lost every group is refused, and loses the sessions of before', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    await start('okta');
    as(okta, 'u-1', { preferred_username: 'dana', groups: [] });
    const elsewhere = openCookieBrowser();
    expect((await start('okta', '/agent', elsewhere)).status).toBe(403);
    expect(await isSignedIn(world, browser, site)).toBeNull();
    expect((await auditOf(world)).at(-1)).toMatchObject({
      ...{ action: 'person.refused', subject: 'dana' },
      after: { provider: 'okta', reason: 'the claim groups gives no role', sessionsEnded: 1 },
    });
  });

  test('who is disabled here stays so, and is told what a person without a role is told', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    await start('okta');
    const [person] = await world.accounts.people();
    await world.accounts.disable(person?.id ?? 0, person?.version ?? 0, byServer);
    expect(await isSignedIn(world, browser, site)).toBeNull();
    const disabled = await start('okta');
    as(okta, 'u-2', { preferred_username: 'nobody' });
    const nobody = await start('okta', '/agent', openCookieBrowser());
    expect([disabled.status, disabled.text]).toEqual([nobody.status, nobody.text]);
    expect(await refusalsOf(world)).toEqual(['the account is disabled', 'the claim groups gives no role']);
  });

  test('takes over no account that is here: neither by its name nor by its verified address', async () => {
    const password = world.accounts.newPassword();
    await world.accounts.add({ name: 'dana', role: 'admin', password }, byServer);
    const local = await world.accounts.personNamed('dana');
    await world.accounts.change(local?.id ?? 0, { email: 'dana@example.com' }, local?.version ?? 0, byServer);
    as(okta, 'u-1', {
      ...{ preferred_username: 'dana', groups: ['support'] },
      ...{ email: 'dana@example.com', email_verified: true },
    });
    await start('okta');
    expect(await isSignedIn(world, browser, site)).toBe('dana-2');
    expect(await peopleOf(world)).toEqual([
      { name: 'dana', role: 'admin', provider: null },
      { name: 'dana-2', role: 'agent', provider: 'okta' },
    ]);
    expect(await world.accounts.signIn({ name: 'dana', password }, byServer)).toMatchObject({
      kind: 'signed-in',
    });
  });

  test('refuses whoever says no there, and says so', async () => {
    okta.atBrowser = null;
    const page = await start('okta', '/agent/changes');
    expect(page.status).toBe(401);
    expect(page.text).toContain('OKTA did not sign you in');
    expect(page.text).toContain('next&#x3D;%2Fagent%2Fchanges');
    expect(await refusalsOf(world)).toEqual(['the provider answered access_denied']);
  });

  test('an answer opens nothing twice, in another browser, too late, or without its state', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    const toCallback = (by: CookieBrowser) =>
      by.open(`${site.url}/agent/sign-in/okta`, (url) => url.startsWith(site.callback('okta')));
    const tried: [string, number][] = [];
    const expired = async (why: string, page: OpenedPage): Promise<void> => {
      expect(page.text).toContain('This sign-in is no longer valid');
      expect(await isSignedIn(world, browser, site)).toBeNull();
      tried.push([why, page.status]);
    };

    const { url } = await toCallback(browser);
    await expired('another browser', await openCookieBrowser().ask(url));
    await expired('again, in its own', await browser.ask(url));
    const victim = openCookieBrowser();
    await toCallback(victim);
    const { url: own } = await toCallback(browser);
    await expired('a browser with a sign-in of its own', await victim.ask(own));
    const without = new URL((await toCallback(browser)).url);
    without.searchParams.delete('state');
    await expired('no state', await browser.ask(without.href));
    const twice = new URL((await toCallback(browser)).url);
    twice.searchParams.append('state', twice.searchParams.get('state') ?? '');
    await expired('two states', await browser.ask(twice.href));
    const elsewhere = (await toCallback(browser)).url.replace('/okta/callback', '/entra/callback');
    await expired('another provider', await browser.ask(elsewhere));
    const late = (await toCallback(browser)).url;
    now = new Date(now.getTime() + 10 * 60_000);
    await expired('ten minutes later', await browser.ask(late));
    expect(tried.map(([, status]) => status)).toEqual(Array(tried.length).fill(400));
    expect(await refusalsOf(world)).toEqual([
      'another browser began this sign-in',
      'the state is unknown, or was used before',
      'another browser began this sign-in',
      'the answer came without its state',
      'the answer came without its state',
      'the answer came from another provider than was asked',
      'the answer came too late',
    ]);
    // The counter-test: an answer in time, in its own browser, lets in; and then never again.
    const right = (await toCallback(browser)).url;
    expect((await browser.ask(right)).status).toBe(303);
    expect(await isSignedIn(world, browser, site)).toBe('dana');
    expect((await browser.ask(right)).status).toBe(400);
    expect(await isSignedIn(world, browser, site)).toBe('dana');
  });

  test('two tabs sign in at once, and a new session takes the place of the one that was there', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    const stop = (url: string): boolean => url.startsWith(site.callback('okta'));
    const one = await browser.open(`${site.url}/agent/sign-in/okta`, stop);
    const two = await browser.open(`${site.url}/agent/sign-in/okta`, stop);
    await browser.ask(one.url);
    const first = browser.cookie(site.url, 'concord') ?? null;
    expect((await browser.ask(two.url)).status).toBe(303);
    expect(browser.cookie(site.url, 'concord')).not.toBe(first);
    expect(await world.accounts.sessionOf(first)).toBeNull();
  });

  test('leads nowhere but to a page of its own', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    for (const next of [
      '//evil.example',
      'https://evil.example/agent',
      '/\\evil.example',
      '/agent/sign-in',
      '/en',
    ])
      expect((await start('okta', next, openCookieBrowser())).url).toBe(`${site.url}/agent`);
  });

  test('a provider that nobody set is not there, and no sign-in begins inside another page', async () => {
    expect((await browser.ask(`${site.url}/agent/sign-in/google`)).status).toBe(404);
    expect((await browser.ask(site.callback('google'))).status).toBe(404);
    const framed = await fetch(`${site.url}/agent/sign-in/okta`, {
      redirect: 'manual',
      headers: { 'sec-fetch-dest': 'iframe' },
    });
    expect(framed.status).toBe(403);
    expect(await world.db.selectFrom('provider_requests').selectAll().execute()).toEqual([]);
  });

  test('a session that came by it offers to sign out there too', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'] });
    await start('okta');
    const secret = browser.cookie(site.url, 'concord') ?? null;
    const session = await world.accounts.sessionOf(secret);
    const page = await browser.ask(`${site.url}/agent/sign-out`, { token: session?.formToken ?? '' });
    expect(page.status).toBe(200);
    expect(page.text).toContain('Sign out of OKTA too');
    expect(await world.accounts.sessionOf(secret)).toBeNull();
    expect(browser.cookie(site.url, 'concord')).toBeUndefined();
    const link = /href="([^"]*\/session\/end[^"]*)"/.exec(page.text)?.[1] ?? '';
    const there = new URL(link.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
    expect(there.origin).toBe(okta.issuer);
    expect(there.searchParams.get('client_id')).toBe('concord');
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${site.url}/agent/sign-in`);
    // The provider takes the hint: it asks whether to sign this very person out.
    const asked = await browser.ask(there.href);
    expect([asked.status, asked.text.includes('op.logoutForm')]).toEqual([200, true]);

    world = await put({ signOut: false });
    await start('okta');
    const again = await world.accounts.sessionOf(browser.cookie(site.url, 'concord') ?? null);
    const plain = await browser.ask(`${site.url}/agent/sign-out`, { token: again?.formToken ?? '' });
    expect(plain.status).toBe(303);
    const rows = await world.db.selectFrom('sessions').select('provider_token').execute();
    expect(rows.filter((row) => row.provider_token !== null)).toEqual([]);
  });

  test('says nothing that opens anything in the log, at any level', async () => {
    as(okta, 'u-1', { preferred_username: 'dana', groups: ['support'], email: 'dana@example.com' });
    await start('okta');
    as(okta, 'u-1', { preferred_username: 'dana', groups: [] });
    await start('okta');
    okta.atBrowser = null;
    await start('okta');
    const secrets = [
      client.clientSecret,
      browser.cookie(site.url, 'concord-provider') ?? '',
      ...browser.visited.flatMap((url) => {
        const { searchParams } = new URL(url);
        return ['code', 'state', 'nonce', 'code_challenge'].map((name) => searchParams.get(name) ?? '');
      }),
    ].filter((secret) => secret !== '');
    expect(secrets.length).toBeGreaterThan(8);
    const text = logged.join('');
    expect(logged.length).toBeGreaterThan(5);
    expect(text).toContain('the claim groups gives no role');
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}/);
    expect(text).not.toContain('dana@example.com');
    const audited = JSON.stringify(await auditOf(world));
    expect(secrets.filter((secret) => audited.includes(secret))).toEqual([]);
  });
});
