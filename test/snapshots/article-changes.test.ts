import { articleChanges } from '../../server/snapshots/article-changes.ts';
import { makeArticle, smallArticles, smallWorld } from '../support/small-world.ts';

const cancel = 'en/orders/cancel-order.md';
const window = 'en/returns/return-window.md';
const stolen = 'en/orders/stolen-card.md';

describe('article changes', () => {
  const before = smallWorld(smallArticles()).snapshot;
  const changed = (files: Readonly<Record<string, string | null>>) =>
    smallWorld({ ...smallArticles(), ...files }).snapshot;
  const told = (files: Readonly<Record<string, string | null>>) =>
    articleChanges(before, changed(files)).map(
      ({ audience, locale, articleId, kind }) => `${audience} ${locale}/${articleId} ${kind}`,
    );
  const original = (path: string): string => smallArticles()[path] ?? '';

  test('the same content has none', () => {
    expect(articleChanges(before, changed({}))).toEqual([]);
  });

  test('a changed sentence, a new article and a withdrawn one are told, each for its audience, the public’s first', () => {
    expect(
      told({
        [window]: original(window).replace('after delivery', 'after it arrived'),
        'en/returns/labels.md': makeArticle({ title: 'Where is my label?' }),
        [stolen]: null,
      }),
    ).toEqual([
      'public en/returns/labels added',
      'public en/returns/return-window changed',
      'agent en/orders/stolen-card withdrawn',
    ]);
  });

  test('a changed note for agents is a change for agents alone', () => {
    expect(
      told({ [cancel]: original(cancel).replace('once, after confirming', 'after confirming') }),
    ).toEqual(['agent en/orders/cancel-order changed']);
  });

  test('a verification is no change, and a fact whose value changed changes its hosts', () => {
    expect(told({ [window]: original(window).replace('2026-11-02', '2026-11-20') })).toEqual([]);
    const facts =
      smallWorld()
        .files.find(({ path }) => path === 'facts.yaml')
        ?.bytes.toString() ?? '';
    expect(facts).toContain('30 days');
    expect(told({ 'facts.yaml': facts.replace('30 days', '31 days') })).toEqual([
      'public en/returns/return-window changed',
    ]);
  });

  test('a translation whose source changed is told only once it changes itself', () => {
    const revision = before.public.articles.find(({ id }) => id === 'returns/return-window')?.revision ?? '';
    const translated = {
      ...smallArticles(),
      'he/returns/return-window.md': makeArticle({
        title: 'עד מתי אפשר להחזיר?',
        source: revision.slice(0, 12),
      }),
    };
    const current = smallWorld(translated).snapshot;
    const moved = smallWorld({
      ...translated,
      [window]: original(window).replace('after delivery', 'after it arrived'),
    }).snapshot;
    const state = (snapshot: typeof moved) =>
      snapshot.public.articles.find(({ locale }) => locale === 'he')?.translation;
    expect([state(current), state(moved)]).toEqual(['current', 'out-of-date']);
    expect(articleChanges(current, moved).map(({ locale }) => locale)).toEqual(['en']);
  });

  test('everything is added where nothing was before', () => {
    expect(articleChanges(null, before).map(({ kind }) => kind)).toEqual(['added', 'added', 'added']);
  });
});
