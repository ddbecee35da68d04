import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type Database, databaseFile, openDatabase } from '../../../server/database/open.ts';
import { createHandovers } from '../../../server/feedback/conversations/handovers.ts';
import { createRecorder } from '../../../server/feedback/recorder.ts';
import { createEventLog } from '../../../server/webhooks/event-log.ts';
import { subscribe } from '../../support/subscribe.ts';

const now = () => new Date();
let directory: string;
let db: Database;
let other: SqliteDatabase.Database;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'concord-handovers-'));
  db = await openDatabase(directory);
  other = new SqliteDatabase(databaseFile(directory), { timeout: 0 });
});
afterEach(async () => {
  other.close();
  await db.destroy();
  rmSync(directory, { recursive: true });
});

/** Work, while another process writes wherever it is let. Gives how often it was. */
async function whileOthersWrite(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  let written = 0;
  while (!isOver) {
    try {
      other.exec('insert into walk_positions (reader, number) values (hex(randomblob(8)), 1)');
      written += 1;
    } catch (error) {
      expect((error as { readonly code?: string }).code).toBe('SQLITE_BUSY');
    }
    await Promise.resolve();
  }
  await over;
  return written;
}

test('a question goes on to a person although another process writes all the time', async () => {
  await subscribe(db);
  const recorder = createRecorder(db, { retentionDays: 30, now, random: randomBytes });
  const { code } = await recorder.record({
    audience: 'public',
    channel: 'chat',
    conversationId: 'conv-1',
    customer: null,
    ask: { question: 'Who can help me?', answerId: null, locale: 'en', context: {}, asOf: '2026-11-22' },
    result: {
      ...{ status: 'no_answer', fingerprint: 'f'.repeat(64), answer: null, reply: null, confidence: 0.1 },
      ...{ why: [], alternatives: [], clarification: null, followUps: [], followUp: null, escalation: null },
      ...{ requestedLocale: 'en', asOf: '2026-11-22', context: {} },
    },
  });
  const handovers = createHandovers(db, { events: createEventLog(db, { now }), now });
  const wish = { receipt: code, contact: 'care', locale: 'en', replyTo: null };
  const written = await whileOthersWrite(
    handovers.request(wish).then((outcome) => expect(outcome).toBe('handed-over')),
  );
  expect(written).toBeGreaterThan(0);
  expect(await handovers.request(wish)).toBe('before');
  expect(await db.selectFrom('events').select('type').execute()).toEqual([{ type: 'handover.requested' }]);
});
