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

describeInBrowser('flags in a browser', () => {
  let world: BrowserWorld;

  beforeAll(async () => {
    world = await openBrowserWorld();
    for (const [name, role] of [
      ['dana', 'agent'],
      ['noa', 'agent'],
      ['maya', 'editor'],
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

  test(
    'raised by keyboard without leaving, seen by the next agent, resolved by an editor, told to whoever raised it',
    async () => {
      await visiting('dana', { viewport: { width: 1280, height: 900 } }, async ({ page, open }) => {
        await open(asked);
        const before = page.url();
        await page.keyboard.press('f');
        await page.locator('#flag-dialog[open]').waitFor();
        await expectGoodPage(page);
        await page.keyboard.press('2');
        await page.keyboard.type('The app says 12 hours. 3 customers asked.');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.locator('#toast', { hasText: 'Flagged. Orders desk will see it.' }).waitFor();
        await page.locator('.flag-mark', { hasText: 'The app says 12 hours. 3 customers asked.' }).waitFor();
        expect(await page.locator('.flag-mark__said').textContent()).toContain('outdated');
        expect(page.url()).toBe(before);
        await expectGoodPage(page);
      });
      await visiting('noa', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, async (visit) => {
        const { page } = visit;
        await visit.open(asked);
        expect(await page.locator('.flag-mark').textContent()).toContain('The app says 12 hours.');
        await expectGoodPage(page);
        // Typing an f into the box is typing.
        await page.fill('#box', '');
        await page.locator('#box').pressSequentially('f');
        expect(await page.locator('#flag-dialog[open]').count()).toBe(0);
        await visit.open('/agent/articles/cancellation/cancel-before-shipping?ui=he');
        await expectGoodPage(page);
      });
      await visiting('maya', { javaScriptEnabled: false }, async ({ page, open }) => {
        await open('/manage/flags');
        await page.locator('summary', { hasText: 'Resolve or decline' }).click();
        await page.fill('[name="outcome"]', 'It is 12 hours now, thank you.');
        await page.getByRole('button', { name: 'It is mended' }).click();
        await page.getByText('Whoever raised it is told.', { exact: false }).first().waitFor();
      });
      await visiting('dana', { viewport: { width: 360, height: 740 } }, async ({ page, open }) => {
        await page.getByText('1 new').waitFor();
        await open('/agent/flags?ui=fa');
        expect(await page.locator('.own-row--news').textContent()).toContain(
          'It is 12 hours now, thank you.',
        );
        await expectGoodPage(page);
        await open('/agent/flags');
        expect(await page.locator('.own-row--news').count()).toBe(0);
      });
    },
    3 * minutes,
  );

  test(
    'raised without script on a page of its own, which leads back',
    () =>
      visiting('dana', { javaScriptEnabled: false }, async ({ page, open }) => {
        await open(asked);
        await page.click('.flag-line a');
        await page.check('[name="kind"][value="unclear"]');
        await page.fill('[name="note"]', 'What does shipped mean?');
        await page.getByRole('button', { name: 'Flag', exact: true }).click();
        await page.getByText('Flagged. Orders desk will see it.').waitFor();
        expect(await page.locator('.flag-marks').textContent()).toContain('What does shipped mean?');
      }),
    minutes,
  );

  test(
    'their pages hold in every direction and width, in light and dark, without a serious finding',
    async () => {
      // Colours are of the scheme, widths and directions of the language: each language once.
      for (const [colorScheme, languages] of [
        ['light', ['en', 'fa']],
        ['dark', ['he', 'ms']],
      ] as const)
        await visiting(
          'maya',
          { viewport: { width: 360, height: 740 }, colorScheme },
          async ({ page, open }) => {
            for (const ui of languages)
              for (const path of [
                `/manage/flags?status=any&ui=${ui}`,
                `/agent/flags?ui=${ui}`,
                `/agent/flags/new?ui=${ui}`,
              ]) {
                await open(path);
                await expectGoodPage(page);
              }
          },
        );
    },
    3 * minutes,
  );
});
