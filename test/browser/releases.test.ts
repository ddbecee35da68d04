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
const news = (body: string) => makeArticle({ title: 'When do you open?', body });

describeInBrowser('releases in a browser', () => {
  let world: ReleasedWorld;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;

  beforeAll(async () => {
    world = await releasedWorld({ ...smallArticles(), 'en/orders/new.md': news('We open at nine.') });
    await world.publish();
    for (const [name, role] of [
      ['amir', 'agent'],
      ['lior', 'manager'],
    ] as const)
      await world.concord.accounts.add({ name, role, password }, byServer);
    server = await listen(world.app);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
  });

  /** A signed-in person's page; scripts are off, so the story holds without any. */
  const signedIn = async (
    name: string,
    options: { readonly width?: number; readonly dark?: boolean; readonly scripts?: boolean } = {},
  ): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: server.url,
      javaScriptEnabled: options.scripts ?? false,
      viewport: { width: options.width ?? 1280, height: 800 },
      colorScheme: options.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await openSignedIn(page, '/agent', { name, password });
    return page;
  };
  const textAt = async (page: Page, path: string): Promise<string> => {
    await page.goto(path);
    return (await page.locator('main').first().textContent()) ?? '';
  };
  const apiText = async (): Promise<string> => {
    const answer = await fetch(`${server.url}/api/v1/answers/orders/new?locale=en`);
    return ((await answer.json()) as { answer: { text: string } }).answer.text;
  };

  test(
    'published, read by an agent, seen by the manager, rolled back: everywhere the old words again',
    async () => {
      world.edit({ 'en/orders/new.md': news('We open at ten.') });
      await world.publish({ changeNote: 'Later from now on', asksReading: true });
      const agent = await signedIn('amir');
      const manager = await signedIn('lior');

      expect(await agent.locator('.agent-unread').first().textContent()).toContain('1 change waits for you');
      await agent.click('.agent-unread a');
      expect(await agent.locator('main').first().textContent()).toContain('Later from now on');
      await agent.click('text=I have read this');
      expect(await agent.locator('main').first().textContent()).toContain(
        'You have confirmed that you read this.',
      );
      expect(await agent.locator('.agent-changes__count').count()).toBe(0);

      await manager.goto('/manage/releases');
      expect(await manager.locator('main').first().textContent()).toContain('Read by 1 of 2');
      await manager.click('.release__title a:has-text("Release 2")');
      expect(await manager.locator('.word-runs del').first().textContent()).toContain('nine');
      expect(await manager.locator('.word-runs ins').first().textContent()).toContain('ten');
      expect(await manager.locator('.readers').first().textContent()).toMatch(
        /amir\s*Nov 20, 2026[\s\S]*lior\s*not yet/,
      );

      await manager.goto('/manage/releases/1');
      // By keyboard alone: open, say why, send.
      await manager.focus('.roll-back summary');
      await manager.keyboard.press('Enter');
      await manager.keyboard.press('Tab');
      await manager.keyboard.type('Nine was right');
      await manager.keyboard.press('Tab');
      await manager.keyboard.press('Enter');
      await manager.waitForURL(/\/manage\/releases\/3/);
      expect(await manager.locator('main').first().textContent()).toContain('Brings back release 1');
      expect(await manager.locator('body').first().textContent()).toContain('Release 2 was rolled back.');

      expect(await textAt(agent, '/agent?q=when+do+you+open')).toContain('We open at nine.');
      expect(await textAt(agent, '/en/orders/new')).toContain('We open at nine.');
      expect(await apiText()).toBe('We open at nine.');
      expect(await textAt(agent, '/agent/changes')).toContain('Nine was right');
      await agent.context().close();
      await manager.context().close();
    },
    2 * minutes,
  );

  test.each([
    ['/manage/releases?ui=en', 'lior', 1280, false],
    ['/manage/releases/2?ui=he', 'lior', 360, true],
    ['/manage/releases/1?ui=fa', 'lior', 360, false],
    ['/agent/changes?ui=ms', 'lior', 360, false],
    ['/agent/changes?ui=he', 'amir', 1280, true],
  ] as const)(
    '%s is accessible to %s and fits %i pixels',
    async (path, name, width, dark) => {
      const page = await signedIn(name, { width, dark, scripts: true });
      await page.goto(path);
      for (const summary of await page.locator('.roll-back summary').all()) await summary.click();
      expect(await seriousFindings(page)).toEqual([]);
      expect(await sidewaysOverflow(page)).toBe(0);
      await page.context().close();
    },
    minutes,
  );
});
