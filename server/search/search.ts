import type { Encoder } from '../semantics/encoder.ts';
import type { CompiledArticle, Locale } from '../snapshots/snapshot.ts';

/**
 * A named piece of evidence for a candidate. `value` is the feature's contribution to the score, so the values of one
 * candidate add up to its score.
 */
export interface Feature {
  readonly name:
    | 'exact-question'
    | 'question'
    | 'title'
    | 'heading'
    | 'body'
    | 'section'
    | 'ngram'
    | 'meaning';
  readonly value: number;
  /** Words of the question that this feature matched, as typed by the customer, in the question's order. */
  readonly words: readonly string[];
}

/** A section found. Score: relevance, comparable only inside one query. */
export interface Candidate {
  readonly articleId: string;
  readonly anchor: string;
  /** Locale of the text: the one asked, or the default locale's where no translation is there. */
  readonly locale: Locale;
  readonly score: number;
  readonly features: readonly Feature[];
}

/** What one word of the question counts as in one article, for people. */
export interface WordMatch {
  /** As the customer typed it. */
  readonly word: string;
  /** The article's word, or the synonym as its owner wrote it; null where the article has nothing that counts as the word. */
  readonly matched: string | null;
  readonly how: 'same' | 'joined' | 'split' | 'synonym' | 'typo' | 'beginning' | null;
  /** Where it stands, most telling first; empty where nothing matched. */
  readonly parts: readonly ('title' | 'question' | 'heading' | 'body')[];
  /** It says little in its language, and counts for little. */
  readonly stop: boolean;
}

/** What the whole query looked like to the index; the ground of confidence. */
export interface QueryEvidence {
  /** Words after analysis, stop words included. */
  readonly terms: number;
  /** Share in [0, 1] of the query's idf mass that the best candidate matched. */
  readonly coverage: number;
  /** Share in [0, 1] of its words that the index knows as they were typed. */
  readonly known: number;
  /**
   * Best score by words over that of an article that had each word as strongly as any article has it, in [0, 1]. A word
   * that is only guessed to be a typo counts as far as the guess is sure, and else as one that no article has.
   */
  readonly ideal: number;
  /**
   * How much the matched words narrow the articles down, in nats, from 0: the sum of their inverse document frequencies.
   * Between one and ten for real questions.
   */
  readonly information: number;
  /**
   * How many articles would have the matched words if words stood independently: the number of articles times
   * e^-information. From 1 on they single no article out.
   */
  readonly rivals: number;
  /**
   * Likeness, in [0, 1], of the whole question to the nearest title or variant of the best candidate; 0 where its article
   * lists no variant.
   */
  readonly nearest: number;
  /** The query is, after normalisation, exactly a title or variant of the best candidate's article. */
  readonly exact: boolean;
  /** Cosine of the query and the nearest text of the best candidate's article, in [0, 1]; absent where words alone count. */
  readonly meaning?: number;
}

export interface SearchResult {
  /** Best first; total order: score, then article id, then section order. At most one candidate per article: its best section. */
  readonly candidates: readonly Candidate[];
  readonly evidence: QueryEvidence;
}

/** A suggestion while typing; the text is a title or a question variant as its owner wrote it. */
export interface Suggestion {
  readonly text: string;
  readonly articleId: string;
  readonly title: string;
}

/** An immutable index of one edition: what is in force on one date, in one locale (with fallback articles), for one audience. */
export interface SearchIndex {
  search(question: string, limit: number): SearchResult;
  suggest(typed: string, limit: number): readonly Suggestion[];
  /** What each word of a question counts as in an article; empty for an article that is not in the index. */
  explain(question: string, articleId: string): readonly WordMatch[];
}

/** What an index is built from. Articles in any order: the index sorts them itself. */
export interface Edition {
  readonly locale: Locale;
  readonly articles: readonly CompiledArticle[];
  /** Owners' groups of words that mean the same. */
  readonly synonyms: readonly (readonly string[])[];
  /** Those that ship with Concord. */
  readonly thesaurus: readonly (readonly string[])[];
  /** The day whose variants are indexed. */
  readonly asOf: string;
  /** Where meaning counts beside words; absent or null: words alone. */
  readonly encoder?: Encoder | null;
}
