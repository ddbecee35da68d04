import type { RequestHandler } from 'express';
import { hasRole } from '../../accounts/roles.ts';
import { AppError } from '../../errors.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import type { Gaps } from '../../feedback/gaps/gaps.ts';
import type { TimeSpan } from '../../feedback/reports/feedback-counts.ts';
import type { AskFilter, DayRange, Reports } from '../../feedback/reports/reports.ts';
import type { Route } from '../../http/route.ts';
import { reasonInWords } from '../agent/present-offers.ts';
import { channelInWords } from '../channel-in-words.ts';
import { inLocale } from '../in-locale.ts';
import type { Consistency } from './consistency-page.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { gapsPath } from './present-gaps.ts';
import { asksReport, outcomesReport, selfServiceReport } from './reports/ask-reports.ts';
import { formatsOf } from './reports/formats.ts';
import {
  agreementReport,
  offersReport,
  timesReport,
  topAnswersReport,
  topGapsReport,
} from './reports/list-reports.ts';
import type { InWords, Report } from './reports/report.ts';
import { type Bin, binsOf, periods, type ReportPeriod, readPeriod } from './reports/report-period.ts';
import { recommendReport, riskReport } from './reports/satisfaction-reports.ts';
import { type PeriodCounts, presentTiles, type Tile } from './reports/tiles.ts';
import { sendCsv } from './send-csv.ts';

/** What the reports are made with. */
export interface ReportsDeps extends ManageDeps {
  readonly loop: {
    readonly reports: Reports;
    readonly gaps: Pick<Gaps, 'list' | 'timesToAnswer'>;
    readonly flags: Pick<Flags, 'timesToFix'>;
  };
  readonly consistency: Pick<Consistency, 'runs'>;
}

const path = '/manage/reports';
const known = ['days', 'from', 'to', 'channel', 'locale', 'category'] as const;

/** Articles and gaps listed: a screen. */
const mostListed = 10;

/** Runs of verify:parity in one chart: a year of fortnights. */
const mostRuns = 26;

/** The reports of what customers ask and whether it helped: the page, and each of its tables as a file. */
export function reportsRoutes(deps: ReportsDeps): readonly Route[] {
  const show: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known }, request, response);
    const { ui, given, words, current } = page;
    const asked = readReportAsk(page, deps.door.now());
    const { tiles, sections, channels } = await makeReports(deps, page, asked);
    const { site } = current.public;
    const { preset, ...period } = asked.period;
    const filters = {
      channel: given.channel ?? '',
      locale: given.locale ?? '',
      category: given.category ?? '',
    };
    const here =
      preset === null
        ? { from: given.from ?? '', to: given.to ?? '', ...filters }
        : { days: given.days ?? '', ...filters };
    const formats = formatsOf(words);
    sendManagePage(deps.views, response, 'manage/reports', page, {
      ui,
      action: path,
      range: formats.days(period),
      beforeRange: formats.days(period.before),
      presets: periods.map((days) => ({
        days,
        current: days === preset,
        href: hrefOf(path, { ui, days: String(days), ...filters }),
      })),
      filter: {
        days: preset === null ? '' : String(preset),
        from: preset === null ? period.from : '',
        to: preset === null ? period.to : '',
        channels: channels.map((id) => ({
          id,
          name: channelInWords(id, words),
          chosen: id === asked.only.channel,
        })),
        locales: site.locales.map((id) => ({
          id,
          name: page.wordsOf(id).ownName,
          chosen: id === asked.only.locale,
        })),
        categories: site.categories.map(({ id, title }) => ({
          id,
          name: inLocale(title, ui, site),
          chosen: id === asked.only.category,
        })),
        isSet: Object.values(filters).some((value) => value !== '') || preset === null,
        clearHref: hrefOf(path, { ui }),
      },
      hasCategory: filters.category !== '',
      tiles,
      sections: sections.map((section) => ({
        ...section,
        reports: section.reports.map((report) => ({
          ...report,
          csvHref: hrefOf(`${path}/csv/${report.id}`, { ui, ...here }),
        })),
      })),
      isEmpty: sections.every(({ reports }) => reports.every(({ isEmpty }) => isEmpty)),
    });
  };

  const download: RequestHandler<{ report: string }> = async (request, response) => {
    const page = openManagePage(deps, { path, known }, request, response);
    const asked = readReportAsk(page, deps.door.now());
    const { sections } = await makeReports(deps, page, asked);
    const report = sections.flatMap(({ reports }) => reports).find(({ id }) => id === request.params.report);
    if (report === undefined) throw new AppError('not-found');
    const { from, to } = asked.period;
    sendCsv(response, `${report.id}-${from}-${to}.csv`, [
      report.table.columns.map(({ id }) => id),
      ...report.table.rows.map(({ cells }) => cells.map(({ value }) => value)),
    ]);
  };

  return [
    manageRoute(
      path,
      'Reports: asks, outcomes, self-service, helpfulness, times, offers and agreement over a period, by channel, language and category.',
      show,
      { access: 'editor' },
    ),
    manageRoute(
      `${path}/csv/:report`,
      'The table of one report as CSV, of the period and filters in the address.',
      download as RequestHandler,
      { access: 'editor', format: 'text' },
    ),
  ];
}

/** What an address asks for. */
interface ReportAsk {
  readonly period: ReportPeriod;
  readonly only: AskFilter;
}

/** Errors: invalid-request for a period or a filter that cannot be. */
function readReportAsk({ given, current }: ManageRequest, now: Date): ReportAsk {
  const { site } = current.public;
  const { channel = null, locale = null, category = null } = given;
  const among = (field: string, value: string | null, all: readonly string[]): void => {
    if (value !== null && !all.includes(value))
      throw new AppError('invalid-request', { field, expected: all.join(', '), found: value });
  };
  among('locale', locale, site.locales);
  among(
    'category',
    category,
    site.categories.map(({ id }) => id),
  );
  if (channel !== null && !/^[a-z][a-z0-9-]{0,31}$/.test(channel))
    throw new AppError('invalid-request', {
      field: 'channel',
      expected: 'the name of a channel',
      found: channel,
    });
  return { period: readPeriod(given, current.public.today(now)), only: { channel, locale, category } };
}

/** Reports that belong together. */
interface ReportSection {
  readonly id: string;
  readonly title: string;
  readonly reports: readonly Report[];
}

/** Counts and draws everything that an address asks for; channels: those of the period, whatever is asked for. */
async function makeReports(
  { loop: { reports, gaps, flags }, consistency }: ReportsDeps,
  page: ManageRequest,
  { period, only }: ReportAsk,
): Promise<{
  readonly tiles: readonly Tile[];
  readonly sections: readonly ReportSection[];
  readonly channels: readonly string[];
}> {
  const { words, ui, current, signedIn } = page;
  const { site } = current.public;
  const by: InWords = { words, formats: formatsOf(words) };
  const spanOf = (range: DayRange): TimeSpan => ({
    from: current.public.instantsOf(range.from).from.toISOString(),
    until: current.public.instantsOf(range.to).until.toISOString(),
  });
  const [bins, coarse] = [binsOf(period), binsOf(period, { coarse: true })];
  const spans = spansOf(coarse, spanOf);
  const all = spanOf(period);

  const byChannel = await reports.asksBy('channel', period, only);
  const byLocale = await reports.asksBy('locale', period, only);
  const byCategory = await reports.asksBy('category', period, only);
  const channels = only.channel ? await reports.asksBy('channel', period, {}) : byChannel;
  const now = await countsOf(reports, period, spans, only);
  const before = await countsOf(reports, period.before, [spanOf(period.before)], only);
  const ratings = await reports.ratingsIn(spans, only);
  const top = await reports.topArticles(period, only, mostListed);
  const byReason = await reports.offersBy('reason', all);
  const byAgent = hasRole(signedIn.account.role, 'manager') ? await reports.offersBy('agent', all) : null;
  const fixes = await flags.timesToFix(new Date(all.from), new Date(all.until));
  const answered = (await gaps.timesToAnswer(new Date(all.from))).filter(
    ({ answeredAt }) => answeredAt < all.until,
  );
  const { gaps: open } = await gaps.list({
    state: 'open',
    locale: only.locale ?? null,
    category: only.category ?? null,
    reason: null,
    owner: null,
    sort: 'asks',
    page: 1,
  });
  const runs = (await consistency.runs.latest(mostRuns)).filter(
    ({ runAt }) => all.from <= runAt && runAt < all.until,
  );

  const categoryOf = (id: string): string => {
    const category = site.categories.find((one) => one.id === id);
    return category === undefined ? id : inLocale(category.title, ui, site);
  };
  const browse = { locale: ui, context: {}, asOf: current.public.today(new Date(all.until)) };
  const isPart = Boolean(only.category);
  const sections: readonly ReportSection[] = [
    {
      id: 'asked',
      title: words.say('manage.reports.section.asked'),
      reports: [
        asksReport(
          'channel',
          byChannel,
          bins,
          { order: channelOrder, nameOf: (id) => channelInWords(id, words) },
          by,
        ),
        asksReport(
          'locale',
          byLocale,
          bins,
          { order: site.locales, nameOf: (id) => page.wordsOf(id).ownName },
          by,
        ),
        asksReport(
          'category',
          byCategory,
          bins,
          { order: site.categories.map(({ id }) => id), nameOf: categoryOf },
          by,
        ),
        topAnswersReport(
          top.map(({ articleId, asks }) => {
            const found = current.public.article(articleId, browse);
            return found.kind === 'article'
              ? {
                  articleId,
                  asks,
                  title: found.article.title,
                  lang: found.article.locale,
                  href: hrefOf(`/agent/articles/${articleId}`, { ui }),
                }
              : { articleId, asks, title: articleId, lang: 'en', href: null };
          }),
          now.asks,
          by,
        ),
        topGapsReport(
          open.slice(0, mostListed).map(({ question, ...gap }) => ({
            ...gap,
            question: question ?? words.say('manage.reports.gap', { id: gap.id }),
            href: hrefOf(`${gapsPath}/${gap.id}`, { ui }),
          })),
          by,
        ),
      ],
    },
    {
      id: 'told',
      title: words.say('manage.reports.section.told'),
      reports: isPart
        ? [agreementReport(runs, by, site.timeZone)]
        : [
            outcomesReport(now.outcomes, bins, by),
            selfServiceReport(now.outcomes, now.visits, bins, by),
            agreementReport(runs, by, site.timeZone),
          ],
    },
    {
      id: 'helped',
      title: words.say('manage.reports.section.helped'),
      reports: [
        riskReport(ratings, coarse, by),
        ...(isPart ? [] : [recommendReport(now.recommendations, coarse, by)]),
      ],
    },
    {
      id: 'done',
      title: words.say('manage.reports.section.done'),
      reports: [
        timesReport(
          [
            {
              id: 'question-to-answer',
              name: words.say('manage.reports.times.gap'),
              lengths: answered.map(
                ({ askedAt, answeredAt }) => Date.parse(answeredAt) - Date.parse(askedAt),
              ),
            },
            { id: 'flag-to-fix', name: words.say('manage.reports.times.flag'), lengths: fixes },
          ],
          by,
        ),
        offersReport(
          'reason',
          byReason,
          (reason) => {
            const offer = current.desk.offers.find(({ reasons }) => reasons?.[reason] !== undefined);
            return reasonInWords(offer, reason, { words, ui, site });
          },
          by,
        ),
        ...(byAgent === null ? [] : [offersReport('agent', byAgent, (agent) => agent, by)]),
      ],
    },
  ];
  return {
    tiles: presentTiles(now, before, isPart, by),
    sections,
    channels: [...new Set(channels.map(({ key }) => key))].sort(),
  };
}

/** Channels of every installation, in the order in which charts have them; others come after, by name. */
const channelOrder = ['faq', 'chat', 'api', 'agent'];

async function countsOf(
  reports: Reports,
  range: DayRange,
  spans: readonly TimeSpan[],
  only: AskFilter,
): Promise<PeriodCounts> {
  const [byChannel, outcomes, visits, ratings, recommendations] = [
    await reports.asksBy('channel', range, only),
    await reports.outcomes(range, only),
    await reports.visits(range, only),
    await reports.ratingsIn(spans, only),
    await reports.recommendationsIn(spans, only),
  ];
  return {
    asks: byChannel.reduce((all, { asks }) => all + asks, 0),
    outcomes,
    visits,
    ratings: {
      helpful: ratings.reduce((all, { helpful }) => all + helpful, 0),
      unhelpful: ratings.reduce((all, { unhelpful }) => all + unhelpful, 0),
    },
    recommendations,
  };
}

/** The spans of bins that follow each other: each day's beginning is looked up once. */
function spansOf(bins: readonly Bin[], spanOf: (range: DayRange) => TimeSpan): readonly TimeSpan[] {
  const starts = bins.map(({ from }) => spanOf({ from, to: from }).from);
  const last = bins.at(-1);
  const end = last === undefined ? '' : spanOf({ from: last.to, to: last.to }).until;
  return starts.map((from, at) => ({ from, until: starts[at + 1] ?? end }));
}
