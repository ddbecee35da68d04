import type { Content } from '../articles/article.ts';
import { readArticle } from './check-content.ts';

/** Which source revision a translation's file should name. */
export interface Pin {
  readonly path: string;
  /** The first 12 hex digits of the source's revision. */
  readonly source: string;
}

/**
 * The pins that translations need: of those files that have none, or of exactly the given ones, whether they have one or
 * not. Paths that are no translation of an article that was read are in `unknown`.
 */
export function pinsFor(
  content: Content,
  paths: readonly string[] | null,
): { readonly pins: readonly Pin[]; readonly unknown: readonly string[] } {
  const { defaultLocale } = content.site;
  const heads = content.articles.map((article) => readArticle(article).head);
  const revisions = new Map(
    heads.filter(({ locale }) => locale === defaultLocale).map(({ id, revision }) => [id, revision]),
  );
  const translations = heads.filter(({ locale, id }) => locale !== defaultLocale && revisions.has(id));
  const wanted = translations.filter(({ path, source }) =>
    paths === null ? source === null : paths.includes(path),
  );
  const known = new Set(translations.map(({ path }) => path));
  return {
    pins: wanted.map(({ path, id }) => ({ path, source: (revisions.get(id) ?? '').slice(0, 12) })),
    unknown: (paths ?? []).filter((path) => !known.has(path)),
  };
}

/** A translation's file with its `source` set in the front matter, and every other byte as it was. */
export function withSource(text: string, source: string): string {
  const line = `source: "${source}"`;
  const close = /\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (!close) return text;
  const frontMatter = text.slice(0, close.index);
  const written = /(^|\n)source[ \t]*:[^\r\n]*/;
  if (written.test(frontMatter)) return frontMatter.replace(written, `$1${line}`) + text.slice(close.index);
  const lineEnd = frontMatter.endsWith('\r') ? '\r' : '';
  return `${frontMatter}\n${line}${lineEnd}${text.slice(close.index)}`;
}
