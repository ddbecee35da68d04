import { mkdir, mkdtemp, open, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReadContent } from '../../server/articles/read-content.ts';
import { openDatabase } from '../../server/database/open.ts';
import { type Publication, publishContent } from '../../server/snapshots/publish.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import { watchContent } from '../../server/snapshots/watch.ts';
import { makeArticle, worldFiles } from '../support/small-world.ts';

const path = 'en/returns/return-window.md';
const article = (lead: string) => makeArticle({ title: 'How long can I return an item?', body: lead });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let stop = async (): Promise<void> => {};
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'concord-watch-'));
  for (const { path: file, bytes } of worldFiles()) {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), bytes);
  }
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true, force: true });
});

async function until(condition: () => boolean, ms: number): Promise<number> {
  const begin = performance.now();
  while (!condition() && performance.now() - begin < ms) await later(10);
  return performance.now() - begin;
}

/** Publishes what it sees, and collects what became of it. */
async function watched() {
  const store = createReleaseStore(await openDatabase(':memory:'));
  const publications: Publication[] = [];
  const reads: ReadContent[] = [];
  const errors: unknown[] = [];
  stop = watchContent({
    directory,
    onError: (error) => errors.push(error),
    onContent: async (read) => {
      reads.push(read);
      publications.push(
        await publishContent(
          {
            store,
            read: async () => read,
            verify: () => [],
            calibrate: () => ({}),
            semantics: null,
            now: () => new Date(0),
          },
          { publisher: 'watch', changeNote: '', keepGoing: false },
        ),
      );
    },
  });
  const lead = (): string | undefined => {
    const last = publications.findLast(({ status }) => status === 'published');
    if (last?.status !== 'published') return undefined;
    const found = last.snapshot.public.articles.find(({ id }) => id === 'returns/return-window');
    return found?.sections[0]?.variants[0]?.rendering.text;
  };
  await until(() => publications.length > 0, 5_000);
  return { publications, reads, errors, lead };
}

describe('watching', () => {
  test('publishes what is there at the beginning', async () => {
    const { publications } = await watched();
    expect(publications.map(({ status }) => status)).toEqual(['published']);
  });

  test('has a save live in a moment', async () => {
    const { lead } = await watched();
    await writeFile(join(directory, path), article('Two months.'));
    expect(await until(() => lead() === 'Two months.', 10_000)).toBeLessThan(5_000);
  });

  test('sees a file that an editor moves into place, and one in a new folder', async () => {
    const { lead, publications } = await watched();
    await writeFile(join(directory, 'en/returns/.save.tmp'), article('Three months.'));
    await rename(join(directory, 'en/returns/.save.tmp'), join(directory, path));
    expect(await until(() => lead() === 'Three months.', 10_000)).toBeLessThan(5_000);
    await mkdir(join(directory, 'he/returns'), { recursive: true });
    await writeFile(join(directory, 'he', 'returns', 'return-window.md'), makeArticle({ title: 'עד מתי?' }));
    const locales = () => {
      const last = publications.at(-1);
      return last?.status === 'published' ? last.snapshot.public.articles.map(({ locale }) => locale) : [];
    };
    await until(() => locales().includes('he'), 6_000);
    expect(locales()).toContain('he');
  });

  test('never reads a file that is still being written', async () => {
    const { reads, lead } = await watched();
    const whole = article(`${'Half a sentence is no policy. '.repeat(40)}The end.`);
    const handle = await open(join(directory, path), 'w');
    for (let at = 0; at < whole.length; at += 100) {
      await handle.write(whole.slice(at, at + 100));
      await later(40);
    }
    await handle.close();
    await until(() => lead()?.endsWith('The end.') ?? false, 5_000);
    expect(lead()).toMatch(/The end\.$/);
    const sizes = reads.map(({ files }) => files.find((file) => file.path === path)?.bytes.length);
    expect(sizes.slice(1)).toEqual([whole.length]);
  });

  test('publishes a burst of changes once', async () => {
    const { publications, lead } = await watched();
    for (let i = 0; i < 20; i++) {
      await writeFile(join(directory, path), article(`Version ${i}.`));
      await later(20);
    }
    await until(() => lead() === 'Version 19.', 5_000);
    expect(publications).toHaveLength(2);
  });

  test('goes on after bad content, and after the directory was gone', async () => {
    const { publications, lead } = await watched();
    await writeFile(join(directory, path), 'no front matter');
    await until(() => publications.at(-1)?.status === 'refused', 5_000);
    expect(publications.at(-1)?.status).toBe('refused');
    await rename(directory, `${directory}-away`);
    await until(() => publications.length > 2, 7_000);
    expect(publications.at(-1)?.status).toBe('refused');
    await rename(`${directory}-away`, directory);
    await writeFile(join(directory, path), article('Back again.'));
    await until(() => lead() === 'Back again.', 7_000);
    expect(lead()).toBe('Back again.');
  });

  test('goes on, and tries again, when publishing throws', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    stop = watchContent({
      directory,
      onError: (error) => errors.push(error),
      onContent: async () => {
        calls++;
        if (calls === 1) throw new Error('the database is busy');
      },
    });
    await until(() => calls > 1, 7_000);
    expect(errors).toEqual([new Error('the database is busy')]);
    expect(calls).toBe(2);
  });

  test('makes no call after it was stopped, and stopping waits for the last', async () => {
    let running = 0;
    let calls = 0;
    stop = watchContent({
      directory,
      onError: () => {},
      onContent: async () => {
        calls++;
        running++;
        await later(300);
        running--;
      },
    });
    await until(() => calls > 0, 5_000);
    await stop();
    expect(running).toBe(0);
    await writeFile(join(directory, path), article('Too late.'));
    await later(500);
    expect(calls).toBe(1);
  });
});
