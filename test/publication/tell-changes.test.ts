import { type Database, openDatabase } from '../../server/database/open.ts';
import { type ReleasedWorld, releasedWorld } from '../support/released-world.ts';
import { makeArticle } from '../support/small-world.ts';
import { keptEvents, subscribe } from '../support/subscribe.ts';

const facts = (window: string, limit = 50): string => `
return-window:
  type: duration
  description: How long something can be sent back
  owner: care
  source: Terms
  values:
${window}
agents-limit:
  type: count
  description: What agents may decide alone
  owner: care
  source: Handbook
  value: ${limit}
`;
const days = (count: number): string => `    - value: ${count} days`;
const files = (window: string, limit?: number) => ({
  'facts.yaml': facts(window, limit),
  'en/returns/return-window.md': makeArticle({
    title: 'How long can I return an item?',
    owner: 'care',
    body: `
You can send it back within {{fact:return-window}}.

:::agent
Up to {{fact:agents-limit}} alone.
:::
`,
  }),
});

let world: ReleasedWorld;
let db: Database;
const open = async (window: string): Promise<void> => {
  world = await releasedWorld(files(window));
  db = await openDatabase(world.config.dataDir);
};
afterEach(async () => {
  await db.destroy();
  await world.close();
});

const tell = () => world.concord.appDeps.loop.tellChanges();
const events = async () => (await keptEvents(db)).map(({ type, data }) => ({ type, ...(data as object) }));
const reading = (text: string) => [{ who: '', text }];

describe('changes are told', () => {
  test('of a release and the facts in it once, whoever asks how often, without agents’ words', async () => {
    await open(days(30));
    await world.publish();
    await subscribe(db);
    expect(await tell()).toBe(0);
    world.edit(files(days(14), 7531));
    await world.publish({ changeNote: 'for us alone' });
    const told = await Promise.all([tell(), tell()]);
    expect(told.toSorted()).toEqual([0, 2]);
    expect(await tell()).toBe(0);
    const [release, fact, ...more] = await events();
    expect(more).toEqual([]);
    expect(release).toMatchObject({
      type: 'release.published',
      release: 2,
      restores: null,
      changes: [{ articleId: 'returns/return-window', locale: 'en', kind: 'changed' }],
      moreChanges: 0,
      agentChanges: 0,
    });
    expect(fact).toEqual({
      type: 'fact.changed',
      ...{ fact: 'return-window', because: 'release', release: 2, day: '2026-11-20' },
      ...{ before: reading('30 days'), after: reading('14 days') },
    });
    const all = JSON.stringify(await events());
    for (const hidden of ['for us alone', 'agents-limit', '7531', '7,531', 'maya'])
      expect(all).not.toContain(hidden);
  });

  test('of a fact that a date changes on that day, and not before', async () => {
    await open('    - { value: 30 days, to: 2026-11-22 }\n    - { value: 60 days, from: 2026-11-22 }');
    await world.publish();
    await subscribe(db);
    await tell();
    world.pass(24);
    expect(await tell()).toBe(0);
    world.pass(24);
    expect(await tell()).toBe(1);
    expect(await events()).toEqual([
      {
        type: 'fact.changed',
        ...{ fact: 'return-window', because: 'date', release: 1, day: '2026-11-22' },
        ...{ before: reading('30 days'), after: reading('60 days') },
      },
    ]);
    world.pass(24);
    expect(await tell()).toBe(0);
  });

  test('of all that happened while no server ran, in order, each with its reason', async () => {
    await open('    - { value: 30 days, to: 2026-11-22 }\n    - { value: 60 days, from: 2026-11-22 }');
    await world.publish();
    await subscribe(db);
    await tell();
    world.pass(60);
    world.edit(files(days(90)));
    await world.publish();
    world.edit(files(days(30)));
    await world.publish();
    await tell();
    const told = (await events()).map((one) => {
      const { type, because, release } = one as { type: string; because?: string; release: number };
      return [type, because ?? '', release];
    });
    expect(told).toEqual([
      ['fact.changed', 'date', 1],
      ['release.published', '', 2],
      ['fact.changed', 'release', 2],
      ['release.published', '', 3],
      ['fact.changed', 'release', 3],
    ]);
  });

  test('of a release that was brought back, with the one that it restores, and of a fact that is gone', async () => {
    await open(days(30));
    await world.publish();
    await subscribe(db);
    await tell();
    world.edit({
      ...files(days(30)),
      'en/returns/return-window.md': makeArticle({ title: 'How long can I return an item?', owner: 'care' }),
    });
    await world.publish();
    await world.concord.rollBack(1, { publisher: 'maya', changeNote: 'too early' });
    await tell();
    expect(await events()).toMatchObject([
      { type: 'release.published', release: 2, restores: null },
      { type: 'fact.changed', fact: 'return-window', before: reading('30 days'), after: [] },
      { type: 'release.published', release: 3, restores: 1 },
      { type: 'fact.changed', fact: 'return-window', before: [], after: reading('30 days') },
    ]);
  });

  test('to nobody where nobody subscribed, and not afterwards either', async () => {
    await open(days(30));
    await world.publish();
    await tell();
    world.edit(files(days(14)));
    await world.publish();
    expect(await tell()).toBe(0);
    await subscribe(db);
    expect(await tell()).toBe(0);
    expect(await events()).toEqual([]);
  });
});
