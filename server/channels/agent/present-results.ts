import type { AnswerResult, CategoryView, Hit, Locale } from '../../answers/answer.ts';
import { inLocale } from '../in-locale.ts';
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
  },
  by: Presenting,
): Results {
  return {
    question: found.question,
    status: found.result.status,
    confidence: found.result.confidence,
    prompt: found.result.clarification && isolated(found.result.clarification.prompt),
    rows: found.hits.map((hit) => ({
      ...rowOf(hit, by),
      href: openedHref(hit.answerId, by.query),
      current: hit.answerId === found.openedId,
    })),
    hidden: found.hidden.map((hit) => ({
      ...rowOf(hit, by),
      href: articleHref(hit.articleId, by.query),
    })),
  };
}

/** Words of the customer's language inside a sentence of the console's: Unicode's isolates keep its question mark with it. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`;
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
  },
  by: Presenting,
): StartLists {
  const row = (article: CategoryView['articles'][number], href: string): Row => ({
    ...rowOf({ ...article, heading: null }, by),
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

function rowOf(
  found: Pick<Hit, 'title' | 'heading' | 'excerpt' | 'category' | 'locale'>,
  by: Presenting,
): Omit<Row, 'href'> {
  const { site } = by.answerer;
  const category = site.categories.find((one) => one.id === found.category);
  return {
    title: found.title,
    heading: found.heading,
    excerpt: found.excerpt,
    place: category ? inLocale(category.title, by.query.ui, site) : found.category,
    lang: found.locale,
    dir: by.directionOf(found.locale),
    current: false,
  };
}
