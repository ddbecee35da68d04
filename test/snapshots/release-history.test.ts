import { createReleaseHistory } from '../../server/snapshots/release-history.ts';
import { type ArticleChange, emptyReport } from '../../server/snapshots/release-report.ts';
import type { Release } from '../../server/snapshots/snapshot.ts';

const release = (number: number): Release => ({
  number,
  publicId: 'p',
  agentId: `a${number}`,
  publishedAt: `2026-11-${String(1 + (number % 20)).padStart(2, '0')}T12:00:00.000Z`,
  publisher: 'a test',
  changeNote: '',
  kept: [],
});

const change = (articleId: string, audience: 'public' | 'agent'): ArticleChange => ({
  articleId,
  locale: 'en',
  title: 'A title',
  audience,
  kind: 'changed',
});

/** A history of releases, each of which changed one article. */
const historyOf = (changed: readonly ArticleChange[]) =>
  createReleaseHistory({
    find: async () => null,
    askingReading: async () => [],
    list: async ({ before, limit }: { before: number | null; limit: number }) =>
      changed
        .map((_, at) => release(at + 1))
        .filter(({ number }) => before === null || number < before)
        .reverse()
        .slice(0, limit),
    reportOf: async (number: number) => ({
      ...emptyReport,
      changes: changed.slice(number - 1, number),
    }),
  });

describe('public changes of the history', () => {
  test('are not pushed out by however many releases changed agents’ text alone', async () => {
    const silent = Array.from({ length: 700 }, () => change('orders/secret', 'agent'));
    const loud = change('orders/new', 'public');
    const alone = await historyOf([loud]).publicChanges(1);
    const buried = await historyOf([loud, ...silent]).publicChanges(701);
    expect(alone).toHaveLength(1);
    expect(buried).toEqual(alone);
  });

  test('are looked for in the last 300 releases that had any', async () => {
    const many = Array.from({ length: 310 }, (_, at) => change(`orders/a${at}`, 'public'));
    const found = await historyOf(many).publicChanges(310);
    expect(found).toHaveLength(300);
    expect(found.some(({ articleId }) => articleId === 'orders/a9')).toBe(false);
  });
});
