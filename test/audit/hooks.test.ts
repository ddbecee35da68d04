import { sql } from 'kysely';
import { pino } from 'pino';
import request from 'supertest';
import { contentPublish } from '../../scripts/content-publish.ts';
import { releases } from '../../scripts/releases.ts';
import { type AuditFilter, createAuditLog } from '../../server/audit/audit-log.ts';
import { noteSettings } from '../../server/audit/note-settings.ts';
import { verifyChain } from '../../server/audit/verify-chain.ts';
import { openConcord } from '../../server/compose.ts';
import { settingsThatDiffer } from '../../server/config.ts';
import { openDatabase } from '../../server/database/open.ts';
import { type ReleasedWorld, releasedWorld } from '../support/released-world.ts';
import { makeArticle, smallArticles } from '../support/small-world.ts';

const news = (body: string) => makeArticle({ title: 'What is new?', body });
const golden = `
- question: how long can I return an item
  locale: en
  expect: returns/return-window
  why: The window is what it is about.
`;
/** The article no longer answers its question: that belongs to another article now. */
const moved = {
  'en/returns/return-window.md': makeArticle({
    title: 'Which shops take parcels back?',
    body: 'All of them.\n\n## Returns to a shop\n\nBring it.',
  }),
  'en/returns/windows.md': makeArticle({ title: 'How long can I return an item?', body: 'Thirty days.' }),
};

/** Everything that is done and must leave a row, each through the door by which people or commands do it. */
describe('the audit log has a row of', () => {
  let world: ReleasedWorld;
  let manager: Awaited<ReturnType<ReleasedWorld['signIn']>>;
  beforeEach(async () => {
    world = await releasedWorld({ ...smallArticles(), 'en/orders/new.md': news('We open at nine.') });
    await world.publish();
    manager = await world.signIn('manager', 'lior');
  });
  afterEach(() => world.close());

  const list = (filter: AuditFilter = {}) =>
    world.concord.appDeps.audit.list(filter, { before: null, limit: 100 });
  const newest = async (filter: AuditFilter = {}) => (await list(filter))[0];
  const post = (path: string, form: object, by = manager) =>
    request(world.app)
      .post(path)
      .type('form')
      .set('cookie', by.cookie)
      .set('accept', 'text/html')
      .send({ token: by.token, ...form });
  const silent = { out: () => {}, err: () => {} };
  const environment = () => ({ CONTENT_DIR: world.config.contentDir, DATA_DIR: world.config.dataDir });
  const byManager = { actor: { kind: 'person', name: 'lior' }, address: expect.any(String) };

  test('a publication by the server, with release, note and snapshots', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await world.publish({ publisher: 'watch', changeNote: 'A file changed' });
    const { release } = world.concord.current();
    expect(await newest()).toMatchObject({
      action: 'release.published',
      at: release.publishedAt,
      by: { actor: { kind: 'server', name: 'concord' }, address: null },
      subject: '2',
      before: { release: 1 },
      after: {
        publisher: 'watch',
        note: 'A file changed',
        snapshot: release.publicId,
        agentSnapshot: release.agentId,
        publicChanges: 1,
      },
    });
    await world.publish();
    expect(await list({ actions: ['release.published'] })).toHaveLength(2);
  });

  test('a publication by a person in the thread that publishes, in the same transaction', async () => {
    const concord = await openConcord(world.config, {
      now: () => new Date('2026-11-21T12:00:00Z'),
      log: pino({ level: 'silent' }),
    });
    try {
      world.edit({ 'en/orders/new.md': news('We open at eleven.') });
      const by = { actor: { kind: 'person', name: 'lior' }, address: '192.0.2.7', requestId: 'r' } as const;
      await concord.publish({ publisher: 'lior', by, changeNote: '', keepGoing: false });
      expect(await newest()).toMatchObject({ action: 'release.published', by, subject: '2' });
    } finally {
      await concord.close();
    }
  });

  test('a publication and a roll back by command', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    expect(await contentPublish(['--publisher', 'maya'], environment(), silent)).toBe(0);
    expect(await newest()).toMatchObject({
      action: 'release.published',
      by: { actor: { kind: 'command', name: 'content:publish' } },
      after: { publisher: 'maya' },
    });
    expect(await releases(['rollback', '1', '--note', 'Too late'], environment(), silent)).toBe(0);
    expect(await newest()).toMatchObject({
      action: 'release.rolled-back',
      by: { actor: { kind: 'command', name: 'releases rollback' } },
      subject: '3',
      before: { release: 2 },
      after: { restores: 1, note: 'Too late' },
    });
  });

  test('golden questions that may break', async () => {
    world.edit({ 'golden.yaml': golden, ...moved });
    await expect(world.publish()).rejects.toThrow('golden-broken');
    expect(await list({ actions: ['golden.acknowledged'] })).toEqual([]);
    const number = await world.publish({ acknowledgement: 'Shops are what matters' });
    expect(await newest()).toMatchObject({
      action: 'golden.acknowledged',
      subject: String(number),
      after: { note: 'Shops are what matters', broken: 1 },
    });
  });

  test('a roll back by a person, from their browser', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    await world.publish();
    expect((await post('/manage/releases/1/roll-back', { note: 'Wrong hour' })).status).toBe(303);
    expect(await newest()).toMatchObject({
      action: 'release.rolled-back',
      by: byManager,
      subject: '3',
      after: { restores: 1, note: 'Wrong hour', publisher: 'lior' },
    });
  });

  test('a change that was read, once', async () => {
    world.edit({ 'en/orders/new.md': news('We open at ten.') });
    const number = await world.publish({ asksReading: true });
    for (let time = 0; time < 3; time += 1) await post(`/agent/changes/${number}/read`, {});
    const read = await list({ actions: ['change.read'] });
    expect(read).toMatchObject([{ by: byManager, subject: String(number) }]);
  });

  test('a comparison of the channels', async () => {
    const body = {
      snapshot: world.concord.current().release.publicId,
      questions: 12,
      byLocale: { en: 12 },
      channels: [{ name: 'API POST', compared: 12, differing: 0, leftOut: 0 }],
      differences: 0,
      examples: [],
    };
    await request(world.app)
      .post('/manage/consistency/runs')
      .set('cookie', manager.cookie)
      .set('accept', 'application/json')
      .set('x-form-token', manager.token)
      .send(body)
      .expect(201);
    expect(await newest()).toMatchObject({
      action: 'parity.recorded',
      by: byManager,
      subject: '1',
      after: { questions: 12, differences: 0 },
    });
  });

  test('macros that were held against the content, and their text that was taken away', async () => {
    const send = (as: string) =>
      request(world.app)
        .post('/manage/macros')
        .set('cookie', manager.cookie)
        .set('accept', 'text/html')
        .field('token', manager.token)
        .field('as', as)
        .attach('file', Buffer.from('id,title,body\n1,Hours,We open at nine.\n'), 'macros.csv');
    await send('').expect(200);
    expect(await newest()).toMatchObject({ action: 'macros.checked', by: byManager, after: { macros: 1 } });
    await send('csv').expect(200);
    expect(await newest()).toMatchObject({ action: 'macros.exported', by: byManager });
  });

  test('the first admin, whom the server makes', async () => {
    const fresh = await releasedWorld();
    try {
      await fresh.concord.accounts.ensureFirstAdmin();
      await fresh.concord.accounts.ensureFirstAdmin();
      const rows = await fresh.concord.appDeps.audit.list({}, { before: null, limit: 10 });
      expect(rows).toMatchObject([
        {
          action: 'person.added',
          subject: 'admin',
          by: { actor: { kind: 'server' } },
          after: { role: 'admin' },
        },
      ]);
      expect(JSON.stringify(rows)).not.toMatch(/password|scrypt/i);
    } finally {
      await fresh.close();
    }
  });

  test('settings, where they are others than the last time, and of secrets only that they are set', async () => {
    const { audit } = world.concord.appDeps;
    const start = (env: Record<string, string>) => noteSettings(audit, settingsThatDiffer(env));
    await start({ PORT: '3000', HOME: '/root' });
    expect(await list({ actions: ['settings.changed'] })).toEqual([]);
    await start({ PORT: '8080', WATCH: 'off', HOME: '/root' });
    await start({ WATCH: 'off', PORT: '8080' });
    await start({ PORT: '8080', OIDC_OKTA_CLIENT_ID: 'concord', OIDC_OKTA_CLIENT_SECRET: 'hush' });
    await start({ PORT: '8080' });
    expect(await list({ actions: ['settings.changed'] })).toMatchObject([
      { after: { PORT: '8080' } },
      {
        before: { PORT: '8080', WATCH: 'off' },
        after: { PORT: '8080', OIDC_OKTA_CLIENT_ID: 'concord', OIDC_OKTA_CLIENT_SECRET: 'set' },
      },
      { before: null, after: { PORT: '8080', WATCH: 'off' }, by: { actor: { kind: 'server' } } },
    ]);
  });

  test('nothing that was not done: where the log cannot be written, nothing is', async () => {
    const db = await openDatabase(world.config.dataDir);
    try {
      await sql`create trigger no_audit before insert on audit_events begin select raise(abort, 'full'); end`.execute(
        db,
      );
      world.edit({ 'en/orders/new.md': news('We open at ten.') });
      await expect(world.publish({ asksReading: true })).rejects.toThrow('full');
      expect((await request(world.app).get('/readyz')).status).toBe(200);
      expect(await db.selectFrom('releases').select('number').execute()).toHaveLength(1);
      await expect(world.signIn('agent', 'nobody')).rejects.toThrow('full');
      await sql`drop trigger no_audit`.execute(db);
      expect((await world.concord.accounts.people()).map(({ name }) => name)).toEqual(['lior']);
      await world.publish();
      expect((await verifyChain(db)).fault).toBeNull();
      expect((await createAuditLog(db, { now: () => new Date() }).head()).number).toBe(4);
    } finally {
      await db.destroy();
    }
  });
});
