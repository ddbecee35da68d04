import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../../server/database/open.ts';
import type { Previewed } from '../../server/impact/impact.ts';
import { createPreviewDesk } from '../../server/publication/preview-desk.ts';
import { createPublisher } from '../../server/publication/publisher.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import { withSemantics } from '../../server/snapshots/with-semantics.ts';
import { smallWorld } from '../support/small-world.ts';

const refused = (key: string): Previewed => ({ kind: 'refused', key, errors: [] });

describe('the preview desk', () => {
  test('has one preview made for all who look, says how far it is, and keeps it until something changes', async () => {
    let key = 'one';
    let made = 0;
    let finish = (): void => {};
    const desk = createPreviewDesk(
      {
        previewKey: async () => key,
        preview: async (_options, progress) => {
          made += 1;
          progress({ done: 3, of: 9 });
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          return refused(key);
        },
      },
      { patience: 5 },
    );
    const running = { kind: 'running', progress: { done: 3, of: 9 } };
    expect(await desk.look()).toEqual(running);
    expect(await desk.look()).toEqual(running);
    finish();
    await wait(1);
    expect(await desk.look()).toEqual(refused('one'));
    expect(made).toBe(1);
    key = 'two';
    expect(await desk.look()).toEqual(running);
    expect(made).toBe(2);
    finish();
    await wait(1);
    expect(await desk.look()).toEqual(refused('two'));
  });

  test('tells a failure to those who wait, and tries again for the next', async () => {
    let fails = true;
    const desk = createPreviewDesk({
      previewKey: async () => 'key',
      preview: async () => {
        if (fails) throw new Error('no memory');
        return refused('key');
      },
    });
    await expect(desk.look()).rejects.toThrow('no memory');
    fails = false;
    expect(await desk.look()).toEqual(refused('key'));
  });
});

test('a preview refuses to compare with a release whose answers need another semantic model', async () => {
  const { snapshot, files } = smallWorld();
  const db = await openDatabase(':memory:');
  const store = createReleaseStore(db);
  const at = new Date('2026-11-22T12:00:00Z');
  const about = { publishedAt: at, publisher: 'a test', changeNote: '', kept: [] };
  await store.append({ snapshot: withSemantics(snapshot, 'a'.repeat(64)), files, ...about });
  const contentDir = new URL('../../content', import.meta.url).pathname;
  const publisher = createPublisher({ db, store, contentDir, encoder: null, now: () => at });
  await expect(
    publisher.preview({ days: 0, all: false, most: 1, asOf: null, on: null }, () => {}),
  ).rejects.toMatchObject({ code: 'semantic-model-differs', found: 'none' });
  await db.destroy();
});
