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
import { makeApp, type TestApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';

describeInBrowser('the reports in a browser', () => {
  let made: TestApp;
  let server: Awaited<ReturnType<typeof listen>>;
  let browser: Browser;

  beforeAll(async () => {
    made = await makeApp(smallWorld().snapshot);
    await made.accounts.add({ name: 'noa', role: 'manager', password }, byServer);
    const days = Array.from({ length: 90 }, (_, back) =>
      new Date(Date.UTC(2026, 10, 22 - back)).toISOString().slice(0, 10),
    );
    const parts = ['faq', 'chat', 'whatsapp'].flatMap((channel) =>
      ['en', 'he', 'fa', 'ms'].map((locale) => ({ channel, locale })),
    );
    for (const [at, day] of days.entries()) {
      await made.db
        .insertInto('asks_by_day')
        .values(
          parts.flatMap((part) => [
            { ...part, day, category: 'orders', status: 'answered', asks: 90 + at, questions: 80 },
            { ...part, day, category: '-', status: 'no_answer', asks: 12, questions: 12 },
          ]),
        )
        .execute();
      await made.db
        .insertInto('visits_by_day')
        .values(parts.map((part) => ({ ...part, day, ended: 'answered', visits: 7 })))
        .execute();
      await made.db
        .insertInto('article_asks')
        .values({ day, article_id: 'orders/cancel-order', locale: 'en', channel: 'faq', asks: 9 })
        .execute();
      await made.db
        .insertInto('survey_answers')
        .values({
          given_at: `${day}T10:00:00.000Z`,
          expires_at: '2027-11-22T10:00:00.000Z',
          channel: 'faq',
          locale: 'en',
          conversation_id: `c${at}`,
          score: at % 11,
          sentence: null,
        })
        .execute();
    }
    await made.db
      .insertInto('offers_made')
      .values({
        made_at: '2026-11-20T10:00:00.000Z',
        made_by: 'noa',
        offer: 'free-shipping-code',
        reason: 'delay',
        bounds: 'within',
        status: 'made',
      })
      .execute();
    server = await listen(made.app);
    browser = await launchBrowser();
  }, 2 * minutes);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await made?.close();
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
    await openSignedIn(page, '/manage/reports', { name: 'noa', password });
    return page;
  };

  test(
    'a manager chooses days and a channel, opens the table beside a chart by the keyboard and saves it, without scripts',
    async () => {
      const page = await signedIn();
      await page.click('.periods__list a:has-text("90")');
      await page.waitForURL(/days=90/);
      await page.selectOption('select[name="channel"]', 'whatsapp');
      await page.click('.fact-filter__send');
      await page.waitForURL(/channel=whatsapp/);
      expect(new URL(page.url()).searchParams.get('days')).toBe('90');
      expect(await page.locator('#asks-by-channel .report__key').allTextContents()).toHaveLength(1);
      const table = page.locator('#asks-by-channel table');
      expect(await table.isVisible()).toBe(false);
      await page.focus('#asks-by-channel summary');
      await page.keyboard.press('Enter');
      expect(await table.isVisible()).toBe(true);
      expect(await table.locator('tbody tr').count()).toBe(90);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.click('#asks-by-channel a[download]'),
      ]);
      expect(file.suggestedFilename()).toBe('asks-by-channel-2026-08-25-2026-11-22.csv');
      expect(
        readFileSync(await file.path(), 'utf8')
          .trimEnd()
          .split('\r\n'),
      ).toHaveLength(91);
      await page.context().close();
    },
    minutes,
  );

  test(
    'each chart is drawn once, in the size that fits, with letters of at least 10 pixels, all within it',
    async () => {
      for (const [width, size, other] of [
        [1280, 'wide', 'narrow'],
        [360, 'narrow', 'wide'],
      ] as const) {
        const page = await signedIn({ width, scripts: true });
        for (const ui of ['en', 'he', 'fa']) {
          await page.goto(`/manage/reports?ui=${ui}&days=90`);
          expect(await page.locator(`.chart--${other}:visible`).count()).toBe(0);
          expect(await page.locator(`.chart--${size}:visible`).count()).toBeGreaterThanOrEqual(5);
          const outside =
            (await page.evaluate(`[...document.querySelectorAll('.chart--${size}')].flatMap((chart) => {
            const frame = chart.getBoundingClientRect();
            return [...chart.querySelectorAll('text')].flatMap((text) => {
              const box = text.getBoundingClientRect();
              const fits = box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.bottom <= frame.bottom + 1;
              const drawn = 13 * frame.width / chart.viewBox.baseVal.width;
              return fits && drawn >= 10 ? [] : [text.textContent + ' ' + drawn];
            });
          })`)) as readonly string[];
          expect({ ui, width, outside }).toEqual({ ui, width, outside: [] });
        }
        await page.context().close();
      }
    },
    minutes,
  );

  test.each([
    // Colours are of the scheme, widths and directions of the language.
    ['light', 1280, ['ui=en', 'ui=fa']],
    ['dark', 1280, ['ui=he']],
    ['light', 360, ['ui=fa', 'ui=ms&days=365', 'from=2020-01-01&to=2020-01-02']],
    ['dark', 360, ['ui=he', 'ui=en']],
  ] as const)(
    'have no serious finding of axe and nothing to scroll sideways: %s, %i wide',
    async (scheme, width, queries) => {
      const page = await signedIn({ width, dark: scheme === 'dark', scripts: true });
      for (const query of queries) {
        const address = `/manage/reports?${query}`;
        await page.goto(address);
        for (const summary of await page.locator('.report__more > summary').all()) await summary.click();
        expect({ address, findings: await seriousFindings(page) }).toEqual({ address, findings: [] });
        expect({ address, overflow: await sidewaysOverflow(page) }).toEqual({ address, overflow: 0 });
      }
      await page.context().close();
    },
    2 * minutes,
  );
});
