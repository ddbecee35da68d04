import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentPublish } from '../../scripts/content-publish.ts';
import { openDatabase } from '../../server/database/open.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import { makeArticle, smallArticles, worldFiles } from '../support/small-world.ts';

const returns = 'en/returns/return-window.md';
const golden = `
- question: how long can I return an item
  locale: en
  expect: returns/return-window
  why: The window is what it is about.
- question: do you sell horses
  locale: en
  expect: no_answer
  why: Nothing is said of animals.
`;
/** The article no longer answers its question: that belongs to another article now. */
const moved = {
  [returns]: makeArticle({
    title: 'Which shops take parcels back?',
    body: 'All of them.\n\n## Returns to a shop\n\nBring it.',
  }),
  'en/returns/windows.md': makeArticle({ title: 'How long can I return an item?', body: 'Thirty days.' }),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concord-gate-'));
  for (const { path, bytes } of worldFiles({ ...smallArticles(), 'golden.yaml': golden })) write(path, bytes);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, 'content', path)), { recursive: true });
  writeFileSync(join(folder, 'content', path), text);
}

function writeAll(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) write(path, text);
}

/** Runs the real command. */
async function publish(...args: readonly string[]) {
  const said = { out: '', err: '' };
  const environment = { CONTENT_DIR: join(folder, 'content'), DATA_DIR: join(folder, 'data') };
  const code = await contentPublish(args, environment, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

async function newestReport() {
  const db = await openDatabase(join(folder, 'data'));
  try {
    const store = createReleaseStore(db);
    const release = await store.newest();
    return { release, report: release && (await store.reportOf(release.number)) };
  } finally {
    await db.destroy();
  }
}

describe('golden questions at publication', () => {
  test('refuse one that breaks them, with place, expectation and finding, and what was published stays', async () => {
    await publish();
    writeAll(moved);
    const { code, err, out } = await publish();
    expect(code).toBe(1);
    expect(err).toContain('golden.yaml:2');
    expect(err).toMatch(
      /golden-broken: “how long can I return an item” \(en\).*The window is what it is about\./,
    );
    expect(err).toMatch(/expected: returns\/return-window\n\s+found:\s+returns\/windows#lead/);
    expect(err).toContain('--acknowledge');
    expect(out).toContain('The last good release stays');
    expect((await newestReport()).release?.number).toBe(1);
  });

  test('are not stepped over by --keep-going', async () => {
    await publish();
    writeAll({ ...moved, 'en/orders/bad.md': 'no front matter' });
    const { code, err } = await publish('--keep-going');
    expect(code).toBe(1);
    expect(err).toContain('golden-broken');
    expect((await newestReport()).release?.number).toBe(1);
  });

  test('let it pass where that is acknowledged, and the release keeps the note and what broke', async () => {
    await publish();
    writeAll(moved);
    const { code, out } = await publish('--acknowledge', 'The new article is the better one.');
    expect(code).toBe(0);
    expect(out).toContain('1 golden question breaks, acknowledged: The new article is the better one.');
    expect((await newestReport()).report?.acknowledged).toEqual({
      note: 'The new article is the better one.',
      broken: [
        {
          question: 'how long can I return an item',
          locale: 'en',
          why: 'The window is what it is about.',
          expected: 'returns/return-window',
          found: 'returns/windows#lead',
          file: 'golden.yaml',
          line: 2,
        },
      ],
    });
    // It does not pass on the release that is current now, so it breaks no more.
    write(
      returns,
      makeArticle({
        title: 'Which shops take things back?',
        body: 'All.\n\n## Returns to a shop\n\nBring it.',
      }),
    );
    expect((await publish()).code).toBe(0);
  });

  test('break nothing where they are new, changed, or did not pass before', async () => {
    const unmet =
      '- { question: do you sell cows, locale: en, expect: orders/cancel-order, why: Wishful. }\n';
    write('golden.yaml', golden + unmet);
    expect((await publish()).code).toBe(0);
    const asked =
      '- { question: chargeback on an order, locale: en, expect: returns/return-window, why: New. }\n';
    write('golden.yaml', golden.replace('expect: no_answer', 'expect: orders/cancel-order') + unmet + asked);
    write(
      returns,
      makeArticle({
        title: 'How long can I return an item?',
        body: 'A month.\n\n## Returns to a shop\n\nBring it.',
      }),
    );
    const { code, err } = await publish();
    expect([code, err]).toEqual([0, '']);
  });

  test('say that a note is not needed where nothing breaks, and do not keep it', async () => {
    await publish();
    write(
      returns,
      makeArticle({
        title: 'How long can I return an item?',
        body: 'A month.\n\n## Returns to a shop\n\nBring it.',
      }),
    );
    const { code, out } = await publish('--acknowledge', 'Just in case');
    expect(code).toBe(0);
    expect(out).toContain('not kept');
    expect((await newestReport()).report?.acknowledged).toBeNull();
    expect((await publish('--acknowledge', ' ')).code).toBe(2);
  });

  test('are told with what became of all asks, and the release keeps the figures', async () => {
    await publish();
    write(
      returns,
      makeArticle({
        title: 'How long can I return an item?',
        body: 'A month.\n\n## Returns to a shop\n\nBring it.',
      }),
    );
    const { out } = await publish();
    expect(out).toMatch(/Answers: \d+ lost.* 1 reworded, \d+ unchanged\./);
    const { report } = await newestReport();
    expect(report?.impact?.reworded.asks).toBe(1);
    expect(report?.impact?.unchanged.asks).toBeGreaterThan(2);
  });
});
