import type { Explanation, Locale } from '../../answers/answer.ts';
import {
  type Gap,
  type GapCounts,
  type GapOutcome,
  type GapReason,
  gapOutcomes,
  gapReasons,
  type Nearest,
} from '../../feedback/gaps/gap.ts';
import type { GapDetails, GapFilter, GapList } from '../../feedback/gaps/gaps.ts';
import type { Phrasing } from '../../feedback/gaps/phrasings.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { hrefOf, type ManageRequest } from './manage-page.ts';
import { drawSparkline } from './sparkline.ts';

/** Where gaps are. */
export const gapsPath = '/manage/gaps';

/** What the list of gaps shows. */
export function presentGaps(list: GapList, filter: GapFilter, page: ManageRequest) {
  const { ui, words, wordsOf, current, given } = page;
  const { site } = current.public;
  const chosen = (
    options: readonly { readonly id: string; readonly label: string }[],
    value: string | null,
  ) => options.map((option) => ({ ...option, chosen: option.id === value }));
  const pageHref = (number: number): string =>
    hrefOf(gapsPath, { ...given, page: number === 1 ? '' : String(number), ui });
  const { locale, reason, owner, category, sort, state } = filter;
  return {
    ui,
    tabs: tabs(page, state),
    rows: list.gaps.map((gap) => presentRow(gap, page)),
    found: list.found,
    filter: {
      state: state === 'open' ? '' : state,
      isSet: [locale, reason, owner, category].some((value) => value !== null),
      clearHref: hrefOf(gapsPath, { ui, state: given.state ?? '', sort: given.sort ?? '' }),
      locales: chosen(
        site.locales.map((one) => ({ id: one, label: wordsOf(one).ownName })),
        locale,
      ),
      reasons: chosen(
        gapReasons.map((id) => ({ id, label: reasonInWords(id, words) })),
        reason,
      ),
      owners: chosen(
        current.desk.teams.map(({ teamId, name }) => ({ id: teamId, label: name })),
        owner,
      ),
      categories: chosen(
        site.categories.map(({ id, title }) => ({ id, label: inLocale(title, ui, site) })),
        category,
      ),
      sorts: chosen(
        [
          { id: 'asks', label: words.say('manage.gaps.sort.asks') },
          { id: 'trend', label: words.say('manage.gaps.sort.trend') },
        ],
        sort,
      ),
    },
    pageNumber: filter.page,
    pages: list.pages,
    previousHref: filter.page > 1 ? pageHref(filter.page - 1) : null,
    nextHref: filter.page < list.pages ? pageHref(filter.page + 1) : null,
  };
}

/** What the list of phrasings shows. */
export function presentPhrasings(phrasings: readonly Phrasing[], page: ManageRequest) {
  const { ui, words, current } = page;
  return {
    tabs: tabs(page, 'phrasings'),
    rows: phrasings.map(({ locale, question, articleId, title, helpful, chosen, lastAt, receipt }) => ({
      question,
      ...languageOf(locale, page),
      title,
      articleHref: hrefOf(`/agent/articles/${articleId}`, { locale, ui }),
      receiptHref: hrefOf(`/agent/receipts/${receipt}`, { ui }),
      helpful,
      chosen,
      helpfulText: words.say('manage.gaps.endedHelpful', { count: helpful }),
      chosenText: words.say('manage.gaps.endedChosen', { count: chosen }),
      lastAt,
      variantHref: proposalHref(ui, { kind: 'variant', articleId, locale, question }),
    })),
    timeZone: current.public.site.timeZone,
  };
}

/** What the page of one gap shows; `explanation`: how its question is answered now, null where it is no longer kept. */
export function presentGap(details: GapDetails, explanation: Explanation | null, page: ManageRequest) {
  const { gap, members, moreMembers, asks, similar } = details;
  const { ui, words, current } = page;
  const here = `${gapsPath}/${gap.id}`;
  const questions = members.map(({ question }) => question);
  const [question = gap.question ?? ''] = questions;
  const { locale } = gap;
  const [first] = explanation?.candidates ?? [];
  return {
    ...presentRow(gap, page),
    timeZone: current.public.site.timeZone,
    listHref: hrefOf(gapsPath, { ui, state: gap.state === 'open' ? '' : 'closed' }),
    isOpen: gap.state === 'open',
    note: gap.note,
    closedAt: gap.closedAt,
    closedBy: gap.closedBy,
    firstAt: gap.firstAt,
    lastAt: gap.lastAt,
    mergedHref: gap.mergedInto === null ? null : hrefOf(`${gapsPath}/${gap.mergedInto}`, { ui }),
    mergedInto: gap.mergedInto,
    members: members.map((member) => ({
      ...member,
      ...languageOf(locale, page),
      reasons: marksOf(member.counts, words),
      asksText: words.say('manage.gaps.asked', { count: member.asks }),
      receiptHref: hrefOf(`/agent/receipts/${member.receipt}`, { ui }),
      variantHref:
        first === undefined
          ? null
          : proposalHref(ui, {
              kind: 'variant',
              articleId: articleOf(first.answerId),
              locale,
              question: member.question,
            }),
    })),
    isAlone: members.length <= 1,
    moreMembers,
    asks: asks.map((ask) => ({
      ...ask,
      ...languageOf(locale, page),
      reason: reasonInWords(ask.reason, words),
      receiptHref: hrefOf(`/agent/receipts/${ask.receipt}`, { ui }),
      conversationHref:
        ask.conversationId === null ? null : hrefOf('/agent/conversations', { id: ask.conversationId, ui }),
    })),
    similar: similar.map((other) => ({
      id: other.gap.id,
      question: other.gap.question,
      ...languageOf(locale, page),
      words: other.words,
      asksText: words.say('manage.gaps.asked', { count: other.gap.asks }),
      href: hrefOf(`${gapsPath}/${other.gap.id}`, { ui }),
    })),
    candidates: (explanation?.candidates ?? []).map((candidate) => ({
      title: candidate.title,
      heading: candidate.heading,
      ...languageOf(candidate.locale, page),
      confidence: candidate.confidence,
      href: hrefOf(`/agent/articles/${articleOf(candidate.answerId)}`, { locale, ui }),
      shared: candidate.matches.filter(({ how, stop }) => how !== null && !stop).map(({ word }) => word),
      lacking: candidate.matches.filter(({ how, stop }) => how === null && !stop).map(({ word }) => word),
      variantHref: proposalHref(ui, {
        kind: 'variant',
        articleId: articleOf(candidate.answerId),
        locale,
        question,
      }),
    })),
    thresholds: explanation?.thresholds ?? null,
    // Where the nearest is not even worth asking about, an article is missing rather than a phrasing.
    isNear: (first?.confidence ?? 0) >= (explanation?.thresholds.clarifyFrom ?? 1),
    outcomes: gapOutcomes
      .filter((outcome) => outcome !== 'merged')
      .map((id) => ({ id, label: outcomeInWords(id, words) })),
    actions: {
      variant: proposalHref(ui, { kind: 'variant', articleId: '', locale, question }),
      article: proposalHref(ui, {
        kind: 'article',
        locale,
        title: question,
        questions: lines(questions),
        category: gap.category ?? '',
        owner: gap.owner ?? '',
      }),
      outOfScope: proposalHref(ui, { kind: 'out-of-scope', locale, questions: lines(questions) }),
      merge: hrefOf(`${here}/merge`, { ui }),
      takeOut: hrefOf(`${here}/take-out`, { ui }),
      close: hrefOf(`${here}/close`, { ui }),
      reopen: hrefOf(`${here}/reopen`, { ui }),
    },
  };
}

function tabs({ ui, words }: ManageRequest, now: 'open' | 'closed' | 'phrasings') {
  return [
    { id: 'open', label: words.say('manage.gaps.tab.open'), href: hrefOf(gapsPath, { ui }) },
    {
      id: 'closed',
      label: words.say('manage.gaps.tab.closed'),
      href: hrefOf(gapsPath, { ui, state: 'closed' }),
    },
    {
      id: 'phrasings',
      label: words.say('manage.gaps.tab.phrasings'),
      href: hrefOf(gapsPath, { ui, view: 'phrasings' }),
    },
  ].map((tab) => ({ ...tab, current: tab.id === now }));
}

function presentRow(gap: Gap, page: ManageRequest) {
  const { ui, words, current } = page;
  return {
    id: gap.id,
    href: hrefOf(`${gapsPath}/${gap.id}`, { ui }),
    question: gap.question ?? words.say('manage.gaps.forgotten'),
    ...languageOf(gap.locale, page),
    asksText: words.say('manage.gaps.asked', { count: gap.asks }),
    peopleText: words.say('manage.gaps.people', { count: gap.people }),
    wordingsText: words.say('manage.gaps.wordings', { count: gap.questions }),
    reasons: marksOf(gap.counts, words),
    spark: {
      ...drawSparkline(gap.weeks, words.direction),
      label: words.say('manage.gaps.weeks', {
        weeks: gap.weeks.map((week) => words.number(week)).join(', '),
      }),
    },
    trend: words.say('manage.gaps.trend', {
      recent: words.number(gap.recent),
      earlier: words.number(gap.earlier),
    }),
    isGrowing: gap.recent > gap.earlier,
    nearest: gap.nearest === null ? null : presentNearest(gap.nearest, gap.locale, page),
    owner: current.desk.teams.find(({ teamId }) => teamId === gap.owner)?.name ?? null,
    answeredNow: gap.answeredNow && gap.state === 'open',
    outcome: gap.outcome === null ? null : outcomeInWords(gap.outcome, words),
  };
}

function presentNearest(nearest: Nearest, locale: Locale, page: ManageRequest) {
  const { words, ui } = page;
  return {
    title: nearest.title,
    ...languageOf(nearest.locale, page),
    href: hrefOf(`/agent/articles/${nearest.articleId}`, { locale, ui }),
    why: whyInWords(nearest, words),
  };
}

/** Why the nearest article is not simply the answer. */
function whyInWords({ confidence, answerFrom, clarifyFrom, next }: Nearest, words: Words): string {
  const said = { confidence: words.percent(confidence), answerFrom: words.percent(answerFrom) };
  if (confidence >= answerFrom) return words.say('manage.gaps.why.answered', said);
  const together = confidence + (next?.confidence ?? 0);
  if (next !== null && together >= clarifyFrom)
    return words.say('manage.gaps.why.asked', {
      ...said,
      next: next.title,
      nextConfidence: words.percent(next.confidence),
    });
  return words.say('manage.gaps.why.below', said);
}

function marksOf(counts: GapCounts, words: Words) {
  return gapReasons
    .filter((reason) => counts[reason] > 0)
    .map((reason) => ({ id: reason, label: reasonInWords(reason, words), count: counts[reason] }));
}

function reasonInWords(reason: GapReason, { say }: Words): string {
  switch (reason) {
    case 'unanswered':
      return say('manage.gaps.reason.unanswered');
    case 'abandoned':
      return say('manage.gaps.reason.abandoned');
    case 'unsure':
      return say('manage.gaps.reason.unsure');
    case 'unhelpful':
      return say('manage.gaps.reason.unhelpful');
  }
}

function outcomeInWords(outcome: GapOutcome, { say }: Words): string {
  switch (outcome) {
    case 'answered':
      return say('manage.gaps.outcome.answered');
    case 'out-of-scope':
      return say('manage.gaps.outcome.outOfScope');
    case 'not-worth':
      return say('manage.gaps.outcome.notWorth');
    case 'merged':
      return say('manage.gaps.outcome.merged');
  }
}

function languageOf(locale: Locale, { wordsOf, words }: ManageRequest) {
  const { direction, ownName } = wordsOf(locale);
  return { lang: locale, dir: direction, language: ownName, isOtherLanguage: locale !== words.locale };
}

function proposalHref(ui: Locale, wish: Readonly<Record<string, string>>): string {
  return hrefOf('/manage/proposals/new', { ...wish, ui });
}

/** Most characters of questions in an address: those of pages for managers take 2,500. */
const mostLines = 2_400;

/** Questions, one on each line, as many as an address holds. */
function lines(questions: readonly string[]): string {
  let text = '';
  for (const question of questions) {
    const next = text === '' ? question : `${text}\n${question}`;
    if (next.length > mostLines) break;
    text = next;
  }
  return text;
}

function articleOf(answerId: string): string {
  return answerId.split('#')[0] ?? '';
}
