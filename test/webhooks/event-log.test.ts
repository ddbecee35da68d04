import { type Database, openDatabase } from '../../server/database/open.ts';
import { createEventLog, type EventLog } from '../../server/webhooks/event-log.ts';
import { keptEvents, subscribe } from '../support/subscribe.ts';

let db: Database;
let events: EventLog;
beforeEach(async () => {
  db = await openDatabase(':memory:');
  events = createEventLog(db, { now: () => new Date('2026-11-22T12:00:00Z') });
});
afterEach(() => db.destroy());

const deliveries = () => db.selectFrom('webhook_deliveries').selectAll().orderBy('id').execute();

describe('the event log', () => {
  test('keeps nothing of what nobody subscribed to', async () => {
    await events.add('flag.raised', { flag: 1 });
    expect(await keptEvents(db)).toEqual([]);
    const id = await subscribe(db);
    await db
      .updateTable('webhook_endpoints')
      .set({ types: '["fact.changed"]' })
      .where('id', '=', id)
      .execute();
    await events.add('flag.raised', { flag: 2 });
    expect(await keptEvents(db)).toEqual([]);
    expect(await deliveries()).toEqual([]);
  });

  test('keeps an event once, with a delivery to each endpoint that wants it and is not disabled', async () => {
    const [first, second, third] = [await subscribe(db), await subscribe(db), await subscribe(db)];
    await db
      .updateTable('webhook_endpoints')
      .set({ disabled_at: '2026-11-21T00:00:00.000Z', disabled_because: 'person' })
      .where('id', '=', second)
      .execute();
    const event = await events.add('flag.raised', { flag: 7 });
    expect(event.id).toMatch(/^msg_[0-9a-f]{26}$/);
    expect(await keptEvents(db)).toEqual([{ type: 'flag.raised', data: { flag: 7 } }]);
    expect((await deliveries()).map(({ endpoint, state, due_at }) => [endpoint, state, due_at])).toEqual([
      [first, 'waiting', event.at],
      [third, 'waiting', event.at],
    ]);
  });

  test('stands or falls with the transaction of what happened', async () => {
    await subscribe(db);
    const undone = db.transaction().execute(async (within) => {
      await events.add('flag.raised', { flag: 7 }, within);
      throw new Error('did not happen');
    });
    await expect(undone).rejects.toThrow('did not happen');
    expect(await keptEvents(db)).toEqual([]);
    expect(await deliveries()).toEqual([]);
  });
});
