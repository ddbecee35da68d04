import { randomBytes } from 'node:crypto';
import type { Ask } from '../../server/answers/answer.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { createRecorder } from '../../server/feedback/recorder.ts';
import { type ServedReader, startServedWalk, type WalkedAnswer } from '../../server/feedback/walk-served.ts';
import { makeApp } from '../support/make-app.ts';
import { smallWorld } from '../support/small-world.ts';

/** A reader that remembers what it read; `fails`: the round in which it breaks. */
function makeReader(name: string, fails = 0) {
  const read: number[] = [];
  const answers: WalkedAnswer[] = [];
  let round = 0;
  const reader: ServedReader = {
    name,
    async read(some) {
      round += 1;
      if (round === fails) throw new Error('a reader that breaks');
      read.push(...some.map(({ number }) => number));
      answers.push(...some);
    },
  };
  return { reader, read, answers };
}

async function serve(db: Database, times: number, channel = 'chat'): Promise<void> {
  const world = await makeApp(smallWorld().snapshot);
  const answerer = world.deps.current().public;
  const recorder = createRecorder(db, { retentionDays: 30, now: () => new Date(), random: randomBytes });
  const ask: Ask = {
    question: 'Can I cancel my order?',
    answerId: null,
    previous: null,
    locale: 'en',
    context: {},
    asOf: '2026-11-22',
  };
  const result = answerer.answer(ask);
  await Promise.all(
    Array.from({ length: times }, () =>
      recorder.record({ channel, conversationId: null, ask, result, audience: 'public' }),
    ),
  );
  await world.close();
}

function walk(db: Database, ...readers: readonly ServedReader[]) {
  return startServedWalk(db, readers, { failed: () => {}, every: 3_600_000, batch: 4 });
}

describe('the walk over what was served', () => {
  let db: Database;
  beforeEach(async () => {
    db = await openDatabase(':memory:');
  });
  afterEach(() => db.destroy());

  test('shows every answer to every reader once and in order, also those that are served later', async () => {
    const [one, two] = [makeReader('one'), makeReader('two')];
    const walked = walk(db, one.reader, two.reader);
    await serve(db, 10);
    await walked.catchUp();
    expect(one.read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await serve(db, 3);
    await walked.catchUp();
    await walked.catchUp();
    expect(one.read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(two.read).toEqual(one.read);
    expect(one.answers[0]).toMatchObject({
      channel: 'chat',
      locale: 'en',
      question: 'Can I cancel my order?',
      status: 'answered',
      isFollowUp: false,
      context: {},
    });
    expect(one.answers[0]?.answerId).toMatch(/^orders\//);
    expect(one.answers[0]?.confidence).toBeGreaterThan(0.5);
    await walked.stop();
  });

  test('a reader that breaks reads the same answers again, and none is lost', async () => {
    const { reader, read } = makeReader('breaks', 2);
    const walked = walk(db, reader);
    await serve(db, 10);
    await expect(walked.catchUp()).rejects.toThrow('a reader that breaks');
    expect(read).toEqual([1, 2, 3, 4]);
    await walked.catchUp();
    expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await walked.stop();
  });

  test('what a reader writes stands together with its position, or neither does', async () => {
    const position = async () =>
      (await db.selectFrom('walk_positions').selectAll().execute()).map(({ reader, number }) => [
        reader,
        number,
      ]);
    await serve(db, 3);
    const half: ServedReader = {
      name: 'half',
      async read(_answers, within) {
        await within.insertInto('walk_positions').values({ reader: 'written', number: 7 }).execute();
        throw new Error('broken after a write');
      },
    };
    const walked = walk(db, half);
    await expect(walked.catchUp()).rejects.toThrow('broken after a write');
    expect(await position()).toEqual([]);
    await walked.stop();
  });

  test('two servers on one database share what is read', async () => {
    const [one, two] = [makeReader('shared'), makeReader('shared')];
    const [first, second] = [walk(db, one.reader), walk(db, two.reader)];
    await serve(db, 30);
    await Promise.all([first.catchUp(), second.catchUp()]);
    expect([...one.read, ...two.read].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, n) => n + 1),
    );
    await Promise.all([first.stop(), second.stop()]);
  });

  test('leaves out what programs ask that check channels', async () => {
    const { reader, read } = makeReader('customers');
    const walked = walk(db, reader);
    await serve(db, 2, 'probe');
    await serve(db, 1);
    await walked.catchUp();
    expect(read).toEqual([3]);
    await walked.stop();
  });
});
