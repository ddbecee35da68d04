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

const minutes = 60_000;
const password = 'correct horse battery staple';
const question = 'halt the parcel I bought an hour ago';

describeInBrowser('proposals in a browser', () => {
  let world: ReleasedWorld;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;
  let stopWatching: () => Promise<void>;
  const heard: string[] = [];

  beforeAll(async () => {
    world = await releasedWorld();
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

  test(
    'a question without an answer becomes a variant, and is answered, while the watcher looks on',
    async () => {
      const page = await signedIn();
      await page.goto(
        `/manage/proposals/new?kind=variant&articleId=orders/cancel-order&locale=en&question=${question}`,
      );
      await page.getByLabel('Why?').fill('Asked 12 times');
      await page.getByRole('button', { name: 'Propose' }).click();
      await page.getByRole('button', { name: 'Publish this content' }).click({ timeout: minutes });
      await page.getByText('Published.', { exact: true }).waitFor({ timeout: minutes });
      expect(await page.getByText('orders/cancel-order#lead').count()).toBe(1);
      const { release } = world.concord.current();
      expect(release).toMatchObject({ number: 2, publisher: 'lior', changeNote: 'Asked 12 times' });
      const deadline = Date.now() + minutes;
      while (heard.length < 2 && Date.now() < deadline) await page.waitForTimeout(100);
      // What the watcher saw is what was published.
      expect(new Set(heard)).toEqual(new Set(['unchanged']));
      expect(world.concord.current().release.number).toBe(2);
      await page.context().close();
    },
    3 * minutes,
  );

  test(
    'the pages are usable by everybody: desktop, phone, right to left, dark',
    async () => {
      await world.concord.appDeps.loop.proposals.propose(
        { kind: 'out-of-scope', locale: 'he', questions: ['יש לכם מניות?'] },
        { by: byServer, reason: 'שואלים את זה' },
      );
      for (const [ui, width, dark] of [
        ['en', 1280, false],
        ['he', 360, true],
        ['fa', 360, false],
        ['ms', 1280, true],
      ] as const) {
        const page = await signedIn({ width, dark, scripts: true });
        for (const path of [
          '/manage/proposals',
          '/manage/proposals/new?kind=article&question=x',
          '/manage/proposals/2',
          '/manage/proposals/1',
        ]) {
          await page.goto(`${path}${path.includes('?') ? '&' : '?'}ui=${ui}`);
          if (path.endsWith('/2')) await page.locator('.preview-fates').waitFor({ timeout: minutes });
          expect([path, ui, await seriousFindings(page)]).toEqual([path, ui, []]);
          expect([path, ui, await sidewaysOverflow(page)]).toEqual([path, ui, 0]);
        }
        await page.context().close();
      }
    },
    4 * minutes,
  );
});
