import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseContent } from '../../server/articles/parse-content.ts';
import { readContentDirectory } from '../../server/articles/read-content.ts';
import { type HostileCase, hasHostileCorpora, hostileCases } from '../support/hostile-corpus.ts';
import { concordFile } from './hostile-names.ts';
import {
  articleText,
  briefly,
  type Entry,
  loadFromDisk,
  parseFiles,
  siteYaml,
  teamsYaml,
  withDirectory,
} from './small-content.ts';

const there = hasHostileCorpora();
const corpus = new Map(
  (there ? await hostileCases('tree.json') : []).map((hostile) => [hostile.id, hostile]),
);

/** What each case must report, as `code file`; files of the corpus stand in en/orders/. Every other article loads. */
const expectations: Readonly<
  Record<string, { readonly errors: readonly string[]; readonly articles: number }>
> = {
  'dup-id': { errors: [], articles: 2 },
  'dup-case': {
    errors: [
      'article-duplicate en/orders/Refunds.md',
      'article-duplicate en/orders/refunds.md',
      'file-name en/orders/Refunds.md',
    ],
    articles: 0,
  },
  swap: { errors: [], articles: 2 },
  'link-out': { errors: ['file-unreadable en/orders/leak.md'], articles: 1 },
  'link-dir-out': { errors: ['file-unreadable en/orders/sub'], articles: 1 },
  'link-abs': { errors: ['content-missing .', 'file-unreadable en/orders/x.md'], articles: 0 },
  'link-loop': { errors: ['file-unexpected en/orders/d', 'file-unreadable en/orders/f.md'], articles: 1 },
  'link-dangling': { errors: ['file-unreadable en/orders/b.md'], articles: 1 },
  'link-inside': { errors: ['file-unreadable en/orders/b.md'], articles: 1 },
  'dir-md': { errors: ['file-unexpected en/orders/b.md'], articles: 1 },
  hidden: { errors: [], articles: 1 },
  'case-ext': {
    errors: [
      'content-missing .',
      ...['a.MD', 'b.markdown', 'c.mdx', 'd.md.html', 'e.txt'].map(
        (name) => `file-unexpected en/orders/${name}`,
      ),
    ],
    articles: 0,
  },
  deep: { errors: ['content-missing .', 'file-unexpected en/orders/d'], articles: 0 },
  'name-odd': {
    errors: ['%2e%2e', '-rf', '<img src=x onerror=alert(1)>', 'a b', "q'uote"].map(
      (name) => `file-name en/orders/${name}.md`,
    ),
    articles: 0,
  },
  'include-self': { errors: ['marker-unknown en/orders/a.md'], articles: 0 },
  'include-cycle': {
    errors: ['a', 'b', 'c'].map((name) => `marker-unknown en/orders/${name}.md`),
    articles: 0,
  },
  'include-out': { errors: ['marker-unknown en/orders/a.md'], articles: 0 },
  'include-agent': { errors: ['marker-unknown en/orders/a.md'], articles: 1 },
  'link-rot': { errors: [], articles: 2 },
  empty: { errors: ['content-missing .'], articles: 0 },
  'all-bad': {
    errors: ['front-matter-missing en/orders/a.md', 'front-matter-missing en/orders/b.md'],
    articles: 0,
  },
  'mass-delete': { errors: ['content-missing .'], articles: 0 },
};

/** Cases whose outcome this file tests by itself, below, or that need another place to run. */
const apart = ['dup-slug', 'dup-nfc', 'dup-visibility', 'unreadable', 'fifo', 'include-bomb', 'ten-thousand'];

function entriesOf(hostile: HostileCase): Record<string, Entry> {
  return Object.fromEntries(
    Object.entries(hostile.files ?? {}).map(([name, recipe]): [string, Entry] => {
      const path = `en/orders/${name.replace(/\/$/, '')}`;
      const special = typeof recipe === 'object' && recipe !== null;
      if (special && 'link' in recipe) return [path, { link: String(recipe.link) }];
      if (special && 'dir' in recipe) return [path, { dir: true }];
      const file = concordFile(hostile.make(recipe));
      // Where front matter gives another slug, its letter case or form is the case's point: the file takes that name.
      return hostile.id === 'dup-case' ? [file.path, file.bytes] : [path, file.bytes];
    }),
  );
}

describe('hostile trees, read from disk', () => {
  test('every case of the corpus is covered here, or this file says why not', () => {
    if (!there) return;
    expect([...corpus.keys()].sort()).toEqual([...Object.keys(expectations), ...apart].sort());
  });

  for (const [id, expected] of there ? Object.entries(expectations) : []) {
    const hostile = corpus.get(id);

    test(`${id}: ${hostile?.about}`, async () => {
      const { content, errors } = await loadFromDisk(hostile ? entriesOf(hostile) : {});
      const found = new Set(errors.map(({ code, place }) => `${code} ${place?.file}`));
      expect([...found].sort()).toEqual([...expected.errors].sort());
      expect(content?.articles.length ?? 0).toBe(expected.articles);
      expect(JSON.stringify(content?.articles.filter(({ beside }) => beside !== null) ?? [])).not.toContain(
        hostile?.canary,
      );
    });
  }

  test('two files that claim one place are both named and neither is served', () => {
    const hidden = 'en/orders/same.md';
    const bytes = (audience: string) => Buffer.from(articleText('Text.\n', `audience: ${audience}`));
    const { content, errors } = parseContent([
      { path: 'site.yaml', bytes: Buffer.from(siteYaml) },
      { path: 'teams.yaml', bytes: Buffer.from(teamsYaml) },
      { path: hidden, bytes: bytes('public') },
      { path: hidden, bytes: bytes('agent') },
    ]);
    expect(errors.map(({ code }) => code)).toEqual(['article-duplicate', 'article-duplicate']);
    expect(content?.articles).toEqual([]);
  });

  test('names that differ only in normal form are both refused', () => {
    const { content, errors } = parseFiles({
      'en/orders/r\u00fcck.md': articleText('A.\n'),
      'en/orders/ru\u0308ck.md': articleText('B.\n'),
    });
    expect(errors.map(({ code }) => code).sort()).toEqual([
      'article-duplicate',
      'article-duplicate',
      'file-name',
      'file-name',
    ]);
    expect(content?.articles).toEqual([]);
  });

  const isRoot = process.getuid?.() === 0;
  if (isRoot)
    console.warn('Skipped: root reads every file; run the tests as another user to see that one is refused.');
  (isRoot ? test.skip : test)('a file without read permission is named and the rest is served', async () => {
    await withDirectory(
      { 'site.yaml': siteYaml, 'en/orders/a.md': articleText('A.\n'), 'en/orders/b.md': 'x' },
      async (directory) => {
        chmodSync(join(directory, 'en/orders/b.md'), 0o000);
        const { files, errors } = await readContentDirectory(directory);
        expect(briefly(errors)).toEqual(['file-unreadable en/orders/b.md']);
        expect(files.map(({ path }) => path)).toEqual(['en/orders/a.md', 'site.yaml']);
      },
    );
  });

  test('a named pipe is named and never opened', async () => {
    await withDirectory({ 'en/orders/a.md': articleText('A.\n') }, async (directory) => {
      execFileSync('mkfifo', [join(directory, 'en/orders/pipe.md')]);
      const { files, errors } = await readContentDirectory(directory);
      expect(briefly(errors)).toEqual(['file-unreadable en/orders/pipe.md']);
      expect(files).toHaveLength(1);
    });
  });

  test('includes of includes are plain unknown markers: nothing grows', () => {
    const hostile = corpus.get('include-bomb');
    if (!hostile) return;
    const files = Object.fromEntries(
      Object.entries(entriesOf(hostile)).map(([path, bytes]) => [path, bytes as Buffer]),
    );
    const { content, errors } = parseFiles(files);
    expect(content?.articles).toEqual([]);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['marker-unknown']));
  });

  test('a directory that is not there, or is a file, is content-missing', async () => {
    await withDirectory({ 'a.txt': 'x' }, async (directory) => {
      for (const missing of [join(directory, 'gone'), join(directory, 'a.txt')]) {
        const { files, errors } = await readContentDirectory(missing);
        expect(briefly(errors)).toEqual(['content-missing .']);
        expect(files).toEqual([]);
      }
    });
  });

  test('ten thousand articles are read and parsed within twenty seconds', async () => {
    await withDirectory(
      { 'site.yaml': siteYaml, 'teams.yaml': teamsYaml, 'en/orders': { dir: true } },
      async (directory) => {
        for (let i = 0; i < 10_000; i += 1) {
          writeFileSync(
            join(directory, `en/orders/a-${i}.md`),
            articleText(`Answer ${i}.\n\n## More\n\nText.\n`),
          );
        }
        const read = await readContentDirectory(directory);
        const { content, errors } = parseContent(read.files);
        expect(errors).toEqual([]);
        expect(content?.articles).toHaveLength(10_000);
      },
    );
  }, 20_000);
});
