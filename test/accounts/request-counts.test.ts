import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { clientOf } from '../../server/accounts/client-of.ts';
import { mostSubjects, openRequestCounts, type RequestCounts } from '../../server/accounts/request-counts.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';
import { leastCpuMs } from '../support/cpu-time.ts';

const minute = 60_000;
const failed = (error: unknown): never => {
  throw error;
};

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('counts of requests', () => {
  let folder: string;
  let db: Database;
  let clock = 0;
  const now = () => new Date(Date.UTC(2026, 10, 22, 12) + clock);
  const open = async (): Promise<RequestCounts> => {
    db = await openDatabase(folder);
    return openRequestCounts(db, { now, failed });
  };
  const stored = (): Promise<readonly { readonly subject: string; readonly hits: number }[]> =>
    db.selectFrom('request_counts').select(['subject', 'hits']).orderBy('subject').execute();

  beforeEach(() => {
    clock = 0;
    folder = mkdtempSync(join(tmpdir(), 'concord-counts-'));
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  test('begin anew when their time is over, each by its own clock', async () => {
    const counts = await open();
    expect(counts.hit('a', minute)).toEqual({ hits: 1, endsInMs: minute });
    clock = 20_000;
    expect(counts.hit('a', minute)).toEqual({ hits: 2, endsInMs: 40_000 });
    expect(counts.hit('b', minute)).toEqual({ hits: 1, endsInMs: minute });
    counts.takeBack('a');
    expect(counts.hit('a', minute).hits).toBe(2);
    clock = minute;
    expect(counts.hit('a', minute)).toEqual({ hits: 1, endsInMs: minute });
    expect(counts.hit('b', minute).hits).toBe(2);
    await counts.close();
  });

  test('begin anew where the clock was set back past them, and stand where it goes back less', async () => {
    const counts = await open();
    counts.hit('a', minute);
    clock = -30_000;
    expect(counts.hit('a', minute).hits).toBe(1);
    clock = 0;
    counts.hit('a', minute);
    clock = 100 * 24 * 60 * minute;
    expect(counts.hit('a', minute).hits).toBe(1);
    await counts.close();
  });

  test('go on after a restart; what was over before it is forgotten', async () => {
    const first = await open();
    first.hit('key-day:1', 24 * 60 * minute);
    first.hit('pages:192.0.2.1', minute);
    for (let n = 0; n < 6; n += 1) first.hit('account:7', minute);
    clock = 30_000;
    first.hit('account:8', minute);
    await first.close();
    await db.destroy();
    clock = minute + 1;
    const again = await open();
    expect(again.hit('account:7', minute).hits).toBe(1);
    expect(again.hit('account:8', minute)).toEqual({ hits: 2, endsInMs: 29_999 });
    expect(again.hit('key-day:1', 24 * 60 * minute).hits).toBe(2);
    await again.close();
  });

  test('that are exhausted are written at once, and a process that is killed then has not forgotten them', async () => {
    const counts = await open();
    for (let n = 0; n < 5; n += 1) counts.hit('account:7', minute);
    counts.exhausted('account:7');
    // Only what the database does by itself: neither the clock nor an end in order.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await stored()).toEqual([{ subject: 'account:7', hits: 5 }]);
    const other = await openRequestCounts(db, { now, failed });
    expect(other.hit('account:7', minute).hits).toBe(6);
    await counts.close();
    await other.close();
  });

  test('are written by the second, and taken out of the database when they are over', async () => {
    const counts = await open();
    counts.hit('a', minute);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(await stored()).toEqual([{ subject: 'a', hits: 1 }]);
    await counts.close();
    const other = await openRequestCounts(db, { now, failed });
    other.hit('b', minute);
    await other.write();
    clock = 2 * minute;
    expect((await stored()).map(({ subject }) => subject)).toEqual(['a', 'b']);
    await other.close();
    expect(await stored()).toEqual([]);
  });

  test('that cannot be written are counted all the same, and written when the database is back', async () => {
    const errors: unknown[] = [];
    db = await openDatabase(folder, { busyMs: 1 });
    const counts = await openRequestCounts(db, { now, failed: (error) => errors.push(error) });
    const locker = await openDatabase(folder);
    await locker.connection().execute(async (one) => {
      await one.executeQuery({
        sql: 'begin immediate',
        parameters: [],
        query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
        queryId: { queryId: 'lock' },
      } as never);
      counts.hit('a', minute);
      counts.exhausted('a');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await one.executeQuery({
        sql: 'rollback',
        parameters: [],
        query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
        queryId: { queryId: 'free' },
      } as never);
    });
    expect(String(errors[0])).toMatch(/locked/);
    expect(counts.hit('a', minute).hits).toBe(2);
    await counts.close();
    expect(await stored()).toEqual([{ subject: 'a', hits: 2 }]);
    await locker.destroy();
  });

  test('of 300,000 addresses take less than 50 MB, and those that are exhausted are kept', async () => {
    const counts = await open();
    counts.hit('sign-in:192.0.2.1', minute);
    counts.exhausted('sign-in:192.0.2.1');
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 3 * mostSubjects; n += 1)
      counts.hit(`pages:2001:db8:${n.toString(16)}:1::/64`, minute);
    collect();
    const mb = (process.memoryUsage().heapUsed - before) / 1e6;
    console.info(`${mostSubjects} subjects: ${mb.toFixed(1)} MB`);
    expect(mb).toBeLessThan(50);
    expect(counts.hit('sign-in:192.0.2.1', minute).hits).toBe(2);
    expect(counts.hit('pages:2001:db8:0:1::/64', minute).hits).toBe(1);
    const ms = await leastCpuMs(20, () => counts.write());
    console.info(`200 counts written: ${ms.toFixed(1)} ms`);
    await counts.close();
  });
});

describe('the client behind an address', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['192.0.2.1:50123', '192.0.2.1'],
    ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['192.0.2.1:x', '192.0.2.1:x'],
    ['x'.repeat(9_000), 'x'.repeat(64)],
    ['', ''],
  ])('of %p is %p', (address, client) => expect(clientOf(address)).toBe(client));
});
