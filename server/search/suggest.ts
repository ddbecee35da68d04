import type { CompiledArticle } from '../snapshots/snapshot.ts';
import { questionKey } from './analyser.ts';
import type { Candidate, Suggestion } from './search.ts';

/**
 * Suggestions while typing: one text per article, its title or the variant that is nearest to what was typed. First come
 * texts that begin as typed, in the order of the full search, then its other results: a whole question that is listed comes
 * first, since the search finds it first, and one that is not brings what the search finds. At most `limit`.
 */
export function buildSuggester(deps: {
  readonly articles: readonly CompiledArticle[];
  readonly search: (typed: string, limit: number) => readonly Candidate[];
}): (typed: string, limit: number) => readonly Suggestion[] {
  const texts = deps.articles.flatMap((article, at) =>
    [article.title, ...article.questions].map((text) => ({ article, at, text, key: questionKey(text) })),
  );
  const byKey = [...texts].sort((a, b) => byCodePoints(a.key, b.key) || a.at - b.at);
  const byArticle = Map.groupBy(texts, ({ article }) => article.id);

  return (typed, limit) => {
    const key = questionKey(typed.slice(0, LONGEST_TYPED));
    if (key === '' || limit <= 0) return [];
    const found = deps
      .search(typed.slice(0, LONGEST_TYPED), limit * 2)
      .map((candidate) => candidate.articleId);
    const beginning = beginningWith(byKey, key, MOST_BEGINNING)
      .map(({ article }) => article.id)
      .sort((a, b) => placeOf(found, a) - placeOf(found, b) || byCodePoints(a, b));
    const wanted = new Set([...beginning, ...found]);
    return [...wanted].slice(0, limit).flatMap((id) => {
      const nearest = nearestText(byArticle.get(id) ?? [], key);
      if (nearest === null) return [];
      return [{ text: nearest.text, articleId: id, title: nearest.article.title }];
    });
  };
}

/** Suggestions are for a line being typed; what is pasted beyond this is not looked at. */
const LONGEST_TYPED = 200;
/** Most texts with the typed beginning that are looked at. */
const MOST_BEGINNING = 200;

interface Text {
  readonly article: CompiledArticle;
  readonly text: string;
  readonly key: string;
}

/** Texts whose key begins so, by binary search over the sorted keys. */
function beginningWith(sorted: readonly Text[], prefix: string, most: number): readonly Text[] {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < prefix) low = middle + 1;
    else high = middle;
  }
  const found: Text[] = [];
  for (let at = low; at < sorted.length && found.length < most; at++) {
    const text = sorted[at];
    if (text === undefined || !text.key.startsWith(prefix)) break;
    found.push(text);
  }
  return found;
}

/** The text that begins as typed, else the one that shares most of the typed words; the title on ties. */
function nearestText(texts: readonly Text[], typed: string): Text | null {
  const words = typed.split(' ');
  const nearness = (text: Text): number => {
    if (text.key === typed) return 3;
    if (text.key.startsWith(typed)) return 2;
    const has = text.key.split(' ');
    return words.filter((word) => has.some((other) => other.startsWith(word))).length / words.length;
  };
  let nearest: Text | null = null;
  let most = -1;
  for (const text of texts) {
    const value = nearness(text);
    if (value > most) [nearest, most] = [text, value];
  }
  return nearest;
}

function placeOf(ids: readonly string[], id: string): number {
  const at = ids.indexOf(id);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
