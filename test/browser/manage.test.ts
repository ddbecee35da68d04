import {
  type BrowserWorld,
  describeInBrowser,
  openBrowserWorld,
  seriousFindings,
  sidewaysOverflow,
} from '../support/browser.ts';

const minutes = 60_000;
const person = { name: 'maya', password: 'correct horse battery staple' };

describeInBrowser('managers in a browser', () => {
  let world: BrowserWorld;

  beforeAll(async () => {
    world = await openBrowserWorld();
    await world.accounts.add({ ...person, role: 'manager' });
  }, minutes);
  afterAll(() => world?.close());

  test.each([
    ['en', 1280, 'light'],
    ['he', 360, 'dark'],
  ] as const)(
    'the page about answers is accessible and fits, in %s at %i pixels, %s',
    async (ui, width, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      try {
        const { page } = visit;
        await page.goto(`/manage/answers?ui=${ui}`);
        await page.fill('input[name="name"]', person.name);
        await page.fill('input[name="password"]', person.password);
        await page.keyboard.press('Enter');
        await page.waitForURL(`${world.url}/manage/answers?ui=${ui}`);
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
});
