import { randomBytes } from 'node:crypto';
import type { AnswerResult, Ask } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { openDatabase } from '../../server/database/open.ts';
import { recordedQuestions } from '../../server/feedback/recorded-questions.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { smallWorld } from '../support/small-world.ts';

const answerer = createAnswerers(smallWorld().snapshot).public;

/** A database in which people asked, on the days given. */
async function asked(
  served: readonly (Partial<Ask> & {
    readonly on?: string;
    readonly channel?: string;
    readonly result?: Partial<AnswerResult>;
  })[],
) {
  const db = await openDatabase(':memory:');
  let now = new Date(0);
  const recorder = createRecorder(db, { retentionDays: 30, now: () => now, random: randomBytes });
  for (const { on = '2026-11-20', channel = 'chat', result = {}, ...rest } of served) {
    now = new Date(`${on}T10:00:00Z`);
    const ask = { question: 'Can I cancel?', answerId: null, locale: 'en', context: {}, asOf: on, ...rest };
    await recorder.record({
      audience: 'public',
      channel,
      conversationId: null,
      ask,
      result: { ...answerer.answer(ask), ...result },
    });
  }
  return db;
}

const range = { since: new Date('2026-11-01T00:00:00Z'), limit: 10, mostRows: 100 };

describe('the recorded questions', () => {
  test('are counted by words, locale and customer, the most asked first', async () => {
    const db = await asked([
      {},
      {},
      { context: { region: 'EU' } },
      { question: 'Wo ist es?' },
      { locale: 'he' },
      { locale: 'he' },
      { locale: 'he' },
    ]);
    expect(await recordedQuestions(db, range)).toEqual([
      { question: 'Can I cancel?', locale: 'he', context: {}, asked: 3 },
      { question: 'Can I cancel?', locale: 'en', context: {}, asked: 2 },
      { question: 'Can I cancel?', locale: 'en', context: { region: 'EU' }, asked: 1 },
      { question: 'Wo ist es?', locale: 'en', context: {}, asked: 1 },
    ]);
  });

  test('are none of a program that checks channels', async () => {
    const db = await asked([{ channel: 'probe' }, { channel: 'faq' }]);
    expect(await recordedQuestions(db, range)).toMatchObject([{ question: 'Can I cancel?', asked: 1 }]);
  });

  test('are those of the days asked for, redacted, without opened answers and without follow-ups', async () => {
    const followUp = {
      rule: 'option' as const,
      previous: 'x',
      words: [],
      answerId: 'orders/cancel-order#lead',
      context: {},
    };
    const db = await asked([
      { on: '2026-10-31' },
      { question: null, answerId: 'orders/cancel-order#lead' },
      { question: 'the second one', result: { followUp } },
      { question: 'and then?', result: { followUp: { ...followUp, rule: 'new-question', answerId: null } } },
      { question: 'write to maya@example.com please' },
    ]);
    expect((await recordedQuestions(db, range)).map(({ question }) => question)).toEqual([
      'and then?',
      expect.not.stringContaining('maya@example.com'),
    ]);
  });

  test('are at most as many as wanted, of the newest answers served', async () => {
    const db = await asked([{ on: '2026-11-02', question: 'old' }, { question: 'a' }, { question: 'b' }]);
    expect(await recordedQuestions(db, { ...range, limit: 1 })).toHaveLength(1);
    const newest = await recordedQuestions(db, { ...range, mostRows: 2 });
    expect(newest.map(({ question }) => question)).toEqual(['a', 'b']);
  });
});
