import { randomBytes } from 'node:crypto';
import { type KyselyPlugin, sql } from 'kysely';
import { type Database, openDatabase } from '../../../server/database/open.ts';
import { newReceiptCode } from '../../../server/feedback/receipt-code.ts';
import { createReports, type Reports } from '../../../server/feedback/reports/reports.ts';
import { leastCpuMs } from '../../support/cpu-time.ts';

const range = { from: '2026-01-01', to: '2026-12-31' };
const span = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' };
const only = { channel: 'chat', locale: 'en', category: 'category1' };

/** Everything that the page asks for. */
const all: readonly (readonly [string, (reports: Reports) => Promise<unknown>])[] = [
  ['asksBy channel', (reports) => reports.asksBy('channel', range, {})],
  ['asksBy category', (reports) => reports.asksBy('category', range, only)],
  ['outcomes', (reports) => reports.outcomes(range, {})],
  ['visits', (reports) => reports.visits(range, {})],
  ['topArticles', (reports) => reports.topArticles(range, {}, 10)],
  ['askedOf', (reports) => reports.askedOf(['category1/a', 'category2/b'], range)],
  ['ratingsIn', (reports) => reports.ratingsIn([span], only)],
  ['recommendationsIn', (reports) => reports.recommendationsIn([span], {})],
  ['offersBy reason', (reports) => reports.offersBy('reason', span)],
];

/** A year of a company that is asked on every channel, in every language, about every category, on every day. */
async function fillYear(db: Database): Promise<void> {
  const days = Array.from({ length: 365 }, (_, at) =>
    new Date(Date.UTC(2026, 0, 1 + at)).toISOString().slice(0, 10),
  );
  for (const day of days) {
    const rows = ['faq', 'chat', 'api', 'agent'].flatMap((channel) =>
      ['en', 'he', 'fa', 'ms'].flatMap((locale) =>
        Array.from({ length: 10 }, (_, at) => ({
          day,
          channel,
          locale,
          category: at < 8 ? `category${at}` : '-',
          status: at < 8 ? 'answered' : at === 8 ? 'clarify' : 'no_answer',
          asks: 3,
          questions: 3,
        })),
      ),
    );
    await db.insertInto('asks_by_day').values(rows).execute();
  }
}

describe('what reports cost', () => {
  let db: Database;
  beforeAll(async () => {
    db = await openDatabase(':memory:');
    await fillYear(db);
    await db
      .insertInto('served_answers')
      .values(
        Array.from({ length: 500 }, () => ({
          code: newReceiptCode(randomBytes),
          served_at: '2026-11-20T10:00:00.000Z',
          expires_at: '2027-11-20T10:00:00.000Z',
          channel: 'chat',
          conversation_id: null,
          customer_key: null,
          locale: 'en',
          question: 'Can I?',
          answer_id: null,
          status: 'no_answer',
          confidence: 0,
          fingerprint: 'f',
          result: '{}',
          said: null,
          audience: 'public',
        })),
      )
      .execute();
  });
  afterAll(() => db.destroy());

  test.each(all)(
    '%s looks up what it needs by an index, and never in the served answers',
    async (_, read) => {
      const heard: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
      await read(createReports(listening(db, (query) => heard.push(query))));
      expect(heard).toHaveLength(1);
      for (const query of heard) {
        expect(query.sql).not.toContain('served_answers');
        const { rows } = await explain(db, query);
        const plan = rows.map(({ detail }) => detail);
        expect(plan.filter((line) => /^SCAN (?!(?:json_each|s\b|c\b))/.test(line))).toEqual([]);
        expect(plan.some((line) => line.startsWith('SEARCH'))).toBe(true);
      }
    },
  );

  // 58,400 rows: the whole test takes 0.19 s on a machine whose two cores are shared by many.
  test('a year of counts is read in less than a second of processor time', async () => {
    const reports = createReports(db);
    const cost = await leastCpuMs(1_000, async () => {
      for (const property of ['channel', 'locale', 'category'] as const)
        await reports.asksBy(property, range, {});
      await reports.outcomes(range, {});
      await reports.visits(range, {});
    });
    expect(cost).toBeLessThan(1_000);
  });
});

/** The same database, of which each query is told before it runs. */
function listening(
  db: Database,
  heard: (query: { readonly sql: string; readonly parameters: readonly unknown[] }) => void,
): Database {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      heard(db.getExecutor().compileQuery(node, { queryId: 'a test' }));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return db.withPlugin(plugin);
}

function explain(
  db: Database,
  query: { readonly sql: string; readonly parameters: readonly unknown[] },
): Promise<{ readonly rows: readonly { readonly detail: string }[] }> {
  // Parameters are written in, so that the plan is that of the query as it is asked.
  let at = 0;
  const text = query.sql.replace(/\?/g, () => {
    const value = query.parameters[at++];
    return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
  });
  return sql.raw<{ readonly detail: string }>(`explain query plan ${text}`).execute(db);
}
