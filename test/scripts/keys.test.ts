import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keys } from '../../scripts/keys.ts';
import { createApiKeys } from '../../server/accounts/api-keys.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { openDatabase } from '../../server/database/open.ts';

const tokenForm = /ck_([a-z2-9]{10})_[A-Za-z0-9_-]{43}/;

describe('npm run keys', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'concord-keys-command-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  async function run(...args: readonly string[]) {
    let out = '';
    let err = '';
    const code = await keys(
      args,
      { DATA_DIR: dataDir },
      {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
      },
    );
    return { code, out, err };
  }
  const tokenOf = ({ out }: { readonly out: string }) => tokenForm.exec(out) ?? ['', ''];
  async function isTaken(token: string): Promise<boolean> {
    const db = await openDatabase(dataDir);
    const now = () => new Date();
    try {
      return (await createApiKeys(db, { audit: createAuditLog(db, { now }), now }).verify(token)) !== null;
    } finally {
      await db.destroy();
    }
  }

  test('makes a key and prints it once', async () => {
    const made = await run('create', 'Shop bot', '--per-minute', '60', '--per-day', '5000');
    expect(made).toMatchObject({ code: 0, err: '' });
    const [token] = tokenOf(made);
    expect(await isTaken(token ?? '')).toBe(true);
    const list = await run('list');
    expect(list.out).toMatch(
      /^[a-z2-9]{10} {2}live {5}public-answers {2}"Shop bot" {2}channel shop-bot {2}60\/min, 5000\/day/,
    );
    expect(list.out).not.toMatch(tokenForm);
  });

  test('makes one with all that can be said, as JSON', async () => {
    const options = ['--origin', 'https://a.example', '--origin', 'https://b.example', '--channel', 'widget'];
    const made = await run('create', 'Widget', ...options, '--expires', '2099-01-31', '--format', 'json');
    expect(JSON.parse(made.out)).toMatchObject({
      version: 1,
      token: expect.stringMatching(tokenForm),
      key: {
        name: 'Widget',
        channel: 'widget',
        origins: ['https://a.example', 'https://b.example'],
        expiresAt: '2099-01-31T00:00:00.000Z',
        createdBy: 'keys',
        state: 'live',
      },
    });
    const agents = await run(
      'create',
      'Desk',
      '--scope',
      'agent-answers',
      '--expires',
      'never',
      '--format',
      'json',
    );
    expect(JSON.parse(agents.out).key).toMatchObject({ scope: 'agent-answers', expiresAt: null });
    expect(JSON.parse((await run('list', '--format', 'json')).out).keys).toHaveLength(2);
  });

  test('rotates and revokes by the prefix, however it is written', async () => {
    const [old, prefix = ''] = tokenOf(await run('create', 'Bot'));
    const [fresh, freshPrefix = ''] = tokenOf(await run('rotate', prefix));
    expect([await isTaken(old ?? ''), await isTaken(fresh ?? '')]).toEqual([true, true]);
    const [last, lastPrefix = ''] = tokenOf(await run('rotate', `ck_${freshPrefix}_…`, '--at-once'));
    expect(await isTaken(fresh ?? '')).toBe(false);
    expect((await run('revoke', `ck_${lastPrefix}`)).out).toMatch(/revoked/);
    expect(await isTaken(last ?? '')).toBe(false);
  });

  test.each([
    [1, 'There is no such API key', ['revoke', 'aaaaaaaaaa']],
    [1, 'name', ['create', ' ']],
    [1, 'A key ends in the future', ['create', 'Bot', '--expires', '2020-01-01']],
    [2, 'Expected list, create, rotate or revoke, found nothing.', []],
    [2, 'There is no scope all', ['create', 'Bot', '--scope', 'all']],
    [2, 'Expected a whole number for --per-day, found -1', ['create', 'Bot', '--per-day=-1']],
    [
      2,
      'Expected a day like 2027-06-30, or never, for --expires, found 2027-02-30',
      ['create', 'B', '--expires', '2027-02-30'],
    ],
    [2, '--at-once belongs to rotate', ['revoke', 'x', '--at-once']],
    [2, '--scope belongs to create', ['rotate', 'x', '--scope', 'agent-answers']],
    [2, 'create needs the name of a key', ['create']],
    [2, 'One key at a time', ['revoke', 'a', 'b']],
    [2, "Unknown option '--nope'", ['list', '--nope']],
  ])('exit code %i: %s', async (code, sentence, args) => {
    const said = await run(...args);
    expect(said.code).toBe(code);
    expect(said.out).toBe('');
    expect(said.err).toContain(sentence);
  });

  test('explains itself', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('npm run keys -- create NAME');
  });
});
