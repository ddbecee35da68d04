import type { BrowserContextOptions, Page } from 'playwright-core';
import {
  type BrowserWorld,
  describeInBrowser,
  openBrowserWorld,
  seriousFindings,
  sidewaysOverflow,
  type Visit,
} from '../support/browser.ts';

const minutes = 60_000;
const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

describeInBrowser('customers in a browser', () => {
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

  const path = (page: Page) => decodeURIComponent(page.url().slice(world.url.length));

  async function expectGoodPage(page: Page): Promise<void> {
    expect({ page: path(page), findings: await seriousFindings(page) }).toEqual({
      page: path(page),
      findings: [],
    });
    expect({ page: path(page), overflow: await sidewaysOverflow(page) }).toEqual({
      page: path(page),
      overflow: 0,
    });
  }

  test(
    'a customer on a phone in Hebrew finds her answer, reads it in English, and reaches a person without repeating herself',
    () =>
      visiting({ ...phone, locale: 'he-IL' }, async ({ page, open }) => {
        await page.goto('/');
        expect(path(page)).toBe('/he');
        expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
        await expectGoodPage(page);

        await page.getByRole('combobox').fill('הזמנתי אתמול בלילה, עוד אפשר לבטל?');
        const options = page.getByRole('option');
        await options.first().waitFor();
        expect(await page.getByRole('combobox').getAttribute('aria-expanded')).toBe('true');
        await expectGoodPage(page);

        await page.getByRole('button', { name: 'למצוא תשובה' }).tap();
        await page.waitForURL('**/he/search**');
        const answer = page.locator('.answer [data-answer-id]');
        const fingerprint = await answer.getAttribute('data-fingerprint');
        expect(await answer.getAttribute('data-answer-id')).toBe('cancellation/cancel-before-shipping#lead');
        expect(await answer.getAttribute('lang')).toBe('he');
        expect(await page.locator('.receipt__code').textContent()).toMatch(/^[2-9A-Z]{8}$/);
        await expectGoodPage(page);

        await page.getByRole('link', { name: 'לקריאת המאמר המלא' }).tap();
        await page.waitForURL('**/he/cancellation/cancel-before-shipping**');
        expect(await page.locator('#lead [data-answer-id]').getAttribute('data-fingerprint')).toBe(
          fingerprint,
        );
        await expectGoodPage(page);

        await page.locator('.menu__button').tap();
        await page.locator('.menu__list').getByRole('link', { name: 'English' }).tap();
        await page.waitForURL('**/en/cancellation/cancel-before-shipping**');
        expect(await page.locator('html').getAttribute('dir')).toBe('ltr');

        await open('/he/search?q=zxqv%20wwqq');
        await page.locator('.hand-over').getByRole('link').tap();
        await page.waitForURL('**/he/contact**');
        expect(await page.locator('blockquote').textContent()).toBe('zxqv wwqq');
        const letter = await page.locator('a[href^="mailto:"]').first().getAttribute('href');
        expect(decodeURIComponent(letter ?? '')).toContain('zxqv wwqq');
        await expectGoodPage(page);
      }),
    2 * minutes,
  );

  test(
    'a customer without scripts browses, chooses, asks, and keeps her choice',
    () =>
      visiting({ ...phone, javaScriptEnabled: false, locale: 'en-GB' }, async ({ page }) => {
        await page.goto('/');
        expect(path(page)).toBe('/en');
        await page.locator('.topic__link', { hasText: 'Returns' }).tap();
        await page.waitForURL('**/en/returns');
        await page.locator('.row__link', { hasText: 'How long do I have to return something?' }).tap();
        await page.waitForURL('**/en/returns/how-long-to-return');
        expect(await page.locator('[data-tools]').isVisible()).toBe(false);

        await page.locator('.ask-back').getByRole('link', { name: 'European Union' }).first().tap();
        await page.waitForURL('**region=EU**');
        const withdrawal = page.locator('#legal-right [data-answer-id]');
        expect(await withdrawal.textContent()).toMatch(/14 days/);
        expect(await page.locator('[aria-current="true"].chip').textContent()).toMatch(/European Union/);

        await page.locator('.masthead input[name="q"]').fill('how long does delivery take');
        await page.locator('.masthead button').tap();
        await page.waitForURL('**/en/search**');
        expect(new URL(page.url()).searchParams.get('region')).toBe('EU');
        expect(await page.locator('[data-fingerprint]').count()).toBeGreaterThan(0);

        await page.locator('.menu__button').tap();
        await page.locator('.menu__list').getByRole('link', { name: 'فارسی' }).tap();
        await page.waitForURL('**/fa/search**');
        expect(new URL(page.url()).searchParams.get('q')).toBe('how long does delivery take');
        expect(new URL(page.url()).searchParams.get('region')).toBe('EU');
      }),
    2 * minutes,
  );

  test(
    'the checks see a fault where there is one',
    async () => {
      const visit = await world.visit(phone);
      await visit.open('/en');
      await visit.page.evaluate(`
        document.querySelector('main').append(document.createElement('button'));
        document.querySelector('h1').style.inlineSize = '1000px';
      `);
      expect(await seriousFindings(visit.page)).toEqual([expect.stringMatching(/button-name/)]);
      expect(await sidewaysOverflow(visit.page)).toBeGreaterThan(0);
      await visit.page.evaluate(`fetch('https://elsewhere.example/').catch(() => {})`);
      await visit.page.waitForTimeout(200);
      expect(visit.problems.join()).toMatch(/Content Security Policy|elsewhere/);
      await visit.close();
    },
    minutes,
  );

  test(
    'suggestions are a list that the keyboard walks, and Escape leaves what was typed',
    () =>
      visiting(desktop, async ({ page, open }) => {
        await open('/en?plan=plus');
        const box = page.getByRole('combobox');
        const options = page.getByRole('option');
        await box.pressSequentially('cancel');
        await options.first().waitFor();
        await page.keyboard.press('ArrowUp');
        expect(await options.last().getAttribute('aria-selected')).toBe('true');
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        const first = options.first();
        expect(await box.getAttribute('aria-activedescendant')).toBe(await first.getAttribute('id'));
        await page.keyboard.press('Escape');
        expect(await page.getByRole('listbox').count()).toBe(0);
        expect(await box.inputValue()).toBe('cancel');

        await page.keyboard.press('ArrowDown');
        await options.first().waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('Enter');
        await page.waitForURL((url) => url.pathname !== '/en');
        expect(path(page)).toMatch(/^\/en\/[a-z-]+\/[a-z-]+\?plan=plus/);
        expect(await page.locator('#lead').count()).toBe(1);
      }),
    minutes,
  );

  test(
    'the keyboard reaches the content first, opens the language menu and closes it again',
    () =>
      visiting(desktop, async ({ page, open }) => {
        await open('/en');
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.className')).toBe('skip-link');
        await page.keyboard.press('Enter');
        expect(await page.evaluate('document.activeElement.id')).toBe('main');
        await page.locator('.menu__button').focus();
        await page.keyboard.press('Enter');
        expect(await page.locator('.menu__list').isVisible()).toBe(true);
        await page.keyboard.press('Escape');
        expect(await page.locator('.menu__list').isVisible()).toBe(false);
        expect(await page.evaluate('document.activeElement.className')).toBe('menu__button');
      }),
    minutes,
  );

  test(
    'print holds the answer and its source, and nothing to press',
    () =>
      visiting(desktop, async ({ page, open }) => {
        await open('/en/returns/how-long-to-return?region=EU');
        await page.emulateMedia({ media: 'print' });
        for (const gone of ['.masthead', '.footer', '.article__side', '.choices', '.article__related'])
          expect({ gone, visible: await page.locator(gone).first().isVisible() }).toEqual({
            gone,
            visible: false,
          });
        expect(await page.locator('#lead [data-answer-id]').isVisible()).toBe(true);
        expect(await page.locator('.source').textContent()).toContain('/en/returns/how-long-to-return');
      }),
    minutes,
  );

  const pages: readonly (readonly [string, number?])[] = [
    ['/L'],
    ['/L/delivery'],
    ['/L/cancellation/cancel-before-shipping'],
    ['/L/returns/how-long-to-return'],
    ['/L/returns/how-long-to-return?region=EU&plan=plus'],
    ['/L/orders/order-status'],
    ['/L/search?q=can%20i%20cancel%20my%20order%20before%20it%20ships'],
    ['/L/search?q=how%20long%20does%20delivery%20take'],
    ['/L/search?q=cancel'],
    ['/L/search?q=zxqv'],
    ['/L/search'],
    [`/L/search?q=${'a'.repeat(2001)}`, 400],
    ['/L/contact'],
    ['/L/contact?q=%3Cb%3Ewhere%20is%20it%3C%2Fb%3E'],
    ['/L/orders/never-was', 404],
    ['/de/orders', 404],
    ['/L/a/b/c', 404],
  ];

  test.each<readonly [string, string, BrowserContextOptions]>([
    ['en', 'a light desktop', { ...desktop, colorScheme: 'light' }],
    ['en', 'a dark phone', { ...phone, colorScheme: 'dark' }],
    ['he', 'a light phone', { ...phone, colorScheme: 'light' }],
    ['fa', 'a dark desktop', { ...desktop, colorScheme: 'dark' }],
    ['ms', 'a desktop at twice the size', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
  ])(
    'every page in %s on %s is accessible and never scrolls sideways',
    (locale, _where, options) =>
      visiting(options, async ({ page, open }) => {
        for (const [address, status] of pages) {
          await open(address.replace('/L', `/${locale}`), status);
          await expectGoodPage(page);
        }
      }),
    4 * minutes,
  );

  test(
    'everything to be touched on a phone is as large as a fingertip',
    () =>
      visiting({ ...phone, locale: 'fa' }, async ({ page, open }) => {
        for (const address of [
          '/fa',
          '/fa/delivery',
          '/fa/returns/how-long-to-return?region=EU',
          '/fa/search?q=cancel',
          '/fa/contact',
        ]) {
          await open(address);
          const small = await page.evaluate(`
            [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]
              .filter((one) => one.getClientRects().length > 0)
              // Links inside sentences may be as high as their line; a row's link covers its row.
              .filter((one) => !one.closest('.prose, .notice, p:not(.desk-row__ways), .skip-link'))
              .map((one) => [one, (one.closest('.row, .topic') ?? one).getBoundingClientRect()])
              .filter(([one, box]) => box.height < 43.5 && !one.matches('.skip-link'))
              .map(([one, box]) => one.outerHTML.slice(0, 80) + ' ' + box.height)
          `);
          expect({ address, small }).toEqual({ address, small: [] });
        }
      }),
    minutes,
  );
});
