import { posix } from 'node:path';
import type { Article } from '../articles/article.ts';
import { readArticle } from '../snapshots/check-content.ts';
import { type ArticleText, articleTexts, withoutCode } from './article-texts.ts';
import type { Span } from './finding.ts';
import { textSpan } from './line-span.ts';

/** A Markdown link as it is written. */
export interface WrittenLink {
  readonly text: string;
  readonly href: string;
  readonly place: Span;
  readonly audience: ArticleText['audience'];
  /** The article that a relative link leads to; null for any other address. */
  readonly articleId: string | null;
  /** Null where it leads to a whole article. */
  readonly anchor: string | null;
}

/** The links of an article's texts, notes included, in the file's order. */
export function articleLinks(article: Article): readonly WrittenLink[] {
  const { locale, category, id } = readArticle(article).head;
  return articleTexts(article).flatMap(({ markdown, line, file, audience }) => {
    if (!markdown.includes('](')) return [];
    return [...withoutCode(markdown).matchAll(inlineLink)].map(
      ({ 0: all, 1: text = '', 2: href = '', index }) => {
        const [path = '', anchor = null] = href.split('#');
        const target = path === '' ? `${locale}/${id}.md` : posix.join(locale, category, decoded(path));
        return {
          text,
          href,
          place: textSpan(file, line, markdown, index, all.length),
          audience,
          articleId: /^[^/.]+\/([^/.]+\/[^/.]+)\.md$/.exec(target)?.[1] ?? null,
          anchor,
        };
      },
    );
  });
}

const inlineLink = /\[([^[\]\n]*)\]\(<?([^()\s<>]*)>?(?:[ \t][^()\n]*)?\)/g;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
