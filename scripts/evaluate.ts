import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeError } from '../server/errors.ts';
import { type Figures, meanFigures, measure } from './evaluation/figures.ts';
import { type EvaluationSet, readSets } from './evaluation/read-sets.ts';
import { type Run, runMiniSearchDefault, runProject } from './evaluation/run-engines.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run evaluate -- --sets DIRECTORY [--json FILE] [--runs DIRECTORY]

Asks the questions of labelled sets and prints how many are answered rightly, beside MiniSearch with its defaults.
  --sets DIRECTORY  a set, or a folder of sets: corpus.jsonl, queries.jsonl, qrels.tsv
  --json FILE       also write the figures as JSON
  --runs DIRECTORY  also write SET.ENGINE.jsonl, a line a question, for the sets' own scorer
Columns: s@1, s@3 right article first, among three; cover answered; prec right of the answered; wrong of all questions;
served answered rightly or asked back with the right option; ece calibration error; ms a question.
Exit codes: 0 measured, 1 the sets cannot be read, 2 called wrongly.
`;

type Engine = 'project' | 'minisearch-default';

const engines: Readonly<Record<Engine, (set: EvaluationSet, progress: (done: number) => void) => Run>> = {
  project: runProject,
  'minisearch-default': runMiniSearchDefault,
};

/** Runs the command and gives its exit code. */
export async function evaluate(args: readonly string[], { out, err }: Terminal): Promise<number> {
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
    const measured = [];
    for (const set of sets) measured.push(await measureSet(set, call.runs, err));
    out(table(measured));
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

interface Measured {
  readonly name: string;
  readonly locale: string;
  readonly figures: Readonly<Record<Engine, Figures>>;
}

async function measureSet(
  set: EvaluationSet,
  runs: string | null,
  err: (text: string) => void,
): Promise<Measured> {
  const figures: Partial<Record<Engine, Figures>> = {};
  for (const engine of ['project', 'minisearch-default'] as const) {
    const run = engines[engine](set, (done) =>
      err(`\r${set.name} ${engine} ${done}/${set.questions.length}   `),
    );
    figures[engine] = measure(set, run);
    if (runs !== null) await writeRun(runs, `${set.name}.${engine}.jsonl`, run);
  }
  err(`\r${' '.repeat(60)}\r`);
  return { name: set.name, locale: set.locale, figures: figures as Record<Engine, Figures> };
}

async function writeRun(directory: string, file: string, run: Run): Promise<void> {
  await mkdir(directory, { recursive: true });
  const lines = run.said.map(({ query, results, answered, confidence }) =>
    JSON.stringify({ query, results, answered, ...(confidence === null ? {} : { confidence }) }),
  );
  await writeFile(join(directory, file), `${lines.join('\n')}\n`);
}

/** `{ sets: { name: { engine: figures } }, means: { english, others: { engine: figures } } }`, each set counting once. */
function summaryOf(measured: readonly Measured[]): object {
  return {
    sets: Object.fromEntries(measured.map(({ name, figures }) => [name, figures])),
    means: Object.fromEntries(
      groupsOf(measured).map(({ name, sets }) => [
        name,
        Object.fromEntries(
          (Object.keys(engines) as Engine[]).map((engine) => [
            engine,
            meanFigures(sets.map(({ figures }) => figures[engine])),
          ]),
        ),
      ]),
    ),
  };
}

function groupsOf(
  measured: readonly Measured[],
): readonly { readonly name: string; readonly sets: readonly Measured[] }[] {
  const english = measured.filter(({ locale }) => locale === 'en');
  const others = measured.filter(({ locale }) => locale !== 'en');
  return [
    { name: 'english', sets: english },
    { name: 'others', sets: others },
  ].filter(({ sets }) => sets.length > 0);
}

const columns = [
  ['s@1', 'success@1'],
  ['s@3', 'success@3'],
  ['cover', 'coverage'],
  ['prec', 'precision_answered'],
  ['wrong', 'wrong'],
  ['served', 'served'],
  ['auroc', 'auroc_right'],
  ['ece', 'ece'],
  ['ms', 'ms_per_question'],
] as const satisfies readonly (readonly [string, keyof Figures])[];

function table(measured: readonly Measured[]): string {
  const row = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at < 2 ? cell.padEnd(at === 0 ? 16 : 20) : cell.padStart(7))).join('');
  const rowOf = (
    name: string,
    engine: Engine,
    figures: Partial<Record<keyof Figures, number | null>>,
  ): string => row([name, engine, ...columns.map(([, key]) => figures[key]?.toFixed(3) ?? '-')]);
  const lines = [row(['set', 'engine', ...columns.map(([label]) => label)])];
  for (const { name, figures } of measured) {
    for (const engine of Object.keys(engines) as Engine[]) lines.push(rowOf(name, engine, figures[engine]));
  }
  for (const { name, sets } of groupsOf(measured)) {
    for (const engine of Object.keys(engines) as Engine[]) {
      lines.push(rowOf(`mean ${name}`, engine, meanFigures(sets.map(({ figures }) => figures[engine]))));
    }
  }
  return `${lines.join('\n')}\n`;
}

if (import.meta.main) {
  process.exitCode = await evaluate(process.argv.slice(2), processTerminal);
}
