import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { type Deliverer, startDeliverer } from '../../server/webhooks/deliverer.ts';
import { createEventLog, type EventLog } from '../../server/webhooks/event-log.ts';
import { mostAttempts, nextPause } from '../../server/webhooks/retry-schedule.ts';
import { createWebhooks, type Webhooks } from '../../server/webhooks/webhooks.ts';
import { openReceiver, type Received, type Receiver } from '../support/open-receiver.ts';

const minute = 60_000;
const day = 1_440 * minute;

let db: Database;
let receiver: Receiver;
let events: EventLog;
let webhooks: Webhooks;
let deliverer: Deliverer;
let failures: unknown[];
/** How far this test's clock is ahead of the real one, by which receivers judge. */
let ahead: number;
const now = () => new Date(Date.now() + ahead);

const startOn = () => {
  const policy = { privateHosts: ['127.0.0.1'], plainHosts: ['127.0.0.1'] };
  const audit = createAuditLog(db, { now });
  webhooks = createWebhooks(db, { audit, policy, now });
  return startDeliverer(db, {
    ...{ audit, policy, now },
    failed: (error) => failures.push(error),
    random: () => 0,
    every: null,
    connection: { timeoutMs: 1_000 },
  });
};

beforeEach(async () => {
  ahead = 0;
  failures = [];
  db = await openDatabase(':memory:');
  receiver = await openReceiver();
  events = createEventLog(db, { now });
  deliverer = startOn();
});
afterEach(async () => {
  await deliverer.stop();
  await receiver.close();
  await db.destroy();
  expect(failures).toEqual([]);
});

const subscribe = async (types: readonly string[] = ['flag.raised'], url = receiver.url) => {
  const { endpoint, secret } = await webhooks.add({ url, types }, byServer);
  return { id: endpoint.id, secret };
};
const latest = async (id: number) =>
  (await webhooks.deliveries(id, { state: null, before: null, limit: 100 }))[0];
const verified = (one: Received | undefined, secret: string) =>
  new Webhook(secret).verify(one?.body ?? '', one?.headers as Record<string, string>);
/** Delivers what becomes due in this time. */
const later = async (ms: number) => {
  ahead += ms;
  await deliverer.deliverDue();
};
const refuse = (status: number, headers: Record<string, string> = {}) => {
  receiver.answer = (response) => response.writeHead(status, headers).end();
};
const audited = async () =>
  (
    await db.selectFrom('audit_events').select(['action', 'actor_kind', 'after']).orderBy('number').execute()
  ).map(({ action, actor_kind, after: what }) => `${action} ${actor_kind} ${what}`);

describe('a delivery', () => {
  test('is what Standard Webhooks says, verified by its own library', async () => {
    const { id, secret } = await subscribe();
    const event = await events.add('flag.raised', { note: 'ה"ערה" \u2028 ،' });
    await deliverer.deliverDue();
    expect(receiver.received).toHaveLength(1);
    const [one] = receiver.received;
    expect(one?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Concord-Webhooks',
      'webhook-id': event.id,
    });
    expect(Math.abs(Number(one?.headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(10);
    expect(verified(one, secret)).toEqual({ type: 'flag.raised', timestamp: event.at, data: event.data });
    expect(() => verified(one, `whsec_${randomBytes(32).toString('base64')}`)).toThrow(
      'No matching signature',
    );
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await latest(id)).toMatchObject({
      event: { id: event.id, type: 'flag.raised' },
      ...{ state: 'delivered', attempts: 1, status: 204, problem: null, nextAt: null },
    });
  });

  test('goes to those alone who subscribed, and to each once', async () => {
    const other = await openReceiver();
    await subscribe(['flag.raised', 'fact.changed']);
    await subscribe(['feedback.received'], other.url);
    await events.add('flag.raised', {});
    await events.add('release.published', {});
    await deliverer.deliverDue();
    await deliverer.deliverDue();
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'flag.raised',
    ]);
    expect(other.received).toEqual([]);
    await other.close();
  });

  test('that fails is tried again by the schedule of the standard, with the same id and a signature of its own time', async () => {
    const { id, secret } = await subscribe();
    refuse(500);
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    expect(await latest(id)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      status: 500,
      problem: 'refused',
    });
    for (const [pause, attempts] of [
      [4_000, 1],
      [1_100, 2],
      [299_000, 2],
      [1_100, 3],
    ] as const) {
      await later(pause);
      expect((await latest(id))?.attempts).toBe(attempts);
    }
    refuse(200);
    await later(30 * minute);
    expect(await latest(id)).toMatchObject({ state: 'delivered', attempts: 4, status: 200, problem: null });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-signature'])).size).toBe(4);
    expect(verified(receiver.received[0], secret)).toMatchObject({ type: 'flag.raised' });
    await later(3 * day);
    expect(receiver.received).toHaveLength(4);
  });

  test('is given up after the last attempt, three days and a half later, and can be sent again', async () => {
    const { id } = await subscribe();
    refuse(503);
    const event = await events.add('flag.raised', {});
    const began = ahead;
    for (let tries = 0; tries < 30 && (await latest(id))?.state !== 'given-up'; tries += 1) {
      await deliverer.deliverDue();
      const next = (await latest(id))?.nextAt;
      if (next != null) ahead = Math.max(ahead, Date.parse(next) - Date.now() + 1);
    }
    expect(await latest(id)).toMatchObject({ state: 'given-up', attempts: mostAttempts, nextAt: null });
    // 75 h 35 min 5 s: the last line of the standard's table.
    expect((ahead - began) / 1_000).toBeGreaterThan(75 * 3_600 + 35 * 60);
    expect((ahead - began) / 1_000).toBeLessThan(76 * 3_600);
    expect(receiver.received).toHaveLength(mostAttempts);
    refuse(200);
    expect(await webhooks.replay(id, { delivery: (await latest(id))?.id ?? 0 }, byServer)).toBe(1);
    await deliverer.deliverDue();
    expect(await latest(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(event.id);
  });

  test('waits as long as a receiver asks, where that is longer, and a day at most', async () => {
    const { id } = await subscribe();
    refuse(429, { 'retry-after': '600' });
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    await later(9 * minute);
    expect((await latest(id))?.attempts).toBe(1);
    await later(1.1 * minute);
    expect((await latest(id))?.attempts).toBe(2);
    const of = (retryAfter: string | null, attempts = 1) =>
      nextPause(attempts, { retryAfter, random: 0, now: new Date('2026-11-22T12:00:00Z') });
    expect(of('Sun, 22 Nov 2026 12:02:00 GMT')).toBe(120_000);
    expect(of('999999999')).toBe(86_400_000);
    for (const nonsense of ['-5', 'soon', '1e9', 'Sun, 22 Nov 2020 12:02:00 GMT', null])
      expect(of(nonsense)).toBe(5_000);
    expect(of('1', 9)).toBe(86_400_000);
    expect(of(null, 10)).toBeNull();
    expect(nextPause(2, { retryAfter: null, random: 0.999, now: now() })).toBeLessThanOrEqual(330_000);
  });

  test('that was under way when the server ended is made by the next one', async () => {
    const { id } = await subscribe();
    receiver.answer = () => {};
    await events.add('flag.raised', {});
    const delivering = deliverer.deliverDue();
    while (receiver.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await deliverer.stop();
    await delivering;
    expect(await latest(id)).toMatchObject({ state: 'waiting', attempts: 0 });
    refuse(200);
    deliverer = startOn();
    await deliverer.deliverDue();
    expect(await latest(id)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('that a server was killed in is made anew after a minute, and no sooner', async () => {
    const { id } = await subscribe();
    await events.add('flag.raised', {});
    await db
      .updateTable('webhook_deliveries')
      .set({ due_at: new Date(now().getTime() + minute).toISOString() })
      .execute();
    await later(59_000);
    expect(receiver.received).toHaveLength(0);
    await later(2_000);
    expect(await latest(id)).toMatchObject({ state: 'delivered' });
  });

  test('is made by one of two servers', async () => {
    await subscribe();
    for (let at = 0; at < 30; at += 1) await events.add('flag.raised', { at });
    const second = startOn();
    await Promise.all([deliverer.deliverDue(), second.deliverDue()]);
    await second.stop();
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  test('to a slow endpoint keeps nobody else waiting, and an endpoint that fails gets one at a time', async () => {
    const slow = await openReceiver();
    const { id } = await subscribe(['flag.raised'], slow.url);
    await subscribe(['flag.raised']);
    let atOnce = 0;
    let most = 0;
    slow.answer = (response) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      setTimeout(() => {
        atOnce -= 1;
        response.writeHead(500).end();
      }, 60);
    };
    for (let at = 0; at < 12; at += 1) await events.add('flag.raised', { at });
    await deliverer.deliverDue();
    expect(receiver.received).toHaveLength(12);
    expect(slow.received.length).toBeGreaterThanOrEqual(12);
    expect(most).toBe(4);
    expect((await webhooks.find(id))?.endpoint.failingSince).not.toBeNull();
    most = 0;
    await later(6_000);
    expect(most).toBe(1);
    await slow.close();
  });
});

describe('an endpoint', () => {
  test('that says it is gone is disabled, and told nothing more', async () => {
    const { id } = await subscribe();
    refuse(410);
    await events.add('flag.raised', { first: true });
    await deliverer.deliverDue();
    const { endpoint } = (await webhooks.find(id)) ?? {};
    expect(endpoint?.disabled).toMatchObject({ because: 'gone' });
    expect(await latest(id)).toMatchObject({ state: 'given-up', problem: 'gone', status: 410 });
    await events.add('flag.raised', { second: true });
    await later(day);
    expect(receiver.received).toHaveLength(1);
    expect((await audited()).at(-1)).toMatch(/^webhook.disabled server .*"because":"gone"/);
  });

  test('that failed for five days is disabled, not because of one bad minute after quiet weeks', async () => {
    const { id } = await subscribe();
    refuse(500);
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    expect((await webhooks.find(id))?.endpoint.failingSince).not.toBeNull();
    await later(20 * day);
    expect((await webhooks.find(id))?.endpoint.disabled).toBeNull();
    for (let at = 0; at < 3; at += 1) await later(day);
    const found = await webhooks.find(id);
    expect(found?.endpoint.disabled).toMatchObject({ because: 'failing' });
    expect(found?.counts).toEqual({ waiting: 0, delivered: 0, 'given-up': 1 });
    await expect(webhooks.test(id, byServer)).rejects.toMatchObject({ code: 'changed-meanwhile' });
    await webhooks.enable(id, byServer);
    refuse(200);
    expect(await webhooks.replay(id, { since: null }, byServer)).toBe(1);
    await deliverer.deliverDue();
    expect((await webhooks.find(id))?.endpoint).toMatchObject({ disabled: null, failingSince: null });
  });

  test('that answers again is not failing any more', async () => {
    const { id } = await subscribe();
    refuse(500);
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    refuse(200);
    await later(6_000);
    expect((await webhooks.find(id))?.endpoint.failingSince).toBeNull();
  });

  test('gets both signatures for a day after its secret was changed, then the new one alone', async () => {
    const { id, secret: old } = await subscribe();
    const { secret } = await webhooks.rotate(id, byServer);
    expect(secret).not.toBe(old);
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    const [both] = receiver.received;
    expect(String(both?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const one of [old, secret]) expect(verified(both, one)).toMatchObject({ type: 'flag.raised' });
    ahead = day + minute;
    await events.add('flag.raised', {});
    await deliverer.deliverDue();
    expect(String(receiver.received[1]?.headers['webhook-signature']).split(' ')).toHaveLength(1);
  });

  test('that is disabled or deleted leaves nothing waiting', async () => {
    const { id } = await subscribe();
    await events.add('flag.raised', {});
    await webhooks.disable(id, byServer);
    expect(await latest(id)).toMatchObject({ state: 'given-up', problem: 'disabled' });
    await deliverer.deliverDue();
    expect(receiver.received).toEqual([]);
    await webhooks.remove(id, byServer);
    for (const table of ['webhook_endpoints', 'webhook_deliveries', 'events'] as const)
      expect(await db.selectFrom(table).selectAll().execute()).toEqual([]);
    await expect(webhooks.enable(id, byServer)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is tried out with an event of its own', async () => {
    const { id, secret } = await subscribe(['fact.changed']);
    await webhooks.test(id, byServer);
    await deliverer.deliverDue();
    expect(verified(receiver.received[0], secret)).toMatchObject({
      type: 'webhook.test',
      data: { endpoint: id },
    });
  });

  test('gets again what it missed since an instant, and nothing that arrived', async () => {
    const { id } = await subscribe();
    await events.add('flag.raised', { at: 1 });
    await deliverer.deliverDue();
    refuse(410);
    await events.add('flag.raised', { at: 2 });
    await deliverer.deliverDue();
    await webhooks.enable(id, byServer);
    ahead += day;
    const since = now().toISOString();
    await events.add('flag.raised', { at: 3 });
    await deliverer.deliverDue();
    await webhooks.enable(id, byServer);
    refuse(200);
    expect(await webhooks.replay(id, { since }, byServer)).toBe(1);
    await deliverer.deliverDue();
    expect(await webhooks.replay(id, { since: null }, byServer)).toBe(1);
    expect(await webhooks.replay(id, { since: null }, byServer)).toBe(0);
    await deliverer.deliverDue();
    const sent = receiver.received.map(({ body }) => (JSON.parse(body) as { data: { at: number } }).data.at);
    expect(sent).toEqual([1, 2, 3, 3, 2]);
  });
});

test('how a customer can be reached is forgotten once everybody was told, or nobody will be', async () => {
  const handover = { question: 'Where is my parcel?', replyTo: 'dana@example.com' };
  const stored = async () =>
    (await db.selectFrom('events').select('data').orderBy('number').execute()).map(({ data }) => data);
  const other = await openReceiver();
  await subscribe(['handover.requested']);
  const second = await subscribe(['handover.requested'], other.url);
  other.answer = (response) => response.writeHead(500).end();
  await events.add('handover.requested', handover);
  await deliverer.deliverDue();
  expect(receiver.received[0]?.body).toContain('dana@example.com');
  expect(await stored()).toEqual([JSON.stringify(handover)]);
  other.answer = (response) => response.writeHead(200).end();
  await later(6_000);
  expect(other.received.at(-1)?.body).toContain('dana@example.com');
  expect(await stored()).toEqual(['{"question":"Where is my parcel?"}']);
  await events.add('handover.requested', handover);
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'delivered' })
    .where('endpoint', '!=', second.id)
    .execute();
  await webhooks.disable(second.id, byServer);
  expect((await stored())[1]).not.toContain('dana');
  await other.close();
});
