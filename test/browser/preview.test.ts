import type { Browser, Page } from 'playwright-core';
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
const golden = `- question: when can I come to the shop
  locale: en
  expect: orders/hours
  why: The hours of the shop are what it asks for.
`;
const hours = (title: string, body: string) => makeArticle({ title, body });
const open = hours('When can I come to the shop?', 'We open at nine.');
const parcels = hours('When are parcels packed?', 'We pack at ten.');

describeInBrowser('the preview in a browser', () => {
  let world: ReleasedWorld;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;
  let stopWatching: () => Promise<void>;
  const heard: string[] = [];

  beforeAll(async () => {
    world = await releasedWorld({ ...smallArticles(), 'golden.yaml': golden, 'en/orders/hours.md': open });
    await world.publish();
    await world.concord.accounts.add({ name: 'lior', role: 'manager', password }, byServer);
    server = await listen(world.app);
    stopWatching = world.concord.watch({
      published: ({ status }) => heard.push(status),
      failed: (error) => heard.push(String(error)),
    });
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await stopWatching?.();
    await server?.close();
    await world?.close();
  });

  /** A manager's page; scripts are off, so the story holds without any, but for axe. */
  const signedIn = async (
    look: { width?: number; dark?: boolean; scripts?: boolean } = {},
  ): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: server.url,
      javaScriptEnabled: look.scripts ?? false,
      viewport: { width: look.width ?? 1280, height: 800 },
      colorScheme: look.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await openSignedIn(page, '/agent', { name: 'lior', password });
    return page;
  };
  const until = async (happened: () => boolean): Promise<void> => {
    const deadline = Date.now() + minutes;
    while (!happened()) {
      if (Date.now() > deadline) throw new Error(`never happened; heard: ${heard.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const everywhere = async (page: Page): Promise<readonly string[]> => {
    const api = await fetch(`${server.url}/api/v1/articles/orders/hours?locale=en`);
    const textAt = async (path: string): Promise<string> => {
      await page.goto(path);
      return (await page.locator('main').first().textContent()) ?? '';
    };
    return [await api.text(), await textAt('/en/orders/hours'), await textAt('/agent/articles/orders/hours')];
  };

  test(
    'a save that breaks a golden question is not served; the manager sees why, acknowledges and publishes, and all channels have it',
    async () => {
      await until(() => heard.length > 0);
      heard.length = 0;
      world.edit({ 'en/orders/hours.md': parcels });
      await until(() => heard.includes('refused'));

      const manager = await signedIn();
      for (const text of await everywhere(manager)) expect(text).toContain('We open at nine.');
      await manager.goto('/agent');
      await manager.click('text=See it in the preview');
      await manager.locator('#broken').waitFor();
      const told = await manager.locator('main').first().textContent();
      expect(told).toContain('1 golden question breaks');
      expect(told).toContain('The hours of the shop are what it asks for.');
      expect(told).toContain('We pack at ten.');

      await manager.fill('textarea[name="note"]', 'Packing, not opening');
      await manager.fill('textarea[name="acknowledgement"]', 'The shop is closed for good.');
      await manager.click('text=Publish this content');
      await manager.waitForURL(/\/manage\/releases\/2/);
      const release = await manager.locator('main').first().textContent();
      expect(release).toContain('The shop is closed for good.');
      expect(release).toContain('Packing, not opening');
      for (const text of await everywhere(manager)) expect(text).toContain('We pack at ten.');
      await manager.goto('/agent');
      expect(await manager.locator('.notice--bad').count()).toBe(0);
      await manager.goto('/manage/preview');
      await manager.locator('text=Publishing it would change nothing').waitFor();
    },
    2 * minutes,
  );

  test.each([
    ['en', 1280, false],
    ['he', 360, true],
    ['fa', 360, false],
    ['ms', 768, true],
  ] as const)(
    'the page is accessible and fits, in %s at %i pixels',
    async (ui, width, dark) => {
      await stopWatching();
      const packed =
        '- { question: when are parcels packed, locale: en, expect: orders/hours, why: So it says. }\n';
      world.edit({ 'golden.yaml': packed, 'en/orders/hours.md': parcels });
      await world.publish({ acknowledgement: 'Another question' });
      world.edit({
        'en/orders/hours.md': hours(`Where is the shop ${ui}?`, 'In the harbour.'),
        'en/returns/return-window.md': makeArticle({ title: `Until when ${ui}?`, body: 'A month.' }),
      });
      const page = await signedIn({ width, dark, scripts: true });
      await page.goto(`/manage/preview?ui=${ui}`);
      await page.locator('.preview-broken').waitFor();
      await page.locator('.word-runs ins').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(await sidewaysOverflow(page)).toBe(0);
    },
    2 * minutes,
  );
});
