import type { AnswerResult } from '../../server/answers/answer.ts';
import { type Answerers, createAnswerers, warmAnswerers } from '../../server/answers/answerer.ts';
import { canonicalJson } from '../../server/snapshots/canonical-json.ts';
import type { CompiledArticle, Snapshot } from '../../server/snapshots/snapshot.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const day = '2026-11-22';
const files = {
  'en/orders/cancel.md': makeArticle({ title: 'Can I cancel my order?', questions: ['stop my order'] }),
  'en/orders/change.md': makeArticle({ title: 'Can I change my order?', questions: ['another size please'] }),
  'he/orders/cancel.md': makeArticle({ title: 'אפשר לבטל הזמנה?' }),
};
const changed = {
  ...files,
  'en/orders/change.md': makeArticle({
    title: 'Can I change what I ordered?',
    questions: ['swap the colour'],
  }),
  'en/orders/gift.md': makeArticle({ title: 'Can you wrap it as a gift?', questions: ['gift paper'] }),
};

/** The same snapshot with the articles that did not change being the earlier one's, as a publication hands it over. */
function sharing(next: Snapshot, before: Snapshot): Snapshot {
  const known = new Map(before.public.articles.map((article) => [canonicalJson(article), article]));
  const same = (article: CompiledArticle): CompiledArticle => known.get(canonicalJson(article)) ?? article;
  return { ...next, public: { ...next.public, articles: next.public.articles.map(same) } };
}

const questions = [
  'cancel order',
  'swap colour',
  'gift',
  'another size',
  'לבטל',
  'change what I ordered',
  'odrer',
];

function said({ public: answerer }: Answerers): readonly AnswerResult[] {
  return ['en', 'he'].flatMap((locale) =>
    questions.map((question) =>
      answerer.answer({ question, answerId: null, previous: null, locale, context: {}, asOf: day }),
    ),
  );
}

describe('answerers of a snapshot that follows another', () => {
  const before = smallWorld(files).snapshot;
  const next = sharing(smallWorld(changed).snapshot, before);

  test('say what answerers of it alone say, whether the indexes before were built or not', async () => {
    const fresh = said(createAnswerers(next));
    const unused = createAnswerers(before);
    const used = createAnswerers(before);
    said(used);
    for (const earlier of [unused, used]) {
      const following = createAnswerers(next, earlier);
      expect(said(following)).toEqual(fresh);
      const warmed = createAnswerers(next, earlier);
      await warmAnswerers(warmed, day, () => undefined);
      expect(said(warmed)).toEqual(fresh);
    }
  });

  test('leave those before as they were', () => {
    const used = createAnswerers(before);
    const earlier = said(used);
    said(createAnswerers(next, used));
    expect(said(used)).toEqual(earlier);
  });

  test('build indexes in slices, so that others have their turn', async () => {
    let pauses = 0;
    await warmAnswerers(createAnswerers(next), day, async () => {
      pauses += 1;
    });
    expect(pauses).toBeGreaterThan(2);
  });
});
