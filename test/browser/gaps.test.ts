import type { Browser, Page } from 'playwright-core';
import { byServer } from '../../server/audit/audit-event.ts';
import { createPublicDoor } from '../../server/channels/ask.ts';
import {
  describeInBrowser,
  launchBrowser,
  openSignedIn,
  seriousFindings,
  sidewaysOverflow,
} from '../support/browser.ts';
import { listen } from '../support/listen.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';

describeInBrowser('gaps in a browser', () => {
  let app: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;

  beforeAll(async () => {
    app = await makeApp(smallWorld().snapshot);
    await app.accounts.add({ name: 'edna', role: 'editor', password }, byServer);
    const door = createPublicDoor(app.deps);
    for (const [question, locale] of [
      ['Do you sell gift cards?', 'en'],
      ['selling gift cards in the shop', 'en'],
      ['gift vouchers', 'en'],
      ['האם יש חניה לאופניים?', 'he'],
      ['جای پارک دوچرخه دارید؟', 'fa'],
      [`a-very-long-word-${'x'.repeat(120)} that nobody breaks`, 'en'],
    ] as const)
      await door.ask(
        door.open(),
        { question, answerId: null, locale, context: {}, asOf: '2026-11-22' },
        { channel: 'chat', conversationId: 'one' },
      );
    await app.deps.loop.gaps.catchUp();
    server = await listen(app.app);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await app?.close();
  });

  const open = async (
    path: string,
    look: { readonly width: number; readonly dark: boolean },
  ): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: server.url,
      javaScriptEnabled: true,
      viewport: { width: look.width, height: 800 },
      colorScheme: look.dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await openSignedIn(page, '/manage/gaps', { name: 'edna', password });
    await page.goto(path);
    return page;
  };

  test.each([
    ['/manage/gaps', 1280, false],
    ['/manage/gaps?ui=he', 360, true],
    ['/manage/gaps?ui=fa', 360, false],
    ['/manage/gaps?view=phrasings&ui=ms', 360, false],
    ['/manage/gaps/1', 1280, true],
    ['/manage/gaps/1?ui=he', 360, false],
    ['/manage/gaps/1?ui=fa', 1280, false],
  ])(
    '%s at %i pixels is usable by everybody and fits',
    async (path, width, dark) => {
      const page = await open(path, { width, dark });
      expect(await seriousFindings(page)).toEqual([]);
      expect(await sidewaysOverflow(page)).toBe(0);
      await page.context().close();
    },
    minutes,
  );

  test(
    'a question is taken out of its gap and put back by hand',
    async () => {
      const page = await open('/manage/gaps', { width: 1280, dark: false });
      await page.click('text=Do you sell gift cards?');
      await page.click('[aria-label="Take out: selling gift cards in the shop"]');
      expect(await page.textContent('h1')).toBe('selling gift cards in the shop');
      await page.click('[aria-label="Merge with it: Do you sell gift cards?"]');
      expect(await page.textContent('h1')).toBe('Do you sell gift cards?');
      expect(await page.locator('.gap-member__question').allTextContents()).toContain(
        'selling gift cards in the shop',
      );
      await page.context().close();
    },
    minutes,
  );
});
