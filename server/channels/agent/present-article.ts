import type { ArticleView, BesideView } from '../../answers/answer.ts';
import {
  articleHref,
  type Days,
  daysOf,
  type OpenedResult,
  openedHref,
  type Presenting,
  presentResult,
} from './present-answer.ts';
import { type DeskCard, type NoteCard, presentDesk } from './present-desk.ts';

/** A section of an article page with the notes that stand beside it. */
export interface SectionCard {
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
  readonly verified: ArticleView['verified'];
  readonly effective: Days | null;
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
    verified: article.verified,
    effective: daysOf(article.effective),
    revision: article.revision,
    snapshot: article.snapshot,
    link: isHidden || by.query.asOf !== by.query.today ? null : `${by.publicUrl}${article.url}`,
    questions: article.questions,
    sections: article.sections.map((section) => {
      const opened = section.result && presentResult({ ...section.result, receipt: null }, by);
      return {
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
