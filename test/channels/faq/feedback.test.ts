import request from 'supertest';
import { createRatedArticles } from '../../../server/channels/faq/rated-articles.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld, smallYaml } from '../../support/small-world.ts';

const everybody = { 'site.yaml': `${smallYaml['site.yaml']}\nsurvey: { share: 1 }\n` };
const question = 'cancel order not shipped yet';
const hour = 3_600_000;

/** The hidden fields of the form that goes to an address. */
function formOf(html: string, action: string): Record<string, string> {
  const form = html.split('<form').find((part) => part.includes(`action="${action}"`)) ?? '';
  const hidden = [...form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(
    hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  );
}

/** What is said under the answer. */
const saidOf = (html: string): string =>
  />([^<]*)<\/p>\n<div class="feedback__body/.exec(html)?.[1] ?? 'no feedback';

describe('feedback on a page', () => {
  let clock: number;
  let world: TestApp;
  beforeEach(async () => {
    clock = Date.parse('2026-11-22T12:00:00Z');
    const config = { trustedHops: 1 };
    world = await makeApp(smallWorld(everybody).snapshot, { now: () => new Date(clock), config });
  });
  afterEach(() => world.close());

  const get = async (path: string): Promise<string> => (await request(world.app).get(path).expect(200)).text;
  const post = (path: string, fields: object, address = '192.0.2.1') =>
    request(world.app)
      .post(path)
      .type('form')
      .set('x-forwarded-for', address)
      .set('sec-fetch-site', 'same-origin')
      .set('origin', world.config.publicUrl)
      .send(fields);
  const search = (extra = '') => get(`/en/search?q=${encodeURIComponent(question)}${extra}`);
  const ratings = () => world.db.selectFrom('ratings').selectAll().execute();
  const served = async () => (await world.db.selectFrom('served_answers').select('code').execute()).length;
  const back = async (response: request.Response): Promise<string> => {
    expect(response.status).toBe(303);
    const { location = '' } = response.headers;
    expect(location).toMatch(/#feedback$/);
    return get(location.replace('#feedback', ''));
  };

  test('is asked under every answer and nowhere else', async () => {
    expect(await search()).toContain('Was this helpful?');
    expect(await get('/en/orders/cancel-order')).toContain('Was this helpful?');
    expect(await get('/en/search?q=quantum+chromodynamics+homework')).not.toContain('id="feedback"');
    expect(await get('/en')).not.toContain('id="feedback"');
  });

  test('takes a yes without script, and comes back to the same answer, which is not recorded twice', async () => {
    const page = await search();
    const fields = formOf(page, '/en/feedback');
    const again = await back(await post('/en/feedback', { ...fields, helpful: 'yes' }));
    expect(saidOf(again)).toContain('Thank you. That is counted.');
    expect(again).toContain(fields.receipt);
    expect(again).toContain('It did not help after all');
    expect(await ratings()).toMatchObject([
      { receipt: fields.receipt, helpful: 1, channel: 'faq', article_id: 'orders/cancel-order' },
    ]);
    expect(await served()).toBe(1);
  });

  test('asks after a no what was the matter, and thanks for it', async () => {
    const fields = formOf(await search(), '/en/feedback');
    const asked = await back(await post('/en/feedback', { ...fields, helpful: 'no' }));
    expect(saidOf(asked)).toContain('What was the matter?');
    const details = formOf(asked.slice(asked.indexOf('feedback__details') - 20), '/en/feedback');
    const sentence = 'Call me: 050-1234567 <b>now</b>';
    const done = await back(
      await post('/en/feedback', { ...details, helpful: 'no', reasons: ['wrong', 'unclear'], sentence }),
    );
    expect(saidOf(done)).toContain('will read it');
    expect(done).not.toMatch(/Call me|now&lt;/);
    expect(await ratings()).toMatchObject([
      { helpful: 0, reasons: '["wrong","unclear"]', sentence: 'Call me: [phone] <b>now</b>' },
    ]);
  });

  test('keeps what the customer chose, and the language', async () => {
    const fields = formOf(await search('&region=EU'), '/en/feedback');
    expect(fields).toMatchObject({ region: 'EU', q: question });
    const { headers } = await post('/en/feedback', { ...fields, helpful: 'yes' });
    expect(headers.location).toMatch(/^\/en\/search\?q=.*region=EU.*&rated=/);
    const foreign = await post('/he/feedback', { ...fields, helpful: 'yes' });
    expect(foreign.headers.location).toMatch(/^\/he\/search/);
  });

  test('of an article counts once a day for an address, the last word, with a receipt of its own', async () => {
    const fields = formOf(await get('/en/orders/cancel-order'), '/en/feedback');
    expect(fields).toEqual({ article: 'orders/cancel-order' });
    const response = await post('/en/feedback', { ...fields, helpful: 'no' });
    const page = await request(world.app).get(String(response.headers.location).replace('#feedback', ''));
    expect(saidOf(page.text)).toContain('What was the matter?');
    expect(page.headers['cache-control']).toBe('no-store');
    await post('/en/feedback', { ...fields, helpful: 'yes' }).expect(303);
    expect(await ratings()).toMatchObject([
      { helpful: 1, article_id: 'orders/cancel-order', channel: 'faq' },
    ]);
    await post('/en/feedback', { ...fields, helpful: 'yes' }, '192.0.2.2').expect(303);
    expect(await ratings()).toHaveLength(2);
    clock += 25 * hour;
    await post('/en/feedback', { ...fields, helpful: 'yes' }).expect(303);
    expect(await ratings()).toHaveLength(3);
    expect(JSON.stringify(await ratings())).not.toContain('192.0.2');
  });

  test('leaves the page of an article cacheable, the same for everybody', async () => {
    const one = await request(world.app).get('/en/orders/cancel-order');
    const other = await request(world.app).get('/en/orders/cancel-order');
    expect(one.text).toBe(other.text);
    expect(one.headers['cache-control']).toMatch(/public|max-age|no-cache/);
    expect(one.headers['referrer-policy']).toBe('same-origin');
  });

  test('of one article does not show on another, and of an unknown receipt shows nothing', async () => {
    const fields = formOf(await get('/en/orders/cancel-order'), '/en/feedback');
    const { headers } = await post('/en/feedback', { ...fields, helpful: 'yes' });
    const code = /rated=(\w+)/.exec(String(headers.location))?.[1];
    expect(await get(`/en/returns/return-window?rated=${code}`)).toContain('Was this helpful?');
    expect(await get('/en/orders/cancel-order?rated=BCDF2345')).toContain('Was this helpful?');
    const elsewhere = await search(`&rated=${code}`);
    expect(elsewhere).toContain('Was this helpful?');
    expect(elsewhere).not.toContain(code ?? '-');
  });

  test('stays as it is after a day, and says so', async () => {
    const fields = formOf(await search(), '/en/feedback');
    await post('/en/feedback', { ...fields, helpful: 'yes' }).expect(303);
    clock += 25 * hour;
    const page = await back(await post('/en/feedback', { ...fields, helpful: 'no' }));
    expect(saidOf(page)).toContain('counted earlier');
    expect(await ratings()).toMatchObject([{ helpful: 1 }]);
  });

  test.each([
    ['another site', { helpful: 'yes' }, { 'sec-fetch-site': 'cross-site' }, 403],
    ['a foreign origin', { helpful: 'yes' }, { origin: 'https://evil.example' }, 403],
    ['a receipt that there is not', { helpful: 'yes', receipt: 'BCDF2345' }, {}, 404],
    ['neither yes nor no', { helpful: 'maybe' }, {}, 400],
    ['an unknown reason', { helpful: 'no', reasons: 'rude' }, {}, 400],
    ['a field of no form', { helpful: 'yes', admin: '1' }, {}, 400],
    ['a sentence of 501 characters', { helpful: 'no', sentence: 'x'.repeat(501) }, {}, 400],
    ['a huge sentence', { helpful: 'no', sentence: 'x'.repeat(200_000) }, {}, 413],
  ])('is refused from or with %s', async (_what, extra, headers, status) => {
    const fields = formOf(await search(), '/en/feedback');
    const response = await post('/en/feedback', { ...fields, ...extra }).set(headers);
    expect(response.status).toBe(status);
    expect(await ratings()).toEqual([]);
  });

  test('never leads elsewhere, whatever its fields say', async () => {
    const { receipt } = formOf(await search(), '/en/feedback');
    for (const q of ['//evil.example', 'https://evil.example/', '\r\nLocation: https://evil.example']) {
      const { headers } = await post('/en/feedback', { receipt, q, helpful: 'yes' });
      expect(headers.location).toMatch(/^\/en\/search\?q=[^/\r\n]*&rated=/);
    }
    await post('/en/feedback', { article: '../../evil', helpful: 'yes' }).expect(404);
    await post('/en/feedback', { article: 'orders/stolen-card', helpful: 'yes' }).expect(404);
  });

  test('of a flood ends with a page that says so', async () => {
    await world.close();
    world = await makeApp(smallWorld(everybody).snapshot, {
      config: { trustedHops: 1, feedbackRateLimit: 2 },
    });
    const fields = formOf(await search(), '/en/feedback');
    for (const status of [303, 303, 429])
      await post('/en/feedback', { ...fields, helpful: 'yes' }).expect(status);
    await search();
    await post('/en/feedback', { ...fields, helpful: 'yes' }, '192.0.2.9').expect(303);
  });

  describe('puts the relationship question', () => {
    const rateTwice = async (): Promise<string> => {
      const first = formOf(await search(), '/en/feedback');
      expect(await back(await post('/en/feedback', { ...first, helpful: 'yes' }))).not.toContain(
        'survey__scale',
      );
      const conversation = `&conversation=${first.conversation}`;
      const next = formOf(await get(`/en/search?q=how+long+can+I+return${conversation}`), '/en/feedback');
      expect(next.conversation).toBe(first.conversation);
      return back(await post('/en/feedback', { ...next, helpful: 'yes' }));
    };

    test('after the second answer of a conversation, takes it without script, and thanks', async () => {
      const page = await rateTwice();
      expect(page).toContain('How likely are you to recommend Small Shop');
      const fields = formOf(page, '/en/survey');
      const done = await back(await post('/en/survey', { ...fields, score: '10', sentence: 'Fast' }));
      expect(saidOf(done)).toContain('Thank you for your answer.');
      expect(done).not.toContain('survey__scale');
      expect(await world.db.selectFrom('survey_answers').selectAll().execute()).toMatchObject([
        { score: 10, sentence: 'Fast', channel: 'faq', locale: 'en', conversation_id: fields.conversation },
      ]);
      await post('/en/survey', { ...fields, score: '0' }).expect(303);
      expect(await world.db.selectFrom('survey_answers').select('score').execute()).toEqual([{ score: 10 }]);
    });

    test('on a page of its own too, only of a conversation that is asked', async () => {
      const { conversation = '' } = formOf(await rateTwice(), '/en/survey');
      const page = await get(`/en/survey?conversation=${conversation}`);
      expect(page).toContain('<meta name="robots" content="noindex">');
      const fields = formOf(page, '/en/survey');
      const { headers } = await post('/en/survey', { ...fields, score: '3', sentence: '' }).expect(303);
      expect(await get(String(headers.location))).toContain('Thank you for your answer.');
      for (const path of ['/en/survey', '/en/survey?conversation=somebody-else'])
        await request(world.app).get(path).expect(404);
    });

    test.each([
      ['11', 400],
      ['-1', 400],
      ['', 400],
      ['10.5', 400],
    ])('and refuses the score %j', async (score, status) => {
      const fields = formOf(await rateTwice(), '/en/survey');
      await post('/en/survey', { ...fields, score }).expect(status);
    });

    test('in every language of the site', async () => {
      const fields = formOf(await rateTwice(), '/en/survey');
      for (const locale of ['he', 'fa', 'ms'])
        expect(await get(`/${locale}/survey?conversation=${fields.conversation}`)).toContain(
          `action="/${locale}/survey"`,
        );
    });
  });
});

describe('articles that an address has rated', () => {
  test('are remembered for a day, and only so many', async () => {
    let now = 0;
    let minted = 0;
    const mint = async () => {
      minted += 1;
      return `R${minted}`;
    };
    const rated = createRatedArticles({ now: () => new Date(now), key: Buffer.from('key'), most: 2 });
    expect(await rated.receiptFor('192.0.2.1', 'a/b', mint)).toBe('R1');
    expect(await rated.receiptFor('192.0.2.1', 'a/b', mint)).toBe('R1');
    expect(await rated.receiptFor('::ffff:192.0.2.1', 'a/b', mint)).toBe('R1');
    expect(await rated.receiptFor('192.0.2.2', 'a/b', mint)).toBe('R2');
    expect(await rated.receiptFor('192.0.2.1', 'a/c', mint)).toBe('R3');
    expect(await rated.receiptFor('192.0.2.1', 'a/b', mint)).toBe('R4');
    now = 25 * hour;
    expect(await rated.receiptFor('192.0.2.1', 'a/b', mint)).toBe('R5');
  });

  test('share one receipt where two requests come at once, and none where it could not be made', async () => {
    const rated = createRatedArticles({ now: () => new Date(0), key: Buffer.from('key') });
    let minted = 0;
    const mint = async () => {
      minted += 1;
      if (minted === 1) throw new Error('the disk is full');
      return `R${minted}`;
    };
    await expect(rated.receiptFor('a', 'b/c', mint)).rejects.toThrow('full');
    await new Promise(setImmediate);
    const both = [rated.receiptFor('a', 'b/c', mint), rated.receiptFor('a', 'b/c', mint)];
    expect(await Promise.all(both)).toEqual(['R2', 'R2']);
  });
});
