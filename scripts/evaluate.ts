import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeError } from '../server/errors.ts';
import type { Said } from './evaluation/engine.ts';
import { meanFigures } from './evaluation/figures.ts';
import { type Column, figuresTable, type TableRow } from './evaluation/figures-table.ts';
import { type MeasuredSet, measureSet } from './evaluation/measure-set.ts';
import { createProgress } from './evaluation/progress.ts';
import { readSets } from './evaluation/read-sets.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run evaluate -- --sets DIRECTORY [--json FILE] [--runs DIRECTORY]

Asks the questions of labelled sets and prints how many are answered rightly, beside MiniSearch with its defaults and
SQLite's FTS5.
  --sets DIRECTORY  a set, or a folder of sets: corpus.jsonl, queries.jsonl, qrels.tsv
  --json FILE       also write all figures as JSON
  --runs DIRECTORY  also write SET.ENGINE.jsonl, a line a question, for the sets' own scorer
Columns, shares of the questions that have an answer: s@1, s@3 a right article first, among three; served answered rightly
or asked back with a right option; ask+ right option, of those asked back; para pairs of questions with the same answer
that find the same article; typo loss of s@1 under one wrong letter a question. Of all questions: cover answered; wrong
answered wrongly; asked asked back; ece calibration error of the served confidence. risk wrong of the answered; ask- asked
back of those without an answer; auroc how well confidence tells right from wrong; ms, p99 milliseconds for an answer.
Exit codes: 0 measured, 1 the sets cannot be read, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function evaluate(args: readonly string[], terminal: Terminal): Promise<number> {
  const { out, err } = terminal;
  const call = readCall(args);
  if (typeof call === 'string') {
    err(`${call}\n\n${usage}`);
    return 2;
  }
  if (call.help) {
    out(usage);
    return 0;
  }
  try {
    const sets = await readSets(call.sets);
    const progress = createProgress(terminal);
    const measured: MeasuredSet[] = [];
    for (const set of sets) {
      const one = measureSet(set, progress);
      measured.push(one);
      if (call.runs !== null) await writeRuns(call.runs, one);
    }
    progress.end();
    out(figuresTable('set', columns, rowsOf(measured)));
    if (call.json !== null) await writeFile(call.json, `${JSON.stringify(summaryOf(measured), null, 2)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

interface Call {
  readonly help: boolean;
  readonly sets: string;
  readonly json: string | null;
  readonly runs: string | null;
}

function readCall(args: readonly string[]): Call | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sets: { type: 'string' },
        json: { type: 'string' },
        runs: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.sets === undefined && !values.help) return '--sets is missing.';
    return {
      help: values.help,
      sets: values.sets ?? '',
      json: values.json ?? null,
      runs: values.runs ?? null,
    };
  } catch (error) {
    return (error as Error).message;
  }
}

const columns: readonly Column[] = [
  ['s@1', 'success@1'],
  ['s@3', 'success@3'],
  ['cover', 'coverage'],
  ['risk', 'risk'],
  ['wrong', 'wrong'],
  ['served', 'served'],
  ['asked', 'clarified'],
  ['ask+', 'clarified_right'],
  ['ask-', 'asked_back_unanswerable'],
  ['auroc', 'auroc_right'],
  ['ece', 'ece'],
  ['para', 'paraphrase_agreement'],
  ['typo', 'loss_under_typo'],
  ['ms', 'ms_per_question'],
  ['p99', 'ms_p99'],
];

async function writeRuns(directory: string, { name, said }: MeasuredSet): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [engine, each] of Object.entries(said)) {
    await writeFile(join(directory, `${name}.${engine}.jsonl`), runText(each));
  }
}

/** A line a question, as the sets' own scorer reads it. */
function runText(said: readonly Said[]): string {
  return said
    .map(({ query, results, answered, confidence }) =>
      JSON.stringify({ query, results, answered, ...(confidence === null ? {} : { confidence }) }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** `{ sets: { name: { engine: figures } }, means: { english, others: { engine: figures } } }`, each set counting once. */
function summaryOf(measured: readonly MeasuredSet[]): object {
  return {
    sets: Object.fromEntries(measured.map(({ name, figures }) => [name, figures])),
    means: Object.fromEntries(
      groupsOf(measured).map(({ name, sets }) => [
        name,
        Object.fromEntries(enginesOf(sets).map((engine) => [engine, meanOf(sets, engine)])),
      ]),
    ),
  };
}

interface Group {
  readonly name: string;
  readonly sets: readonly MeasuredSet[];
}

function groupsOf(measured: readonly MeasuredSet[]): readonly Group[] {
  const english = measured.filter(({ locale }) => locale === 'en');
  const others = measured.filter(({ locale }) => locale !== 'en');
  return [
    { name: 'english', sets: english },
    { name: 'others', sets: others },
  ].filter(({ sets }) => sets.length > 0);
}

function enginesOf(sets: readonly MeasuredSet[]): readonly string[] {
  return Object.keys(sets[0]?.figures ?? {});
}

function meanOf(sets: readonly MeasuredSet[], engine: string): ReturnType<typeof meanFigures> {
  return meanFigures(sets.flatMap(({ figures }) => figures[engine] ?? []));
}

function rowsOf(measured: readonly MeasuredSet[]): readonly TableRow[] {
  return [
    ...measured.flatMap((set) =>
      Object.entries(set.figures).map(([engine, figures]) => ({ name: set.name, engine, figures })),
    ),
    ...groupsOf(measured).flatMap(({ name, sets }) =>
      enginesOf(sets).map((engine) => ({ name: `mean ${name}`, engine, figures: meanOf(sets, engine) })),
    ),
  ];
}

if (import.meta.main) {
  process.exitCode = await evaluate(process.argv.slice(2), processTerminal);
}
