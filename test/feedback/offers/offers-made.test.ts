import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byServer, type Origin } from '../../../server/audit/audit-event.ts';
import { createAuditLog } from '../../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import type { OfferBounds, OfferWish } from '../../../server/feedback/offers/offer-made.ts';
import { createOffersMade, type OffersMade } from '../../../server/feedback/offers/offers-made.ts';
import { readAmount } from '../../../server/feedback/offers/read-amount.ts';

let db: Database;
let offers: OffersMade;
let clock: number;
let forms = 0;
const now = () => new Date(clock);
const made = (database: Database): OffersMade =>
  createOffersMade(database, { audit: createAuditLog(database, { now }), now });

beforeEach(async () => {
  clock = Date.parse('2026-11-22T12:00:00Z');
  db = await openDatabase(':memory:');
  offers = made(db);
});
afterEach(() => db.destroy());

const by = (name: string): Origin => ({ ...byServer, actor: { kind: 'person', name } });
const credit: OfferBounds = {
  offerId: 'credit',
  limit: { amount: 15, currency: 'USD' },
  frequency: { times: 1, per: 'conversation' },
  approverId: 'lead',
};
const wish = (part: Partial<OfferWish> = {}): OfferWish => {
  forms += 1;
  return {
    form: `form-${forms}`,
    amount: 10,
    reason: 'delay',
    note: null,
    receipt: null,
    conversationId: 'conversation-a',
    customer: null,
    order: null,
    ...part,
  };
};
const record = async (bounds: OfferBounds, part: Partial<OfferWish> = {}): Promise<string> =>
  (await offers.record(bounds, wish(part), by('dana'))).status;
const per = (each: OfferBounds['frequency']['per'], times = 1): OfferBounds => ({
  ...credit,
  frequency: { times, per: each },
});

describe('an offer', () => {
  test('within its bounds is made, and audited', async () => {
    const offer = await offers.record(credit, wish({ amount: 15 }), by('dana'));
    expect(offer).toMatchObject({
      status: 'made',
      bounds: 'within',
      approver: null,
      by: 'dana',
      currency: 'USD',
    });
    const [row] = await db.selectFrom('audit_events').selectAll().execute();
    expect([row?.action, row?.subject]).toEqual(['offer.made', '1']);
  });

  test('above its cap, or too often, is asked for', async () => {
    expect(await record(credit, { amount: 15.01 })).toBe('asked');
    expect(await record(credit)).toBe('made');
    expect(await record(credit)).toBe('asked');
    expect((await offers.awaiting(['lead'])).map(({ approver }) => approver)).toEqual(['lead', 'lead']);
    expect(await offers.awaiting(['orders'])).toEqual([]);
    expect(await offers.awaiting(null)).toHaveLength(2);
  });

  test('is counted by conversation, order, customer or year, as it says', async () => {
    const conversation = per('conversation');
    expect(await record(conversation)).toBe('made');
    expect(await record(conversation, { conversationId: 'conversation-b' })).toBe('made');
    const order = { ...per('order'), offerId: 'by-order' };
    expect(await record(order, { order: 'mw 1001' })).toBe('made');
    expect(await record(order, { order: 'MW1001', conversationId: 'other' })).toBe('asked');
    expect(await record(order, { order: 'MW1002' })).toBe('made');
    const customer = { ...per('customer'), offerId: 'by-customer' };
    expect(await record(customer, { customer: 'c-17', conversationId: 'x' })).toBe('made');
    expect(await record(customer, { customer: 'c-17', conversationId: 'y' })).toBe('asked');
    // Whoever leaves the reference out does not get around it in the same conversation.
    expect(await record(customer, { customer: null, conversationId: 'x' })).toBe('asked');
    expect(await record(customer, { customer: 'c-18', conversationId: 'z' })).toBe('made');
    const year = { ...per('year', 2), offerId: 'by-year' };
    expect(await record(year, { customer: 'c-17' })).toBe('made');
    expect(await record(year, { customer: 'c-17' })).toBe('made');
    clock += 364 * 86_400_000;
    expect(await record(year, { customer: 'c-17', conversationId: 'late' })).toBe('asked');
    clock += 2 * 86_400_000;
    expect(await record(year, { customer: 'c-17', conversationId: 'later' })).toBe('made');
  });

  test('of which nobody can know how often it was made is refused', async () => {
    for (const [bounds, part, field] of [
      [per('order'), {}, 'order'],
      [per('conversation'), { conversationId: null, customer: 'c-1' }, 'conversation'],
      [per('year'), { conversationId: null }, 'customer'],
      [per('customer'), { conversationId: null, order: 'MW1' }, 'customer'],
      [credit, { amount: null }, 'amount'],
      [credit, { amount: 0 }, 'amount'],
      [credit, { amount: Number.NaN }, 'amount'],
      [{ ...credit, limit: null }, { amount: 5 }, 'amount'],
      [credit, { note: 'x'.repeat(1_001) }, 'note'],
    ] as const)
      await expect(offers.record(bounds, wish(part), by('dana'))).rejects.toMatchObject({ field });
    expect(await db.selectFrom('offers_made').selectAll().execute()).toEqual([]);
  });

  test('holds no name, number or address of a customer', async () => {
    await record(credit, {
      note: 'Told dana@shop.example',
      customer: 'noa@shop.example',
      order: 'MW-777123',
      conversationId: 'whatsapp:+972501234567',
    });
    const stored = JSON.stringify(await db.selectFrom('offers_made').selectAll().execute());
    expect(stored).not.toMatch(/shop\.example|777123|972501234567/);
    expect(stored).toMatch(/"c-[0-9a-f]{24}"/);
    expect(stored).toMatch(/"o-[0-9a-f]{24}"/);
  });

  test('whose form is sent twice is one, and a form of another person’s is none', async () => {
    const one = wish();
    const [first, second] = await Promise.all([
      offers.record(credit, one, by('dana')),
      offers.record(credit, one, by('dana')),
    ]);
    expect(second.id).toBe(first.id);
    expect(await offers.of('dana')).toHaveLength(1);
    await expect(offers.record(credit, one, by('noa'))).rejects.toMatchObject({ code: 'changed-meanwhile' });
  });
});

describe('two at once', () => {
  test('do not both pass in one server', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, at) => offers.record(credit, wish(), by(`agent${at}`))),
    );
    expect(all.filter(({ status }) => status === 'made')).toHaveLength(1);
  });

  test('do not both pass in two servers', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'concord-offers-'));
    const first = await openDatabase(directory, { busyMs: 0 });
    const second = await openDatabase(directory, { busyMs: 0 });
    try {
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, at) =>
          made(at % 2 === 0 ? first : second).record(credit, wish(), by(`agent${at}`)),
        ),
      );
      const told = results.flatMap((one) => (one.status === 'fulfilled' ? [one.value.status] : []));
      expect(told.filter((status) => status === 'made')).toHaveLength(1);
      const rows = await first.selectFrom('offers_made').select('status').execute();
      expect(rows.map(({ status }) => status).sort()).toEqual([...told].sort());
    } finally {
      await first.destroy();
      await second.destroy();
      rmSync(directory, { recursive: true });
    }
  });
});

describe('what was asked for', () => {
  const ask = async (): Promise<number> =>
    (await offers.record(credit, wish({ amount: 40, conversationId: `c${forms}` }), by('dana'))).id;

  test('is approved by somebody else, told once, and made by whoever asked', async () => {
    const id = await ask();
    await expect(offers.decide(id, 'approved', '', by('dana'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(offers.makeApproved(id, by('dana'))).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await offers.decide(id, 'approved', '', by('maya'));
    expect([await offers.untold('dana'), await offers.untold('maya')]).toEqual([1, 0]);
    await offers.markTold('maya', [id]);
    expect(await offers.untold('dana')).toBe(1);
    await offers.markTold('dana', [id]);
    expect(await offers.untold('dana')).toBe(0);
    await expect(offers.makeApproved(id, by('noa'))).rejects.toMatchObject({ code: 'not-found' });
    clock += 60_000;
    await offers.makeApproved(id, by('dana'));
    expect(await offers.find(id)).toMatchObject({
      status: 'made',
      bounds: 'beyond',
      at: '2026-11-22T12:01:00.000Z',
      decided: { by: 'maya' },
    });
    await expect(offers.makeApproved(id, by('dana'))).rejects.toMatchObject({ code: 'changed-meanwhile' });
    const actions = await db.selectFrom('audit_events').select('action').orderBy('number').execute();
    expect(actions.map(({ action }) => action)).toEqual(['offer.asked', 'offer.decided', 'offer.made']);
  });

  test('is refused with a reason, and decided once', async () => {
    const id = await ask();
    await expect(offers.decide(id, 'refused', ' ', by('maya'))).rejects.toMatchObject({ field: 'decision' });
    const both = await Promise.allSettled([
      offers.decide(id, 'refused', 'Too much.', by('maya')),
      offers.decide(id, 'approved', '', by('lior')),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await offers.find(id))?.decided?.note).toBe('Too much.');
    await expect(offers.decide(99, 'approved', '', by('maya'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('can be taken back, and then counts no more', async () => {
    const own = { conversationId: 'same' };
    const { id } = await offers.record(credit, wish({ ...own, amount: 40 }), by('dana'));
    await offers.decide(id, 'approved', '', by('maya'));
    expect(await record(credit, own)).toBe('asked');
    await expect(offers.withdraw(id, by('noa'))).rejects.toMatchObject({ code: 'not-found' });
    await offers.withdraw(id, by('dana'));
    expect(await record(credit, own)).toBe('made');
  });
});

test('what was made is added up by offer, agent, reason, bounds and currency', async () => {
  const bounds = per('conversation', 10);
  for (const amount of [0.1, 0.2, 3]) await record(bounds, { amount });
  await record(bounds, { amount: 5, reason: 'price' });
  await record(bounds, { amount: 500 });
  const from = new Date(clock - 1);
  const until = new Date(clock + 1);
  const alike = { offerId: 'credit', by: 'dana', bounds: 'within', currency: 'USD' };
  expect(await offers.totals(from, until)).toEqual([
    { ...alike, reason: 'delay', count: 3, amount: 3.3 },
    { ...alike, reason: 'price', count: 1, amount: 5 },
  ]);
  expect(await offers.totals(until, new Date(clock + 2))).toEqual([]);
  expect((await offers.following(from, until, 1, 2)).map(({ id }) => id)).toEqual([2, 3]);
});

test.each([
  ['8', 8],
  [' 8.5 ', 8.5],
  ['8,50', 8.5],
  ['۱۲٫۵', 12.5],
  ['٧', 7],
  ['１２', 12],
  ['1,000', null],
  ['1.234.5', null],
  ['-3', null],
  ['8 USD', null],
  ['', null],
  ['1e3', null],
  ['99999999', null],
])('an amount typed as %j is %j', (typed, amount) => {
  expect(readAmount(typed)).toBe(amount);
});
