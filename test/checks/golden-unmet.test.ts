import { smallArticles } from '../support/small-world.ts';
import { checkWorld, found } from './check-world.ts';

const asked = (question: string, expect: string) =>
  `- { question: "${question}", locale: en, expect: ${expect}, why: Because. }\n`;

describe('golden-unmet', () => {
  test('finds golden questions that do not get what they should, at their place', () => {
    const golden =
      asked('how long can I return an item', 'returns/return-window') +
      asked('how long can I return an item?', 'orders/cancel-order') +
      asked('do you sell horses', 'no_answer') +
      asked('send it back after two weeks', 'no_answer');
    expect(found('golden-unmet', { ...smallArticles(), 'golden.yaml': golden })).toEqual([
      'golden.yaml:2:1 returns/return-window#lead',
      'golden.yaml:4:1 returns/return-window#lead',
    ]);
  });

  test('asks each on its own day', () => {
    const ended = smallArticles()['en/returns/return-window.md']?.replace(
      'verified:',
      'effective: { to: 2026-12-01 }\nverified:',
    );
    const question = `- question: How long can I return an item?
  locale: en
  asOf: 2027-01-01
  expect: returns/return-window
  why: Too late.
`;
    const files = { ...smallArticles(), 'en/returns/return-window.md': ended ?? '', 'golden.yaml': question };
    const related = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [
        path,
        text.replace(/related:\n {2}- returns\/return-window\n/, ''),
      ]),
    );
    expect(found('golden-unmet', related)).toHaveLength(1);
    expect(found('golden-unmet', { ...related, 'golden.yaml': question.replace('2027', '2026') })).toEqual(
      [],
    );
  });

  test('is a warning, which refuses no publication', () => {
    const golden = asked('do you sell horses', 'orders/cancel-order');
    const { findings } = checkWorld({ 'golden.yaml': golden });
    expect(findings.filter(({ code }) => code === 'golden-unmet').map(({ severity }) => severity)).toEqual([
      'warning',
    ]);
  });
});
