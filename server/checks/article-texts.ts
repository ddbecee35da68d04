import type { Article, Locale } from '../articles/article.ts';
import { readArticle } from '../snapshots/check-content.ts';
import type { CheckWorld, Span } from './finding.ts';
import { wordsSpan } from './line-span.ts';

/** A run of an article's Markdown, markers unresolved, with where it stands and who reads it. */
export interface ArticleText {
  readonly articleId: string;
  readonly locale: Locale;
  readonly file: string;
  readonly audience: 'public' | 'agent';
  readonly markdown: string;
  /** The file's line of its first line. */
  readonly line: number;
}

/** Every text of an article in the file's order; notes for agents stand behind the public text. */
export function articleTexts(article: Article): readonly ArticleText[] {
  const { head, audience } = readArticle(article);
  const where = { articleId: head.id, locale: head.locale, file: head.path };
  const body = article.beside ? article.article.body : article.article.hiddenBody;
  return [
    ...body.map(({ markdown, line }) => ({ ...where, audience, markdown, line })),
    ...(article.beside?.notes ?? []).map(({ note, noteLine }) => ({
      ...where,
      audience: 'agent' as const,
      markdown: note,
      line: noteLine,
    })),
  ];
}

/** A title or question variant of an article, with where it stands. */
export interface ArticleQuestion {
  readonly kind: 'title' | 'question';
  readonly text: string;
  readonly place: Span;
}

/** Title and question variants of an article in the file's order. */
export function articleQuestions(article: Article, world: CheckWorld): readonly ArticleQuestion[] {
  const { head } = readArticle(article);
  const listed = [
    { kind: 'title' as const, key: 'title', text: head.title },
    ...head.questions.map((text, at) => ({ kind: 'question' as const, key: `questions.${at}`, text })),
  ];
  return listed.map(({ kind, key, text }) => ({
    kind,
    text,
    place: wordsSpan(world, head.path, head.lines[key] ?? 1, text),
  }));
}

/** The text with the insides of code spans and code blocks blanked: as long as before, every other character in its place. */
export function withoutCode(markdown: string): string {
  if (!/[`~]/.test(markdown)) return markdown;
  const blank = (code: string): string => code.replace(/[^\n]/g, ' ');
  return markdown
    .replace(/^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:(?! {0,3}\1)[^\n]*\n)*/gm, blank)
    .replace(/(?<!`)(`{1,2})(?!`)[^`\n]+\1(?!`)/g, blank);
}
