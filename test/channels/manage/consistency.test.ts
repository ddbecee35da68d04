import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { Role } from '../../../server/accounts/accounts.ts';
import { buildApp } from '../../../server/app.ts';
import { byServer } from '../../../server/audit/audit-event.ts';
import { presentAgreement } from '../../../server/channels/manage/present-consistency.ts';
import { type Concord, openConcord } from '../../../server/compose.ts';
import { readConfig } from '../../../server/config.ts';
import { makeApp } from '../../support/make-app.ts';
import { makeArticle, smallWorld, worldFiles } from '../../support/small-world.ts';

const password = 'correct horse battery staple';

/** Four variants each, so that there are pairs. */
const articles = Object.fromEntries(
  ['jacket', 'scarf', 'boots', 'gloves', 'belt', 'dress'].map((thing) => [
    `en/returns/${thing}.md`,
    makeArticle({
      title: `How do I return a ${thing}?`,
      questions: ['send back my', 'bring back the', 'give back this', 'is it too late for my'].map(
        (words) => `${words} ${thing}`,
      ),
      body: `You can return a ${thing} in any shop.`,
    }),
  ]),
);

const run = (snapshot: string, differences = 0) => ({
  snapshot,
  questions: 2_369,
  byLocale: { en: 2_369 },
  channels: [
    { name: 'API POST', compared: 2_369, differing: 0, leftOut: 0 },
    { name: 'FAQ article', compared: 2_276, differing: differences, leftOut: 93 },
  ],
  differences,
  examples: Array.from({ length: differences }, () => ({
    channel: 'FAQ article',
    locale: 'en',
    question: 'how do I return a belt, I am anna@example.com',
    field: 'text',
    expected: 'in any shop',
    found: 'in no shop',
  })),
});

describe('/manage/consistency', () => {
  let folder: string;
  let concord: Concord;
  let app: Express;
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const publish = () => concord.publish({ publisher: 'a test', changeNote: '', keepGoing: false });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'concord-'));
    for (const { path, bytes } of worldFiles(articles)) write(path, bytes);
    const config = { ...readConfig({}), contentDir: folder, dataDir: ':memory:' };
    concord = await openConcord(config, {
      now: () => new Date('2026-11-22T12:00:00Z'),
      log: pino({ level: 'silent' }),
    });
    await publish();
    app = buildApp(concord.appDeps);
    for (const role of ['agent', 'editor', 'manager', 'admin'] as const)
      await concord.accounts.add({ name: role, password, role }, byServer);
  });
  afterAll(async () => {
    await concord.close();
    rmSync(folder, { recursive: true });
  });

  async function signedIn(role: Role) {
    const { headers } = await request(app)
      .post('/agent/sign-in')
      .type('form')
      .send({ name: role, password, next: '/agent' });
    return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  }
  const page = async (role: Role, query = '') =>
    request(app)
      .get(`/manage/consistency${query}`)
      .set('cookie', await signedIn(role))
      .set('accept', 'text/html');
  async function record(role: Role, body: object, token?: string) {
    const cookie = await signedIn(role);
    const console = await request(app).get('/agent').set('cookie', cookie);
    const own = /name="token" value="([^"]+)"/.exec(console.text)?.[1] ?? '';
    return request(app)
      .post('/manage/consistency/runs')
      .set('cookie', cookie)
      .set('accept', 'application/json')
      .set('x-form-token', token ?? own)
      .send(body);
  }

  test.each([
    ['agent', 403],
    ['editor', 200],
    ['manager', 200],
    ['admin', 200],
  ] as const)('is answered to the role %s with %i', async (role, status) => {
    const { status: given, headers, text } = await page(role);
    expect(given).toBe(status);
    expect(headers['cache-control']).toBe('no-store');
    expect(text.includes('trend__line')).toBe(status === 200 && text.includes('<polyline'));
  });

  test('shows what the release was measured at, before any run', async () => {
    const { text } = await page('manager');
    const measured = concord.current().public.calibration('en').agreement;
    expect(measured?.pairs).toBeGreaterThan(10);
    expect(text).toContain(`${measured?.pairs} pairs`);
    expect(text).toContain('from release 1 to release 1');
    expect(text).toContain('No run has been recorded yet.');
    expect(text).toContain('npm run verify:parity -- http://127.0.0.1:3000 --agent manager --record');
    expect(text).not.toMatch(/ style=|<style/);
  });

  test('shows agreement over the releases as a drawing and a table, and the last run of each', async () => {
    const first = concord.current().public.snapshot;
    expect((await record('manager', run(first))).status).toBe(201);
    write('en/returns/belt.md', makeArticle({ title: 'How do I return a belt?', body: 'In any shop.' }));
    await publish();
    const recorded = await record('admin', run(concord.current().public.snapshot, 2));
    expect(recorded.body).toEqual({ id: 2, release: 2 });
    const { text } = await page('manager');
    expect(text).toMatch(/<polyline class="trend__line" points="[\d.]+,[\d.]+ [\d.]+,[\d.]+"/);
    expect(text).toContain('from release 1 to release 2');
    const rows = [...text.matchAll(/<tr><th scope="row">(\d) <span[\s\S]*?<\/tr>/g)].map(([row]) => row);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain('2 differences');
    expect(rows[1]).toContain('No difference');
    expect(rows[0]).toContain('not measured');
    expect(text).toContain('by admin, on release 2: 2,369 questions through 2 channels.');
    expect(text).toMatch(/in <del[^>]*>.*?any<\/del><ins[^>]*>.*?no<\/ins> shop/);
    expect(text).not.toContain('anna@example.com');
  });

  test('speaks the language asked for', async () => {
    const { text, headers } = await page('admin', '?ui=fa');
    expect(headers['content-language']).toBe('fa');
    expect(text).toContain('یکسانی پاسخ‌ها');
  });

  test.each([
    ['an agent', 'agent', {}, undefined, 403],
    ['a form of another session', 'manager', {}, 'another', 403],
    ['a run on other content', 'manager', { snapshot: '0'.repeat(64) }, undefined, 400],
    ['a run that says more than it should', 'manager', { password: 'x' }, undefined, 400],
    ['a run without channels', 'manager', { channels: [] }, undefined, 400],
    ['a run with too many examples', 'manager', run('', 21), undefined, 400],
  ] as const)('no run is taken from %s', async (_name, role, other, token, status) => {
    const before = await concord.appDeps.consistency.runs.latest(100);
    const snapshot = concord.current().public.snapshot;
    const { status: given, body } = await record(role, { ...run(snapshot), snapshot, ...other }, token);
    expect(given).toBe(status);
    expect(body).toMatchObject({ status, code: status === 403 ? 'forbidden' : 'invalid-request' });
    expect(await concord.appDeps.consistency.runs.latest(100)).toEqual(before);
  });

  test('a form instead of JSON is refused', async () => {
    const cookie = await signedIn('manager');
    const console = await request(app).get('/agent').set('cookie', cookie);
    const token = /name="token" value="([^"]+)"/.exec(console.text)?.[1] ?? '';
    const { status } = await request(app)
      .post('/manage/consistency/runs')
      .set('cookie', cookie)
      .type('form')
      .send({ token, snapshot: 'x' });
    expect(status).toBe(415);
  });
});

describe('the drawing of agreement', () => {
  const words = (async () => {
    const world = await makeApp(smallWorld().snapshot);
    await world.close();
    return (locale: string) => world.deps.views.words(locale);
  })();
  const present = async (shares: readonly (Readonly<Record<string, number>> | null)[]) => {
    const wordsOf = await words;
    const agreements = shares.map((byLocale, at) => ({
      release: shares.length - at,
      publishedAt: '2026-11-22T12:00:00.000Z',
      agreement: Object.fromEntries(
        Object.entries(byLocale ?? {}).map(([locale, share]) => [locale, { pairs: 100, same: share * 100 }]),
      ),
    }));
    return presentAgreement(agreements, [], ['en', 'he', 'fa', 'ms'], { words: wordsOf('en'), wordsOf });
  };

  test('is none where nothing was measured', async () => {
    expect((await present([])).chart).toBeNull();
    const { chart, rows } = await present([null]);
    expect(chart).toBeNull();
    expect(rows[0]?.cells).toEqual([null, null, null, null]);
  });

  test('goes up with agreement and to the right with releases, and breaks where nothing was measured', async () => {
    const { chart } = await present([{ en: 0.9 }, { en: 0.5 }, null, { en: 0.2 }, { en: 0.2 }]);
    const [series] = chart?.series ?? [];
    expect(series?.lines).toHaveLength(2);
    expect(series?.marks).toHaveLength(4);
    const [from, to] = (series?.lines[1] ?? '').split(' ').map((point) => point.split(',').map(Number));
    expect(to?.[0]).toBeGreaterThan(from?.[0] ?? 0);
    expect(to?.[1]).toBeLessThan(from?.[1] ?? 0);
    expect(chart?.now).toBe('English 90%');
  });

  test('keeps names apart that end at the same height, and inside', async () => {
    const { chart } = await present([{ en: 0, he: 0, fa: 0.01, ms: 0.02 }]);
    const heights = (chart?.series ?? []).map(({ labelY }) => labelY).sort((a, b) => a - b);
    for (let at = 1; at < heights.length; at++)
      expect((heights[at] ?? 0) - (heights[at - 1] ?? 0)).toBeGreaterThanOrEqual(16);
    expect(heights.at(-1)).toBeLessThanOrEqual(chart?.bottom ?? 0);
  });

  test('names few releases of many, the last one among them', async () => {
    const { chart } = await present(Array.from({ length: 26 }, () => ({ en: 0.5 })));
    const named = chart?.ticksX.map(({ release }) => release) ?? [];
    expect(named.length).toBeLessThanOrEqual(7);
    expect(named.at(-1)).toBe(26);
  });
});
