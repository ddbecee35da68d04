import { AppError } from '../../../server/errors.ts';
import type { RatingReason } from '../../../server/feedback/ratings/rating.ts';
import { deleteExpired } from '../../../server/feedback/retention.ts';
import { at, feedbackWorld } from './feedback-world.ts';

const since = at(-24 * 30);

describe('a rating', () => {
  test('is kept under its receipt with channel, language and article of the answer', async () => {
    const { ratings, serve } = await feedbackWorld();
    const code = await serve({ channel: 'faq', locale: 'he' });
    const outcome = await ratings.rate(
      { receipt: code.toLowerCase(), helpful: false, reasons: ['unclear', 'wrong', 'wrong'] },
      at(1),
    );
    expect(outcome).toEqual({
      kind: 'counted',
      conversationId: null,
      rating: {
        receipt: code,
        givenAt: at(1).toISOString(),
        changedAt: at(1).toISOString(),
        channel: 'faq',
        locale: 'he',
        articleId: 'orders/cancel-order',
        helpful: false,
        reasons: ['wrong', 'unclear'],
        sentence: null,
      },
    });
    expect(await ratings.find(code)).toEqual(outcome.kind === 'unknown' ? null : outcome.rating);
  });

  test('is told to subscribers once, without personal data, and again when it changes', async () => {
    const { ratings, serve, told } = await feedbackWorld();
    const code = await serve({ conversationId: 'c-1' });
    const said = { receipt: code, helpful: false, sentence: 'Write to dana@example.com or +972 50 123 4567' };
    await ratings.rate(said, at(0));
    await ratings.rate(said, at(0.1));
    await ratings.rate({ receipt: code, helpful: true }, at(0.2));
    expect(await told()).toEqual([
      {
        type: 'feedback.received',
        kind: 'rating',
        receipt: code,
        articleId: 'orders/cancel-order',
        locale: 'en',
        channel: 'chat',
        conversationId: 'c-1',
        helpful: false,
        reasons: [],
        sentence: 'Write to [email] or [phone]',
        changed: false,
      },
      expect.objectContaining({ helpful: true, sentence: null, changed: true }),
    ]);
    expect(JSON.stringify(await ratings.find(code))).not.toMatch(/dana|4567/);
  });

  test('may be changed for a day, and counts once', async () => {
    const { ratings, serve } = await feedbackWorld();
    const code = await serve();
    await ratings.rate({ receipt: code, helpful: true }, at(0));
    expect(
      await ratings.rate({ receipt: code, helpful: false, reasons: ['incomplete'] }, at(23)),
    ).toMatchObject({
      kind: 'counted',
      rating: { givenAt: at(0).toISOString(), changedAt: at(23).toISOString(), helpful: false },
    });
    expect(await ratings.tally({ since })).toEqual([
      { channel: 'chat', locale: 'en', category: 'orders', helpful: 0, unhelpful: 1 },
    ]);
    expect(await ratings.rate({ receipt: code, helpful: true }, at(25))).toMatchObject({
      kind: 'settled',
      rating: { helpful: false },
    });
    expect(await ratings.find(code)).toMatchObject({ helpful: false, reasons: ['incomplete'] });
  });

  test.each([
    ['was never given out', {}, 'BCDF2345'],
    ['has expired', { expiresAt: at(1).toISOString() }, null],
    ['is for agents', { audience: 'agent' as const }, null],
    ['is no code at all', {}, '"; drop table ratings'],
  ])('of a receipt that %s is of nothing', async (_what, part, typed) => {
    const { ratings, serve, told } = await feedbackWorld();
    const code = await serve(part);
    expect(await ratings.rate({ receipt: typed ?? code, helpful: true }, at(2))).toEqual({ kind: 'unknown' });
    expect(await ratings.tally({ since })).toEqual([]);
    expect(await told()).toEqual([]);
  });

  test('is refused with a sentence of 501 characters, and with reasons although it helped', async () => {
    const { ratings, serve } = await feedbackWorld();
    const receipt = await serve();
    const rate = (said: { helpful: boolean; sentence?: string; reasons?: readonly RatingReason[] }) =>
      ratings.rate({ receipt, ...said }, at(0));
    await expect(rate({ helpful: true, sentence: '😀'.repeat(501) })).rejects.toThrow(AppError);
    await expect(rate({ helpful: true, reasons: ['wrong'] })).rejects.toThrow(/did not help/);
    expect(await rate({ helpful: true, sentence: '😀'.repeat(500) })).toMatchObject({ kind: 'counted' });
  });

  test('of a program that checks channels is kept apart', async () => {
    const { ratings, serve, told } = await feedbackWorld();
    await ratings.rate({ receipt: await serve({ channel: 'probe' }), helpful: false }, at(0));
    expect(await ratings.tally({ since })).toEqual([]);
    expect(await told()).toEqual([]);
  });

  test('goes with its answer when that expires', async () => {
    const { ratings, serve, db } = await feedbackWorld();
    const past = new Date(Date.now() - 3_600_000).toISOString();
    const code = await serve({ expiresAt: past });
    await ratings.rate({ receipt: code, helpful: true }, new Date(Date.parse(past) - 1_000));
    await deleteExpired(db, () => new Date());
    expect(await ratings.find(code)).toBeNull();
  });
});

describe('ratings', () => {
  test('are listed with their questions, the newest first, page by page, by what is asked', async () => {
    const { ratings, serve } = await feedbackWorld();
    const codes: string[] = [];
    for (let hour = 0; hour < 5; hour += 1) {
      const code = await serve({ question: `question ${hour}`, locale: hour === 4 ? 'ms' : 'en' });
      codes.unshift(code);
      await ratings.rate({ receipt: code, helpful: hour === 3 }, at(hour < 2 ? 0 : hour));
    }
    const all = await ratings.list({ since }, { helpful: null, before: null, limit: 3 });
    expect(all.map(({ question }) => question)).toEqual(['question 4', 'question 3', 'question 2']);
    const last = all.at(-1);
    const rest = await ratings.list(
      { since },
      { helpful: null, before: last ? { givenAt: last.givenAt, id: last.receipt } : null, limit: 3 },
    );
    expect(rest.map(({ question }) => question).sort()).toEqual(['question 0', 'question 1']);
    const unhelpful = await ratings.list({ since, locale: 'ms' }, { helpful: false, before: null, limit: 9 });
    expect(unhelpful.map(({ receipt }) => receipt)).toEqual([codes[0]]);
    expect(
      await ratings.list({ since, category: 'returns' }, { helpful: null, before: null, limit: 9 }),
    ).toEqual([]);
    expect(await ratings.list({ since: at(9) }, { helpful: null, before: null, limit: 9 })).toEqual([]);
  });

  test('of 100,000 are counted by the index alone', async () => {
    const { db } = await feedbackWorld();
    const { rows } = await (await import('kysely')).sql<{ detail: string }>`
      explain query plan select channel, locale, substr(article_id, 1, 3) as category, sum(helpful)
      from ratings where given_at >= '2026' and channel <> 'probe' group by channel, locale, category`.execute(
      db,
    );
    expect(rows.map(({ detail }) => detail).join('\n')).toMatch(
      /SEARCH ratings USING COVERING INDEX ratings_time/,
    );
  });
});

describe('an article is disliked', () => {
  test('by three customers and three of ten who rated, with the reason named most', async () => {
    const { ratings, serve } = await feedbackWorld();
    const rate = async (article: string, helpful: boolean, reasons: readonly RatingReason[] = []) => {
      const receipt = await serve({ answerId: `${article}#lead` });
      await ratings.rate({ receipt, helpful, reasons }, at(0));
    };
    for (const reasons of [['unclear', 'wrong'], ['wrong'], []] as const)
      await rate('orders/disliked', false, reasons);
    for (let one = 0; one < 7; one += 1) await rate('orders/disliked', true);
    for (let one = 0; one < 2; one += 1) await rate('orders/too-few', false);
    for (let one = 0; one < 3; one += 1) await rate('orders/liked-well', false);
    for (let one = 0; one < 8; one += 1) await rate('orders/liked-well', true);
    expect(await ratings.disliked(since)).toEqual([
      { articleId: 'orders/disliked', locale: 'en', unhelpful: 3, rated: 10, reason: 'wrong' },
    ]);
    expect(await ratings.disliked(at(1))).toEqual([]);
  });
});
