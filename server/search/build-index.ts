import type { CompiledArticle } from '../snapshots/snapshot.ts';
import { type Analyser, analyserFor, questionKey } from './analyser.ts';
import { bestOption, scoreOfOption } from './best-option.ts';
import { explainMatches } from './explain-matches.ts';
import { type IndexedArticle, readArticles } from './indexed-article.ts';
import { buildNearness, type MeasureNearness } from './nearest-text.ts';
import { buildNgramIndex, type NgramIndex } from './ngram-index.ts';
import { LONGEST_QUESTION, type Option, readQuestion, type Slot } from './query.ts';
import type { Candidate, Edition, Feature, QueryEvidence, SearchIndex, SearchResult } from './search.ts';
import { buildSectionIndex, chooseSection, type ScoreSections } from './section-index.ts';
import { buildSuggester } from './suggest.ts';
import { buildSynonyms } from './synonyms.ts';
import { type Tuning, tuningFor } from './tuning.ts';
import { buildVocabulary } from './vocabulary.ts';
import { buildWordIndex, PARTS, type Part, type WordIndex } from './word-index.ts';

/**
 * Builds the index of one edition: a frozen value, never edited. Articles may come in any order; equal editions give equal
 * indexes. Each article is analysed in its own language, so an article that stands in for a missing translation is found
 * by words of its language. `tuning` is for measurements; the default is the locale's.
 */
export function buildIndex(edition: Edition, tuning: Tuning = tuningFor(edition.locale)): SearchIndex {
  const sorted = [...edition.articles].sort(
    (a, b) => byCodePoints(a.id, b.id) || byCodePoints(a.locale, b.locale),
  );
  const analysers = analysersOf(edition.locale, sorted);
  const byLocale = new Map(analysers.map((analyser) => [analyser.locale, analyser]));
  const { articles, terms, isStop, forms, formsOf } = readArticles(
    sorted,
    edition.asOf,
    (article) => byLocale.get(article.locale) ?? analyserFor(article.locale),
  );
  const words = buildWordIndex(articles, terms.length, tuning);
  const ngrams = buildNgramIndex(formsOf, forms, tuning);
  const nearness = buildNearness(words, isStop, tuning.stop);
  const sections = buildSectionIndex(articles, terms.length, tuning);
  const vocabulary = buildVocabulary(terms);
  const synonyms = buildSynonyms(
    [
      { groups: edition.synonyms, weight: tuning.synonym },
      { groups: edition.thesaurus, weight: tuning.thesaurus },
    ],
    analysers,
  );
  const exact = exactQuestions(sorted, edition.locale);
  const handicaps = sorted.map((article) => (article.locale === edition.locale ? 1 : tuning.fallback));

  const read = (question: string, typing: boolean): readonly Slot[] =>
    readQuestion(question, { analysers, vocabulary, synonyms, tuning, typing });
  const search = (question: string, limit: number, typing: boolean): SearchResult => {
    const slots = read(question, typing);
    const exactArticle = exact.get(questionKey(question.slice(0, LONGEST_QUESTION)));
    return rank({
      slots,
      limit,
      exactArticle,
      articles,
      words,
      ngrams,
      nearness,
      sections,
      handicaps,
      tuning,
    });
  };
  const suggest = buildSuggester({
    articles: sorted,
    search: (typed, limit) => search(typed, limit, true).candidates,
  });
  return Object.freeze({
    search: (question: string, limit: number) => search(question, limit, false),
    suggest,
    explain: (question: string, articleId: string) => {
      const at = sorted.findIndex(({ id }) => id === articleId);
      const article = sorted[at];
      if (article === undefined) return [];
      const analyser = byLocale.get(article.locale) ?? analyserFor(article.locale);
      return explainMatches(read(question, false), at, { article, analyser, words, terms });
    },
  });
}

/** Candidates whose titles and variants are compared as wholes, at least; further down nothing comes back to the top. */
const LEAST_RANKED = 20;
/** An exact question outweighs every other evidence, whose sum stays below 4. */
const EXACT = 10;
const DECIMALS = 1e6;

interface Ranking {
  readonly slots: readonly Slot[];
  readonly limit: number;
  readonly exactArticle: number | undefined;
  readonly articles: readonly IndexedArticle[];
  readonly words: WordIndex;
  readonly ngrams: NgramIndex;
  readonly nearness: MeasureNearness;
  readonly sections: ScoreSections;
  readonly handicaps: readonly number[];
  readonly tuning: Tuning;
}

/**
 * Scores every article that shares a word or n-gram, looks at the best ones' titles and variants as wholes, then works out
 * section and features of those that are asked for.
 */
function rank(ranking: Ranking): SearchResult {
  const { slots, limit, exactArticle, articles, words, ngrams, handicaps, tuning } = ranking;
  const byWords = scoreWords(slots, words);
  const byNgrams = ngrams.scores(slots.flatMap(({ form }) => form ?? []));
  const perWord = 1 / (largest(byWords) || 1);
  const perNgram = tuning.ngram / (largest(byNgrams) || 1);
  const bySections = ranking.sections(slots);
  const perSection = tuning.section / (largest(bySections.best) || 1);
  const total = new Float64Array(articles.length);
  for (let article = 0; article < total.length; article++) {
    const evidence =
      (byWords[article] ?? 0) * perWord +
      (byNgrams[article] ?? 0) * perNgram +
      (bySections.best[article] ?? 0) * perSection;
    total[article] = (handicaps[article] ?? 1) * evidence;
  }
  if (exactArticle !== undefined) total[exactArticle] = EXACT + (total[exactArticle] ?? 0);

  const nearnessTo = ranking.nearness(slots);
  const candidates = best(total, Math.max(limit, LEAST_RANKED)).map((article): Candidate => {
    const indexed = articles[article] as IndexedArticle;
    const handicap = handicaps[article] ?? 1;
    const features = featuresOf(slots, words, article, handicap * perWord);
    const near = nearnessTo(indexed);
    addTo(features, near.part, handicap * tuning.nearest * beyond(near.value, tuning.nearFrom));
    const inSections = bySections.of(article);
    addTo(features, 'section', handicap * perSection * largest(inSections));
    addTo(features, 'ngram', handicap * perNgram * (byNgrams[article] ?? 0));
    if (article === exactArticle) {
      features.unshift({ name: 'exact-question', value: EXACT, words: slots.map((slot) => slot.word) });
    }
    return {
      articleId: indexed.article.id,
      anchor:
        article === exactArticle ? firstAnchor(indexed) : chooseSection(indexed, slots, inSections, tuning),
      locale: indexed.article.locale,
      score: round(features.reduce((sum, feature) => sum + feature.value, 0)),
      features,
    };
  });
  candidates.sort((a, b) => b.score - a.score || byCodePoints(a.articleId, b.articleId));
  return { candidates: candidates.slice(0, limit), evidence: evidenceOf(ranking, candidates, nearnessTo) };
}

/** Adds to the feature of a name, or adds the feature. */
function addTo(features: Feature[], name: Feature['name'], value: number): void {
  const rounded = round(value);
  if (rounded <= 0) return;
  const at = features.findIndex((feature) => feature.name === name);
  const found = features[at];
  if (found === undefined) features.push({ name, value: rounded, words: [] });
  else features[at] = { ...found, value: round(found.value + rounded) };
}

/** How far a value in [0, 1] is beyond a threshold, as a share of what is left beyond it. */
function beyond(value: number, threshold: number): number {
  return Math.max(0, value - threshold) / (1 - threshold);
}

function scoreWords(slots: readonly Slot[], words: WordIndex): Float64Array {
  const scores = new Float64Array(words.articles);
  for (const { options, weight } of slots) {
    const [only, ...others] = options;
    const [term, ...more] = only?.terms ?? [];
    if (only !== undefined && term !== undefined && others.length === 0 && more.length === 0) {
      words.addScores(term, weight * only.weight, scores);
      continue;
    }
    for (const [article, score] of bestOfOptions(options, words)) {
      scores[article] = (scores[article] ?? 0) + weight * score;
    }
  }
  return scores;
}

/** For each article the best of the options that it has all terms of. */
function bestOfOptions(options: readonly Option[], words: WordIndex): ReadonlyMap<number, number> {
  const best = new Map<number, number>();
  for (const option of options) {
    words.forEach(option.terms[0] ?? -1, (article) => {
      const score = scoreOfOption(option, words, article);
      if (score > (best.get(article) ?? 0)) best.set(article, score);
    });
  }
  return best;
}

/** What each part of the article contributes, with the words that matched there. */
function featuresOf(slots: readonly Slot[], words: WordIndex, article: number, factor: number): Feature[] {
  const values: Record<Part, number> = { title: 0, question: 0, heading: 0, body: 0 };
  const matched: Record<Part, string[]> = { title: [], question: [], heading: [], body: [] };
  for (const slot of slots) {
    const option = bestOption(slot, words, article);
    if (option === null) continue;
    const scores = option.terms.map((term) => words.parts(term, article));
    for (const part of PARTS) {
      const score = scores.reduce((sum, parts) => sum + parts[part], 0);
      if (score === 0) continue;
      values[part] += factor * slot.weight * option.weight * score;
      matched[part].push(slot.word);
    }
  }
  return PARTS.filter((part) => values[part] > 0).map((part) => ({
    name: part,
    value: round(values[part]),
    words: matched[part],
  }));
}

function evidenceOf(
  { slots, words, exactArticle, articles }: Ranking,
  candidates: readonly Candidate[],
  nearnessTo: ReturnType<MeasureNearness>,
): QueryEvidence {
  const top = candidates[0];
  const article = top === undefined ? -1 : articles.findIndex((a) => a.article.id === top.articleId);
  const indexed = articles[article];
  let mass = 0;
  let matched = 0;
  let most = 0;
  let scored = 0;
  let information = 0;
  for (const slot of slots) {
    const ideal = slot.weight * words.ideal(slot.likeliest);
    const option = article < 0 ? null : bestOption(slot, words, article);
    const isSure = slot.options.some(({ certainty }) => certainty === 1);
    mass += ideal;
    most += slot.weight * words.largest(isSure ? slot.likeliest : -1);
    if (option === null) continue;
    matched += ideal * option.certainty;
    scored += slot.weight * option.certainty * scoreOfOption(option, words, article);
    information += slot.weight * option.certainty * words.idf(slot.likeliest);
  }
  const hasVariants = (indexed?.asked.length ?? 0) > 1;
  return {
    terms: slots.length,
    known: slots.length === 0 ? 0 : round(slots.filter(({ known }) => known).length / slots.length),
    coverage: mass === 0 ? 0 : Math.min(1, round(matched / mass)),
    ideal: most === 0 ? 0 : Math.min(1, round(scored / most)),
    information: round(information),
    rivals: article < 0 ? 0 : round(articles.length * Math.exp(-information)),
    nearest: hasVariants && indexed !== undefined ? round(nearnessTo(indexed).value) : 0,
    exact: exactArticle !== undefined && article === exactArticle,
  };
}

/** Title and variants of each article by key. Two articles with the same question: the asked locale's first, then the lower id. */
function exactQuestions(articles: readonly CompiledArticle[], locale: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const order = articles
    .map((article, at) => ({ article, at }))
    .sort((a, b) => Number(b.article.locale === locale) - Number(a.article.locale === locale) || a.at - b.at);
  for (const { article, at } of order) {
    for (const text of [article.title, ...article.questions]) {
      const key = questionKey(text);
      if (key !== '' && !found.has(key)) found.set(key, at);
    }
  }
  return found;
}

function analysersOf(locale: string, articles: readonly CompiledArticle[]): readonly Analyser[] {
  const locales = [...new Set(articles.map((article) => article.locale))].sort(byCodePoints);
  return [locale, ...locales.filter((other) => other !== locale)].map(analyserFor);
}

/** The indexes of the largest positive scores, best first, at most `most`; equal scores by index. */
function best(scores: Float64Array, most: number): readonly number[] {
  const found: number[] = [];
  let least = 0;
  for (let at = 0; at < scores.length; at++) {
    const score = scores[at] ?? 0;
    if (score <= 0 || (found.length >= most && score <= least)) continue;
    let place = found.length;
    while (place > 0 && (scores[found[place - 1] ?? 0] ?? 0) < score) place -= 1;
    found.splice(place, 0, at);
    if (found.length > most) found.pop();
    least = scores[found.at(-1) ?? 0] ?? 0;
  }
  return found;
}

function firstAnchor(indexed: IndexedArticle): string {
  return indexed.sections[0]?.anchor ?? 'lead';
}

function largest(scores: Float64Array): number {
  let most = 0;
  for (const score of scores) if (score > most) most = score;
  return most;
}

function round(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
