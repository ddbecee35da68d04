import { readFileSync } from 'node:fs';
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
import { smallArticles } from '../support/small-world.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';

describeInBrowser('the audit log in a browser', () => {
  let world: ReleasedWorld;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;

  beforeAll(async () => {
    world = await releasedWorld(smallArticles());
    await world.publish({ changeNote: 'A note that is '.repeat(40) });
    await world.concord.accounts.add({ name: 'noa', role: 'admin', password }, byServer);
    await world.concord.appDeps.audit.append({
      action: 'person.changed',
      by: { actor: { kind: 'person', name: 'noa' }, address: '2001:db8:85a3::8a2e:370:7334', requestId: 'r' },
      subject: 'noa',
      before: { role: 'agent', teams: ['orders'] },
      after: { role: 'admin', teams: ['orders', 'returns'] },
    });
    server = await listen(world.app);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await world?.close();
  });

  const signedIn = async (
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
    await openSignedIn(page, '/agent', { name: 'noa', password });
    return page;
  };

  test(
    'an admin finds it in the menu, filters it with the keyboard, and downloads what is chosen, without scripts',
    async () => {
      const page = await signedIn();
      await page.goto('/manage/people');
      await page.click('.manage-nav a[href^="/manage/audit"]');
      expect(await page.locator('.audit__row').count()).toBeGreaterThanOrEqual(4);
      await page.focus('input[name="person"]');
      await page.keyboard.type('noa');
      await page.keyboard.press('Enter');
      await page.waitForURL(/person=noa/);
      const rows = await page.locator('.audit__row').allTextContents();
      expect(rows).toHaveLength(3);
      expect(rows.join('\n')).not.toContain('published');
      expect(await page.inputValue('input[name="person"]')).toBe('noa');
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('.audit__outside a')]);
      expect(file.suggestedFilename()).toBe('audit-2026-11-20.jsonl');
      const lines = readFileSync(await file.path(), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines.map((line) => JSON.parse(line).action)).toEqual([
        'person.added',
        'person.changed',
        'person.signed-in',
        'audit.exported',
      ]);
      await page.context().close();
    },
    minutes,
  );

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)(
    'has no serious finding of axe and nothing to scroll sideways: %s, %i wide, in each language',
    async (scheme, width) => {
      const page = await signedIn({ width, dark: scheme === 'dark', scripts: true });
      const { locales } = world.concord.current().public.site;
      for (const address of [
        ...locales.map((locale) => `/manage/audit?ui=${locale}`),
        '/manage/audit?person=nobody',
      ]) {
        await page.goto(address);
        expect({ address, findings: await seriousFindings(page) }).toEqual({ address, findings: [] });
        expect({ address, overflow: await sidewaysOverflow(page) }).toEqual({ address, overflow: 0 });
      }
      await page.context().close();
    },
    minutes,
  );
});
