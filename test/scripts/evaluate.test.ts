import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../scripts/evaluate.ts';
import { auroc, calibrationError, measure } from '../../scripts/evaluation/figures.ts';
import { fitLogistic, predict } from '../../scripts/evaluation/fit-logistic.ts';
import { readSets } from '../../scripts/evaluation/read-sets.ts';
import { trainConfidence } from '../../scripts/train-confidence.ts';
import { AppError } from '../../server/errors.ts';

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

async function run(
  command: typeof evaluate,
  args: readonly string[],
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const said = { out: '', err: '' };
  const code = await command(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

describe('evaluate', () => {
  test('prints a table with the baseline beside Concord, and writes figures and runs', async () => {
    const json = join(directory, 'figures.json');
    const runs = join(directory, 'runs');
    const { code, out, err } = await run(evaluate, ['--sets', directory, '--json', json, '--runs', runs]);
    expect(code).toBe(0);
    expect(out).toMatch(/project.*\n.*minisearch-default/);
    expect(err).toContain('project 0/4');
    const figures = JSON.parse(await readFile(json, 'utf8'));
    const [name = ''] = Object.keys(figures.sets);
    expect(figures.sets[name].project).toMatchObject({ queries: 4, answerable: 3, 'success@1': 1 });
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

  test('says how it is called', async () => {
    expect(await run(evaluate, ['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('--sets'),
    });
    expect(await run(evaluate, [])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--sets is missing'),
    });
    expect(await run(evaluate, ['--set', 'x'])).toMatchObject({ code: 2 });
  });

  test('names what is wrong with the sets', async () => {
    expect(await run(evaluate, ['--sets', join(directory, 'nowhere')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('expected: a folder'),
    });
    await writeFile(join(directory, 'corpus.jsonl'), '{"id": "a"}\n');
    expect((await run(evaluate, ['--sets', directory])).err).toContain('corpus.jsonl:1');
  });
});

describe('train-confidence', () => {
  test('prints the constants of both models', async () => {
    const { code, out } = await run(trainConfidence, ['--sets', directory]);
    expect(code).toBe(0);
    expect(out).toMatch(/^FIRST \{ bias: -?[\d.]+, ideal: .*\n[\s\S]*OTHER \{ bias: .*ratio: /);
  });

  test('says how it is called', async () => {
    expect(await run(trainConfidence, ['--help'])).toMatchObject({ code: 0 });
    expect(await run(trainConfidence, [])).toMatchObject({ code: 2 });
  });
});

describe('figures', () => {
  test('are those of a run made by hand', async () => {
    const [read] = await readSets(directory);
    if (read === undefined) throw new Error('the set is not there');
    const said = (
      query: string,
      ids: readonly string[],
      answered: boolean,
      offered: readonly string[] = [],
    ) => ({
      query,
      results: ids.map((id, at) => ({ id, score: 3 - at })),
      answered,
      offered,
      confidence: answered ? 0.9 : 0.3,
    });
    const figures = measure(read, {
      msPerQuestion: 1,
      said: [
        said('q1', ['cancel', 'refund'], true),
        said('q2', ['cancel', 'refund'], true),
        said('q3', ['refund', 'cancel', 'track'], false, ['refund', 'track']),
        said('q4', ['cancel'], true),
      ],
    });
    expect(figures).toMatchObject({
      'success@1': 1 / 3,
      'success@3': 1,
      'mrr@10': (1 + 1 / 2 + 1 / 3) / 3,
      coverage: 3 / 4,
      precision_answered: 1 / 3,
      false_answer_rate: 1,
      served: 2 / 3,
      wrong: 2 / 4,
      clarified: 1 / 4,
      asked_back_unanswerable: 0,
    });
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
