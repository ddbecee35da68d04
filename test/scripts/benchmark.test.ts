import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, timesOf } from '../../scripts/benchmark/figures.ts';
import { generateArticle, generateArticles } from '../../scripts/benchmark/generate-articles.ts';
import { generateQuestions } from '../../scripts/benchmark/generate-questions.ts';
import { LANGUAGES, readLanguageModel } from '../../scripts/benchmark/language-model.ts';
import { benchmark } from '../../scripts/benchmark.ts';

async function run(
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const said = { out: '', err: '' };
  const code = await benchmark(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('generated articles', () => {
  const model = readLanguageModel('en');
  const articles = generateArticles(model, 50);

  test('are the same on every run, and a larger corpus begins with the smaller one', () => {
    expect(generateArticles(readLanguageModel('en'), 50)).toEqual(articles);
    expect(generateArticles(model, 20)).toEqual(articles.slice(0, 20));
  });

  test('have 3 to 5 variants and 3 to 5 sections, of which only the lead has no heading', () => {
    for (const { questions, sections } of articles) {
      for (const { length } of [questions, sections]) {
        expect(length).toBeGreaterThanOrEqual(3);
        expect(length).toBeLessThanOrEqual(5);
      }
      expect(sections.map(({ heading }) => heading === null)).toEqual(sections.map((_, at) => at === 0));
    }
  });

  test('change in their lead alone when they are edited', () => {
    const [plain, edited] = [generateArticle(model, 3), generateArticle(model, 3, 1)];
    expect(edited).not.toEqual(plain);
    expect({ ...edited, sections: edited.sections.slice(1) }).toEqual({
      ...plain,
      sections: plain.sections.slice(1),
    });
  });

  test('are written in the letters of their language', () => {
    const letters = { en: /\p{Script=Latin}/u, he: /\p{Script=Hebrew}/u, fa: /\p{Script=Arabic}/u };
    for (const language of LANGUAGES) {
      const { title } = generateArticle(readLanguageModel(language), 0);
      for (const other of LANGUAGES) expect(letters[other].test(title)).toBe(other === language);
    }
  });

  test('are asked questions of 6 to 10 words, one in five of which has a word more that no article has', () => {
    const counts = { natural: 50, mails: 1, oneWord: 1, typed: 1 };
    const { natural, mails, typed } = generateQuestions(model, 50, counts);
    for (const question of natural) expect(question.split(' ').length).toBeGreaterThanOrEqual(6);
    expect(mails[0]?.split(/\s/).length).toBeGreaterThan(90);
    expect(typed.map(({ length }) => length)).toEqual(typed.map((_, at) => at + 1));
  });
});

describe('figures', () => {
  test('are percentiles by nearest rank, and medians of rounds', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(timesOf(hundred)).toEqual({ p50: 50, p99: 99 });
    expect(median([1, 90, 3])).toBe(3);
  });
});

describe('npm run benchmark', () => {
  test('prints times beside FTS5 and writes them as JSON', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'concord-benchmark-'));
    const file = join(directory, 'figures.json');
    const { code, out } = await run([
      '--articles',
      '70',
      '--language',
      'he',
      '--rounds',
      '1',
      '--json',
      file,
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/he 70 +concord +\d/);
    expect(out).toMatch(/fts5 +\d/);
    const { measured } = JSON.parse(await readFile(file, 'utf8'));
    expect(measured).toMatchObject([{ language: 'he', articles: 70 }]);
    expect(measured[0].question.concord.p50).toBeGreaterThan(0);
    await rm(directory, { recursive: true });
  });

  test('times starts and publications of generated content', async () => {
    const { code, out } = await run([
      '--publication',
      '--articles',
      '30',
      '--language',
      'fa',
      '--rounds',
      '1',
    ]);
    expect(code).toBe(0);
    const [head = '', figures = ''] = out.split('\n');
    expect(head).toMatch(/start, Markdown +start, release +one change +block, one +block, all/);
    expect(figures).toMatch(/^fa 30( +[1-9]\d*){5}$/);
  }, 120_000);

  test('times days gone by', async () => {
    const { code, out } = await run(['--days', '--articles', '30', '--language', 'fa']);
    expect(code).toBe(0);
    const [head = '', figures = ''] = out.split('\n');
    expect(head).toMatch(/open, first +open again +50 at once +block +slowest today +memory MB/);
    expect(figures).toMatch(/^fa 30( +\d+\.\d){5} +(-|-?\d+)$/);
  }, 120_000);

  test.each([
    [['--publication', '--days'], /Only one of/],
    [['--days', '--connections', '100'], /Only one of/],
    [['--connections', '1'], /--connections takes a whole number from 10 to 100000: found 1/],
    [['--articles', '5'], /--articles takes whole numbers from 10/],
    [['--articles', 'many'], /--articles takes/],
    [['--language', 'de'], /--language takes en, he, fa: found de/],
    [['--rounds', '0'], /--rounds takes/],
    [['--whatever'], /Unknown option/],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('has --help', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage:/) });
  });
});
