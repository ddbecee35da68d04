import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import request from 'supertest';
import { canonicalJson } from '../../../server/snapshots/canonical-json.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { agentsOnly, apiWorld } from './api-world.ts';

const { snapshot } = apiWorld();

describe('POST /api/v1/answer', () => {
  let world: TestApp;
  beforeAll(async () => {
    world = await makeApp(snapshot);
  });
  afterAll(() => world.close());

  const post = (body: object) => request(world.app).post('/api/v1/answer').send(body);
  const get = (path: string) => request(world.app).get(path);
  const stored = () => world.db.selectFrom('served_answers').selectAll().execute();

  test('answers a question in the customer’s words with approved text and all that accounts for it', async () => {
    const { status, body, headers } = await post({ question: 'I ordered by mistake, stop it please' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['content-language']).toBe('en');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBeUndefined();
    expect(body).toMatchObject({
      status: 'answered',
      fingerprint: body.answer.fingerprint,
      answer: {
        id: 'orders/cancel-order#lead',
        articleId: 'orders/cancel-order',
        section: 'lead',
        locale: 'en',
        requestedLocale: 'en',
        title: 'Can I cancel my order before it ships?',
        heading: null,
        text: 'Yes. An order that has not shipped can be cancelled free of charge within 24 hours.',
        markdown: 'Yes. An order that has not shipped can be cancelled free of charge within 24 hours.',
        html: '<p>Yes. An order that has not shipped can be cancelled free of charge within 24 hours.</p>',
        url: '/en/orders/cancel-order#lead',
        snapshot: snapshot.public.id,
        effective: { from: null, to: null },
        verified: { on: '2026-11-02', state: 'verified' },
        dependsOn: [],
      },
      clarification: null,
      requestedLocale: 'en',
      asOf: '2026-11-22',
      context: {},
    });
    expect(body.confidence).toBeGreaterThan(0.5);
    expect(body.why[0].words).toContain('mistake');
    expect(body.followUps.map((one: { answerId: string }) => one.answerId)).toEqual([
      'returns/return-window#lead',
      'orders/cancel-order#how-to-cancel',
    ]);
    expect(body.escalation).toMatchObject({ contact: 'orders', email: 'orders@small.example' });
  });

  test('gives a fingerprint that anyone can compute again from the answer', async () => {
    const { body } = await post({ answerId: 'returns/return-window#shop' });
    const { fingerprint, ...rest } = body.answer;
    expect(createHash('sha256').update(canonicalJson(rest)).digest('hex')).toBe(fingerprint);
  });

  test.each([
    ['he', 'הזמנתי בטעות, תעצרו את זה', 'כן. אפשר לבטל הזמנה שלא נשלחה בתוך'],
    ['fa', 'اشتباهی سفارش دادم، متوقفش کنید', 'بله. سفارشی که ارسال نشده است'],
    ['ms', 'saya tersalah pesan, tolong hentikan', 'Ya. Pesanan yang belum dihantar'],
  ])('answers in %s', async (locale, question, beginning) => {
    const { body, headers } = await post({ question, locale });
    expect(body.answer).toMatchObject({ id: 'orders/cancel-order#lead', locale, requestedLocale: locale });
    expect(body.answer.text.startsWith(beginning)).toBe(true);
    expect(body.answer.url).toBe(`/${locale}/orders/cancel-order#lead`);
    expect(headers['content-language']).toBe(locale);
  });

  test('says in which language a text without translation is', async () => {
    const { body, headers } = await post({ answerId: 'returns/return-window', locale: 'he' });
    expect(body.answer).toMatchObject({ locale: 'en', requestedLocale: 'he' });
    expect(headers['content-language']).toBe('en');
  });

  test('a bot that follows a clarification gets to the answer, dimension by dimension', async () => {
    const asked = { question: 'how much is postage' };
    const first = (await post(asked)).body;
    expect(first).toMatchObject({ status: 'clarify', answer: null });
    expect(first.clarification).toMatchObject({ answerId: 'orders/shipping-costs#lead' });

    const context: Record<string, string> = {};
    let result = first;
    for (let turn = 0; result.status === 'clarify' && turn < 3; turn += 1) {
      const { dimension, options, prompt } = result.clarification;
      expect(prompt).toMatch(/\?$/);
      const option = options.find((one: { value: string }) => ['EU', 'plus'].includes(one.value));
      context[dimension] = option.value;
      result = (await post({ ...asked, context })).body;
    }
    expect(context).toEqual({ region: 'EU', plan: 'plus' });
    expect(result).toMatchObject({
      status: 'answered',
      answer: { text: 'Standard shipping costs €0.00.' },
      context: { plan: 'plus', region: 'EU' },
    });
    expect(result.answer.dependsOn).toEqual([
      { dimension: 'region', value: 'EU' },
      { dimension: 'plan', value: 'plus' },
    ]);
  });

  test('a clarification between articles gives answer ids, and each of them is an answer', async () => {
    // Which of these is close enough to two articles is search's to tune; that none is would be a fault.
    const torn = [
      'cancel or return order item shop',
      'return or cancel',
      'return order parcel',
      'shipping shop',
    ];
    const results = await Promise.all(torn.map(async (question) => (await post({ question })).body));
    const asking = results.filter(({ clarification }) => clarification?.dimension === null);
    expect(asking.length).toBeGreaterThan(0);
    for (const { clarification } of asking) {
      expect(clarification.prompt).toBe('Which of these is it?');
      expect(clarification.options.length).toBeGreaterThan(1);
      for (const { value, label } of clarification.options) {
        const { body } = await post({ answerId: value, context: { region: 'US', plan: 'plus' } });
        expect(body.answer).toMatchObject({ id: value, title: label });
      }
    }
  });

  test('says when nobody has confirmed the text for too long, with the text and the contact', async () => {
    const { body } = await post({ answerId: 'orders/gift-wrap' });
    expect(body).toMatchObject({
      status: 'needs_confirmation',
      answer: { verified: { on: '2025-01-02', state: 'overdue' } },
      escalation: { message: 'This answer has not been confirmed recently.', contact: 'orders' },
    });
  });

  test('does not guess: without an answer it says whom to turn to, and gives a receipt', async () => {
    const { status, body } = await post({ question: 'quantum chromodynamics homework' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'no_answer',
      answer: null,
      escalation: { message: 'We have no approved answer to that.', email: 'care@small.example' },
    });
    expect(body.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(body.receipt.code).toMatch(/^[2-9A-Z]{8}$/);
  });

  test('asks for another day what holds on that day', async () => {
    const now = await post({ answerId: 'returns/return-window' });
    const later = await post({ answerId: 'returns/return-window', asOf: '2027-02-01' });
    expect(now.body.answer.text).toContain('60 days');
    expect(later.body.answer.text).toContain('30 days');
    expect(later.body.asOf).toBe('2027-02-01');
    expect((await post({ answerId: 'returns/summer-returns' })).status).toBe(404);
    expect((await post({ answerId: 'returns/summer-returns', asOf: '2027-07-01' })).status).toBe(200);
  });

  test('takes null for a field that is left out', async () => {
    const { status, body } = await post({
      question: null,
      answerId: 'orders/cancel-order',
      locale: null,
      context: null,
      asOf: null,
      channel: null,
      conversationId: null,
    });
    expect(status).toBe(200);
    expect(body.answer.id).toBe('orders/cancel-order#lead');
  });

  test('leads from a superseded answer id to what took its place', async () => {
    const { body } = await post({ answerId: 'returns/old-window' });
    expect(body.answer.articleId).toBe('returns/return-window');
  });

  test('records channel, conversation and the redacted question before it answers', async () => {
    const question = 'order MW-123456 of dana@example.com: is it too late to return this';
    const { body } = await post({ question, channel: 'whatsapp', conversationId: 'c-42' });
    const rows = (await stored()).filter((row) => row.conversation_id === 'c-42');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      channel: 'whatsapp',
      question: 'order [order] of [email]: is it too late to return this',
      status: body.status,
      fingerprint: body.fingerprint,
      answer_id: body.answer?.id ?? null,
      locale: 'en',
      code: body.receipt.code.replace('-', ''),
    });
    expect(JSON.stringify(rows)).not.toMatch(/123456|dana@/);
  });

  test('is named api where the caller names no channel', async () => {
    const { body } = await post({ question: 'gift wrapping paper and ribbon' });
    const row = (await stored()).find(({ code }) => code === body.receipt.code.replace('-', ''));
    expect(row).toMatchObject({ channel: 'api', conversation_id: null });
  });

  test('echoes a plain request id and makes one otherwise', async () => {
    const mine = await post({ question: 'a' }).set('X-Request-Id', 'my-id.7');
    expect(mine.headers['x-request-id']).toBe('my-id.7');
    const odd = await post({ question: 'a' }).set('X-Request-Id', 'a b<c>');
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const refused = await post({}).set('X-Request-Id', 'my-id.8');
    expect(refused.body.requestId).toBe('my-id.8');
  });

  test('answers nothing that could not be recorded, while what is not recorded is still answered', async () => {
    const broken = await makeApp(snapshot);
    await sql`drop table served_answers`.execute(broken.db);
    const { status, body, headers } = await request(broken.app)
      .post('/api/v1/answer')
      .send({ answerId: 'orders/cancel-order' });
    expect(status).toBe(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ code: 'unavailable', status: 503 });
    expect(JSON.stringify(body)).not.toMatch(/sqlite|table|An order/i);
    const read = await request(broken.app).get('/api/v1/answer?q=cancel order not shipped yet');
    expect(read.body.status).toBe('answered');
    await broken.close();
  });

  test.each(['question', 'answerId'])('never gives agents’ text, asked by %s', async (by) => {
    const asks =
      by === 'question'
        ? [
            { question: agentsOnly },
            { question: `${agentsOnly} chargeback warning` },
            { question: 'stolen payment card' },
          ]
        : [{ answerId: 'orders/stolen-card' }, { answerId: 'orders/stolen-card#lead' }];
    for (const ask of asks) {
      const { status, body } = await post(ask);
      expect(status).toBe(by === 'question' ? 200 : 404);
      const { why: _own, handover: _too, ...theirs } = body;
      expect(JSON.stringify(theirs)).not.toMatch(new RegExp(`${agentsOnly}|fraud desk|free-shipping`, 'i'));
    }
  });

  test('an agents’ word is answered as an unknown word is', async () => {
    const [hidden, unknown] = await Promise.all([
      post({ question: `${agentsOnly} question` }),
      post({ question: 'wombatological question' }),
    ]);
    const { receipt: _one, handover: _here, ...first } = hidden.body;
    const { receipt: _two, handover: _there, ...second } = unknown.body;
    expect(first).toEqual(second);
  });

  test('goes on from an answer or a question back that is sent as previous, and tells how', async () => {
    const first = (await post({ question: 'how much is postage' })).body;
    expect(first.followUp).toBeNull();
    const second = (await post({ question: 'the second one', previous: first.clarification.id })).body;
    expect(second.followUp).toEqual({
      rule: 'option',
      previous: 'region?orders/shipping-costs#lead',
      words: ['second'],
      answerId: 'orders/shipping-costs#lead',
      context: { region: 'EU' },
    });
    expect(second.context).toEqual({ region: 'EU' });
    const { body } = await get(
      `/api/v1/answer?q=the%20second%20one&previous=${encodeURIComponent(first.clarification.id)}`,
    );
    expect({ ...body, receipt: null, handover: null }).toEqual({ ...second, receipt: null, handover: null });
  });

  test('refuses previous that is no public id in the same words, whether an article for agents has it or none', async () => {
    const refusals = await Promise.all(
      ['orders/stolen-card#lead', 'orders/nothing-here#lead'].map(async (previous) => {
        const { status, body } = await post({ question: 'and then?', previous });
        expect(status).toBe(400);
        const { requestId: _, ...rest } = body;
        return JSON.stringify(rest).replaceAll(previous, 'ID');
      }),
    );
    expect(refusals[0]).toBe(refusals[1]);
    expect(refusals[0]).toContain('the id of an answer, category/slug#section, or of a clarification');
  });

  test('explains on request without recording the explanation', async () => {
    const question = 'mail me at jo.doe@example.com: I ordered by mistake';
    const { body } = await post({ question, explain: true });
    expect(body.explanation.candidates[0]).toMatchObject({ answerId: 'orders/cancel-order#lead' });
    const words = body.explanation.candidates[0].matches.map(({ word }: { word: string }) => word);
    expect(words).toEqual(expect.arrayContaining(['ordered', 'mistake']));
    const row = (await stored()).find(({ code }) => code === body.receipt.code);
    expect(JSON.parse(row?.result ?? '{}')).not.toHaveProperty('explanation');
    expect(row?.result).not.toContain('doe@');
    const plain = (await post({ question })).body;
    expect(plain).not.toHaveProperty('explanation');
    expect(plain.fingerprint).toBe(body.fingerprint);
  });

  test('keeps personal data of a follow-up’s words out of the record', async () => {
    const { body } = await post({
      question: 'how do I cancel order 4711234567',
      previous: 'orders/cancel-order#lead',
    });
    const row = (await stored()).find(({ code }) => code === body.receipt.code);
    expect(row?.result).not.toContain('4711234567');
  });
});

describe('the answer without a record', () => {
  let world: TestApp;
  beforeAll(async () => {
    world = await makeApp(snapshot);
  });
  afterAll(() => world.close());
  const get = (path: string) => request(world.app).get(path);

  test.each([
    ['I ordered by mistake, stop it please', 'en', {}],
    ['how much is postage', 'en', {}],
    ['how much is postage', 'en', { region: 'EU', plan: 'plus' }],
    ['quantum chromodynamics homework', 'fa', {}],
    ['הזמנתי בטעות, תעצרו את זה', 'he', { region: 'US' }],
  ])('GET /answer gives what POST gives for %j', async (question, locale, context) => {
    const query = new URLSearchParams({ q: question, locale });
    for (const [dimension, value] of Object.entries(context)) query.set(`context.${dimension}`, value);
    const read = await get(`/api/v1/answer?${query}`);
    const asked = await request(world.app).post('/api/v1/answer').send({ question, locale, context });
    expect(read.body.receipt).toBeNull();
    expect({ ...read.body, receipt: null, handover: null }).toEqual({
      ...asked.body,
      receipt: null,
      handover: null,
    });
    expect(read.headers['cache-control']).toBe('public, no-cache');
  });

  test('is not recorded', async () => {
    const rows = async () => (await world.db.selectFrom('served_answers').select('code').execute()).length;
    const before = await rows();
    for (const path of [
      '/api/v1/answer?q=postage',
      '/api/v1/answers/orders/cancel-order',
      '/api/v1/search?q=postage',
    ])
      expect((await get(path)).status).toBe(200);
    expect(await rows()).toBe(before);
  });

  test('is the same under every address of an answer id', async () => {
    const id = 'orders/cancel-order#how-to-cancel';
    const paths = [
      `/api/v1/answers/${encodeURIComponent(id)}`,
      '/api/v1/answers/orders/cancel-order/how-to-cancel',
    ];
    const posted = await request(world.app).post('/api/v1/answer').send({ answerId: id });
    for (const path of paths) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(body).toEqual({ ...posted.body, receipt: null, handover: null });
    }
    const leads = await Promise.all(
      [
        '/api/v1/answers/orders/cancel-order',
        '/api/v1/answers/orders%2Fcancel-order',
        '/api/v1/answers/orders/cancel-order/lead',
      ].map((path) => get(path)),
    );
    for (const { body } of leads) expect(body).toEqual(leads[0]?.body);
    expect(leads[0]?.body.answer.id).toBe('orders/cancel-order#lead');
  });

  test('asks for what an answer by id depends on, and takes it from the query', async () => {
    expect((await get('/api/v1/answers/orders/shipping-costs')).body.status).toBe('clarify');
    const { body } = await get(
      '/api/v1/answers/orders/shipping-costs?context.region=US&context.plan=standard',
    );
    expect(body.answer.text).toBe('Standard shipping costs $4.95.');
  });

  test('is not sent again while it has not changed', async () => {
    const path = '/api/v1/answer?q=cancel%20order%20not%20shipped%20yet';
    const first = await get(path);
    expect(first.headers.etag).toMatch(/^(W\/)?".+"$/);
    const second = await get(path).set('If-None-Match', String(first.headers.etag));
    expect(second.status).toBe(304);
    expect(second.text).toBe('');
    const other = await get('/api/v1/answer?q=postage').set('If-None-Match', String(first.headers.etag));
    expect(other.status).toBe(200);
  });

  test('HEAD has the headers of GET and no body', async () => {
    for (const path of ['/api/v1/answer?q=postage', '/api/v1/articles', '/api/v1/openapi.json']) {
      const [head, full] = await Promise.all([request(world.app).head(path), get(path)]);
      expect(head.status).toBe(200);
      expect(head.text ?? '').toBe('');
      for (const name of ['etag', 'content-length', 'content-language', 'content-type', 'cache-control'])
        expect(head.headers[name]).toBe(full.headers[name]);
    }
  });

  test.each([
    '/api/v1/answers/orders/stolen-card',
    '/api/v1/answers/orders/nothing',
    '/api/v1/answers/orders%2Fstolen-card',
  ])('%s is unknown', async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body.code).toBe('not-found');
  });
});

describe('GET /api/v1/receipts/:code', () => {
  let world: TestApp;
  beforeAll(async () => {
    world = await makeApp(snapshot);
  });
  afterAll(() => world.close());
  const get = (code: string) => request(world.app).get(`/api/v1/receipts/${encodeURIComponent(code)}`);

  test.each([
    { question: 'I ordered by mistake, stop it please' },
    { question: 'how much is postage', locale: 'he' },
    { question: 'quantum chromodynamics homework', locale: 'fa' },
    { answerId: 'orders/gift-wrap', asOf: '2026-12-24' },
  ])('brings back, to the letter, what %j was answered', async (asked) => {
    const said = await request(world.app).post('/api/v1/answer').send(asked);
    const { status, body, headers } = await get(said.body.receipt.code);
    expect(status).toBe(200);
    const told = { ...said.body, handover: null };
    expect(body.result).toEqual(told);
    expect(JSON.stringify(body.result)).toBe(JSON.stringify(told));
    expect(body).toMatchObject({
      code: said.body.receipt.code,
      channel: 'api',
      servedAt: '2026-11-22T12:00:00.000Z',
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-language']).toBe(said.headers['content-language']);
  });

  test('reads the code in any case, with or without hyphen', async () => {
    const { body } = await request(world.app).post('/api/v1/answer').send({ question: 'postage' });
    const { code } = body.receipt;
    for (const typed of [code.toLowerCase(), code.replace('-', ''), ` ${code} `])
      expect((await get(typed)).body.code).toBe(code);
    expect((await request(world.app).get(body.receipt.url)).body.code).toBe(code);
  });

  test('still says the same after the content has changed', async () => {
    const changing = await makeApp(snapshot);
    const said = await request(changing.app).post('/api/v1/answer').send({ answerId: 'orders/cancel-order' });
    const { smallWorld, makeArticle } = await import('../../support/small-world.ts');
    changing.serve(
      smallWorld({ 'en/orders/cancel-order.md': makeArticle({ title: 'Changed', body: 'Other words.' }) })
        .snapshot,
    );
    const now = await request(changing.app).post('/api/v1/answer').send({ answerId: 'orders/cancel-order' });
    expect(now.body.answer.text).toBe('Other words.');
    const { body } = await request(changing.app).get(said.body.receipt.url);
    expect(body.result).toEqual({ ...said.body, handover: null });
    await changing.close();
  });

  test('shows neither the question nor the conversation', async () => {
    const asked = { question: 'postage to my cousin Perpetua', conversationId: 'conversation-99' };
    const { body } = await request(world.app).post('/api/v1/answer').send(asked);
    const read = await get(body.receipt.code);
    expect(read.text).not.toMatch(/Perpetua|conversation-99/);
  });

  test.each(['BCDF-2345', 'nothing', '0000-0000', '%', "' or 1=1", 'A'.repeat(300)])(
    'knows nothing of %j',
    async (code) => {
      const { status, body } = await get(code);
      expect(status).toBe(404);
      expect(body).toMatchObject({ code: 'not-found', expected: expect.stringContaining('BCDF2345') });
    },
  );
});
