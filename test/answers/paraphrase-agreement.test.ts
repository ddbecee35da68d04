import { publicShelf } from '../../server/answers/answerer.ts';
import { askLeftOut } from '../../server/answers/left-out-questions.ts';
import { agreementOf } from '../../server/answers/paraphrase-agreement.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const things = 'jacket scarf boots gloves belt dress wallet umbrella suitcase ring watch lamp'.split(' ');

/** So many articles with so many variants each, all of which name their thing. */
function worldOf(articles: number, variants: number) {
  const files = Array.from({ length: articles }, (_, at) => {
    const thing = `${things[at % things.length]} number ${at}x`;
    return [
      `en/returns/thing-${at}.md`,
      makeArticle({
        title: `How do I return the ${thing}?`,
        questions: Array.from({ length: variants }, (_, each) => `${'abcdefgh'[each]}way to return ${thing}`),
        body: `Bring the ${thing} to a shop.`,
      }),
    ];
  });
  return publicShelf(smallWorld(Object.fromEntries(files)).snapshot);
}

describe('agreement of paraphrases', () => {
  test('counts pairs about the same, and those that found the same, be it right or wrong', () => {
    const asked = [
      { about: 'a', found: 'a' },
      { about: 'a', found: 'a' },
      { about: 'a', found: 'b' },
      { about: 'b', found: 'a' },
      { about: 'b', found: 'a' },
      { about: 'c', found: 'c' },
    ];
    expect(agreementOf(asked)).toEqual({ pairs: 4, same: 2 });
  });

  test('finding nothing agrees with nothing', () => {
    const nothing = { about: 'a', found: null };
    expect(agreementOf([nothing, nothing])).toEqual({ pairs: 1, same: 0 });
    expect(agreementOf([])).toEqual({ pairs: 0, same: 0 });
  });
});

describe('variants left out for pairs', () => {
  test('are some of every article, and none is in the index that is asked', () => {
    const { searches, paraphrases } = askLeftOut(worldOf(12, 7), 'en');
    const byArticle = Map.groupBy(paraphrases, ({ about }) => about);
    expect(byArticle.size).toBe(12);
    // Four folds, in one of which one article in five is away, and three further rounds.
    expect([...byArticle.values()].map((asked) => asked.length).sort()).toEqual(
      expect.arrayContaining([6, 7]),
    );
    expect(searches.filter(({ evidence }) => evidence.exact)).toEqual([]);
    expect(agreementOf(paraphrases).same).toBeGreaterThan(0);
  });

  test('are enough where there are so many articles that one fold is asked', () => {
    const { searches, paraphrases } = askLeftOut(worldOf(210, 2), 'en');
    expect(searches).toHaveLength(210);
    const { pairs } = agreementOf(paraphrases);
    expect(pairs).toBeGreaterThan(150);
  });

  test('are none where no article has any', () => {
    expect(askLeftOut(worldOf(3, 0), 'en')).toEqual({ searches: [], paraphrases: [] });
  });
});
