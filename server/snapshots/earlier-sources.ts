import type { Article, Content } from '../articles/article.ts';
import { decodeText } from '../articles/decode-text.ts';
import { parseArticle } from '../articles/parse-article.ts';
import { AppError } from '../errors.ts';
import { readArticle } from './check-content.ts';
import type { ReleaseStore } from './release-store.ts';

/** Releases that are looked through for the text that a translation was made from. */
const MOST_RELEASES = 1_000;

/**
 * The articles that translations which are out of date were made from, as an earlier release has them: by article id and
 * (possibly shortened) revision; null for what no release has.
 */
export async function readEarlierSources(
  store: Pick<ReleaseStore, 'versionsOf'>,
  content: Content,
): Promise<(articleId: string, revision: string) => Article | null> {
  const { site } = content;
  const heads = content.articles.map((article) => readArticle(article).head);
  const current = new Map(
    heads.filter(({ locale }) => locale === site.defaultLocale).map((head) => [head.id, head]),
  );
  const wanted = new Map<string, string>();
  for (const { id, locale, source } of heads) {
    const head = current.get(id);
    if (locale !== site.defaultLocale && source !== null && head && !head.revision.startsWith(source))
      wanted.set(id, head.path);
  }
  const earlier = new Map<string, readonly Article[]>();
  for (const [id, path] of wanted) {
    const versions = await store.versionsOf(path, { before: null, limit: MOST_RELEASES });
    const texts = new Set(versions.flatMap(({ bytes }) => (bytes ? [bytes] : [])));
    earlier.set(
      id,
      [...texts].flatMap((bytes) => readVersion(path, bytes, site)),
    );
  }
  return (articleId, revision) =>
    earlier.get(articleId)?.find((article) => readArticle(article).head.revision.startsWith(revision)) ??
    null;
}

/** What an earlier program could read and this one cannot is no text to compare with. */
function readVersion(path: string, bytes: Buffer, site: Content['site']): readonly Article[] {
  try {
    return [parseArticle(path, decodeText(bytes, path), site)];
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}
