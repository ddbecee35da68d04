import { parseArgs } from 'node:util';
import {
  type ConfidenceFeatures,
  confidenceFeatures,
  type OtherFeatures,
  otherFeatures,
} from '../server/answers/confidence.ts';
import { AppError, describeError } from '../server/errors.ts';
import { buildIndex } from '../server/search/build-index.ts';
import { auroc, calibrationError } from './evaluation/figures.ts';
import { fitLogistic, type LogisticModel, predict } from './evaluation/fit-logistic.ts';
import { type EvaluationSet, readSets } from './evaluation/read-sets.ts';
import { SET_DAY, setIdOf, snapshotOfSet } from './evaluation/set-snapshot.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: node scripts/train-confidence.ts --sets DIRECTORY

Fits the two logistic models of server/answers/confidence.ts on labelled sets, each set with the same weight, and prints
their constants; beside them, for each set, the figures of a model that never saw it nor a set of the same family
(banking77 and banking77-gap): area under the curve, calibration error, mean confidence and share that is right.
Exit codes: 0 fitted, 1 the sets cannot be read, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function trainConfidence(args: readonly string[], { out, err }: Terminal): Promise<number> {
  let directory: string | undefined;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { sets: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) {
      out(usage);
      return 0;
    }
    directory = values.sets;
  } catch (error) {
    err(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (directory === undefined) {
    err(`--sets is missing.\n\n${usage}`);
    return 2;
  }
  try {
    const samples = (await readSets(directory)).map(samplesOf);
    out(
      report(
        'FIRST',
        samples.map(({ name, first }) => ({ name, rows: first })),
      ),
    );
    out(
      report(
        'OTHER',
        samples.map(({ name, others }) => ({ name, rows: others })),
      ),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  }
}

interface Row<F> {
  readonly features: F;
  readonly isRight: boolean;
}

interface Samples {
  readonly name: string;
  readonly first: readonly Row<ConfidenceFeatures>[];
  readonly others: readonly Row<OtherFeatures>[];
}

/** Candidates after the first that may become options or alternatives. */
const OTHERS = 3;

function samplesOf(set: EvaluationSet): Samples {
  const { articles } = snapshotOfSet(set).public;
  const index = buildIndex({ locale: set.locale, articles, synonyms: [], thesaurus: [], asOf: SET_DAY });
  const first: Row<ConfidenceFeatures>[] = [];
  const others: Row<OtherFeatures>[] = [];
  for (const { text, right, isAnswerable } of set.questions) {
    const { candidates, evidence } = index.search(text, 10);
    if (evidence.exact || candidates.length === 0) continue;
    const isRight = (at: number): boolean =>
      isAnswerable && right.has(setIdOf(candidates[at]?.articleId ?? ''));
    first.push({ features: confidenceFeatures(candidates, evidence), isRight: isRight(0) });
    for (let at = 1; at <= OTHERS && at < candidates.length; at++) {
      others.push({ features: otherFeatures(candidates, at, evidence), isRight: isRight(at) });
    }
  }
  return { name: set.name, first, others };
}

function report<F extends object>(
  title: string,
  sets: readonly { readonly name: string; readonly rows: readonly Row<F>[] }[],
): string {
  const lines = [`${title} ${constants(fitModel(sets))}`];
  for (const { name, rows } of sets) {
    const model = fitModel(sets.filter((other) => familyOf(other.name) !== familyOf(name)));
    const predictions = rows.map(({ features, isRight }) => ({
      confidence: predict(model, features),
      isRight,
    }));
    const mean = (values: readonly number[]): string =>
      (values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)).toFixed(3);
    lines.push(
      [
        `  ${name.padEnd(16)}`,
        `auroc ${auroc(predictions)?.toFixed(3) ?? '-'}`,
        `ece ${calibrationError(predictions).toFixed(3)}`,
        `mean ${mean(predictions.map(({ confidence }) => confidence))}`,
        `right ${mean(predictions.map(({ isRight }) => Number(isRight)))}`,
      ].join('  '),
    );
  }
  return `${lines.join('\n')}\n`;
}

function fitModel<F extends object>(sets: readonly { readonly rows: readonly Row<F>[] }[]): LogisticModel {
  return fitLogistic(
    sets.flatMap(({ rows }) =>
      rows.map(({ features, isRight }) => ({ features, isRight, weight: 1000 / rows.length })),
    ),
  );
}

function familyOf(name: string): string {
  return name.replace(/-gap$/u, '');
}

function constants({ bias, weights }: LogisticModel): string {
  const all = Object.entries({ bias, ...weights });
  return `{ ${all.map(([name, value]) => `${name}: ${Number(value.toFixed(3))}`).join(', ')} }`;
}

if (import.meta.main) {
  process.exitCode = await trainConfidence(process.argv.slice(2), processTerminal);
}
