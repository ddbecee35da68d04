import type { Browser, BrowserContext, Page } from 'playwright-core';
import { byServer } from '../../server/audit/audit-event.ts';
import {
  describeInBrowser,
  launchBrowser,
  openSignedIn,
  seriousFindings,
  sidewaysOverflow,
} from '../support/browser.ts';
import { listen } from '../support/listen.ts';
import { type ReleasedWorld, releasedWorld } from '../support/released-world.ts';
import { makeArticle, smallArticles } from '../support/small-world.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';

describeInBrowser('people in a browser', () => {
  let world: ReleasedWorld;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;

  beforeAll(async () => {
    world = await releasedWorld(smallArticles());
    await world.publish();
    const { accounts, appDeps } = world.concord;
    for (const [name, role] of [
      ['maya', 'admin'],
      ['lior', 'manager'],
      ['dana', 'editor'],
    ] as const)
      await accounts.add({ name, role, password }, byServer);
    const dana = await accounts.personNamed('dana');
    const details = { teams: ['orders'], fullName: 'Dana Levi', email: 'dana@small.example' };
    await accounts.change(dana?.id ?? 0, details, dana?.version ?? 0, byServer);
    await appDeps.editingRights.set('orders', ['orders'], [], byServer);
    server = await listen(world.app);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
  });

  const open = (
    options: { readonly width?: number; readonly dark?: boolean; readonly scripts?: boolean } = {},
  ): Promise<BrowserContext> =>
    browser.newContext({
      baseURL: server.url,
      javaScriptEnabled: options.scripts ?? false,
      viewport: { width: options.width ?? 1280, height: 800 },
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
  /** A page of somebody who is signed in. */
  const signedIn = async (name: string, options: Parameters<typeof open>[0] = {}): Promise<Page> => {
    const page = await (await open(options)).newPage();
    await openSignedIn(page, '/agent', { name, password });
    return page;
  };
  /** An address that begins with PUBLIC_URL, as an address of this server. */
  const here = (address: string): string => {
    const { pathname, search } = new URL(address);
    return `${pathname}${search}`;
  };
  const main = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

  test(
    'invited, with a password of their own, signed in, and out at once when disabled: without any script',
    async () => {
      const admin = await signedIn('maya');
      await admin.goto('/manage/people');
      await admin.locator('summary', { has: admin.locator('#invite') }).click();
      await admin.fill('.people-form [name="name"]', 'noa');
      await admin.selectOption('.people-form [name="role"]', 'manager');
      await admin.check('.people-form [value="care"]');
      await admin.click('.people-form button');
      const address = await admin.inputValue('.people-link input');

      const context = await open();
      const noa = await context.newPage();
      const asked: string[] = [];
      noa.on('request', async (request) => asked.push((await request.allHeaders()).referer ?? ''));
      await noa.goto(here(address));
      await noa.fill('[name="password"]', 'short');
      await noa.fill('[name="again"]', 'short');
      await noa.keyboard.press('Enter');
      await noa.getByText('A password has at least 15 characters').waitFor();
      await noa.fill('[name="password"]', password);
      await noa.fill('[name="again"]', password);
      await noa.keyboard.press('Enter');
      await noa.getByRole('heading', { name: 'Your password is set' }).waitFor();
      const code = new URL(address).searchParams.get('code') ?? '';
      expect(code).toHaveLength(43);
      expect(asked.filter((referer) => referer.includes(code))).toEqual([]);
      await noa.goto(here(address));
      expect(await main(noa)).toContain('This link does not work');

      await noa.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
      await noa.fill('[name="name"]', 'noa');
      await noa.fill('[name="password"]', password);
      await noa.keyboard.press('Enter');
      await noa.waitForURL(/\/agent(\?|$)/);
      await noa.goto('/account');
      expect(await main(noa)).toMatch(/Manager.*Customer care/s);
      await noa.goto('/manage/releases');

      await admin.goto('/manage/people?q=noa');
      await admin.click('.people-row a');
      await admin.getByText('Disable this person').click();
      await admin.getByRole('button', { name: 'Disable' }).click();
      expect(await main(admin)).toContain('Disabled, and signed out everywhere.');
      await noa.reload();
      expect(new URL(noa.url()).pathname).toBe('/agent/sign-in');
      await noa.fill('[name="name"]', 'noa');
      await noa.fill('[name="password"]', password);
      await noa.keyboard.press('Enter');
      await noa.getByText('The user name or the password is not right').waitFor();
      await context.close();
      await admin.context().close();
    },
    3 * minutes,
  );

  test(
    'a proof that is too old leads to the page that asks for it, and back to where one was going',
    async () => {
      const admin = await signedIn('maya');
      const { id } = (await world.concord.accounts.personNamed('dana')) ?? { id: 0 };
      // An hour goes by, and nothing new is published.
      await world.publish();
      await admin.goto(`/manage/people/${id}`);
      expect(new URL(admin.url()).pathname).toBe('/account/confirm');
      await admin.keyboard.type('not it');
      await admin.keyboard.press('Enter');
      expect(await main(admin)).toContain('This password is not right');
      await admin.fill('[name="password"]', password);
      await admin.keyboard.press('Enter');
      await admin.waitForURL(new RegExp(`/manage/people/${id}$`));
      expect(await admin.inputValue('[name="fullName"]')).toBe('Dana Levi');
      await admin.context().close();
    },
    2 * minutes,
  );

  test(
    'ends a session in another browser from the page of one’s own account',
    async () => {
      const [one, other] = [await signedIn('lior'), await signedIn('lior', { width: 360 })];
      await one.goto('/account');
      await one.getByRole('button', { name: 'Sign out everywhere else' }).click();
      expect(await main(one)).toContain('You are signed out everywhere else.');
      await other.goto('/account');
      expect(new URL(other.url()).pathname).toBe('/agent/sign-in');
      for (const page of [one, other]) await page.context().close();
    },
    2 * minutes,
  );

  test.each([
    ['en', 1280, false],
    ['he', 360, true],
    ['fa', 360, false],
    ['ms', 360, true],
  ] as const)(
    'pages about people are accessible and fit, in %s at %i pixels, dark: %s',
    async (ui, width, dark) => {
      const admin = await signedIn('maya', { width, dark, scripts: true });
      const problems: string[] = [];
      admin.on('pageerror', (error) => problems.push(error.message));
      admin.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      const { id } = (await world.concord.accounts.personNamed('dana')) ?? { id: 0 };
      const { secret } = await world.concord.accounts.linkForNewPassword(id, byServer);
      for (const path of [
        `/manage/people?ui=${ui}`,
        `/manage/people/${id}?ui=${ui}`,
        `/manage/rights?ui=${ui}`,
        `/account?ui=${ui}`,
        `/account/confirm?ui=${ui}`,
        `/account/link?code=${secret}&locale=${ui}`,
      ]) {
        await admin.goto(path);
        for (const summary of await admin.locator('main details > summary').all()) await summary.click();
        expect({ path, findings: await seriousFindings(admin) }).toEqual({ path, findings: [] });
        expect({ path, overflow: await sidewaysOverflow(admin) }).toEqual({ path, overflow: 0 });
      }
      expect(problems).toEqual([]);
      await admin.context().close();
    },
    3 * minutes,
  );

  test.each([
    ['he', 360, true],
    ['ms', 360, false],
  ] as const)(
    'the menu opens by a key where there is little room, in %s at %i pixels, dark: %s, without any script',
    async (ui, width, dark) => {
      const admin = await signedIn('maya', { width, dark });
      await admin.goto(`/manage/people?ui=${ui}`);
      const entry = admin.locator('.manage-nav a[href^="/manage/rights"]');
      expect(await entry.isVisible()).toBe(false);
      await admin.locator('.manage-nav button').focus();
      await admin.keyboard.press('Enter');
      await entry.waitFor();
      expect(await sidewaysOverflow(admin)).toBe(0);
      await admin.keyboard.press('Escape');
      expect(await entry.isVisible()).toBe(false);
      await admin.keyboard.press('Enter');
      await entry.focus();
      await admin.keyboard.press('Enter');
      await admin.waitForURL(/\/manage\/rights/);
      await admin.context().close();
    },
    2 * minutes,
  );

  test(
    'what is wrong stands beside its field, which has the focus, and everything typed is still there',
    async () => {
      const admin = await signedIn('maya', { width: 360, dark: true, scripts: true });
      const wrong = admin.locator('[aria-invalid="true"]');
      const looksRight = async (name: string, said: string): Promise<void> => {
        expect(await admin.locator(':focus').getAttribute('name')).toBe(name);
        expect(await wrong.count()).toBe(1);
        const [by = ''] = ((await wrong.getAttribute('aria-describedby')) ?? '').split(' ').slice(-1);
        expect(await admin.textContent(`#${by}`)).toContain(said);
        expect(await seriousFindings(admin)).toEqual([]);
        expect(await sidewaysOverflow(admin)).toBe(0);
      };
      await admin.goto('/manage/people');
      await admin.locator('summary', { has: admin.locator('#invite') }).click();
      await admin.fill('.people-form [name="name"]', 'no blanks');
      await admin.fill('.people-form [name="fullName"]', 'Noa Gal');
      await admin.check('.people-form [value="care"]');
      await admin.click('.people-form button');
      await looksRight('name', 'Nobody was added');
      expect(await admin.inputValue('.people-form [name="name"]')).toBe('no blanks');
      expect(await admin.inputValue('.people-form [name="fullName"]')).toBe('Noa Gal');
      expect(await admin.isChecked('.people-form [value="care"]')).toBe(true);

      await admin.goto('/account');
      for (const [old, again, name, said] of [
        ['not it', password, 'old', 'The current password is not right'],
        [password, 'another', 'again', 'The two new passwords differ'],
      ] as const) {
        await admin.fill('[name="old"]', old);
        await admin.fill('[name="password"]', password);
        await admin.fill('[name="again"]', again);
        await admin.keyboard.press('Enter');
        await admin.getByText(said).waitFor();
        await looksRight(name, said);
      }
      await admin.context().close();
    },
    2 * minutes,
  );

  test(
    'a link is copied with one click, and a filter that nobody fits says so',
    async () => {
      const admin = await signedIn('maya', { width: 360, scripts: true });
      await admin.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const { id } = (await world.concord.accounts.personNamed('dana')) ?? { id: 0 };
      await admin.goto(`/manage/people/${id}`);
      await admin.getByRole('button', { name: 'Make a link for a new password' }).click();
      const address = await admin.inputValue('.people-link input');
      await admin.click('[data-copy="link"]');
      await admin.getByText('Link copied').waitFor();
      expect(await admin.evaluate('navigator.clipboard.readText()')).toBe(address);
      expect(await seriousFindings(admin)).toEqual([]);
      expect(await sidewaysOverflow(admin)).toBe(0);
      await admin.goto('/manage/people?q=zzzz');
      expect(await main(admin)).toContain('Nobody fits.');
      await admin.context().close();
    },
    2 * minutes,
  );

  test(
    'an editor reads why a change of others’ words is not theirs to publish, and publishes their own',
    async () => {
      const editor = await signedIn('dana', { width: 360, scripts: true });
      const back = makeArticle({ title: 'What do you take back?', body: 'Everything.' });
      world.edit({ 'en/returns/back.md': back });
      await editor.goto('/manage/preview');
      await editor.getByText('These people can publish it:').waitFor({ timeout: minutes });
      expect(await main(editor)).toMatch(/en\/returns\/back\.md.*lior/s);
      expect(await seriousFindings(editor)).toEqual([]);
      expect(await sidewaysOverflow(editor)).toBe(0);
      world.edit({
        'en/returns/back.md': null,
        'en/orders/new.md': makeArticle({ title: 'What is new?', body: 'Much.' }),
      });
      await editor.goto('/manage/preview');
      await editor.fill('[name="note"]', 'News');
      await editor.getByRole('button', { name: 'Publish this content' }).click();
      await editor.waitForURL(/\/manage\/releases\/2/);
      expect(await main(editor)).toContain('dana');
      await editor.context().close();
    },
    3 * minutes,
  );
});
