import { createAnswerers } from '../../server/answers/answerer.ts';
import { articleChanges } from '../../server/snapshots/article-changes.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';
import {
  type ArticleParts,
  makeArticle,
  smallWorld,
  smallYaml,
  tryWorld,
  type WorldFiles,
} from '../support/small-world.ts';

const path = 'en/orders/one.md';
const world = (parts: ArticleParts = {}, files: WorldFiles = {}): Snapshot =>
  smallWorld({ [path]: makeArticle({ verified: '2026-01-01', ...parts }), ...files }).snapshot;

const siteWith = (from: string, to: string): WorldFiles => {
  const site = smallYaml['site.yaml'] ?? '';
  expect(site).toContain(from);
  return { 'site.yaml': site.replace(from, to) };
};
/** A site whose orders are reviewed by a rule of their own. */
const ordersReviewed = (rule: string): WorldFiles =>
  siteWith('contact: orders }', `contact: orders, review: ${rule} }`);

const reviewIn = (snapshot: Snapshot) => snapshot.public.articles[0]?.review;
const stateOn = (snapshot: Snapshot, asOf: string) =>
  createAnswerers(snapshot).public.answer({
    question: null,
    answerId: 'orders/one',
    locale: null,
    context: {},
    asOf,
  }).answer?.verified.state;

describe('for how long a verification counts', () => {
  test('an article says it key by key, else its category, else the site', () => {
    expect(reviewIn(world())).toBeUndefined();
    expect(reviewIn(world({ review: { intervalDays: 10 } }))).toEqual({ intervalDays: 10, graceDays: 30 });
    const orders = ordersReviewed('{ intervalDays: 90, graceDays: 5 }');
    expect(reviewIn(world({}, orders))).toEqual({ intervalDays: 90, graceDays: 5 });
    expect(reviewIn(world({ review: { graceDays: 0 } }, orders))).toEqual({ intervalDays: 90, graceDays: 0 });
  });

  test('answers go by it, to the day', () => {
    const often = world({ review: { intervalDays: 10, graceDays: 2 } });
    expect(
      ['2026-01-11', '2026-01-12', '2026-01-13', '2026-01-14'].map((day) => stateOn(often, day)),
    ).toEqual(['verified', 'due', 'due', 'overdue']);
    expect(stateOn(world(), '2026-01-14')).toBe('verified');
  });

  test('a rule for one article or category moves the others neither in content nor in name', () => {
    const other = makeArticle({ title: 'And this?', owner: 'care' });
    const files = { 'en/returns/two.md': other };
    const plain = world({}, files);
    const ruled = world({ review: { intervalDays: 10 } }, files);
    expect(ruled.public.id).not.toBe(plain.public.id);
    expect(ruled.public.articles[1]).toEqual(plain.public.articles[1]);
    expect(ruled.public.articles[0]?.revision).toBe(plain.public.articles[0]?.revision);
  });

  test('content that says nothing of it has no trace of it, so that it keeps the id of before anybody could', () => {
    const { site, articles } = world().public;
    expect(Object.keys(site.review)).toEqual(['intervalDays', 'graceDays']);
    for (const one of [...articles, ...site.categories]) expect(Object.keys(one)).not.toContain('review');
  });

  test('agents have nothing new to read where only this changed', () => {
    expect(articleChanges(world(), world({ review: { intervalDays: 10 } }))).toEqual([]);
    expect(articleChanges(world(), world({}, ordersReviewed('{ intervalDays: 10 }')))).toEqual([]);
  });

  test.each([
    ['review: 90', 'value-invalid', null],
    ['review: { intervalDays: 0 }', 'value-invalid', null],
    ['review: { graceDays: 1.5 }', 'value-invalid', null],
    ['review: { intervaldays: 90 }', 'key-unknown', 'Did you mean `intervalDays`?'],
  ])('%s in an article is refused with its line', (line, code, hint) => {
    const text = makeArticle().replace('owner:', `${line}\nowner:`);
    const [error] = tryWorld({ [path]: text }).errors;
    expect(error).toMatchObject({ code, place: { file: path, line: 4 } });
    if (hint !== null) expect(error?.hint).toBe(hint);
  });
});
