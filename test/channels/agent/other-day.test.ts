import request from 'supertest';
import { AppError } from '../../../server/errors.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallWorld, smallYaml } from '../../support/small-world.ts';

/** The company's site before it knew of memberships, and of Malay. */
const earlySite = (smallYaml['site.yaml'] ?? '')
  .replace(', ms: Kedai Kecil', '')
  .replace('locales: [en, he, fa, ms]', 'locales: [en, he, fa]')
  .replace(/ {2}plan:\n(?: {4}.*\n)+/, '');
const earlyFacts = (smallYaml['facts.yaml'] ?? '').replace(/ {4}- \{ value: 0 .*\n/g, '');

const wrap = (days: string, note: string): string =>
  makeArticle({
    title: 'How long does gift wrapping take?',
    questions: ['wrapping time please'],
    body: `Gift wrapping takes ${days}.\n\n:::agent\n${note}\n:::\n`,
  });
const withdrawn = makeArticle({
  title: 'Do you sell vouchers?',
  questions: ['voucher please'],
  body: 'Vouchers are sold in shops.',
});
const seasonal = makeArticle({
  title: 'When is the winter sale?',
  effective: { from: '2026-11-10', to: '2026-12-24' },
  body: 'It is on now.',
});

const first = smallWorld({
  'site.yaml': earlySite,
  'facts.yaml': earlyFacts,
  'en/orders/wrap.md': wrap('five working days', 'The early note.'),
  'en/orders/vouchers.md': withdrawn,
  'en/orders/winter.md': seasonal,
}).snapshot;
const second = smallWorld({
  'en/orders/wrap.md': wrap('two working days', 'The late note.'),
  'en/orders/winter.md': seasonal,
}).snapshot;

const question = 'wrapping time please';

describe('another day in the console', () => {
  let clock = new Date('2026-11-01T15:00:00Z');
  let world: TestApp;
  let cookie: string;
  beforeAll(async () => {
    world = await makeApp(first, { now: () => clock });
    clock = new Date('2026-11-20T15:00:00Z');
    world.serve(second);
    clock = new Date('2026-11-22T12:00:00Z');
    ({ cookie } = await world.signIn());
  });
  afterAll(() => world.close());

  const get = async (path: string, parameters: Record<string, string>, status = 200): Promise<string> => {
    const response = await request(world.app)
      .get(`${path}?${new URLSearchParams(parameters)}`)
      .set({ cookie, accept: 'text/html' });
    expect({ parameters, status: response.status }).toEqual({ parameters, status });
    return response.text.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
  };

  test('shows what was published then, with its note, its release and its snapshot', async () => {
    const html = await get('/agent', { q: question, asOf: '2026-11-19' });
    expect(html).toContain('Gift wrapping takes five working days.');
    expect(html).toContain('The early note.');
    expect(html).not.toContain('The late note.');
    expect(html).toContain(`<code class="hash" dir="ltr">${first.public.id}</code>`);
    expect(html).toMatch(/As it was published then: release 1, published Nov 1, 2026/);
    expect(html).toContain('class="agent agent--other-date agent--past"');
  });

  test('the day of a publication has what was published on it', async () => {
    expect(await get('/agent', { q: question, asOf: '2026-11-20' })).toContain('two working days');
  });

  test('says beside it what holds today, where that differs, with a link to the same question today', async () => {
    const html = await get('/agent', { q: question, asOf: '2026-11-19' });
    expect(html).toMatch(
      /<strong>Today:<\/strong> <span[^>]*>Gift wrapping takes two working days\.<\/span>/,
    );
    expect(html).toMatch(
      /href="\/agent\?q=wrapping\+time\+please&locale=en&conversation=[0-9a-f-]{36}">See it today/,
    );
    expect(await get('/agent', { q: question, asOf: '2026-11-21' })).toContain('Today it reads the same.');
    expect(await get('/agent', { selected: 'orders/vouchers#lead', asOf: '2026-11-19' })).toContain(
      'Today there is no such answer.',
    );
  });

  test('is recorded as it was shown: its receipt brings back the old words to agents, and nothing to the public', async () => {
    const html = await get('/agent', { q: question, asOf: '2026-11-19' });
    const code = /id="receipt">([^<]+)</.exec(html)?.[1] ?? '';
    const read = (path: string, headers: Record<string, string> = {}) =>
      request(world.app).get(`${path}/${code}`).set(headers);
    const { body } = await read('/agent/receipts', { cookie, accept: 'application/json' }).expect(200);
    expect(body).toMatchObject({
      channel: 'agent',
      question,
      result: { answer: { snapshot: first.public.id } },
    });
    expect(html).toContain(`data-fingerprint="${body.result.fingerprint}"`);

    const refused = await read('/api/v1/receipts').expect(404);
    expect(refused.text).not.toContain('five working days');
    await read('/api/v1/receipts', { cookie }).expect(404);
    const signedOut = await read('/agent/receipts').expect(302);
    expect(signedOut.text).not.toContain('five working days');
    await request(world.app).get('/agent/receipts/BCDF2345').set({ cookie }).expect(404);
  });

  test('what was said of today can be read by the customer under its receipt', async () => {
    const html = await get('/agent', { q: question });
    const code = /id="receipt">([^<]+)</.exec(html)?.[1] ?? '';
    const { body } = await request(world.app).get(`/api/v1/receipts/${code}`).expect(200);
    expect(body.result.answer.text).toContain('two working days');
  });

  test('before the first release shows the first, and says so', async () => {
    const html = await get('/agent', { q: question, asOf: '2025-03-01' });
    expect(html).toContain('five working days');
    expect(html).toMatch(/Nothing had been published yet\. This is the first release \(1\)/);
  });

  test('a day to come is of what is served now, with the periods of that day', async () => {
    const html = await get('/agent', { q: question, asOf: '2027-01-11' });
    expect(html).toContain('two working days');
    expect(html).toContain('class="agent agent--other-date agent--future"');
    expect(html).toContain('Release 2, which is served now');
    expect(await get('/agent/articles/orders/winter', { asOf: '2026-12-24' }, 404)).toContain(
      'This will not be in force on December 24, 2026.',
    );
  });

  test('lists and the article page are of that release too', async () => {
    const lists = JSON.parse(await get('/agent/results', { q: 'voucher please', asOf: '2026-11-19' })) as {
      html: string;
    };
    expect(lists.html).toContain('Do you sell vouchers?');
    expect(lists.html).toContain('other-date--short');
    const article = await get('/agent/articles/orders/wrap', { asOf: '2026-11-19' });
    expect(article).toContain('five working days');
    expect(article).toContain('The early note.');
    expect(article).toContain('<strong>Today:</strong>');
    expect(await get('/agent/articles/orders/vouchers', { asOf: '2026-11-19' })).toContain('sold in shops');
    expect(await get('/agent/articles/orders/vouchers', { asOf: '2026-11-21' }, 404)).toContain(
      'This was not in force on November 21, 2026.',
    );
  });

  test('leads to the days before and after on which something changes', async () => {
    const html = await get('/agent/articles/orders/winter', { asOf: '2026-11-15' });
    expect(html).toMatch(/asOf=2026-11-10"[^>]*>[\s\S]*?Earlier change: <\/span>November 10, 2026/);
    expect(html).toMatch(/asOf=2026-11-20"[^>]*>[\s\S]*?Later change: <\/span>November 20, 2026/);
    const after = await get('/agent/articles/orders/winter', { asOf: '2026-11-21' });
    expect(after).toMatch(/Later change: <\/span>December 24, 2026/);
  });

  test('goes to and fro between sites that differ in languages and customers', async () => {
    const then = await get('/agent', {
      q: question,
      locale: 'ms',
      plan: 'plus',
      region: 'EU',
      asOf: '2026-11-19',
    });
    expect(then).toContain('five working days');
    expect(then).not.toContain('name="plan"');
    expect(then).toMatch(/name="region"[\s\S]*?value="EU" selected/);
    expect(await get('/agent', { q: question, plan: 'gold', asOf: '2026-11-21' }, 400)).toContain('standard');
  });

  test('an earlier day offers no link for customers, who would read other words there', async () => {
    const html = await get('/agent', { q: question, asOf: '2026-11-19' });
    expect(html).not.toContain('data-copy="link"');
    expect(html).toContain('data-text="Copied without a link');
    expect(html).not.toMatch(/takes five working days\.\n\nhttp/);
  });

  test.each(['2026-02-30', '22.11.2026', 'yesterday', '2026-13-01'])(
    'a day that is not in the calendar, %s, is refused with what is expected',
    async (asOf) => {
      const html = await get('/agent', { q: question, asOf }, 400);
      expect(html).toContain('a day of the calendar as YYYY-MM-DD');
      expect(html).toContain(asOf);
    },
  );

  test('a release that cannot be shown is named with the reason, and nothing else stands in its place', async () => {
    const damaged = await makeApp(first, {
      now: () => clock,
      loadEarlier: () => {
        throw new AppError('database-unusable', { message: 'A stored snapshot is damaged.' });
      },
    });
    clock = new Date('2026-11-25T12:00:00Z');
    damaged.serve(second);
    const { cookie: other } = await damaged.signIn();
    const page = await request(damaged.app)
      .get(`/agent?q=${encodeURIComponent(question)}&asOf=2026-11-24`)
      .set({ cookie: other, accept: 'text/html' });
    expect(page.status).toBe(503);
    expect(page.text).toContain('Release 1, which was current then, cannot be shown.');
    expect(page.text).toContain('database-unusable: A stored snapshot is damaged.');
    expect(page.text).not.toContain('working days');
    const lists = await request(damaged.app)
      .get(`/agent/results?q=${encodeURIComponent(question)}&asOf=2026-11-24`)
      .set({ cookie: other, accept: 'application/json' });
    expect(lists.body.html).toContain('cannot be shown');
    expect(lists.body.html).not.toContain('wrapping');
    await damaged.close();
    clock = new Date('2026-11-22T12:00:00Z');
  });
});
