import type { BrowserContextOptions, Page } from 'playwright-core';
import { byServer } from '../../server/audit/audit-event.ts';
import {
  type BrowserWorld,
  describeInBrowser,
  openBrowserWorld,
  openSignedIn,
  seriousFindings,
  sidewaysOverflow,
  type Visit,
} from '../support/browser.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';
const asked = '/agent?q=can+I+cancel+my+order+before+it+ships';

describeInBrowser('offers in a browser', () => {
  let world: BrowserWorld;

  beforeAll(async () => {
    world = await openBrowserWorld();
    for (const [name, role] of [
      ['dana', 'agent'],
      ['lior', 'manager'],
    ] as const)
      await world.accounts.add({ name, role, password }, byServer);
  }, minutes);
  afterAll(() => world?.close());

  const visiting = async (
    name: string,
    options: BrowserContextOptions,
    journey: (visit: Visit) => Promise<void>,
  ): Promise<void> => {
    const visit = await world.visit(options);
    try {
      await visit.page.goto('/agent');
      await openSignedIn(visit.page, '/agent', { name, password });
      await journey(visit);
      expect(visit.problems).toEqual([]);
    } finally {
      await visit.close();
    }
  };
  const expectGoodPage = async (page: Page): Promise<void> => {
    const at = page.url().slice(world.url.length);
    expect({ at, findings: await seriousFindings(page) }).toEqual({ at, findings: [] });
    expect({ at, overflow: await sidewaysOverflow(page) }).toEqual({ at, overflow: 0 });
  };
  const phone = { viewport: { width: 360, height: 740 } };

  test(
    'one within its bounds is recorded without leaving, by keyboard; one beyond is approved by a manager and then made',
    async () => {
      await visiting('dana', { viewport: { width: 1280, height: 900 } }, async ({ page, open }) => {
        for (const [amount, order, said] of [
          ['7,50', 'MW-1', 'Recorded: the offer is made.'],
          ['20', 'MW-2', 'Support leads will decide'],
        ] as const) {
          await open(asked);
          const before = page.url();
          await page.locator('[data-offer]').first().focus();
          await page.keyboard.press('Enter');
          await page.locator('dialog[open] [name="amount"]').focus();
          await page.keyboard.type(amount);
          await page.selectOption('dialog[open] [name="reason"]', 'price');
          await page.locator('dialog[open] [name="order"]').focus();
          await page.keyboard.type(order);
          await expectGoodPage(page);
          await page.keyboard.press('Enter');
          await page.locator('#toast', { hasText: said }).waitFor();
          expect(page.url()).toBe(before);
        }
      });
      await visiting('lior', { ...phone, javaScriptEnabled: false }, async ({ page, open }) => {
        await open('/manage/offers');
        await page.getByRole('button', { name: 'Approve' }).click();
        await page.getByText('Approved. The agent is told.').waitFor();
      });
      await visiting('dana', { ...phone, colorScheme: 'dark' }, async ({ page, open }) => {
        await page.getByText('1 new').waitFor();
        await open('/agent/flags');
        await expectGoodPage(page);
        await page.getByText('Approved, make it now.').waitFor();
        await page.getByRole('button', { name: 'I made it' }).click();
        expect(await page.getByText('Approved, make it now.').count()).toBe(0);
      });
      await visiting('lior', {}, async ({ page, open }) => {
        await open('/manage/offers');
        expect(await page.locator('main').textContent()).toContain('2 offers made, 1 beyond bounds');
        expect(await page.locator('main').textContent()).toContain('$27.50');
      });
    },
    3 * minutes,
  );

  test(
    'their pages hold in every direction and width, in light and dark, without a serious finding',
    async () => {
      // Colours are of the scheme, widths and directions of the language: each language once.
      for (const [colorScheme, languages] of [
        ['light', ['en', 'fa']],
        ['dark', ['he', 'ms']],
      ] as const)
        await visiting('lior', { ...phone, colorScheme }, async ({ page, open }) => {
          for (const ui of languages)
            for (const path of [
              `/manage/offers?ui=${ui}`,
              `/agent/offers/new?offer=goodwill-credit&ui=${ui}`,
            ]) {
              await open(path);
              await expectGoodPage(page);
            }
        });
    },
    3 * minutes,
  );
});
