import { speaks } from '../semantics/encoder.ts';
import type { CompiledArticle, Locale } from '../snapshots/snapshot.ts';
import { type Analyser, analyserFor } from './analyser.ts';
import { orderOf, sortCounts } from './counts.ts';
import { type ArticleWords, createReader, type IndexedArticle, type ReadArticle } from './indexed-article.ts';
import { createLexicon, type Lexicon } from './lexicon.ts';
import { createMeant, type Meant } from './meaning.ts';
import { measureNgramPostings, type NgramPostings } from './ngram-index.ts';
import { createPostingLog } from './postings.ts';
import { createScratch, type Scratch } from './score-articles.ts';
import type { Edition } from './search.ts';
import { measureSectionPostings, type SectionPostings } from './section-index.ts';
import { sortInSlices } from './sort-in-slices.ts';
import { type Frequencies, NO_SUMS, type Sums, UNCHANGED, withArticle, withArticles } from './statistics.ts';
import type { ListedText } from './suggest.ts';
import { buildSynonyms, type SynonymTable } from './synonyms.ts';
import type { Tuning } from './tuning.ts';
import { shelveTerms, type TermShelves } from './vocabulary.ts';
import { measureWordPostings, type WordPostings } from './word-index.ts';

/** What an index is asked with, besides its articles. */
export interface Settings {
  readonly locale: Locale;
  readonly asOf: string;
  /** The asked locale's first, then those of the other languages of its articles. */
  readonly analysers: readonly Analyser[];
  readonly synonyms: SynonymTable;
  /** What articles mean; null where words alone count. */
  readonly meant: Meant | null;
  readonly tuning: Tuning;
}

/** The part of an index that was built at once, shared by all that follow from it. */
export interface Built {
  /** Reads further articles, remembering the words of those it has read: a changed article has mostly known ones. */
  readonly read: ReadArticle;
  readonly lexicon: Lexicon;
  /** Ascending by id, then locale. */
  readonly articles: readonly IndexedArticle[];
  /** Where each article id stands. */
  readonly positions: ReadonlyMap<string, number>;
  readonly words: WordPostings;
  readonly sections: SectionPostings;
  readonly ngrams: NgramPostings;
  readonly shelves: TermShelves;
  /** Articles by the key of a title or variant. */
  readonly exact: ReadonlyMap<string, readonly number[]>;
  /** Sorted by key, then by article. */
  readonly texts: readonly ListedText[];
  /** What an article's scores are multiplied by: less than 1 for one that stands in for a missing translation. */
  readonly handicaps: Float64Array;
  readonly scratch: Scratch;
}

/** An article that came after the build; its counts are sorted, so that they can be looked up. */
export interface AddedArticle extends ArticleWords {
  /** Terms that the built part does not have. */
  readonly shelves: TermShelves;
}

/** Everything that an index is: built articles but those that are gone, and added ones. A value, never changed. */
export interface IndexState {
  readonly settings: Settings;
  readonly built: Built;
  /** Positions of built articles that are no more, or no more the same. */
  readonly gone: ReadonlySet<number>;
  /** Ascending by id. */
  readonly added: readonly AddedArticle[];
  readonly sums: Sums;
  readonly frequencies: Frequencies;
  /** How many articles are in each language. */
  readonly languages: ReadonlyMap<Locale, number>;
}

/** Articles of another day or snapshot: those that are new or no more the same, and the ids of those that are no more there. */
export interface EditionChanges {
  readonly put: readonly CompiledArticle[];
  readonly removed: readonly string[];
}

/**
 * Articles that an index may have added or lost since it was built. Every question looks each added one up by itself: 64 of
 * them cost 0.1 ms.
 */
export const MOST_CHANGED = 64;

/** Builds the state of an edition's index, pausing after each millisecond or two of work. */
export function* buildState(edition: Edition, tuning: Tuning): Generator<void, IndexState> {
  const sorted = yield* sortInSlices(
    edition.articles,
    (a, b) => byCodePoints(a.id, b.id) || byCodePoints(a.locale, b.locale),
  );
  const analysers = languagesOf(edition.locale, withLanguages(new Map(), sorted, 1).keys()).map(analyserFor);
  yield;
  const { encoder = null } = edition;
  const meant =
    encoder !== null && speaks(encoder, edition.locale) ? createMeant(encoder, edition.asOf) : null;
  const lexicon = createLexicon();
  const read = createReader({ lexicon, analyserOf: analyserAmong(analysers), asOf: edition.asOf, tuning });
  const logs = {
    words: createPostingLog(4, (length) => new Uint16Array(length)),
    sections: createPostingLog(1, (length) => new Float32Array(length)),
    ngrams: createPostingLog(1, (length) => new Uint16Array(length)),
  };
  const lengths = {
    head: [] as number[],
    all: [] as number[],
    sections: [] as number[],
    grams: [] as number[],
  };
  const sectionCounts: number[] = [];
  const articles: IndexedArticle[] = [];
  const exact = new Map<string, number[]>();
  const texts: ListedText[] = [];
  let sums = NO_SUMS;
  for (const article of sorted) {
    const words = read(article);
    meant?.of(article);
    const position = articles.length;
    articles.push(words.indexed);
    sums = withArticle(sums, words, 1);
    logs.words.add(words.terms, words.parts);
    for (const { numbers, times, total } of words.sections) {
      logs.sections.add(numbers, times);
      lengths.sections.push(total);
    }
    logs.ngrams.add(words.grams.numbers, words.grams.times);
    sectionCounts.push(words.sections.length);
    lengths.head.push(words.headLength);
    lengths.all.push(words.allLength);
    lengths.grams.push(words.grams.total);
    words.indexed.keys.forEach((key, at) => {
      texts.push({ key, article: position, at });
      const claimed = exact.get(key);
      if (claimed === undefined) exact.set(key, [position]);
      else if (!claimed.includes(position)) claimed.push(position);
    });
    yield;
  }
  const terms = lexicon.terms.words.length;
  const wordPostings = yield* logs.words.sort(terms);
  const sectionPostings = yield* logs.sections.sort(terms);
  const ngramPostings = yield* logs.ngrams.sort(lexicon.grams.words.length);
  const synonyms = buildSynonyms(
    [
      { groups: edition.synonyms, weight: tuning.synonym },
      { groups: edition.thesaurus, weight: tuning.thesaurus },
    ],
    analysers,
  );
  yield;
  return {
    settings: { locale: edition.locale, asOf: edition.asOf, analysers, synonyms, meant, tuning },
    built: {
      read,
      lexicon,
      articles,
      positions: new Map(articles.map(({ article }, at) => [article.id, at])),
      words: yield* measureWordPostings(wordPostings, lengths, sums, tuning),
      sections: yield* measureSectionPostings(sectionPostings, lengths.sections, sectionCounts, sums, tuning),
      ngrams: yield* measureNgramPostings(ngramPostings, lengths.grams, sums, tuning),
      shelves: yield* shelveTerms(lexicon.terms.words, Array(terms).keys()),
      exact,
      texts: yield* sortInSlices(
        texts,
        (a, b) => byCodePoints(a.key, b.key) || a.article - b.article || a.at - b.at,
      ),
      handicaps: handicapsOf(articles, edition.locale, tuning),
      scratch: createScratch(),
    },
    gone: new Set(),
    added: [],
    sums,
    frequencies: UNCHANGED,
    languages: withLanguages(new Map(), sorted, 1),
  };
}

/**
 * The state after some articles have changed, which answers as one that is built anew; null where too much has changed for
 * that to pay, or where a language comes or goes, which changes how questions are read.
 */
export function updateState(state: IndexState, { put, removed }: EditionChanges): IndexState | null {
  const { settings, built } = state;
  const ids = new Set([...removed, ...put.map(({ id }) => id)]);
  const gone = new Set(state.gone);
  const lost: CompiledArticle[] = [];
  for (const id of ids) {
    const position = built.positions.get(id);
    const article = position === undefined ? undefined : built.articles[position]?.article;
    if (position === undefined || article === undefined || gone.has(position)) continue;
    gone.add(position);
    lost.push(article);
  }
  const kept = state.added.filter(({ indexed }) => !ids.has(indexed.article.id));
  if (gone.size > MOST_CHANGED || kept.length + put.length > MOST_CHANGED) return null;

  const withdrawn = [
    ...lost.map(built.read),
    ...state.added.filter(({ indexed }) => ids.has(indexed.article.id)),
  ];
  const come = put.map((article) => addedArticle(built.read(article), built));
  const added = [...kept, ...come].sort((a, b) => byCodePoints(a.indexed.article.id, b.indexed.article.id));
  const lostOf = withdrawn.map(({ indexed }) => indexed.article);
  const languages = withLanguages(withLanguages(state.languages, lostOf, -1), put, 1);
  if (languagesOf(settings.locale, languages.keys()).length !== settings.analysers.length) return null;
  if (![...languages.keys()].every((locale) => settings.analysers.some((one) => one.locale === locale)))
    return null;
  let { sums } = state;
  for (const words of withdrawn) sums = withArticle(sums, words, -1);
  for (const words of come) sums = withArticle(sums, words, 1);
  const frequencies = withArticles(state.frequencies, withdrawn, come);
  return { settings, built, gone, added, sums, frequencies, languages };
}

function addedArticle(words: ArticleWords, { lexicon, words: { postings } }: Built): AddedArticle {
  const order = orderOf(words.terms);
  const known = postings.starts.length - 1;
  const terms = Int32Array.from(order, (at) => words.terms[at] ?? 0);
  const shelving = shelveTerms(
    lexicon.terms.words,
    terms.filter((term) => term >= known),
  );
  let step = shelving.next();
  while (step.done !== true) step = shelving.next();
  return {
    ...words,
    terms,
    parts: Uint16Array.from(
      { length: words.parts.length },
      (_, at) => words.parts[(order[at >> 2] ?? 0) * 4 + (at & 3)] ?? 0,
    ),
    sections: words.sections.map(sortCounts),
    grams: sortCounts(words.grams),
    shelves: step.value,
  };
}

/** How many articles are in each language, with some more (`sign` 1) or less (-1). */
function withLanguages(
  languages: ReadonlyMap<Locale, number>,
  articles: readonly CompiledArticle[],
  sign: 1 | -1,
): ReadonlyMap<Locale, number> {
  const counts = new Map(languages);
  for (const { locale } of articles) counts.set(locale, (counts.get(locale) ?? 0) + sign);
  return new Map([...counts].filter(([, count]) => count > 0));
}

/** The asked locale, then the others that articles are in. */
function languagesOf(locale: Locale, locales: Iterable<Locale>): readonly Locale[] {
  return [locale, ...[...locales].filter((other) => other !== locale).sort(byCodePoints)];
}

/** The analyser of an article's language. */
export function analyserAmong(analysers: readonly Analyser[]): (article: CompiledArticle) => Analyser {
  const byLocale = new Map(analysers.map((analyser) => [analyser.locale, analyser]));
  return ({ locale }) => byLocale.get(locale) ?? analyserFor(locale);
}

function byCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What the scores of articles are multiplied by. */
export function handicapsOf(
  articles: readonly IndexedArticle[],
  locale: Locale,
  tuning: Tuning,
): Float64Array {
  return Float64Array.from(articles, ({ article }) => (article.locale === locale ? 1 : tuning.fallback));
}
