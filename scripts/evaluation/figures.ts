import { agreementOf } from '../../server/answers/paraphrase-agreement.ts';
import type { Said } from './engine.ts';
import type { LabelledQuestion } from './labelled-question.ts';

/**
 * What is measured of one engine over some questions. Where the sets' own scorer has a figure, it has the same name here and
 * the same value. Shares are of the answerable questions unless said otherwise; null where there is nothing to share.
 */
export interface Figures {
  readonly queries: number;
  readonly answerable: number;
  /** A right article first; among the first three. */
  readonly 'success@1': number;
  readonly 'success@3': number;
  readonly 'mrr@10': number;
  readonly 'ndcg@10': number;
  readonly 'recall@10': number;
  /** Answered, of all. */
  readonly coverage: number;
  /** Rightly answered, of the answered; and wrongly. */
  readonly precision_answered: number | null;
  readonly risk: number | null;
  /** Answered, of the unanswerable. */
  readonly false_answer_rate: number | null;
  /** Chance that a right first result is surer than an unanswerable question's; than any that is not right. */
  readonly auroc_unanswerable: number | null;
  readonly auroc_right: number | null;
  readonly best_f1: BestF1;
  /** Largest share answered rightly with a threshold that keeps precision at 0.90; at 0.95. */
  readonly 'right@p90': number;
  readonly 'right@p95': number;
  /** Expected calibration error, over all, of the served confidence that the first result is right; ten bins. */
  readonly ece: number | null;
  /** Answered rightly, or asked back with a right article among at most three options. */
  readonly served: number;
  /** The four outcomes, of all: what is missing to 1 was refused or asked back in vain. */
  readonly rightly_answered: number;
  readonly rightly_clarified: number;
  readonly rightly_refused: number;
  /** Answered with a wrong article, or at all where there is no answer. */
  readonly wrong: number;
  /** Asked back, of all. */
  readonly clarified: number;
  /** A right article among at most three options, of the answerable that were asked back. */
  readonly clarified_right: number | null;
  /** Asked back, of the unanswerable. */
  readonly asked_back_unanswerable: number | null;
  /** Of the pairs of answerable questions with the same right articles, those that find the same article first. */
  readonly paraphrase_agreement: number | null;
  /** success@1 less that of the same questions with one wrong letter each; null where those were not asked. */
  readonly loss_under_typo: number | null;
  /** Of the rightly answered that ask for a section, those answered with it. */
  readonly section_right: number | null;
  /** Milliseconds for the answer alone: median, and the slowest but one in a hundred. */
  readonly ms_per_question: number;
  readonly ms_p99: number;
}

/** The threshold on the confidence with the best harmonic mean of precision and recall, as in the sets' own scorer. */
export interface BestF1 {
  readonly f1: number;
  readonly threshold: number | null;
  readonly precision: number | null;
  readonly recall: number;
  readonly coverage: number;
}

/** Figures that are plain numbers. */
export type FigureName = Exclude<keyof Figures, 'best_f1'>;

/** A question and what was said to it. */
export interface Row {
  readonly question: LabelledQuestion;
  readonly said: Said;
}

/** Each question with what was said to it, in the questions' order. */
export function rowsOf(questions: readonly LabelledQuestion[], said: readonly Said[]): readonly Row[] {
  const byId = new Map(said.map((each) => [each.query, each]));
  return questions.map((question) => ({ question, said: byId.get(question.id) ?? SILENCE }));
}

/** The figures of one engine. */
export function measure(questions: readonly LabelledQuestion[], said: readonly Said[]): Figures {
  const rows = rowsOf(questions, said);
  const answerable = rows.filter(({ question }) => question.isAnswerable);
  const unanswerable = rows.filter(({ question }) => !question.isAnswerable && !question.isVague);
  const answered = rows.filter(isAnswered);
  const asked = rows.filter(isAskedBack);
  const surest = rows.map(predictionOf);
  const rightly = answered.filter(isFirstRight);
  const best = bestThresholds(surest, rows.length, answerable.length);
  const successAt1 = share(answerable, isFirstRight) ?? 0;
  const times = rows.map(({ said: { milliseconds } }) => milliseconds).sort((a, b) => a - b);
  return {
    queries: rows.length,
    answerable: answerable.length,
    'success@1': successAt1,
    'success@3': share(answerable, (row) => isAmongFirst(row, 3)) ?? 0,
    'mrr@10': mean(answerable.map(reciprocalRank)),
    'ndcg@10': mean(answerable.map(gain)),
    'recall@10': mean(answerable.map(recall)),
    coverage: answered.length / Math.max(1, rows.length),
    precision_answered: share(answered, isFirstRight),
    risk: share(answered, (row) => !isFirstRight(row)),
    false_answer_rate: share(unanswerable, isAnswered),
    auroc_unanswerable: auroc(
      rows
        .filter((row) => isFirstRight(row) || !row.question.isAnswerable)
        .map((row) => ({ ...predictionOf(row), isRight: isFirstRight(row) })),
    ),
    auroc_right: auroc(surest),
    ...best,
    ece: rows.some(({ said: { confidence } }) => confidence !== null) ? calibrationError(served(rows)) : null,
    served: share(answerable, isServed) ?? 0,
    rightly_answered: rightly.length / Math.max(1, rows.length),
    rightly_clarified: share(rows, isRightlyClarified) ?? 0,
    rightly_refused: unanswerable.filter(isRefused).length / Math.max(1, rows.length),
    wrong: share(rows, isWrong) ?? 0,
    clarified: share(rows, isAskedBack) ?? 0,
    clarified_right: share(
      asked.filter(({ question }) => question.isAnswerable),
      isRightlyClarified,
    ),
    asked_back_unanswerable: share(unanswerable, isAskedBack),
    paraphrase_agreement: agreement(answerable),
    loss_under_typo: rows.some(({ said: { mistyped } }) => mistyped !== null)
      ? successAt1 - (share(answerable, isRightMistyped) ?? 0)
      : null,
    section_right: share(
      rightly.filter(({ question }) => question.sections.size > 0),
      ({ question, said: { answer } }) =>
        answer !== null && question.sections.has(`${answer.article}#${answer.section}`),
    ),
    ms_per_question: quantile(times, 0.5),
    ms_p99: quantile(times, 0.99),
  };
}

/** A right article stands first. */
export function isFirstRight(row: Row): boolean {
  return isAmongFirst(row, 1);
}

/** A right article is among the first so many. */
export function isAmongFirst({ question, said }: Row, most: number): boolean {
  return question.isAnswerable && said.results.slice(0, most).some(({ id }) => question.right.has(id));
}

/** Answered with something. */
export function isAnswered({ said }: Row): boolean {
  return said.answered && said.results.length > 0;
}

/** Answered with a wrong article, or at all where there is no answer. */
export function isWrong(row: Row): boolean {
  return isAnswered(row) && !isFirstRight(row);
}

/** Answered rightly, or asked back with a right article among the options. */
export function isServed(row: Row): boolean {
  return isAnswered(row) ? isFirstRight(row) : isRightlyClarified(row);
}

/** Asked back with a right article among the first options. */
export function isRightlyClarified({ question, said }: Row): boolean {
  return said.offered.slice(0, MOST_OPTIONS).some((id) => question.right.has(id));
}

/** The mean of several figures, each set counting once; null values are left out. */
export function meanFigures(all: readonly Figures[]): Partial<Record<FigureName, number>> {
  const names = Object.keys(all[0] ?? {}).filter((name) => name !== 'best_f1') as FigureName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = all.flatMap((figures) => figures[name] ?? []);
      return values.length === 0 ? [] : [[name, mean(values)]];
    }),
  );
}

/** How sure an engine is, and whether it is right. */
export interface Prediction {
  readonly confidence: number;
  readonly isRight: boolean;
}

/** The confidence as it was served (0 where the engine knows none) that the first result is right. */
export function served(rows: readonly Row[]): readonly Prediction[] {
  return rows.map((row) => ({ confidence: row.said.confidence ?? 0, isRight: isFirstRight(row) }));
}

/** Mean over ten bins of [0, 1] of how far the confidence is from the share that is right, weighted by the bins' sizes. */
export function calibrationError(predictions: readonly Prediction[]): number {
  const bins = Map.groupBy(predictions, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)));
  let error = 0;
  for (const bin of bins.values()) {
    const expected = mean(bin.map(({ confidence }) => confidence));
    const found = mean(bin.map(({ isRight }) => Number(isRight)));
    error += (bin.length / predictions.length) * Math.abs(expected - found);
  }
  return error;
}

/** Chance that a right first result is surer than a wrong one, ties half; null where there is only one kind. */
export function auroc(predictions: readonly Prediction[]): number | null {
  const sorted = [...predictions].sort((a, b) => a.confidence - b.confidence);
  const right = sorted.filter(({ isRight }) => isRight).length;
  const wrong = sorted.length - right;
  if (right === 0 || wrong === 0) return null;
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.confidence === sorted[from]?.confidence) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) if (sorted[at]?.isRight === true) ranks += rank;
    from = to;
  }
  return (ranks - (right * (right + 1)) / 2) / (right * wrong);
}

const MOST_OPTIONS = 3;

const SILENCE: Said = {
  query: '',
  results: [],
  answered: false,
  answer: null,
  offered: [],
  confidence: null,
  mistyped: null,
  milliseconds: 0,
};

/** A question back with options. */
function isAskedBack({ said }: Row): boolean {
  return said.offered.length > 0;
}

/** Neither answered nor asked back. */
export function isRefused(row: Row): boolean {
  return !isAnswered(row) && !isAskedBack(row);
}

function isRightMistyped({ question, said }: Row): boolean {
  return said.mistyped?.some(({ id }) => question.right.has(id)) ?? false;
}

/** As the sets' scorer has it: the score where there is no confidence, and nothing is less sure than no result. */
function predictionOf(row: Row): Prediction & { readonly hasResult: boolean } {
  const [first] = row.said.results;
  return {
    confidence: first === undefined ? Number.NEGATIVE_INFINITY : (row.said.confidence ?? first.score),
    isRight: isFirstRight(row),
    hasResult: first !== undefined,
  };
}

/** Sweeps a threshold over the distinct confidences, highest first. */
function bestThresholds(
  predictions: readonly (Prediction & { readonly hasResult: boolean })[],
  all: number,
  answerable: number,
): Pick<Figures, 'best_f1' | 'right@p90' | 'right@p95'> {
  const sorted = predictions.filter(({ hasResult }) => hasResult).sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let best: BestF1 = { f1: 0, threshold: null, precision: null, recall: 0, coverage: 0 };
  const most = { p90: 0, p95: 0 };
  sorted.forEach(({ confidence, isRight }, at) => {
    right += Number(isRight);
    if (sorted[at + 1]?.confidence === confidence) return;
    const precision = right / (at + 1);
    const reached = answerable === 0 ? 0 : right / answerable;
    const f1 = precision + reached === 0 ? 0 : (2 * precision * reached) / (precision + reached);
    if (f1 > best.f1) {
      best = { f1, threshold: confidence, precision, recall: reached, coverage: (at + 1) / all };
    }
    if (precision >= 0.9) most.p90 = Math.max(most.p90, reached);
    if (precision >= 0.95) most.p95 = Math.max(most.p95, reached);
  });
  return { best_f1: best, 'right@p90': most.p90, 'right@p95': most.p95 };
}

function agreement(rows: readonly Row[]): number | null {
  const { pairs, same } = agreementOf(
    rows.map(({ question, said }) => ({
      about: JSON.stringify([...question.right].sort()),
      found: said.results[0]?.id ?? null,
    })),
  );
  return pairs === 0 ? null : same / pairs;
}

function share<T>(rows: readonly T[], isSo: (row: T) => boolean): number | null {
  return rows.length === 0 ? null : rows.filter(isSo).length / rows.length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which that share of the sorted values lies, by nearest rank; 0 where there is none. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

function reciprocalRank({ question, said }: Row): number {
  const at = said.results.findIndex(({ id }) => question.right.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

function recall({ question, said }: Row): number {
  if (question.right.size === 0) return 0;
  return said.results.filter(({ id }) => question.right.has(id)).length / question.right.size;
}

/** Normalised discounted gain of the first ten: 2^grade - 1 over the logarithm of the place, over the best there could be. */
function gain({ question, said }: Row): number {
  const discounted = (grades: readonly number[]): number =>
    grades.slice(0, 10).reduce((sum, grade, at) => sum + (2 ** grade - 1) / Math.log2(at + 2), 0);
  const ideal = discounted([...question.grades.values()].sort((a, b) => b - a));
  return ideal === 0 ? 0 : discounted(said.results.map(({ id }) => question.grades.get(id) ?? 0)) / ideal;
}
