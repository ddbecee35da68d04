import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { evaluate } from '../../scripts/evaluate.ts';
import { compare, isWorse, marksOf } from '../../scripts/evaluation/compare-figures.ts';
import { coverageCurve } from '../../scripts/evaluation/coverage-curve.ts';
import type { Said } from '../../scripts/evaluation/engine.ts';
import { auroc, calibrationError, measure, rowsOf } from '../../scripts/evaluation/figures.ts';
import { fitLogistic, predict } from '../../scripts/evaluation/fit-logistic.ts';
import { fts5Engine } from '../../scripts/evaluation/fts5-engine.ts';
import type { LabelledQuestion } from '../../scripts/evaluation/labelled-question.ts';
import { measured } from '../../scripts/evaluation/measured.ts';
import { readSets } from '../../scripts/evaluation/read-sets.ts';
import { withWrongLetter } from '../../scripts/evaluation/wrong-letter.ts';
import type { Terminal } from '../../scripts/terminal.ts';
import { trainConfidence } from '../../scripts/train-confidence.ts';
import { AppError } from '../../server/errors.ts';
import { makeArticle, smallWorld, type WorldFiles, worldFiles } from '../support/small-world.ts';

/** A set of three articles, one of them without a body, and four questions, one of which no article answers. */
const set = {
  'corpus.jsonl': [
    { id: 'cancel', title: 'cancel order', questions: ['stop my order'], body: '', lang: 'en' },
    {
      id: 'refund',
      title: 'refund',
      questions: ['money back'],
      body: 'A refund takes five days.',
      lang: 'en',
    },
    { id: 'track', title: 'track a parcel', questions: ['where is it'], body: 'Use the number.', lang: 'en' },
  ],
  'queries.jsonl': [
    { id: 'q1', text: 'please cancel the order', lang: 'en', answerable: true },
    { id: 'q2', text: 'how long does a refund take', lang: 'en', answerable: true },
    { id: 'q3', text: 'tracking my parcel', lang: 'en', answerable: true },
    { id: 'q4', text: 'do you sell bicycles', lang: 'en', answerable: false },
  ],
};
const grades = 'q1\tcancel\t1\nq2\trefund\t1\nq3\ttrack\t1\n';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'concord-evaluate-'));
  for (const [file, rows] of Object.entries(set)) {
    await writeFile(join(directory, file), rows.map((row) => JSON.stringify(row)).join('\n'));
  }
  await writeFile(join(directory, 'qrels.tsv'), grades);
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** What an engine said, in the order of the questions of the set above. */
function said(query: string, ids: readonly string[], answered: boolean, more: Partial<Said> = {}): Said {
  return {
    query,
    results: ids.map((id, at) => ({ id, score: 3 - at })),
    answered,
    answer: null,
    offered: [],
    confidence: answered ? 0.9 : 0.3,
    mistyped: ids.slice(0, 1).map((id) => ({ id, score: 1 })),
    milliseconds: 1,
    ...more,
  };
}

/** A question of which nothing is known yet. */
const unlabelled: LabelledQuestion = {
  id: 'q',
  text: 'q',
  isAnswerable: false,
  isVague: false,
  right: new Set(),
  grades: new Map(),
  sections: new Set(),
  context: null,
  asOf: null,
};

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function heard(command: (terminal: Terminal) => Promise<number>): Promise<Outcome> {
  const said = { out: '', err: '' };
  const code = await command({
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

/** Runs the command on a day, with a content directory. */
function run(args: readonly string[], contentDir = 'nowhere'): Promise<Outcome> {
  const setting = {
    environment: { CONTENT_DIR: contentDir },
    now: () => new Date('2026-11-20T12:00:00Z'),
  };
  return heard((terminal) => evaluate(args, setting, terminal));
}

describe('evaluate', () => {
  test('prints a table with the baseline beside Concord, and writes figures and runs', async () => {
    const json = join(directory, 'figures.json');
    const runs = join(directory, 'runs');
    const { code, out, err } = await run(['--sets', directory, '--json', json, '--runs', runs]);
    expect(code).toBe(0);
    expect(out).toMatch(/project.*\n.*minisearch-default.*\n.*fts5/);
    expect(err).toMatch(/: 4 questions\n$/);
    const figures = JSON.parse(await readFile(json, 'utf8'));
    const [name = ''] = Object.keys(figures.sets);
    expect(figures.sets[name].project).toMatchObject({ queries: 4, answerable: 3, 'success@1': 1 });
    expect(Object.keys(figures.sets[name])).toEqual([
      'project',
      'minisearch-default',
      'fts5',
      'project-no-thesaurus',
      'project-no-calibration',
    ]);
    expect(Object.keys(figures).slice(0, 2)).toEqual(['sets', 'means']);
    expect(figures.curves[name].points).toHaveLength(20);
    expect(figures.curves[name].points[0]).toMatchObject({ threshold: 0, coverage: 3 / 4, risk: 0 });
    expect(figures.sets[name].fts5).toMatchObject({ queries: 4, 'success@1': 1, ece: null });
    expect(figures.means.english['minisearch-default']['success@1']).toBeGreaterThan(0);
    const lines = (await readFile(join(runs, `${name}.project.jsonl`), 'utf8')).trim().split('\n');
    const written = lines.map((line) => JSON.parse(line));
    expect(written.map(({ query, results }) => [query, results[0]?.id])).toEqual([
      ['q1', 'cancel'],
      ['q2', 'refund'],
      ['q3', 'track'],
      ['q4', undefined],
    ]);
    expect(written.map(({ confidence }) => confidence)).toContain(0);
  });

  test('with --gaps prints how the questions of a set would be grouped, and only with sets', async () => {
    expect(await run(['--gaps', '--sets', directory])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/4 groups, pairs right 0\.00, found 0\.00; unsure /),
    });
    expect(await run(['--gaps'])).toMatchObject({ code: 2, err: expect.stringContaining('--sets') });
  });

  test('says how it is called', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--sets'),
    });
    expect(await run(['--set', 'x'])).toMatchObject({ code: 2 });
    expect(await run(['--sets', directory, '--golden', directory])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--golden goes without --sets'),
    });
  });

  test('names what is wrong with the sets', async () => {
    expect(await run(['--sets', join(directory, 'nowhere')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected: a folder'),
    });
    await writeFile(join(directory, 'corpus.jsonl'), '{"id": "a"}\n');
    expect((await run(['--sets', directory])).err).toContain('corpus.jsonl:1');
  });

  test('says before it measures where figures cannot be written', async () => {
    const file = join(directory, 'corpus.jsonl', 'figures.json');
    const { code, out, err } = await run(['--sets', directory, '--json', file]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('cannot be written');
    expect(await run(['--sets', directory, '--json', directory])).toMatchObject({ code: 1 });
  });

  test('writes its progress over one line where somebody watches', async () => {
    let seen = '';
    const terminal: Terminal = {
      out: () => {},
      err: (text) => {
        seen += text;
      },
      isScreen: true,
    };
    await evaluate(['--sets', directory], { environment: {}, now: () => new Date() }, terminal);
    expect(seen).toMatch(/^\r.* 0\/4 +\r +\r$/);
  });

  test('writes runs with which the sets’ own scorer finds the same figures', async () => {
    const sets = join(import.meta.dirname, '../../../shared/eval');
    if (!existsSync(sets)) return console.warn('Skipped: there are no labelled sets at ../shared/eval.');
    const scorer = join(sets, 'score.mjs');
    const { loadSet, loadRun, evaluate: score } = await import(pathToFileURL(scorer).href);
    for (const name of ['persianqa', 'bitext-gap']) {
      const few = join(directory, name);
      await mkdir(few);
      for (const file of ['corpus.jsonl', 'queries.jsonl', 'qrels.tsv']) {
        const lines = (await readFile(join(sets, name, file), 'utf8')).split('\n');
        await writeFile(
          join(few, file),
          lines.slice(0, file === 'queries.jsonl' ? 120 : undefined).join('\n'),
        );
      }
      const json = join(few, 'figures.json');
      expect((await run(['--sets', few, '--json', json, '--runs', few])).code).toBe(0);
      const figures = JSON.parse(await readFile(json, 'utf8')).sets[name];
      const inNine = (value: unknown): string =>
        JSON.stringify(value, (_, each) => (typeof each === 'number' ? each.toFixed(9) : each));
      for (const engine of ['project', 'minisearch-default', 'fts5']) {
        const scored = score(loadSet(few), loadRun(join(few, `${name}.${engine}.jsonl`)));
        expect(Object.keys(scored)).toHaveLength(15);
        for (const [figure, value] of Object.entries(scored)) {
          expect(`${engine} ${figure} ${inNine(figures[engine][figure])}`).toBe(
            `${engine} ${figure} ${inNine(value)}`,
          );
        }
      }
    }
  });
});

/** A small shop with a golden question of each kind; its default articles have two question variants each. */
async function smallShop(more: WorldFiles = {}): Promise<string> {
  const files = worldFiles({
    'golden.yaml': stringify([
      {
        question: 'I ordered by mistake, can you stop it please',
        locale: 'en',
        expect: 'orders/cancel-order',
        why: 'It is a cancellation.',
        tags: ['polite'],
      },
      {
        question: 'cancel order not shipped yet',
        locale: 'en',
        expect: 'no_answer',
        why: 'The owner is wrong here.',
      },
    ]),
    ...more,
  });
  const shop = await mkdtemp(join(directory, 'shop-'));
  for (const { path, bytes } of files) {
    await mkdir(join(shop, dirname(path)), { recursive: true });
    await writeFile(join(shop, path), bytes);
  }
  return shop;
}

describe('the installation’s own content', () => {
  test('is asked its variants, each left out in its turn, and its golden questions', async () => {
    const shop = await smallShop();
    const json = join(directory, 'own.json');
    const { code, out, err } = await run(['--json', json, '--runs', join(directory, 'runs')], shop);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('variants en') });
    expect(out).toContain('as of 2026-11-20');
    expect(out).toContain('golden: 2 questions');
    expect(out).toContain('does not fit this content');
    expect(out).toContain('Recorded questions with a vote: none');
    expect(out).toContain('1 of 2 golden questions get something else');
    expect(out).toMatch(
      /en golden.yaml:7 {2}cancel order.*\n +expected: no_answer\n +found: +orders\/cancel-order/,
    );
    const { sets, content } = JSON.parse(await readFile(json, 'utf8'));
    expect(sets).toEqual({});
    const { parts, folds, tags } = content;
    const variants = smallWorld().snapshot.public.articles.flatMap(({ locale, questions }) =>
      locale === 'en' ? questions : [],
    );
    expect(parts['variants en'].project.queries).toBe(variants.length);
    expect(folds).toBe(2);
    expect(parts['golden en'].project).toMatchObject({ queries: 2, answerable: 1, wrong: 0.5 });
    expect(parts['golden en'].fts5).toMatchObject({ queries: 2, 'success@1': 1 });
    expect(Object.keys(tags)).toEqual(['polite']);
    expect(tags.polite.project.queries).toBe(1);
    const runs = await readdir(join(directory, 'runs'));
    expect(runs).toContain('variants-en.project.jsonl');
  });

  test('a variant that is left out is not there to be found', async () => {
    const article = (title: string, question: string) => makeArticle({ title, questions: [question] });
    const shop = await smallShop({
      'golden.yaml': null,
      'en/orders/lost.md': article('Parcel is late', 'zanzibar'),
      'en/orders/found.md': article('Refund for a coat', 'zanzibar express coat refund'),
    });
    const json = join(directory, 'own.json');
    await run(['--json', json], shop);
    const figures = JSON.parse(await readFile(json, 'utf8')).content.parts['variants en'].project;
    expect(figures).toMatchObject({ queries: 2, 'success@1': 1 / 2 });
  });

  test('is asked a held set of a folder of its own', async () => {
    const shop = await smallShop();
    const golden = await mkdtemp(join(directory, 'golden-'));
    await writeFile(
      join(golden, 'mine.yaml'),
      stringify([
        {
          question: 'order',
          locale: 'en',
          expect: { clarify: ['orders/cancel-order'] },
          why: 'One word says too little.',
        },
        {
          question: 'send it back after two weeks?',
          locale: 'en',
          expect: 'returns/return-window#lead',
          why: 'It is the time to return.',
        },
      ]),
    );
    const json = join(directory, 'own.json');
    const { code, out } = await run(['--golden', golden, '--json', json], shop);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('held: 2 questions') });
    const held = JSON.parse(await readFile(json, 'utf8')).content.parts['held en'].project;
    expect(held).toMatchObject({ queries: 2, answerable: 1, 'success@1': 1, section_right: 1 });
    expect(held.false_answer_rate).toBeNull();
  });

  test('a held set that expects what is not there is refused with file and line', async () => {
    const golden = await mkdtemp(join(directory, 'golden-'));
    const file = join(golden, 'mine.yaml');
    await writeFile(file, '- question: order\n  locale: en\n  expect: orders/nowhere\n  why: Because.\n');
    const { code, err } = await run(['--golden', golden], await smallShop());
    expect(code).toBe(1);
    expect(err).toContain(`${file}:3`);
    expect(
      await run(['--golden', await mkdtemp(join(directory, 'empty-'))], await smallShop()),
    ).toMatchObject({
      code: 1,
      err: expect.stringContaining('no golden questions'),
    });
  });

  test('that is refused is not measured', async () => {
    const shop = await smallShop({ 'en/orders/cancel-order.md': 'no front matter' });
    const { code, err } = await run([], shop);
    expect(code).toBe(1);
    expect(err).toContain('en/orders/cancel-order.md');
  });
});

describe('a comparison with an earlier run', () => {
  const questions = Array.from({ length: 100 }, (_, at) => ({
    ...unlabelled,
    id: `q${at}`,
    right: new Set(['a']),
    grades: new Map([['a', 1]]),
    isAnswerable: true,
  }));
  /** A run in which the questions from `from` up to `to` find the wrong article. */
  const finding = (from: number, to: number) =>
    measured({ name: 'set', locale: 'en', answerFrom: 0.7 }, questions, {
      project: questions.map(({ id }, at) => said(id, [at >= from && at < to ? 'b' : 'a'], true)),
    });
  const earlier = (one: ReturnType<typeof finding>, marks = true) =>
    new Map([
      [
        'set',
        {
          figures: { ...one.figures.project, best_f1: null } as Readonly<Record<string, number | null>>,
          marks: marks ? marksOf(one) : null,
        },
      ],
    ]);
  const changeIn = (now: ReturnType<typeof finding>, then: ReturnType<typeof earlier>) => {
    const change = compare(now, then)?.get('success@1');
    if (change === undefined) throw new Error('nothing was compared');
    return { ...change, isWorse: isWorse('success@1', change) };
  };

  test('marks what is worse by more than chance, question by question', () => {
    const change = changeIn(finding(0, 25), earlier(finding(0, 20)));
    expect(change.change).toBeCloseTo(-0.05);
    expect(change.error).toBeCloseTo(Math.sqrt(5) / 100);
    expect(change.isWorse).toBe(true);
    expect(changeIn(finding(0, 20), earlier(finding(0, 25))).isWorse).toBe(false);
  });

  test('does not mark as many losses as chance brings', () => {
    expect(changeIn(finding(0, 23), earlier(finding(0, 20))).isWorse).toBe(false);
    expect(changeIn(finding(10, 35), earlier(finding(0, 20))).isWorse).toBe(false);
  });

  test('is as between independent samples where the questions are others or unknown', () => {
    const unknown = changeIn(finding(0, 25), earlier(finding(0, 20), false));
    expect(unknown.error).toBeCloseTo(Math.sqrt(0.225 * 0.775 * (2 / 100)));
    expect(unknown.isWorse).toBe(false);
    expect(changeIn(finding(0, 40), earlier(finding(0, 20), false)).isWorse).toBe(true);
  });

  test('is printed from the file that was written', async () => {
    const json = join(directory, 'earlier.json');
    await run(['--sets', directory, '--json', json]);
    const written = JSON.parse(await readFile(json, 'utf8'));
    const { out } = await run(['--sets', directory, '--against', json]);
    const [name = ''] = Object.keys(written.sets);
    expect(out).toMatch(new RegExp(`change +s@1.*\\n${name} +0 `));
    written.sets[name].project['success@1'] = 0.5;
    await writeFile(json, JSON.stringify(written));
    expect((await run(['--sets', directory, '--against', json])).out).toMatch(
      new RegExp(`change +s@1.*\\n${name} +\\+\\.500 `),
    );
    await writeFile(json, '{"sets": []}');
    expect(await run(['--sets', directory, '--against', json])).toMatchObject({
      code: 1,
      err: expect.stringContaining('a file that --json wrote'),
    });
  });
});

describe('the curve', () => {
  test('tells coverage and risk at each threshold, and at the one in force', () => {
    const questions = ['q1', 'q2', 'q3', 'q4'].map((id) => ({
      ...unlabelled,
      id,
      right: new Set(['a']),
      isAnswerable: true,
    }));
    const rows = rowsOf(questions, [
      said('q1', ['a'], true, { confidence: 0.9 }),
      said('q2', ['b'], true, { confidence: 0.7 }),
      said('q3', ['a'], false, { confidence: 0.4 }),
      said('q4', [], false, { confidence: 0 }),
    ]);
    const { points, inForce } = coverageCurve(rows, 0.7);
    expect(inForce).toEqual({ threshold: 0.7, coverage: 1 / 2, risk: 1 / 2 });
    expect(points.find(({ threshold }) => threshold === 0)).toEqual({
      threshold: 0,
      coverage: 3 / 4,
      risk: 1 / 3,
    });
    expect(points.find(({ threshold }) => threshold === 0.8)).toEqual({
      threshold: 0.8,
      coverage: 1 / 4,
      risk: 0,
    });
    expect(points.find(({ threshold }) => threshold === 0.95)).toEqual({
      threshold: 0.95,
      coverage: 0,
      risk: null,
    });
  });

  test('is printed where it is asked for', async () => {
    expect((await run(['--sets', directory, '--curve'])).out).toContain('answered from');
    expect((await run(['--sets', directory])).out).not.toContain('answered from');
  });
});

describe('sets', () => {
  test('may have a byte order mark, CRLF, blank lines, a head in qrels.tsv, and articles without questions', async () => {
    const windows = (lines: readonly string[]): string => `\uFEFF${lines.join('\r\n\r\n')}\r\n`;
    await writeFile(
      join(directory, 'corpus.jsonl'),
      windows([
        JSON.stringify({ id: 'a#1', title: 'Visa', lang: 'ms' }),
        JSON.stringify({ id: 'b/2', title: 'Pas', questions: null, body: null, lang: 'ms' }),
      ]),
    );
    await writeFile(
      join(directory, 'queries.jsonl'),
      windows([JSON.stringify({ id: 'q', text: 'visa', answerable: true })]),
    );
    await writeFile(join(directory, 'qrels.tsv'), windows(['query-id\tcorpus-id\tscore', 'q\ta#1\t2']));
    const [read] = await readSets(directory);
    expect(read).toMatchObject({
      locale: 'ms',
      articles: [
        { id: 'a#1', title: 'Visa', questions: [], body: '' },
        { id: 'b/2', title: 'Pas', questions: [], body: '' },
      ],
    });
    expect([...(read?.questions[0]?.grades ?? [])]).toEqual([['a#1', 2]]);
    const json = join(directory, 'figures.json');
    await run(['--sets', directory, '--json', json]);
    const [figures] = Object.values<Record<string, unknown>>(JSON.parse(await readFile(json, 'utf8')).sets);
    expect(figures?.project).toMatchObject({ 'success@1': 1 });
  });

  test.each([
    ['corpus.jsonl', '\n{"id": "x", "title": 5}', 'corpus.jsonl:2', 'title'],
    ['corpus.jsonl', '{"id": "x", "title": "a"}\n\n{"id": "x", "title": "b"}', 'corpus.jsonl:3', 'line 1'],
    ['queries.jsonl', 'not JSON', 'queries.jsonl:1', 'one JSON object a line'],
    ['queries.jsonl', '{"id": "q", "text": "a", "answerable": "yes"}', 'queries.jsonl:1', 'answerable'],
    ['qrels.tsv', 'q1\tcancel\t1\nq2 refund 1', 'qrels.tsv:2', 'tabs'],
  ])('name the bad line of %s', async (file, text, place, expected) => {
    await writeFile(join(directory, file), text);
    const { code, err } = await run(['--sets', directory]);
    expect(code).toBe(1);
    expect(err).toContain(place);
    expect(err).toContain(expected);
  });
});

describe('FTS5', () => {
  const articles = [
    { id: 'b', title: 'ביטול הזמנה', questions: ['איך מבטלים'], body: '' },
    { id: 'a', title: 'cancel order', questions: ['stop my orders'], body: '' },
  ];
  const rank = (locale: string, text: string) =>
    fts5Engine(articles, locale)
      .rank({ ...unlabelled, text })
      .map(({ id }) => id);

  test('knows stems in English and parts of words in other languages', () => {
    expect(rank('en', 'cancelled ordering')).toEqual(['a']);
    expect(rank('he', 'מבטל')).toEqual(['b']);
    expect(rank('he', 'הז')).toEqual([]);
  });

  test('takes any question: quotes, operators, nothing, and a pasted e-mail', () => {
    expect(rank('en', '"order" AND NOT (cancel* NEAR/2')).toEqual(['a']);
    expect(rank('en', '?! 🙂')).toEqual([]);
    expect(rank('en', Array.from({ length: 400 }, (_, at) => `word${at} order`).join(' '))).toEqual(['a']);
  });
});

describe('a wrong letter', () => {
  test('is the same for the same question, and one step from what was typed', () => {
    const text = 'where is my parcel, it is late';
    expect(withWrongLetter(text, 'q1')).toBe(withWrongLetter(text, 'q1'));
    const all = Array.from({ length: 200 }, (_, seed) => withWrongLetter(text, `q${seed}`));
    for (const mistyped of all) {
      const words = mistyped.split(' ');
      expect(words).toHaveLength(7);
      const changed = words.filter((word, at) => word !== text.split(' ')[at]);
      expect(changed).toHaveLength(1);
      expect(Math.abs(mistyped.length - text.length)).toBeLessThanOrEqual(1);
    }
    expect(new Set(all).size).toBeGreaterThan(30);
    const lengths = all.map((mistyped) => mistyped.length - text.length);
    expect([...new Set(lengths)].sort()).toEqual([-1, 0, 1]);
  });

  test.each(['הזמנה', 'بسته', 'посылка', 'ΔΈΜΑ', 'aaaa'])('is of the script of %s', (word) => {
    const script = ['Hebrew', 'Arabic', 'Cyrillic', 'Greek', 'Latin']
      .map((name) => new RegExp(`^\\p{Script=${name}}+$`, 'u'))
      .find((each) => each.test(word));
    for (let seed = 0; seed < 100; seed++) {
      const mistyped = withWrongLetter(word, String(seed));
      expect(mistyped).not.toBe(word);
      expect(mistyped).toMatch(script ?? /$^/);
    }
  });

  test('needs a word of four letters', () => {
    expect(withWrongLetter('is it my bag?', 'q1')).toBe('is it my bag?');
    expect(withWrongLetter('', 'q1')).toBe('');
  });
});

describe('train-confidence', () => {
  test('prints the constants of both models', async () => {
    const { code, out } = await heard((terminal) => trainConfidence(['--sets', directory], terminal));
    expect(code).toBe(0);
    expect(out).toMatch(/^FIRST \{ bias: -?[\d.]+, ideal: .*\n[\s\S]*OTHER \{ bias: .*ratio: /);
  });

  test('says how it is called', async () => {
    expect(await heard((terminal) => trainConfidence(['--help'], terminal))).toMatchObject({ code: 0 });
    expect(await heard((terminal) => trainConfidence([], terminal))).toMatchObject({ code: 2 });
  });
});

describe('figures', () => {
  test('are those of a run made by hand', async () => {
    const [read] = await readSets(directory);
    if (read === undefined) throw new Error('the set is not there');
    const figures = measure(read.questions, [
      said('q1', ['cancel', 'refund'], true, { mistyped: [{ id: 'refund', score: 1 }], milliseconds: 2 }),
      said('q2', ['cancel', 'refund'], true, { milliseconds: 3 }),
      said('q3', ['refund', 'cancel', 'track'], false, { offered: ['refund', 'track'], milliseconds: 9 }),
      said('q4', ['cancel'], true),
    ]);
    expect(figures).toMatchObject({
      'success@1': 1 / 3,
      'success@3': 1,
      'mrr@10': (1 + 1 / 2 + 1 / 3) / 3,
      'ndcg@10': (1 + 1 / Math.log2(3) + 1 / 2) / 3,
      'recall@10': 1,
      coverage: 3 / 4,
      precision_answered: 1 / 3,
      risk: 2 / 3,
      false_answer_rate: 1,
      served: 2 / 3,
      rightly_answered: 1 / 4,
      rightly_clarified: 1 / 4,
      rightly_refused: 0,
      wrong: 2 / 4,
      clarified: 1 / 4,
      clarified_right: 1,
      asked_back_unanswerable: 0,
      loss_under_typo: 1 / 3,
      ms_per_question: 2,
      ms_p99: 9,
    });
  });

  test('no answer where there is none is right, and a fourth option comes too late', async () => {
    const [read] = await readSets(directory);
    if (read === undefined) throw new Error('the set is not there');
    const figures = measure(read.questions, [
      said('q1', ['refund'], false, { offered: ['refund', 'track', 'other', 'cancel'] }),
      said('q4', ['cancel'], false),
    ]);
    expect(figures).toMatchObject({
      rightly_refused: 1 / 4,
      clarified_right: 0,
      served: 0,
      wrong: 0,
      risk: null,
      coverage: 0,
    });
  });

  test('paraphrases agree as often as pairs of them find the same article', () => {
    const question = (id: string, right: string): LabelledQuestion => ({
      ...unlabelled,
      id,
      isAnswerable: true,
      right: new Set([right]),
    });
    const questions = [...['a', 'b', 'c', 'd'].map((id) => question(id, 'one')), question('e', 'two')];
    const found = { a: 'one', b: 'one', c: 'two', d: null, e: 'two' };
    const figures = measure(
      questions,
      Object.entries(found).map(([id, first]) => said(id, first === null ? [] : [first], true)),
    );
    expect(figures.paraphrase_agreement).toBe(1 / 6);
    expect(measure(questions.slice(4), []).paraphrase_agreement).toBeNull();
  });

  test('an exact bound of the answered is found as the scorer finds it', async () => {
    const [read] = await readSets(directory);
    if (read === undefined) throw new Error('the set is not there');
    const figures = measure(read.questions, [
      said('q1', ['cancel'], true, { confidence: 0.9 }),
      said('q2', ['cancel'], true, { confidence: 0.6 }),
      said('q3', ['track'], false, { confidence: 0.6 }),
      said('q4', [], false, { confidence: 0 }),
    ]);
    expect(figures.best_f1).toEqual({
      f1: 2 / 3,
      threshold: 0.6,
      precision: 2 / 3,
      recall: 2 / 3,
      coverage: 3 / 4,
    });
    expect(figures['right@p90']).toBe(1 / 3);
    expect(figures.auroc_unanswerable).toBe(1);
  });

  test('calibration error is the distance of confidence from what is right, bin by bin', () => {
    const of = (confidence: number, isRight: boolean) => ({ confidence, isRight });
    expect(calibrationError([of(1, true), of(0, false)])).toBe(0);
    expect(calibrationError([of(0.95, true), of(0.95, false)])).toBeCloseTo(0.45);
    expect(calibrationError([of(0.5, true), of(0.5, false)])).toBe(0);
  });

  test('area under the curve counts ties half', () => {
    const of = (confidence: number, isRight: boolean) => ({ confidence, isRight });
    expect(auroc([of(0.9, true), of(0.1, false)])).toBe(1);
    expect(auroc([of(0.1, true), of(0.9, false)])).toBe(0);
    expect(auroc([of(0.5, true), of(0.5, false)])).toBe(0.5);
    expect(auroc([of(0.5, true)])).toBeNull();
  });

  test('a fitted model finds the odds that made the data', () => {
    const rows = [0, 1].flatMap((x) =>
      Array.from({ length: 100 }, (_, at) => ({
        features: { x },
        isRight: at < (x === 0 ? 20 : 80),
        weight: 1,
      })),
    );
    const model = fitLogistic(rows);
    expect(predict(model, { x: 0 })).toBeCloseTo(0.2, 2);
    expect(predict(model, { x: 1 })).toBeCloseTo(0.8, 2);
  });

  test('a folder without a set is refused with what was expected', async () => {
    await expect(readSets(tmpdir().concat('/concord-nothing-here'))).rejects.toBeInstanceOf(AppError);
  });
});
