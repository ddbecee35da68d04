import { createProviderRequestStore, requestMinutes } from '../../server/accounts/provider-request-store.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';

let db: Database;
let now: Date;
beforeEach(async () => {
  db = await openDatabase(':memory:');
  now = new Date('2026-11-22T09:00:00Z');
});
afterEach(() => db.destroy());

const open = (most?: { readonly ofClient: number; readonly ofAll: number }) =>
  createProviderRequestStore(db, { now: () => now, ...(most === undefined ? {} : { most }) });
const begin = (store: ReturnType<typeof open>, state: string, address = '192.0.2.1') =>
  store.begin({
    ...{ state, browser: 'a browser', provider: 'okta', nonce: 'n', codeVerifier: 'v' },
    ...{ next: '/agent', userId: null, address },
  });
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const rows = async () => (await db.selectFrom('provider_requests').selectAll().execute()).length;

test('a flood of one client ends none but its own, and one of many fills nothing', async () => {
  const store = open({ ofClient: 3, ofAll: 5 });
  await begin(store, 'of somebody else', '198.51.100.7');
  for (let n = 0; n < 20; n += 1) {
    later(1);
    await begin(store, `state ${n}`);
    expect(await rows()).toBeLessThanOrEqual(4);
  }
  expect((await store.take('state 16', 'a browser')).kind).toBe('unknown');
  expect((await store.take('state 17', 'a browser')).kind).toBe('request');
  expect((await store.take('of somebody else', 'a browser')).kind).toBe('request');
  for (let n = 0; n < 20; n += 1) {
    later(1);
    await begin(store, `many ${n}`, `192.0.2.${n}`);
    expect(await rows()).toBeLessThanOrEqual(5);
  }
  expect((await store.take('many 14', 'a browser')).kind).toBe('unknown');
  expect((await store.take('many 15', 'a browser')).kind).toBe('request');
});

test('what a clock that was set back left in the future is forgotten too', async () => {
  const store = open();
  await begin(store, 'one');
  later(-24 * 3_600_000);
  await begin(store, 'two');
  expect(await rows()).toBe(1);
  later(requestMinutes * 60_000 + 1);
  await begin(store, 'three');
  expect(await rows()).toBe(1);
});
