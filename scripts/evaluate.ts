import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createAnswerers } from '../server/answers/answerer.ts';
import { calendarOf } from '../server/answers/calendar.ts';
import { judgeGolden } from '../server/answers/judge-golden.ts';
import type { GoldenQuestion } from '../server/articles/article.ts';
import { readConfig } from '../server/config.ts';
import { AppError, describeError } from '../server/errors.ts';
import type { Encoder } from '../server/semantics/encoder.ts';
import { openEncoder } from '../server/semantics/open-encoder.ts';
import type { RememberingEncoder } from '../server/semantics/remembering-encoder.ts';
import { readEarlier } from './evaluation/compare-figures.ts';
import { measureSeededCases, measureWrittenOut } from './evaluation/contradictions.ts';
import { seededReport, writtenOutReport } from './evaluation/contradictions-report.ts';
import { disagreementsReport, measureDisagreements } from './evaluation/disagreements.ts';
import type { Said } from './evaluation/engine.ts';
import { gapsReport, measureGaps } from './evaluation/gaps.ts';
import { readGoldenFolder } from './evaluation/golden-questions.ts';
import { foldsOf } from './evaluation/leave-out.ts';
import { measureSet } from './evaluation/measure-set.ts';
import { GOLDEN_PART, type Measured } from './evaluation/measured.ts';
import { byTag, measureGolden, measureVariants, readOwnContent } from './evaluation/own-content.ts';
import { createProgress, type Progress } from './evaluation/progress.ts';
import { readSets } from './evaluation/read-sets.ts';
import { changesReport, curveReport, figuresReport, otherwiseReport } from './evaluation/report.ts';
import { type ContentEvaluation, type Evaluation, summaryOf } from './evaluation/summary.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const usage = `Usage: npm run evaluate [-- --sets DIRECTORY] [--golden DIRECTORY] [--semantic] [--curve] [--against FILE] [--json FILE] [--runs DIRECTORY]
       npm run evaluate -- --contradictions [--every N] [--verbose]
       npm run evaluate -- --gaps --sets DIRECTORY

Asks questions whose right answers are known and prints how many are answered rightly, beside MiniSearch with its defaults
and SQLite's FTS5. Without --sets the questions are those of the content (CONTENT_DIR): every question variant left out in
its turn, golden.yaml, and the held set.
  --contradictions    instead: how well checks find what disagrees and what contradicts a fact, on seeded companies
  --every N           with --contradictions: also in the content, with one in N of its references to facts written out in its
                      turn; 1 for all of them, which takes minutes
  --verbose           with --contradictions: every miss and every false finding too
  --gaps              instead: how well gaps group the questions of sets, and which answers there would be unsure
  --sets DIRECTORY    a set, or a folder of sets: corpus.jsonl, queries.jsonl, qrels.tsv
  --golden DIRECTORY  the held set: YAML files in the form of golden.yaml; default: test/golden where it fits the content
  --semantic          also with meaning beside words, by the model of SEMANTIC_MODEL (english where it is empty); slow
  --curve             also print coverage against risk over thresholds on the confidence
  --against FILE      also print what changed since an earlier --json; ! where it is worse by more than chance explains
  --json FILE         also write all figures as JSON
  --runs DIRECTORY    also write NAME.ENGINE.jsonl, a line a question, for the sets' own scorer
README tells what each column means. Exit codes: 0 measured, 1 something cannot be read or written, 2 called wrongly.
`;

/** Runs the command and gives its exit code. */
export async function evaluate(
  args: readonly string[],
  setting: {
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly now: () => Date;
  },
  terminal: Terminal,
): Promise<number> {
  const { out, err } = terminal;
  const call = readCall(args);
  if (typeof call === 'string') {
    err(`${call}\n\n${usage}`);
    return 2;
  }
  if (call === null) {
    out(usage);
    return 0;
  }
  let encoder: RememberingEncoder | null = null;
  try {
    if (call.contradictions !== null) {
      out(
        `What disagrees without facts:\n${disagreementsReport(measureDisagreements(seededPairs), call.contradictions.verbose)}\n`,
      );
      await evaluateContradictions(readConfig(setting.environment).contentDir, call.contradictions, terminal);
      return 0;
    }
    if (call.gaps && call.sets !== null) {
      out(gapsReport((await readSets(call.sets)).map(measureGaps)));
      return 0;
    }
    const earlier = call.against === null ? null : await readEarlier(call.against);
    if (call.json !== null) await makeFolder(dirname(call.json));
    if (call.runs !== null) await makeFolder(call.runs);
    const progress = createProgress(terminal);
    encoder = call.semantic ? await openEncoderOrSay(setting.environment, out) : null;
    const evaluation =
      call.sets === null
        ? await evaluateContent(readConfig(setting.environment).contentDir, call.golden, setting.now(), {
            encoder,
            out,
            progress,
          })
        : await evaluateSets(call.sets, encoder, progress);
    progress.end();
    out(figuresReport(evaluation));
    const otherwise = otherwiseReport(evaluation);
    if (otherwise !== '') out(`\n${otherwise}`);
    if (call.curve) out(`\n${curveReport(evaluation)}`);
    if (earlier !== null) out(`\n${changesReport(evaluation, earlier)}`);
    if (call.runs !== null) await writeRuns(call.runs, evaluation);
    if (call.json !== null) await write(call.json, `${JSON.stringify(summaryOf(evaluation), null, 2)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    err(`${describeError(error)}\n`);
    return 1;
  } finally {
    await encoder?.close();
  }
}

/** The encoder of SEMANTIC_MODEL, or the English one; null, with the reason printed, where its model is not there. */
async function openEncoderOrSay(
  environment: Readonly<Record<string, string | undefined>>,
  out: Terminal['out'],
): Promise<RememberingEncoder | null> {
  try {
    return await openEncoder(readConfig(environment).semanticModel || 'english', null);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'semantic-model-unusable') throw error;
    out(`Meaning is not measured. ${describeError(error)}\n\n`);
    return null;
  }
}

interface Call {
  /** Null: questions are measured. */
  readonly contradictions: {
    /** Null: the content is left alone. */
    readonly every: number | null;
    readonly verbose: boolean;
  } | null;
  /** Whether the grouping of gaps is measured instead. */
  readonly gaps: boolean;
  /** Null: the installation's own content. */
  readonly sets: string | null;
  /** Null: the held set that ships with Concord. */
  readonly golden: string | null;
  /** Whether meaning beside words is measured too. */
  readonly semantic: boolean;
  readonly curve: boolean;
  readonly against: string | null;
  readonly json: string | null;
  readonly runs: string | null;
}

/** The call, null for help, or what is wrong with it. */
function readCall(args: readonly string[]): Call | string | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        contradictions: { type: 'boolean', default: false },
        every: { type: 'string' },
        verbose: { type: 'boolean', default: false },
        gaps: { type: 'boolean', default: false },
        sets: { type: 'string' },
        golden: { type: 'string' },
        semantic: { type: 'boolean', default: false },
        curve: { type: 'boolean', default: false },
        against: { type: 'string' },
        json: { type: 'string' },
        runs: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return null;
    const every = values.every === undefined ? null : Number(values.every);
    if (every !== null && (!Number.isInteger(every) || every < 1)) return '--every is a whole number from 1.';
    if (!values.contradictions && (values.every !== undefined || values.verbose))
      return '--every and --verbose go with --contradictions.';
    if (values.gaps && (values.sets === undefined || values.contradictions))
      return '--gaps goes with --sets, and without --contradictions.';
    if (values.sets !== undefined && values.golden !== undefined) return '--golden goes without --sets.';
    return {
      contradictions: values.contradictions ? { every, verbose: values.verbose } : null,
      gaps: values.gaps,
      sets: values.sets ?? null,
      golden: values.golden ?? null,
      semantic: values.semantic,
      curve: values.curve,
      against: values.against ?? null,
      json: values.json ?? null,
      runs: values.runs ?? null,
    };
  } catch (error) {
    return (error as Error).message;
  }
}

/** The seeded sentences, beside the program, with the sample content that some of them stand on. */
const shippedSeeds = join(import.meta.dirname, '../test/checks/contradictions');
const shippedContent = join(import.meta.dirname, '../content');

async function evaluateContradictions(
  directory: string,
  { every, verbose }: NonNullable<Call['contradictions']>,
  terminal: Terminal,
): Promise<void> {
  const progress = createProgress(terminal);
  if (existsSync(shippedSeeds)) {
    const figures = await measureSeededCases(shippedSeeds, shippedContent, progress);
    progress.end();
    terminal.out(
      `Seeded sentences. Constants were set on the half tune, but its figures were printed beside those of held: see Decision 21.\n${seededReport(figures, verbose)}\n`,
    );
  }
  if (every === null) return;
  const figures = await measureWrittenOut(directory, every, progress);
  progress.end();
  terminal.out(writtenOutReport(figures, verbose));
}

async function evaluateSets(
  directory: string,
  encoder: Encoder | null,
  progress: Progress,
): Promise<Evaluation> {
  const sets = (await readSets(directory)).map((set) => measureSet(set, encoder, progress));
  return { sets, content: null };
}

async function evaluateContent(
  directory: string,
  goldenFolder: string | null,
  now: Date,
  {
    encoder,
    out,
    progress,
  }: {
    readonly encoder: Encoder | null;
    readonly out: Terminal['out'];
    readonly progress: Progress;
  },
): Promise<Evaluation> {
  const own = await readOwnContent(directory, encoder);
  const { snapshot, golden } = own;
  const held = await heldQuestions(goldenFolder, snapshot.public);
  const asOf = calendarOf(snapshot.public.site.timeZone)(now);
  const folds = foldsOf(snapshot);
  const measuredGolden = [
    ...measureGolden(GOLDEN_PART, golden, own, asOf, progress),
    ...measureGolden('held', held.golden, own, asOf, progress),
  ];
  const answerer = createAnswerers(snapshot).public;
  const content: ContentEvaluation = {
    snapshot: snapshot.public.id,
    asOf,
    folds,
    parts: [...measureVariants(own, asOf, progress), ...measuredGolden],
    golden: golden.map((one) => judgeGolden(one, answerer, asOf)),
    tags: byTag([...golden, ...held.golden], measuredGolden),
  };
  out(
    [
      `The content of ${directory} as of ${asOf}, snapshot ${snapshot.public.id.slice(0, 12)}.`,
      `variants: each question variant left out in its turn, in ${folds} folds, at most one of an article at a time.`,
      `golden: ${golden.length} questions of golden.yaml. held: ${held.note}`,
      'Recorded questions with a vote: none; answers are recorded without votes.',
      '\n',
    ].join('\n'),
  );
  return { sets: [], content };
}

/** Pairs of articles that disagree, and pairs that do not, beside the program. */
const seededPairs = join(import.meta.dirname, '../test/checks/disagreements');

/** The held set of the sample company, beside the program. */
const shippedGolden = join(import.meta.dirname, '../test/golden');

/** The held set; that which ships with Concord is passed over where it is not about this content. */
async function heldQuestions(
  folder: string | null,
  open: Parameters<typeof readGoldenFolder>[1],
): Promise<{ readonly golden: readonly GoldenQuestion[]; readonly note: string }> {
  const path = folder ?? shippedGolden;
  const name = relative(process.cwd(), path) || '.';
  if (folder === null && !existsSync(path)) return { golden: [], note: 'none.' };
  try {
    const golden = await readGoldenFolder(path, open);
    return { golden, note: `${golden.length} questions of ${name}.` };
  } catch (error) {
    if (folder !== null || !(error instanceof AppError)) throw error;
    return { golden: [], note: `none; ${name} does not fit this content (--golden ${name} tells why).` };
  }
}

/** Before anything is measured, so that nobody waits for figures that cannot be kept. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw notWritten(folder, cause);
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

function notWritten(path: string, cause: unknown): AppError {
  return new AppError('usage-invalid', {
    message: 'The figures cannot be written there.',
    expected: 'a place where files may be written',
    found: `${path} (${(cause as Error).message})`,
    cause,
  });
}

async function writeRuns(directory: string, { sets, content }: Evaluation): Promise<void> {
  for (const each of [...sets, ...(content?.parts ?? [])]) {
    for (const [engine, said] of Object.entries(each.said)) {
      const file = `${each.name.replaceAll(' ', '-')}.${engine}.jsonl`;
      await write(join(directory, file), runText(each, said));
    }
  }
}

/** A line a question, as the sets' own scorer reads it; text, right and offered are for people. */
function runText({ questions }: Measured, said: readonly Said[]): string {
  const asked = new Map(questions.map((question) => [question.id, question]));
  return said
    .map(({ query, results, answered, confidence, offered }) =>
      JSON.stringify({
        query,
        results,
        answered,
        ...(confidence === null ? {} : { confidence }),
        offered,
        text: asked.get(query)?.text,
        right: [...(asked.get(query)?.right ?? [])],
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

if (import.meta.main) {
  process.exitCode = await evaluate(
    process.argv.slice(2),
    { environment: process.env, now: () => new Date() },
    processTerminal,
  );
}
