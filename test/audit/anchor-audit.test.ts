import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Anchor, anchorAudit } from '../../server/audit/anchor-audit.ts';
import { type AuditEvent, auditActions, byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { verifyChain } from '../../server/audit/verify-chain.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';

const now = () => new Date('2026-11-22T12:00:00Z');
const event: AuditEvent = {
  action: 'person.changed',
  by: { ...byServer, address: '192.0.2.7' },
  subject: 'dana',
  before: null,
  after: { fullName: 'Dana Levy' },
};

describe('the lines that anchor the audit log in the log of the server', () => {
  let dataDir: string;
  let db: Database;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'concord-anchor-'));
    db = await openDatabase(dataDir);
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('tell the last row at the start, then every row that is committed, whoever writes it, and no other', async () => {
    const audit = createAuditLog(db, { now });
    const first = await audit.append(event);
    const told: Anchor[] = [];
    const stop = anchorAudit(audit, {
      told: (anchor) => told.push(anchor),
      failed: (error) => {
        throw error;
      },
    });
    const other = await openDatabase(dataDir);
    const rows = [first];
    try {
      const byOther = createAuditLog(other, { now });
      rows.push(await byOther.append(event));
      const undone = db.transaction().execute(async (within) => {
        await audit.append(event, within);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      await other.transaction().execute(async (within) => {
        for (let row = 0; row < 520; row += 1) await byOther.append(event, within);
      });
      rows.push(await audit.append(event));
    } finally {
      await other.destroy();
    }
    await stop();
    expect(told.map(({ number }) => number)).toEqual(Array.from({ length: 523 }, (_, at) => at + 1));
    expect(told[0]).toEqual({ number: 1, hash: first.hash, action: null });
    expect(told.at(-1)).toEqual({ number: 523, hash: rows.at(-1)?.hash, action: 'person.changed' });
    // Each of them is a head that the log can be held against.
    for (const anchor of [told[0], told[261], told.at(-1)])
      expect((await verifyChain(db, anchor ?? null)).fault).toBeNull();
    expect(new Set(told.flatMap((anchor) => Object.keys(anchor)))).toEqual(
      new Set(['number', 'hash', 'action']),
    );
    await audit.append(event);
    await wait(1_200);
    expect(told).toHaveLength(523);
  });

  test('go on after a look that failed', async () => {
    const failures: unknown[] = [];
    const told: Anchor[] = [];
    let fails = true;
    const audit = createAuditLog(db, { now });
    const stop = anchorAudit(
      {
        head: audit.head,
        anchors: (range) => (fails ? Promise.reject(new Error('busy')) : audit.anchors(range)),
      },
      { told: (anchor) => told.push(anchor), failed: (error) => failures.push(error) },
    );
    await audit.append(event);
    await wait(50);
    fails = false;
    await stop();
    expect(failures).toHaveLength(1);
    expect(told.at(-1)?.number).toBe(1);
  });
});

describe('every action that is audited', () => {
  test('is written somewhere, and none is written that the catalogue does not have', () => {
    const server = join(import.meta.dirname, '../../server');
    const texts = readdirSync(server, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !/audit-event\.ts$|present-audit\.ts$/.test(path))
      .map((path) => readFileSync(join(server, path), 'utf8'))
      .join('\n');
    const unwritten = Object.keys(auditActions).filter((action) => !texts.includes(`'${action}'`));
    expect(unwritten).toEqual([]);
  });
});
