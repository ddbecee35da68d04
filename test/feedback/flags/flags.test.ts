import { byServer, type Origin } from '../../../server/audit/audit-event.ts';
import { createAuditLog } from '../../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import type { NewFlag } from '../../../server/feedback/flags/flag.ts';
import { createFlags, type Flags } from '../../../server/feedback/flags/flags.ts';
import type { EventData, EventType } from '../../../server/webhooks/event.ts';

let db: Database;
let flags: Flags;
let clock: number;
let events: { readonly type: EventType; readonly data: EventData }[];
let fails: boolean;
const hour = 3_600_000;

beforeEach(async () => {
  clock = Date.parse('2026-11-22T12:00:00Z');
  events = [];
  fails = false;
  db = await openDatabase(':memory:');
  for (const name of ['dana', 'noa'])
    await db
      .insertInto('users')
      .values({ name, role: 'agent', password: '', created_at: '2026-01-01T00:00:00Z' })
      .execute();
  const now = () => new Date(clock);
  flags = createFlags(db, {
    audit: createAuditLog(db, { now }),
    events: {
      add: async (type, data) => {
        if (fails) throw new Error('no event can be written');
        events.push({ type, data });
        return { id: 'msg_1', type, at: now().toISOString(), data };
      },
    },
    now,
  });
});
afterEach(() => db.destroy());

const by = (name: string): Origin => ({ ...byServer, actor: { kind: 'person', name } });
const dana = { id: 1, by: by('dana') };
const noa = { id: 2, by: by('noa') };
const flag = (part: Partial<NewFlag> = {}): NewFlag => ({
  kind: 'outdated',
  note: 'The window is 14 days now.',
  articleId: 'returns/return-window',
  section: 'lead',
  locale: 'en',
  revision: 'abc',
  question: 'can I return it',
  receipt: 'BCDF2345',
  owner: 'care',
  ...part,
});
const actions = async (): Promise<readonly string[]> =>
  (await db.selectFrom('audit_events').select('action').orderBy('number').execute()).map(
    ({ action }) => action,
  );

describe('a flag', () => {
  test('sits on its article with who raised it, until somebody says what became of it', async () => {
    const { id } = await flags.raise(flag(), dana);
    const [open] = await flags.openOn(['returns/return-window', 'orders/cancel-order']);
    expect(open).toMatchObject({ id, raisedBy: 'dana', owner: 'care', status: 'open', ended: null });
    await flags.end(id, 'resolved', ' Changed to 14 days. ', noa);
    expect(await flags.openOn(['returns/return-window'])).toEqual([]);
    expect((await flags.find(id))?.ended).toEqual({
      at: '2026-11-22T12:00:00.000Z',
      by: 'noa',
      outcome: 'Changed to 14 days.',
    });
    expect(await actions()).toEqual(['flag.raised', 'flag.ended']);
  });

  test('is one event, with nothing personal in it or in the table', async () => {
    await flags.raise(
      flag({ note: 'Ask dana@shop.example', question: 'call +1 212 555 0142 about it' }),
      dana,
    );
    expect(events).toMatchObject([{ type: 'flag.raised', data: { kind: 'outdated', raisedBy: 'dana' } }]);
    const stored = JSON.stringify([events, await db.selectFrom('flags').selectAll().execute()]);
    expect(stored).toContain('[email]');
    expect(stored).not.toMatch(/dana@shop|555/);
  });

  test('that cannot be told stands in neither table', async () => {
    fails = true;
    await expect(flags.raise(flag(), dana)).rejects.toThrow('no event');
    expect(await flags.count({})).toBe(0);
    expect(await actions()).toEqual([]);
  });

  test('raised twice by one person on one section is one, with the later note', async () => {
    const first = await flags.raise(flag(), dana);
    const [second, third] = await Promise.all([
      flags.raise(flag({ note: 'And the fee too.' }), dana),
      flags.raise(flag({ note: 'And the fee too.' }), dana),
    ]);
    expect([second, third]).toEqual([
      { id: first.id, isNew: false },
      { id: first.id, isNew: false },
    ]);
    expect((await flags.find(first.id))?.note).toBe('And the fee too.');
    expect(events).toHaveLength(1);
    for (const other of [
      flags.raise(flag(), noa),
      flags.raise(flag({ kind: 'wrong' }), dana),
      flags.raise(flag({ section: null }), dana),
      flags.raise(flag({ articleId: null, section: null, question: 'a' }), dana),
      flags.raise(flag({ articleId: null, section: null, question: 'b' }), dana),
    ])
      expect((await other).isNew).toBe(true);
    await flags.end(first.id, 'declined', 'It is right.', noa);
    expect((await flags.raise(flag(), dana)).isNew).toBe(true);
  });

  test('ends once', async () => {
    const { id } = await flags.raise(flag(), dana);
    const ends = await Promise.allSettled([
      flags.end(id, 'resolved', 'Done.', noa),
      flags.end(id, 'declined', 'It is right.', noa),
    ]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(flags.end(id, 'resolved', 'Done.', noa)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    });
    await expect(flags.end(99, 'resolved', 'Done.', noa)).rejects.toMatchObject({ code: 'not-found' });
  });

  test.each(['', '   ', 'x'.repeat(1_001)])(
    'without a sentence of a fitting length is refused: %#',
    async (text) => {
      await expect(flags.raise(flag({ note: text }), dana)).rejects.toMatchObject({ field: 'note' });
      const { id } = await flags.raise(flag(), dana);
      await expect(flags.end(id, 'resolved', text, noa)).rejects.toMatchObject({ field: 'outcome' });
    },
  );
});

describe('whoever raised a flag', () => {
  test('is told once what became of it, news first', async () => {
    const first = await flags.raise(flag(), dana);
    await flags.raise(flag({ kind: 'wrong' }), dana);
    await flags.raise(flag(), noa);
    expect(await flags.untold(1)).toBe(0);
    await flags.end(first.id, 'resolved', 'Done.', noa);
    expect([await flags.untold(1), await flags.untold(2)]).toEqual([1, 0]);
    expect((await flags.of(1)).map(({ status }) => status)).toEqual(['resolved', 'open']);
    await flags.markTold(2, [first.id]);
    expect(await flags.untold(1)).toBe(1);
    await flags.markTold(1, [first.id]);
    expect(await flags.untold(1)).toBe(0);
    expect((await flags.of(1)).map(({ status }) => status)).toEqual(['open', 'resolved']);
  });

  test('needs no telling where they ended it themselves', async () => {
    const { id } = await flags.raise(flag(), dana);
    await flags.end(id, 'resolved', 'My mistake.', dana);
    expect(await flags.untold(1)).toBe(0);
  });
});

test('flags are listed with those of one’s teams first, by what is wanted, page by page', async () => {
  for (const [at, owner] of ['care', 'orders', 'care', 'orders'].entries())
    await flags.raise(flag({ owner, section: `s${at}` }), dana);
  const order = { first: ['orders'], skip: 0, limit: 10 };
  expect((await flags.list({ status: 'open' }, order)).map(({ id }) => id)).toEqual([4, 2, 3, 1]);
  expect((await flags.list({}, { first: [], skip: 1, limit: 2 })).map(({ id }) => id)).toEqual([3, 2]);
  expect((await flags.list({ owner: 'care' }, order)).map(({ id }) => id)).toEqual([3, 1]);
  expect(await flags.count({ owner: 'care', kind: 'outdated', articleId: 'returns/return-window' })).toBe(2);
  expect(await flags.count({ kind: 'wrong' })).toBe(0);
});

test('the time from flag to fix is told of each that was resolved in a period', async () => {
  const from = new Date(clock);
  expect(await flags.timesToFix(from)).toEqual([]);
  for (const [at, hours] of [1, 2, 9].entries()) {
    const { id } = await flags.raise(flag({ section: `s${at}` }), dana);
    clock += hours * hour;
    await flags.end(id, 'resolved', 'Done.', noa);
  }
  const declined = await flags.raise(flag(), dana);
  await flags.end(declined.id, 'declined', 'It is right.', noa);
  expect(await flags.timesToFix(from)).toEqual([1 * hour, 2 * hour, 9 * hour]);
  expect(await flags.timesToFix(new Date(from.getTime() + 2 * hour))).toEqual([2 * hour, 9 * hour]);
});
