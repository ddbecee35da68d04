import {
  type Estimate,
  leastSample,
  netPromoter,
  type Recommendations,
  shareOf,
} from '../../../feedback/ratings/satisfaction.ts';
import type { RatingCount } from '../../../feedback/reports/feedback-counts.ts';
import type { DayOutcomes, DayVisits } from '../../../feedback/reports/reports.ts';
import { questionsOf } from './ask-reports.ts';
import { type InWords, shareOrNone, sum } from './report.ts';
import { allOf } from './satisfaction-reports.ts';

/** A measure of the whole period in one figure. */
export interface Tile {
  readonly id: string;
  readonly name: string;
  /** A dash: too few were counted. */
  readonly value: string;
  /** Against the period before; empty: there is nothing to compare with. */
  readonly change: string;
  /** How many it is of, and the interval in which it lies. */
  readonly note: string;
}

/** What is counted of a period, and of the one before it. */
export interface PeriodCounts {
  readonly asks: number;
  readonly outcomes: readonly DayOutcomes[];
  readonly visits: readonly DayVisits[];
  readonly ratings: RatingCount;
  readonly recommendations: readonly Recommendations[];
}

/** The figures at the head of the page. `isPart`: asks of one category alone, which outcomes and visits cannot be told of. */
export function presentTiles(
  now: PeriodCounts,
  before: PeriodCounts,
  isPart: boolean,
  by: InWords,
): readonly Tile[] {
  const { words, formats } = by;
  const none = '–';
  const points = (value: number | null, earlier: number | null): string =>
    value === null || earlier === null
      ? ''
      : words.say('manage.reports.change.points', { change: formats.change((value - earlier) * 100) });
  const few = (n: number): string => words.say('manage.reports.few', { n, least: leastSample });
  const estimated = (estimate: Estimate | null): Estimate | null =>
    estimate !== null && estimate.n >= leastSample ? estimate : null;

  const [coverage, earlierCoverage] = [coverageOf(now), coverageOf(before)];
  const [served, earlierServed] = [selfServiceOf(now), selfServiceOf(before)];
  const [risk, earlierRisk] = [riskOf(now), riskOf(before)].map(estimated);
  const ratings = now.ratings.helpful + now.ratings.unhelpful;
  const score = estimated(netPromoter(allOf(now.recommendations)));
  const earlierScore = estimated(netPromoter(allOf(before.recommendations)));
  const recommended = netPromoter(allOf(now.recommendations))?.n ?? 0;
  const whole = (value: number): string => formats.change(Math.round(value));

  return [
    {
      id: 'asks',
      name: words.say('manage.reports.asks'),
      value: formats.number(now.asks),
      change:
        before.asks === 0
          ? ''
          : words.say('manage.reports.change.percent', {
              change: formats.changeOfShare((now.asks - before.asks) / before.asks),
            }),
      note: words.say('manage.reports.tile.asks'),
    },
    ...(isPart
      ? []
      : [
          {
            id: 'coverage',
            name: words.say('manage.reports.coverage'),
            value: coverage === null ? none : formats.share(coverage),
            change: points(coverage, earlierCoverage),
            note: words.say('manage.reports.tile.coverage', {
              count: sum(now.outcomes.map(questionsOf)),
            }),
          },
          {
            id: 'self-service',
            name: words.say('manage.reports.selfService'),
            value: served === null ? none : formats.share(served),
            change: points(served, earlierServed),
            note: words.say('manage.reports.tile.visits', {
              count: sum(now.visits.map(({ visits }) => visits)),
            }),
          },
        ]),
    {
      id: 'risk',
      name: words.say('manage.reports.risk'),
      value: risk ? formats.share(risk.value) : none,
      change: points(risk?.value ?? null, earlierRisk?.value ?? null),
      note: risk
        ? words.say('manage.reports.tile.ratings', {
            count: ratings,
            from: formats.share(risk.from),
            to: formats.share(risk.to),
          })
        : few(ratings),
    },
    {
      id: 'csat',
      name: words.say('manage.reports.csat'),
      value: risk ? formats.share(1 - risk.value) : none,
      change: points(risk ? 1 - risk.value : null, earlierRisk ? 1 - earlierRisk.value : null),
      note: risk
        ? words.say('manage.reports.tile.ratings', {
            count: ratings,
            from: formats.share(1 - risk.to),
            to: formats.share(1 - risk.from),
          })
        : few(ratings),
    },
    ...(isPart
      ? []
      : [
          {
            id: 'nps',
            name: words.say('manage.reports.nps'),
            value: score ? whole(score.value) : none,
            change:
              score && earlierScore
                ? words.say('manage.reports.change.points', {
                    change: whole(score.value - earlierScore.value),
                  })
                : '',
            note: score
              ? words.say('manage.reports.tile.answers', {
                  count: recommended,
                  from: whole(score.from),
                  to: whole(score.to),
                })
              : few(recommended),
          },
        ]),
  ];
}

function coverageOf({ outcomes }: PeriodCounts): number | null {
  return shareOrNone(sum(outcomes.map(({ answered }) => answered)), sum(outcomes.map(questionsOf)));
}

function selfServiceOf({ visits }: PeriodCounts): number | null {
  return shareOrNone(
    sum(visits.map(({ selfServed }) => selfServed)),
    sum(visits.map(({ visits }) => visits)),
  );
}

function riskOf({ ratings: { helpful, unhelpful } }: PeriodCounts): Estimate | null {
  return shareOf(unhelpful, helpful + unhelpful);
}
