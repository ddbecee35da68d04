import { canonicalJson } from './canonical-json.ts';
import type { ArticleChange } from './release-report.ts';
import type { CompiledArticle, CompiledBeside, Snapshot } from './snapshot.ts';

/**
 * The articles that differ between two snapshots in what people can read and ask, by audience, locale and id: the public's
 * first, so that no number of agents' changes moves them out of a list that is cut. What was only verified again, or is so for another time, or is only
 * a translation of something that changed, is no change. A public article whose notes or offers differ is changed for
 * agents. Everything is added where there is no snapshot before.
 */
export function articleChanges(before: Snapshot | null, after: Snapshot): readonly ArticleChange[] {
  const open = compare(before?.public.articles ?? [], after.public.articles, 'public');
  const hidden = compare(before?.agent.hiddenArticles ?? [], after.agent.hiddenArticles, 'agent');
  const told = new Set(open.map(({ locale, articleId }) => `${locale} ${articleId}`));
  const beside = before === null ? [] : besideChanges(before, after);
  return [
    ...hidden,
    ...beside.filter(({ locale, articleId }) => !told.has(`${locale} ${articleId}`)),
    ...open,
  ].sort(byAudienceLocaleId);
}

function compare(
  before: readonly CompiledArticle[],
  after: readonly CompiledArticle[],
  audience: ArticleChange['audience'],
): readonly ArticleChange[] {
  const earlier = byKey(before);
  const later = byKey(after);
  const change = ({ id, locale, title }: CompiledArticle, kind: ArticleChange['kind']): ArticleChange => ({
    articleId: id,
    locale,
    title,
    audience,
    kind,
  });
  return [
    ...before.filter((article) => !later.has(keyOf(article))).map((article) => change(article, 'withdrawn')),
    ...after.flatMap((article) => {
      const old = earlier.get(keyOf(article));
      if (old === undefined) return [change(article, 'added')];
      return old === article || reads(old) === reads(article) ? [] : [change(article, 'changed')];
    }),
  ];
}

function besideChanges(before: Snapshot, after: Snapshot): readonly ArticleChange[] {
  const key = ({ besideLocale, besideId }: CompiledBeside): string => `${besideLocale} ${besideId}`;
  const shown = ({ notes, offerIds }: CompiledBeside): string => canonicalJson({ notes, offerIds });
  const earlier = new Map(before.agent.beside.map((one) => [key(one), one]));
  const articles = byKey(after.public.articles);
  return after.agent.beside.flatMap((one) => {
    const old = earlier.get(key(one));
    const article = articles.get(key(one));
    if (old === undefined || article === undefined || old === one || shown(old) === shown(one)) return [];
    const { id, locale, title } = article;
    return [{ articleId: id, locale, title, audience: 'agent', kind: 'changed' } as const];
  });
}

function reads(article: CompiledArticle): string {
  const { review: _, ...rest } = article;
  return canonicalJson({ ...rest, verified: '', translation: null });
}

function byKey(articles: readonly CompiledArticle[]): ReadonlyMap<string, CompiledArticle> {
  return new Map(articles.map((article) => [keyOf(article), article]));
}

function keyOf({ locale, id }: CompiledArticle): string {
  return `${locale} ${id}`;
}

function byAudienceLocaleId(a: ArticleChange, b: ArticleChange): number {
  const [one, other] = [a, b].map(
    ({ audience, locale, articleId }) => `${audience === 'public' ? 0 : 1} ${locale} ${articleId}`,
  );
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
