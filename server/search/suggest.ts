import { questionKey } from './analyser.ts';
import type { IndexedArticle } from './indexed-article.ts';
import type { Candidate, Suggestion } from './search.ts';

/** A title or variant by its key, and whose it is. */
export interface ListedText {
  readonly key: string;
  /** Position of the article in the index, and of the text among its own. */
  readonly article: number;
  readonly at: number;
}

/**
 * Suggestions while typing: one text per article, its title or the variant that is nearest to what was typed. First come
 * texts that begin as typed, in the order of the full search, then its other results: a whole question that is listed comes
 * first, since the search finds it first, and one that is not brings what the search finds. At most `limit`.
 * `listed`: texts sorted by key, then by article; those of articles that are no more are passed over. `added`: further ones.
 */
export function suggestTexts(
  typed: string,
  limit: number,
  deps: {
    readonly listed: readonly ListedText[];
    readonly added: readonly ListedText[];
    readonly isGone: (article: number) => boolean;
    readonly compare: (a: ListedText, b: ListedText) => number;
    readonly articleAt: (article: number) => IndexedArticle | undefined;
    readonly articleOf: (id: string) => IndexedArticle | undefined;
    readonly search: (typed: string, limit: number) => readonly Candidate[];
  },
): readonly Suggestion[] {
  const key = questionKey(typed.slice(0, LONGEST_TYPED));
  if (key === '' || limit <= 0) return [];
  const found = deps.search(typed.slice(0, LONGEST_TYPED), limit * 2).map((candidate) => candidate.articleId);
  const listed = beginningWith(deps.listed, key, MOST_BEGINNING, deps.isGone);
  const added = deps.added.filter((text) => text.key.startsWith(key));
  const beginning = [...listed, ...added]
    .sort(deps.compare)
    .slice(0, MOST_BEGINNING)
    .flatMap(({ article }) => deps.articleAt(article)?.article.id ?? []);
  const places = new Map(found.map((id, at) => [id, at]));
  const placeOf = (id: string): number => places.get(id) ?? found.length;
  const wanted = new Set([
    ...[...new Set(beginning)].sort((a, b) => placeOf(a) - placeOf(b) || byCodePoints(a, b)),
    ...found,
  ]);
  return [...wanted].slice(0, limit).flatMap((id) => {
    const article = deps.articleOf(id);
    const text = article === undefined ? null : nearestText(article, key);
    return article === undefined || text === null
      ? []
      : [{ text, articleId: id, title: article.article.title }];
  });
}

/** Suggestions are for a line being typed; what is pasted beyond this is not looked at. */
const LONGEST_TYPED = 200;
/** Most texts with the typed beginning that are looked at. */
const MOST_BEGINNING = 200;

/** Texts whose key begins so, by binary search over the sorted keys. */
function beginningWith(
  sorted: readonly ListedText[],
  prefix: string,
  most: number,
  isGone: (article: number) => boolean,
): readonly ListedText[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  const found: ListedText[] = [];
  for (let at = low; at < sorted.length && found.length < most; at++) {
    const text = sorted[at];
    if (text === undefined || !text.key.startsWith(prefix)) break;
    if (!isGone(text.article)) found.push(text);
  }
  return found;
}

/** The text that begins as typed, else the one that shares most of the typed words; the title on ties. */
function nearestText({ article, keys }: IndexedArticle, typed: string): string | null {
  const words = typed.split(' ');
  const nearness = (key: string): number => {
    if (key === typed) return 3;
    if (key.startsWith(typed)) return 2;
    const has = key.split(' ');
    return words.filter((word) => has.some((other) => other.startsWith(word))).length / words.length;
  };
  let nearest: string | null = null;
  let most = -1;
  keys.forEach((key, at) => {
    const value = nearness(key);
    if (value > most)
      [nearest, most] = [(at === 0 ? article.title : article.questions[at - 1]) ?? null, value];
  });
  return nearest;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
