import request from 'supertest';
import type { Database } from '../../../server/database/open.ts';
import { makeApp, type TestApp } from '../../support/make-app.ts';
import { smallWorld } from '../../support/small-world.ts';

const world = smallWorld();

describe('the reports', () => {
  let made: TestApp;
  let cookie: string;
  beforeEach(async () => {
    made = await makeApp(world.snapshot);
    cookie = (await made.signIn('editor')).cookie;
  });
  afterEach(() => made.close());

  const open = async (path: string, as = cookie) => request(made.app).get(path).set('Cookie', as);
  const ask = async (body: Readonly<Record<string, unknown>>) => {
    const { body: answer } = await request(made.app)
      .post('/api/v1/answer')
      .send({ locale: 'en', ...body })
      .expect(200);
    return answer as { readonly status: string; readonly receipt: { readonly code: string } };
  };
  /** Rows of the counts, as if they had been counted on that day. */
  const counted = (db: Database, day: string, asks: number) =>
    db
      .insertInto('asks_by_day')
      .values({
        day,
        channel: 'chat',
        locale: 'he',
        category: 'orders',
        status: 'answered',
        asks,
        questions: asks,
      })
      .execute();

  test('say in a friendly sentence that there is nothing yet, and no figure that is none', async () => {
    const { status, text } = await open('/manage/reports');
    expect(status).toBe(200);
    expect(text).toContain('Nothing was asked in this period yet.');
    expect(text).toContain('How this is counted');
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    for (const locale of ['he', 'fa', 'ms'])
      expect((await open(`/manage/reports?ui=${locale}&days=365`)).text).not.toMatch(
        /NaN|Infinity|undefined|null/,
      );
  });

  test('count what was asked, answered and rated, by channel, language and category', async () => {
    const first = await ask({ question: 'Can I cancel my order before it ships?', conversationId: 'c1' });
    await ask({ question: 'How long can I return an item?', channel: 'chat' });
    await ask({ question: 'zzz qqq xxx' });
    expect(first.status).toBe('answered');
    await made.deps.loop.walk.catchUp();
    await made.deps.loop.ratings.rate(
      { receipt: first.receipt.code, helpful: false },
      new Date('2026-11-22T12:00:00Z'),
    );
    const { text } = await open('/manage/reports');
    expect(text).toMatch(/id="tile-asks">.*?tile__value">3</s);
    expect(text).toMatch(/id="tile-coverage">.*?tile__value">67%</s);
    expect(text).toMatch(/id="tile-self-service">.*?tile__value">67%</s);
    // One rating says nothing of all customers.
    expect(text).toMatch(/id="tile-risk">.*?tile__value">–<.*?1 so far; told from 5 on/s);
    expect(text).toContain('Can I cancel my order before it ships?');
    const csv = (await open('/manage/reports/csv/outcomes?days=7')).text;
    expect(csv.split('\r\n').at(0)).toBe(
      '\ufefffrom,questions,answered,clarify,needsConfirmation,noAnswer,coverage',
    );
    expect(csv.split('\r\n').at(-2)).toBe('2026-11-22,3,2,0,0,1,0.6667');
    const [header = '', ...days] = (await open('/manage/reports/csv/asks-by-category?days=7')).text
      .trim()
      .split('\r\n');
    expect(header.split(',')).toEqual(['from', 'orders', 'returns', 'asks']);
    expect(days.at(-1)).toBe('2026-11-22,1,1,2');
  });

  test('are of the days, channel, language and category that the address asks for', async () => {
    await counted(made.db, '2026-11-01', 40);
    await counted(made.db, '2026-10-01', 50);
    const asks = async (query: string): Promise<string | undefined> =>
      /id="tile-asks">.*?tile__value">([^<]+)</s.exec((await open(`/manage/reports?${query}`)).text)?.[1];
    expect(await asks('days=30')).toBe('40');
    expect(await asks('from=2026-09-01&to=2026-10-31')).toBe('50');
    expect(await asks('days=90')).toBe('90');
    expect(await asks('days=90&channel=chat&locale=he&category=orders')).toBe('90');
    for (const none of ['channel=faq', 'locale=en', 'category=returns'])
      expect(await asks(`days=90&${none}`)).toBeUndefined();
    const page = (await open('/manage/reports?days=90&category=orders')).text;
    // What found no article is in no category.
    expect(page).not.toContain('id="tile-coverage"');
    expect(page).not.toContain('id="outcomes"');
    expect(page).toContain('<option value="orders" selected>');
    expect(page.replaceAll('&#x3D;', '=')).toContain(
      '/manage/reports/csv/asks-by-channel?ui=en&amp;days=90&amp;category=orders',
    );
  });

  test('compare with as many days before', async () => {
    await counted(made.db, '2026-11-01', 40);
    await counted(made.db, '2026-10-01', 50);
    expect((await open('/manage/reports?days=30')).text).toContain('-20% on the period before');
  });

  test('write numbers and days as the language does, and turn charts with it', async () => {
    await counted(made.db, '2026-11-22', 1234);
    const persian = (await open('/manage/reports?ui=fa')).text;
    expect(persian).toContain('۱٬۲۳۴');
    expect(persian).toContain(
      '<svg class="chart chart--wide" viewBox="0 0 560 250" role="img" aria-labelledby="asks-by-channel-summary" direction="rtl">',
    );
    const english = (await open('/manage/reports')).text;
    expect(english).toContain('1,234');
    expect(english).toContain('direction="ltr"');
    for (const [, id] of english.matchAll(/aria-labelledby="([\w-]+)"/g))
      expect(english).toContain(`id="${id}"`);
  });

  test.each([
    'days=8',
    'from=2026-13-01',
    'from=2026-11-23',
    'channel=Fax!',
    'locale=de',
    'category=nothing',
    'other=1',
  ])('refuse %s', async (query) => {
    expect((await open(`/manage/reports?${query}`)).status).toBe(400);
    expect((await open(`/manage/reports/csv/outcomes?${query}`)).status).toBe(400);
  });

  test('leave as files in which no text is a formula; there is none of another name', async () => {
    await made.db
      .insertInto('offers_made')
      .values(
        ['=cmd()', '+1', 'delay'].map((reason, at) => ({
          made_at: `2026-11-2${at}T10:00:00.000Z`,
          made_by: '@dana',
          offer: 'free-shipping-code',
          reason,
          bounds: at === 0 ? 'beyond' : 'within',
          status: 'made',
        })),
      )
      .execute();
    const manager = (await made.signIn('manager')).cookie;
    const response = await open('/manage/reports/csv/offers-by-reason', manager);
    expect(response.headers['content-type']).toContain('text/csv');
    expect(response.headers['content-disposition']).toBe(
      'attachment; filename="offers-by-reason-2026-10-24-2026-11-22.csv"',
    );
    expect(response.text).toContain("'=cmd(),0,1,0,0");
    expect(response.text).toContain("'+1,1,0,0,0");
    expect((await open('/manage/reports/csv/offers-by-agent', manager)).text).toContain("'@dana,2,1,0,0");
    expect((await open('/manage/reports/csv/nothing', manager)).status).toBe(404);
  });

  test('tell managers alone who made offers', async () => {
    const manager = (await made.signIn('manager')).cookie;
    expect((await open('/manage/reports/csv/offers-by-agent')).status).toBe(404);
    expect((await open('/manage/reports/csv/offers-by-agent', manager)).status).toBe(200);
    await counted(made.db, '2026-11-22', 5);
    expect((await open('/manage/reports')).text).not.toContain('id="offers-by-agent"');
    expect((await open('/manage/reports', manager)).text).toContain('id="offers-by-agent"');
    expect((await open('/manage/reports', (await made.signIn('agent')).cookie)).status).toBe(403);
  });
});
