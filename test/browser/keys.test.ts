import express from 'express';
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
import { listen } from '../support/listen.ts';

const minutes = 60_000;
const password = 'correct horse battery staple';
const tokenForm = /^ck_([a-z2-9]{10})_[A-Za-z0-9_-]{43}$/;

describeInBrowser('keys in a browser', () => {
  let world: BrowserWorld;
  beforeAll(async () => {
    world = await openBrowserWorld();
    for (const [name, role] of [
      ['lior', 'manager'],
      ['noa', 'admin'],
    ] as const)
      await world.accounts.add({ name, role, password }, byServer);
  }, 2 * minutes);
  afterAll(() => world?.close());

  const ask = async (token: string, path = '/api/v1/answer'): Promise<number> => {
    const response = await fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ question: 'Can I cancel my order?' }),
    });
    return response.status;
  };
  const makeOn = async (page: Page, name: string): Promise<string> => {
    await page.goto('/manage/keys');
    await page.click('text=Make a key');
    await page.fill('input[name="name"]', name);
    await page.click('text=Make the key');
    return page.inputValue('.key-secret');
  };

  test(
    'a manager makes a key, copies it, replaces it and revokes it, with the keyboard and a mouse',
    async () => {
      const visit = await world.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
      const { page } = visit;
      await openSignedIn(page, '/manage/keys', { name: 'lior', password });
      expect(await page.textContent('main')).toContain('There are no keys yet.');
      const token = await makeOn(page, 'Shop chatbot');
      expect(token).toMatch(tokenForm);
      expect(page.url()).not.toContain('ck_');
      expect(await ask(token)).toBe(200);
      await page.click('[data-copy="key"]');
      await page.waitForSelector('text=Key copied');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token);
      expect(await seriousFindings(page)).toEqual([]);

      await page.click('main >> text=API keys');
      await page.click('text=Shop chatbot');
      expect(await page.textContent('main')).toContain('Last used');
      await page.selectOption('select[name="old"]', 'now');
      await page.click('text=Make the new key');
      const fresh = await page.inputValue('.key-secret');
      expect([await ask(token), await ask(fresh)]).toEqual([401, 200]);

      await page.goto(`/manage/keys/${tokenForm.exec(fresh)?.[1]}`);
      const revoke = page.locator('button', { hasText: 'Revoke Shop chatbot' });
      expect(await revoke.isVisible()).toBe(false);
      await page.locator('summary', { hasText: 'Revoke this key' }).focus();
      await page.keyboard.press('Enter');
      expect(await seriousFindings(page)).toEqual([]);
      await revoke.click();
      await page.waitForSelector('text=The key is revoked.');
      expect(await ask(fresh)).toBe(401);
      expect(visit.problems).toEqual([]);
      await visit.close();
    },
    2 * minutes,
  );

  test(
    'without script all of it can be done, and only an admin is offered agents’ answers',
    async () => {
      for (const [name, isOffered] of [
        ['lior', false],
        ['noa', true],
      ] as const) {
        const visit = await world.visit({ javaScriptEnabled: false });
        const { page } = visit;
        await openSignedIn(page, '/manage/keys/new', { name, password });
        expect(await page.isEnabled('input[value="agent-answers"]')).toBe(isOffered);
        if (isOffered) await page.check('input[value="agent-answers"]');
        await page.fill('input[name="name"]', `Made by ${name}`);
        await page.click('text=Make the key');
        const token = await page.inputValue('.key-secret');
        expect(await ask(token, '/api/v1/agent/answer')).toBe(isOffered ? 200 : 403);
        await page.goto(`/manage/keys/${tokenForm.exec(token)?.[1]}`);
        await page.click('summary:has-text("Revoke this key")');
        await page.click(`text=Revoke Made by ${name}`);
        expect(await page.textContent('main')).toContain('The key is revoked.');
        expect(visit.problems).toEqual([]);
        await visit.close();
      }
    },
    2 * minutes,
  );

  test.each([
    [1280, 'en', 'light'],
    [1280, 'he', 'dark'],
    [360, 'fa', 'light'],
    [360, 'ms', 'dark'],
  ] as const)(
    'every page fits %i pixels in %s (%s), and axe finds nothing serious',
    async (width, ui, colorScheme) => {
      const visit = await world.visit({ viewport: { width, height: 800 }, colorScheme });
      const { page } = visit;
      await openSignedIn(page, '/manage/keys', { name: 'noa', password });
      const name = `A long name for ${ui} ${width}`;
      const token = await makeOn(page, name);
      expect(await sidewaysOverflow(page)).toBe(0);
      expect(await seriousFindings(page)).toEqual([]);
      const paths = ['/manage/keys', '/manage/keys/new', `/manage/keys/${tokenForm.exec(token)?.[1]}`];
      for (const path of paths) {
        await visit.open(`${path}?ui=${ui}`);
        expect([path, await sidewaysOverflow(page)]).toEqual([path, 0]);
        expect([path, await seriousFindings(page)]).toEqual([path, []]);
      }
      expect(visit.problems).toEqual([]);
      await visit.close();
    },
    2 * minutes,
  );

  test(
    'a page of a listed origin may ask with its key, and a page of another may not',
    async () => {
      const page = express().get('/', (_request, response) => void response.send('<title>A shop</title>'));
      const [shop, evil] = await Promise.all([listen(page), listen(page)]);
      const noa = await world.visit();
      await openSignedIn(noa.page, '/manage/keys/new', { name: 'noa', password });
      await noa.page.fill('input[name="name"]', 'Widget');
      await noa.page.fill('textarea[name="origins"]', shop.url);
      await noa.page.click('text=Make the key');
      const token = await noa.page.inputValue('.key-secret');
      await noa.close();
      const context = await world.visit();
      const asked = (key: string) =>
        context.page.evaluate(
          async ([url, authorization]) => {
            try {
              const response = await fetch(`${url}/api/v1/answer`, {
                method: 'POST',
                headers: { 'content-type': 'application/json', authorization: String(authorization) },
                body: '{"question":"Can I cancel my order?"}',
              });
              return [response.status, response.headers.get('x-request-id') !== null];
            } catch {
              return 'not shared';
            }
          },
          [world.url, `Bearer ${key}`] as const,
        );
      await context.page.goto(shop.url);
      expect(await asked(token)).toEqual([200, true]);
      expect(await asked(`${token.slice(0, -4)}AAAA`)).toBe('not shared');
      await context.page.goto(evil.url);
      expect(await asked(token)).toBe('not shared');
      await context.close();
      await Promise.all([shop.close(), evil.close()]);
    },
    2 * minutes,
  );
});
