import type {
  ArticleView,
  BesideView,
  CalendarDate,
  Context,
  Locale,
  SectionView,
  Site,
} from '../../answers/answer.ts';
import type { Flag } from '../../feedback/flags/flag.ts';
import type { ArticleEcho } from '../../feedback/verification/article-echo.ts';
import {
  teamsOf,
  type VerificationState,
  verificationStates,
} from '../../feedback/verification/due-articles.ts';
import type { ArticleToVerify, RecordedVerification } from '../../feedback/verification/verification.ts';
import type { Words } from '../../http/words.ts';
import type { ArticleFact } from '../../impact/fact-desk.ts';
import { presentDesk } from '../agent/present-desk.ts';
import { presentFlagMarks } from '../agent/present-flags.ts';
import type { Current } from '../ask.ts';
import { inLocale } from '../in-locale.ts';
import { hrefOf } from './manage-page.ts';

/** Which articles are listed; empty texts and null leave nothing out. */
export interface VerificationFilter {
  readonly team: string;
  readonly category: string;
  readonly locale: Locale | null;
  /** `todo`: all that is not verified. */
  readonly state: VerificationState | 'todo' | null;
  /** From 1. */
  readonly page: number;
}

/** Why somebody may not confirm an article: no right to its category, or it is their own change; and who may. */
export interface VerificationRefusal {
  readonly isOwn: boolean;
  readonly people: readonly string[];
}

/** What both pages are presented with. */
interface Presenting {
  readonly ui: Locale;
  readonly words: Words;
  readonly wordsOf: (locale: Locale) => Words;
  readonly current: Current;
  readonly given: Readonly<Record<string, string>>;
  /** Path of the list. */
  readonly path: string;
  /** What people are called, by account name. */
  readonly names: ReadonlyMap<string, string>;
}

/** Articles on one page of the list. */
const rowsOnPage = 50;

/** What the list shows; `teams`: those of the person who looks. */
export function presentVerificationList(
  all: readonly ArticleToVerify[],
  filter: VerificationFilter,
  by: Presenting & { readonly teams: readonly string[] },
) {
  const { words, current, ui, path, given } = by;
  const { site } = current.public;
  const elsewhere = all.filter(
    (one) =>
      (filter.team === '' || teamsOf(one).includes(filter.team)) &&
      (filter.category === '' || one.category === filter.category) &&
      (filter.locale === null || one.locale === filter.locale),
  );
  const isShown = ({ state }: ArticleToVerify): boolean =>
    filter.state === 'todo' ? state !== 'verified' : filter.state === null || state === filter.state;
  const found = elsewhere.filter(isShown);
  const pages = Math.max(1, Math.ceil(found.length / rowsOnPage));
  const page = Math.min(filter.page, pages);
  const { page: _, ...filters } = given;
  const to = (changed: Readonly<Record<string, string>>): string =>
    hrefOf(path, { ...filters, ...changed, ui });
  const rows = found
    .slice((page - 1) * rowsOnPage, page * rowsOnPage)
    .map((article) => ({ ...presentRow(article, by), isOwn: isOf(article, by.teams) }));
  return {
    timeZone: site.timeZone,
    ui,
    parts: [
      { title: words.say('manage.verification.yours'), rows: rows.filter(({ isOwn }) => isOwn) },
      {
        title: by.teams.length === 0 ? null : words.say('manage.verification.others'),
        rows: rows.filter(({ isOwn }) => !isOwn),
      },
    ].filter((part) => part.rows.length > 0),
    found: found.length,
    all: all.length,
    counts: verificationStates.map((state) => ({
      state,
      label: stateInWords(state, words),
      count: elsewhere.filter((one) => one.state === state).length,
      href: to({ state }),
      isChosen: filter.state === state,
    })),
    filter: {
      teams: current.desk.teams.map(({ teamId, name }) => ({
        ...{ id: teamId, label: name, chosen: teamId === filter.team },
      })),
      categories: site.categories.map(({ id, title }) => ({
        ...{ id, label: inLocale(title, ui, site), chosen: id === filter.category },
      })),
      locales: site.locales.map((locale) => ({
        ...{ id: locale, label: by.wordsOf(locale).ownName, chosen: locale === filter.locale },
      })),
      states: [
        { id: 'todo', label: words.say('manage.verification.todo') },
        ...verificationStates.map((id) => ({ id, label: stateInWords(id, words) })),
        { id: 'all', label: words.say('manage.verification.all') },
      ].map((one) => ({ ...one, chosen: one.id === (filter.state ?? 'all') })),
      clearHref: Object.keys(given).length === 0 ? null : hrefOf(path, { ui }),
    },
    isNothingDue: all.every(({ state }) => state === 'verified'),
    pages: {
      page,
      pages,
      previousHref: page > 1 ? to({ page: String(page - 1) }) : null,
      nextHref: page < pages ? to({ page: String(page + 1) }) : null,
    },
  };
}

/** What an article's page is presented with besides. */
interface PresentingArticle extends Presenting {
  readonly today: CalendarDate;
  readonly publicUrl: string;
  /** The article as some customer sees it; null where it is not there. */
  readonly open: (context: Context) => ArticleView | null;
  readonly beside: BesideView | null;
  readonly facts: readonly ArticleFact[];
  /** Open ones, in any language. */
  readonly flags: readonly Flag[];
  readonly now: Date;
  readonly echo: ArticleEcho;
  readonly history: readonly RecordedVerification[];
  readonly refusal: VerificationRefusal | null;
  readonly next: ArticleToVerify | null;
  readonly form: {
    readonly problem: string | null;
    readonly note: string;
    readonly longestNote: number;
  };
  /** What has just been done; `proposal`: the one that waits to be published. */
  readonly said: { readonly proposal: number | null } | null;
}

/** What the page of one article shows. */
export function presentArticleToVerify(article: ArticleToVerify, by: PresentingArticle) {
  const { ui, words, current, path, today, refusal, said, next } = by;
  const { articleId, locale } = article;
  const { site } = current.public;
  const whole = by.open({});
  const { direction } = by.wordsOf(locale);
  const headings = new Map((whole?.sections ?? []).map(({ anchor, heading }) => [anchor, heading]));
  const desk = by.beside && presentDesk(by.beside, { section: null, lang: locale, dir: direction, headings });
  const here = hrefOf(`${path}/${articleId}`, { locale, ui });
  return {
    ...presentRow(article, by),
    timeZone: site.timeZone,
    backHref: hrefOf(path, { ui }),
    category: whole?.category.title ?? article.category,
    isOutOfDate: article.isOutOfDate,
    isConfirmedToday: article.verified === today,
    review: article.review,
    ownerContact: article.owner.contact,
    overdueFrom: article.overdueFrom,
    verified: article.verified,
    revision: article.revision,
    customerHref: article.audience === 'public' && whole !== null ? `${by.publicUrl}${whole.url}` : null,
    consoleHref: hrefOf(`/agent/articles/${articleId}`, { locale, ui }),
    sections: (whole?.sections ?? []).map(({ anchor, heading }) => ({
      heading,
      variants: variantsOf(anchor, by.open).map(({ context, result }) => ({
        who: whoIs(context, site, ui),
        answerId: result.answer?.id,
        html: result.answer?.html,
        fingerprint: result.fingerprint,
      })),
      notes: desk?.notesElsewhere.filter((note) => note.anchor === anchor) ?? [],
    })),
    facts: by.facts.map(({ id, description, owner, source, spans }) => ({
      ...{ id, description, owner, source },
      href: hrefOf(`/manage/facts/${id}`, { ui }),
      readings: spans.find(({ when }) => when === 'then')?.readings ?? [],
      next: spans.find(({ when }) => when === 'after') ?? null,
    })),
    flags: presentFlagMarks(by.flags, { ...by, section: null, locale, headings }),
    flagsHref: hrefOf('/manage/flags', { ui }),
    echo: {
      ...by.echo,
      rated: by.echo.helpful + by.echo.unhelpful,
      isEmpty: by.echo.questions.length + by.echo.helpful + by.echo.unhelpful === 0,
    },
    history: by.history.map((one) => ({
      ...one,
      name: by.names.get(one.verifiedBy) ?? one.verifiedBy,
      language: by.wordsOf(one.locale).ownName,
      isOtherLanguage: one.locale !== locale,
      isThisRevision: one.revision === article.revision,
    })),
    refusal,
    form: { ...by.form, action: here },
    said: said && {
      isWaiting: said.proposal !== null,
      proposalHref: said.proposal === null ? null : hrefOf(`/manage/proposals/${said.proposal}`, { ui }),
      isDone: next === null,
      next: next && {
        title: next.title,
        ...languageOf(next.locale, by),
        href: hrefOf(`${path}/${next.articleId}`, { locale: next.locale, ui }),
        label: words.say('manage.verification.next'),
      },
    },
  };
}

function presentRow(article: ArticleToVerify, by: Presenting) {
  const { ui, words, path } = by;
  const { articleId, locale, owner, fallback, stage, state, last } = article;
  return {
    articleId,
    title: article.title,
    ...languageOf(locale, by),
    href: hrefOf(`${path}/${articleId}`, { locale, ui }),
    isHidden: article.audience === 'agent',
    state,
    stateLabel: stateInWords(state, words),
    isOverdue: state === 'overdue',
    isDue: state === 'due' || state === 'notice',
    dueOn: article.dueOn,
    overdueFrom: article.overdueFrom,
    owner: owner.name,
    /** The team that has it to do too. */
    fallback: stage === 'fallback' ? (fallback?.name ?? null) : null,
    fallbackFrom: article.fallbackFrom,
    asked: article.asked,
    verified: article.verified,
    isWaiting: article.isWaiting,
    last: last && { on: last.verifiedOn, name: by.names.get(last.verifiedBy) ?? last.verifiedBy },
  };
}

function languageOf(locale: Locale, { wordsOf, ui }: Presenting) {
  const { direction, ownName } = wordsOf(locale);
  return { lang: locale, dir: direction, language: ownName, isOtherLanguage: locale !== ui };
}

/** A section's words for every customer who gets others: it is asked for each value that it depends on. */
function variantsOf(
  anchor: string,
  open: (context: Context) => ArticleView | null,
  context: Context = {},
): readonly { readonly context: Context; readonly result: NonNullable<SectionView['result']> }[] {
  const result = open(context)?.sections.find((section) => section.anchor === anchor)?.result ?? null;
  if (result === null) return [];
  const { clarification } = result;
  if (clarification === null || clarification.dimension === null)
    return result.answer === null ? [] : [{ context, result }];
  const { dimension } = clarification;
  if (Object.hasOwn(context, dimension)) return [];
  return clarification.options.flatMap(({ value }) =>
    variantsOf(anchor, open, { ...context, [dimension]: value }),
  );
}

/** Customers in words; empty for everybody. */
function whoIs(context: Context, site: Site, ui: Locale): string {
  return Object.entries(context)
    .map(([dimension, value]) => {
      const values = site.dimensions.find(({ id }) => id === dimension)?.values ?? [];
      const label = values.find(({ id }) => id === value)?.label;
      return label === undefined ? value : inLocale(label, ui, site);
    })
    .join(' · ');
}

function isOf(article: ArticleToVerify, teams: readonly string[]): boolean {
  return teamsOf(article).some((team) => teams.includes(team));
}

function stateInWords(state: VerificationState, { say }: Words): string {
  switch (state) {
    case 'overdue':
      return say('manage.verification.state.overdue');
    case 'due':
      return say('manage.verification.state.due');
    case 'notice':
      return say('manage.verification.state.notice');
    case 'verified':
      return say('manage.verification.state.verified');
  }
}
