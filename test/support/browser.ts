import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pino } from 'pino';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Accounts } from '../../server/accounts/accounts.ts';
import { buildApp } from '../../server/app.ts';
import { openConcord } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import { describeError } from '../../server/errors.ts';
import { listen } from './listen.ts';

/**
 * The real application over the real sample content, in a real browser. A suite begins with
 * `describeInBrowser('…', () => { … })`, which skips, and prints why, where there is no Chromium.
 */
export interface BrowserWorld {
  readonly url: string;
  readonly accounts: Accounts;
  /** A new visitor; closed with the world. */
  visit(options?: BrowserContextOptions): Promise<Visit>;
  close(): Promise<void>;
}

/** One visitor's page, and what went wrong on it: uncaught errors, policy violations, failed requests. */
export interface Visit {
  readonly page: Page;
  readonly problems: string[];
  /** Opens a path of the site; statuses other than 200 are named, e.g. 404. */
  open(path: string, status?: number): Promise<void>;
  close(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A Chromium of this machine: CHROMIUM_PATH, else the first of the usual names in PATH; null where there is none. */
export function findChromium(): string | null {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const places = [
    ...(process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : []),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return places.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const executablePath = findChromium();

/** `describe`, or where there is no browser `describe.skip` with the reason on the console. */
export function describeInBrowser(name: string, suite: () => void): void {
  if (executablePath !== null) {
    describe(name, suite);
    return;
  }
  process.stderr.write(
    `skipped: ${name}: no Chromium in PATH (${names.join(', ')}) and CHROMIUM_PATH is not set\n`,
  );
  describe.skip(name, suite);
}

/** The browser of this machine, for a suite that `describeInBrowser` did not skip; `more`: switches for it. */
export function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', ...more],
  });
}

/** Opens an agents' or managers' page as somebody who is not signed in yet, signs in and waits until it is there. */
export async function openSignedIn(
  page: Page,
  address: string,
  person: { readonly name: string; readonly password: string },
): Promise<void> {
  await page.goto(address);
  const there = new URL(address, page.url()).href;
  await page.fill('input[name="name"]', person.name);
  await page.fill('input[name="password"]', person.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(there);
}

/** Publishes content/ into a new directory, listens on a free port, and starts the browser. The clock stands still. */
export async function openBrowserWorld(options: { readonly now?: () => Date } = {}): Promise<BrowserWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'concord-browser-'));
  const config = {
    ...readConfig({}),
    contentDir: join(import.meta.dirname, '../../content'),
    dataDir,
    rateLimit: 1_000_000,
    keylessRateLimit: 1_000_000,
    accountRateLimit: 1_000_000,
    feedbackRateLimit: 1_000_000,
  };
  const concord = await openConcord(config, {
    now: options.now ?? (() => new Date('2026-11-22T12:00:00Z')),
    log: pino({ level: 'silent' }),
  });
  const publication = await concord.publish({
    publisher: 'a test',
    changeNote: 'For the browser',
    keepGoing: false,
  });
  if (publication.status === 'refused')
    throw new Error(`The sample content is refused:\n${publication.errors.map(describeError).join('\n')}`);
  const server = await listen(buildApp(concord.appDeps));
  const browser = await launchBrowser();
  return {
    url: server.url,
    accounts: concord.accounts,
    visit: (visitor) => openVisit(browser, server.url, visitor),
    async close() {
      await browser.close();
      await server.close();
      await concord.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function openVisit(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  const expected = new Set<string>();
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    // Failed requests are told with their address below.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !expected.has(response.url()))
      problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL)) problems.push(`another host: ${request.url()}`);
  });
  return {
    page,
    problems,
    async open(path, status = 200) {
      if (status >= 400) expected.add(new URL(path, baseURL).href);
      const response = await page.goto(path, { waitUntil: 'load' });
      if (response?.status() !== status)
        problems.push(`${path}: status ${response?.status()} instead of ${status}`);
    },
    close: () => context.close(),
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page as it stands, of serious or critical impact: one line for each, naming the elements. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, so the page's own security policy stays in force.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          root: unknown,
          options: unknown,
        ): Promise<{
          violations: {
            id: string;
            impact: string;
            help: string;
            nodes: { target: unknown[]; failureSummary?: string }[];
          }[];
        }>;
      };
    };
    const { document } = globalThis as unknown as { document: unknown };
    const result = await axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      nodes: nodes.slice(0, 3).map((node) => `${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
    }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) => `${impact} ${id}: ${help} (${nodes.join('; ')})`);
}

/** CSS pixels by which the page is wider than its window; 0 where nobody has to scroll sideways. */
export async function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate(
    `Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)`,
  );
}
