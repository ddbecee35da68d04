import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import type { CompiledArticle, Snapshot } from '../../server/snapshots/snapshot.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const { snapshot } = smallWorld({
  'en/orders/first.md': makeArticle({ title: 'First title', questions: ['first question', '🎁'] }),
  'en/orders/second.md': makeArticle({ title: 'Second title', questions: ['second question'] }),
  'he/orders/second.md': makeArticle({ title: 'שאלה שנייה' }),
});

/** The compiler refuses double claims before this check sees them, so they are made after it. */
function changed(id: string, locale: string, change: Partial<CompiledArticle>): Snapshot {
  const articles = snapshot.public.articles.map((article) =>
    article.id === id && article.locale === locale ? { ...article, ...change } : article,
  );
  return { ...snapshot, public: { ...snapshot.public, articles } };
}

describe('verifyRetrieval', () => {
  test('is content where every title and variant finds its own article first', () => {
    expect(verifyRetrieval(snapshot)).toEqual([]);
  });

  test('names both files where another article is found', () => {
    const errors = verifyRetrieval(changed('orders/second', 'en', { questions: ['FIRST question?'] }));
    expect(errors).toMatchObject([
      {
        code: 'self-retrieval',
        place: { file: 'en/orders/second.md' },
        expected: 'orders/second',
        found: 'orders/first (en/orders/first.md)',
      },
    ]);
  });

  test('refuses a word that the site does without and the shipped thesaurus does not have', () => {
    const withOff = { ...snapshot, public: { ...snapshot.public, thesaurusOff: { en: ['giraffe'] } } };
    expect(verifyRetrieval(withOff)).toMatchObject([
      { code: 'value-invalid', place: { file: 'synonyms.yaml' }, found: 'giraffe' },
    ]);
  });

  test('finds a clash that begins only when the later of two articles does', () => {
    const later = changed('orders/second', 'en', {
      title: 'First title',
      effective: { from: '2027-01-01', to: null },
    });
    expect(verifyRetrieval(later)).toHaveLength(1);
  });

  test('leaves articles alone that are never in force together', () => {
    const before = changed('orders/first', 'en', { effective: { from: null, to: '2027-01-01' } });
    const articles = before.public.articles.map((article) =>
      article.id === 'orders/second' && article.locale === 'en'
        ? { ...article, title: 'First title', effective: { from: '2027-01-01', to: null } }
        : article,
    );
    expect(verifyRetrieval({ ...before, public: { ...before.public, articles } })).toEqual([]);
  });

  test('checks agent-only articles among themselves', () => {
    const { snapshot: hidden } = smallWorld({
      'en/orders/one.md': makeArticle({ title: 'One', audience: 'agent' }),
      'en/orders/two.md': makeArticle({ title: 'Two', audience: 'agent' }),
    });
    const twice: Snapshot = {
      ...hidden,
      agent: {
        ...hidden.agent,
        hiddenArticles: hidden.agent.hiddenArticles.map((article) => ({ ...article, title: 'The same' })),
      },
    };
    expect(verifyRetrieval(hidden)).toEqual([]);
    expect(verifyRetrieval(twice)).toHaveLength(1);
  });
});
