import { createAnswerers } from '../../server/answers/answerer.ts';
import { leastCpuMs } from '../support/cpu-time.ts';
import { hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { smallWorld } from '../support/small-world.ts';

const there = hasHostileCorpora();
const whenThere = there ? test : test.skip;
const browse = { locale: null, context: {}, asOf: '2026-11-10' };

describe('hostile questions', () => {
  whenThere('are answered, listed and completed, each within its time', async () => {
    const { public: answerer } = createAnswerers(smallWorld().snapshot);
    answerer.answer({ ...browse, question: 'warm', answerId: null });
    const slow: string[] = [];
    const cases = await hostileCases('queries.json');
    for (const { id, bytes, maxMs } of cases) {
      const question = bytes.toString('utf8');
      const limit = maxMs ?? 300;
      const spent = await leastCpuMs(limit, () => {
        const { status } = answerer.answer({ ...browse, question, answerId: null });
        answerer.search({ ...browse, question, limit: 50 });
        answerer.suggest(question, browse, 8);
        expect(['answered', 'clarify', 'no_answer']).toContain(status);
      });
      if (spent > limit) slow.push(`${id}: ${Math.round(spent)} ms`);
    }
    expect(slow).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  });

  whenThere('that differ only in how letters are encoded are answered the same', async () => {
    const { public: answerer } = createAnswerers(smallWorld().snapshot);
    const cases = new Map(
      (await hostileCases('queries.json')).map((one) => [one.id, one.bytes.toString('utf8')]),
    );
    const ask = (question: string): unknown => answerer.answer({ ...browse, question, answerId: null });
    expect(ask(cases.get('fullwidth') ?? '')).toEqual(ask('refund'));
    expect(ask(cases.get('zero-width') ?? '')).toEqual(ask('refund'));
    expect(ask(cases.get('nfd') ?? '')).toEqual(ask('Rückgabe'));
  });
});
