import type { RequestHandler } from 'express';
import type { CalendarDate } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import type { FeedbackFilter, FeedbackPlace, RatedAnswer } from '../../feedback/ratings/rating.ts';
import type { Ratings } from '../../feedback/ratings/ratings.ts';
import { leastSample, shareOf } from '../../feedback/ratings/satisfaction.ts';
import type { Survey, SurveyAnswer } from '../../feedback/ratings/survey.ts';
import type { Route } from '../../http/route.ts';
import { findArticle } from '../agent/find-article.ts';
import { channelInWords } from '../channel-in-words.ts';
import { inLocale } from '../in-locale.ts';
import { reasonInWords } from '../reason-in-words.ts';
import {
  hrefOf,
  type ManageDeps,
  type ManageRequest,
  manageRoute,
  openManagePage,
  sendManagePage,
} from './manage-page.ts';
import { presentSatisfaction, presentShare, satisfactionBy } from './present-satisfaction.ts';
import { sendCsv } from './send-csv.ts';

/** What the page of customers' feedback is made with. */
export interface FeedbackDeps extends ManageDeps {
  readonly loop: { readonly ratings: Ratings; readonly survey: Survey };
}

const path = '/manage/feedback';
const exportPath = `${path}/export`;
const filterNames = ['days', 'channel', 'locale', 'category', 'show'] as const;

/** Days that are looked back; the first is the default. */
const periods = [30, 7, 90] as const;

/** What is listed below the figures; the first is the default. */
const lists = ['unhelpful', 'helpful', 'survey'] as const;
type List = (typeof lists)[number];

/** Rows of a page, and of one look for an export. */
const rowsAtOnce = 50;
const exportedAtOnce = 2_000;

/** Most rows of an export: what a spreadsheet opens without complaint; the newest are in it. */
const mostExported = 50_000;

const dayMs = 86_400_000;

/** Which feedback a page is about. */
interface Chosen {
  readonly days: (typeof periods)[number];
  readonly filter: FeedbackFilter;
  readonly list: List;
  /** The parameters of the address, without the empty ones. */
  readonly kept: Readonly<Record<string, string>>;
}

/** What customers say of answers: two figures with what they are worth, and the newest words. */
export function feedbackRoutes(deps: FeedbackDeps): readonly Route[] {
  const { views, door, loop } = deps;
  const { ratings, survey } = loop;

  const chosenOf = ({ given, current }: ManageRequest): Chosen => {
    const { days = String(periods[0]), channel, locale, category, show = lists[0] } = given;
    const { site } = current.public;
    const period = oneOf('days', days, periods.map(String));
    if (locale !== undefined) oneOf('locale', locale, site.locales);
    if (category !== undefined)
      oneOf(
        'category',
        category,
        site.categories.map(({ id }) => id),
      );
    const list = lists.find((one) => one === show) ?? oneOf('show', show, lists);
    const kept = Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'before'));
    return {
      days: periods.find((one) => String(one) === period) ?? periods[0],
      filter: { since: new Date(door.now().getTime() - Number(period) * dayMs), channel, locale, category },
      list: list as List,
      kept,
    };
  };

  const listed = (
    { filter, list }: Chosen,
    before: FeedbackPlace | null,
    limit: number,
  ): Promise<readonly (RatedAnswer | SurveyAnswer)[]> =>
    list === 'survey'
      ? survey.list(filter, { withWords: true, before, limit })
      : ratings.list(filter, { helpful: list === 'helpful', before, limit });

  const show: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: [...filterNames, 'before'] }, request, response);
    const { current, ui, words } = page;
    const chosen = chosenOf(page);
    const { filter, days, kept } = chosen;
    const { site } = current.public;
    const since = { since: filter.since };
    const today = current.public.today(door.now());
    const [allRatings, allScores, answers, found] = await Promise.all([
      ratings.tally(since),
      survey.tally(since),
      ratings.answers(current.public.today(filter.since), filter),
      listed(chosen, page.given.before === undefined ? null : readPlace(page.given.before), rowsAtOnce + 1),
    ]);
    const fits = (one: { channel: string; locale: string; category?: string | null }): boolean =>
      (filter.channel === undefined || one.channel === filter.channel) &&
      (filter.locale === undefined || one.locale === filter.locale) &&
      (filter.category === undefined || one.category === filter.category);
    const fitting = allRatings.filter(fits);
    // The relationship question is about the company, not about a subject.
    const scores = filter.category === undefined ? allScores.filter(fits) : [];
    // Questions back and refusals may be rated too; the rate is that of answers.
    const rated = fitting.reduce(
      (sum, one) => (one.category === null ? sum : sum + one.helpful + one.unhelpful),
      0,
    );
    const rows = found.slice(0, rowsAtOnce);
    const last = rows.at(-1);
    const categoryName = (id: string): string => {
      const known = site.categories.find((one) => one.id === id);
      return known === undefined
        ? id || words.say('feedback.manage.noArticle')
        : inLocale(known.title, ui, site);
    };
    const languageName = (locale: string): string =>
      new Intl.DisplayNames(ui, { type: 'language' }).of(locale) ?? locale;
    const channelName = (channel: string): string => channelInWords(channel, words);
    const channels = [...new Set([...allRatings, ...allScores].map(({ channel }) => channel))].sort();
    sendManagePage(views, response, 'manage/feedback', page, {
      ui,
      timeZone: site.timeZone,
      filter: {
        days: [...periods]
          .sort((a, b) => a - b)
          .map((one) => ({
            id: String(one),
            label: words.say('feedback.manage.lastDays', { count: one }),
            chosen: one === days,
          })),
        channels: options(channels, filter.channel, channelName),
        locales: options(site.locales, filter.locale, languageName),
        categories: options(
          site.categories.map(({ id }) => id),
          filter.category,
          categoryName,
        ),
        show: chosen.list,
        clearHref: Object.keys(kept).length === 0 ? null : hrefOf(path, { ui }),
      },
      leastSample,
      figures: presentSatisfaction(fitting, scores, words),
      response: presentShare(shareOf(Math.min(rated, answers), answers), words),
      rated,
      isBySubject: filter.category !== undefined,
      tables: [
        {
          id: 'channel',
          title: words.say('feedback.manage.byChannel'),
          rows: satisfactionBy(fitting, scores, ({ channel }) => channel, channelName, words),
        },
        {
          id: 'language',
          title: words.say('feedback.manage.byLanguage'),
          rows: satisfactionBy(fitting, scores, ({ locale }) => locale, languageName, words),
        },
        {
          id: 'subject',
          title: words.say('feedback.manage.bySubject'),
          rows: satisfactionBy(fitting, [], ({ category }) => category ?? '', categoryName, words),
        },
      ].filter(({ rows }) => rows.length > 0),
      lists: lists.map((list) => ({
        title: listTitle(list, page),
        href: `${hrefOf(path, { ui, ...kept, show: list })}#said`,
        current: list === chosen.list,
      })),
      isSurvey: chosen.list === 'survey',
      rows: rows.map((row) => presentRow(row, page, today, languageName)),
      exportHref: hrefOf(exportPath, { ui, ...kept }),
      olderHref:
        found.length > rowsAtOnce && last !== undefined
          ? `${hrefOf(path, { ui, ...kept, before: placeOf(last) })}#said`
          : null,
      newestHref: page.given.before === undefined ? null : `${hrefOf(path, { ui, ...kept })}#said`,
    });
  };

  const download: RequestHandler = async (request, response) => {
    const page = openManagePage(deps, { path, known: filterNames }, request, response);
    const chosen = chosenOf(page);
    const found: (RatedAnswer | SurveyAnswer)[] = [];
    let before: FeedbackPlace | null = null;
    while (found.length < mostExported) {
      const more: readonly (RatedAnswer | SurveyAnswer)[] = await listed(chosen, before, exportedAtOnce);
      found.push(...more);
      const last = more.at(-1);
      if (last === undefined || more.length < exportedAtOnce) break;
      before = readPlace(placeOf(last));
    }
    const today = page.current.public.today(door.now());
    const header =
      chosen.list === 'survey'
        ? ['given', 'channel', 'language', 'score', 'sentence']
        : [
            'given',
            'channel',
            'language',
            'article',
            'helpful',
            'reasons',
            'sentence',
            'question',
            'receipt',
          ];
    sendCsv(response, `feedback-${chosen.list}-${today}.csv`, [header, ...found.map(cellsOf)]);
  };

  return [
    manageRoute(
      path,
      'What customers say of answers: how many helped, how likely they are to recommend, and their newest words.',
      show,
      { access: 'editor' },
    ),
    manageRoute(exportPath, "Customers' feedback as a table for spreadsheets.", download, {
      access: 'editor',
      format: 'text',
    }),
  ];
}

function cellsOf(row: RatedAnswer | SurveyAnswer): readonly (string | number | null)[] {
  const { givenAt, channel, locale, sentence } = row;
  if ('score' in row) return [givenAt, channel, locale, row.score, sentence];
  const { articleId, helpful, reasons, question, receipt } = row;
  const said = [helpful ? 'yes' : 'no', reasons.join(' '), sentence, question, receipt];
  return [givenAt, channel, locale, articleId, ...said];
}

function presentRow(
  row: RatedAnswer | SurveyAnswer,
  { current, ui, words, wordsOf }: ManageRequest,
  today: CalendarDate,
  languageName: (locale: string) => string,
) {
  const about = {
    givenAt: row.givenAt,
    channel: channelInWords(row.channel, words),
    language: languageName(row.locale),
    sentence: row.sentence,
  };
  if ('score' in row) return { ...about, score: words.number(row.score), tone: toneOf(row.score) };
  const lookup =
    row.articleId === null
      ? null
      : findArticle(current, row.articleId, { locale: row.locale, context: {}, asOf: today }).lookup;
  const found = lookup?.kind === 'article' ? lookup.article : null;
  const lang = found?.locale ?? row.locale;
  return {
    ...about,
    article:
      row.articleId === null
        ? null
        : {
            title: found?.title ?? row.articleId,
            lang,
            dir: wordsOf(lang).direction,
            href:
              found === null ? null : hrefOf(`/agent/articles/${row.articleId}`, { locale: row.locale, ui }),
          },
    question: row.question,
    reasons: row.reasons.map((reason) => reasonInWords(reason, words)),
    receipt: row.receipt,
    receiptHref: hrefOf(`/agent/receipts/${row.receipt}`, { ui }),
  };
}

function toneOf(score: number): 'good' | 'bad' | 'plain' {
  return score >= 9 ? 'good' : score <= 6 ? 'bad' : 'plain';
}

function listTitle(list: List, { words }: ManageRequest): string {
  switch (list) {
    case 'unhelpful':
      return words.say('feedback.manage.unhelpful');
    case 'helpful':
      return words.say('feedback.manage.helpful');
    case 'survey':
      return words.say('feedback.manage.survey');
  }
}

function options(known: readonly string[], chosen: string | undefined, nameOf: (id: string) => string) {
  const all = chosen === undefined || known.includes(chosen) ? known : [...known, chosen];
  return all.map((id) => ({ id, label: nameOf(id), chosen: id === chosen }));
}

function placeOf(row: RatedAnswer | SurveyAnswer): string {
  return `${row.givenAt}~${'score' in row ? row.id : row.receipt}`;
}

/** Errors: invalid-request for what `placeOf` never gives. */
function readPlace(text: string): FeedbackPlace {
  const [, givenAt, id] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)~([0-9A-Z]{1,16})$/.exec(text) ?? [];
  if (givenAt === undefined || id === undefined)
    throw new AppError('invalid-request', {
      field: 'before',
      expected: 'the address of the next page',
      found: text.slice(0, 60),
    });
  return { givenAt, id };
}

function oneOf(field: string, text: string, known: readonly string[]): string {
  if (known.includes(text)) return text;
  throw new AppError('invalid-request', { field, expected: known.join(', '), found: text.slice(0, 60) });
}
