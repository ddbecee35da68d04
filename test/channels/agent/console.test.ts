import request from 'supertest';
import type { AnswerResult } from '../../../server/answers/answer.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { makeArticle, smallArticles, smallWorld } from '../../support/small-world.ts';

/** Words that stand in agents' text alone. */
const canary = 'quokkaword';

const { snapshot } = smallWorld({
  ...smallArticles(),
  'en/orders/shipping-cost.md': makeArticle({
    title: 'What does shipping cost?',
    questions: ['price of delivery please'],
    offers: ['free-shipping-code'],
    body: `
Standard shipping costs {{fact:shipping-fee}} per order. See [returns](../returns/return-window.md).

:::agent
The ${canary} refunds <b>this</b> & that.
:::

## Express

Express has its own price.

:::agent
Ask the ${canary}-desk first.
:::
`,
  }),
  'en/returns/old-rule.md': makeArticle({
    title: 'What is the rule nobody has confirmed?',
    verified: '2025-01-01',
    body: 'This rule was written long ago.',
  }),
  'he/orders/cancel-order.md': makeArticle({
    title: 'אפשר לבטל הזמנה לפני שנשלחה?',
    questions: ['הזמנתי בטעות'],
    body: 'כן. אפשר לבטל ללא עלות בתוך {{fact:cancellation-window}}.\n\n## איך מבטלים {#how-to-cancel}\n\nפותחים את ההזמנה ובוחרים **ביטול**.',
  }),
  'en/orders/quokka-refunds.md': makeArticle({
    title: `Internal: how ${canary} refunds work`,
    questions: ['goodwill beyond the rules'],
    audience: 'agent',
    body: `Only the ${canary} lead may do this.\n\n## Steps\n\n1. Write to the lead.`,
  }),
});

let world: TestApp;
let cookie: string;
beforeAll(async () => {
  world = await makeApp(snapshot);
  ({ cookie } = await world.signIn());
});
afterAll(() => world.close());

const page = async (address: string, status = 200): Promise<string> => {
  const response = await request(world.app).get(address).set({ cookie, accept: 'text/html' });
  expect({ address, status: response.status }).toEqual({ address, status });
  return response.text;
};
const asked = (parameters: Record<string, string>) => page(`/agent?${new URLSearchParams(parameters)}`);
const viaApi = async (body: Record<string, unknown>): Promise<AnswerResult> => {
  const response = await request(world.app).post('/api/v1/answer').send(body);
  expect(response.status).toBe(200);
  return response.body;
};
const recorded = () =>
  world.db
    .selectFrom('served_answers')
    .select(['channel', 'question', 'answer_id', 'code', 'fingerprint'])
    .where('channel', '=', 'agent')
    .execute();

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  '#x27': "'",
  '#x3D': '=',
  '#x60': '`',
};
const unescaped = (text: string) =>
  text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** The value of a form that is copied, as the browser has it. */
const copyForm = (html: string, form: string): string =>
  unescaped(
    new RegExp(`<textarea[^>]*data-form="${form}"[^>]*>\\n([\\s\\S]*?)</textarea>`).exec(html)?.[1] ??
      new RegExp(`<input[^>]*data-form="${form}"[^>]*value="([^"]*)"`).exec(html)?.[1] ??
      '',
  );

/** The surfaces for agents only, as they stand in a page. */
const deskOf = (html: string): string =>
  (html.match(/<aside class="desk[\s\S]*?<\/aside>/g) ?? []).join('\n');
const withoutDesk = (html: string): string =>
  html
    .replace(/<aside class="desk[\s\S]*?<\/aside>/g, '')
    .replace(/<div class="desk results__internal">[\s\S]*?<\/ol>\s*<\/div>/g, '')
    .replace(/<section class="desk"[\s\S]*?<\/section>/g, '');

describe('an answer in the console', () => {
  test.each([
    [
      'a question',
      { q: 'I ordered by mistake, stop it please' },
      { question: 'I ordered by mistake, stop it please' },
    ],
    [
      'an answer id',
      { selected: 'orders/cancel-order#how-to-cancel' },
      { answerId: 'orders/cancel-order#how-to-cancel' },
    ],
    ['another language', { q: 'הזמנתי בטעות', locale: 'he' }, { question: 'הזמנתי בטעות', locale: 'he' }],
    [
      'a missing translation',
      { selected: 'returns/return-window#lead', locale: 'he' },
      { answerId: 'returns/return-window', locale: 'he' },
    ],
    [
      'another customer and date',
      { selected: 'orders/shipping-cost#lead', region: 'EU', plan: 'standard', asOf: '2027-02-01' },
      { answerId: 'orders/shipping-cost', context: { region: 'EU', plan: 'standard' }, asOf: '2027-02-01' },
    ],
  ])('by %s is the API’s: same fingerprint, same words', async (_by, parameters, body) => {
    const html = await asked(parameters as Record<string, string>);
    const { answer } = await viaApi(body);
    if (!answer) throw new Error('the API answered');
    expect(html).toContain(
      `data-answer-id="${answer.id}" data-fingerprint="${answer.fingerprint}">${answer.html}</div>`,
    );
    const link = 'asOf' in parameters ? '' : '\n\nhttp://127.0.0.1:3000/';
    expect(copyForm(html, 'text').startsWith(`${answer.text}${link}`)).toBe(true);
    expect(html).toContain(`<code class="hash" dir="ltr">${answer.revision}</code>`);
    expect(html).toContain(`<code class="hash" dir="ltr">${answer.snapshot}</code>`);
    expect(html).toContain(`lang="${answer.locale}"`);
  });

  test('is recorded once with channel agent, and its receipt code is shown', async () => {
    const before = await recorded();
    const html = await asked({ q: 'cancel order not shipped yet' });
    const after = (await recorded()).filter(({ code }) => !before.some((one) => one.code === code));
    expect(after).toHaveLength(1);
    expect(after[0]).toMatchObject({
      question: 'cancel order not shipped yet',
      answer_id: 'orders/cancel-order#lead',
    });
    const code = /id="receipt">([^<]+)</.exec(html)?.[1] ?? '';
    expect(code.replace('-', '')).toBe(after[0]?.code.replace('-', ''));
    const receipt = await request(world.app).get(`/api/v1/receipts/${code}`);
    expect(receipt.body.result.fingerprint).toBe(after[0]?.fingerprint);
  });

  test('an opened row is recorded by its answer id, and the list of its question stays beside it', async () => {
    const before = (await recorded()).length;
    const html = await asked({ q: 'how to cancel', selected: 'orders/cancel-order#how-to-cancel' });
    const after = await recorded();
    expect(after).toHaveLength(before + 1);
    expect(after.at(-1)).toMatchObject({ answer_id: 'orders/cancel-order#how-to-cancel' });
    expect(html).toMatch(/data-row aria-current="true"/);
    expect(html).toContain('name="q" type="search" value="how to cancel"');
  });

  test('a question that depends on the customer shows the question back, with every choice as a link', async () => {
    const html = await asked({ q: 'price of delivery please' });
    const result = await viaApi({ question: 'price of delivery please' });
    expect(result.status).toBe('clarify');
    expect(html).toContain(`data-fingerprint="${result.fingerprint}"`);
    expect(html).toContain(`lang="en" dir="auto">${result.clarification?.prompt}`);
    for (const { value, label } of result.clarification?.options ?? []) {
      expect(html).toContain(label);
      expect(unescaped(html)).toContain(`${result.clarification?.dimension}=${value}`);
    }
    expect(html).not.toContain('data-answer-id');
    const opened = unescaped(
      await asked({ q: 'x', selected: 'orders/shipping-cost#lead', conversation: 'c-1' }),
    );
    expect(opened).toMatch(
      /href="\/agent\?q=x&selected=orders%2Fshipping-cost%23lead&locale=en&region=EU&conversation=c-1"/,
    );
  });

  test('nothing approved shows whom to turn to, with the result’s fingerprint', async () => {
    const html = await asked({ q: 'zxqv wwqq' });
    const result = await viaApi({ question: 'zxqv wwqq' });
    expect(result.status).toBe('no_answer');
    expect(html).toContain(`data-fingerprint="${result.fingerprint}"`);
    expect(html).toContain('No approved answer');
    expect(html).toContain(result.escalation?.email);
    expect(html).not.toContain('data-copy-forms');
  });

  test('an answer that nobody has confirmed lately says so, and when it was', async () => {
    const html = await asked({ selected: 'returns/old-rule#lead' });
    expect(html).toContain('Confirm before you send this');
    expect(html).toContain('January 1, 2025, overdue');
    expect(html).toContain('This rule was written long ago.');
  });

  test('what its words depend on is named, and every value and the neighbouring dates are one link away', async () => {
    const customer = unescaped(
      await asked({ selected: 'orders/shipping-cost#lead', region: 'EU', plan: 'plus' }),
    );
    expect(customer).toMatch(/region=US[^"]*"[^>]*>United States/);
    expect(customer).toMatch(/region=EU[^"]*" aria-current="true">European Union/);
    expect(customer).toMatch(/plan=standard[^"]*"[^>]*>Not a member/);
    const dated = unescaped(await asked({ selected: 'returns/return-window#lead' }));
    expect(dated).toContain('Holds from November 15, 2026 until January 10, 2027');
    expect(dated).toMatch(/asOf=2026-11-14">See the words before that/);
    expect(dated).toMatch(/asOf=2027-01-11">See the words after that/);
  });

  test('another day is another surface, named, with the way back to today', async () => {
    const today = await asked({ selected: 'returns/return-window#lead' });
    expect(today).not.toContain('other-date');
    const later = await asked({ selected: 'returns/return-window#lead', asOf: '2027-02-01' });
    expect(later).toContain('answer--other-date');
    expect(later).toContain('how it will be on February 1, 2027');
    expect(later).toContain('What the customer sees on February 1, 2027');
    expect(later).toContain('30 days');
    const earlier = await asked({ selected: 'returns/return-window#lead', asOf: '2026-03-01' });
    expect(earlier).toContain('how it was on March 1, 2026');
  });

  test('says why it was found, how sure that is, and what else could be meant', async () => {
    const question = 'how long to send an item back after delivery';
    const html = await asked({ q: question });
    const result = await viaApi({ question });
    expect(result.why.length).toBeGreaterThan(0);
    expect(html).toContain('Why this one');
    for (const word of result.why[0]?.words ?? []) expect(html).toContain(word);
    expect(html).toContain(`<dd>${Math.round(result.confidence * 100)}%</dd>`);
    for (const { title } of result.alternatives) expect(html).toContain(title);
  });

  test('the link to send carries what the words depend on, so that the customer reads the same', async () => {
    const html = await asked({ selected: 'orders/shipping-cost#lead', region: 'EU', plan: 'plus', q: 'x' });
    const link = copyForm(html, 'link');
    expect(link).toBe('http://127.0.0.1:3000/en/orders/shipping-cost?region=EU&plan=plus#lead');
    const { answer } = await viaApi({
      answerId: 'orders/shipping-cost',
      context: { region: 'EU', plan: 'plus' },
    });
    const customers = await request(world.app).get(
      link.slice('http://127.0.0.1:3000'.length).split('#')[0] ?? '',
    );
    expect(customers.text).toContain(`data-fingerprint="${answer?.fingerprint}"`);
  });

  test('the forms for copying hold the public words alone, and their links lead home from anywhere', async () => {
    const html = await asked({ selected: 'orders/shipping-cost#lead', region: 'EU', plan: 'plus' });
    const link = 'http://127.0.0.1:3000/en/orders/shipping-cost?region=EU&plan=plus#lead';
    expect(copyForm(html, 'text')).toMatch(/^Standard shipping costs \S+ per order\. See returns\.\n\nhttp/);
    expect(copyForm(html, 'markdown')).toContain('[returns](http://127.0.0.1:3000/en/returns/return-window)');
    expect(copyForm(html, 'markdown').endsWith(`\n\n<${link}>`)).toBe(true);
    expect(copyForm(html, 'html')).toContain('href="http://127.0.0.1:3000/en/returns/return-window"');
    for (const form of ['text', 'markdown', 'html', 'link'])
      expect(copyForm(html, form)).not.toContain(canary);
  });
});

describe('what only agents may see', () => {
  test('stands in its own labelled surface beside the answer, with owner, notes and offers within their bounds', async () => {
    const html = await asked({ selected: 'orders/shipping-cost#lead', region: 'US', plan: 'standard' });
    const desk = deskOf(html);
    expect(desk).toContain('Agents only');
    expect(desk).toContain(`The ${canary} refunds`);
    expect(desk).toContain(`${canary}-desk`);
    expect(desk).toContain('Orders desk');
    for (const bound of [
      'Free-shipping code',
      'Up to $8.00',
      'Once per order',
      'More only with: Support leads',
    ])
      expect(desk).toContain(bound);
    expect(withoutDesk(html)).not.toContain(canary);
  });

  test('the counter-test: no page or answer of the public has a word of it', async () => {
    const anonymous = [
      '/en',
      '/en/orders',
      '/en/orders/shipping-cost?region=US&plan=standard',
      `/en/search?q=${canary}`,
      '/en/orders/quokka-refunds',
      '/sitemap.xml',
      `/api/v1/search?q=${canary}`,
      `/api/v1/answer?q=${encodeURIComponent('goodwill beyond the rules')}`,
      '/api/v1/articles',
    ];
    for (const address of anonymous) {
      const { text } = await request(world.app).get(address);
      expect({
        address,
        leaks: /refunds work|The quokkaword|quokkaword lead|quokkaword-desk/.test(text),
      }).toEqual({
        address,
        leaks: false,
      });
    }
    expect(await page('/agent/articles/orders/quokka-refunds')).toContain(`the ${canary} lead`);
  });

  test('agents’ words do not change the answer, and find their own list', async () => {
    const html = await asked({ q: `${canary} refunds` });
    const result = await viaApi({ question: `${canary} refunds` });
    expect(html).toContain(`data-fingerprint="${result.fingerprint}"`);
    expect(html).toContain(`Internal: how ${canary} refunds work`);
    expect(withoutDesk(html)).not.toContain('refunds work');
  });

  test('an internal article has its own page, every part in the agents’ surface and nothing to copy without a warning', async () => {
    const html = await page('/agent/articles/orders/quokka-refunds');
    expect(html).toContain('No customer can see any of it.');
    expect(html).toContain('Write to the lead.');
    expect(html).not.toContain('class="answer');
    expect(html).not.toContain('data-copy="');
    expect(html).not.toContain('/en/orders/quokka-refunds');
    expect(html).toContain('data-copy-note');
    const before = (await recorded()).length;
    await page('/agent/articles/orders/stolen-card');
    expect(await recorded()).toHaveLength(before);
  });

  test('a public article has every part with its notes beside it', async () => {
    const html = await page('/agent/articles/orders/shipping-cost?region=EU&plan=plus');
    const { answer } = await viaApi({ answerId: 'orders/shipping-cost#express' });
    expect(html).toContain(
      `data-answer-id="orders/shipping-cost#express" data-fingerprint="${answer?.fingerprint}"`,
    );
    expect(html).toContain('data-answer-id="orders/shipping-cost#lead"');
    expect(deskOf(html)).toContain(`${canary}-desk`);
    expect(html).toContain('price of delivery please');
    const open = await page('/agent/articles/orders/shipping-cost');
    expect(unescaped(open)).toMatch(/href="\/agent\/articles\/orders\/shipping-cost\?[^"]*region=EU/);
  });

  test('an article that nobody has is 404', async () => {
    await page('/agent/articles/orders/never-was', 404);
    await page('/agent?selected=orders%2Fnever-was', 404);
  });
});

describe('results while typing', () => {
  const typed = (parameters: Record<string, string>) =>
    request(world.app).get('/agent/results').query(parameters).set({ cookie, accept: 'application/json' });

  test('are the list that the question would get, the agents’ own apart, and nothing is recorded', async () => {
    const before = (await recorded()).length;
    const { body, headers } = await typed({ q: 'cancel my order' });
    expect(headers['cache-control']).toBe('no-store');
    expect(body.announcement).toMatch(/^\d+ results?$/);
    const rows = [...body.html.matchAll(/href="([^"]+)" data-row/g)].map((match) => unescaped(match[1]));
    const search = await request(world.app).get('/api/v1/search').query({ q: 'cancel my order' });
    const first = search.body.hits[0];
    expect(rows[0]).toBe(
      `/agent?${new URLSearchParams({ q: 'cancel my order', selected: first.answerId, locale: 'en' })}`,
    );
    expect(await recorded()).toHaveLength(before);
  });

  test('say what Enter would do', async () => {
    expect((await typed({ q: 'I ordered by mistake, stop it please' })).body.html).toContain(
      'Enter opens the first answer',
    );
    expect((await typed({ q: 'price of delivery please' })).body.html).toContain('would ask back');
    expect((await typed({ q: 'zxqv' })).body.html).toContain('Nothing fits');
  });

  test('an empty box has none', async () => {
    expect((await typed({ q: '  ' })).body).toEqual({ announcement: '', html: '' });
  });

  test('a question comes back as text, never as markup', async () => {
    const html = await asked({ q: '"><script>alert(1)</script>' });
    expect(html).not.toContain('<script>alert');
    expect((await typed({ q: '<img src=x onerror=alert(1)>' })).body.html).not.toContain('<img');
  });
});

describe('the address', () => {
  test.each([
    ['an unknown parameter', 'regoin=EU'],
    ['an unknown region', 'region=XX'],
    ['an unknown language', 'locale=de'],
    ['a day that does not exist', 'asOf=2026-02-30'],
    ['what is no day', 'asOf=tomorrow'],
    ['a question given twice', 'q=a&q=b'],
    ['a question in brackets', 'q[x]=a'],
    ['a question of 2,001 characters', `q=${'a'.repeat(2_001)}`],
    ['a prototype', '__proto__=x'],
  ])('%s is refused with 400', async (_what, query) => {
    await page(`/agent?${query}`, 400);
    const json = await request(world.app)
      .get(`/agent/results?${query}`)
      .set({ cookie, accept: 'application/json' });
    expect(json.status).toBe(400);
    expect(json.body).toMatchObject({ code: 'invalid-request' });
    expect(json.body.field).toBeTruthy();
  });

  test('empty fields, as a form without script sends them, count as not given', async () => {
    const html = await asked({
      q: 'cancel order not shipped yet',
      region: '',
      plan: '',
      asOf: '',
      locale: 'en',
      ui: 'en',
    });
    expect(html).toContain('data-answer-id="orders/cancel-order#lead"');
  });
});

describe('the console itself', () => {
  test.each([
    ['en', 'ltr'],
    ['he', 'rtl'],
    ['fa', 'rtl'],
    ['ms', 'ltr'],
  ])('is in %s, and its answers may be in another language', async (ui, dir) => {
    const html = await asked({ ui, q: 'הזמנתי בטעות', locale: 'he' });
    expect(html).toContain(`<html lang="${ui}" dir="${dir}">`);
    expect(html).toMatch(/<div class="prose" lang="he" dir="rtl" data-answer-id="orders\/cancel-order#lead"/);
    expect(html).toContain(`<input type="hidden" name="ui" value="${ui}">`);
  });

  test('before anything is asked it shows what is asked most and every internal article, and records nothing', async () => {
    const before = (await recorded()).length;
    const html = await page('/agent');
    expect(html).toContain('Internal articles');
    expect(html).toContain('What do I do when a payment card looks stolen?');
    expect(html).toContain('/agent/articles/orders/quokka-refunds');
    expect(await recorded()).toHaveLength(before);
  });

  test('names the release in use, and says so where newer content was refused', async () => {
    const own = await makeApp(snapshot);
    try {
      const person = await own.signIn();
      const get = async () => (await request(own.app).get('/agent').set('cookie', person.cookie)).text;
      expect(await get()).toContain('Release 1');
      expect(await get()).not.toContain('The newest content has errors');
      own.serve(snapshot, ['en/orders/change.md:3  fact-unknown: <b>a fact</b>']);
      const refused = await get();
      expect(refused).toContain(
        'The newest content has errors, so it is not served. Everyone still sees release 2.',
      );
      expect(refused).toContain('en/orders/change.md:3  fact-unknown: &lt;b&gt;a fact&lt;/b&gt;');
    } finally {
      await own.close();
    }
  });

  test('has no script, style or handler of its own in the page', async () => {
    for (const address of [
      '/agent',
      '/agent?q=cancel',
      '/agent/articles/orders/shipping-cost',
      '/agent/sign-in?locale=he',
    ]) {
      const { text } = await request(world.app).get(address).set('cookie', cookie);
      expect({
        address,
        inline: /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=/i.test(
          text.replace(/<textarea[\s\S]*?<\/textarea>/g, ''),
        ),
      }).toEqual({ address, inline: false });
    }
  });
});
