import type { Content } from '../../articles/article.ts';
import { type ReadArticle, readArticle } from '../../snapshots/check-content.ts';
import { type OutlineSection, outlineArticle } from '../../snapshots/outline-article.ts';

/** An article with its sections, as its owner wrote them. */
export interface SectionedArticle extends ReadArticle {
  /** The lead first. */
  readonly sections: readonly OutlineSection[];
}

/** Every article with its sections, in the content's order (locale, then id); read once for each content. */
export function sectionedArticles(content: Content): readonly SectionedArticle[] {
  const before = remembered.get(content);
  if (before) return before;
  const texts = content.articles.map((article) => sectionArticle(readArticle(article)));
  remembered.set(content, texts);
  return texts;
}

/** One article with its sections. */
export function sectionArticle(read: ReadArticle): SectionedArticle {
  const { article, head } = read;
  const body = article.beside ? article.article.body : article.article.hiddenBody;
  // Its problems are errors of the compiler, which tells them.
  return { ...read, sections: outlineArticle(body, head.path, body[0]?.line ?? 1, []).sections };
}

const remembered = new WeakMap<Content, readonly SectionedArticle[]>();
