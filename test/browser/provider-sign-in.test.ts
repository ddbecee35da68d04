import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { byServer } from '../../server/audit/audit-event.ts';
import { describeInBrowser, launchBrowser, seriousFindings, sidewaysOverflow } from '../support/browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import type { TestApp } from '../support/make-app.ts';
import { client, openSite, type Site, settingsOf } from '../support/provider-site.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';

describeInBrowser('sign-in by an identity provider, in a browser', () => {
  let site: Site;
  let provider: IdentityProvider;
  let world: TestApp;
  let browser: Browser;

  beforeAll(async () => {
    site = await openSite();
    provider = await startIdentityProvider({
      ...client,
      redirectUri: site.callback('okta'),
      afterSignOut: `${site.url}/agent/sign-in`,
    });
    provider.people.set('u-1', { preferred_username: 'dana', name: 'Dana Levi', groups: ['support'] });
    world = await site.put({
      providers: [settingsOf('okta', provider.issuer), settingsOf('gone', 'http://127.0.0.1:9')],
      passwordSignIn: 'admins',
    });
    await world.accounts.add({ name: 'admin', role: 'admin', password }, byServer);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await provider?.stop();
    await site?.close();
  });

  /** A new visitor, and what the page's policy or a script complains of. */
  const visit = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /policy/i.test(message.text())) problems.push(message.text());
    });
    return { page, problems };
  };
  const looksRight = async (page: Page): Promise<void> => {
    expect(await seriousFindings(page)).toEqual([]);
    expect(await sidewaysOverflow(page)).toBe(0);
  };

  test('leads there and back to the page that was wanted, out again, and out there too', async () => {
    provider.atBrowser = 'u-1';
    const { page, problems } = await visit();
    await page.goto(`${site.url}/agent/changes`);
    await page.getByRole('link', { name: 'Sign in with OKTA' }).click();
    await page.waitForURL(/\/agent\/changes/);
    const cookies = await page.context().cookies(site.url);
    expect(cookies.find(({ name }) => name === 'concord')).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
    await page.locator('summary', { hasText: 'dana' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await looksRight(page);
    await page.getByRole('link', { name: 'Sign out of OKTA too' }).click();
    await page.getByRole('button', { name: /yes, sign me out/i }).click();
    await page.waitForURL(`${site.url}/agent/sign-in**`);
    expect(problems).toEqual([]);
  });

  test('says no in the words of the page, and the way for admins is behind a link that keys open', async () => {
    provider.atBrowser = null;
    const { page, problems } = await visit();
    await page.goto(`${site.url}/agent`);
    await page.getByRole('link', { name: 'Sign in with OKTA' }).click();
    await page.getByRole('alert').filter({ hasText: 'OKTA did not sign you in' }).waitFor();
    await looksRight(page);
    await page.getByText('Sign in with a password').focus();
    await page.keyboard.press('Enter');
    await looksRight(page);
    await page.fill('input[name="name"]', 'admin');
    await page.fill('input[name="password"]', password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/agent(\?|$)/);
    expect(problems).toEqual([]);
  });

  test.each(['en', 'he', 'fa', 'ms'])(
    'fits a phone and the dark in %s, where a provider is down too',
    async (locale) => {
      for (const options of [{ viewport: { width: 360, height: 740 } }, { colorScheme: 'dark' as const }]) {
        const { page } = await visit(options);
        await page.goto(`${site.url}/agent/sign-in/gone?locale=${locale}`);
        expect(await page.getByRole('alert').count()).toBe(1);
        expect(await page.locator('html').getAttribute('lang')).toBe(locale);
        await looksRight(page);
        await page.context().close();
      }
    },
  );
});
