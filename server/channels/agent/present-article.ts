import type { ArticleView, BesideView, CalendarDate } from '../../answers/answer.ts';
import {
  articleHref,
  type Days,
  daysOf,
  type OpenedResult,
  openedHref,
  type Presenting,
  presentResult,
  presentVerified,
  type VerifiedCard,
} from './present-answer.ts';
import { type DeskCard, type NoteCard, presentDesk } from './present-desk.ts';

/** A section of an article page with the notes that stand beside it. */
export interface SectionCard {
  /** `category/slug#anchor`. */
  readonly answerId: string;
  readonly anchor: string;
  readonly heading: string | null;
  readonly level: number;
  /** Null where only sub-sections follow. */
  readonly opened: OpenedResult | null;
  /** Where the section is opened as an answer, and so recorded; null in agent-only articles. */
  readonly openHref: string | null;
  readonly notes: readonly NoteCard[];
}

/** An article with everything an agent may see of it. */
export interface ArticleCard {
  readonly title: string;
  /** Nobody but agents may see any of it. */
  readonly isHidden: boolean;
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  readonly category: string;
  readonly isFallback: boolean;
  readonly outOfDate: boolean;
  readonly verified: VerifiedCard;
  readonly effective: Days | null;
  /** The next day on which its words change for this customer, or on which it ends; null where none is near. */
  readonly change: {
    readonly day: CalendarDate;
    readonly isEnd: boolean;
    /** Headings of the sections that change; the title for the lead. */
    readonly parts: readonly string[];
    readonly href: string;
  } | null;
  readonly revision: string;
  readonly snapshot: string;
  /** The customer's page; null where there is none, or it is another day's. */
  readonly link: string | null;
  readonly questions: readonly string[];
  readonly sections: readonly SectionCard[];
  /** Owner and offers; notes stand with their sections. */
  readonly desk: DeskCard | null;
  readonly related: readonly { readonly title: string; readonly href: string }[];
}

/** Presents an article; `isHidden` says that the desk gave it. */
export function presentArticle(
  article: ArticleView,
  beside: BesideView | null,
  isHidden: boolean,
  by: Presenting,
): ArticleCard {
  const dir = by.directionOf(article.locale);
  const headings = new Map(article.sections.map((section) => [section.anchor, section.heading]));
  const desk = beside && presentDesk(beside, { section: null, lang: article.locale, dir, headings });
  return {
    title: article.title,
    isHidden,
    lang: article.locale,
    dir,
    category: article.category.title,
    isFallback: article.locale !== article.requestedLocale,
    outOfDate: article.outOfDate,
    verified: presentVerified(article, by),
    effective: daysOf(article.effective),
    change: nextChange(article, by),
    revision: article.revision,
    snapshot: article.snapshot,
    link: isHidden || by.query.asOf !== by.query.today ? null : `${by.publicUrl}${article.url}`,
    questions: article.questions,
    sections: article.sections.map((section) => {
      const opened = section.result && presentResult({ ...section.result, receipt: null }, by);
      return {
        answerId: `${article.articleId}#${section.anchor}`,
        anchor: section.anchor,
        heading: section.heading,
        level: section.level,
        opened,
        openHref:
          isHidden || !section.result ? null : openedHref(`${article.articleId}#${section.anchor}`, by.query),
        notes: desk?.notesElsewhere.filter((note) => note.anchor === section.anchor) ?? [],
      };
    }),
    desk,
    related: article.related.map((one) => ({ title: one.title, href: articleHref(one.articleId, by.query) })),
  };
}

/** Days ahead in which an agent is told of a change: what was promised in a conversation is mostly done with by then. */
const daysAhead = 60;

function nextChange(article: ArticleView, { query }: Presenting): ArticleCard['change'] {
  // What was to come on a day gone by may have come otherwise.
  if (query.asOf < query.today) return null;
  const last = new Date(Date.parse(query.asOf) + daysAhead * 86_400_000).toISOString().slice(0, 10);
  const ends = article.sections.flatMap(({ heading, result }) =>
    (result?.answer?.dependsOn ?? []).flatMap((one) =>
      one.dimension === 'date' && 'to' in one && one.to !== null
        ? [{ day: one.to, part: heading ?? article.title }]
        : [],
    ),
  );
  const { to } = article.effective;
  const [day] = [...ends.map((end) => end.day), ...(to === null ? [] : [to])].sort();
  if (day === undefined || day > last) return null;
  return {
    day,
    isEnd: day === to,
    parts: day === to ? [] : ends.filter((end) => end.day === day).map(({ part }) => part),
    href: articleHref(article.articleId, { ...query, asOf: day }),
  };
}
