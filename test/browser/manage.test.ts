import { verifyParity } from '../../scripts/verify-parity.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import {
  type BrowserWorld,
  describeInBrowser,
  openBrowserWorld,
  openSignedIn,
  seriousFindings,
  sidewaysOverflow,
} from '../support/browser.ts';

const minutes = 60_000;
const person = { name: 'maya', password: 'correct horse battery staple' };

describeInBrowser('managers in a browser', () => {
  let world: BrowserWorld;

  beforeAll(async () => {
    world = await openBrowserWorld();
    await world.accounts.add({ ...person, role: 'manager' }, byServer);
  }, minutes);
  afterAll(() => world?.close());

  test.each([
    ['en', 1280, 'light'],
    ['fa', 360, 'dark'],
    ['he', 360, 'light'],
  ] as const)(
    'a manager sees how consistent answers are, and what a recorded run found, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        const terminal = { out: () => {}, err: () => {}, askHidden: async () => person.password };
        const call = [world.url, '--agent', person.name, '--record', '--limit', '4'];
        expect(await verifyParity(call, {}, terminal)).toBe(0);
        await openSignedIn(page, `/manage/consistency?ui=${ui}`, person);
        await page.locator('svg.curve').waitFor();
        expect(await page.locator('.trend').count()).toBe(4);
        expect(await page.locator('.notice--good').count()).toBe(1);
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysOverflow(page)).toBe(0);
        expect(visit.problems).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );

  test.each([
    ['en', 1280, 'light'],
    ['he', 360, 'dark'],
    ['fa', 360, 'light'],
  ] as const)(
    'what is to be verified, and an article before it is confirmed, are accessible and fit, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        await openSignedIn(page, `/manage/verification?ui=${ui}&state=all`, person);
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysOverflow(page)).toBe(0);
        await page.locator('.verify-row__title a').first().click();
        await page.locator('.verify-confirm button').waitFor();
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysOverflow(page)).toBe(0);
        expect(visit.problems).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );

  test.each([
    ['en', 1280, 'light'],
    ['he', 360, 'dark'],
  ] as const)(
    'the page about answers is accessible and fits, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        await openSignedIn(page, `/manage/answers?ui=${ui}`, person);
        await page.locator('svg.curve').first().waitFor();
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysOverflow(page)).toBe(0);
        expect(visit.problems).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );

  test.each([
    ['en', 1280, 'light'],
    ['fa', 360, 'dark'],
  ] as const)(
    'from a fact that will change a manager comes to the words that change with it, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        const sound = async (): Promise<void> => {
          expect(await seriousFindings(page)).toEqual([]);
          expect(await sidewaysOverflow(page)).toBe(0);
        };
        await openSignedIn(page, `/manage/facts?ui=${ui}`, person);
        await page.selectOption('select[name="show"]', 'ahead');
        await page.fill('input[name="q"]', 'standard-return-window');
        await page.click('.fact-filter__send');
        await page.waitForURL(/show=ahead/);
        expect(await page.locator('.fact').count()).toBe(1);
        await sound();
        await page.click('#fact-standard-return-window h2 a');
        await page.locator('.timeline__bar').waitFor();
        expect(await page.locator('.word-runs ins').count()).toBeGreaterThan(1);
        await sound();
        await page.click('a[href*="on=2027-01-11"]');
        await page.locator('#changed-facts').waitFor();
        await sound();
        expect(visit.problems).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );

  test.each([
    ['en', 1280, 'light'],
    ['he', 360, 'dark'],
  ] as const)(
    'a manager hands in the help desk’s macros and reads which are wrong, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        await openSignedIn(page, `/manage/macros?ui=${ui}`, person);
        await page.setInputFiles('input[type="file"]', {
          name: 'macros.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(
            'id,title,body\n1,Refund,We send your refund within 9 days after your return has reached our returns desk.\n2,Jobs,Our recruiters read every application letter.\n',
          ),
        });
        await page.click('button[value="page"]');
        await page.locator('#macros-result').waitFor();
        expect(await page.locator('.macro__wrong').allTextContents()).toEqual(['9 days']);
        expect(await page.locator('.macro').count()).toBe(2);
        expect(await seriousFindings(page)).toEqual([]);
        expect(await sidewaysOverflow(page)).toBe(0);
        expect(visit.problems).toEqual([]);
      } finally {
        await visit.close();
      }
    },
    minutes,
  );
});
