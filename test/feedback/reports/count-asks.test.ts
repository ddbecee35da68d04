import { randomBytes } from 'node:crypto';
import { calendarOf } from '../../../server/answers/calendar.ts';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import { newReceiptCode } from '../../../server/feedback/receipt-code.ts';
import { countAsks } from '../../../server/feedback/reports/count-asks.ts';
import { createReports } from '../../../server/feedback/reports/reports.ts';
import { startServedWalk } from '../../../server/feedback/walk-served.ts';

interface Served {
  readonly at?: string;
  readonly channel?: string;
  readonly locale?: string;
  readonly conversation?: string | null;
  readonly question?: string | null;
  readonly answer?: string | null;
  readonly status?: string;
}

/** Writes served answers down as the recorder does; what a test says nothing of is an answer in chat. */
async function serve(db: Database, served: readonly Served[]): Promise<void> {
  await db
    .insertInto('served_answers')
    .values(
      served.map(({ conversation = null, answer = 'orders/cancel#lead', question = 'Can I?', ...rest }) => ({
        code: newReceiptCode(randomBytes),
        served_at: rest.at ?? '2026-11-20T10:00:00.000Z',
        expires_at: '2027-11-20T10:00:00.000Z',
        channel: rest.channel ?? 'chat',
        conversation_id: conversation,
        customer_key: null,
        locale: rest.locale ?? 'en',
        question,
        answer_id: answer,
        status: rest.status ?? 'answered',
        confidence: 0.9,
        fingerprint: 'f',
        result: '{}',
        said: null,
        audience: 'public',
      })),
    )
    .execute();
}

function walkOf(db: Database, { timeZone = 'UTC', batch = 200 } = {}) {
  return startServedWalk(db, [countAsks(calendarOf(timeZone))], {
    failed: () => {},
    every: 1_000_000,
    batch,
  });
}

const asksIn = (db: Database) =>
  db.selectFrom('asks_by_day').selectAll().orderBy('day').orderBy('channel').orderBy('status').execute();

/** Visits by how they ended, those that are none left out. */
async function visitsIn(db: Database): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('visits_by_day')
    .selectAll()
    .where('visits', '<>', 0)
    .orderBy('day')
    .orderBy('channel')
    .orderBy('ended')
    .execute();
  return rows.map(({ day, channel, ended, visits }) => `${day} ${channel} ${ended} ${visits}`);
}

describe('the daily counts', () => {
  test('are of each ask once, however often and by however many servers they are brought up to date', async () => {
    const db = await openDatabase(':memory:');
    await serve(db, [{}, {}, { status: 'no_answer', answer: null }, { question: null }]);
    const [one, other] = [walkOf(db, { batch: 1 }), walkOf(db, { batch: 3 })];
    await Promise.all([one.catchUp(), other.catchUp()]);
    await one.catchUp();
    await serve(db, [{ channel: 'probe' }, { channel: 'faq', locale: 'he' }]);
    await Promise.all([one.catchUp(), other.catchUp()]);
    const day = { day: '2026-11-20', locale: 'en', category: 'orders', status: 'answered' };
    expect(await asksIn(db)).toEqual([
      { ...day, channel: 'chat', asks: 3, questions: 2 },
      { ...day, channel: 'chat', category: '-', status: 'no_answer', asks: 1, questions: 1 },
      { ...day, channel: 'faq', locale: 'he', asks: 1, questions: 1 },
    ]);
    expect(await visitsIn(db)).toEqual([
      '2026-11-20 chat answered 3',
      '2026-11-20 chat no_answer 1',
      '2026-11-20 faq answered 1',
    ]);
  });

  test("are of the days of the site's time zone, also where a day has 23 or 25 hours", async () => {
    const db = await openDatabase(':memory:');
    // New York goes to summer time on 2026-03-08 and back on 2026-11-01.
    const hourly = (from: string, hours: number): Served[] =>
      Array.from({ length: hours }, (_, hour) => ({
        at: new Date(Date.parse(from) + hour * 3_600_000).toISOString(),
      }));
    await serve(db, [
      ...hourly('2026-03-08T03:30:00.000Z', 26),
      ...hourly('2026-11-01T03:30:00.000Z', 26),
      { at: '2026-11-20T04:59:59.999Z' },
      { at: '2026-11-20T05:00:00.000Z' },
    ]);
    await walkOf(db, { timeZone: 'America/New_York' }).catchUp();
    expect((await asksIn(db)).map(({ day, asks }) => `${day} ${asks}`)).toEqual([
      '2026-03-07 2',
      '2026-03-08 23',
      '2026-03-09 1',
      '2026-10-31 1',
      '2026-11-01 25',
      '2026-11-19 1',
      '2026-11-20 1',
    ]);
  });

  test('stay when the answers go', async () => {
    const db = await openDatabase(':memory:');
    await serve(db, [{ conversation: 'c1' }]);
    await walkOf(db).catchUp();
    await db.insertInto('erasing').values({ conversation_id: 'c1', customer_key: null }).execute();
    await db.deleteFrom('served_answers').execute();
    await walkOf(db).catchUp();
    expect(await asksIn(db)).toMatchObject([{ asks: 1 }]);
    expect(await visitsIn(db)).toEqual(['2026-11-20 chat answered 1']);
  });

  test.each([1, 2, 200])('say of a visit how it ended, read %i answers at once', async (batch) => {
    const db = await openDatabase(':memory:');
    await serve(db, [
      // Answered in the end, with thanks; on the day after it began.
      { conversation: 'c1', status: 'no_answer', answer: null, at: '2026-11-19T23:59:00.000Z' },
      { conversation: 'c1' },
      { conversation: 'c1', status: 'courtesy', answer: null },
      // Went to an agent, twice.
      { conversation: 'c2' },
      { conversation: 'c2', channel: 'agent' },
      { conversation: 'c2', channel: 'agent', status: 'no_answer', answer: null },
      // Came back from an agent and was answered.
      { conversation: 'c3', status: 'no_answer', answer: null },
      { conversation: 'c3', channel: 'agent' },
      { conversation: 'c3', channel: 'faq' },
      // Left where it was asked back.
      { conversation: 'c4' },
      { conversation: 'c4', status: 'clarify', answer: null },
      // No customer's: an agent's own search, one for a conversation that nobody began, and nothing but a greeting.
      { channel: 'agent' },
      { channel: 'agent', conversation: 'c5' },
      { conversation: 'c6', status: 'courtesy', answer: null },
    ]);
    await walkOf(db, { batch }).catchUp();
    expect(await visitsIn(db)).toEqual([
      '2026-11-20 chat agent 1',
      '2026-11-20 chat answered 1',
      '2026-11-20 chat clarify 1',
      '2026-11-20 faq answered 1',
    ]);
  });
});

describe('asks of articles', () => {
  test('are counted by article, for some days, a locale, a channel or a category', async () => {
    const db = await openDatabase(':memory:');
    await serve(db, [
      {},
      { answer: 'orders/cancel#how', locale: 'he' },
      { answer: 'returns/window#lead', channel: 'faq' },
      { answer: 'returns/window#lead', at: '2026-10-01T10:00:00.000Z' },
      { answer: 'orders-abroad/customs#lead' },
      { answer: null, status: 'no_answer' },
    ]);
    await walkOf(db).catchUp();
    const reports = createReports(db);
    const november = { from: '2026-11-01', to: '2026-11-20' };
    const ids = ['orders/cancel', 'returns/window', 'orders/other'];
    expect(await reports.askedOf(ids, november)).toEqual(
      new Map([
        ['orders/cancel', 2],
        ['returns/window', 1],
      ]),
    );
    expect(await reports.askedOf(ids, november, 'he')).toEqual(new Map([['orders/cancel', 1]]));
    expect(await reports.askedOf([], november)).toEqual(new Map());
    expect(await reports.topArticles({ from: '2026-10-01', to: '2026-11-20' }, {}, 2)).toEqual([
      { articleId: 'orders/cancel', asks: 2 },
      { articleId: 'returns/window', asks: 2 },
    ]);
    expect(await reports.topArticles(november, { category: 'orders' }, 9)).toEqual([
      { articleId: 'orders/cancel', asks: 2 },
    ]);
    expect(await reports.topArticles(november, { channel: 'faq', locale: null }, 9)).toEqual([
      { articleId: 'returns/window', asks: 1 },
    ]);
  });
});
