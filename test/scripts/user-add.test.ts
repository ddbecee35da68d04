import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { userAdd } from '../../scripts/user-add.ts';
import { createAccounts } from '../../server/accounts/accounts.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { openDatabase } from '../../server/database/open.ts';

const cost = { N: 2 ** 10, r: 8, p: 1 };
const good = 'correct horse battery staple';

describe('npm run user:add', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'concord-user-add-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  async function run(
    args: readonly string[],
    typed: { asked?: readonly (string | null)[]; piped?: string } = {},
  ) {
    const asked = [...(typed.asked ?? [])];
    let out = '';
    let err = '';
    const code = await userAdd(
      args,
      { DATA_DIR: dataDir },
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        askHidden: async () => asked.shift() ?? null,
        readAll: async () => typed.piped ?? '',
      },
      cost,
    );
    return { code, out, err };
  }

  async function canSignIn(name: string, password: string): Promise<string> {
    const db = await openDatabase(dataDir);
    try {
      const now = () => new Date();
      const audit = createAuditLog(db, { now });
      const accounts = createAccounts(db, { sessionHours: 1, audit, now, cost });
      const outcome = await accounts.signIn({ name, password }, byServer);
      return outcome.kind === 'signed-in' ? outcome.account.role : outcome.kind;
    } finally {
      await db.destroy();
    }
  }

  test('asks twice for a password, shows it nowhere, and adds an agent', async () => {
    const { code, out, err } = await run(['dana'], { asked: [good, good] });
    expect({ code, out, err }).toEqual({ code: 0, out: 'dana can sign in as agent.\n', err: '' });
    expect(await canSignIn('dana', good)).toBe('agent');
  });

  test('two passwords that differ add nobody', async () => {
    const { code, err } = await run(['dana'], { asked: [good, `${good}r`] });
    expect(code).toBe(1);
    expect(err).toContain('differ');
    expect(await canSignIn('dana', good)).toBe('refused');
  });

  test('takes a piped password as it is, without its line end alone', async () => {
    expect(
      (await run(['dana', '--password-stdin', '--role', 'admin'], { piped: ` ${good} \r\n` })).code,
    ).toBe(0);
    expect(await canSignIn('dana', ` ${good} `)).toBe('admin');
    expect(await canSignIn('dana', good)).toBe('refused');
  });

  test('makes a password and prints it once', async () => {
    const { code, out } = await run(['dana', '--generate', '--role=manager']);
    expect(code).toBe(0);
    const password = /once: (\S+)\n$/.exec(out)?.[1] ?? '';
    expect(await canSignIn('dana', password)).toBe('manager');
  });

  test('a name that is taken and a weak password are refused with code 1, naming what was expected', async () => {
    await run(['dana', '--generate']);
    const taken = await run(['Dana', '--generate']);
    expect(taken.code).toBe(1);
    expect(taken.err).toContain('This name is taken.');
    expect(taken.out).toBe('');
    const weak = await run(['eli', '--password-stdin'], { piped: 'short' });
    expect(weak.code).toBe(1);
    expect(weak.err).toMatch(/at least 15 characters[\s\S]*5 characters/);
    expect((await run(['eli', '--password-stdin'], { piped: 'passwordpassword' })).err).toContain(
      'easy to guess',
    );
    expect((await run(['../etc', '--generate'])).err).toContain('This name cannot be used.');
  });

  test('a call that makes no sense is refused with code 2 and the usage, before anything is opened', async () => {
    for (const [args, problem] of [
      [[], 'A name is missing.'],
      [['dana', 'eli'], 'One name is expected, found 2'],
      [['dana', '--role', 'owner'], 'expected one of agent, editor, manager, admin'],
      [['dana', '--generate', '--password-stdin'], 'not both'],
      [['dana', '--force'], '--force'],
    ] as const) {
      const { code, err } = await run(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toContain(problem);
      expect(err).toContain('Usage: npm run user:add');
    }
    const { code, err } = await run(['dana'], { asked: [null] });
    expect({ code, err }).toEqual({
      code: 2,
      err: 'There is no terminal to ask for a password: use --generate or --password-stdin.\n',
    });
  });

  test('--help says how it is called', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--password-stdin');
    expect(out).toContain('Exit codes:');
  });
});
