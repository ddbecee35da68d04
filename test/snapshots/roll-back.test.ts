import { sql } from 'kysely';
import { openDatabase } from '../../server/database/open.ts';
import { publishContent } from '../../server/snapshots/publish.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import { rollBack, rolledBackFrom } from '../../server/snapshots/roll-back.ts';
import { makeArticle, smallArticles, worldFiles } from '../support/small-world.ts';

const by = { publisher: 'maya', changeNote: 'The new words were wrong' };
const files = (words: string) =>
  worldFiles({ ...smallArticles(), 'en/orders/new.md': makeArticle({ title: 'What is new?', body: words }) });

/** A store in memory with a release for each of these words. */
async function released(...words: readonly string[]) {
  const db = await openDatabase(':memory:');
  const store = createReleaseStore(db);
  const now = () => new Date('2026-11-22T10:00:00Z');
  const publish = (said: string, byItself = false) =>
    publishContent(
      {
        store,
        verify: () => [],
        calibrate: () => ({}),
        semantics: null,
        now,
        read: async () => ({ files: files(said), errors: [] }),
      },
      { publisher: 'a test', changeNote: '', keepGoing: false, byItself },
    );
  for (const one of words) await publish(one);
  const back = (number: number, model: string | null = null) => rollBack({ store, model, now }, number, by);
  return { db, store, publish, back };
}

describe('rolling back', () => {
  test('makes a new release with the snapshot and files of the old one, and takes none away', async () => {
    const { store, back } = await released('Old words.', 'New words.');
    expect(await back(1)).toMatchObject({ status: 'published', release: { number: 3, ...by } });
    const [third, , first] = await store.list({ before: null, limit: 9 });
    expect(third).toMatchObject({ publicId: first?.publicId, agentId: first?.agentId });
    expect(third && (await store.isMadeOf(third, files('Old words.')))).toBe(true);
    const report = await store.reportOf(3);
    expect(report).toMatchObject({ restores: 1, asksReading: false, acknowledged: null });
    expect(report.changes).toEqual([
      { articleId: 'orders/new', locale: 'en', title: 'What is new?', audience: 'public', kind: 'changed' },
    ]);
  });

  test('to what is current already stores nothing', async () => {
    const { store, back } = await released('Old words.', 'New words.');
    expect(await back(2)).toMatchObject({ status: 'unchanged', release: { number: 2 } });
    expect((await store.newest())?.number).toBe(2);
  });

  test('to a release that is not there says which there are', async () => {
    const { back } = await released('Old words.');
    await expect(back(7)).rejects.toMatchObject({
      code: 'not-found',
      message: 'There is no release 7.',
      expected: 'a number from 1 to 1',
      found: '7',
    });
  });

  test('to a damaged release is refused, and what is current stays', async () => {
    const { db, store, back } = await released('Old words.', 'New words.');
    const first = await store.find(1);
    // As a failing disk would; the table itself takes no change.
    await sql`drop trigger snapshots_no_update`.execute(db);
    await db
      .updateTable('snapshots')
      .set({ body: Buffer.from('x') })
      .where('public_id', '=', first?.publicId ?? '')
      .execute();
    await expect(back(1)).rejects.toMatchObject({ code: 'database-unusable' });
    expect((await store.newest())?.number).toBe(2);
  });

  test('to a release of another semantic model is refused before anything is stored', async () => {
    const { store, back } = await released('Old words.', 'New words.');
    await expect(back(1, 'abcdef')).rejects.toMatchObject({ code: 'semantic-model-differs' });
    expect((await store.newest())?.number).toBe(2);
  });

  test('sticks: the content that was taken away is not published by itself, however often', async () => {
    const { store, publish, back } = await released('Old words.', 'New words.');
    await back(1);
    for (let times = 0; times < 2; times++)
      expect(await publish('New words.', true)).toMatchObject({ status: 'held', release: { number: 3 } });
    expect((await rolledBackFrom(store, files('New words.')))?.number).toBe(2);
    expect((await store.newest())?.number).toBe(3);
  });

  test('twice in a row sticks too', async () => {
    const { store, publish, back } = await released('Oldest words.', 'Old words.', 'New words.');
    await back(2);
    await back(1);
    expect(await publish('New words.', true)).toMatchObject({ status: 'held', release: { number: 5 } });
    expect((await store.newest())?.number).toBe(5);
  });

  test('any edit is published as ever, and so is the very content where somebody asks for it', async () => {
    const edited = await released('Old words.', 'New words.');
    await edited.back(1);
    expect(await edited.publish('Better words.', true)).toMatchObject({ status: 'published' });
    expect(await edited.publish('New words.', true)).toMatchObject({ status: 'published' });

    const asked = await released('Old words.', 'New words.');
    await asked.back(1);
    expect(await asked.publish('New words.')).toMatchObject({ status: 'published', release: { number: 4 } });
    expect(await asked.publish('New words.', true)).toMatchObject({ status: 'unchanged' });
  });
});
