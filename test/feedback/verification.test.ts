import { createAnswerers } from '../../server/answers/answerer.ts';
import { byServer, type Origin } from '../../server/audit/audit-event.ts';
import { dueArticles, teamsOf } from '../../server/feedback/verification/due-articles.ts';
import { tellDue } from '../../server/feedback/verification/tell-due.ts';
import { makeApp, type TestApp } from '../support/make-app.ts';
import {
  type ArticleParts,
  makeArticle,
  smallWorld,
  smallYaml,
  type WorldFiles,
} from '../support/small-world.ts';

const one = 'en/orders/one.md';
const at = (day: string): Date => new Date(`${day}T12:00:00Z`);
const by = (name: string): Origin => ({ ...byServer, actor: { kind: 'person', name } });

const siteWith = (from: string, to: string): WorldFiles => {
  const site = smallYaml['site.yaml'] ?? '';
  expect(site).toContain(from);
  return { 'site.yaml': site.replace(from, to) };
};
const worldOf = (parts: ArticleParts = {}, files: WorldFiles = {}) =>
  smallWorld({ [one]: makeArticle({ verified: '2026-01-01', ...parts }), ...files }).snapshot;
const dueOn = (day: string, parts: ArticleParts = {}, files: WorldFiles = {}) => {
  const snapshot = worldOf(parts, files);
  return dueArticles(createAnswerers(snapshot).desk, snapshot.public.site, day);
};

describe('where a verification stands', () => {
  test('verified, then noticed a week before it is due, due, overdue, and the fallback’s too after two weeks', () => {
    // 180 days and 30 of grace from 2026-01-01: due on June 30, overdue from July 31, the fallback's from August 14.
    const on = (day: string) => {
      const [article] = dueOn(day);
      return [article?.state, article?.stage, article && teamsOf(article)];
    };
    expect(on('2026-06-22')).toEqual(['verified', null, ['orders']]);
    expect(on('2026-06-23')).toEqual(['notice', 'notice', ['orders']]);
    expect(on('2026-06-30')).toEqual(['notice', 'notice', ['orders']]);
    expect(on('2026-07-01')).toEqual(['due', 'notice', ['orders']]);
    expect(on('2026-07-30')).toEqual(['due', 'notice', ['orders']]);
    expect(on('2026-07-31')).toEqual(['overdue', 'overdue', ['orders']]);
    expect(on('2026-08-13')).toEqual(['overdue', 'overdue', ['orders']]);
    expect(on('2026-08-14')).toEqual(['overdue', 'fallback', ['orders', 'care']]);
  });

  test('notice and fallback are as site.yaml says; a team without fallback keeps it alone', () => {
    const files = siteWith('graceDays: 30 }', 'graceDays: 30, noticeDays: 0, fallbackDays: 0 }');
    expect(dueOn('2026-06-29', {}, files)[0]?.state).toBe('verified');
    expect(dueOn('2026-07-31', {}, files)[0]?.stage).toBe('fallback');
    expect(dueOn('2027-07-31', { owner: 'lead' })[0]).toMatchObject({ stage: 'overdue', fallback: null });
  });

  test('each language by its own day, agents’ articles too, and only what is in force', () => {
    const found = dueOn(
      '2026-03-01',
      {},
      {
        'he/orders/one.md': makeArticle({ title: 'איך?', verified: '2025-01-01' }),
        'en/orders/hidden.md': makeArticle({ title: 'Hidden?', audience: 'agent', verified: '2026-02-01' }),
        'en/orders/later.md': makeArticle({ title: 'Later?', effective: { from: '2027-01-01' } }),
      },
    );
    expect(
      found.map(({ locale, articleId, audience, state }) => [locale, articleId, audience, state]),
    ).toEqual([
      ['en', 'orders/hidden', 'agent', 'verified'],
      ['en', 'orders/one', 'public', 'verified'],
      ['he', 'orders/one', 'public', 'overdue'],
    ]);
  });
});

describe('verifications', () => {
  let made: TestApp;
  let now = at('2026-08-01');
  const open = async (parts: ArticleParts = {}, files: WorldFiles = {}) => {
    made = await makeApp(worldOf(parts, files), { now: () => now });
    return made.deps.loop.verification;
  };
  const said = { articleId: 'orders/one', locale: 'en', revision: 'r1', verifiedOn: '2026-08-01' };
  beforeEach(() => {
    now = at('2026-08-01');
  });
  afterEach(() => made.close());

  test('are written down with who, when and a redacted note, and audited; the newest comes first', async () => {
    const verification = await open();
    await verification.record({ ...said, note: null }, by('dana'));
    now = at('2026-08-02');
    await verification.record({ ...said, revision: 'r2', note: ' Asked maya@small.example. ' }, by('maya'));
    expect(await verification.history('orders/one', 'en', 10)).toEqual([
      {
        ...said,
        revision: 'r2',
        verifiedAt: '2026-08-02T12:00:00.000Z',
        verifiedBy: 'maya',
        note: 'Asked [email].',
      },
      { ...said, verifiedAt: '2026-08-01T12:00:00.000Z', verifiedBy: 'dana', note: null },
    ]);
    expect(await verification.history('orders/one', 'he', 10)).toEqual([]);
    expect((await verification.find('orders/one', 'en'))?.last?.verifiedBy).toBe('maya');
    const [event] = await made.deps.audit.list({ actions: ['article.verified'] }, { before: null, limit: 1 });
    expect(event).toMatchObject({
      subject: 'en/orders/one',
      after: { revision: 'r2', verifiedOn: '2026-08-01' },
    });
    expect(await verification.find('orders/none', 'en')).toBeNull();
  });

  test('cannot be changed or taken back, and a note has an end', async () => {
    const verification = await open();
    await verification.record({ ...said, note: null }, by('dana'));
    await expect(made.db.deleteFrom('verifications').execute()).rejects.toThrow();
    await expect(verification.record({ ...said, note: 'x'.repeat(1001) }, by('dana'))).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(await verification.history('orders/one', null, 10)).toHaveLength(1);
  });

  test('are listed by what is most urgent, then by what is asked most', async () => {
    const verification = await open(
      {},
      {
        'en/orders/two.md': makeArticle({ title: 'Two?', verified: '2026-01-01' }),
        'en/orders/three.md': makeArticle({ title: 'Three?', verified: '2026-07-01' }),
        'he/orders/two.md': makeArticle({ title: 'שתיים?', verified: '2025-01-01' }),
      },
    );
    const asks = (article_id: string, locale: string, asks: number, day = '2026-07-20') => ({
      ...{ day, article_id, locale, channel: 'faq', asks },
    });
    await made.db
      .insertInto('article_asks')
      .values([
        asks('orders/two', 'en', 3),
        asks('orders/two', 'ms', 4),
        asks('orders/two', 'he', 9),
        asks('orders/one', 'en', 5),
        asks('orders/one', 'en', 50, '2026-07-02'),
      ])
      .execute();
    const list = await verification.list();
    // Malay has no translation, so those who ask in it read the English text; July 2 is 31 days ago.
    expect(list.map(({ articleId, locale, stage, asked }) => [articleId, locale, stage, asked])).toEqual([
      ['orders/two', 'he', 'fallback', 9],
      ['orders/two', 'en', 'overdue', 7],
      ['orders/one', 'en', 'overdue', 5],
      ['orders/three', 'en', null, 0],
    ]);
  });

  test('are told as due once for each article, language, day and stage, whoever looks', async () => {
    const verification = await open();
    const told: unknown[] = [];
    const deps = {
      events: {
        add: async (type: string, data: object) => {
          told.push([type, data]);
          return { id: 'msg_1', type: 'verification.due' as const, at: '', data: {} };
        },
      },
      current: () => made.deps.current(),
      now: () => now,
    };
    now = at('2026-06-01');
    expect(await tellDue(made.db, deps)).toBe(0);
    now = at('2026-06-25');
    const both = await Promise.all([tellDue(made.db, deps), tellDue(made.db, deps)]);
    expect(both[0] + both[1]).toBe(1);
    now = at('2026-07-02');
    expect(await tellDue(made.db, deps)).toBe(0);
    now = at('2026-08-20');
    expect(await tellDue(made.db, deps)).toBe(1);
    expect(told).toEqual([
      [
        'verification.due',
        expect.objectContaining({ articleId: 'orders/one', locale: 'en', stage: 'notice' }),
      ],
      [
        'verification.due',
        {
          articleId: 'orders/one',
          locale: 'en',
          audience: 'public',
          stage: 'fallback',
          verifiedOn: '2026-01-01',
          dueOn: '2026-06-30',
          overdueFrom: '2026-07-31',
          owner: 'orders',
          fallback: 'care',
          fallbackFrom: '2026-08-14',
          page: '/manage/verification/orders/one?locale=en',
        },
      ],
    ]);
    // Verified again, and due again half a year later.
    made.serve(worldOf({ verified: '2026-08-20' }));
    expect(await verification.tellDue()).toBe(0);
    now = at('2027-02-15');
    expect(await verification.tellDue()).toBe(1);
  });

  test('an event that cannot be written leaves the stage untold', async () => {
    await open();
    const deps = {
      events: {
        add: async () => {
          throw new Error('the disk is full');
        },
      },
      current: () => made.deps.current(),
      now: () => now,
    };
    await expect(tellDue(made.db, deps)).rejects.toThrow('the disk is full');
    expect(await made.deps.loop.verification.tellDue()).toBe(1);
  });
});
