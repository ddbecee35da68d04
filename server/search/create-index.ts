import { questionKey } from './analyser.ts';
import { explainMatches } from './explain-matches.ts';
import { analyserAmong, handicapsOf, type IndexState } from './index-state.ts';
import type { IndexedArticle } from './indexed-article.ts';
import { blendOf } from './meaning.ts';
import { createNgramIndex } from './ngram-index.ts';
import { ngramsOf } from './ngrams-of.ts';
import { LONGEST_QUESTION, readQuestion, type Slot } from './query.ts';
import { rankArticles } from './rank-articles.ts';
import type { SearchIndex, SearchResult } from './search.ts';
import { createSectionIndex } from './section-index.ts';
import { type ListedText, suggestTexts } from './suggest.ts';
import { createVocabulary } from './vocabulary.ts';
import { createWordIndex } from './word-index.ts';

/** What an index was made of, for the next one and for measurements. */
const states = new WeakMap<SearchIndex, Known>();

interface Known {
  readonly state: IndexState;
  readonly searchUnpruned: (question: string, limit: number) => SearchResult;
}

/** The state of an index; null for one that was not made here. */
export function stateOf(index: SearchIndex): IndexState | null {
  return states.get(index)?.state ?? null;
}

/** The same search with every article scored in full, for measurements and tests: it must find the same. */
export function searchUnpruned(index: SearchIndex, question: string, limit: number): SearchResult | null {
  return states.get(index)?.searchUnpruned(question, limit) ?? null;
}

/** Makes an index answer: everything is worked out from its state when it is asked for. */
export function createIndex(state: IndexState): SearchIndex {
  const { settings, built, gone, added } = state;
  const { tuning, locale, analysers, synonyms, meant } = settings;
  const size = built.articles.length;
  const words = createWordIndex(built.words, added, gone, state, tuning);
  const sections = createSectionIndex(built.sections, added, state, tuning);
  const ngrams = createNgramIndex(built.ngrams, added, state, tuning);
  const vocabulary = createVocabulary(
    built.lexicon,
    [built.shelves, ...added.map(({ shelves }) => shelves)],
    (term) => words.frequency(term) > 0,
  );
  const articleAt = (article: number): IndexedArticle | undefined =>
    article < 0 ? undefined : article < size ? built.articles[article] : added[article - size]?.indexed;
  const positionOf = (id: string): number => {
    const position = built.positions.get(id);
    if (position !== undefined && !gone.has(position)) return position;
    const at = added.findIndex(({ indexed }) => indexed.article.id === id);
    return at < 0 ? -1 : size + at;
  };
  const compare = (a: number, b: number): number => {
    const [first, second] = [articleAt(a)?.article, articleAt(b)?.article];
    return (
      byCodePoints(first?.id ?? '', second?.id ?? '') ||
      byCodePoints(first?.locale ?? '', second?.locale ?? '')
    );
  };
  const isOwn = (article: number): boolean => articleAt(article)?.article.locale === locale;
  const addedHandicaps = handicapsOf(
    added.map(({ indexed }) => indexed),
    locale,
    tuning,
  );
  const scored = {
    words,
    sections,
    ngrams,
    built: size,
    added: added.length,
    gone,
    handicaps: built.handicaps,
    addedHandicaps,
    compare,
    tuning,
  };
  /** Two articles with the same question: the asked locale's first, then the lower id. */
  const exactArticle = (question: string): number | undefined => {
    const key = questionKey(question.slice(0, LONGEST_QUESTION));
    if (key === '') return undefined;
    const claims = [
      ...(built.exact.get(key) ?? []).filter((article) => !gone.has(article)),
      ...added.flatMap(({ indexed }, at) => (indexed.keys.includes(key) ? [size + at] : [])),
    ];
    return claims.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || compare(a, b))[0];
  };
  const blend =
    meant &&
    blendOf(
      meant,
      [
        ...built.articles.filter((_, article) => !gone.has(article)),
        ...added.map(({ indexed }) => indexed),
      ].map(({ article }) => article),
      ({ locale: own }) => (own === locale ? 1 : tuning.fallback),
      tuning,
    );
  const read = (question: string, typing: boolean): readonly Slot[] =>
    readQuestion(question, { analysers, vocabulary, synonyms, tuning, typing });
  const gramsOf = (slots: readonly Slot[]): readonly number[] =>
    [...new Set(slots.flatMap(({ form }) => (form === null ? [] : ngramsOf(form))))]
      .map(built.lexicon.grams.find)
      .filter((gram) => gram >= 0 && ngrams.frequency(gram) > 0);
  const search = (
    question: string,
    limit: number,
    how: { typing: boolean; prune: boolean },
  ): SearchResult => {
    const slots = read(question, how.typing);
    return rankArticles({
      slots,
      grams: gramsOf(slots),
      limit,
      exactArticle: exactArticle(question),
      articleAt,
      blend: blend === null || how.typing ? null : (candidates) => blend(question, candidates),
      positionOf,
      scored,
      scratch: built.scratch,
      prune: how.prune,
    });
  };

  const addedTexts = added.flatMap(({ indexed }, article) =>
    indexed.keys.map((key, at) => ({ key, article: size + article, at })),
  );
  const index: SearchIndex = Object.freeze({
    search: (question: string, limit: number) => search(question, limit, { typing: false, prune: true }),
    suggest: (typed: string, limit: number) =>
      suggestTexts(typed, limit, {
        listed: built.texts,
        added: addedTexts,
        isGone: (article) => gone.has(article),
        compare: (a: ListedText, b: ListedText) =>
          byCodePoints(a.key, b.key) || compare(a.article, b.article) || a.at - b.at,
        articleAt,
        articleOf: (id) => articleAt(positionOf(id)),
        search: (question, most) => search(question, most, { typing: true, prune: true }).candidates,
      }),
    explain: (question: string, articleId: string) => {
      const at = positionOf(articleId);
      const article = articleAt(at)?.article;
      if (article === undefined) return [];
      const analyser = analyserAmong(analysers)(article);
      return explainMatches(read(question, false), at, {
        article,
        analyser,
        words,
        terms: built.lexicon.terms.words,
      });
    },
  });
  states.set(index, {
    state,
    searchUnpruned: (question, limit) => search(question, limit, { typing: false, prune: false }),
  });
  return index;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
