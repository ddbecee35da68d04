import type { AnswerResult, Ask } from '../../server/answers/answer.ts';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { makeArticle, smallWorld } from '../support/small-world.ts';

const { snapshot } = smallWorld({
  'en/returns/refund.md': makeArticle({
    title: 'When does my refund arrive?',
    owner: 'care',
    body: 'A week after the return.\n\n## If it takes longer\n\nWrite to us.\n',
  }),
  'en/orders/cancel.md': makeArticle({ title: 'How do I cancel an order?', body: 'In your account.' }),
  'en/orders/secret.md': makeArticle({
    title: 'Refund secrets',
    audience: 'agent',
    body: 'Refund zanzibarite.',
  }),
});
const { public: answerer } = createAnswerers(snapshot);
const ask = (question: string, more: Partial<Ask> = {}): AnswerResult =>
  answerer.answer({ question, answerId: null, locale: 'en', context: {}, asOf: '2026-11-22', ...more });

describe('an explanation', () => {
  test('says what each word matched, how and where', () => {
    const [first] = ask('when is my money back arriving', { explain: true }).explanation?.candidates ?? [];
    expect(first?.answerId).toBe('returns/refund#lead');
    const matches = new Map(first?.matches.map((match) => [match.word, match]));
    expect(matches.get('money')).toMatchObject({ matched: 'refund', how: 'synonym' });
    expect(matches.get('money')?.parts).toContain('title');
    expect(matches.get('when')).toMatchObject({ matched: 'When', how: 'same', stop: true });
    const [typo] = ask('refnud', { explain: true }).explanation?.candidates ?? [];
    expect(typo?.matches).toMatchObject([{ word: 'refnud', matched: 'refund', how: 'typo' }]);
  });

  test('says nothing of a word that matched nothing, and shares and thresholds as probabilities', () => {
    const { explanation } = ask('refund for my helicopter', { explain: true });
    const [first] = explanation?.candidates ?? [];
    expect(first?.matches.at(-1)).toMatchObject({ word: 'helicopter', matched: null, how: null, parts: [] });
    expect(first?.why.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(explanation?.thresholds.answerFrom).toBeGreaterThan(explanation?.thresholds.clarifyFrom ?? 1);
    expect(explanation?.searched).toBe('en');
  });

  test('names the language that was searched where the question is in another than the site’s', () => {
    const { explanation } = ask('when does my refund arrive, please', { locale: 'he', explain: true });
    expect(explanation?.candidates[0]?.answerId).toBe('returns/refund#lead');
    expect(explanation?.candidates[0]?.matches.every(({ how }) => how !== 'typo')).toBe(true);
  });

  test('of a follow-up within an article has its sections, the chosen one first', () => {
    const { explanation } = ask('what if it takes longer', {
      previous: 'returns/refund#lead',
      explain: true,
    });
    expect(explanation?.candidates[0]).toMatchObject({
      answerId: 'returns/refund#if-it-takes-longer',
      confidence: null,
    });
  });

  test('is only there where it is asked for, and changes nothing else', () => {
    for (const question of ['when does my refund arrive', 'hello there', 'cancel', '???']) {
      const plain = ask(question);
      expect(plain).not.toHaveProperty('explanation');
      const { explanation, ...rest } = ask(question, { explain: true });
      expect(explanation).toBeDefined();
      expect(rest).toEqual(plain);
    }
  });

  test('never holds what only agents may know', () => {
    expect(JSON.stringify(ask('refund zanzibarite secrets', { explain: true }))).not.toMatch(
      /Refund secrets/,
    );
  });
});
