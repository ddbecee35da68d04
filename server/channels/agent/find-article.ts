import type { ArticleLookup, BrowseAsk } from '../../answers/answer.ts';
import type { Current } from '../ask.ts';

/** An article of the public's, else one of the agents' own. */
export function findArticle(
  current: Current,
  articleId: string,
  ask: BrowseAsk,
): { readonly lookup: ArticleLookup; readonly isHidden: boolean } {
  const lookup = current.public.article(articleId, ask);
  if (lookup.kind !== 'unknown') return { lookup, isHidden: false };
  return { lookup: current.desk.hiddenArticle(articleId, ask), isHidden: true };
}
