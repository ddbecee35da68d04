import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type AuditDetail, type AuditEvent, byServer } from '../../server/audit/audit-event.ts';
import { type AuditHead, createAuditLog } from '../../server/audit/audit-log.ts';
import { auditLine, expectedHash, signedRow } from '../../server/audit/audit-row.ts';
import { verifyChain } from '../../server/audit/verify-chain.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';

let db: Database;
let at: number;
beforeEach(async () => {
  at = Date.parse('2026-11-22T12:00:00Z');
  db = await openDatabase(':memory:');
});
afterEach(() => db.destroy());

const now = () => {
  at += 1_000;
  return new Date(at);
};
const event = (subject: string | null, after: AuditDetail | null = { role: 'agent' }): AuditEvent => ({
  action: 'person.added',
  by: { actor: { kind: 'person', name: 'maya' }, address: '192.0.2.7', requestId: 'a-request' },
  subject,
  before: { role: 'editor' },
  after,
});
const fill = async (rows: number): Promise<void> => {
  const log = createAuditLog(db, { now });
  for (let row = 1; row <= rows; row += 1) await log.append(event(`person${row}`));
};
const head = (): Promise<AuditHead> => createAuditLog(db, { now }).head();

/** Whoever can write the file can drop the triggers too. */
const byHand = async (statement: string): Promise<void> => {
  await sql`drop trigger if exists audit_events_no_update`.execute(db);
  await sql`drop trigger if exists audit_events_no_delete`.execute(db);
  await sql.raw(statement).execute(db);
};

describe('the walk over the audit log', () => {
  test('an empty log is whole, and so is one of several batches', async () => {
    expect(await verifyChain(db)).toEqual({ rows: 0, last: { number: 0, hash: '' }, fault: null });
    await fill(1_003);
    expect(await verifyChain(db)).toEqual({ rows: 1_003, last: await head(), fault: null });
    expect((await verifyChain(db, await head())).fault).toBeNull();
  });

  test.each([
    ['at', "'2026-11-22T12:00:04.001Z'"],
    ['action', "'person.refused'"],
    ['actor_kind', "'server'"],
    ['actor', "'mallory'"],
    ['actor', 'actor || char(0)'],
    ['subject', "'person9'"],
    ['subject', 'null'],
    ['address', "'192.0.2.8'"],
    ['address', 'null'],
    ['request_id', "'another'"],
    ['before', `'{"role":"admin"}'`],
    ['before', `'{"role":"agent","role":"editor"}'`],
    ['before', `'{"role": "editor"}'`],
    ['before', "'no JSON'"],
    ['before', 'null'],
    ['after', `'{"role":["agent"]}'`],
    ['after', `'{"role":{"agent":1}}'`],
    ['after', "x'7b7d'"],
    ['previous_hash', "'0000'"],
    ['hash', "'0000'"],
    ['hash', 'upper(hash)'],
  ])('an altered %s (%s) is found in its row', async (column, value) => {
    await fill(6);
    await byHand(`update audit_events set "${column}" = ${value} where number = 4`);
    expect(await verifyChain(db)).toMatchObject({ rows: 4, fault: { number: 4, what: 'altered' } });
  });

  test.each([
    ['at the start', 1],
    ['in the middle', 4],
  ])('a row that was removed %s is missing', async (_where, number) => {
    await fill(6);
    await byHand(`delete from audit_events where number = ${number}`);
    expect((await verifyChain(db)).fault).toMatchObject({ number, what: 'removed' });
  });

  test('a row that was given another number is missing under its own', async () => {
    await fill(6);
    await byHand('update audit_events set number = 60 where number = 4');
    expect((await verifyChain(db)).fault).toMatchObject({ number: 4, what: 'removed', found: 'row 5' });
  });

  test('rows before the first one, that nobody wrote, are found', async () => {
    await fill(2);
    await byHand(
      `insert into audit_events select 0, at, action, actor_kind, actor, subject, address, request_id, before, after, '', 'x' from audit_events where number = 1`,
    );
    expect((await verifyChain(db)).fault).toMatchObject({ number: 1, what: 'reordered' });
  });

  test('rows removed at the end are missed by the head', async () => {
    await fill(6);
    await byHand('delete from audit_events where number >= 5');
    expect((await verifyChain(db)).fault).toMatchObject({ number: 5, what: 'removed' });
  });

  test('rows removed at the end together with the head are missed only by a head noted elsewhere', async () => {
    await fill(6);
    const noted = await head();
    await byHand('delete from audit_events where number >= 5');
    await byHand(
      'update audit_head set (number, hash) = (select number, hash from audit_events where number = 4)',
    );
    expect((await verifyChain(db)).fault).toBeNull();
    expect((await verifyChain(db, noted)).fault).toMatchObject({ number: 5, what: 'removed' });
  });

  test('two rows that changed places are found', async () => {
    await fill(6);
    await byHand('update audit_events set number = -1 where number = 3');
    await byHand('update audit_events set number = 3 where number = 4');
    await byHand('update audit_events set number = 4 where number = -1');
    expect((await verifyChain(db)).fault).toMatchObject({ number: 3, what: 'reordered' });
  });

  test('a head that is another, or gone, is found', async () => {
    await fill(3);
    await byHand(`update audit_head set hash = '0000'`);
    expect((await verifyChain(db)).fault).toMatchObject({ number: 3, what: 'head-differs' });
    await byHand('update audit_head set number = 2');
    expect((await verifyChain(db)).fault).toMatchObject({ number: 3, what: 'head-differs' });
    await byHand('delete from audit_head');
    expect((await verifyChain(db)).fault).toMatchObject({
      number: 3,
      what: 'head-differs',
      found: 'no head',
    });
  });

  /** Writes a row anew with a right hash; `until`: and all up to this number, as somebody would who knows how. */
  const forge = async (from: number, until: number): Promise<void> => {
    const rows = await createAuditLog(db, { now }).following({}, { after: 0, limit: 100 });
    let previousHash = rows[from - 2]?.hash ?? '';
    for (const row of rows.slice(from - 1, until)) {
      const subject = row.number === from ? 'mallory' : row.subject;
      const forged = signedRow({ ...row, subject }, { number: row.number, at: row.at, previousHash });
      await byHand(
        `update audit_events set subject = '${forged.subject}', previous_hash = '${forged.previousHash}', hash = '${forged.hash}' where number = ${row.number}`,
      );
      previousHash = forged.hash;
    }
  };

  test('a row whose hash was made anew is found by the one behind it', async () => {
    await fill(6);
    await forge(3, 3);
    expect((await verifyChain(db)).fault).toMatchObject({ number: 3, what: 'altered' });
  });

  test('the last row whose hash was made anew is found by the head', async () => {
    await fill(6);
    await forge(6, 6);
    expect((await verifyChain(db)).fault).toMatchObject({ number: 6, what: 'head-differs' });
  });

  test('a log that was made anew from an edited row on is found only by a head noted elsewhere', async () => {
    await fill(6);
    const noted = await head();
    const early = {
      number: 2,
      hash: (await createAuditLog(db, { now }).list({}, { before: 3, limit: 1 }))[0]?.hash ?? '',
    };
    await forge(3, 6);
    await byHand('update audit_head set hash = (select hash from audit_events where number = 6)');
    expect((await verifyChain(db)).fault).toBeNull();
    expect((await verifyChain(db, early)).fault).toBeNull();
    expect((await verifyChain(db, noted)).fault).toMatchObject({ number: 6, what: 'noted-differs' });
  });
});

describe('archiving as README says', () => {
  test('begins a new chain, which is whole and as closed as the old one', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
    const script = /```sql\n([^`]*delete from audit_events;[^`]*)```/.exec(readme)?.[1] ?? '';
    await fill(4);
    // Statements end at a line's end; the trigger's own does not.
    for (const statement of script
      .split(/;\n(?!$)/)
      .filter((text) => !/^(begin immediate|commit)/.test(text)))
      await sql.raw(statement.replace(/\ncommit;\n$/, '')).execute(db);
    expect(await verifyChain(db)).toEqual({ rows: 0, last: { number: 0, hash: '' }, fault: null });
    await fill(2);
    expect((await verifyChain(db)).rows).toBe(2);
    expect((await verifyChain(db)).fault).toBeNull();
    await expect(db.deleteFrom('audit_events').execute()).rejects.toThrow(/append-only/);
  });
});

describe('rows of the audit log', () => {
  test('come back from the database as they were written, whatever the texts', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom(
        '\u0000',
        '\ud800',
        'a\udc00b',
        '__proto__',
        '\u2028',
        "'; drop table audit_events",
        'é',
        'é',
      ),
    );
    const details = fc.option(
      fc.dictionary(
        fc.oneof(texts, fc.constantFrom('__proto__', 'constructor', 'toString')),
        fc.oneof(
          texts,
          fc.boolean(),
          fc.constant(null),
          // JSON has one zero.
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
          fc.maxSafeInteger(),
          fc.array(texts),
        ),
      ),
    );
    const actors = fc.record({
      kind: fc.constantFrom('person', 'key', 'command', 'server', 'stranger' as const),
      name: texts,
    });
    const events = fc.record({
      by: fc.record({ actor: actors, address: fc.option(texts), requestId: fc.option(texts) }),
      subject: fc.option(texts),
      before: details,
      after: details,
    });
    const log = createAuditLog(db, { now });
    await fc.assert(
      fc.asyncProperty(events, async (given) => {
        const row = await log.append({ action: 'person.added', ...given });
        const [read] = await log.list({}, { before: null, limit: 1 });
        expect(read).toEqual(row);
        expect(read && expectedHash(read)).toBe(row.hash);
        expect(read && auditLine(read)).toBe(auditLine(row));
        expect(auditLine(row).split(/\r|\n/)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
    expect((await verifyChain(db)).fault).toBeNull();
  });

  test('are found by what was done, by whom, to what and when', async () => {
    const log = createAuditLog(db, { now });
    await log.append(event('dana'));
    await log.append({ ...event('7'), action: 'release.published', by: byServer });
    await log.append(event('dana'));
    const numbers = async (filter: Parameters<typeof log.list>[0]) =>
      (await log.list(filter, { before: null, limit: 10 })).map(({ number }) => number);
    expect(await numbers({})).toEqual([3, 2, 1]);
    expect(await numbers({ actions: ['release.published'] })).toEqual([2]);
    expect(await numbers({ actions: [] })).toEqual([]);
    expect(await numbers({ person: 'maya' })).toEqual([3, 1]);
    expect(await numbers({ person: 'dana' })).toEqual([3, 1]);
    expect(await numbers({ person: '7' })).toEqual([]);
    expect(await numbers({ subject: '7' })).toEqual([2]);
    expect(await numbers({ from: '2026-11-22T12:00:02.000Z' })).toEqual([3, 2]);
    expect(await numbers({ to: '2026-11-22T12:00:02.000Z' })).toEqual([1]);
    expect((await log.list({}, { before: 3, limit: 1 })).map(({ number }) => number)).toEqual([2]);
    expect((await log.following({}, { after: 1, limit: 1 })).map(({ number }) => number)).toEqual([2]);
  });
});
