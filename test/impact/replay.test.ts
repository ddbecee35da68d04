import { createAnswerers } from '../../server/answers/answerer.ts';
import { createFactsBehind } from '../../server/impact/facts-behind.ts';
import type { Replay } from '../../server/impact/impact.ts';
import { fateOf, nothing } from '../../server/impact/outcome.ts';
import { byPeopleTouched, replay } from '../../server/impact/replay.ts';
import { createCustomersOf, replayAsks } from '../../server/impact/replay-asks.ts';
import {
  makeArticle,
  smallArticles,
  smallWorld,
  smallYaml,
  type WorldFiles,
} from '../support/small-world.ts';

const today = '2026-11-22';
const returns = 'en/returns/return-window.md';
const fees = {
  'en/orders/shipping-fee.md': makeArticle({
    title: 'What does shipping cost?',
    questions: ['how much is postage'],
    body: 'Shipping is {{fact:shipping-fee}}.',
  }),
};

/** Replays the titles and variants of two small worlds. */
function compare(
  before: WorldFiles | null,
  after: WorldFiles,
  recorded: Parameters<typeof replayAsks>[0]['recorded'] = [],
): readonly Replay[] {
  const was = before && smallWorld({ ...smallArticles(), ...before });
  const is = smallWorld({ ...smallArticles(), ...after });
  const sideOf = ({ snapshot }: typeof is) => ({ answerer: createAnswerers(snapshot).public, asOf: today });
  const snapshots = [is.snapshot.public, ...(was ? [was.snapshot.public] : [])];
  const asks = replayAsks({ golden: is.content.golden, snapshots, recorded, today });
  return [
    ...replay(asks, was && sideOf(was), sideOf(is), {
      factsBehind: createFactsBehind(was?.content ?? null, is.content),
      customersOf: createCustomersOf(snapshots),
    }),
  ].sort(byPeopleTouched);
}

const changed = (replays: readonly Replay[]) => replays.filter(({ fate }) => fate !== 'unchanged');
const told = (replays: readonly Replay[]) =>
  changed(replays).map(({ fate, question, context }) => [fate, question, context]);

describe('replaying asks on two contents', () => {
  test('of the same content changes nothing', () => {
    const replays = compare({}, {});
    expect(replays.length).toBeGreaterThanOrEqual(6);
    expect(changed(replays)).toEqual([]);
    expect(replays.every(({ words, facts }) => words.length + facts.length === 0)).toBe(true);
  });

  test('sees a value that changes for one region alone, and names the fact', () => {
    const after = { 'facts.yaml': (smallYaml['facts.yaml'] ?? '').replace('6 EUR', '7 EUR') };
    const replays = changed(compare(fees, { ...fees, ...after }));
    const eu = { plan: 'standard', region: 'EU' };
    expect(replays.map(({ fate, question, context }) => [fate, question, context])).toEqual([
      ['reworded', 'What does shipping cost?', eu],
      ['reworded', 'how much is postage', eu],
    ]);
    expect(replays[0]?.facts).toEqual([{ factId: 'shipping-fee', before: '€6.00', after: '€7.00' }]);
    expect(replays[0]?.words).toContainEqual(expect.objectContaining({ kind: 'new' }));
  });

  test('tells gained, lost and moved apart', () => {
    const other = makeArticle({
      title: 'Where are your shops?',
      body: 'All over.\n\n## Returns to a shop\n\nAny.',
    });
    const window = makeArticle({ title: 'How long can I return an item?', body: 'A month.' });
    const fatesOf = new Map(
      compare({}, { [returns]: other, 'en/returns/window.md': window }).map(({ question, fate }) => [
        question,
        fate,
      ]),
    );
    expect(fatesOf.get('How long can I return an item?')).toBe('moved');
    expect(fatesOf.get('Where are your shops?')).toBe('gained');
    expect(['lost', 'clarification', 'moved']).toContain(fatesOf.get('is it too late to return this'));
    const lost = compare({ ...fees }, {}).find(({ question }) => question === 'What does shipping cost?');
    expect(lost?.fate).toBe('clarification');
    expect(compare(null, {}).every(({ fate, asked }) => fate === 'gained' && asked === 0)).toBe(true);
  });

  test('counts a question with those that ask the same, and puts the most asked first', () => {
    const asked = { question: 'SEND it back, after two weeks!', locale: 'en', context: {}, asked: 4 };
    const rare = { question: 'where is my parrot', locale: 'en', context: {}, asked: 1 };
    const replays = compare({}, {}, [rare, asked]);
    expect(
      replays.slice(0, 2).map(({ question, origin, asked: times }) => [question, origin, times]),
    ).toEqual([
      ['send it back after two weeks', 'variant', 4],
      ['where is my parrot', 'recorded', 1],
    ]);
  });

  test('finds nothing on a side that does not have the dimension or value of the customer', () => {
    const without = (smallYaml['site.yaml'] ?? '').replace(', UK: { en: United Kingdom }', '');
    const context = { region: 'UK' };
    const asked = { question: 'How long can I return an item?', locale: 'en', context, asked: 1 };
    expect(told(compare({ 'site.yaml': without }, {}, [asked]))).toEqual([
      ['gained', asked.question, context],
    ]);
  });
});

describe('the fate of an ask', () => {
  const answer = { ...nothing, status: 'answered', answerId: 'a/b#lead', title: 'T', text: 'T\nYes.' };
  const overdue = { ...answer, status: 'needs_confirmation', text: 'Ask us.\nT\nYes.' };
  const back = { ...nothing, status: 'clarify', text: 'Which?' };
  test.each([
    [answer, { ...answer, fingerprint: 'other' }, 'unchanged'],
    [answer, { ...answer, text: 'T\nNo.' }, 'reworded'],
    [answer, { ...answer, answerId: 'a/c#lead' }, 'moved'],
    [answer, nothing, 'lost'],
    [nothing, answer, 'gained'],
    [answer, overdue, 'lost'],
    [overdue, answer, 'gained'],
    [overdue, nothing, 'lost'],
    [answer, back, 'clarification'],
    [back, nothing, 'clarification'],
    [back, { ...back, text: 'Which one?' }, 'clarification'],
    [back, back, 'unchanged'],
    [nothing, { ...nothing, text: 'We do not know.' }, 'reworded'],
  ])('case %#', (before, after, fate) => {
    expect(fateOf(before, after)).toBe(fate);
  });
});
