import {
  type ComparedName,
  type Comparison,
  compare,
  compared,
  type Earlier,
  isWorse,
  meanComparison,
} from './compare-figures.ts';
import { type CurvePoint, coverageCurve } from './coverage-curve.ts';
import { type FigureName, rowsOf } from './figures.ts';
import { type Column, decimals, figuresTable, textTable } from './figures-table.ts';
import { ablations, PROJECT } from './measured.ts';
import { type Evaluation, type Mean, meansOf } from './summary.ts';

const setColumns: readonly Column[] = [
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

const contentColumns: readonly Column[] = [
  ['n', 'queries'],
  ['s@1', 'success@1'],
  ['s@3', 'success@3'],
  ['right', 'rightly_answered'],
  ['clar', 'rightly_clarified'],
  ['refus', 'rightly_refused'],
  ['wrong', 'wrong'],
  ['risk', 'risk'],
  ['served', 'served'],
  ['ask-', 'asked_back_unanswerable'],
  ['sect', 'section_right'],
  ['ece', 'ece'],
  ['typo', 'loss_under_typo'],
  ['ms', 'ms_per_question'],
  ['p99', 'ms_p99'],
];

/** The figures of every set or part and engine, and what the thesaurus and the calibration are worth. */
export function figuresReport({ sets, content }: Evaluation): string {
  const parts = content?.parts ?? [];
  return [
    ...(sets.length > 0
      ? [figuresTable('set', setColumns, [...sets, ...meansOf(sets).map(asRow)].flatMap(byEngine))]
      : []),
    ...(parts.length > 0 ? [figuresTable('part', contentColumns, parts.flatMap(byEngine))] : []),
    ...(content !== null && content.tags.length > 0
      ? [
          figuresTable(
            'tag',
            contentColumns,
            content.tags.flatMap((tag) => byEngine(tag).slice(0, 1)),
          ),
        ]
      : []),
    ...worths.map((worth) => worthReport(worth, [...sets, ...meansOf(sets).map(asRow), ...parts])),
  ].join('\n');
}

/** What changed since an earlier run; `!` where it is worse by more than chance explains. */
export function changesReport({ sets, content }: Evaluation, earlier: Earlier): string {
  const rows = [...sets, ...(content?.parts ?? [])].flatMap((each) => {
    const comparison = compare(each, earlier);
    return comparison === null ? [] : [{ name: each.name, comparison }];
  });
  if (rows.length === 0) return 'Nothing measured now was measured then.\n';
  const means = meansOf(sets).flatMap(({ name, sets: own }) => {
    const all = own.flatMap((each) => rows.find((row) => row.name === each.name)?.comparison ?? []);
    return all.length === own.length ? [{ name: `mean ${name}`, comparison: meanComparison(all) }] : [];
  });
  const head = [...compared.map(([name]) => shortName(name))];
  return textTable([
    ['change', ...head],
    ...[...rows, ...means].map(({ name, comparison }) => [
      name,
      ...compared.map(([figure]) => changeOf(figure, comparison)),
    ]),
  ]);
}

/** Most golden questions that are listed. */
const MOST_LISTED = 40;

/**
 * Each question of golden.yaml that does not get what it expects, by the rule that publication goes by; empty where all do.
 * The held set is never listed: it is there to be measured, not to be mended one by one.
 */
export function otherwiseReport({ content }: Evaluation): string {
  if (content === null) return '';
  const { golden } = content;
  const unmet = golden.filter(({ passes }) => !passes);
  if (unmet.length === 0) return '';
  const listed = unmet
    .slice(0, MOST_LISTED)
    .map(({ golden: { question, locale, line }, expected, found }) => {
      const text = question.replace(/\s+/gu, ' ').slice(0, 70);
      return `${locale} golden.yaml:${line}  ${text}\n    expected: ${expected}\n    found:    ${found}\n`;
    });
  const more = unmet.length - listed.length;
  return `${unmet.length} of ${golden.length} golden questions get something else:\n${listed.join('')}${more > 0 ? `and ${more} more\n` : ''}`;
}

/** Coverage and risk at thresholds on the confidence; the column `*` is at the threshold in force. */
export function curveReport({ sets, content }: Evaluation): string {
  const shown = [0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];
  const lines = [...sets, ...(content?.parts ?? [])].flatMap(({ name, questions, said, answerFrom }) => {
    const { inForce, points } = coverageCurve(rowsOf(questions, said[PROJECT] ?? []), answerFrom);
    const at = shown.map((threshold) => points.find((point) => Math.abs(point.threshold - threshold) < 1e-9));
    const row = (label: string, head: string, value: (point: CurvePoint) => number | null) => [
      label,
      head,
      ...at.map((point) => (point === undefined ? '-' : decimals(value(point)))),
      inForce === null ? '-' : decimals(value(inForce)),
    ];
    const inForceFrom = inForce === null ? '-' : `${decimals(inForce.threshold)} *`;
    return [
      [...row(name, 'cover', ({ coverage }) => coverage), inForceFrom],
      [...row('', 'risk', ({ risk }) => risk), ''],
    ];
  });
  return textTable([['answered from', '', ...shown.map(decimals), '*', 'in force'], ...lines]);
}

interface Figured {
  readonly name: string;
  readonly figures: Readonly<Record<string, Partial<Readonly<Record<FigureName, number | null>>>>>;
}

function asRow({ name, figures }: Mean): Figured {
  return { name: `mean ${name}`, figures };
}

function byEngine({ name, figures }: Figured): Parameters<typeof figuresTable>[2] {
  return Object.entries(figures)
    .filter(([engine]) => !Object.hasOwn(ablations, engine))
    .map(([engine, each]) => ({ name, engine, figures: each }));
}

interface Worth {
  readonly title: string;
  readonly without: keyof typeof ablations;
  readonly columns: readonly Column[];
}

const worths: readonly Worth[] = [
  {
    title: 'thesaurus',
    without: 'project-no-thesaurus',
    columns: [
      ['s@1', 'success@1'],
      ['s@3', 'success@3'],
      ['served', 'served'],
      ['wrong', 'wrong'],
    ],
  },
  {
    title: 'calibration',
    without: 'project-no-calibration',
    columns: [
      ['ece', 'ece'],
      ['cover', 'coverage'],
      ['served', 'served'],
      ['wrong', 'wrong'],
      ['risk', 'risk'],
    ],
  },
];

/** What each figure is with a part of Concord, less what it is without. */
function worthReport({ title, without, columns }: Worth, all: readonly Figured[]): string {
  return textTable([
    [title, ...columns.map(([head]) => head)],
    ...all.map(({ name, figures }) => [
      name,
      ...columns.map(([, figure]) => {
        const [on, off] = [figures[PROJECT]?.[figure], figures[without]?.[figure]];
        return on == null || off == null ? '-' : signed(on - off);
      }),
    ]),
  ]);
}

function changeOf(figure: ComparedName, comparison: Comparison): string {
  const found = comparison.get(figure);
  if (found === undefined) return '-';
  return `${signed(found.change)}${isWorse(figure, found) ? '!' : ' '}`;
}

function shortName(figure: FigureName): string {
  const column = [...setColumns, ['false', 'false_answer_rate'] as const].find(([, name]) => name === figure);
  return `${column?.[0] ?? figure} `;
}

function signed(change: number): string {
  const text = decimals(change);
  return text === '0' || change < 0 ? text : `+${text}`;
}
