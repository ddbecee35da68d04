import type { BrowserContextOptions, Page } from 'playwright-core';
import { byServer } from '../../server/audit/audit-event.ts';
import {
  type BrowserWorld,
  describeInBrowser,
  openBrowserWorld,
  seriousFindings,
  sidewaysOverflow,
  type Visit,
} from '../support/browser.ts';

const minutes = 60_000;
const desktop: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  permissions: ['clipboard-read', 'clipboard-write'],
};
const sidePanel: BrowserContextOptions = { viewport: { width: 360, height: 740 } };
const person = { name: 'dana', password: 'correct horse battery staple' };
const question = 'I ordered last night, can I still cancel it?';

describeInBrowser('agents in a browser', () => {
  let world: BrowserWorld;

  beforeAll(async () => {
    world = await openBrowserWorld();
    await world.accounts.add({ ...person, role: 'agent' }, byServer);
  }, minutes);
  afterAll(() => world?.close());

  /** Signs in by keyboard on the page that the guard shows, and does what the test is about. */
  async function signedIn(
    options: BrowserContextOptions,
    address: string,
    journey: (visit: Visit) => Promise<void>,
  ): Promise<void> {
    const visit = await world.visit(options);
    try {
      const { page } = visit;
      await page.goto(address);
      await focusIn(page, 'input[name="name"]');
      await page.keyboard.type(person.name);
      await page.keyboard.press('Tab');
      await page.keyboard.type(person.password);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${world.url}${address}`);
      await journey(visit);
      expect(visit.problems).toEqual([]);
    } finally {
      await visit.close();
    }
  }

  /** Waits for the focus: a browser may give it to an autofocus field a moment after the page has loaded. */
  const focusIn = (page: Page, selector: string) => page.locator(`${selector}:focus`).waitFor();
  const clipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');
  const focused = (page: Page) =>
    page.evaluate<string>('document.activeElement.id || document.activeElement.className');
  const toast = async (page: Page, sentence: string) =>
    page.locator('#toast', { hasText: sentence }).waitFor();

  async function expectGoodPage(page: Page): Promise<void> {
    const at = decodeURIComponent(page.url().slice(world.url.length));
    expect({ at, findings: await seriousFindings(page) }).toEqual({ at, findings: [] });
    expect({ at, overflow: await sidewaysOverflow(page) }).toEqual({ at, overflow: 0 });
  }

  test(
    'an agent signs in, types the customer’s words, opens the answer and copies it, all by keyboard',
    () =>
      signedIn(desktop, '/agent', async ({ page }) => {
        await focusIn(page, '#box');
        await page.keyboard.type(question);
        const live = page.locator('#live');
        await live.locator('[data-row]').first().waitFor();
        // The rows of a question that was half typed come first where the machine is busy.
        await page.locator('#live', { hasText: 'Enter opens the first answer' }).waitFor();
        expect(await page.locator('#announcer').textContent()).toMatch(/^\d+ results$/);
        await expectGoodPage(page);

        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        expect(
          await page.evaluate(`document.activeElement === document.querySelectorAll('#live [data-row]')[1]`),
        ).toBe(true);
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('ArrowUp');
        expect(await focused(page)).toBe('box');
        expect(await page.locator('#box').inputValue()).toBe(question);
        await page.keyboard.press('Escape');
        expect(await live.isVisible()).toBe(false);
        await page.keyboard.press('Enter');
        await page.locator('#receipt').waitFor();

        expect(await focused(page)).toBe('opened');
        const answer = page.locator('.answer [data-answer-id]');
        expect(await answer.getAttribute('data-answer-id')).toBe('cancellation/cancel-before-shipping#lead');
        const shown = ((await answer.textContent()) ?? '').trim();
        const link = await page.locator('.facts__link').textContent();
        await page.keyboard.press('c');
        await toast(page, 'Copied as text, with the link');
        expect(await clipboard(page)).toBe(`${shown}\n\n${link}`);
        await page.keyboard.press('m');
        await toast(page, 'Copied as Markdown, with the link');
        expect(await clipboard(page)).toBe(`${shown}\n\n<${link}>`);
        await page.keyboard.press('h');
        await toast(page, 'Copied as HTML, with the link');
        expect(await clipboard(page)).toMatch(/^<p>Yes\. You can cancel[\s\S]*<a href="http/);
        const rich = await page.evaluate<string>(
          `navigator.clipboard.read().then(([item]) => item.getType('text/html')).then((blob) => blob.text())`,
        );
        expect(rich).toContain('Yes. You can cancel');
        await page.keyboard.press('l');
        expect(await clipboard(page)).toBe(link);
        await expectGoodPage(page);

        await page.keyboard.press('/');
        expect(await focused(page)).toBe('box');
        await page.keyboard.press('Escape');
        expect(await focused(page)).toBe('opened');
        await page.keyboard.press('?');
        const keys = page.getByRole('dialog', { name: 'Keys' });
        expect(await keys.isVisible()).toBe(true);
        await expectGoodPage(page);
        await page.keyboard.press('Escape');
        expect(await keys.isVisible()).toBe(false);
      }),
    2 * minutes,
  );

  test(
    'letters typed into the box stay letters, and the single keys can be turned off',
    () =>
      signedIn(desktop, `/agent?q=${encodeURIComponent(question)}`, async ({ page }) => {
        await page.evaluate(`navigator.clipboard.writeText('before')`);
        await page.locator('#box').fill('');
        await page.keyboard.type('chm/?l');
        expect(await page.locator('#box').inputValue()).toBe('chm/?l');
        expect(await clipboard(page)).toBe('before');
        await page.getByRole('button', { name: 'Keys' }).click();
        await page.getByLabel('Use single-key shortcuts').uncheck();
        await page.keyboard.press('Escape');
        await page.reload();
        await page.keyboard.press('c');
        expect(await clipboard(page)).toBe('before');
      }),
    minutes,
  );

  test(
    'a result further down is opened with the arrows and Enter, and another customer is one choice away',
    () =>
      signedIn(desktop, '/agent', async ({ page }) => {
        await focusIn(page, '#box');
        const typed = 'how long do i have to return';
        // Results of fewer words are replaced by those of all of them, and the focus goes with them.
        const results = page.waitForResponse((one) => new URL(one.url()).searchParams.get('q') === typed);
        await page.keyboard.type(typed);
        await results;
        await page.locator('#live [data-row]').first().waitFor();
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowDown');
        const href = (await page.evaluate<string>('document.activeElement.getAttribute("href")')) ?? '';
        await page.keyboard.press('Enter');
        await page.waitForURL(`${world.url}${href}`);
        const selected = new URL(page.url()).searchParams.get('selected') ?? '';
        expect(selected).not.toBe('');

        await page.goto(`/agent?selected=${encodeURIComponent('delivery/delivery-times#lead')}`);
        await page.getByRole('link', { name: 'Malaysia' }).click();
        await page.waitForURL('**region=MY**');
        const forMalaysia = await page.locator('.answer [data-fingerprint]').getAttribute('data-fingerprint');
        await page.getByLabel('Country or region').first().selectOption('US');
        await page.waitForURL('**region=US**');
        expect(new URL(page.url()).searchParams.get('selected')).toBe('delivery/delivery-times#lead');
        expect(await page.locator('.answer [data-fingerprint]').getAttribute('data-fingerprint')).not.toBe(
          forMalaysia,
        );
        expect(new URL(page.url()).searchParams.has('asOf')).toBe(false);

        await page.getByRole('textbox', { name: 'Date' }).fill('2027-01-01');
        await page.getByRole('textbox', { name: 'Date' }).press('Enter');
        await page.waitForURL('**asOf=2027-01-01**');
        expect(await page.locator('.other-date').isVisible()).toBe(true);
        await page.getByRole('link', { name: 'Back to today' }).click();
        await page.waitForURL((url) => !url.searchParams.has('asOf'));
        expect(await page.locator('.other-date').count()).toBe(0);
      }),
    2 * minutes,
  );

  test(
    'agents’ notes are copied only after a warning, and never with the answer',
    () =>
      signedIn(desktop, `/agent?q=${encodeURIComponent(question)}`, async ({ page }) => {
        const note = page.locator('.console__desk [data-note]').first();
        const words = ((await note.locator('.prose p').first().textContent()) ?? '').trim();
        await page.keyboard.press('c');
        await toast(page, 'Copied as text, with the link');
        const approved = await clipboard(page);
        expect(approved).not.toContain(words);

        const copyNote = note.getByRole('button', { name: 'Copy this note…' });
        await copyNote.click();
        const warning = page.getByRole('dialog', { name: 'This is for agents only' });
        expect(await warning.isVisible()).toBe(true);
        expect(await warning.textContent()).toContain('no customer may see');
        await expectGoodPage(page);
        await page.keyboard.press('Enter');
        expect(await warning.isVisible()).toBe(false);
        expect(await clipboard(page)).toBe(approved);
        await copyNote.click();
        await page.keyboard.press('Escape');
        expect(await clipboard(page)).toBe(approved);

        await copyNote.click();
        await warning.getByRole('button', { name: 'Copy it for agents' }).click();
        await toast(page, 'Agents’ note copied. Do not send it to a customer.');
        expect(await clipboard(page)).toContain(words);
      }),
    minutes,
  );

  test(
    'copying works at a plain http address too, where browsers offer no clipboard object',
    () =>
      signedIn(desktop, '/agent', async ({ page }) => {
        await page.addInitScript(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
        await page.goto(`/agent?q=${encodeURIComponent(question)}`);
        expect(await page.evaluate('navigator.clipboard')).toBeUndefined();
        await page.keyboard.press('c');
        await toast(page, 'Copied as text, with the link');
        await page.keyboard.press('/');
        await page.keyboard.press('Control+V');
        expect(await page.locator('#box').inputValue()).toMatch(
          /^Yes\. You can cancel your order[\s\S]*#lead$/,
        );
      }),
    minutes,
  );

  test(
    'a session that has ended is said while typing, and the way back leads to the same page',
    () =>
      signedIn(desktop, '/agent', async (visit) => {
        const { page } = visit;
        await page.context().clearCookies();
        await focusIn(page, '#box');
        await page.keyboard.type('cancel');
        const again = page.getByRole('link', { name: 'Sign in again' });
        await again.waitFor();
        await again.click();
        await page.waitForURL('**/agent/sign-in?next=%2Fagent');
        // Each look that was refused is one.
        visit.problems.length = 0;
      }),
    minutes,
  );

  test(
    'without script everything is there: asking, choosing a customer, text to copy by hand, signing out',
    () =>
      signedIn({ ...sidePanel, javaScriptEnabled: false }, '/agent', async ({ page }) => {
        await page.locator('#box').fill(question);
        await page.getByRole('button', { name: 'Search' }).click();
        await page.waitForURL('**q=I+ordered**');
        expect(await page.locator('.answer [data-answer-id]').count()).toBe(1);
        expect(await page.locator('[data-copy]').first().isVisible()).toBe(false);
        await page.getByText('Copy by hand').click();
        expect(await page.locator('[data-form="text"]').inputValue()).toMatch(/^Yes\. You can cancel/);

        await page.goto(`/agent?selected=${encodeURIComponent('delivery/delivery-times#lead')}`);
        await page.getByLabel('Country or region').first().selectOption('IL');
        await page.getByRole('button', { name: 'Apply' }).click();
        await page.waitForURL('**region=IL**');
        expect(new URL(page.url()).searchParams.get('selected')).toBe('delivery/delivery-times#lead');
        expect(await page.locator('.answer [data-answer-id]').count()).toBe(1);

        await page.locator('.menu__button').last().click();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.waitForURL('**/agent/sign-in?locale=en');
        await page.goto('/agent');
        expect(page.url()).toContain('/agent/sign-in?next=%2Fagent');
      }),
    minutes,
  );

  const addresses: readonly string[] = [
    '/agent?L',
    `/agent?L&q=${encodeURIComponent(question)}`,
    '/agent?L&q=how%20much%20is%20standard%20delivery',
    '/agent?L&q=zxqv',
    '/agent?L&selected=delivery%2Fdelivery-costs%23lead&region=EU&plan=plus&asOf=2027-01-01',
    '/agent?L&selected=returns%2Fhow-long-to-return%23lead',
    '/agent/articles/cancellation/cancel-before-shipping?L',
    '/agent/articles/delivery/delivery-times?L&region=MY&asOf=2026-01-01',
    '/agent/articles/orders/security-review?L',
  ];

  test.each<readonly [string, string, BrowserContextOptions]>([
    ['locale=en', 'a light desktop', { ...desktop, colorScheme: 'light' }],
    ['locale=en', 'a dark side panel of 360 pixels', { ...sidePanel, colorScheme: 'dark' }],
    ['locale=he', 'a light desktop', { ...desktop, colorScheme: 'light' }],
    ['locale=fa&ui=he', 'a light side panel of 360 pixels', { ...sidePanel, colorScheme: 'light' }],
    ['locale=fa', 'a dark laptop', { viewport: { width: 1024, height: 700 }, colorScheme: 'dark' }],
    ['locale=ms', 'a tablet', { viewport: { width: 768, height: 900 } }],
  ])(
    'every page with %s on %s is accessible and never scrolls sideways',
    (languages, _where, options) =>
      signedIn(options, '/agent', async ({ page, open }) => {
        for (const address of addresses) {
          await open(address.replace('L', languages));
          const direction = await page.locator('html').getAttribute('dir');
          expect(direction).toBe(/he|fa/.test(languages) ? 'rtl' : 'ltr');
          await expectGoodPage(page);
        }
      }),
    3 * minutes,
  );

  test.each<readonly [string, BrowserContextOptions]>([
    ['en', { ...desktop, colorScheme: 'dark' }],
    ['he', { ...sidePanel, colorScheme: 'light' }],
    ['fa', { ...sidePanel, colorScheme: 'dark' }],
    ['ms', desktop],
  ])(
    'the sign-in in %s, refused too, is accessible and never scrolls sideways',
    async (locale, options) => {
      const visit = await world.visit(options);
      try {
        const { page } = visit;
        await visit.open(`/agent/sign-in?locale=${locale}`);
        await expectGoodPage(page);
        await page.locator('[name="name"]').fill(`nobody-${locale}`);
        await page.locator('[name="password"]').fill('not the right one');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').waitFor();
        await expectGoodPage(page);
        expect(visit.problems.filter((problem) => !problem.startsWith('401'))).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );
});
