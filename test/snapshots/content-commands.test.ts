import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contentCheck } from '../../scripts/content-check.ts';
import { contentPublish } from '../../scripts/content-publish.ts';
import { withSource } from '../../server/snapshots/pin-translations.ts';
import {
  makeArticle,
  smallArticles,
  smallWorld,
  type WorldFiles,
  worldFiles,
} from '../support/small-world.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'concord-content-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(files: WorldFiles): Promise<void> {
  for (const { path, bytes } of worldFiles({ ...smallArticles(), ...files })) {
    await mkdir(dirname(join(directory, 'content', path)), { recursive: true });
    await writeFile(join(directory, 'content', path), bytes);
  }
}

type Command = typeof contentCheck;

async function run(command: Command, ...args: string[]) {
  let out = '';
  let err = '';
  const code = await command(
    args,
    { CONTENT_DIR: join(directory, 'content'), DATA_DIR: join(directory, 'data') },
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    },
  );
  return { code, out, err };
}

const bad = makeArticle({ title: 'Bad?', body: 'See {{fact:return-windw}}.' });

describe('content:check', () => {
  test('tells where a title never finds its own article, since another one has it in other letters', async () => {
    await write({
      'en/orders/one.md': makeArticle({ title: 'One?' }),
      'en/orders/two.md': makeArticle({ title: 'Two?' }),
      'fa/orders/one.md': makeArticle({ title: 'کتاب من کجاست' }),
      'fa/orders/two.md': makeArticle({ title: 'كتاب من كجاست' }),
    });
    const { code, out } = await run(contentCheck);
    expect(code).toBe(1);
    expect(out).toMatch(/fa\/orders\/two\.md.*error.*self-retrieval/);
  });

  test('names what changed since a translation was made, where the database has the text that it was made from', async () => {
    const path = 'en/orders/gift.md';
    const source = makeArticle({ title: 'Gifts?', body: 'We wrap it.\n\n## Who {#who}\n\nAnybody.' });
    await write({ [path]: source, 'he/orders/gift.md': makeArticle({ title: 'מתנות?', body: 'עוטפים.' }) });
    expect((await run(contentCheck, '--pin')).code).toBe(0);
    const before = await run(contentCheck, '--format', 'json');
    expect(before.out).not.toContain('translation-out-of-date');
    expect((await run(contentPublish)).code).toBe(0);
    await writeFile(join(directory, 'content', path), source.replace('Anybody.', 'Members.'));
    const { out } = await run(contentCheck);
    expect(out).toContain(
      'en/orders/gift.md has changed since this translation was made from it: 1 part, 0 facts.',
    );
    expect(out).toContain('“Who” (#who) is worded otherwise');
    await rm(join(directory, 'data'), { recursive: true });
    expect((await run(contentCheck)).out).toContain('“Who” (#who) is missing here');
  });

  test('says that good content is good', async () => {
    await write({});
    const { code, out, err } = await run(contentCheck);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /\nNo errors: 8 files, 2 public articles in 1 language, 1 article for agents only\.\n$/,
    );
  });

  test('describes every error and counts them', async () => {
    await write({ 'en/orders/bad.md': bad, 'en/orders/worse.md': 'nothing' });
    const { code, out } = await run(contentCheck);
    expect(code).toBe(1);
    expect(out).toMatch(
      /\n\n2 errors in 2 files; 10 files read\.\nChecks are run once every file can be read\.\n$/,
    );
    expect(out).toContain(
      `en/orders/bad.md:7:12  error  fact-unknown  A text refers to a fact that facts.yaml does not hold.
    See {{fact:return-windw}}.
               ^^^^^^^^^^^^
`,
    );
    expect(out).toContain('    hint:     Did you mean `return-window`?');
    expect(out).toContain('\n\nen/orders/worse.md:1:1  error  front-matter-missing');
  });

  test('names both files where two articles claim one question', async () => {
    await write({
      'en/returns/again.md': makeArticle({ title: 'How long can I return an item' }),
    });
    const claimed = await run(contentCheck);
    expect(claimed.code).toBe(1);
    expect(claimed.out).toMatch(/\n2 errors, .* in \d files; 9 files read\.\n$/);
    expect(claimed.out).toMatch(/en\/returns\/again\.md:\d+ {2}error {2}question-duplicate/);
    expect(claimed.out).toMatch(/en\/returns\/return-window\.md:\d+ {2}error {2}question-duplicate/);
  });

  test('takes another directory', async () => {
    const { code, out } = await run(contentCheck, '--dir', join(directory, 'nowhere'));
    expect(code).toBe(1);
    expect(out).toContain('content-missing');
  });

  test.each([['--what'], ['stray'], ['--dir']])('refuses %s and shows how it is called', async (...args) => {
    const { code, err } = await run(contentCheck, ...args);
    expect(code).toBe(2);
    expect(err).toContain('Usage: npm run content:check');
  });

  test('--help shows how it is called', async () => {
    const { code, out } = await run(contentCheck, '--help');
    expect([code, out.split('\n')[0]?.startsWith('Usage:')]).toEqual([0, true]);
  });
});

describe('content:check --pin', () => {
  const hebrew = 'he/orders/cancel-order.md';
  const persian = 'fa/orders/cancel-order.md';
  const translated = {
    [hebrew]: makeArticle({ title: 'איך?' }),
    [persian]: makeArticle({ title: 'چطور؟', source: 'aaaaaaaa' }),
  };
  const textOf = (path: string) => readFile(join(directory, 'content', path), 'utf8');

  test('pins translations that have no source, and touches nothing else', async () => {
    await write(translated);
    const { code, out } = await run(contentCheck, '--pin');
    const { revision } = smallWorld().snapshot.public.articles[0] ?? { revision: '' };
    expect(code).toBe(0);
    expect(out).toContain(`${hebrew}: source ${revision.slice(0, 12)}\n`);
    expect(out).toContain('1 translation out of date or without a source: fa/orders/cancel-order.md');
    const before = translated[hebrew] ?? '';
    expect(await textOf(hebrew)).toBe(
      before.replace('\n---\nThis', `\nsource: "${revision.slice(0, 12)}"\n---\nThis`),
    );
    expect(await textOf(persian)).toBe(translated[persian]);
    expect((await readdir(join(directory, 'content/he/orders'))).sort()).toEqual(['cancel-order.md']);
  });

  test('pins the named files again', async () => {
    await write(translated);
    const { code, out } = await run(contentCheck, '--pin', persian);
    expect(code).toBe(0);
    expect(out).toContain('1 translation out of date or without a source: he/orders/cancel-order.md');
    expect(await textOf(persian)).not.toContain('aaaaaaaa');
    expect(await textOf(hebrew)).toBe(translated[hebrew]);
  });

  test('refuses a file that is no translation', async () => {
    await write(translated);
    expect(await run(contentCheck, '--pin', 'en/orders/cancel-order.md')).toMatchObject({
      code: 2,
      err: expect.stringContaining('No translation'),
    });
  });

  test('keeps line ends, quotes and comments of the front matter', () => {
    expect(withSource('---\r\ntitle: a # b\r\n---\r\nsource: x\r\n', 'abc')).toBe(
      '---\r\ntitle: a # b\r\nsource: "abc"\r\n---\r\nsource: x\r\n',
    );
    expect(withSource('---\nsource: old\ntitle: a\n---\nText', 'abc')).toBe(
      '---\nsource: "abc"\ntitle: a\n---\nText',
    );
  });
});

describe('content:publish', () => {
  test('publishes, and says when nothing has changed', async () => {
    await write({});
    const first = await run(contentPublish, '--note', 'The first', '--publisher', 'Ada');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(
      /^Release 1 is published: 2 public, 1 for agents only; snapshot [0-9a-f]{12}\.\n$/,
    );
    expect(await run(contentPublish)).toEqual({
      code: 0,
      out: 'Nothing has changed since release 1: 2 public, 1 for agents only.\n',
      err: '',
    });
  });

  test('refuses bad content as a whole', async () => {
    await write({ 'en/orders/bad.md': bad });
    const { code, out, err } = await run(contentPublish);
    expect([code, out]).toEqual([1, 'Refused: 1 error. The last good release stays.\n']);
    expect(err).toContain('en/orders/bad.md:7  fact-unknown');
  });

  test('--keep-going publishes the rest and says what it kept and left out', async () => {
    await write({});
    await run(contentPublish);
    await write({
      'en/orders/bad.md': bad,
      'en/returns/return-window.md': 'broken',
      'en/orders/new.md': makeArticle({ title: 'What is brand new?', body: 'This is.' }),
    });
    const { code, out } = await run(contentPublish, '--keep-going');
    expect(code).toBe(0);
    expect(out).toContain('en/returns/return-window.md: refused; its last good content stays\n');
    expect(out).toContain('en/orders/bad.md: refused and left out; it never had good content\n');
    expect(out).toContain('Release 2 is published: 3 public');
  });

  test('refuses a database that is none, and leaves it as it is', async () => {
    await write({});
    await mkdir(join(directory, 'data'));
    await writeFile(join(directory, 'data/concord.sqlite'), 'not a database at all');
    const { code, err } = await run(contentPublish);
    expect(code).toBe(1);
    expect(err).toContain('database-unusable');
    expect(await readFile(join(directory, 'data/concord.sqlite'), 'utf8')).toBe('not a database at all');
  });

  test.each([['--what'], ['stray']])('refuses %s', async (arg) => {
    expect(await run(contentPublish, arg)).toMatchObject({ code: 2, out: '' });
  });
});
