import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../../server/database/open.ts';
import { packError, unpackError } from '../../server/publication/messages.ts';
import { createPreviewDesk, deskPreview } from '../../server/publication/preview-desk.ts';
import { createPublisher, type Publisher } from '../../server/publication/publisher.ts';
import { createPublisherThread } from '../../server/publication/publisher-thread.ts';
import type { Publication } from '../../server/snapshots/publish.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import type { CompiledArticle } from '../../server/snapshots/snapshot.ts';
import { makeArticle, worldFiles } from '../support/small-world.ts';

const options = { publisher: 'a test', changeNote: 'Because', keepGoing: false };
const now = () => new Date('2026-11-22T12:00:00Z');
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A release that no database has. */
const notYet = {
  number: 1,
  publicId: '',
  agentId: '',
  publishedAt: '',
  publisher: '',
  changeNote: '',
  kept: [],
};

let folder: string;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-thread-'));
  closing = [];
  for (const { path, bytes } of worldFiles()) write(path, bytes);
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
  writeFileSync(join(folder, 'content', path), text);
}

/** A publisher in a worker, by default the real one, over the folder's content and database. */
async function open(options: { readonly module?: URL; readonly heapMegabytes?: number } = {}) {
  const data = { contentDir: join(folder, 'content'), dataDir: join(folder, 'data'), semanticModel: '' };
  const db = await openDatabase(data.dataDir);
  const store = createReleaseStore(db);
  const publisher = createPublisherThread({ data, store, now, ...options });
  closing.push(() => db.destroy(), publisher.close);
  return { publisher, store, db, contentDir: data.contentDir };
}

/** A worker module made of a few lines of JavaScript. */
function workerOf(code: string): URL {
  const file = join(folder, `worker-${closing.length}.mjs`);
  writeFileSync(file, code);
  return pathToFileURL(file);
}

const realWorker = new URL('../../server/publication/worker.ts', import.meta.url);

function articlesOf(publication: Publication): readonly CompiledArticle[] {
  if (publication.status === 'refused') throw new Error('refused');
  return publication.snapshot.public.articles;
}

async function lead(publisher: Publisher, article: string): Promise<string | undefined> {
  const publication = await publisher.publish(options, 'directory');
  const found = articlesOf(publication).find(({ id }) => id === article);
  return found?.sections[0]?.variants[0]?.rendering.text;
}

describe('a publisher in a worker thread', () => {
  test('makes the same snapshot, release and outcome as one in this thread', async () => {
    const { publisher, store, db, contentDir } = await open();
    const made = await publisher.publish(options, 'directory');
    expect(made).toMatchObject({ status: 'published', errors: [], kept: [], leftOut: [] });
    const inProcess = createPublisher({ encoder: null, db, store, contentDir, now });
    expect(await inProcess.publish(options, 'directory')).toEqual({ ...made, status: 'unchanged' });
    expect(await store.loadCurrent()).toEqual({
      release: 'release' in made && made.release,
      snapshot: 'snapshot' in made && made.snapshot,
    });
  });

  test('publishes what was looked at, and nothing else', async () => {
    const { publisher } = await open();
    const seen = await publisher.previewKey(deskPreview);
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'We open at nine.' }));
    const refused = await publisher.publish({ ...options, seen }, 'directory');
    expect(refused.errors.map(({ code }) => code)).toEqual(['changed-meanwhile']);
    const known = await publisher.previewKey(deskPreview);
    expect((await publisher.publish({ ...options, seen: known }, 'directory')).status).toBe('published');
  });

  test('previews a proposal as the directory that it would make, which its key publishes', async () => {
    const { publisher } = await open();
    await publisher.publish(options, 'directory');
    const text = makeArticle({ title: 'What is new?', body: 'We open at nine.' });
    const desk = createPreviewDesk(publisher, { patience: 60_000 });
    // With what a proposal knows besides.
    const proposed = [{ path: 'en/orders/new.md', text, madeFrom: null }];
    const state = await desk.look(proposed);
    if (state.kind !== 'compared') throw new Error(state.kind);
    expect(state.preview.changedFiles).toEqual([{ path: 'en/orders/new.md', category: 'orders' }]);
    expect(await desk.look()).toMatchObject({ kind: 'compared', preview: { isSame: true } });
    write('en/orders/new.md', text);
    expect(await publisher.previewKey(deskPreview)).toBe(state.preview.key);
    const seen = state.preview.key;
    expect((await publisher.publish({ ...options, seen }, 'directory')).status).toBe('published');
  });

  test('finds of facts what one in this thread finds', async () => {
    const { publisher, db, store, contentDir } = await open();
    await publisher.publish(options, 'directory');
    const inProcess = createPublisher({ db, encoder: null, store, contentDir, now });
    const asked = { release: 1, asOf: '2026-11-22', today: '2026-11-22', locale: 'en' };
    const filter = { words: '', owner: '', category: '', show: '', page: 1 } as const;
    const list = await publisher.facts.list(asked, filter);
    expect(list.rows.length).toBeGreaterThan(3);
    expect(list).toEqual(await inProcess.facts.list(asked, filter));
    expect(await publisher.facts.find(asked, 'return-window', null)).toEqual(
      await inProcess.facts.find(asked, 'return-window', null),
    );
    expect(await publisher.facts.find(asked, 'no-such-fact', null)).toBeNull();
    const day = await publisher.facts.changesOn(asked, '2027-01-11');
    expect(day.facts).toHaveLength(1);
    expect(day).toEqual(await inProcess.facts.changesOn(asked, '2027-01-11'));
    await expect(publisher.facts.list({ ...asked, release: 9 }, filter)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('keeps the objects of articles that did not change', async () => {
    const { publisher } = await open();
    const before = articlesOf(await publisher.publish(options, 'directory'));
    write('en/orders/new.md', makeArticle({ title: 'What is new?' }));
    const after = articlesOf(await publisher.publish(options, 'directory'));
    expect(after).toHaveLength(before.length + 1);
    for (const article of before) expect(after).toContain(article);
    const unchanged = articlesOf(await publisher.publish(options, 'directory'));
    expect(unchanged).toBe(after);
  });

  test('previews as one in this thread does, tells how far it is, and publishes nothing', async () => {
    const { publisher, store, db, contentDir } = await open();
    await publisher.publish(options, 'directory');
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Everything.' }));
    const asked = { days: 30, all: true, most: 1_000, asOf: null, on: null };
    const told: unknown[] = [];
    const previewed = await publisher.preview(asked, (at) => told.push(at));
    const inProcess = createPublisher({ encoder: null, db, store, contentDir, now });
    expect(previewed).toEqual(await inProcess.preview(asked, () => {}));
    expect(previewed).toMatchObject({ kind: 'compared', preview: { counts: { gained: { asks: 1 } } } });
    expect(await publisher.previewKey(asked)).toBe(previewed.kind === 'compared' && previewed.preview.key);
    for (const at of told) expect(at).toEqual({ done: expect.any(Number), of: expect.any(Number) });
    expect((await store.newest())?.number).toBe(1);
    write('en/orders/bad.md', 'no front matter');
    const refused = await publisher.preview(asked, () => {});
    expect(refused).toMatchObject({ kind: 'refused', errors: [{ code: 'front-matter-missing' }] });
  });

  test('refuses with every error as it was thrown: code, place, expected, found, hint', async () => {
    const { publisher, store, db, contentDir } = await open();
    write('en/orders/new.md', makeArticle({ title: 'What is new?', body: 'Text.\n\n:::agnet\nx\n:::' }));
    write('en/orders/other.md', makeArticle({ title: 'Other?', body: 'See {{fact:nothing}}.' }));
    const refused = await publisher.publish(options, 'directory');
    const inProcess = await createPublisher({ encoder: null, db, store, contentDir, now }).publish(
      options,
      'directory',
    );
    expect(refused.status).toBe('refused');
    expect(refused.errors[0]).toMatchObject({ code: 'directive-unknown', hint: 'Did you mean `:::agent`?' });
    expect(refused.errors.map(packError)).toEqual(inProcess.errors.map(packError));
    expect(refused.errors.map(packError).map(unpackError)).toEqual(refused.errors);
  });

  test('loads what another publisher made, with the objects that stayed', async () => {
    const [one, other] = [await open(), await open()];
    expect(await one.publisher.load()).toBeNull();
    const before = articlesOf(await one.publisher.publish(options, 'directory'));
    write('en/orders/new.md', makeArticle({ title: 'What is new?' }));
    const made = await other.publisher.publish(options, 'directory');
    const loaded = await one.publisher.load();
    expect(made).toMatchObject({ status: 'published', errors: [], kept: [], leftOut: [], ...loaded });
    for (const article of before) expect(loaded?.snapshot.public.articles).toContain(article);
  });

  test('of which the worker is new sends only what differs from what is in hand', async () => {
    const first = await open();
    await first.publisher.publish(options, 'directory');
    const { publisher } = await open();
    const before = await publisher.load();
    write('en/orders/new.md', makeArticle({ title: 'What is new?' }));
    const after = articlesOf(await publisher.publish(options, 'directory'));
    for (const article of before?.snapshot.public.articles ?? []) expect(after).toContain(article);
  });

  test('fails what it was asked when its worker dies, and begins again with the next request', async () => {
    const module = workerOf(`
      import { existsSync, writeFileSync } from 'node:fs';
      import { parentPort } from 'node:worker_threads';
      const mark = ${JSON.stringify(join(folder, 'died'))};
      if (existsSync(mark)) await import(${JSON.stringify(realWorker.href)});
      else parentPort.on('message', () => { writeFileSync(mark, ''); process.exit(7); });
    `);
    const { publisher } = await open({ module });
    await expect(publisher.publish(options, 'directory')).rejects.toMatchObject({
      code: 'publication-failed',
      found: 'an end with exit code 7',
    });
    expect(await lead(publisher, 'returns/return-window')).toContain('after delivery');
  });

  test('fails when its worker runs out of memory; this process goes on', async () => {
    const module = workerOf(`
      import { parentPort } from 'node:worker_threads';
      const kept = [];
      parentPort.on('message', () => { for (;;) kept.push(new Array(1e4).fill(kept.length)); });
    `);
    const { publisher } = await open({ module, heapMegabytes: 16 });
    await expect(publisher.publish(options, 'directory')).rejects.toMatchObject({
      code: 'publication-failed',
      found: expect.stringMatching(/memory/),
    });
  });

  test.each([
    ['a word', `'published'`],
    ['a reply without its parts', `{ kind: 'made', id: 1 }`],
    ['a reply to another question', `{ kind: 'done', id: 1 }`],
    [
      'changes to another snapshot',
      `{ kind: 'made', id: 1, status: 'published', errors: [], kept: [], leftOut: [],
         release: { number: 1, publicId: 'a', agentId: 'b', publishedAt: '', publisher: '', changeNote: '', kept: [] },
         delta: { base: { publicId: 'c', agentId: 'd' }, ids: { publicId: 'a', agentId: 'b' }, fields: [], chunks: [] } }`,
    ],
  ])('fails when its worker sends %s', async (_, message) => {
    const module = workerOf(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => parentPort.postMessage(${message}));
    `);
    const { publisher } = await open({ module });
    await expect(publisher.publish(options, 'directory')).rejects.toMatchObject({
      code: 'publication-failed',
    });
  });

  test('says what is wrong with the database, and works when it is mended', async () => {
    const { publisher } = await open();
    const file = join(folder, 'data/concord.sqlite');
    renameSync(file, `${file}.kept`);
    writeFileSync(file, 'no database at all');
    await expect(publisher.publish(options, 'directory')).rejects.toMatchObject({
      code: 'database-unusable',
      place: { file },
      found: 'a file that is not an SQLite database',
    });
    renameSync(`${file}.kept`, file);
    await later(100);
    expect(await publisher.publish(options, 'directory')).toMatchObject({ status: 'published' });
  });

  test('waits for whoever writes to the database longer than one who is asked would', async () => {
    const { publisher, db } = await open();
    await publisher.isMadeOfContent(notYet);
    const held = db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('sign_in_failures')
        .values({ subject: 'x', failures: 1, locked_until: null, updated_at: '' })
        .execute();
      await later(1_500);
    });
    expect(await publisher.publish(options, 'directory')).toMatchObject({ status: 'published' });
    await held;
  });

  test('does nothing more once it is closed', async () => {
    const { publisher } = await open();
    const running = publisher.publish(options, 'directory');
    await publisher.close();
    await expect(Promise.race([running, publisher.publish(options, 'directory')])).rejects.toMatchObject({
      code: 'unavailable',
    });
    await running.catch(() => {});
  });

  test('watches again with a new worker after its worker has died', async () => {
    const module = workerOf(`
      import { existsSync, writeFileSync } from 'node:fs';
      import { parentPort } from 'node:worker_threads';
      const mark = ${JSON.stringify(join(folder, 'died'))};
      if (existsSync(mark)) await import(${JSON.stringify(realWorker.href)});
      else parentPort.on('message', () => { writeFileSync(mark, ''); process.exit(7); });
    `);
    const { publisher } = await open({ module });
    const failures: unknown[] = [];
    const made: string[] = [];
    const stop = publisher.watch({
      rested: async () => {
        made.push((await publisher.publish(options, 'rested')).status);
      },
      failed: (error) => failures.push(error),
    });
    for (let waited = 0; made.length === 0 && waited < 15_000; waited += 50) await later(50);
    expect(failures).toEqual([expect.objectContaining({ code: 'publication-failed' })]);
    expect(made).toEqual(['published']);
    await stop();
    write('en/orders/new.md', makeArticle({ title: 'What is new?' }));
    await later(600);
    expect(made).toEqual(['published']);
  });
});
