import { deleteExpired } from '../../../server/feedback/retention.ts';
import { at, feedbackWorld } from './feedback-world.ts';

describe('the relationship question', () => {
  test('is put after the second answer of a conversation, never after a single one', async () => {
    const { survey, serve } = await feedbackWorld();
    expect(await survey.state('c-1', at(0))).toBe('none');
    await serve({ conversationId: 'c-1' });
    await serve({ conversationId: 'c-1', status: 'clarify' });
    await serve({ conversationId: 'c-1', status: 'courtesy' });
    await serve({ conversationId: 'c-1', channel: 'agent' });
    await serve({ conversationId: 'c-other' });
    expect(await survey.state('c-1', at(0))).toBe('none');
    await serve({ conversationId: 'c-1', status: 'no_answer' });
    expect(await survey.state('c-1', at(0))).toBe('open');
  });

  test('is answered once a conversation, under its last channel and language, and told without personal data', async () => {
    const { survey, serve, told } = await feedbackWorld();
    await serve({ conversationId: 'c-1' });
    await serve({ conversationId: 'c-1', channel: 'faq', locale: 'fa' });
    const said = { conversationId: 'c-1', score: 9, sentence: 'call me on 050-1234567' };
    expect(await survey.give(said, at(1))).toBe('open');
    expect(await survey.give({ ...said, score: 0 }, at(2))).toBe('given');
    expect(await survey.state('c-1', at(2))).toBe('given');
    expect(await survey.list({ since: at(0) }, { withWords: true, before: null, limit: 9 })).toEqual([
      {
        id: 1,
        givenAt: at(1).toISOString(),
        channel: 'faq',
        locale: 'fa',
        score: 9,
        sentence: 'call me on [phone]',
      },
    ]);
    expect(await survey.tally({ since: at(0) })).toEqual([
      { channel: 'faq', locale: 'fa', score: 9, given: 1 },
    ]);
    expect(await told()).toEqual([
      {
        type: 'feedback.received',
        kind: 'survey',
        channel: 'faq',
        locale: 'fa',
        conversationId: 'c-1',
        score: 9,
        sentence: 'call me on [phone]',
      },
    ]);
  });

  test('counts one of two answers that come at once', async () => {
    const { survey, serve, told } = await feedbackWorld();
    for (const _ of [1, 2]) await serve({ conversationId: 'c-1' });
    const both = [9, 3].map((score) => survey.give({ conversationId: 'c-1', score }, at(0)));
    expect((await Promise.all(both)).sort()).toEqual(['given', 'open']);
    expect(await survey.tally({ since: at(-1) })).toHaveLength(1);
    expect(await told()).toHaveLength(1);
  });

  test('takes no answer from a conversation that it was not put in', async () => {
    const { survey, serve, told } = await feedbackWorld();
    await serve({ conversationId: 'c-1' });
    expect(await survey.give({ conversationId: 'c-1', score: 10 }, at(0))).toBe('none');
    expect(await survey.give({ conversationId: "' or 1=1 --", score: 10 }, at(0))).toBe('none');
    expect(await told()).toEqual([]);
  });

  test.each([-1, 11, 5.5, Number.NaN])('refuses the score %s', async (score) => {
    const { survey, serve } = await feedbackWorld();
    for (const _ of [1, 2]) await serve({ conversationId: 'c-1' });
    await expect(survey.give({ conversationId: 'c-1', score }, at(0))).rejects.toMatchObject({
      code: 'invalid-request',
      field: 'score',
    });
  });

  test('knows a conversation by the pseudonym of a phone number', async () => {
    const { survey, serve } = await feedbackWorld();
    const { conversationKey } = await import('../../../server/feedback/served-row.ts');
    for (const _ of [1, 2]) await serve({ conversationId: conversationKey('+972501234567') });
    expect(await survey.state('+972501234567', at(0))).toBe('open');
  });

  test('is asked of the share that site.yaml says, and always of the same conversations', async () => {
    const quarter = await feedbackWorld({ share: 0.25 });
    const never = await feedbackWorld({ share: 0 });
    let asked = 0;
    for (let one = 0; one < 400; one += 1) {
      const conversationId = `conversation-${one}`;
      for (const _ of [1, 2]) await quarter.serve({ conversationId });
      const state = await quarter.survey.state(conversationId, at(0));
      if (state === 'open') asked += 1;
      if (one < 40) {
        for (const _ of [1, 2]) await never.serve({ conversationId });
        expect(await never.survey.state(conversationId, at(0))).toBe('none');
        expect(await quarter.survey.state(conversationId, at(0))).toBe(state);
      }
    }
    // 100 of 400 expected; four standard deviations of a binomial are 35.
    expect(asked).toBeGreaterThan(65);
    expect(asked).toBeLessThan(135);
  });

  test('keeps its answers no longer than the retention', async () => {
    const { survey, serve, db } = await feedbackWorld();
    const expiresAt = at(24 * 365).toISOString();
    for (const _ of [1, 2]) await serve({ conversationId: 'c-1', expiresAt });
    await survey.give({ conversationId: 'c-1', score: 7 }, at(0));
    await deleteExpired(db, () => at(24 * 29));
    expect(await survey.tally({ since: at(-1) })).toHaveLength(1);
    await deleteExpired(db, () => at(24 * 31));
    expect(await survey.tally({ since: at(-1) })).toEqual([]);
  });
});
