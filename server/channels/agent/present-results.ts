import type { AnswerResult, CategoryView, Hit, Locale } from '../../answers/answer.ts';
import { inLocale } from '../in-locale.ts';
import { isolated } from './isolated.ts';
import { articleHref, openedHref, type Presenting } from './present-answer.ts';

/** One row of a list. */
export interface Row {
  readonly title: string;
  readonly heading: string | null;
  readonly excerpt: string;
  /** The category's title; empty where it stands above the list. */
  readonly place: string;
  readonly href: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** This one is open. */
  readonly current: boolean;
  /** An agent flagged its article, and nobody has ended that yet. */
  readonly isFlagged: boolean;
}

/** What a question finds: first what would be answered, then the public list, then the agents' own. */
export interface Results {
  readonly question: string;
  readonly status: AnswerResult['status'];
  readonly confidence: number;
  /** The question back, where one is asked. */
  readonly prompt: string | null;
  readonly rows: readonly Row[];
  readonly hidden: readonly Row[];
}

/** The lists of a question; `openedId` is the answer that is open. */
export function presentResults(
  found: {
    readonly question: string;
    readonly result: AnswerResult;
    readonly hits: readonly Hit[];
    readonly hidden: readonly Hit[];
    readonly openedId: string | null;
    /** Ids of articles with an open flag. */
    readonly flagged: ReadonlySet<string>;
  },
  by: Presenting,
): Results {
  const rowOf = rowsFor(found.flagged, by);
  return {
    question: found.question,
    status: found.result.status,
    confidence: found.result.confidence,
    // Words of the customer's language inside a sentence of the console's: their question mark stays with them.
    prompt: found.result.clarification && isolated(found.result.clarification.prompt),
    rows: found.hits.map((hit) => ({
      ...rowOf(hit),
      href: openedHref(hit.answerId, by.query),
      current: hit.answerId === found.openedId,
    })),
    hidden: found.hidden.map((hit) => ({
      ...rowOf(hit),
      href: articleHref(hit.articleId, by.query),
    })),
  };
}

/** The console before anything was asked: what customers ask most, and every agent-only article by category. */
export interface StartLists {
  readonly mostAsked: readonly Row[];
  readonly hidden: readonly { readonly title: string; readonly rows: readonly Row[] }[];
}

export function presentStart(
  lists: {
    readonly mostAsked: readonly CategoryView['articles'][number][];
    readonly hidden: readonly CategoryView[];
    /** As of results. */
    readonly flagged: ReadonlySet<string>;
  },
  by: Presenting,
): StartLists {
  const rowOf = rowsFor(lists.flagged, by);
  const row = (article: CategoryView['articles'][number], href: string): Row => ({
    ...rowOf({ ...article, heading: null }),
    href,
  });
  // Their category stands above them.
  const below = (one: Row): Row => ({ ...one, place: '' });
  return {
    mostAsked: lists.mostAsked.map((article) =>
      row(article, openedHref(`${article.articleId}#lead`, by.query)),
    ),
    hidden: lists.hidden.map((category) => ({
      title: category.title,
      rows: category.articles.map((article) => below(row(article, articleHref(article.articleId, by.query)))),
    })),
  };
}

function rowsFor(flagged: ReadonlySet<string>, by: Presenting) {
  const { site } = by.answerer;
  return (
    found: Pick<Hit, 'articleId' | 'title' | 'heading' | 'excerpt' | 'category' | 'locale'>,
  ): Omit<Row, 'href'> => {
    const category = site.categories.find((one) => one.id === found.category);
    return {
      title: found.title,
      heading: found.heading,
      excerpt: found.excerpt,
      place: category ? inLocale(category.title, by.query.ui, site) : found.category,
      lang: found.locale,
      dir: by.directionOf(found.locale),
      current: false,
      isFlagged: flagged.has(found.articleId),
    };
  };
}
