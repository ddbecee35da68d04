import type { JudgedGolden } from '../../server/answers/judge-golden.ts';
import { marksOf } from './compare-figures.ts';
import { coverageCurve } from './coverage-curve.ts';
import { type FigureName, meanFigures, rowsOf } from './figures.ts';
import { type Measured, PROJECT } from './measured.ts';

/** Everything that one call measured. */
export interface Evaluation {
  readonly sets: readonly Measured[];
  readonly content: ContentEvaluation | null;
}

/** What was measured of an installation's own content. */
export interface ContentEvaluation {
  /** Id of the public snapshot. */
  readonly snapshot: string;
  readonly asOf: string;
  readonly folds: number;
  readonly parts: readonly Measured[];
  /** The questions of golden.yaml, judged as at publication. */
  readonly golden: readonly JudgedGolden[];
  /** Golden and held questions by their tags. */
  readonly tags: readonly Measured[];
}

/** Sets that are averaged together, each counting once. */
export interface Mean {
  readonly name: string;
  readonly sets: readonly Measured[];
  readonly figures: Readonly<Record<string, Partial<Record<FigureName, number>>>>;
}

/** The means over the English sets and over the others, where there are some. */
export function meansOf(sets: readonly Measured[]): readonly Mean[] {
  const groups = [
    { name: 'english', sets: sets.filter(({ locale }) => locale === 'en') },
    { name: 'others', sets: sets.filter(({ locale }) => locale !== 'en') },
  ];
  return groups
    .filter((group) => group.sets.length > 0)
    .map((group) => ({
      ...group,
      figures: Object.fromEntries(
        Object.keys(group.sets[0]?.figures ?? {}).map((engine) => [
          engine,
          meanFigures(group.sets.flatMap(({ figures }) => figures[engine] ?? [])),
        ]),
      ),
    }));
}

/**
 * `{ sets: { name: { engine: figures } }, means: { english, others: { engine: figures } }, content, curves, marks }`: content
 * is there where it was measured, curves and marks are of Concord alone.
 */
export function summaryOf({ sets, content }: Evaluation): object {
  const all = [...sets, ...(content?.parts ?? [])];
  return {
    sets: figuresByName(sets),
    means: Object.fromEntries(meansOf(sets).map(({ name, figures }) => [name, figures])),
    ...(content === null
      ? {}
      : {
          content: {
            snapshot: content.snapshot,
            asOf: content.asOf,
            folds: content.folds,
            parts: figuresByName(content.parts),
            tags: figuresByName(content.tags),
          },
        }),
    curves: Object.fromEntries(
      all.map(({ name, questions, said, answerFrom }) => [
        name,
        coverageCurve(rowsOf(questions, said[PROJECT] ?? []), answerFrom),
      ]),
    ),
    marks: Object.fromEntries(all.map((each) => [each.name, marksOf(each)])),
  };
}

function figuresByName(all: readonly Measured[]): object {
  return Object.fromEntries(all.map(({ name, figures }) => [name, figures]));
}
