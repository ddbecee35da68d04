import type { ArticlePointer, CategoryView, Hit, Locale } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { Addresses } from './addresses.ts';

/** A row that leads to a text, with the language it is in. */
export interface Row {
  readonly title: string;
  readonly heading: string | null;
  readonly excerpt: string;
  readonly url: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
}

/** A topic of the first page. */
export interface Topic {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly count: number;
}

interface Page {
  readonly words: (locale: Locale) => Words;
  readonly addresses: Addresses;
}

/** Articles as rows, in the order given. */
export function presentArticles(articles: readonly ArticlePointer[], page: Page): readonly Row[] {
  return articles.map(({ title, excerpt, articleId, locale }) => ({
    title,
    heading: null,
    excerpt,
    url: page.addresses.article(articleId),
    lang: locale,
    dir: page.words(locale).direction,
  }));
}

/** Hits as rows, in the order given; without the one that is shown as the answer already. */
export function presentHits(hits: readonly Hit[], shown: string | null, page: Page): readonly Row[] {
  return hits
    .filter(({ answerId }) => answerId !== shown)
    .map(({ title, heading, excerpt, answerId, locale }) => ({
      title,
      heading,
      excerpt,
      url: page.addresses.section(answerId),
      lang: locale,
      dir: page.words(locale).direction,
    }));
}

/** Categories as topics, in the order given. */
export function presentTopics(categories: readonly CategoryView[], page: Page): readonly Topic[] {
  return categories.map(({ id, title, description, articles }) => ({
    title,
    description,
    url: page.addresses.category(id),
    count: articles.length,
  }));
}
