import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { evaluate } from '../../scripts/evaluate.ts';
import type { Said } from '../../scripts/evaluation/engine.ts';
import { auroc, calibrationError, measure } from '../../scripts/evaluation/figures.ts';
import { fitLogistic, predict } from '../../scripts/evaluation/fit-logistic.ts';
import type { LabelledQuestion } from '../../scripts/evaluation/labelled-question.ts';
import { readSets } from '../../scripts/evaluation/read-sets.ts';
import { withWrongLetter } from '../../scripts/evaluation/wrong-letter.ts';
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
    expect(out).toMatch(/project.*\n.*minisearch-default.*\n.*fts5/);
    expect(err).toMatch(/: 4 questions\n$/);
    const figures = JSON.parse(await readFile(json, 'utf8'));
    const [name = ''] = Object.keys(figures.sets);
    expect(figures.sets[name].project).toMatchObject({ queries: 4, answerable: 3, 'success@1': 1 });
    expect(Object.keys(figures.sets[name])).toEqual(['project', 'minisearch-default', 'fts5']);
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

  test('writes its progress over one line where somebody watches', async () => {
    let seen = '';
    await evaluate(['--sets', directory], { out: () => {}, err: (text) => (seen += text), isScreen: true });
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
      expect((await run(evaluate, ['--sets', few, '--json', json, '--runs', few])).code).toBe(0);
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
    await run(evaluate, ['--sets', directory, '--json', json]);
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
    const { code, err } = await run(evaluate, ['--sets', directory]);
    expect(code).toBe(1);
    expect(err).toContain(place);
    expect(err).toContain(expected);
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
    const { code, out } = await run(trainConfidence, ['--sets', directory]);
    expect(code).toBe(0);
    expect(out).toMatch(/^FIRST \{ bias: -?[\d.]+, ideal: .*\n[\s\S]*OTHER \{ bias: .*ratio: /);
  });

  test('says how it is called', async () => {
    expect(await run(trainConfidence, ['--help'])).toMatchObject({ code: 0 });
    expect(await run(trainConfidence, [])).toMatchObject({ code: 2 });
  });
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
    firstMistyped: ids[0] ?? null,
    milliseconds: 1,
    ...more,
  };
}

describe('figures', () => {
  test('are those of a run made by hand', async () => {
    const [read] = await readSets(directory);
    if (read === undefined) throw new Error('the set is not there');
    const figures = measure(read.questions, [
      said('q1', ['cancel', 'refund'], true, { firstMistyped: 'refund', milliseconds: 2 }),
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
      id,
      text: id,
      isAnswerable: true,
      isVague: false,
      right: new Set([right]),
      grades: new Map([[right, 1]]),
      sections: new Set(),
      context: null,
      asOf: null,
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
