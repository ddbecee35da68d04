import { bestOption, scoreOfOption } from './best-option.ts';
import type { IndexedArticle } from './indexed-article.ts';
import type { Blended } from './meaning.ts';
import { nearnessTo } from './nearest-text.ts';
import type { Slot } from './query.ts';
import { type Scored, type Scratch, scoreArticles } from './score-articles.ts';
import type { Candidate, Feature, QueryEvidence, SearchResult } from './search.ts';
import { chooseSection } from './section-index.ts';
import { PARTS, type Part, type WordIndex } from './word-index.ts';

/** Candidates whose titles and variants are compared as wholes, at least; further down nothing comes back to the top. */
const LEAST_RANKED = 20;
/** The same where meaning brings some back from further down. */
const LEAST_BLENDED = 50;
/** An exact question outweighs every other evidence, whose sum stays below 7. */
const EXACT = 10;
const DECIMALS = 1e6;

/** A question, read, and the index that it is asked of. */
export interface Ranking {
  readonly slots: readonly Slot[];
  /** The n-grams of its words that the index knows, each once. */
  readonly grams: readonly number[];
  readonly limit: number;
  readonly exactArticle: number | undefined;
  readonly articleAt: (article: number) => IndexedArticle | undefined;
  /** Takes meaning into account; null where only words count. */
  readonly blend: ((candidates: readonly Candidate[]) => Blended | null) | null;
  /** Where the article of an id stands; -1 for an unknown one. */
  readonly positionOf: (articleId: string) => number;
  readonly scored: Scored;
  readonly scratch: Scratch;
  readonly prune: boolean;
}

/**
 * Finds the articles that score best by words, n-grams and sections, looks at their titles and variants as wholes, and works
 * out section and features of those.
 */
export function rankArticles(ranking: Ranking): SearchResult {
  const { slots, grams, limit, exactArticle, articleAt, scored, scratch, prune } = ranking;
  const { words, tuning, built, handicaps, addedHandicaps } = scored;
  const handicapOf = (article: number): number =>
    (article < built ? handicaps[article] : addedHandicaps[article - built]) ?? 1;
  // An exact question is certain already.
  const blend = exactArticle === undefined ? ranking.blend : null;
  const most = Math.max(limit, blend === null ? LEAST_RANKED : LEAST_BLENDED);
  const scores = scoreArticles(slots, grams, scored, scratch, { most, always: exactArticle, prune });
  const nearness = nearnessTo(slots, words, tuning.stop);
  const ranked = scores.best.flatMap((article) => {
    const indexed = articleAt(article);
    if (indexed === undefined) return [];
    const handicap = handicapOf(article);
    const features = featuresOf(slots, words, article, handicap * scores.perWord);
    const near = nearness(indexed);
    addTo(features, near.part, handicap * tuning.nearest * beyond(near.value, tuning.nearFrom));
    const inSections = scores.sections(article);
    addTo(features, 'section', handicap * scores.perSection * largest(inSections));
    addTo(features, 'ngram', handicap * scores.perNgram * scores.ngrams(article));
    const isExact = article === exactArticle;
    if (isExact) {
      features.unshift({ name: 'exact-question', value: EXACT, words: slots.map((slot) => slot.word) });
    }
    const candidate: Candidate = {
      articleId: indexed.article.id,
      anchor: isExact
        ? (indexed.sections[0]?.anchor ?? 'lead')
        : chooseSection(indexed, slots, inSections, tuning),
      locale: indexed.article.locale,
      score: round(features.reduce((sum, feature) => sum + feature.value, 0)),
      features,
    };
    return [{ article, candidate }];
  });
  ranked.sort((a, b) => b.candidate.score - a.candidate.score || scored.compare(a.article, b.article));
  const blended = blend?.(ranked.map(({ candidate }) => candidate)) ?? null;
  if (blended !== null) {
    const first = ranking.positionOf(blended.candidates[0]?.articleId ?? '');
    return {
      candidates: blended.candidates.slice(0, limit),
      evidence: { ...evidenceOf(ranking, first, nearness), meaning: blended.meaning },
    };
  }
  return {
    candidates: ranked.slice(0, limit).map(({ candidate }) => candidate),
    evidence: evidenceOf(ranking, ranked[0]?.article ?? -1, nearness),
  };
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
  { slots, exactArticle, articleAt, scored: { words, built, added, gone } }: Ranking,
  article: number,
  nearness: ReturnType<typeof nearnessTo>,
): QueryEvidence {
  const indexed = articleAt(article);
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
  const articles = built - gone.size + added;
  return {
    terms: slots.length,
    known: slots.length === 0 ? 0 : round(slots.filter(({ known }) => known).length / slots.length),
    coverage: mass === 0 ? 0 : Math.min(1, round(matched / mass)),
    ideal: most === 0 ? 0 : Math.min(1, round(scored / most)),
    information: round(information),
    rivals: article < 0 ? 0 : round(articles * Math.exp(-information)),
    nearest: hasVariants && indexed !== undefined ? round(nearness(indexed).value) : 0,
    exact: exactArticle !== undefined && article === exactArticle,
  };
}

function largest(scores: Float64Array): number {
  let most = 0;
  for (const score of scores) if (score > most) most = score;
  return most;
}

function round(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}
