import request from 'supertest';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld, smallYaml } from '../../support/small-world.ts';
import { keptEvents, subscribe } from '../../support/subscribe.ts';

const hour = 3_600_000;
const asksAll = {
  'site.yaml': `${smallYaml['site.yaml']}\nsurvey: { share: 1, why: { en: Tell us why } }\n`,
};

describe('feedback by the API', () => {
  let clock = Date.parse('2026-11-22T12:00:00Z');
  let world: TestApp;
  beforeEach(async () => {
    clock = Date.parse('2026-11-22T12:00:00Z');
    world = await makeApp(smallWorld(asksAll).snapshot, { now: () => new Date(clock) });
  });
  afterEach(() => world.close());

  const ask = async (conversationId?: string, locale = 'en'): Promise<string> => {
    const body = { question: 'cancel order not shipped yet', conversationId, channel: 'chat', locale };
    return (await request(world.app).post('/api/v1/answer').send(body).expect(200)).body.receipt.code;
  };
  const send = (body: object) => request(world.app).post('/api/v1/feedback').send(body);
  const survey = (body: object) => request(world.app).post('/api/v1/survey').send(body);

  test('counts a rating, gives it back without its sentence, and tells subscribers', async () => {
    await subscribe(world.db);
    const receipt = await ask('c-1');
    const sent = { receipt, helpful: false, reasons: ['wrong'], sentence: 'I am dana@example.com' };
    const { body, headers } = await send(sent).expect(200);
    expect(body).toEqual({
      rating: {
        receipt,
        helpful: false,
        reasons: ['wrong'],
        givenAt: '2026-11-22T12:00:00.000Z',
        changedAt: '2026-11-22T12:00:00.000Z',
      },
      survey: null,
    });
    expect(headers['cache-control']).toBe('no-store');
    const events = await keptEvents(world.db);
    expect(events).toMatchObject([
      { type: 'feedback.received', data: { receipt, sentence: 'I am [email]', conversationId: 'c-1' } },
    ]);
  });

  test('changes it within a day and says politely later that it was counted', async () => {
    const receipt = await ask();
    await send({ receipt, helpful: true }).expect(200);
    clock += 23 * hour;
    expect((await send({ receipt, helpful: false }).expect(200)).body.rating).toMatchObject({
      helpful: false,
    });
    clock += 2 * hour;
    const { body } = await send({ receipt, helpful: true }).expect(409);
    expect(body).toMatchObject({ code: 'already-counted', detail: expect.stringContaining('Thank you.') });
    expect(await world.deps.loop.ratings.find(receipt)).toMatchObject({ helpful: false });
  });

  test('puts the relationship question after the second answer of a conversation, once', async () => {
    const first = await send({ receipt: await ask('c-1'), helpful: true }).expect(200);
    expect(first.body.survey).toBeNull();
    const second = await send({ receipt: await ask('c-1', 'ms'), helpful: true }).expect(200);
    expect(second.body.survey).toEqual({
      locale: 'ms',
      recommend: expect.stringContaining('Kedai Kecil'),
      why: expect.stringMatching(/\?$/),
    });
    const third = await send({ receipt: await ask('c-1'), helpful: true }).expect(200);
    expect(third.body.survey).toMatchObject({ why: 'Tell us why' });
    const said = { conversationId: 'c-1', score: 9, sentence: 'Quick' };
    expect((await survey(said).expect(200)).body).toEqual({ counted: true });
    expect((await survey(said).expect(409)).body.code).toBe('already-counted');
    const last = await send({ receipt: await ask('c-1'), helpful: true }).expect(200);
    expect(last.body.survey).toBeNull();
  });

  test('takes no survey answer from a conversation that was not asked', async () => {
    await ask('c-1');
    expect((await survey({ conversationId: 'c-1', score: 5 }).expect(404)).body.code).toBe('not-found');
    await survey({ conversationId: 'somebody-else', score: 5 }).expect(404);
  });

  test.each([
    ['a receipt that there is not', { receipt: 'BCDF2345', helpful: true }, 404, 'not-found'],
    ['no code at all', { receipt: '<script>', helpful: true }, 404, 'not-found'],
    ['helpful as a word', { receipt: 'BCDF2345', helpful: 'yes' }, 400, 'invalid-request'],
    ['an unknown reason', { receipt: 'BCDF2345', helpful: false, reasons: ['rude'] }, 400, 'invalid-request'],
    [
      'reasons although it helped',
      { receipt: 'BCDF2345', helpful: true, reasons: ['wrong'] },
      400,
      'invalid-request',
    ],
    [
      'a sentence of 501 characters',
      { receipt: 'BCDF2345', helpful: true, sentence: 'x'.repeat(501) },
      400,
      'invalid-request',
    ],
    [
      'control characters',
      { receipt: 'BCDF2345', helpful: true, sentence: 'a\u0000b' },
      400,
      'invalid-request',
    ],
    ['an unknown field', { receipt: 'BCDF2345', helpful: true, score: 3 }, 400, 'invalid-request'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect((await send(body).expect(status)).body.code).toBe(code);
  });

  test('never says a customer’s sentence back, in a refusal either', async () => {
    const sentence = `secret-word ${'x'.repeat(600)}`;
    const { text } = await send({ receipt: 'BCDF2345', helpful: true, sentence }).expect(400);
    expect(text).not.toContain('secret-word');
    expect(text).toContain('612 characters');
  });

  test('does not know receipts that are for agents', async () => {
    const key = await world.makeKey({ scope: 'agent-answers' });
    const { body } = await request(world.app)
      .post('/api/v1/agent/answer')
      .set('Authorization', key)
      .send({ question: 'cancel order not shipped yet' })
      .expect(200);
    await send({ receipt: (body.result ?? body).receipt.code, helpful: true }).expect(404);
  });
});

describe('a flood of feedback', () => {
  test('from one address ends at its own limit, while asking goes on and a program with a key is not held', async () => {
    const world = await makeApp(smallWorld(asksAll).snapshot, { config: { feedbackRateLimit: 3 } });
    const ask = { question: 'cancel order not shipped yet' };
    const { body } = await request(world.app).post('/api/v1/answer').send(ask);
    const rate = { receipt: body.receipt.code, helpful: true };
    const send = (headers = {}) => request(world.app).post('/api/v1/feedback').set(headers).send(rate);
    for (let one = 0; one < 3; one += 1) await send().expect(200);
    const refused = await send().expect(429);
    expect(refused.headers['retry-after']).toBeDefined();
    await request(world.app).post('/api/v1/survey').send({ conversationId: 'c', score: 1 }).expect(429);
    await request(world.app).post('/api/v1/answer').send(ask).expect(200);
    const Authorization = await world.makeKey();
    for (let one = 0; one < 5; one += 1) await send({ Authorization }).expect(200);
    expect(await world.deps.loop.ratings.tally({ since: new Date(0) })).toMatchObject([
      { helpful: 1, unhelpful: 0 },
    ]);
    await world.close();
  });
});
