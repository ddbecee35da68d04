import { buildIndex, updateIndex } from '../../server/search/build-index.ts';
import { meaningTexts } from '../../server/search/meaning-texts.ts';
import type { SearchIndex } from '../../server/search/search.ts';
import { toyEncoder } from '../support/toy-encoder.ts';
import { compiled, edition, rendering, section } from './small-edition.ts';

const articles = [
  compiled('refunds/when', { title: 'When does my refund arrive?', lead: 'After five days.' }),
  compiled('delivery/track', { title: 'Where is my parcel?', lead: 'Follow it with its number.' }),
  compiled('orders/cancel', {
    title: 'Can I cancel my order?',
    lead: 'Yes, before it ships.',
    sections: [section('club', 'What happens to a subscription is another matter.', 'And else')],
  }),
];
const questions = [
  'where is my parcel',
  'when will I be reimbursed',
  'parcl',
  'cancel',
  'refund for a parcel that I cancel',
  '',
  '🙂',
];

function firstOf(index: SearchIndex, question: string): string | undefined {
  return index.search(question, 5).candidates[0]?.articleId;
}

describe('meaning beside words', () => {
  const index = buildIndex(edition(articles, { encoder: toyEncoder() }));
  const byWords = buildIndex(edition(articles));

  test('without an encoder everything is as it was, to the last digit', () => {
    const off = buildIndex(edition(articles, { encoder: null }));
    for (const question of questions) {
      expect(off.search(question, 5)).toEqual(byWords.search(question, 5));
      expect(JSON.stringify(off.search(question, 5))).not.toContain('meaning');
    }
  });

  test('finds a paraphrase that shares no word with its article', () => {
    // Reimbursed is what a refund does; no title, variant or text has the word.
    expect(firstOf(byWords, 'reimbursed')).toBeUndefined();
    expect(firstOf(index, 'reimbursed')).toBe('refunds/when');
    expect(index.search('reimbursed', 5).candidates[0]?.features).toEqual([
      { name: 'meaning', value: expect.any(Number), words: [] },
    ]);
  });

  test('an article found by meaning alone is answered with the section that means it', () => {
    // Club is a subscription, which only the section's sentence speaks of.
    expect(index.search('club?', 1).candidates[0]).toMatchObject({
      articleId: 'orders/cancel',
      anchor: 'club',
    });
  });

  test('what each feature adds makes up the score', () => {
    for (const question of questions) {
      for (const { score, features } of index.search(question, 5).candidates) {
        expect(features.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 5);
      }
    }
  });

  test('a listed question is certain without asking the model', () => {
    const encoder = toyEncoder();
    const { candidates, evidence } = buildIndex(edition(articles, { encoder })).search(
      'Where is my parcel?',
      5,
    );
    expect(candidates[0]?.articleId).toBe('delivery/track');
    expect(evidence).toMatchObject({ exact: true });
    expect(evidence.meaning).toBeUndefined();
    expect(encoder.asked).toEqual([]);
  });

  test('the best candidate says how near it is, in [0, 1]', () => {
    expect(index.search('reimbursed', 5).evidence.meaning).toBe(1);
    expect(index.search('my order', 5).evidence.meaning).toBe(0);
  });

  test('the order in which articles come changes nothing', () => {
    const turned = buildIndex(edition([...articles].reverse(), { encoder: toyEncoder() }));
    for (const question of questions) expect(turned.search(question, 5)).toEqual(index.search(question, 5));
  });

  test('an index that was changed means what one built anew means', () => {
    const encoder = toyEncoder();
    const changed = compiled('delivery/track', { title: 'Where is my invoice?', lead: 'In your account.' });
    const added = compiled('membership/end', { title: 'How do I leave the club?' });
    const before = buildIndex(edition(articles, { encoder }));
    const after = updateIndex(before, { put: [changed, added], removed: ['refunds/when'] });
    const anew = buildIndex(edition([changed, added, ...articles.slice(2)], { encoder }));
    for (const question of [...questions, 'my subscription', 'a box']) {
      expect(after?.search(question, 5)).toEqual(anew.search(question, 5));
    }
  });

  test('an index in a language that the model does not know is as without it', () => {
    const hebrew = [
      compiled('refunds/when', { title: 'מתי יגיע ההחזר?', locale: 'he' }),
      articles[1] ?? [],
    ].flat();
    const he = { locale: 'he' };
    const on = buildIndex(edition(hebrew, { ...he, encoder: toyEncoder() }));
    const off = buildIndex(edition(hebrew, he));
    for (const question of [...questions, 'מתי ההחזר']) {
      expect(on.search(question, 5)).toEqual(off.search(question, 5));
    }
  });

  test('a question in letters that the model does not know is answered by words alone', () => {
    expect(index.search('החזר', 5)).toEqual(byWords.search('החזר', 5));
  });

  test('suggestions while typing are as without it, since a model takes longer than a key press', () => {
    const encoder = toyEncoder();
    const on = buildIndex(edition(articles, { encoder }));
    for (const typed of ['whe', 'parc', 'reimb'])
      expect(on.suggest(typed, 5)).toEqual(byWords.suggest(typed, 5));
    expect(encoder.asked).toEqual([]);
  });

  test('texts to encode are titles, variants, headings and sentences of every wording, each once', () => {
    const article = compiled('a/b', {
      title: 'How long?',
      questions: ['how many days'],
      lead: 'It takes five days. Ask us then.',
      sections: [
        {
          ...section('more', ''),
          heading: 'More on it',
          variants: [
            {
              context: {},
              period: { from: null, to: '2026-01-01' },
              rendering: rendering('It took four days.'),
            },
            {
              context: {},
              period: { from: '2026-01-01', to: null },
              rendering: rendering('It takes six days.'),
            },
          ],
        },
      ],
    });
    expect(meaningTexts(article)).toEqual([
      'How long?',
      'how many days',
      'It takes five days.',
      'Ask us then.',
      'More on it',
      'It took four days.',
      'It takes six days.',
    ]);
  });
});
