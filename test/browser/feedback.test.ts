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
const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
};
const english = '/en/search?q=can+I+cancel+an+order+before+it+ships';

describeInBrowser('feedback in a browser', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await openBrowserWorld();
  }, minutes);
  afterAll(() => world?.close());

  async function visiting(
    options: BrowserContextOptions,
    journey: (visit: Visit) => Promise<void>,
  ): Promise<void> {
    const visit = await world.visit(options);
    try {
      await journey(visit);
      expect(visit.problems).toEqual([]);
    } finally {
      await visit.close();
    }
  }

  async function expectGoodPage(page: Page): Promise<void> {
    expect(await seriousFindings(page)).toEqual([]);
    expect(await sidewaysOverflow(page)).toBe(0);
  }

  const said = (page: Page) => page.locator('[data-feedback-said]');

  test(
    'with script a no, its reasons and the change of mind stay on the page, and the focus goes along',
    () =>
      visiting({}, async ({ page, open }) => {
        await open(english);
        const address = page.url();
        await page.click('#feedback button[value="no"]');
        await page.waitForSelector('.feedback__details');
        expect(await said(page).textContent()).toBe('Thank you. What was the matter?');
        expect(await page.evaluate('document.activeElement.hasAttribute("data-feedback-said")')).toBe(true);
        await expectGoodPage(page);
        await page.check('#feedback input[value="unclear"]');
        await page.fill('#feedback textarea', 'Which holiday?');
        await page.click('.feedback__details button');
        await page.waitForSelector('.feedback__details', { state: 'detached' });
        expect(await said(page).textContent()).toContain('will read it');
        await page.click('#feedback button[value="yes"]');
        await page.waitForSelector('#feedback button[value="no"]');
        expect(await said(page).textContent()).toBe('Thank you. That is counted.');
        expect(page.url()).toBe(address);
      }),
    minutes,
  );

  test(
    'without script, on a phone, in Hebrew and Persian, the page comes back to the same place',
    async () => {
      for (const [locale, question] of [
        ['he', 'אפשר לבטל הזמנה לפני המשלוח'],
        ['fa', 'می‌توانم سفارشم را پیش از ارسال لغو کنم'],
      ])
        await visiting(
          { ...phone, javaScriptEnabled: false, colorScheme: 'dark' },
          async ({ page, open }) => {
            await open(`/${locale}/search?q=${encodeURIComponent(question ?? '')}`);
            expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
            await page.click('#feedback button[value="no"]');
            await page.waitForSelector('.feedback__details');
            expect(page.url()).toMatch(/rated=\w+#feedback$/);
            await page.check('#feedback input[value="wrong"]');
            await page.click('.feedback__details button');
            await page.waitForSelector('.feedback__details', { state: 'detached' });
            expect(await page.locator('#feedback button[value="yes"]').count()).toBe(1);
          },
        );
    },
    minutes,
  );

  test(
    'an article is rated on its page',
    () =>
      visiting(phone, async ({ page, open }) => {
        await open('/en/cancellation/cancel-before-shipping');
        await page.click('#feedback button[value="yes"]');
        await page.waitForSelector('#feedback button[value="no"].link-button');
        expect(await said(page).textContent()).toBe('Thank you. That is counted.');
        await expectGoodPage(page);
      }),
    minutes,
  );

  test(
    'the relationship question is answered by keys, and is good to read on a phone from right to left',
    () =>
      visiting(phone, async ({ page, open }) => {
        const ask = (conversationId: string, question: string) =>
          fetch(`${world.url}/api/v1/answer`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ question, conversationId }),
          });
        let conversation = '';
        // A quarter of the conversations is asked.
        for (let one = 0; conversation === '' && one < 60; one += 1) {
          for (const question of ['can I cancel an order before it ships', 'how long can I return something'])
            await ask(`c-${one}`, question);
          if ((await fetch(`${world.url}/en/survey?conversation=c-${one}`)).status === 200)
            conversation = `c-${one}`;
        }
        await open(`/fa/survey?conversation=${conversation}`);
        await expectGoodPage(page);
        await page.focus('input[name="score"][value="0"]');
        await page.keyboard.press('Space');
        for (let more = 0; more < 9; more += 1) await page.keyboard.press('ArrowDown');
        expect(await page.locator('input[name="score"]:checked').getAttribute('value')).toBe('9');
        await page.keyboard.press('Tab');
        await page.keyboard.type('سریع بود');
        await page.click('.survey button');
        await page.waitForSelector('.survey', { state: 'detached' });
        await expectGoodPage(page);
      }),
    minutes,
  );

  test(
    'managers read it on a desk and on a phone, in light and dark, from both sides',
    async () => {
      const person = { name: 'dana', password: world.accounts.newPassword() };
      await world.accounts.add({ ...person, role: 'editor' }, byServer);
      for (const [ui, options] of [
        ['en', { viewport: { width: 1280, height: 800 } }],
        ['he', { ...phone, colorScheme: 'dark' as const }],
      ] as const)
        await visiting(options, async ({ page }) => {
          await openSignedIn(page, `/manage/feedback?ui=${ui}`, person);
          expect(await page.locator('.gauge').count()).toBe(3);
          expect(await page.locator('.own-row').count()).toBeGreaterThan(0);
          await expectGoodPage(page);
        });
    },
    minutes,
  );
});
