import { quantile } from 'd3-array';
import type { ParityRun } from '../../../feedback/parity-runs.ts';
import type { OfferCount } from '../../../feedback/reports/feedback-counts.ts';
import { drawBars } from '../charts/bars.ts';
import { drawLines } from '../charts/lines.ts';
import {
  countCell,
  type InWords,
  inBothSizes,
  type Report,
  type ReportCell,
  shareCell,
  shareOrNone,
  sum,
} from './report.ts';

/** An article as a report names it. */
export interface NamedArticle {
  readonly articleId: string;
  readonly title: string;
  /** Language of its title. */
  readonly lang: string;
  /** Null: it is not published any more. */
  readonly href: string | null;
}

/** The articles that were the answer most often. `all`: asks of the period, whatever they found. */
export function topAnswersReport(
  articles: readonly (NamedArticle & { readonly asks: number })[],
  all: number,
  by: InWords,
): Report {
  const { words } = by;
  const bars = drawBars(
    articles.map(({ asks }) => [asks]),
    [1],
    words.direction,
  );
  return {
    id: 'top-answers',
    title: words.say('manage.reports.topAnswers'),
    about: words.say('manage.reports.topAnswers.about'),
    summary: '',
    drawings: null,
    legend: [],
    table: {
      columns: [
        { id: 'article', label: words.say('manage.reports.article') },
        { id: 'asks', label: words.say('manage.reports.asks') },
        { id: 'share', label: words.say('manage.reports.share') },
      ],
      rows: articles.map(({ articleId, title, lang, href, asks }, at) => ({
        cells: [
          { text: title, value: articleId, lang, ...(href === null ? {} : { href }) },
          countCell(asks, by),
          shareCell(shareOrNone(asks, all), by),
        ],
        bar: bars[at] ?? [],
      })),
    },
    isEmpty: articles.length === 0,
  };
}

/** A gap as a report names it. */
export interface NamedGap {
  readonly id: number;
  readonly question: string;
  readonly locale: string;
  readonly asks: number;
  readonly people: number;
  /** Asks of the last 30 days. */
  readonly recent: number;
  readonly href: string;
}

/** The open gaps that were asked most. */
export function topGapsReport(gaps: readonly NamedGap[], by: InWords): Report {
  const { words } = by;
  const bars = drawBars(
    gaps.map(({ asks }) => [asks]),
    [5],
    words.direction,
  );
  return {
    id: 'top-gaps',
    title: words.say('manage.reports.topGaps'),
    about: words.say('manage.reports.topGaps.about'),
    summary: '',
    drawings: null,
    legend: [],
    table: {
      columns: [
        { id: 'question', label: words.say('manage.reports.question') },
        { id: 'asks', label: words.say('manage.reports.asks') },
        { id: 'people', label: words.say('manage.reports.people') },
        { id: 'recent', label: words.say('manage.reports.recent') },
      ],
      rows: gaps.map(({ question, locale, asks, people, recent, href }, at) => ({
        cells: [
          { text: question, value: question, lang: locale, href },
          countCell(asks, by),
          countCell(people, by),
          countCell(recent, by),
        ],
        bar: bars[at] ?? [],
      })),
    },
    isEmpty: gaps.length === 0,
  };
}

/** Offers made, by their reason or by the agent who made them. */
export function offersReport(
  property: 'reason' | 'agent',
  counts: readonly OfferCount[],
  nameOf: (key: string) => string,
  by: InWords,
): Report {
  const { words } = by;
  const styles = [1, 5] as const;
  const bars = drawBars(
    counts.map(({ within, beyond }) => [within, beyond]),
    styles,
    words.direction,
  );
  const [within, beyond] = [
    words.say('manage.reports.offers.within'),
    words.say('manage.reports.offers.beyond'),
  ];
  const total = (of: 'within' | 'beyond'): string => by.formats.number(sum(counts.map((one) => one[of])));
  return {
    id: `offers-by-${property}`,
    title:
      property === 'agent'
        ? words.say('manage.reports.offers.byAgent')
        : words.say('manage.reports.offers.byReason'),
    about: words.say('manage.reports.offers.about'),
    summary: '',
    drawings: null,
    legend: [
      { kind: 'column', style: styles[0], name: within, value: total('within') },
      { kind: 'column', style: styles[1], name: beyond, value: total('beyond') },
    ],
    table: {
      columns: [
        {
          id: property,
          label:
            property === 'agent' ? words.say('manage.reports.agent') : words.say('manage.reports.reason'),
        },
        { id: 'within', label: within },
        { id: 'beyond', label: beyond },
        { id: 'waiting', label: words.say('manage.reports.offers.waiting') },
        { id: 'refused', label: words.say('manage.reports.offers.refused') },
      ],
      rows: counts.map((one, at) => ({
        cells: [
          { text: nameOf(one.key), value: one.key },
          countCell(one.within, by),
          countCell(one.beyond, by),
          countCell(one.asked, by),
          countCell(one.refused, by),
        ],
        bar: bars[at] ?? [],
      })),
    },
    isEmpty: counts.length === 0,
  };
}

/** How long things took, each with what took so long: milliseconds, in any order. */
export function timesReport(
  measured: readonly { readonly id: string; readonly name: string; readonly lengths: readonly number[] }[],
  by: InWords,
): Report {
  const { words, formats } = by;
  const rows = measured.map(({ id, name, lengths }) => ({
    id,
    name,
    n: lengths.length,
    median: quantile(lengths, 0.5) ?? null,
    most: quantile(lengths, 0.9) ?? null,
  }));
  const bars = drawBars(
    rows.map(({ median, most }) => [median ?? 0, (most ?? 0) - (median ?? 0)]),
    [1, 2],
    words.direction,
  );
  const cell = (ms: number | null): ReportCell =>
    ms === null
      ? { text: '–', value: null }
      : { text: formats.length(ms), value: Math.round((ms / 3_600_000) * 100) / 100 };
  return {
    id: 'times',
    title: words.say('manage.reports.times'),
    about: words.say('manage.reports.times.about'),
    summary: '',
    drawings: null,
    legend: [
      { kind: 'column', style: 1, name: words.say('manage.reports.median'), value: '' },
      { kind: 'column', style: 2, name: words.say('manage.reports.ninety'), value: '' },
    ],
    table: {
      columns: [
        { id: 'from', label: words.say('manage.reports.what') },
        { id: 'n', label: words.say('manage.reports.cases') },
        { id: 'medianHours', label: words.say('manage.reports.median') },
        { id: 'p90Hours', label: words.say('manage.reports.ninety') },
      ],
      rows: rows.map(({ id, name, n, median, most }, at) => ({
        cells: [{ text: name, value: id }, countCell(n, by), cell(median), cell(most)],
        bar: bars[at] ?? [],
      })),
    },
    isEmpty: rows.every(({ n }) => n === 0),
  };
}

/** How the channels agreed in the recorded runs of verify:parity; the newest run first. */
export function agreementReport(runs: readonly ParityRun[], by: InWords, timeZone: string): Report {
  const { words, formats } = by;
  const rows = runs.toReversed().map(({ runAt, release, report }) => {
    const compared = sum(report.channels.map((channel) => channel.compared));
    const differing = sum(report.channels.map((channel) => channel.differing));
    return {
      runAt,
      release,
      compared,
      differing,
      same: compared === 0 ? null : 1 - differing / compared,
    };
  });
  const last = rows.at(-1);
  return {
    id: 'agreement',
    title: words.say('manage.reports.agreement'),
    about: words.say('manage.reports.agreement.about'),
    summary:
      last === undefined || last.same === null
        ? ''
        : words.say('manage.reports.agreement.summary', {
            runs: rows.length,
            share: formats.share(last.same),
            compared: last.compared,
          }),
    drawings: inBothSizes(words.direction, (canvas) =>
      drawLines(
        {
          times: rows.map(({ runAt }) => formats.shortDay(runAt.slice(0, 10))),
          series: [{ style: 2, points: rows.map(({ same }) => (same === null ? null : { value: same })) }],
          domain: [0, 1],
          atValue: formats.share,
        },
        canvas,
      ),
    ),
    legend: [],
    table: {
      columns: [
        { id: 'run', label: words.say('manage.reports.run') },
        { id: 'release', label: words.say('manage.reports.release') },
        { id: 'compared', label: words.say('manage.reports.compared') },
        { id: 'differing', label: words.say('manage.reports.differing') },
        { id: 'same', label: words.say('manage.reports.same') },
      ],
      rows: rows.map(({ runAt, release, compared, differing, same }) => ({
        cells: [
          { text: words.dateTime(runAt, timeZone), value: runAt },
          countCell(release, by),
          countCell(compared, by),
          countCell(differing, by),
          shareCell(same, by),
        ],
        bar: null,
      })),
    },
    isEmpty: rows.length === 0,
  };
}
