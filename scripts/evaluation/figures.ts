import type { EvaluationSet } from './read-sets.ts';
import type { Run, Said } from './run-engines.ts';

/**
 * What is measured of one run over one set; names as in the sets' own scorer where it has them. Shares are of the
 * answerable questions (success, reciprocal rank, recall, clarified_right), of the unanswerable (false_answer_rate,
 * asked_back_unanswerable) or of all (coverage, wrong, clarified); null where there is nothing to share.
 */
export interface Figures {
  readonly queries: number;
  readonly answerable: number;
  readonly 'success@1': number;
  readonly 'success@3': number;
  readonly 'mrr@10': number;
  readonly 'recall@10': number;
  readonly coverage: number;
  readonly precision_answered: number | null;
  readonly false_answer_rate: number | null;
  readonly auroc_right: number | null;
  /** Expected calibration error of the confidence that the first result is right, ten bins. */
  readonly ece: number | null;
  /** Answered rightly, or asked back with the right article among the options. */
  readonly served: number;
  readonly wrong: number;
  readonly clarified: number;
  readonly asked_back_unanswerable: number | null;
  readonly ms_per_question: number;
}

export function measure(set: EvaluationSet, run: Run): Figures {
  const byId = new Map(run.said.map((said) => [said.query, said]));
  const rows = set.questions.map((question) => ({ question, said: byId.get(question.id) ?? SILENCE }));
  const answerable = rows.filter(({ question }) => question.isAnswerable);
  const unanswerable = rows.filter(({ question }) => !question.isAnswerable);
  const answered = rows.filter(({ said }) => said.answered && said.results.length > 0);
  const isRight = ({ question, said }: Row, most: number): boolean =>
    question.isAnswerable && said.results.slice(0, most).some(({ id }) => question.right.has(id));
  const firstIsRight = (row: Row): boolean => isRight(row, 1);
  const offersRight = ({ question, said }: Row): boolean => said.offered.some((id) => question.right.has(id));
  const surest = rows.map((row) => ({
    confidence: row.said.results.length === 0 ? 0 : (row.said.confidence ?? row.said.results[0]?.score ?? 0),
    isRight: firstIsRight(row),
  }));
  return {
    queries: rows.length,
    answerable: answerable.length,
    'success@1': share(answerable, firstIsRight) ?? 0,
    'success@3': share(answerable, (row) => isRight(row, 3)) ?? 0,
    'mrr@10': mean(answerable.map(({ question, said }) => reciprocalRank(said, question.right))),
    'recall@10': mean(answerable.map(({ question, said }) => recall(said, question.right))),
    coverage: answered.length / Math.max(1, rows.length),
    precision_answered: share(answered, firstIsRight),
    false_answer_rate: share(unanswerable, ({ said }) => said.answered && said.results.length > 0),
    auroc_right: auroc(surest),
    ece: rows.some(({ said }) => said.confidence !== null) ? calibrationError(surest) : null,
    served: share(answerable, (row) => (row.said.answered ? firstIsRight(row) : offersRight(row))) ?? 0,
    wrong: answered.filter((row) => !firstIsRight(row)).length / Math.max(1, rows.length),
    clarified: share(rows, ({ said }) => said.offered.length > 0) ?? 0,
    asked_back_unanswerable: share(unanswerable, ({ said }) => said.offered.length > 0),
    ms_per_question: run.msPerQuestion,
  };
}

/** The mean of several figures, each set counting once; null values are left out. */
export function meanFigures(all: readonly Figures[]): Partial<Record<keyof Figures, number>> {
  const names = Object.keys(all[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = all.flatMap((figures) => figures[name] ?? []);
      return values.length === 0 ? [] : [[name, mean(values)]];
    }),
  );
}

/** Mean over ten bins of [0, 1] of how far the confidence is from the share that is right, weighted by the bins' sizes. */
export function calibrationError(
  predictions: readonly { readonly confidence: number; readonly isRight: boolean }[],
): number {
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
export function auroc(
  predictions: readonly { readonly confidence: number; readonly isRight: boolean }[],
): number | null {
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

interface Row {
  readonly question: EvaluationSet['questions'][number];
  readonly said: Said;
}

const SILENCE: Said = { query: '', results: [], answered: false, offered: [], confidence: 0 };

function share<T>(rows: readonly T[], isSo: (row: T) => boolean): number | null {
  return rows.length === 0 ? null : rows.filter(isSo).length / rows.length;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function reciprocalRank({ results }: Said, right: ReadonlySet<string>): number {
  const at = results.findIndex(({ id }) => right.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

function recall({ results }: Said, right: ReadonlySet<string>): number {
  return right.size === 0 ? 0 : results.filter(({ id }) => right.has(id)).length / right.size;
}
