import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people } from '../../scripts/people.ts';
import { createAccounts } from '../../server/accounts/accounts.ts';
import { byServer } from '../../server/audit/audit-event.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { type Database, openDatabase } from '../../server/database/open.ts';

const cost = { N: 2 ** 10, r: 8, p: 1 };
const good = 'correct horse battery staple';

describe('npm run people', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'concord-people-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const run = (...args: readonly string[]) => runIn({}, ...args);

  async function runIn(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
    let out = '';
    let err = '';
    const code = await people(
      args,
      { DATA_DIR: dataDir, PUBLIC_URL: 'https://help.example', ...environment },
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

  /** What the server, which has the same database open, makes of it. */
  async function served<T>(
    look: (accounts: ReturnType<typeof createAccounts>, db: Database) => Promise<T>,
  ): Promise<T> {
    const db = await openDatabase(dataDir);
    const now = () => new Date();
    try {
      return await look(
        createAccounts(db, { sessionHours: 1, audit: createAuditLog(db, { now }), now, cost }),
        db,
      );
    } finally {
      await db.destroy();
    }
  }

  test('invites somebody by a link that begins with PUBLIC_URL and sets a password once', async () => {
    const invited = await run('invite', 'Dana', '--role', 'editor', '--team', 'orders', '--team', 'care');
    expect(invited.code).toBe(0);
    const [, secret = ''] =
      /^https:\/\/help\.example\/account\/link\?code=([\w-]{43})$/m.exec(invited.out) ?? [];
    expect((await run('list')).out).toMatch(/^dana +editor +invited +care, orders +never signed in\n$/);
    await served(async (accounts) => {
      expect(await accounts.setPasswordBy(secret, good, byServer)).toEqual({ name: 'dana' });
      expect(await accounts.setPasswordBy(secret, good, byServer)).toBeNull();
      expect((await accounts.signIn({ name: 'dana', password: good }, byServer)).kind).toBe('signed-in');
    });
    expect((await run('list')).out).toMatch(/^dana +editor +active/);
  });

  test('invites somebody for an identity provider, without a link', async () => {
    const invite = ['invite', 'dana', '--provider', 'okta'];
    expect((await run(...invite, '--email', 'dana@example.com')).err).toContain('no such identity provider');
    const environment = {
      OIDC_PROVIDERS: 'okta',
      OIDC_OKTA_ISSUER: 'https://example.okta.com',
      OIDC_OKTA_CLIENT_ID: 'concord',
      OIDC_OKTA_CLIENT_SECRET: 'hush',
      OIDC_OKTA_DEFAULT_ROLE: 'agent',
    };
    expect((await runIn(environment, ...invite)).code).toBe(1);
    const invited = await runIn(environment, ...invite, '--email', 'dana@example.com');
    expect(invited.out).toMatch(/^dana +agent +active +no team +by okta +never signed in\n$/);
  });

  test('ends the sessions of whoever it disables, and lets them in again', async () => {
    const secret = await served(async (accounts) => {
      await accounts.add({ name: 'dana', role: 'agent', password: good }, byServer);
      const outcome = await accounts.signIn({ name: 'dana', password: good }, byServer);
      return outcome.kind === 'signed-in' ? outcome.secret : '';
    });
    for (const twice of ['first', 'second'])
      expect({ twice, ...(await run('disable', 'DANA')) }).toMatchObject({ twice, code: 0, err: '' });
    await served(async (accounts) => expect(await accounts.sessionOf(secret)).toBeNull());
    expect((await run('link', 'dana')).code).toBe(1);
    expect((await run('enable', 'dana')).out).toMatch(/^dana +agent +active/);
    expect((await run('link', 'dana')).out).toContain('https://help.example/account/link?code=');
  });

  test('gives another role, but never takes the last admin away', async () => {
    await served((accounts) => accounts.add({ name: 'root', role: 'admin', password: good }, byServer));
    await served((accounts) => accounts.add({ name: 'dana', role: 'agent', password: good }, byServer));
    for (const refused of [await run('disable', 'root'), await run('role', 'root', 'agent')]) {
      expect(refused.code).toBe(1);
      expect(refused.err).toContain('This is the last admin who can sign in.');
    }
    expect((await run('role', 'dana', 'admin')).out).toMatch(/^dana +admin/);
    expect((await run('disable', 'root')).code).toBe(0);
    const events = await served((_, db) => db.selectFrom('audit_events').selectAll().execute());
    const done = events.filter(({ actor_kind, actor }) => actor_kind === 'command' && actor === 'people');
    expect(done.map(({ action, subject }) => [action, subject])).toEqual([
      ['person.changed', 'dana'],
      ['person.disabled', 'root'],
    ]);
  });

  test('says what it knows as JSON too', async () => {
    const { link } = JSON.parse((await run('invite', 'dana', '--format', 'json')).out);
    expect(link).toMatchObject({ name: 'dana', address: expect.stringContaining('/account/link?code=') });
    const list = JSON.parse((await run('list', '--format', 'json')).out);
    expect(list.people).toMatchObject([{ name: 'dana', role: 'agent', hasPassword: false }]);
    expect(JSON.stringify(list)).not.toContain('scrypt');
  });

  test.each([
    [[], 2],
    [['nothing'], 2],
    [['invite'], 2],
    [['invite', 'dana', 'eli'], 2],
    [['invite', 'dana', '--role', 'owner'], 2],
    [['list', '--role', 'agent'], 2],
    [['role', 'dana'], 2],
    [['invite', 'a b'], 1],
    [['disable', 'nobody'], 1],
    [['link', 'nobody'], 1],
  ])('%j ends with %i and says why', async (args, code) => {
    const refused = await run(...args);
    expect(refused.code).toBe(code);
    expect(refused.err).not.toBe('');
    expect(refused.out).toBe('');
  });
});
