import fc from 'fast-check';
import { buildIndex, buildIndexInSlices, updateIndex } from '../../server/search/build-index.ts';
import { searchUnpruned } from '../../server/search/create-index.ts';
import type { SearchIndex } from '../../server/search/search.ts';
import type { CompiledArticle } from '../../server/snapshots/snapshot.ts';
import { compiled, edition, section } from './small-edition.ts';

const words = (
  'cancel order refund parcel late card charged twice return size exchange gift membership email password account ' +
  'login delivery address invoice the my is not how do i when where it a can שלום הזמנה ביטול'
).split(' ');
const text = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 9 })
  .map((some) => some.join(' '));
const anArticle = (id: string): fc.Arbitrary<CompiledArticle> =>
  fc
    .record({
      title: text,
      questions: fc.array(text, { maxLength: 3 }),
      lead: text,
      heading: text,
      body: text,
      locale: fc.constantFrom('en', 'en', 'en', 'he'),
    })
    .map(({ title, questions, lead, heading, body, locale }) =>
      compiled(id, { title, questions, lead, sections: [section('part', body, heading)], locale }),
    );
const ids = Array.from({ length: 12 }, (_, at) => `a/${String.fromCharCode(97 + at)}`);
const start = fc.tuple(...ids.slice(0, 8).map(anArticle));
const change = fc
  .constantFrom(...ids)
  .chain((id) =>
    fc.oneof(
      { weight: 3, arbitrary: anArticle(id).map((article) => ({ put: [article], removed: [] as string[] })) },
      { weight: 1, arbitrary: fc.constant({ put: [] as CompiledArticle[], removed: [id] }) },
    ),
  );
const questions = [
  'where is my parcel',
  'cancle my ordr',
  'refund',
  'how do i return a gift',
  'ביטול הזמנה card',
  'the',
  'passwrd emial',
  'giftcard',
];
const options = { synonyms: [['refund', 'charged twice']], thesaurus: [['parcel', 'delivery']] };

function everythingOf(index: SearchIndex): unknown {
  return questions.map((question) => [
    index.search(question, 10),
    index.suggest(question, 8),
    index.suggest(question.slice(0, 3), 8),
    ids.map((id) => index.explain(question, id)),
  ]);
}

describe('an updated index', () => {
  test('answers to the last bit as one that is built anew, whatever was changed in whatever order', () => {
    fc.assert(
      fc.property(start, fc.array(change, { minLength: 1, maxLength: 8 }), (articles, changes) => {
        const current = new Map(articles.map((article) => [article.id, article]));
        let index = buildIndex(edition(articles, options));
        for (const { put, removed } of changes) {
          for (const id of removed) current.delete(id);
          for (const article of put) current.set(article.id, article);
          const rebuilt = buildIndex(edition([...current.values()], options));
          const updated = updateIndex(index, { put, removed });
          // A language that comes or goes changes how questions are read, so nothing is updated then.
          if (updated !== null) expect(everythingOf(updated)).toEqual(everythingOf(rebuilt));
          index = updated ?? rebuilt;
        }
      }),
      { numRuns: 25 },
    );
  });

  const articles = ids.map((id, at) => compiled(id, { title: `Where is parcel number ${at}?` }));

  test('leaves the index that it was made from as it was', () => {
    const index = buildIndex(edition(articles));
    const before = everythingOf(index);
    const updated = updateIndex(index, {
      put: [compiled('a/a', { title: 'How do I get a refund?' })],
      removed: ['a/b'],
    });
    expect(updated?.search('refund', 1).candidates[0]?.articleId).toBe('a/a');
    expect(everythingOf(index)).toEqual(before);
    expect(index.search('refund', 1).candidates).toEqual([]);
  });

  test('knows no word any more that only a removed article had', () => {
    const index = buildIndex(edition([...articles, compiled('b/trombone', { title: 'Trombones' })]));
    const updated = updateIndex(index, { put: [], removed: ['b/trombone'] });
    for (const typed of ['trombone', 'trombnoe', 'tromb']) {
      expect(index.suggest(typed, 1)[0]?.articleId).toBe('b/trombone');
      expect(updated?.suggest(typed, 1)).toEqual([]);
    }
  });

  test('is refused once more articles have changed than questions can look up, and where a language comes or goes', () => {
    let index: SearchIndex | null = buildIndex(edition(articles));
    let updates = 0;
    for (; index !== null && updates < 100; updates++) {
      index = updateIndex(index, { put: [compiled(`c/new-${updates}`)], removed: [] });
    }
    expect(updates - 1).toBe(64);
    const english = buildIndex(edition(articles));
    expect(updateIndex(english, { put: [compiled('a/a', { locale: 'he' })], removed: [] })).toBeNull();
  });
});

describe('an index built in slices', () => {
  test('is the same, and gives way after every article', async () => {
    const articles = ids.map((id, at) => compiled(id, { title: `Where is parcel number ${at}?` }));
    let pauses = 0;
    const sliced = await buildIndexInSlices(edition(articles), () => {
      pauses += 1;
      return pauses % 2 === 0 ? Promise.resolve() : undefined;
    });
    expect(pauses).toBeGreaterThan(articles.length);
    expect(everythingOf(sliced)).toEqual(everythingOf(buildIndex(edition(articles))));
  });
});

describe('leaving out what cannot come to the top', () => {
  test('finds the same as scoring every article in full', () => {
    // Zipf's law makes a few words common and most rare; without it there would be nothing to leave out.
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const vocabulary = Array.from({ length: 900 }, (_, rank) => {
      const letters = 'etaoinshrdlucmfwypvbgk';
      return `${letters[rank % 22]}${letters[(rank * 7) % 22]}${letters[(rank * 3 + 5) % 22]}${rank.toString(22)}`;
    });
    const write = (length: number): string =>
      Array.from({ length }, () => vocabulary[Math.floor(900 ** random()) - 1]).join(' ');
    const many = Array.from({ length: 600 }, (_, at) =>
      compiled(`m/${String(at).padStart(4, '0')}`, {
        title: write(6),
        questions: [write(6), write(5)],
        lead: write(40),
        sections: [section('part', write(40), write(3))],
      }),
    );
    const index = buildIndex(edition(many));
    const updated = updateIndex(index, {
      put: many.slice(0, 20).map((a) => ({ ...a, title: write(6) })),
      removed: ['m/0100'],
    });
    for (let at = 0; at < 150; at++) {
      const question = write(at % 10 === 0 ? 120 : 3 + (at % 8));
      expect(index.search(question, 10)).toEqual(searchUnpruned(index, question, 10));
      if (updated !== null)
        expect(updated.search(question, 10)).toEqual(searchUnpruned(updated, question, 10));
    }
    expect(updated).not.toBeNull();
  });
});
