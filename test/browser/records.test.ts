import type { Page } from 'playwright-core';
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
const person = { name: 'dana', password: 'correct horse battery staple' };
const phone = { viewport: { width: 360, height: 740 } };
const desktop = {
  viewport: { width: 1280, height: 900 },
  permissions: ['clipboard-read', 'clipboard-write'],
};

describeInBrowser('receipts and conversations in a browser', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await openBrowserWorld();
    await world.accounts.add({ ...person, role: 'agent' }, byServer);
  }, minutes);
  afterAll(() => world?.close());

  const ask = async (body: object): Promise<string> => {
    const response = await fetch(`${world.url}/api/v1/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'chat', conversationId: 'chat-7', ...body }),
    });
    return ((await response.json()) as { receipt: { code: string } }).receipt.code;
  };
  async function expectGoodPage(page: Page): Promise<void> {
    const at = page.url().slice(world.url.length);
    expect({ at, findings: await seriousFindings(page) }).toEqual({ at, findings: [] });
    expect({ at, overflow: await sidewaysOverflow(page) }).toEqual({ at, overflow: 0 });
  }

  test(
    'an agent types a code into the box, copies the sentence, reads the conversation and goes on from it',
    async () => {
      const code = await ask({ question: 'can I cancel my order before it ships' });
      const visit = await world.visit(desktop);
      const { page } = visit;
      await openSignedIn(page, `${world.url}/agent`, person);
      await page.fill('#box', code.toLowerCase());
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/agent\/receipts\//);
      await expectGoodPage(page);
      await page.click('[data-copy="sentence"]');
      await page.locator('#toast', { hasText: 'Sentence copied' }).waitFor();
      expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(
        /^On .* you were told by our chatbot: “/,
      );
      await page.click('a[href*="/agent/conversations"]');
      await page.waitForURL(/conversations/);
      await expectGoodPage(page);
      await page.click('.record .button');
      await page.waitForURL(/\/agent\?/);
      await page.locator('.answer').waitFor();
      expect(page.url()).toContain('conversation=chat-7');
      await page.goto(`${world.url}/agent/find`);
      await expectGoodPage(page);
      expect(visit.problems).toEqual([]);
      await visit.close();
    },
    minutes,
  );

  test(
    'the same pages fit a phone, right to left and in the dark, and so does the customer’s receipt',
    async () => {
      const code = await ask({ question: 'אפשר לבטל הזמנה לפני המשלוח?', locale: 'he' });
      const visit = await world.visit({ ...phone, colorScheme: 'dark' });
      await openSignedIn(visit.page, `${world.url}/agent`, person);
      for (const address of [
        `/agent/receipts/${code}?ui=he`,
        '/agent/conversations?id=chat-7&ui=fa',
        `/he/r/${code}`,
        '/fa/r',
      ]) {
        await visit.page.goto(`${world.url}${address}`);
        await expectGoodPage(visit.page);
      }
      expect(visit.problems).toEqual([]);
      await visit.close();
    },
    minutes,
  );
});
