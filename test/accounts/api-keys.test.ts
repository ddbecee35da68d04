import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiKeys, createApiKeys, type KeyWish } from '../../server/accounts/api-keys.ts';
import { leastRoleFor, opens } from '../../server/accounts/key-scopes.ts';
import { byCommand } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import type { AppError } from '../../server/errors.ts';

const by = byCommand('a test');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

let db: Database;
let clock: number;
let keys: ApiKeys;

beforeEach(async () => {
  db = await openDatabase(':memory:');
  clock = Date.parse('2026-11-22T12:00:00Z');
  keys = keysOf(db);
});
afterEach(() => db.destroy());

function keysOf(database: Database): ApiKeys {
  const now = () => new Date(clock);
  return createApiKeys(database, { audit: createAuditLog(database, { now }), now });
}

const fieldOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'taken',
    (error: AppError) => error.field ?? error.code,
  );

describe('a new key', () => {
  test('has a readable prefix, 256 secret bits, and what was not said by default', async () => {
    const { key, token } = await keys.create({ name: 'Shop Bot 2' }, by);
    expect(token).toMatch(/^ck_[a-z2-9]{10}_[A-Za-z0-9_-]{43}$/);
    expect(key).toEqual({
      prefix: token.split('_')[1],
      name: 'Shop Bot 2',
      channel: 'shop-bot-2',
      scope: 'public-answers',
      perMinute: 600,
      perDay: null,
      origins: [],
      createdAt: '2026-11-22T12:00:00.000Z',
      createdBy: 'a test',
      expiresAt: '2027-11-22T12:00:00.000Z',
      revokedAt: null,
      revokedBy: null,
      lastUsedAt: null,
    });
  });

  test('is refused with the field at fault', async () => {
    const refused: readonly (readonly [string, KeyWish])[] = [
      ['name', { name: '  ' }],
      ['name', { name: 'two\nlines' }],
      ['name', { name: 'x'.repeat(61) }],
      ['channel', { name: 'בוט' }],
      ['channel', { name: 'Bot', channel: 'Not Good' }],
      ['scope', { name: 'Bot', scope: 'everything' }],
      ['perMinute', { name: 'Bot', perMinute: 0 }],
      ['perMinute', { name: 'Bot', perMinute: Number.NaN }],
      ['perDay', { name: 'Bot', perDay: 1.5 }],
      ['expiresAt', { name: 'Bot', expiresAt: '2026-11-22T12:00:00.000Z' }],
      ['expiresAt', { name: 'Bot', expiresAt: 'soon' }],
      ['origins', { name: 'Bot', scope: 'agent-answers', origins: ['https://shop.example'] }],
      ['origins', { name: 'Bot', origins: Array.from({ length: 21 }, (_, n) => `https://s${n}.example`) }],
    ];
    for (const [field, wish] of refused)
      expect([wish, await fieldOf(keys.create(wish, by))]).toEqual([wish, field]);
    expect(await keys.list()).toEqual([]);
  });

  test('lists exact origins only', async () => {
    const good = [
      'https://shop.example',
      'https://shop.example:8443',
      'http://localhost:5173',
      'http://[::1]',
    ];
    const { key } = await keys.create({ name: 'Widget', origins: good }, by);
    expect([...key.origins].sort()).toEqual([...good].sort());
    for (const bad of [
      '*',
      'null',
      'https://*.shop.example',
      'https://shop.example/',
      'https://SHOP.example',
      'https://shop.example:443',
      'https://user@shop.example',
      'http://shop.example',
      'shop.example',
      'chrome-extension://abc',
      '',
    ])
      expect([bad, await fieldOf(keys.create({ name: 'W', origins: [bad] }, by))]).toEqual([bad, 'origins']);
  });

  test('may have no end, but only where that was said', async () => {
    expect((await keys.create({ name: 'For ever', expiresAt: null }, by)).key.expiresAt).toBeNull();
  });

  test('cannot take the name of a live one, and can that of a revoked one', async () => {
    const { key } = await keys.create({ name: 'Bot' }, by);
    expect(await fieldOf(keys.create({ name: 'Bot' }, by))).toBe('name');
    await keys.revoke(key.prefix, by);
    expect(await fieldOf(keys.create({ name: 'Bot' }, by))).toBe('taken');
  });
});

describe('a key', () => {
  test('is taken as it was given, and in no other way', async () => {
    const { key, token } = await keys.create({ name: 'Bot' }, by);
    expect(await keys.verify(token)).toMatchObject({ prefix: key.prefix });
    const other = await keys.create({ name: 'Other' }, by);
    for (const wrong of [
      '',
      key.prefix,
      `ck_${key.prefix}_`,
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      ` ${token}`,
      `${token}\n`,
      `ck_${other.key.prefix}_${token.split('_').slice(2).join('_')}`,
      `ck_aaaaaaaaaa_${token.slice(14)}`,
    ])
      expect([wrong, await keys.verify(wrong)]).toEqual([wrong, null]);
  });

  test('is refused from its end on', async () => {
    const { key, token } = await keys.create({ name: 'Bot' }, by);
    clock += 365 * day - 1;
    expect(await keys.verify(token)).not.toBeNull();
    clock += 1;
    expect(await keys.verify(token)).toBeNull();
    expect(keys.stateOf(key)).toBe('expired');
  });

  test('is refused at once when it is revoked, in every process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-keys-'));
    const [one, two] = [await openDatabase(folder), await openDatabase(folder)];
    try {
      const { key, token } = await keysOf(one).create({ name: 'Bot' }, by);
      const elsewhere = keysOf(two);
      expect(await elsewhere.verify(token)).not.toBeNull();
      const revoked = await keysOf(one).revoke(key.prefix, by);
      expect(revoked).toMatchObject({ revokedAt: '2026-11-22T12:00:00.000Z', revokedBy: 'a test' });
      expect(await elsewhere.verify(token)).toBeNull();
      expect(await fieldOf(elsewhere.revoke(key.prefix, by))).toBe('prefix');
    } finally {
      await one.destroy();
      await two.destroy();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('session-at-rest: stands in the database only as a hash of its secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'concord-keys-'));
    const file = await openDatabase(folder);
    try {
      const { key, token } = await keysOf(file).create({ name: 'Bot' }, by);
      await keysOf(file).verify(token);
      const secret = token.slice(`ck_${key.prefix}_`.length);
      const bytes = readdirSync(folder)
        .map((name) => readFileSync(join(folder, name), 'latin1'))
        .join('');
      expect(bytes).toContain(key.prefix);
      for (const form of [secret, Buffer.from(secret, 'base64url').toString('hex')])
        expect(bytes).not.toContain(form);
    } finally {
      await file.destroy();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('notes its use once a minute at most, and is taken where that cannot be written', async () => {
    const { key, token } = await keys.create({ name: 'Bot' }, by);
    const used = async () => (await keys.find(key.prefix))?.lastUsedAt;
    await keys.verify(token);
    expect(await used()).toBe('2026-11-22T12:00:00.000Z');
    clock += minute - 1;
    await keys.verify(token);
    expect(await used()).toBe('2026-11-22T12:00:00.000Z');
    clock += 1;
    await keys.verify(token);
    expect(await used()).toBe('2026-11-22T12:01:00.000Z');
    await db.schema.alterTable('api_keys').renameColumn('last_used_at', 'gone').execute();
    clock += minute;
    expect(await keys.verify(token)).not.toBeNull();
  });
});

describe('rotation', () => {
  const wish: KeyWish = {
    name: 'Bot',
    channel: 'chat',
    perMinute: 30,
    perDay: 1000,
    origins: ['https://a.example'],
  };

  test('makes the same key anew, and the old one is taken for another day', async () => {
    const old = await keys.create({ ...wish, expiresAt: '2026-12-22T12:00:00.000Z' }, by);
    clock += 10 * day;
    const fresh = await keys.rotate(old.key.prefix, { atOnce: false }, by);
    const { prefix: _, createdAt, expiresAt, ...rest } = fresh.key;
    expect(rest).toMatchObject({ ...wish, scope: 'public-answers', revokedAt: null });
    expect([createdAt, expiresAt]).toEqual(['2026-12-02T12:00:00.000Z', '2027-01-01T12:00:00.000Z']);
    expect(await keys.verify(fresh.token)).not.toBeNull();
    clock += day - 1;
    expect(await keys.verify(old.token)).not.toBeNull();
    clock += 1;
    expect(await keys.verify(old.token)).toBeNull();
  });

  test('at once ends the old one at once', async () => {
    const old = await keys.create(wish, by);
    const fresh = await keys.rotate(old.key.prefix, { atOnce: true }, by);
    expect(await keys.verify(old.token)).toBeNull();
    expect(await keys.verify(fresh.token)).not.toBeNull();
  });

  test('never prolongs a key, and takes each one once', async () => {
    const ending = await keys.create({ name: 'Ending', expiresAt: '2026-11-22T13:00:00.000Z' }, by);
    await keys.rotate(ending.key.prefix, { atOnce: false }, by);
    expect((await keys.find(ending.key.prefix))?.expiresAt).toBe('2026-11-22T13:00:00.000Z');
    const fifty = await Promise.allSettled(
      Array.from({ length: 50 }, () => keys.rotate(ending.key.prefix, { atOnce: false }, by)),
    );
    expect(fifty.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect((await keys.list()).filter(({ name }) => name === 'Ending')).toHaveLength(2);
    const revoked = await keys.create({ name: 'Revoked' }, by);
    await keys.revoke(revoked.key.prefix, by);
    expect(await fieldOf(keys.rotate(revoked.key.prefix, { atOnce: false }, by))).toBe('prefix');
    expect(await fieldOf(keys.rotate('nothing', { atOnce: false }, by))).toBe('not-found');
  });
});

test('fifty equal wishes at once make one key', async () => {
  const fifty = await Promise.allSettled(Array.from({ length: 50 }, () => keys.create({ name: 'Bot' }, by)));
  expect(fifty.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await keys.list()).toHaveLength(1);
});

test('everything that is done to keys is in the audit, and no secret', async () => {
  const { key, token } = await keys.create({ name: 'Bot' }, by);
  const fresh = await keys.rotate(key.prefix, { atOnce: false }, by);
  await keys.revoke(key.prefix, by);
  const rows = await db.selectFrom('audit_events').selectAll().orderBy('number').execute();
  expect(rows.map(({ action, subject, actor }) => [action, subject, actor])).toEqual([
    ['key.created', key.prefix, 'a test'],
    ['key.rotated', fresh.key.prefix, 'a test'],
    ['key.revoked', key.prefix, 'a test'],
  ]);
  const text = JSON.stringify(rows);
  for (const secret of [token, fresh.token]) expect(text).not.toContain(secret.split('_').slice(2).join('_'));
});

test('only live keys lend their origins to other pages', async () => {
  const { key } = await keys.create({ name: 'Widget', origins: ['https://a.example'] }, by);
  expect(await keys.listsOrigin('https://a.example')).toBe(true);
  expect(await keys.listsOrigin('https://a.example:8443')).toBe(false);
  clock += 365 * day;
  expect(await keys.listsOrigin('https://a.example')).toBe(false);
  clock -= 365 * day;
  await keys.revoke(key.prefix, by);
  expect(await keys.listsOrigin('https://a.example')).toBe(false);
});

test('a scope opens itself and what is less, and admins alone grant agents’ answers', () => {
  expect(opens('agent-answers', 'public-answers')).toBe(true);
  expect(opens('public-answers', 'agent-answers')).toBe(false);
  expect([leastRoleFor('public-answers'), leastRoleFor('agent-answers')]).toEqual(['manager', 'admin']);
});
