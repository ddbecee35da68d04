import type { AgentDesk, PublicAnswerer } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import type { Content } from '../../server/articles/article.ts';
import { runChecks } from '../../server/checks/run-checks.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';

/** The sample company is real enough to sell with, and holds the story that started this. */
describe('the sample company', () => {
  let content: Content;
  let snapshot: Snapshot;
  let answerer: PublicAnswerer;
  let desk: AgentDesk;
  let words: ReadonlyMap<string, number>;

  beforeAll(async () => {
    const files = await sampleFiles();
    ({ content, snapshot } = compileFiles(files));
    ({ public: answerer, desk } = createAnswerers(snapshot));
    words = new Map(
      files
        .filter(({ path }) => path.endsWith('.md'))
        .map(({ path, bytes }) => {
          const body = bytes.toString('utf8').replace(/^---\n[\s\S]*?\n---\n/, '');
          return [path, body.split(/\s+/).filter((word) => /\p{L}|\p{N}/u.test(word)).length];
        }),
    );
  });

  const publicIn = (locale: string) =>
    snapshot.public.articles.filter((article) => article.locale === locale);

  test('has at least 50 public and 10 agent-only English articles in at least 9 categories', () => {
    expect(publicIn('en').length).toBeGreaterThanOrEqual(50);
    expect(
      snapshot.agent.hiddenArticles.filter(({ locale }) => locale === 'en').length,
    ).toBeGreaterThanOrEqual(10);
    expect(new Set(publicIn('en').map(({ category }) => category)).size).toBeGreaterThanOrEqual(9);
  });

  test('has articles of 100 to 500 words with at least four question variants', () => {
    const english = [...words].filter(([path]) => path.startsWith('en/'));
    expect(english.filter(([, count]) => count < 100 || count > 500)).toEqual([]);
    const few = [...snapshot.public.articles, ...snapshot.agent.hiddenArticles].filter(
      ({ questions }) => questions.length < 4,
    );
    expect(few.map(({ locale, id }) => `${locale}/${id}`)).toEqual([]);
  });

  test.each(['he', 'fa', 'ms'])(
    'has at least 15 core articles in %s, current with their sources',
    (locale) => {
      expect(publicIn(locale).length).toBeGreaterThanOrEqual(15);
      expect(
        publicIn(locale)
          .filter(({ translation }) => translation !== 'current')
          .map(({ id }) => id),
      ).toEqual([]);
    },
  );

  test('has at least 30 facts of all ten types, some by date and some by customer, 6 offers and 5 teams', () => {
    expect(content.facts.length).toBeGreaterThanOrEqual(30);
    expect(new Set(content.facts.map(({ type }) => type)).size).toBe(10);
    expect(
      content.facts.filter(({ values }) => values.some(({ period }) => period.from)).length,
    ).toBeGreaterThanOrEqual(3);
    expect(
      content.facts.filter(({ values }) => values.some(({ when }) => when)).length,
    ).toBeGreaterThanOrEqual(5);
    expect(content.offers).toHaveLength(6);
    expect(content.teams).toHaveLength(5);
    expect(content.site.dimensions.map(({ id, values }) => [id, values.map((value) => value.id)])).toEqual([
      ['region', ['US', 'EU', 'UK', 'IL', 'MY']],
      ['plan', ['standard', 'plus']],
    ]);
  });

  test('finds every title and question variant in its own article', () => {
    expect(verifyRetrieval(snapshot)).toEqual([]);
    const missed = snapshot.public.articles.flatMap(({ id, locale, title, questions }) =>
      [title, ...questions].filter((question) => {
        const ask = { question, answerId: null, locale, context: {}, asOf: '2026-11-22' };
        const { answer, clarification, confidence } = answerer.answer(ask);
        const found = answer?.id ?? clarification?.answerId;
        return confidence !== 1 || found?.split('#')[0] !== id;
      }),
    );
    expect(missed).toEqual([]);
  });

  test('has nothing that a check would warn of, and every accepted finding has its reason', async () => {
    const files = await sampleFiles();
    const { findings, accepted, errors } = runChecks({ content, snapshot, files, today: '2026-11-22' });
    const told = findings.filter(({ severity }) => severity !== 'note');
    expect(told.map(({ code, place, message }) => `${place.file}:${place.line} ${code} ${message}`)).toEqual(
      [],
    );
    expect(errors).toEqual([]);
    expect(accepted.filter(({ why }) => why.length < 20)).toEqual([]);
  });

  test('names in site.yaml no article that is not there', () => {
    const { mostAsked } = content.site;
    expect(
      answerer.mostAsked({ locale: 'en', context: {}, asOf: '2026-11-22' }).map(({ articleId }) => articleId),
    ).toEqual(mostAsked);
  });

  test('has a holiday return window from 15 November to 10 January', () => {
    const on = (asOf: string) =>
      answerer.answer({
        question: null,
        answerId: 'returns/how-long-to-return#lead',
        locale: 'en',
        context: {},
        asOf,
      }).answer?.text;
    expect(on('2026-11-14')).toContain('30 days');
    expect(on('2026-11-15')).toContain('60 days');
    expect(on('2027-01-10')).toContain('60 days');
    expect(on('2027-01-11')).toContain('30 days');
  });

  const newYear = '2027-01-01';
  test.each([
    ['en', 'I placed an order last night and today is New Year. can i still cancel it??'],
    ['en', 'ordered last night, want to cancel, its a holiday today'],
    ['he', 'הזמנתי אתמול בלילה, אפשר עוד לבטל?'],
    ['fa', 'دیشب سفارش دادم، هنوز می‌توانم لغو کنم؟'],
    ['ms', 'saya buat pesanan malam tadi, boleh batal lagi tak'],
  ])(
    'tells a customer on 1 January, in %s, that last night’s order can be cancelled: %s',
    (locale, question) => {
      const result = answerer.answer({ question, answerId: null, locale, context: {}, asOf: newYear });
      expect(result.answer?.id).toBe('cancellation/cancel-before-shipping#lead');
      expect(result.answer?.locale).toBe(locale);
      expect(result.answer?.dependsOn).toEqual([]);
      expect(result.escalation?.contact).toBe('orders');
    },
  );

  test('shows the agent the offer that keeps her, within its bounds, and the public nothing of it', () => {
    const beside = desk.beside('cancellation/cancel-before-shipping', 'en');
    expect(beside?.offers).toMatchObject([
      {
        offerId: 'free-shipping-code',
        cap: '$8.00',
        frequency: { times: 1, per: 'order' },
        approver: expect.stringMatching(/lead/i),
      },
    ]);
    expect(JSON.stringify(snapshot.public)).not.toMatch(/free-shipping-code|Free-shipping code/);
  });
});
