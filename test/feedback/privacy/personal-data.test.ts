import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { byServer } from '../../../server/audit/audit-event.ts';
import { createAuditLog } from '../../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import { keptData } from '../../../server/feedback/privacy/kept-data.ts';
import {
  createPrivacy,
  type Privacy,
  personalTables,
} from '../../../server/feedback/privacy/personal-data.ts';
import { createRecorder } from '../../../server/feedback/recorder.ts';
import { deleteExpired, forgetExpired } from '../../../server/feedback/retention.ts';
import { customerKey } from '../../../server/feedback/served-row.ts';
import { createEventLog } from '../../../server/webhooks/event-log.ts';
import { subscribe } from '../../support/subscribe.ts';

let db: Database;
let privacy: Privacy;
let clock: Date;
beforeEach(async () => {
  clock = new Date();
  db = await openDatabase(':memory:');
  privacy = createPrivacy(db, { audit: createAuditLog(db, { now: () => clock }) });
});
afterEach(() => db.destroy());

/** One answer of a conversation with everything that may hang on it. Gives its receipt. */
async function asked(conversation: string, customer: string | null, question: string): Promise<string> {
  const recorder = createRecorder(db, { retentionDays: 30, now: () => clock, random: randomBytes });
  const { code } = await recorder.record({
    audience: 'public',
    channel: 'chat',
    conversationId: conversation,
    customer,
    ask: { question, answerId: null, locale: 'en', context: {}, asOf: '2026-11-22' },
    result: {
      ...{ status: 'no_answer', fingerprint: 'f'.repeat(64), answer: null, reply: null, confidence: 0.1 },
      ...{ why: [], alternatives: [], clarification: null, followUps: [], followUp: null, escalation: null },
      ...{ requestedLocale: 'en', asOf: '2026-11-22', context: {} },
    },
  });
  const at = clock.toISOString();
  const common = { channel: 'chat', locale: 'en' };
  await db
    .insertInto('ratings')
    .values({ receipt: code, given_at: at, changed_at: at, ...common, helpful: 0, sentence: question })
    .execute();
  await db
    .insertInto('handovers')
    .values({ receipt: code, conversation_id: conversation, at, locale: 'en', contact: 'care' })
    .execute();
  const { id } = await db
    .insertInto('gap_questions')
    .values({ locale: 'en', key: question, shown: question })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('gap_asks')
    .values({
      receipt: code,
      question_id: id,
      at,
      day: '2026-11-22',
      reason: 'unanswered',
      channel: 'chat',
      asker: conversation,
    })
    .execute();
  await db.insertInto('gap_clarified').values({ receipt: code, until: at }).execute();
  await db
    .insertInto('gap_phrasings')
    .values({
      receipt: code,
      locale: 'en',
      key: question,
      shown: question,
      article_id: 'a/b',
      ended: 'helpful',
      asker: conversation,
      at,
    })
    .execute();
  await db
    .insertInto('flags')
    .values({
      raised_at: at,
      kind: 'wrong',
      note: 'the fee is wrong',
      locale: 'en',
      question,
      receipt: code,
      owner: 'care',
      status: 'open',
    })
    .execute();
  await db
    .insertInto('offers_made')
    .values({
      ...{
        made_at: at,
        made_by: 'dana',
        offer: 'code',
        amount: 5,
        currency: 'USD',
        reason: 'late',
        note: question,
      },
      ...{
        receipt: code,
        conversation_id: conversation,
        customer_key: customer === null ? null : customerKey(customer),
      },
      ...{ order_key: 'o-1', bounds: 'within', status: 'made' },
    })
    .execute();
  await createEventLog(db, { now: () => clock }).add('feedback.received', {
    receipt: code,
    sentence: question,
  });
  return code;
}
const survey = (conversation: string) =>
  db
    .insertInto('survey_answers')
    .values({
      given_at: clock.toISOString(),
      expires_at: new Date(clock.getTime() + 30 * 86_400_000).toISOString(),
      ...{ channel: 'chat', locale: 'en', conversation_id: conversation, score: 9, sentence: 'good' },
    })
    .execute();
/** Everything in the database but what was said to nobody in particular, as one text. */
const stored = async (): Promise<string> => {
  const parts = await Promise.all(
    Object.keys(keptData).map((table) => sql`select * from ${sql.table(table)}`.execute(db)),
  );
  return JSON.stringify(parts.map(({ rows }) => rows));
};
const rowsOf = async (table: string): Promise<number> =>
  (await sql`select * from ${sql.table(table)}`.execute(db)).rows.length;

describe('what is stored of a conversation or a customer', () => {
  beforeEach(() => subscribe(db));

  test('is exported with everything that hangs on it, and nothing of anybody else', async () => {
    const mine = await asked('conv-1', 'dana@shop', 'mine at first');
    const second = await asked('conv-1', 'dana@shop', 'mine again');
    const other = await asked('conv-2', 'noa@shop', 'of somebody else');
    for (const conversation of ['conv-1', 'conv-2']) await survey(conversation);
    for (const subject of [
      { conversation: 'conv-1' },
      { customer: 'dana@shop' },
      { customer: customerKey('dana@shop') },
    ]) {
      const { tables } = await privacy.exportOf(subject, byServer);
      for (const table of personalTables) {
        expect([table, tables[table].length]).toEqual([table, table === 'survey_answers' ? 1 : 2]);
        if (table === 'survey_answers') continue;
        const text = JSON.stringify(tables[table]);
        expect(text).toContain(mine);
        expect(text).toContain(second);
      }
      expect(JSON.stringify(tables)).not.toContain(other);
      expect(JSON.stringify(tables)).not.toContain('somebody else');
    }
  });

  test.each([
    ['conversation', { conversation: 'conv-1' }],
    ['customer', { customer: 'dana@shop' }],
  ])('is erased by %s so that no trace is left, while all else stays', async (_, subject) => {
    const code = await asked('conv-1', 'dana@shop', 'zebra stripes');
    const other = await asked('conv-2', 'noa@shop', 'tiger stripes');
    for (const conversation of ['conv-1', 'conv-2']) await survey(conversation);
    const counts = await privacy.erase(subject, byServer);
    expect(new Set(Object.values(counts))).toEqual(new Set([1]));
    const left = await stored();
    for (const trace of [code, 'conv-1', 'zebra', customerKey('dana@shop')])
      expect(left).not.toContain(trace);
    for (const trace of [other, 'conv-2', 'tiger', customerKey('noa@shop')]) expect(left).toContain(trace);
    // Work of others and counts of goodwill stay.
    expect(await rowsOf('flags')).toBe(2);
    expect(await rowsOf('offers_made')).toBe(2);
    expect(left).toContain('the fee is wrong');
    expect(await rowsOf('erasing')).toBe(0);
    expect(new Set(Object.values(await privacy.count(subject)))).toEqual(new Set([0]));
  });

  test('takes an address as a conversation’s id, of which a pseudonym alone is stored', async () => {
    await asked('whatsapp:+972501234567', null, 'by phone');
    expect((await privacy.count({ conversation: 'whatsapp:+972501234567' })).served_answers).toBe(1);
    await privacy.erase({ conversation: 'whatsapp:+972501234567' }, byServer);
    expect(await rowsOf('served_answers')).toBe(0);
  });

  test('does not take somebody else’s survey for a customer who shared their conversation', async () => {
    await asked('kiosk', 'dana@shop', 'first');
    await asked('kiosk', 'noa@shop', 'second');
    await survey('kiosk');
    const counts = await privacy.erase({ customer: 'dana@shop' }, byServer);
    expect([counts.served_answers, counts.survey_answers]).toEqual([1, 0]);
    expect(await rowsOf('survey_answers')).toBe(1);
  });

  test('is with a customer also what was said in their own conversation before it was known who they are', async () => {
    const before = await asked('conv-1', null, 'before signing in');
    const after = await asked('conv-1', 'dana@shop', 'signed in');
    const others = await asked('kiosk', null, 'of anybody');
    await asked('kiosk', 'dana@shop', 'at the kiosk');
    await asked('kiosk', 'noa@shop', 'next at the kiosk');
    const { tables } = await privacy.exportOf({ customer: 'dana@shop' }, byServer);
    for (const table of ['served_answers', 'ratings', 'flags', 'offers_made', 'events'] as const) {
      expect([table, tables[table].length]).toEqual([table, 3]);
      expect(JSON.stringify(tables[table])).not.toContain(others);
    }
    expect(JSON.stringify(tables)).toContain(before);
    const counts = await privacy.erase({ customer: 'dana@shop' }, byServer);
    expect(counts.served_answers).toBe(3);
    const left = await stored();
    for (const trace of [before, after, 'conv-1', 'signing']) expect(left).not.toContain(trace);
    expect(left).toContain(others);
    expect(await rowsOf('erasing')).toBe(0);
  });

  test('is audited by how much it was, and not whose', async () => {
    await asked('conv-1', 'dana@shop', 'zebra stripes');
    await privacy.exportOf({ conversation: 'conv-1' }, byServer);
    await privacy.erase({ customer: 'dana@shop' }, byServer);
    const rows = await db.selectFrom('audit_events').selectAll().execute();
    expect(rows.map(({ action }) => action)).toEqual(['privacy.exported', 'privacy.erased']);
    expect(JSON.parse(rows[1]?.after ?? '')).toMatchObject({ by: 'customer', served_answers: 1 });
    for (const name of ['conv-1', 'dana', customerKey('dana@shop')])
      expect(JSON.stringify(rows)).not.toContain(name);
  });

  test('nobody’s name is nobody’s data', async () => {
    await asked('conv-1', null, 'mine');
    for (const subject of [{ conversation: ' ' }, { customer: '' }, { customer: 'x'.repeat(501) }]) {
      await expect(privacy.count(subject)).rejects.toMatchObject({ field: 'name' });
      await expect(privacy.erase(subject, byServer)).rejects.toMatchObject({ field: 'name' });
    }
    await privacy.erase({ customer: 'null' }, byServer);
    await privacy.erase({ conversation: '%' }, byServer);
    expect(await rowsOf('served_answers')).toBe(1);
    expect(await rowsOf('erasing')).toBe(0);
  });

  test('is erased whole or not at all', async () => {
    await asked('conv-1', null, 'mine');
    await sql`create trigger stop before update on flags begin select raise(abort, 'stop'); end`.execute(db);
    await expect(privacy.erase({ conversation: 'conv-1' }, byServer)).rejects.toThrow('stop');
    expect((await privacy.count({ conversation: 'conv-1' })).served_answers).toBe(1);
    expect(await rowsOf('erasing')).toBe(0);
  });

  test('of thousands of answers is found and erased too', async () => {
    const first = await asked('conv-1', 'dana@shop', 'one of many');
    await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
      insert into served_answers (code, served_at, expires_at, channel, conversation_id, customer_key, locale, status, fingerprint, result, audience)
      select 'X' || i, served_at, expires_at, channel, conversation_id, customer_key, locale, status, fingerprint, result, audience
      from served_answers, n where code = ${first}`.execute(db);
    expect((await privacy.erase({ customer: 'dana@shop' }, byServer)).served_answers).toBe(2_501);
    expect(await rowsOf('served_answers')).toBe(0);
  });
});

describe('the file of the database', () => {
  /** How often a text stands in the file, and in its WAL. */
  const timesIn = async (directory: string, text: string): Promise<readonly number[]> => {
    const files = ['concord.sqlite', 'concord.sqlite-wal'].map((name) =>
      readFile(join(directory, name), 'latin1'),
    );
    return (await Promise.all(files)).map((bytes) => bytes.split(text).length - 1);
  };

  test('holds next to nothing of what was erased, its WAL nothing, and neither anything once it is rewritten', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'erase-'));
    await db.destroy();
    db = await openDatabase(directory);
    privacy = createPrivacy(db, { audit: createAuditLog(db, { now: () => clock }) });
    try {
      await subscribe(db);
      for (let n = 0; n < 40; n += 1) {
        await asked('conv-erased', 'dana@shop', `zebra stripes ${n} ${'and so on '.repeat(n)}`);
        await asked(`conv-${n}`, null, `tiger stripes ${n} ${'and so on '.repeat(n)}`);
      }
      await survey('conv-erased');
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
      const [before = 0] = await timesIn(directory, 'zebra stripes');
      expect(before).toBeGreaterThanOrEqual(40 * 7);
      await privacy.erase({ conversation: 'conv-erased' }, byServer);
      // What SQLite left behind when it divided a page: its `secure_delete` does not reach that.
      const [left = 0, inWal] = await timesIn(directory, 'zebra stripes');
      expect(inWal).toBe(0);
      expect(left).toBeLessThan(before / 50);
      await privacy.rewrite();
      for (const trace of ['zebra stripes', 'conv-erased', customerKey('dana@shop')])
        expect([trace, await timesIn(directory, trace)]).toEqual([trace, [0, 0]]);
      expect((await timesIn(directory, 'tiger stripes'))[0]).toBeGreaterThanOrEqual(40 * 7);
    } finally {
      await db.destroy();
      db = await openDatabase(':memory:');
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe('retention', () => {
  const dayMs = 86_400_000;
  const settings = { retentionDays: 30, webhookRetentionDays: 10 };
  const at = (days: number) => () => new Date(clock.getTime() + days * dayMs);
  const pass = async (days: number): Promise<void> => {
    await deleteExpired(db, at(days), 3);
    await forgetExpired(db, settings, at(days), 3);
  };

  test('leaves nothing of a customer once its days have passed, and all of it before', async () => {
    await subscribe(db);
    // The triggers go by the clock of the machine.
    clock = new Date(Date.now() - 31 * dayMs);
    const code = await asked('conv-1', 'dana@shop', 'zebra stripes');
    await survey('conv-1');
    await pass(9);
    expect(await stored()).toContain('zebra');
    expect(await rowsOf('events')).toBe(1);
    await pass(11);
    expect(await rowsOf('events')).toBe(0);
    expect(await rowsOf('webhook_deliveries')).toBe(0);
    expect(await rowsOf('survey_answers')).toBe(1);
    await pass(31);
    const left = await stored();
    for (const trace of [code, 'conv-1', 'zebra', customerKey('dana@shop'), 'o-1'])
      expect(left).not.toContain(trace);
    expect(await rowsOf('said_results')).toBe(0);
    expect([await rowsOf('flags'), await rowsOf('offers_made')]).toEqual([1, 1]);
  });

  test('keeps what was said as long as anybody’s answer says it', async () => {
    clock = new Date(Date.now() - 31 * dayMs);
    await asked('conv-1', null, 'one');
    const later = clock;
    clock = new Date();
    await asked('conv-2', null, 'two');
    expect(await rowsOf('said_results')).toBe(1);
    clock = later;
    await pass(31);
    expect([await rowsOf('served_answers'), await rowsOf('said_results')]).toEqual([1, 1]);
  });

  test('forgets the former secret of an endpoint when it signs no more', async () => {
    const id = await subscribe(db);
    const former = { former_secret: 'whsec_old', former_until: at(1)().toISOString() };
    await db.updateTable('webhook_endpoints').set(former).where('id', '=', id).execute();
    await pass(0);
    expect(await stored()).toContain('whsec_old');
    await pass(1);
    expect(await stored()).not.toContain('whsec_old');
  });
});

describe('what is kept', () => {
  test('is said of every table that there is, and of no other', async () => {
    const tables = await sql<{ name: string }>`
      select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'kysely_%'`.execute(
      db,
    );
    expect(Object.keys(keptData).sort()).toEqual(tables.rows.map(({ name }) => name).sort());
  });

  test('of a customer is in tables that are exported and erased', async () => {
    const personal = /^(?:receipt|conversation_id|customer_key|asker|order_key|customer)$/;
    const columns = await sql<{ table: string; column: string }>`
      select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'`.execute(
      db,
    );
    const found = columns.rows.filter(({ column }) => personal.test(column)).map(({ table }) => table);
    const known: readonly string[] = [...personalTables, 'erasing'];
    expect([...new Set(found)].filter((table) => !known.includes(table))).toEqual([]);
  });
});
