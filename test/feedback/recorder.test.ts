import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { AnswerResult, Ask } from '../../server/answers/answer.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { newReceiptCode, readReceiptCode, receiptAlphabet } from '../../server/feedback/receipt-code.ts';
import { createRecorder, type RecorderSettings } from '../../server/feedback/recorder.ts';
import { deleteExpired, startRetention } from '../../server/feedback/retention.ts';
import { conversationKey } from '../../server/feedback/served-row.ts';

const dayMs = 86_400_000;

function makeAsk(part: Partial<Ask> = {}): Ask {
  return {
    question: 'How long do I have to return it?',
    answerId: null,
    locale: 'en',
    context: { region: 'EU' },
    asOf: '2026-12-20',
    ...part,
  };
}

function makeResult(part: Partial<AnswerResult> = {}): AnswerResult {
  return {
    status: 'no_answer',
    fingerprint: 'f'.repeat(64),
    answer: null,
    reply: null,
    confidence: 0.1 + 0.2,
    why: [{ feature: 'body', words: ['return'], share: 1 / 3 }],
    alternatives: [],
    clarification: null,
    followUps: [],
    followUp: null,
    escalation: {
      message: 'לא מצאנו תשובה — «پاسخی نیست» \u2028 "quoted" \\ </script>',
      contact: 'care',
      name: 'Care',
      email: 'care@example.com',
      phone: '+18005550142',
      url: null,
      hours: null,
    },
    requestedLocale: 'en',
    asOf: '2026-12-20',
    context: { region: 'EU' },
    ...part,
  };
}

async function world(settings: Partial<RecorderSettings> = {}) {
  const db = await openDatabase(':memory:');
  const recorder = createRecorder(db, {
    retentionDays: 30,
    now: () => new Date(),
    random: randomBytes,
    ...settings,
  });
  const record = (
    ask: Partial<Ask> = {},
    result: Partial<AnswerResult> = {},
    conversationId: string | null = null,
  ) =>
    recorder.record({
      audience: 'public',
      channel: 'chat',
      conversationId,
      ask: makeAsk(ask),
      result: makeResult(result),
    });
  return { db, recorder, record };
}

/** Everything the table holds, as one text. */
async function stored(db: Database): Promise<string> {
  return JSON.stringify(await db.selectFrom('served_answers').selectAll().execute());
}

describe('receipt codes', () => {
  test('are eight characters without vowels and without look-alikes', () => {
    expect(receiptAlphabet).not.toMatch(/[AEIOUY01L]/);
    expect(new Set(receiptAlphabet).size).toBe(receiptAlphabet.length);
    for (let i = 0; i < 1_000; i += 1) {
      const code = newReceiptCode(randomBytes);
      expect(code).toHaveLength(8);
      expect([...code].every((one) => receiptAlphabet.includes(one))).toBe(true);
    }
  });

  test('use every character about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 5_000; i += 1)
      for (const one of newReceiptCode(randomBytes)) counts.set(one, (counts.get(one) ?? 0) + 1);
    // 40,000 draws of 27 characters: 1,481 each, standard deviation 38; six deviations either side.
    for (const one of receiptAlphabet) {
      expect(counts.get(one)).toBeGreaterThan(1_250);
      expect(counts.get(one)).toBeLessThan(1_710);
    }
  });

  test('skip the bytes that would make some characters likelier', () => {
    const bytes = [255, 250, 243, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let at = 0;
    const code = newReceiptCode((size) => {
      at += size;
      return Uint8Array.from(bytes.slice(at - size, at));
    });
    expect(code).toBe(receiptAlphabet.slice(0, 8));
  });

  test('are read in any case, with and without hyphen, blanks and full-width letters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...receiptAlphabet), { minLength: 8, maxLength: 8 }),
        (letters) => {
          const code = letters.join('');
          const spelled = `${code.slice(0, 4)}-${code.slice(4)}`;
          for (const typed of [
            code,
            spelled,
            spelled.toLowerCase(),
            ` ${code} `,
            spelled.replace('-', '\u2013'),
          ])
            expect(readReceiptCode(typed)).toBe(code);
        },
      ),
    );
    expect(readReceiptCode('ＢＣＤＦ－２３４５')).toBe('BCDF2345');
  });

  test.each(['', 'BCDF-234', 'BCDF-23456', 'BCDF-234O', 'BCDF-234A', "' OR 1=1", '________'])(
    'cannot be %j',
    (typed) => expect(readReceiptCode(typed)).toBeNull(),
  );
});

describe('the recorder', () => {
  test('brings a result back to the letter', async () => {
    const { recorder, record } = await world();
    const { code, url } = await record();
    expect(url).toBe(`/api/v1/receipts/${code}`);
    const found = await recorder.find(code, 'public');
    expect(found?.result).toEqual(makeResult());
    expect(JSON.stringify(found?.result)).toBe(JSON.stringify(makeResult()));
    expect(found).toMatchObject({ code, channel: 'chat', conversationId: null });
  });

  test('brings any result back to the letter', async () => {
    const { recorder, record } = await world();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (message, confidence) => {
          const result = makeResult({
            confidence: confidence + 0,
            escalation: {
              message,
              contact: 'c',
              name: 'n',
              email: null,
              phone: null,
              url: null,
              hours: null,
            },
          });
          const { code } = await record({}, result);
          expect((await recorder.find(code, 'public'))?.result).toEqual(result);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('knows when it was said and to which redacted question', async () => {
    const now = new Date('2026-12-20T21:05:06.789Z');
    const { recorder, record } = await world({ now: () => now });
    const { code } = await record({ question: 'order MW-123456, mail me at dana@example.com' });
    expect(await recorder.find(code, 'public')).toMatchObject({
      servedAt: '2026-12-20T21:05:06.789Z',
      question: 'order [order], mail me at [email]',
    });
  });

  test('is asked with the code as a person types it', async () => {
    const { recorder, record } = await world();
    const { code } = await record();
    for (const typed of [
      code.toLowerCase(),
      code.replace('-', ''),
      ` ${code.replace('-', ' ').toLowerCase()}`,
    ])
      expect((await recorder.find(typed, 'public'))?.code).toBe(code);
  });

  test('gives null for codes that were never given out or cannot be one', async () => {
    const { recorder } = await world();
    for (const typed of ['BCDF-2345', '', "x' or '1'='1", '%', 'BCDF-234O'])
      expect(await recorder.find(typed, 'public')).toBeNull();
  });

  test.each([
    ['my card 4111 1111 1111 1111', ['4111', '1111']],
    ['mail dana@example.com', ['dana@example.com']],
    ['mail dana@example.com', ['dana', 'example.com']],
    ['call 050-123-4567', ['050', '123', '4567']],
    ['order number 987654', ['987654']],
    ['הזמנה ۹۸۷۶۵۴', ['۹۸۷۶۵۴']],
  ])('stores none of the personal words of %j, also not as matched words', async (question, words) => {
    const { db, recorder, record } = await world();
    const { code } = await record(
      { question },
      { why: [{ feature: 'body', words: ['order', ...words], share: 0.5 }] },
    );
    const text = await stored(db);
    expect(text).not.toContain(question);
    const why = (await recorder.find(code, 'public'))?.result.why[0]?.words ?? [];
    expect(why[0]).toBe('order');
    expect(why).toHaveLength(words.length + 1);
    for (const word of words) expect(why).not.toContain(word);
  });

  test('changes no word of a question without personal data', async () => {
    const { recorder, record } = await world();
    const why = [{ feature: 'question', words: ['30', 'days', 'return'], share: 1 }];
    const { code } = await record({ question: 'return after 30 days' }, { why });
    expect((await recorder.find(code, 'public'))?.result.why).toEqual(why);
  });

  test('keeps a conversation together without keeping an address or a phone number', async () => {
    const { db, recorder, record } = await world();
    for (const id of [
      'conv-7f3a',
      'c-12345678-1234-4abc-9def-123456789012',
      'T012/1234.5678',
      'ticket-4711',
    ]) {
      const { code } = await record({}, {}, id);
      expect((await recorder.find(code, 'public'))?.conversationId).toBe(id);
    }
    for (const id of [
      '+972-50-123-4567',
      'dana@example.com',
      '972501234567',
      'whatsapp:+972501234567',
      '972501234567@s.whatsapp.net',
    ]) {
      const one = await record({}, {}, id);
      const two = await record({}, {}, id);
      const kept = (await recorder.find(one.code, 'public'))?.conversationId;
      expect(kept).toMatch(/^p-[0-9a-f]{24}$/);
      expect(kept).toBe(conversationKey(id));
      expect((await recorder.find(two.code, 'public'))?.conversationId).toBe(kept);
      expect(await stored(db)).not.toContain(id);
    }
  });

  test('takes another code when one is taken', async () => {
    const draws = [0, 0, 0, 1];
    const { recorder, record } = await world({
      random: (size) => new Uint8Array(size).fill(draws.shift() ?? 2),
    });
    const first = await record();
    const second = await record({ question: 'another' });
    expect(first.code).toBe('22222222');
    expect(second.code).toBe('33333333');
    expect((await recorder.find(first.code, 'public'))?.question).toBe(makeAsk().question);
    expect((await recorder.find(second.code, 'public'))?.question).toBe('another');
  });

  test('gives up with a clear error when every code is taken', async () => {
    const { record } = await world({ random: (size) => new Uint8Array(size) });
    await record();
    await expect(record()).rejects.toMatchObject({ code: 'internal' });
  });

  test('cannot be made to change or forget what was said', async () => {
    const { db, record } = await world();
    await record();
    await expect(db.updateTable('served_answers').set({ status: 'answered' }).execute()).rejects.toThrow(
      /append-only/,
    );
    await expect(db.deleteFrom('served_answers').execute()).rejects.toThrow(/append-only/);
    await expect(
      sql`insert or replace into served_answers select * from served_answers`.execute(db),
    ).rejects.toThrow(/append-only/);
  });

  test('keeps fifty answers that are served at once apart', async () => {
    const { recorder, record } = await world();
    const questions = Array.from({ length: 50 }, (_, i) => `question ${i}`);
    const receipts = await Promise.all(questions.map((question) => record({ question })));
    expect(new Set(receipts.map(({ code }) => code)).size).toBe(50);
    const found = await Promise.all(receipts.map(({ code }) => recorder.find(code, 'public')));
    expect(found.map((one) => one?.question)).toEqual(questions);
  });

  test('says that it is unavailable when the row cannot be written', async () => {
    const { db, record } = await world();
    await sql`drop table served_answers`.execute(db);
    await expect(record()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  });

  test('waits for a database that another process has locked', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'concord-recorder-'));
    const db = await openDatabase(directory);
    const other = new SqliteDatabase(join(directory, 'concord.sqlite'));
    try {
      const recorder = createRecorder(db, { retentionDays: 1, now: () => new Date(), random: randomBytes });
      other.exec('begin exclusive');
      setTimeout(() => other.exec('commit'), 600);
      const { code } = await recorder.record({
        audience: 'public',
        channel: 'api',
        conversationId: null,
        ask: makeAsk(),
        result: makeResult(),
      });
      expect((await recorder.find(code, 'public'))?.channel).toBe('api');
    } finally {
      other.close();
      await db.destroy();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('retention', () => {
  const now = new Date();
  const at = (days: number) => () => new Date(now.getTime() + days * dayMs);

  async function rows(db: Database): Promise<number> {
    return Number(
      (await db.selectFrom('served_answers').select(db.fn.countAll().as('rows')).executeTakeFirstOrThrow())
        .rows,
    );
  }

  test('a receipt is not found once its days have passed, deleted or not', async () => {
    const { db, record } = await world({ retentionDays: 30 });
    const { code } = await record();
    const later = (days: number) =>
      createRecorder(db, { retentionDays: 30, now: at(days), random: randomBytes });
    expect(await later(29).find(code, 'public')).not.toBeNull();
    expect(await later(31).find(code, 'public')).toBeNull();
  });

  test('what has expired is deleted in batches, the rest stays', async () => {
    const { db, recorder, record } = await world({ retentionDays: 30 });
    const old = createRecorder(db, { retentionDays: 30, now: at(-31), random: randomBytes });
    for (let i = 0; i < 7; i += 1)
      await old.record({
        audience: 'public',
        channel: 'api',
        conversationId: null,
        ask: makeAsk(),
        result: makeResult(),
      });
    const { code } = await record();
    expect(await deleteExpired(db, () => new Date(), 3)).toBe(7);
    expect(await rows(db)).toBe(1);
    expect(await recorder.find(code, 'public')).not.toBeNull();
    expect(await deleteExpired(db, () => new Date(), 3)).toBe(0);
  });

  test('runs at the start, says how many rows went, and ends with the server', async () => {
    const { db } = await world();
    const old = createRecorder(db, { retentionDays: 1, now: at(-2), random: randomBytes });
    await old.record({
      audience: 'public',
      channel: 'api',
      conversationId: null,
      ask: makeAsk(),
      result: makeResult(),
    });
    const heard: number[] = [];
    const retention = startRetention(db, {
      ...{ retentionDays: 30, webhookRetentionDays: 30 },
      now: () => new Date(),
      done: (deleted) => heard.push(deleted),
      failed: (error) => {
        throw error;
      },
    });
    await retention.stop();
    expect(heard).toEqual([1]);
    expect(await rows(db)).toBe(0);
  });

  test('runs again every day, also after a day on which it failed', async () => {
    const { db } = await world();
    let today = now;
    let broken = true;
    const heard: (number | string)[] = [];
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const retention = startRetention(db, {
      ...{ retentionDays: 30, webhookRetentionDays: 30 },
      now: () => {
        if (broken) throw new Error('no clock');
        return today;
      },
      done: (deleted) => heard.push(deleted),
      failed: (error) => heard.push((error as Error).message),
    });
    try {
      await new Promise((resolve) => setImmediate(resolve));
      broken = false;
      today = new Date(now.getTime() + dayMs);
      jest.advanceTimersByTime(dayMs);
      await retention.stop();
      jest.advanceTimersByTime(5 * dayMs);
    } finally {
      jest.useRealTimers();
    }
    expect(heard).toEqual(['no clock', 0]);
  });

  test('writes what waits at the same moment together, each under a code of its own, and a text once', async () => {
    const { db, recorder, record } = await world();
    const receipts = await Promise.all(
      Array.from({ length: 450 }, (_, n) => record({ question: `question ${n}` })),
    );
    expect(new Set(receipts.map(({ code }) => code)).size).toBe(450);
    for (const at of [0, 199, 200, 449]) {
      const found = await recorder.find(receipts[at]?.code ?? '', 'public');
      expect(found?.question).toBe(`question ${at}`);
      expect(found?.result).toEqual(makeResult());
    }
    const said = await db.selectFrom('said_results').selectAll().execute();
    expect(said).toHaveLength(1);
    await db.destroy();
  });

  test('says again what was cleared away meanwhile, because nobody had been told it any more', async () => {
    const { db, recorder, record } = await world({ now: () => new Date('2020-01-01T00:00:00Z') });
    await record();
    await deleteExpired(db, () => new Date());
    await db.deleteFrom('said_results').execute();
    const { code } = await record();
    expect((await recorder.find(code, 'public'))?.result).toEqual(makeResult());
    await db.destroy();
  });

  test('leaves the database waiting for the disk again, also where it could not write', async () => {
    const { db, record } = await world();
    const synchronous = async () =>
      (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows[0]?.synchronous;
    await record();
    expect(await synchronous()).toBe(2);
    await sql`drop table served_answers`.execute(db);
    await expect(record()).rejects.toThrow(/could not be recorded/);
    expect(await synchronous()).toBe(2);
    await db.destroy();
  });
});
