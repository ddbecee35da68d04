import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../server/errors.ts';
import {
  type FigureName,
  type Figures,
  isAmongFirst,
  isFirstRight,
  isServed,
  isWrong,
  type Row,
  rowsOf,
} from './figures.ts';
import { type Measured, PROJECT } from './measured.ts';

/** What each question came to, so that a later run can be compared question by question. */
export interface Marks {
  /** Hash of the questions' ids: marks of other questions cannot be compared. */
  readonly questions: string;
  /** A hexadecimal digit a question, the sum of what is so: 1 right first, 2 among three, 4 served, 8 wrong. */
  readonly project: string;
}

/** Figures and marks of an earlier run, by name of the set or part. */
export type Earlier = ReadonlyMap<
  string,
  { readonly figures: Readonly<Record<string, number | null>>; readonly marks: Marks | null }
>;

/** How a figure has changed, and the standard error of that change by chance; null where chance is not known. */
export interface Change {
  readonly change: number;
  readonly error: number | null;
}

/** Figures that are compared, and what is better; errors of chance are known for shares alone. */
export const compared = [
  ['success@1', 'more'],
  ['success@3', 'more'],
  ['served', 'more'],
  ['wrong', 'less'],
  ['risk', 'less'],
  ['false_answer_rate', 'less'],
  ['asked_back_unanswerable', 'less'],
  ['coverage', 'neither'],
  ['ece', 'less'],
  ['loss_under_typo', 'less'],
  ['paraphrase_agreement', 'more'],
  ['ms_per_question', 'less'],
] as const satisfies readonly (readonly [FigureName, 'more' | 'less' | 'neither'])[];

export type ComparedName = (typeof compared)[number][0];

export type Comparison = ReadonlyMap<ComparedName, Change>;

/** Standard errors beyond which a change is no chance: two-sided, 5 %. */
const BEYOND_CHANCE = 1.96;

/** Whether a figure is worse by more than chance explains. */
export function isWorse(name: ComparedName, { change, error }: Change): boolean {
  const better = compared.find(([each]) => each === name)?.[1];
  if (error === null || better === 'neither') return false;
  return (better === 'more' ? -change : change) > BEYOND_CHANCE * error;
}

/** The marks of a run of Concord. */
export function marksOf({ questions, said }: Measured): Marks {
  const digit = (row: Row): string =>
    BITS.reduce((sum, [, isSo], at) => sum + (isSo(row) ? 2 ** at : 0), 0).toString(16);
  return {
    questions: createHash('sha256')
      .update(JSON.stringify(questions.map(({ id }) => id)))
      .digest('hex')
      .slice(0, 16),
    project: rowsOf(questions, said[PROJECT] ?? [])
      .map(digit)
      .join(''),
  };
}

/**
 * Each figure against the earlier run of the same name; null where there was none. Where both know what every question
 * came to, chance is judged by the questions that changed (as McNemar's test does); else as between two independent shares.
 */
export function compare(now: Measured, earlier: Earlier): Comparison | null {
  const before = earlier.get(now.name);
  const figures = now.figures[PROJECT];
  if (before === undefined || figures === undefined) return null;
  const marks = marksOf(now);
  const isPaired = before.marks?.questions === marks.questions;
  return new Map(
    compared.flatMap(([name]) => {
      const [value, old] = [figures[name], before.figures[name] ?? null];
      if (value === null || old === null) return [];
      const paired = isPaired && before.marks ? pairedError(name, marks, before.marks, figures) : null;
      const error = paired ?? independentError(name, value, old, figures, before.figures);
      return [[name, { change: value - old, error }] as const];
    }),
  );
}

/** The mean change of several comparisons; its error is known where each one's is. */
export function meanComparison(all: readonly Comparison[]): Comparison {
  return new Map(
    compared.flatMap(([name]) => {
      const changes = all.flatMap((each) => each.get(name) ?? []);
      if (changes.length === 0) return [];
      const squares = changes.map(({ error }) => (error === null ? null : error ** 2));
      const sum = squares.reduce((total, each) => (total === null || each === null ? null : total + each), 0);
      const change = changes.reduce((total, each) => total + each.change, 0) / changes.length;
      return [[name, { change, error: sum === null ? null : Math.sqrt(sum) / changes.length }] as const];
    }),
  );
}

const figuresSchema = z.record(z.string(), z.unknown());
const runsSchema = z.record(z.string(), z.record(z.string(), figuresSchema));
const fileSchema = z.object({
  sets: runsSchema,
  content: z.object({ parts: runsSchema }).optional(),
  marks: z
    .record(z.string(), z.object({ questions: z.string(), project: z.string().regex(/^[0-9a-f]*$/) }))
    .optional(),
});

/** Reads what `--json` wrote. Errors: usage-invalid. */
export async function readEarlier(file: string): Promise<Earlier> {
  const refused = (found: string, cause: unknown): AppError =>
    new AppError('usage-invalid', {
      message: 'The earlier figures cannot be read.',
      place: { file },
      expected: 'a file that --json wrote',
      found,
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw refused((cause as Error).message, cause);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(`${issue?.path.join('.')}: ${issue?.message}`, parsed.error);
  }
  const { sets, content, marks } = parsed.data;
  return new Map(
    Object.entries({ ...sets, ...content?.parts }).map(([name, engines]) => [
      name,
      { figures: numbersIn(engines[PROJECT] ?? {}), marks: marks?.[name] ?? null },
    ]),
  );
}

const BITS: readonly (readonly [ComparedName, (row: Row) => boolean])[] = [
  ['success@1', isFirstRight],
  ['success@3', (row) => isAmongFirst(row, 3)],
  ['served', (row) => row.question.isAnswerable && isServed(row)],
  ['wrong', isWrong],
];

/** Of a share whose marks are known: the root of the number of questions that changed, as a share of all that count. */
function pairedError(name: ComparedName, now: Marks, before: Marks, figures: Figures): number | null {
  const bit = BITS.findIndex(([each]) => each === name);
  if (bit < 0 || now.project.length !== before.project.length) return null;
  const isSet = (digit: string): boolean => (Number.parseInt(digit, 16) & (1 << bit)) !== 0;
  const changed = [...now.project].filter(
    (digit, at) => isSet(digit) !== isSet(before.project[at] ?? '0'),
  ).length;
  const counted = name === 'wrong' ? figures.queries : figures.answerable;
  return Math.sqrt(changed) / Math.max(1, counted);
}

/** Of a share of two independent samples: the binomial error of their difference; null for what is no share. */
function independentError(
  name: ComparedName,
  value: number,
  old: number,
  now: Figures,
  before: Readonly<Record<string, number | null>>,
): number | null {
  const [a, b] = [sharedOf(name, numbersIn({ ...now })), sharedOf(name, before)];
  if (a === null || b === null || a + b === 0) return null;
  const pooled = (value * a + old * b) / (a + b);
  return Math.sqrt(pooled * (1 - pooled) * (1 / a + 1 / b));
}

/** How many questions a share is of; null for what is no share of questions. */
function sharedOf(name: ComparedName, figures: Readonly<Record<string, number | null>>): number | null {
  const { queries = 0, answerable = 0, coverage = 0 } = figures;
  const all = queries ?? 0;
  switch (name) {
    case 'success@1':
    case 'success@3':
    case 'served':
      return answerable;
    case 'wrong':
    case 'coverage':
      return all;
    case 'risk':
      return Math.round((coverage ?? 0) * all) || null;
    case 'false_answer_rate':
    case 'asked_back_unanswerable':
      return all - (answerable ?? 0) || null;
    case 'ece':
    case 'loss_under_typo':
    case 'paraphrase_agreement':
    case 'ms_per_question':
      return null;
  }
}

function numbersIn(figures: Readonly<Record<string, unknown>>): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}
