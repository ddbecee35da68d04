import type { Ask } from '../../../server/answers/answer.ts';
import { byServer } from '../../../server/audit/audit-event.ts';
import { createPublicDoor } from '../../../server/channels/ask.ts';
import { readConfig } from '../../../server/config.ts';
import type { GapFilter } from '../../../server/feedback/gaps/gaps.ts';
import { sureFrom } from '../../../server/feedback/gaps/sure-from.ts';
import { deleteExpired } from '../../../server/feedback/retention.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import {
  makeArticle,
  smallArticles,
  smallWorld,
  smallYaml,
  type WorldFiles,
} from '../../support/small-world.ts';

const all: GapFilter = {
  state: 'open',
  locale: null,
  reason: null,
  owner: null,
  category: null,
  sort: 'asks',
  page: 1,
};

/** A company that people ask, on a clock that moves when told. */
async function openAsked(files: WorldFiles = {}, begin = Date.parse('2026-11-22T12:00:00Z')) {
  let instant = begin;
  const app = await makeApp(smallWorld(files).snapshot, { now: () => new Date(instant) });
  const { gaps } = app.deps.loop;
  const door = createPublicDoor(app.deps);
  return {
    app,
    gaps,
    pass: (minutes: number) => {
      instant += minutes * 60_000;
    },
    async ask(question: string, more: Partial<Ask> & { conversation?: string; channel?: string } = {}) {
      const { conversation = null, channel = 'chat', ...rest } = more;
      const answerer = door.open();
      const ask = { question, answerId: null, locale: 'en', context: {}, asOf: '2026-11-22', ...rest };
      const said = await door.ask(answerer, ask, { channel, conversationId: conversation });
      return { ...said, code: said.receipt?.code ?? '' };
    },
    async rate(receipt: string, helpful: boolean) {
      const at = new Date(instant).toISOString();
      await app.db
        .insertInto('ratings')
        .values({
          receipt,
          given_at: at,
          changed_at: at,
          channel: 'chat',
          locale: 'en',
          helpful: Number(helpful),
        })
        .onConflict((conflict) =>
          conflict.column('receipt').doUpdateSet({ helpful: Number(helpful), changed_at: at }),
        )
        .execute();
    },
    async open(filter: Partial<GapFilter> = {}) {
      await gaps.catchUp();
      return (await gaps.list({ ...all, ...filter })).gaps;
    },
  };
}

const dayMs = 86_400_000;
const keptDays = readConfig({}).retentionDays;

const subscriber = {
  url: 'https://hooks.example',
  types: '["question.unanswered"]',
  secret: 'whsec_x',
  made_at: '2026-11-22T12:00:00.000Z',
  made_by: 'a test',
};

/** Two articles between which a word alone does not decide. */
const twoDeliveries: WorldFiles = {
  'en/orders/delivery-home.md': makeArticle({ title: 'Delivery home', questions: ['delivery to my door'] }),
  'en/orders/delivery-shop.md': makeArticle({ title: 'Delivery shop', questions: ['delivery to a shop'] }),
};

/** Serves the same answer once more, with another confidence. */
async function serveAgain({ db }: TestApp, code: string, confidence: number): Promise<void> {
  const { number: _, ...row } = await db
    .selectFrom('served_answers')
    .selectAll()
    .where('code', '=', code)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('served_answers')
    .values({ ...row, code: `C${Math.round(confidence * 1e4)}`, confidence })
    .execute();
}

describe('gaps', () => {
  test('an unanswered question is one, redacted, with whom it touched and the receipt', async () => {
    const { app, gaps, ask, open } = await openAsked();
    const { code } = await ask('Do you sell gift cards? write to dana@example.com', { conversation: 'v1' });
    const [gap] = await open();
    expect(gap).toMatchObject({
      locale: 'en',
      question: 'Do you sell gift cards? write to [email]',
      counts: { unanswered: 1, abandoned: 0, unsure: 0, unhelpful: 0 },
      ...{ asks: 1, people: 1, recent: 1, earlier: 0 },
    });
    expect(await gaps.find(gap?.id ?? 0)).toMatchObject({
      members: [{ receipt: code, leads: true }],
      asks: [{ receipt: code, conversationId: 'v1', reason: 'unanswered' }],
    });
    await app.close();
  });

  test('is told to whom subscribed, once, in the transaction of the walk', async () => {
    const { app, ask, open } = await openAsked();
    const told: unknown[] = [];
    const { code } = await ask('Do you sell gift cards?', { conversation: 'v1' });
    await app.db.insertInto('webhook_endpoints').values(subscriber).execute();
    await open();
    await open();
    for (const { type, data } of await app.db.selectFrom('events').select(['type', 'data']).execute())
      told.push({ type, ...JSON.parse(data) });
    expect(told).toEqual([
      {
        type: 'question.unanswered',
        ...{ question: 'Do you sell gift cards?', locale: 'en', channel: 'chat' },
        ...{ receipt: code, conversation: 'v1', askedAt: '2026-11-22T12:00:00.000Z' },
      },
    ]);
    await app.close();
  });

  test('urgent words, small talk, what is out of scope and follow-ups are none', async () => {
    const site = `${smallYaml['site.yaml']}
urgent:
  - { words: { en: [smoke] }, contact: care, message: { en: Call us. } }
`;
    const { app, ask, open } = await openAsked({
      'site.yaml': site,
      'out-of-scope.yaml': '- questions: { en: [do you sell shares] }\n',
      ...smallArticles(),
    });
    expect((await ask('there is smoke from it')).status).toBe('no_answer');
    expect((await ask('Do you sell shares?')).status).toBe('no_answer');
    const first = await ask('Can I cancel my order before it ships?');
    await ask('How to cancel', { previous: first.answer?.id ?? null });
    expect(await open()).toEqual([]);
    await app.close();
  });

  test('a question back that nobody went on from is one after half an hour, and only in a conversation', async () => {
    const { app, ask, open, pass } = await openAsked(twoDeliveries);
    const { clarification, status } = await ask('delivery', { conversation: 'left' });
    expect(status).toBe('clarify');
    await ask('delivery');
    await ask('delivery', { conversation: 'went-on' });
    const chosen = clarification?.options[0]?.value ?? '';
    await ask('', { question: null, answerId: chosen, conversation: 'went-on' });
    expect(await open()).toEqual([]);
    pass(31);
    expect(await open()).toMatchObject([
      { question: 'delivery', counts: { unanswered: 0, abandoned: 1, unsure: 0, unhelpful: 0 }, people: 1 },
    ]);
    await app.close();
  });

  test('an answer that is said to be unhelpful is one until it is said to have helped', async () => {
    const { app, ask, open, rate, pass } = await openAsked();
    const { code } = await ask('Can I cancel my order before it ships?');
    await rate(code, false);
    expect(await open()).toMatchObject([{ counts: { unhelpful: 1 } }]);
    pass(5);
    await rate(code, true);
    expect(await open()).toEqual([]);
    await app.close();
  });

  test('an answer of the lowest confidence that is answered is one', async () => {
    const { app, ask, open } = await openAsked();
    const sure = sureFrom(app.deps.current().public, 'en');
    const { code, status } = await ask('Can I cancel my order before it ships?');
    expect(status).toBe('answered');
    await serveAgain(app, code, sure - 0.01);
    await serveAgain(app, code, sure);
    expect(await open()).toMatchObject([{ counts: { unsure: 1 }, asks: 1 }]);
    await app.close();
  });

  test('questions that are alike are one gap, which keeps its number when others come', async () => {
    const { app, gaps, ask, open } = await openAsked();
    await ask('Do you sell gift cards?');
    await ask('Do you sell gift cards?');
    await ask('selling a gift card');
    const [gap] = await open();
    expect(gap).toMatchObject({ question: 'Do you sell gift cards?', asks: 3, questions: 2 });
    for (let at = 0; at < 5; at += 1) await ask('is wallpaper in the catalogue');
    await ask('GIFT cards, do you sell them');
    const after = await open();
    expect(after).toMatchObject([
      { asks: 5, questions: 1 },
      { id: gap?.id, asks: 4, questions: 3 },
    ]);
    const found = await gaps.find(gap?.id ?? 0);
    expect(found?.members.map(({ question, words }) => [question, words])).toEqual([
      ['Do you sell gift cards?', expect.anything()],
      ['selling a gift card', ['selling', 'gift', 'card']],
      ['GIFT cards, do you sell them', ['GIFT', 'cards', 'sell']],
    ]);
    await app.close();
  });

  test('are merged and parted by people, and what is alike joins where they put it', async () => {
    const { app, gaps, ask, open } = await openAsked();
    await ask('Do you sell gift cards?');
    await ask('vouchers for friends');
    const [cards, vouchers] = await open();
    await gaps.merge(vouchers?.id ?? 0, cards?.id ?? 0, byServer);
    await ask('a voucher for friends');
    const [merged, ...others] = await open();
    expect(others).toEqual([]);
    expect(merged).toMatchObject({ id: cards?.id, questions: 3 });
    expect(await gaps.find(vouchers?.id ?? 0)).toMatchObject({
      gap: { state: 'closed', outcome: 'merged', mergedInto: cards?.id },
    });
    const details = await gaps.find(merged?.id ?? 0);
    const member = details?.members.find(({ question }) => question === 'a voucher for friends');
    const made = await gaps.takeOut(merged?.id ?? 0, member?.id ?? 0, byServer);
    expect((await open()).map(({ id, questions }) => [id, questions])).toEqual([
      [cards?.id, 2],
      [made, 1],
    ]);
    const { audit } = app.deps;
    const rows = await audit.list({}, { before: null, limit: 2 });
    expect(rows.map(({ action }) => action)).toEqual(['gap.split', 'gap.merged']);
    await expect(gaps.merge(made, made, byServer)).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(gaps.takeOut(made, member?.id ?? 0, byServer)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await app.close();
  });

  test('closes itself when a later release answers it, says how long that took, and opens when it is asked in vain again', async () => {
    const { app, gaps, ask, open, pass } = await openAsked();
    await ask('Do you sell gift cards?');
    const [gap] = await open();
    pass(90);
    app.serve(
      smallWorld({
        ...smallArticles(),
        'en/orders/gift-cards.md': makeArticle({ title: 'Do you sell gift cards?' }),
      }).snapshot,
    );
    expect(await open()).toEqual([]);
    expect(await open({ state: 'closed' })).toMatchObject([{ id: gap?.id, outcome: 'answered' }]);
    expect(await gaps.timesToAnswer(new Date('2026-11-22T00:00:00Z'))).toEqual([
      {
        gapId: gap?.id,
        locale: 'en',
        askedAt: '2026-11-22T12:00:00.000Z',
        answeredAt: '2026-11-22T13:30:00.000Z',
      },
    ]);
    pass(5);
    app.serve(smallWorld().snapshot);
    await ask('Do you sell gift cards?');
    expect(await open()).toMatchObject([{ id: gap?.id, asks: 2, answeredNow: false }]);
    await app.close();
  });

  test('says which article is nearest, whose it is, and how far it is from being the answer', async () => {
    const { app, ask, open } = await openAsked();
    await ask('return a parcel to a shop of another brand by bicycle');
    const [gap] = await open();
    expect(gap).toMatchObject({
      nearest: { articleId: 'returns/return-window', confidence: expect.any(Number) },
      ...{ owner: 'care', category: 'returns', answeredNow: false },
    });
    expect(gap?.nearest?.confidence).toBeLessThan(gap?.nearest?.answerFrom ?? 0);
    expect(await open({ owner: 'orders' })).toEqual([]);
    expect(await open({ owner: 'care', reason: 'unanswered', locale: 'en' })).toHaveLength(1);
    await app.close();
  });

  // Of these two the clock ends now: the database itself refuses to delete what has not expired.
  test('nothing of a gap is kept longer than its served answers', async () => {
    const { app, ask, open, pass } = await openAsked({}, Date.now() - (keptDays + 1) * dayMs);
    await ask('Do you sell gift cards?');
    await open();
    pass((keptDays + 1) * 24 * 60);
    await deleteExpired(app.db, app.deps.now);
    expect(await app.db.selectFrom('gap_questions').selectAll().execute()).toEqual([]);
    expect(await open()).toEqual([]);
    expect(await app.db.selectFrom('gap_groups').selectAll().execute()).toEqual([]);
    await app.close();
  });

  test('a gap keeps its number when the question that it was named by is gone', async () => {
    const { app, ask, open, pass } = await openAsked({}, Date.now() - keptDays * dayMs - 3_600_000);
    await ask('Do you sell gift cards?');
    await open();
    pass(keptDays * 24 * 60 - 60);
    await ask('selling a gift card');
    const [before] = await open();
    pass(120);
    await deleteExpired(app.db, app.deps.now);
    expect(await open()).toMatchObject([{ id: before?.id, question: 'selling a gift card', questions: 1 }]);
    await app.close();
  });

  test('counts the last 30 days against the 30 before, and 13 weeks', async () => {
    const { app, ask, open, pass } = await openAsked();
    await ask('Do you sell gift cards?');
    pass(40 * 24 * 60);
    await ask('Do you sell gift cards?');
    await ask('Do you sell gift cards?');
    const [gap] = await open();
    expect(gap).toMatchObject({ asks: 3, recent: 2, earlier: 1 });
    expect(gap?.weeks).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2]);
    await app.close();
  });
});

describe('phrasings', () => {
  test('are questions that ended well in two conversations, always with one article, and no variants yet', async () => {
    const { app, gaps, ask, rate, open } = await openAsked();
    const sure = ['cancel an order that has not shipped', 'Can I cancel my order before it ships?'];
    for (const conversation of ['one', 'two'])
      for (const question of sure) {
        const { code } = await ask(question, { conversation });
        await app.db.deleteFrom('gap_asks').execute();
        await rate(code, true);
      }
    const once = await ask('cancelling before shipping', { conversation: 'three' });
    await rate(once.code, true);
    await open();
    expect(
      (await gaps.phrasings(10)).map(({ question, articleId, helpful }) => [question, articleId, helpful]),
    ).toEqual(sure.slice(0, 1).map((question) => [question, 'orders/cancel-order', 2]));
    await app.close();
  });

  test('are also questions that were asked back and of which people chose the same option', async () => {
    const { app, gaps, ask, open, pass } = await openAsked(twoDeliveries);
    for (const conversation of ['one', 'two']) {
      const { clarification } = await ask('delivery', { conversation });
      await ask('', { question: null, answerId: clarification?.options[0]?.value ?? '', conversation });
    }
    for (const [at, conversation] of ['three', 'four'].entries()) {
      const { clarification } = await ask('deliveries', { conversation });
      await ask('', { question: null, answerId: clarification?.options[at]?.value ?? '', conversation });
    }
    pass(31);
    await open();
    expect(await gaps.phrasings(10)).toMatchObject([{ question: 'delivery', chosen: 2, helpful: 0 }]);
    await app.close();
  });
});
