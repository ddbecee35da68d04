import fc from 'fast-check';
import { createAnswerers } from '../../server/answers/answerer.ts';
import { canonicalJson } from '../../server/snapshots/canonical-json.ts';
import { compileFiles, sampleFiles } from '../support/sample-company.ts';

/** The same content gives the same snapshot and the same answers, whatever the order in which its files were read. */
describe('determinism', () => {
  test('files read in any order give the same snapshot ids and the same answers, byte for byte', async () => {
    const files = await sampleFiles();
    const first = compileFiles(files).snapshot;
    const asks = first.public.articles
      .filter((_, index) => index % 9 === 0)
      .flatMap(({ locale, title, questions }) =>
        [title, ...questions.slice(0, 1)].map((question) => ({ locale, question })),
      );
    const answersOf = (snapshot: typeof first): string => {
      const { public: answerer } = createAnswerers(snapshot);
      return canonicalJson(
        asks.map(({ locale, question }) =>
          answerer.answer({ question, answerId: null, locale, context: {}, asOf: '2026-11-22' }),
        ),
      );
    };
    const expected = answersOf(first);
    fc.assert(
      fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (shuffled) => {
        const { snapshot } = compileFiles(shuffled);
        expect(snapshot.public.id).toBe(first.public.id);
        expect(snapshot.agent.agentId).toBe(first.agent.agentId);
        expect(answersOf(snapshot)).toBe(expected);
      }),
      { numRuns: 5, seed: 20_261_122 },
    );
  }, 120_000);

  test('asking in another order, or twice, changes no answer', async () => {
    const { snapshot } = compileFiles(await sampleFiles());
    const questions = snapshot.public.articles
      .filter((_, index) => index % 5 === 0)
      .map(({ locale, title }) => ({ locale, title }));
    const run = (list: typeof questions): Map<string, string> => {
      const { public: answerer } = createAnswerers(snapshot);
      return new Map(
        list.map(({ locale, title }) => [
          `${locale} ${title}`,
          canonicalJson(
            answerer.answer({ question: title, answerId: null, locale, context: {}, asOf: '2026-11-22' }),
          ),
        ]),
      );
    };
    const forward = run(questions);
    const backward = run([...questions, ...questions].reverse());
    expect([...backward].sort()).toEqual([...forward].sort());
  }, 60_000);
});
