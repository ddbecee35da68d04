import fc from 'fast-check';
import { parseContent } from '../../server/articles/parse-content.ts';
import { isLeaving, readContentDirectory } from '../../server/articles/read-content.ts';
import { didYouMean, editDistance } from '../../server/did-you-mean.ts';
import { articleText, briefly, contentFiles, loadFromDisk, parseFiles, siteYaml } from './small-content.ts';

const good = articleText('Text.\n');

describe('parsing a set of files', () => {
  test('good articles are read, bad files are all named, each with its own errors', () => {
    const { content, errors } = parseFiles({
      'en/orders/good.md': good,
      'en/orders/typo.md': good.replace('owner', 'ownr'),
      'en/orders/fence.md': articleText(':::agent\nx\n'),
      'en/orders/bytes.md': Buffer.from([0xff, 0xfe, 0x41]),
      'en/wrong/category.md': good,
      'fr/orders/locale.md': good,
      'en/orders/note.txt': 'x',
      'readme.md': 'x',
      'he/orders/good.md': good,
    });
    expect(briefly(errors)).toEqual([
      'file-encoding en/orders/bytes.md:1',
      'directive-unclosed en/orders/fence.md:7',
      'file-unexpected en/orders/note.txt',
      'value-invalid en/orders/typo.md:2',
      'key-unknown en/orders/typo.md:4',
      'category-unknown en/wrong/category.md',
      'file-unexpected fr/orders/locale.md',
      'file-unexpected readme.md',
    ]);
    expect(
      content?.articles.map(({ article }) => article.audience === 'public' && article.head.path),
    ).toEqual(['en/orders/good.md', 'he/orders/good.md']);
  });

  test('a broken site.yaml does not hide the errors of articles and registers', () => {
    const { content, errors } = parseFiles({
      'site.yaml': 'name: [',
      'facts.yaml': 'x: { type: count }',
      'en/orders/a.md': articleText('{{x}}\n'),
    });
    expect(content).toBeNull();
    expect(new Set(errors.map(({ place }) => place?.file))).toEqual(
      new Set(['site.yaml', 'facts.yaml', 'en/orders/a.md']),
    );
  });

  test('missing required files and missing articles are content-missing', () => {
    const { content, errors } = parseContent([]);
    expect(briefly(errors)).toEqual([
      'content-missing .',
      'content-missing site.yaml',
      'content-missing teams.yaml',
    ]);
    expect(content).toBeNull();
    expect(briefly(parseFiles({}).errors)).toEqual(['content-missing .']);
  });

  test('names that one file system takes for one file are refused, both', () => {
    const { content, errors } = parseFiles({ 'en/orders/a.md': good, 'en/Orders/a.md': good });
    expect(briefly(errors).sort()).toEqual([
      'article-duplicate en/Orders/a.md',
      'article-duplicate en/orders/a.md',
      'file-name en/Orders/a.md',
    ]);
    expect(content?.articles).toEqual([]);
  });

  test('files over their limit are refused even where the reader did not', () => {
    const { errors } = parseFiles({
      'en/orders/long.md': articleText('x'.repeat(256 * 1024)),
      'facts.yaml': `# ${'x'.repeat(1024 * 1024)}`,
      'en/orders/a.md': good,
    });
    expect(briefly(errors)).toEqual(['file-too-large en/orders/long.md', 'file-too-large facts.yaml']);
  });

  test('text is the same in any normal form', () => {
    const composed = parseFiles({
      'en/orders/a.md': articleText('R\u00fcckgabe.\n', 'title: R\u00fcckgabe'),
    });
    const decomposed = parseFiles({
      'en/orders/a.md': articleText('Ru\u0308ckgabe.\n', 'title: "Ru\\u0308ckgabe"'),
    });
    expect(decomposed.content?.articles).toEqual(composed.content?.articles);
  });

  test('the order of files changes nothing', () => {
    const files = contentFiles({
      'en/orders/a.md': good,
      'en/orders/b.md': good,
      'he/orders/a.md': good,
      'en/returns/c.md': articleText('{{x}}\n'),
      'facts.yaml': '',
    });
    const expected = parseContent(files);
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(parseContent(shuffled)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('reading a directory', () => {
  test('leavings of editors are passed over, everything else is named', async () => {
    const { content, errors } = await loadFromDisk({
      'en/orders/a.md': good,
      'en/orders/.a.md.swp': 'x',
      'en/orders/a.md~': 'x',
      'en/orders/#a.md#': 'x',
      '.git/config': 'x',
      'notes.txt': 'x',
    });
    expect(briefly(errors)).toEqual(['file-unexpected notes.txt']);
    expect(content?.articles).toHaveLength(1);
    expect(isLeaving('cancel.md')).toBe(false);
  });

  test('a file over its limit is named and not read', async () => {
    const { errors } = await loadFromDisk({
      'en/orders/a.md': good,
      'en/orders/b.md': 'x'.repeat(256 * 1024 + 1),
    });
    expect(briefly(errors)).toEqual(['file-too-large en/orders/b.md']);
    expect(errors[0]?.found).toBe('262145 bytes');
  });

  test('the sample company is read without an error', async () => {
    const directory = new URL('../../content', import.meta.url).pathname;
    const read = await readContentDirectory(directory);
    const { content, errors } = parseContent(read.files);
    expect([...read.errors, ...errors]).toEqual([]);
    expect(content?.articles.length).toBeGreaterThanOrEqual(60);
    expect(content?.facts.length).toBeGreaterThanOrEqual(30);
  });
});

describe('did you mean', () => {
  test.each([
    ['titel', 'title'],
    ['AUDIENCE', 'audience'],
    ['ower', 'owner'],
    ['xyz', null],
    ['tile', 'title'],
    ['', null],
  ])('%s is %s', (word, meant) => {
    expect(didYouMean(word, ['title', 'owner', 'audience'])).toBe(meant);
  });

  test('counts edits as a plain recursion does', () => {
    const naive = (a: string, b: string): number => {
      if (a === '' || b === '') return a.length + b.length;
      const replace = naive(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
      const swap =
        a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0]
          ? 1 + naive(a.slice(2), b.slice(2))
          : replace;
      return Math.min(replace, swap, 1 + naive(a.slice(1), b), 1 + naive(a, b.slice(1)));
    };
    const word = fc.stringMatching(/^[abc]{0,6}$/);
    fc.assert(
      fc.property(word, word, (a, b) => expect(editDistance(a, b)).toBe(naive(a, b))),
      { numRuns: 100 },
    );
  });
});

test('site.yaml of the tests is valid by itself', () => {
  expect(briefly(parseFiles({ 'site.yaml': siteYaml, 'en/orders/a.md': good }).errors)).toEqual([]);
});
