import {
  type Estimate,
  leastSample,
  netPromoter,
  type Recommendations,
  shareOf,
} from '../../../feedback/ratings/satisfaction.ts';
import type { RatingCount } from '../../../feedback/reports/feedback-counts.ts';
import { drawLines } from '../charts/lines.ts';
import {
  countCell,
  type InWords,
  inBothSizes,
  type Report,
  type ReportCell,
  shareCell,
  sum,
  timesOf,
  timeTable,
} from './report.ts';
import type { Bin } from './report-period.ts';

/** The share of rated answers that did not help (risk) with its interval, over time; one count for each bin. */
export function riskReport(counts: readonly RatingCount[], bins: readonly Bin[], by: InWords): Report {
  const { words, formats } = by;
  const risks = counts.map(({ helpful, unhelpful }) => told(shareOf(unhelpful, helpful + unhelpful)));
  const total = shareOf(
    sum(counts.map((one) => one.unhelpful)),
    sum(counts.map((one) => one.helpful + one.unhelpful)),
  );
  return {
    id: 'risk',
    title: words.say('manage.reports.risk.title'),
    about: words.say('manage.reports.interval', { least: leastSample }),
    summary:
      total === null
        ? ''
        : words.say('manage.reports.risk.summary', {
            ratings: total.n,
            share: formats.share(total.value),
            from: formats.share(total.from),
            to: formats.share(total.to),
          }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawLines(
        {
          times: timesOf(bins, by),
          series: [{ style: 5, points: risks }],
          domain: null,
          atValue: formats.share,
        },
        canvas,
      ),
    ),
    legend: [
      {
        kind: 'line',
        style: 5,
        name: words.say('manage.reports.risk'),
        value: total === null ? '' : formats.share(total.value),
      },
    ],
    table: timeTable(
      bins,
      [
        { id: 'ratings', label: words.say('manage.reports.ratings') },
        { id: 'unhelpful', label: words.say('manage.reports.unhelpful') },
        { id: 'risk', label: words.say('manage.reports.risk') },
        { id: 'riskFrom', label: words.say('manage.reports.intervalFrom') },
        { id: 'riskTo', label: words.say('manage.reports.intervalTo') },
        { id: 'csat', label: words.say('manage.reports.csat') },
      ],
      (at) => {
        const { helpful = 0, unhelpful = 0 } = counts[at] ?? {};
        const risk = risks[at] ?? null;
        return [
          countCell(helpful + unhelpful, by),
          countCell(unhelpful, by),
          shareCell(risk?.value ?? null, by),
          shareCell(risk?.from ?? null, by),
          shareCell(risk?.to ?? null, by),
          shareCell(risk === null ? null : 1 - risk.value, by),
        ];
      },
      by,
    ),
    isEmpty: total === null,
  };
}

/** How likely customers are to recommend (NPS) with its interval, over time; one count for each bin. */
export function recommendReport(
  counts: readonly Recommendations[],
  bins: readonly Bin[],
  by: InWords,
): Report {
  const { words, formats } = by;
  const scores = counts.map((one) => told(netPromoter(one)));
  const total = netPromoter(allOf(counts));
  const score = (value: number | undefined): ReportCell =>
    value === undefined
      ? { text: '–', value: null }
      : { text: formats.change(Math.round(value)), value: Math.round(value * 10) / 10 };
  return {
    id: 'nps',
    title: words.say('manage.reports.nps.title'),
    about: words.say('manage.reports.interval', { least: leastSample }),
    summary:
      total === null
        ? ''
        : words.say('manage.reports.nps.summary', {
            answers: total.n,
            score: formats.change(Math.round(total.value)),
            from: formats.change(Math.round(total.from)),
            to: formats.change(Math.round(total.to)),
          }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawLines(
        {
          times: timesOf(bins, by),
          series: [{ style: 1, points: scores }],
          domain: [-100, 100],
          atValue: formats.change,
        },
        canvas,
      ),
    ),
    legend: [
      {
        kind: 'line',
        style: 1,
        name: words.say('manage.reports.nps'),
        value: total === null ? '' : formats.change(Math.round(total.value)),
      },
    ],
    table: timeTable(
      bins,
      [
        { id: 'answers', label: words.say('manage.reports.answers') },
        { id: 'promoters', label: words.say('manage.reports.promoters') },
        { id: 'passives', label: words.say('manage.reports.passives') },
        { id: 'detractors', label: words.say('manage.reports.detractors') },
        { id: 'nps', label: words.say('manage.reports.nps') },
        { id: 'npsFrom', label: words.say('manage.reports.intervalFrom') },
        { id: 'npsTo', label: words.say('manage.reports.intervalTo') },
      ],
      (at) => {
        const { promoters = 0, passives = 0, detractors = 0 } = counts[at] ?? {};
        const estimate = scores[at] ?? null;
        return [
          countCell(promoters + passives + detractors, by),
          countCell(promoters, by),
          countCell(passives, by),
          countCell(detractors, by),
          score(estimate?.value),
          score(estimate?.from),
          score(estimate?.to),
        ];
      },
      by,
    ),
    isEmpty: total === null,
  };
}

/** All recommendations of some spans together. */
export function allOf(counts: readonly Recommendations[]): Recommendations {
  return {
    promoters: sum(counts.map(({ promoters }) => promoters)),
    passives: sum(counts.map(({ passives }) => passives)),
    detractors: sum(counts.map(({ detractors }) => detractors)),
  };
}

/** An estimate that says something; null: too few were counted. */
function told(estimate: Estimate | null): Estimate | null {
  return estimate === null || estimate.n < leastSample ? null : estimate;
}
