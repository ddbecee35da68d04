import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { auditExport } from '../../scripts/audit-export.ts';
import { auditVerify } from '../../scripts/audit-verify.ts';
import { byCommand } from '../../server/audit/audit-event.ts';
import { type AuditLog, createAuditLog } from '../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';

let dataDir: string;
let db: Database;
let audit: AuditLog;
let day: number;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'concord-audit-'));
  db = await openDatabase(dataDir);
  day = 1;
  audit = createAuditLog(db, { now: () => new Date(Date.UTC(2026, 10, day, 23, 59, 59, 999)) });
});
afterEach(async () => {
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

const fill = async (rows: number): Promise<void> => {
  for (let row = 1; row <= rows; row += 1) {
    await audit.append({
      action: 'person.added',
      by: byCommand('user:add'),
      subject: `person${row}`,
      before: null,
      after: { role: 'agent' },
    });
    day += 1;
  }
};

async function run(
  command: typeof auditVerify,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = { DATA_DIR: dataDir },
) {
  const said = { out: '', err: '' };
  const code = await command(args, environment, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('npm run audit:verify', () => {
  test('says that a log is whole, and its last row, while a server goes on writing', async () => {
    await fill(3);
    const { number, hash } = await audit.head();
    const whole = await run(auditVerify);
    expect(whole).toEqual({
      code: 0,
      out: `The audit log is whole. Rows read: 3.\nThe last row: ${number}:${hash}\n`,
      err: '',
    });
    const writing = fill(200);
    for (let walk = 0; walk < 5; walk += 1)
      expect(await run(auditVerify, ['--head', `3:${hash}`])).toMatchObject({
        code: 0,
        out: expect.stringContaining('row 3 is the one that was noted'),
      });
    await writing;
    expect((await run(auditVerify)).out).toContain('Rows read: 203.');
  });

  test('names the first faulty row and what was expected, as text and as JSON', async () => {
    await fill(4);
    await sql`drop trigger audit_events_no_update`.execute(db);
    await sql`update audit_events set subject = 'mallory' where number = 3`.execute(db);
    const { code, out } = await run(auditVerify);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Row 3: The row is not what was written\.\n {2}expected: the hash [0-9a-f]{64} by what stands there\n {2}found: {4}[0-9a-f]{64}\nRows read: 3\. The last sound one: 2:[0-9a-f]{64}\n$/,
    );
    const json = await run(auditVerify, ['--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      rows: 3,
      last: { number: 2 },
      fault: { number: 3, what: 'altered' },
    });
  });

  test('finds an end that was cut off by the head that was noted', async () => {
    await fill(4);
    const { number, hash } = await audit.head();
    await sql`drop trigger audit_events_no_delete`.execute(db);
    await sql`delete from audit_events where number = 4`.execute(db);
    await sql`update audit_head set (number, hash) = (select number, hash from audit_events where number = 3)`.execute(
      db,
    );
    expect((await run(auditVerify)).code).toBe(0);
    const { code, out } = await run(auditVerify, [`--head=${number}:${hash.toUpperCase()}`]);
    expect(code).toBe(1);
    expect(out).toContain('Row 4: The row is missing.');
  });

  test('changes nothing and makes nothing', async () => {
    await fill(2);
    await db.destroy();
    const file = join(dataDir, 'concord.sqlite');
    const before = readFileSync(file);
    expect((await run(auditVerify)).code).toBe(0);
    expect(readFileSync(file).equals(before)).toBe(true);
    const nowhere = join(dataDir, 'nowhere');
    for (const command of [auditVerify, auditExport]) {
      const { code, err } = await run(command, [], { DATA_DIR: nowhere });
      expect(code).toBe(1);
      expect(err).toContain('database-unusable');
    }
    expect(existsSync(nowhere)).toBe(false);
    writeFileSync(file, 'no database');
    expect((await run(auditVerify)).code).toBe(1);
    db = await openDatabase(':memory:');
  });

  test.each([
    [['--head', '3']],
    [['--head', 'x:y']],
    [['--head', `0:${'a'.repeat(64)}`]],
    [['--heads', '3']],
    [['more']],
  ])('called with %j says how it is called', async (args) => {
    const { code, err, out } = await run(auditVerify, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: npm run audit:verify');
    expect((await run(auditVerify, ['--help'])).out).toContain('Exit codes: 0 whole');
  });
});

describe('npm run audit:export', () => {
  test('writes every row as a line, by days where wanted, and is audited itself', async () => {
    await fill(5);
    const numbers = (out: string) =>
      out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).number);
    const some = await run(auditExport, ['--from', '2026-11-02', '--to', '2026-11-03']);
    expect(some).toMatchObject({ code: 0, err: '' });
    expect(numbers(some.out)).toEqual([2, 3]);
    const all = await run(auditExport);
    expect(numbers(all.out)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const lines = all.out.split('\n').map((line) => line && JSON.parse(line));
    expect(lines[5]).toMatchObject({
      action: 'audit.exported',
      by: { actor: { kind: 'command', name: 'audit:export' } },
      after: { from: '2026-11-02', to: '2026-11-03' },
    });
    expect((await run(auditVerify)).code).toBe(0);
  });

  test.each([[['--from', 'May']], [['--to', '2026-02-31']], [['--since', '1']], [['more']]])(
    'called with %j says how it is called, and writes nothing down',
    async (args) => {
      const { code, err } = await run(auditExport, args);
      expect(code).toBe(2);
      expect(err).toContain('Usage: npm run -s audit:export');
      expect((await audit.head()).number).toBe(0);
    },
  );
});
