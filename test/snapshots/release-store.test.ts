import { gzipSync } from 'node:zlib';
import { openDatabase } from '../../server/database/open.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import { type SmallWorld, smallWorld } from '../support/small-world.ts';

const entry = ({ snapshot, files }: SmallWorld) => ({
  snapshot,
  files,
  publishedAt: new Date('2026-11-22T10:00:00Z'),
  publisher: 'a test',
  changeNote: '',
  kept: [],
});

describe('the release store', () => {
  test('gives back the newest snapshot, equal and deep-frozen', async () => {
    const store = createReleaseStore(await openDatabase(':memory:'));
    const world = smallWorld();
    expect(await store.loadCurrent()).toBeNull();
    const release = await store.append(entry(world));
    const loaded = await store.loadCurrent();
    expect(loaded).toEqual({ release, snapshot: world.snapshot });
    expect(Object.isFrozen(loaded?.snapshot.public.articles[0]?.sections[0]?.variants)).toBe(true);
  });

  test('gives back the files of a release, byte for byte', async () => {
    const store = createReleaseStore(await openDatabase(':memory:'));
    const world = smallWorld();
    const release = await store.append(entry(world));
    expect(await store.filesOf(release)).toEqual(world.files);
  });

  test('stores a file that did not change once', async () => {
    const db = await openDatabase(':memory:');
    const store = createReleaseStore(db);
    await store.append(entry(smallWorld()));
    await store.append(entry(smallWorld()));
    const sources = await db.selectFrom('sources').select('hash').execute();
    expect(sources).toHaveLength(smallWorld().files.length);
    expect((await store.newest())?.number).toBe(2);
  });

  test('refuses a snapshot whose bytes are not those that were stored', async () => {
    const db = await openDatabase(':memory:');
    const store = createReleaseStore(db);
    const { snapshot } = smallWorld();
    for (const body of [Buffer.from('not gzip'), gzipSync('{}\n{}')]) {
      const id = `${body.length}`;
      await db
        .insertInto('snapshots')
        .values({ public_id: id, agent_id: snapshot.agent.agentId, body })
        .execute();
      await db
        .insertInto('releases')
        .values({
          public_id: id,
          agent_id: snapshot.agent.agentId,
          published_at: '',
          publisher: '',
          change_note: '',
          kept: '[]',
        })
        .execute();
      await expect(store.loadCurrent()).rejects.toMatchObject({ code: 'database-unusable' });
    }
  });

  test('can neither change nor remove what is stored', async () => {
    const db = await openDatabase(':memory:');
    const store = createReleaseStore(db);
    await store.append(entry(smallWorld()));
    await expect(db.updateTable('releases').set({ publisher: 'x' }).execute()).rejects.toThrow('append-only');
    await expect(db.deleteFrom('snapshots').execute()).rejects.toThrow('append-only');
    await expect(db.deleteFrom('release_files').execute()).rejects.toThrow('append-only');
  });
});
