import { sql } from 'kysely';
import { type AuditEvent, byServer } from '../../server/audit/audit-event.ts';
import { type AuditFilter, createAuditLog } from '../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

let db: Database;
beforeEach(async () => {
  db = await openDatabase(':memory:');
});
afterEach(() => db.destroy());

const now = () => new Date('2026-11-22T12:00:00Z');
const event = (subject: string): AuditEvent => ({
  action: 'person.added',
  by: byServer,
  subject,
  before: null,
  after: { role: 'agent' },
});

describe('the audit log', () => {
  test('each row holds the hash of the one before, also when many are written at once', async () => {
    const log = createAuditLog(db, { now });
    const rows = await Promise.all(['a', 'b', 'c', 'd'].map((name) => log.append(event(name))));
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(rows.map(({ previousHash }) => previousHash)).toEqual([
      '',
      ...rows.slice(0, 3).map((r) => r.hash),
    ]);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(4);
  });

  test('a row can be neither changed nor removed through the database', async () => {
    await createAuditLog(db, { now }).append(event('a'));
    await expect(db.updateTable('audit_events').set({ actor: 'x' }).execute()).rejects.toThrow(/append-only/);
    await expect(db.deleteFrom('audit_events').execute()).rejects.toThrow(/append-only/);
  });

  test('what happened to one of many is found without a walk over the log', async () => {
    const log = createAuditLog(db, { now });
    await log.append(event('rare'));
    await sql`
      with recursive n (i) as (select 2 union all select i + 1 from n where i < 20000)
      insert into audit_events
        select i, at, action, actor_kind, actor, 'often', address, request_id, before, after, previous_hash, hash || i
        from n, audit_events where number = 1`.execute(db);
    const find = (filter: AuditFilter) => leastCpuMs(0, () => log.list(filter, { before: null, limit: 6 }));
    const found = await find({ actions: ['person.added'], subject: 'rare' });
    // The counter-test: a filter that has no index takes as long as the log is.
    expect(found).toBeLessThan((await find({ person: 'rare' })) / 2);
  });

  test('what is undone in a transaction leaves no row and no gap', async () => {
    const log = createAuditLog(db, { now });
    await log.append(event('a'));
    const undone = db.transaction().execute(async (within) => {
      await log.append(event('b'), within);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect((await log.append(event('c'))).number).toBe(2);
  });
});
