import { parseArgs } from 'node:util';
import { publicShelf } from '../server/answers/answerer.ts';
import { confidenceFeatures, meaningFeatures, otherFeatures } from '../server/answers/confidence.ts';
import { fitRecalibration, type Judged } from '../server/answers/fit-calibration.ts';
import { askLeftOut, type LabelledSearch } from '../server/answers/left-out-questions.ts';
import { readContentDirectory } from '../server/articles/read-content.ts';
import { AppError, describeError } from '../server/errors.ts';
import { type Encoder, speaks } from '../server/semantics/encoder.ts';
import { openEncoder } from '../server/semantics/open-encoder.ts';
import type { RememberingEncoder } from '../server/semantics/remembering-encoder.ts';
import { buildSnapshot } from '../server/snapshots/publish.ts';
import { auroc, calibrationError, type Prediction } from './evaluation/figures.ts';
import { fitLogistic, type LogisticModel, logit, predict } from './evaluation/fit-logistic.ts';
import { type EvaluationSet, readSets } from './evaluation/read-sets.ts';
import { snapshotOfSet } from './evaluation/set-snapshot.ts';
import { type TrainingSearch, type TrainingWorld, worldsOf } from './evaluation/training-worlds.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: node scripts/train-confidence.ts --sets DIRECTORY [--content DIRECTORY] [--semantic]

Fits the two logistic models of server/answers/confidence.ts on labelled sets, on changed copies of them, and on the
variants of some content left out in turn (default: content), and prints their constants. Beside them, for each set and each
locale of the content, the figures of a model that never saw it nor its family (banking77 and banking77-gap): area under the
curve, calibration error, mean confidence and share that is right; the calibration error after a recalibration from the
set's own variants, by the strength of the prior; and coverage against risk of all sets together.
--semantic fits FIRST_MEANT and OTHER_MEANT instead, with the English model, on sets and content in English; it takes minutes.
Exit codes: 0 fitted, 1 sets or content cannot be read, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function trainConfidence(args: readonly string[], { out, err }: Terminal): Promise<number> {
  let directory: string | undefined;
  let content: string;
  let semantic: boolean;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sets: { type: 'string' },
        content: { type: 'string', default: 'content' },
        semantic: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      out(usage);
      return 0;
    }
    directory = values.sets;
    content = values.content;
    semantic = values.semantic;
  } catch (error) {
    err(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (directory === undefined) {
    err(`--sets is missing.\n\n${usage}`);
    return 2;
  }
  let encoder: RememberingEncoder | null = null;
  try {
    encoder = semantic ? await openEncoder('english', null) : null;
    const sets = (await readSets(directory)).filter(({ locale }) => isFor(locale, encoder));
    const worlds = [
      ...sets.flatMap((set) => worldsOf(set, encoder)),
      ...(await worldsOfContent(content, encoder)),
    ];
    out(reportFirst(worlds, sets, encoder));
    out(reportOthers(worlds, encoder));
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  } finally {
    await encoder?.close();
  }
}

function isFor(locale: string, encoder: Encoder | null): boolean {
  return encoder === null || speaks(encoder, locale);
}

/** One world a locale: its variants left out in turn, and those of articles taken away. */
async function worldsOfContent(
  directory: string,
  encoder: Encoder | null,
): Promise<readonly TrainingWorld[]> {
  const { files } = await readContentDirectory(directory);
  const { snapshot, errors } = buildSnapshot(files, () => []);
  if (snapshot === null) throw new AppError('publication-refused', { errors });
  const shelf = publicShelf(snapshot, encoder);
  const locales = shelf.site.locales.filter((locale) => isFor(locale, encoder));
  return locales.map((locale) => ({
    name: `content-${locale}`,
    kind: 'as-is',
    weight: 1,
    searches: askLeftOut(shelf, locale)
      .searches.filter(({ evidence, candidates }) => !evidence.exact && candidates.length > 0)
      .map(({ candidates, evidence, isRight }) => ({
        candidates,
        evidence,
        isRight: candidates.map((_, at) => at === 0 && isRight),
      })),
  }));
}

/** Candidates after the first that may become options or alternatives. */
const OTHERS = 3;

interface Row {
  readonly features: object;
  readonly isRight: boolean;
}

const firstRows = ({ searches }: TrainingWorld): readonly Row[] => searches.map(firstRow);

function firstRow({ candidates, evidence, isRight }: TrainingSearch): Row {
  return { features: featuresOf({ candidates, evidence }), isRight: isRight[0] === true };
}

function featuresOf({ candidates, evidence }: Pick<TrainingSearch, 'candidates' | 'evidence'>): object {
  const { meaning } = evidence;
  const meant = meaning === undefined ? {} : meaningFeatures(candidates, meaning);
  return { ...confidenceFeatures(candidates, evidence), ...meant };
}

function otherRows({ searches }: TrainingWorld): readonly Row[] {
  return searches.flatMap(({ candidates, evidence, isRight }) =>
    candidates.slice(1, OTHERS + 1).map((_, at) => ({
      features: { ...otherFeatures(candidates, at + 1, evidence) },
      isRight: isRight[at + 1] === true,
    })),
  );
}

/** Strengths of the prior between which `PRIOR` of server/answers/fit-calibration.ts was chosen. */
const STRENGTHS = [5, 20, 80];

function reportFirst(
  worlds: readonly TrainingWorld[],
  sets: readonly EvaluationSet[],
  encoder: Encoder | null,
): string {
  const lines = [`${encoder === null ? 'FIRST' : 'FIRST_MEANT'} ${constants(fitModel(worlds, firstRows))}`];
  const all: Prediction[] = [];
  for (const world of worlds.filter(({ kind }) => kind === 'as-is')) {
    const model = fitModel(strangersTo(world, worlds), firstRows);
    const predictions = firstRows(world).map(({ features, isRight }) => ({
      confidence: predict(model, features),
      isRight,
    }));
    const set = sets.find(({ name }) => name === world.name);
    if (set !== undefined) all.push(...predictions);
    lines.push(
      `${figuresOf(world.name, predictions)}${set === undefined ? '' : afterwards(set, world, model, encoder)}`,
    );
  }
  return `${lines.join('\n')}\n${curveOf(all)}\n`;
}

/** Calibration error of the set's questions after a recalibration from the set's own variants; nothing where it has none. */
function afterwards(
  set: EvaluationSet,
  world: TrainingWorld,
  model: LogisticModel,
  encoder: Encoder | null,
): string {
  const own = askLeftOut(publicShelf(snapshotOfSet(set), encoder), set.locale).searches;
  if (own.length === 0) return '';
  const judged = own.map((search) => judge(search, model));
  const errors = STRENGTHS.map((strength) => {
    const { slope, offset } = fitRecalibration(judged, strength);
    const predictions = firstRows(world).map(({ features, isRight }) => ({
      confidence: 1 / (1 + Math.exp(-(slope * logit(model, features) + offset))),
      isRight,
    }));
    return `${calibrationError(predictions).toFixed(3)} (slope ${slope.toFixed(2)}, offset ${offset.toFixed(2)})`;
  });
  return `  recalibrated ${errors.join(', ')}`;
}

function judge({ candidates, evidence, isRight }: LabelledSearch, model: LogisticModel): Judged {
  const certain = evidence.exact || candidates.length === 0;
  return {
    logOdds: certain ? null : logit(model, featuresOf({ candidates, evidence })),
    most: 1,
    isRight,
  };
}

function reportOthers(worlds: readonly TrainingWorld[], encoder: Encoder | null): string {
  const lines = [`${encoder === null ? 'OTHER' : 'OTHER_MEANT'} ${constants(fitModel(worlds, otherRows))}`];
  for (const world of worlds.filter(({ kind, name }) => kind === 'as-is' && !name.startsWith('content-'))) {
    const model = fitModel(strangersTo(world, worlds), otherRows);
    lines.push(
      figuresOf(
        world.name,
        otherRows(world).map(({ features, isRight }) => ({ confidence: predict(model, features), isRight })),
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

function figuresOf(name: string, predictions: readonly Prediction[]): string {
  const mean = (values: readonly number[]): string =>
    (values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)).toFixed(3);
  return [
    `  ${name.padEnd(16)}`,
    `auroc ${auroc(predictions)?.toFixed(3) ?? '-'}`,
    `ece ${calibrationError(predictions).toFixed(3)}`,
    `mean ${mean(predictions.map(({ confidence }) => confidence))}`,
    `right ${mean(predictions.map(({ isRight }) => Number(isRight)))}`,
  ].join('  ');
}

/** Coverage and risk from each threshold on. */
function curveOf(predictions: readonly Prediction[]): string {
  const lines = Array.from({ length: 20 }, (_, at) => at / 20).map((threshold) => {
    const answered = predictions.filter(({ confidence }) => confidence >= threshold);
    const wrong = answered.filter(({ isRight }) => !isRight).length;
    const share = (part: number, of: number): string => (of === 0 ? 0 : part / of).toFixed(3);
    return `  from ${threshold.toFixed(2)}: coverage ${share(answered.length, predictions.length)}, risk ${share(wrong, answered.length)}`;
  });
  return `CURVE\n${lines.join('\n')}`;
}

function strangersTo(world: TrainingWorld, worlds: readonly TrainingWorld[]): readonly TrainingWorld[] {
  return worlds.filter(({ name }) => familyOf(name) !== familyOf(world.name));
}

function fitModel(
  worlds: readonly TrainingWorld[],
  rowsOf: (world: TrainingWorld) => readonly Row[],
): LogisticModel {
  return fitLogistic(
    worlds.flatMap((world) => {
      const rows = rowsOf(world);
      return rows.map((row) => ({ ...row, weight: (1000 * world.weight) / rows.length }));
    }),
  );
}

function familyOf(name: string): string {
  return name.replace(/-gap$|^content-.*$/u, '');
}

function constants({ bias, weights }: LogisticModel): string {
  const all = Object.entries({ bias, ...weights });
  return `{ ${all.map(([name, value]) => `${name}: ${Number(value.toFixed(3))}`).join(', ')} }`;
}

if (import.meta.main) {
  process.exitCode = await trainConfidence(process.argv.slice(2), processTerminal);
}
