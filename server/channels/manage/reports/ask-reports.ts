import type { AskProperty, DayAsks, DayOutcomes, DayVisits } from '../../../feedback/reports/reports.ts';
import { drawLines } from '../charts/lines.ts';
import { drawStackedColumns } from '../charts/stacked-columns.ts';
import {
  countCell,
  type InWords,
  inBothSizes,
  mostStyles,
  type Report,
  shareCell,
  shareOrNone,
  sum,
  timesOf,
  timeTable,
} from './report.ts';
import { type Bin, sumInBins } from './report-period.ts';

/** Asks over time by a property: the keys in the order given, each with its name; those beyond the looks there are, together. */
export function asksReport(
  property: AskProperty,
  rows: readonly DayAsks[],
  bins: readonly Bin[],
  { order, nameOf }: { readonly order: readonly string[]; readonly nameOf: (key: string) => string },
  by: InWords,
): Report {
  const { words, formats } = by;
  const totals = new Map<string, number>();
  for (const { key, asks } of rows) totals.set(key, (totals.get(key) ?? 0) + asks);
  const known = [
    ...order.filter((key) => totals.has(key)),
    ...[...totals.keys()].filter(isNotIn(order)).sort(),
  ];
  // Those with most are seen by themselves, in the order that is always the same.
  const kept =
    known.length <= mostStyles
      ? known
      : known
          .toSorted((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0))
          .slice(0, mostStyles - 1)
          .toSorted((a, b) => known.indexOf(a) - known.indexOf(b));
  const groups = [
    ...kept.map((key) => ({ name: nameOf(key), id: key, holds: (other: string) => other === key })),
    ...(kept.length < known.length
      ? [{ name: words.say('manage.reports.others'), id: 'others', holds: isNotIn(kept) }]
      : []),
  ].map((group, at) => {
    const values = sumInBins(
      bins,
      rows.filter(({ key }) => group.holds(key)),
      ({ asks }) => asks,
    );
    return { ...group, style: at + 1, values, total: sum(values) };
  });
  const all = sum(groups.map(({ total }) => total));
  const isDaily = bins.every(({ days }) => days === 1);
  return {
    id: `asks-by-${property}`,
    title: titleOf(property, by),
    about: isDaily ? words.say('manage.reports.asks.daily') : words.say('manage.reports.asks.perDay'),
    summary: words.say('manage.reports.asks.summary', {
      title: titleOf(property, by),
      asks: all,
      parts: formats.parts(
        groups.map(({ name, total }) => ({ name, figure: formats.share(total / Math.max(1, all)) })),
      ),
    }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawStackedColumns(
        {
          times: timesOf(bins, by),
          // Bins need not be equally long, so that a column is as high as an average day of it.
          series: groups.map(({ style, values }) => ({
            style,
            values: values.map((value, at) => value / (bins[at]?.days ?? 1)),
          })),
          isShare: false,
          atValue: formats.compact,
        },
        canvas,
      ),
    ),
    legend: groups.map(({ style, name, total }) => ({
      kind: 'column',
      style,
      name,
      value: formats.number(total),
    })),
    table: timeTable(
      bins,
      [
        ...groups.map(({ id, name }) => ({ id, label: name })),
        { id: 'asks', label: words.say('manage.reports.total') },
      ],
      (at) => [
        ...groups.map(({ values }) => countCell(values[at] ?? 0, by)),
        countCell(sum(groups.map(({ values }) => values[at] ?? 0)), by),
      ],
      by,
    ),
    isEmpty: all === 0,
  };
}

function titleOf(property: AskProperty, { words }: InWords): string {
  switch (property) {
    case 'channel':
      return words.say('manage.reports.asks.byChannel');
    case 'locale':
      return words.say('manage.reports.asks.byLocale');
    case 'category':
      return words.say('manage.reports.asks.byCategory');
  }
}

function isNotIn(keys: readonly string[]): (key: string) => boolean {
  return (key) => !keys.includes(key);
}

/** What became of questions, in shares over time. */
export function outcomesReport(rows: readonly DayOutcomes[], bins: readonly Bin[], by: InWords): Report {
  const { words, formats } = by;
  const series = (
    [
      ['answered', 1, words.say('manage.reports.outcome.answered')],
      ['clarify', 3, words.say('manage.reports.outcome.clarify')],
      ['needsConfirmation', 4, words.say('manage.reports.outcome.needsConfirmation')],
      ['noAnswer', 5, words.say('manage.reports.outcome.noAnswer')],
    ] as const
  ).map(([id, style, name]) => {
    const values = sumInBins(bins, rows, (row) => row[id]);
    return { id, style, name, values, total: sum(values) };
  });
  const all = sum(series.map(({ total }) => total));
  const questionsAt = (at: number): number => sum(series.map(({ values }) => values[at] ?? 0));
  return {
    id: 'outcomes',
    title: words.say('manage.reports.outcomes'),
    about: words.say('manage.reports.outcomes.about'),
    summary: words.say('manage.reports.outcomes.summary', {
      questions: all,
      parts: formats.parts(
        series.map(({ name, total }) => ({ name, figure: formats.share(total / Math.max(1, all)) })),
      ),
    }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawStackedColumns({ times: timesOf(bins, by), series, isShare: true, atValue: formats.share }, canvas),
    ),
    legend: series.map(({ style, name, total }) => ({
      kind: 'column',
      style,
      name,
      value: all === 0 ? '' : formats.share(total / all),
    })),
    table: timeTable(
      bins,
      [
        { id: 'questions', label: words.say('manage.reports.questions') },
        ...series.map(({ id, name }) => ({ id, label: name })),
        { id: 'coverage', label: words.say('manage.reports.coverage') },
      ],
      (at) => [
        countCell(questionsAt(at), by),
        ...series.map(({ values }) => countCell(values[at] ?? 0, by)),
        shareCell(shareOrNone(series[0]?.values[at] ?? 0, questionsAt(at)), by),
      ],
      by,
    ),
    isEmpty: all === 0,
  };
}

/** Coverage of questions and self-service of visits over time. */
export function selfServiceReport(
  outcomes: readonly DayOutcomes[],
  visits: readonly DayVisits[],
  bins: readonly Bin[],
  by: InWords,
): Report {
  const { words, formats } = by;
  const of = {
    answered: sumInBins(bins, outcomes, ({ answered }) => answered),
    questions: sumInBins(bins, outcomes, questionsOf),
    selfServed: sumInBins(bins, visits, ({ selfServed }) => selfServed),
    toAgent: sumInBins(bins, visits, ({ toAgent }) => toAgent),
    visits: sumInBins(bins, visits, ({ visits }) => visits),
  };
  const coverage = shareOrNone(sum(of.answered), sum(of.questions));
  const selfService = shareOrNone(sum(of.selfServed), sum(of.visits));
  const point = (part: readonly number[], whole: readonly number[]) => (_: Bin, at: number) => {
    const value = shareOrNone(part[at] ?? 0, whole[at] ?? 0);
    return value === null ? null : { value };
  };
  const series = [
    {
      style: 1,
      name: words.say('manage.reports.coverage'),
      points: bins.map(point(of.answered, of.questions)),
      total: coverage,
    },
    {
      style: 2,
      name: words.say('manage.reports.selfService'),
      points: bins.map(point(of.selfServed, of.visits)),
      total: selfService,
    },
  ];
  const written = (value: number | null): string => (value === null ? '–' : formats.share(value));
  return {
    id: 'self-service',
    title: words.say('manage.reports.selfService.title'),
    about: words.say('manage.reports.selfService.about'),
    summary: words.say('manage.reports.selfService.summary', {
      coverage: written(coverage),
      questions: sum(of.questions),
      share: written(selfService),
      visits: sum(of.visits),
    }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawLines({ times: timesOf(bins, by), series, domain: [0, 1], atValue: formats.share }, canvas),
    ),
    legend: series.map(({ style, name, total }) => ({ kind: 'line', style, name, value: written(total) })),
    table: timeTable(
      bins,
      [
        { id: 'coverage', label: words.say('manage.reports.coverage') },
        { id: 'questions', label: words.say('manage.reports.questions') },
        { id: 'selfService', label: words.say('manage.reports.selfService') },
        { id: 'visits', label: words.say('manage.reports.visits') },
        { id: 'toAgent', label: words.say('manage.reports.toAgent') },
      ],
      (at) => [
        shareCell(shareOrNone(of.answered[at] ?? 0, of.questions[at] ?? 0), by),
        countCell(of.questions[at] ?? 0, by),
        shareCell(shareOrNone(of.selfServed[at] ?? 0, of.visits[at] ?? 0), by),
        countCell(of.visits[at] ?? 0, by),
        countCell(of.toAgent[at] ?? 0, by),
      ],
      by,
    ),
    isEmpty: sum(of.questions) + sum(of.visits) === 0,
  };
}

/** The questions of a day, whatever became of them. */
export function questionsOf({ answered, clarify, needsConfirmation, noAnswer }: DayOutcomes): number {
  return answered + clarify + needsConfirmation + noAnswer;
}
