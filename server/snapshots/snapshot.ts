import type {
  CalendarDate,
  Category,
  Contact,
  Courtesy,
  Dimension,
  GoldenQuestion,
  JourneyStage,
  Locale,
  LocalText,
  LocalWords,
  Period,
  Phrases,
  Review,
  Site,
  Urgent,
} from '../articles/article.ts';

export type {
  CalendarDate,
  Category,
  Contact,
  Courtesy,
  Dimension,
  GoldenQuestion,
  Locale,
  LocalWords,
  Period,
  Phrases,
  Review,
  Site,
  Urgent,
};

/** HTML that Concord's own renderer made through its allow-list; the only HTML that a view may print unescaped. */
export type SafeHtml = string & { readonly __safeHtml: true };

/** The three forms of one text; made together, once, from one token stream. */
export interface Rendering {
  readonly text: string;
  readonly markdown: string;
  readonly html: SafeHtml;
}

/** A section as it reads for some customers during some time. */
export interface Variant {
  /** A value for each of the section's `dimensions`, e.g. `{ region: 'EU' }`; empty where it depends on none. */
  readonly context: Readonly<Record<string, string>>;
  readonly period: Period;
  readonly rendering: Rendering;
}

/**
 * A part of an article that can be an answer. The first section of an article is its lead (anchor `lead`, heading null).
 * The variants cover every combination of its dimensions and every day of the article's effective period exactly once;
 * neighbouring periods with equal text are joined, and a dimension that changes nothing is not listed.
 */
export interface Section {
  readonly anchor: string;
  readonly heading: string | null;
  /** 2 to 6; the lead has 1. */
  readonly level: number;
  /** Headings above it, outermost first. */
  readonly parents: readonly string[];
  /** Ids of the dimensions that its text really depends on, sorted. */
  readonly dimensions: readonly string[];
  readonly variants: readonly Variant[];
}

/** An article compiled for one locale. */
export interface CompiledArticle {
  readonly id: string;
  readonly locale: Locale;
  readonly category: string;
  readonly slug: string;
  readonly title: string;
  readonly questions: readonly string[];
  readonly effective: Period;
  readonly verified: CalendarDate;
  /** For how long `verified` counts; absent where that is as the site says. */
  readonly review?: Review;
  readonly related: readonly string[];
  readonly revision: string;
  /** Of a translation: whether the article it was made from has changed since. Null in the default locale. */
  readonly translation: 'current' | 'out-of-date' | null;
  /** Never empty; the lead first. A section whose own text is empty (only sub-sections follow) is there for the page, and is never an answer. */
  readonly sections: readonly Section[];
}

/** What would become of all questions if the first candidate were answered from this probability on. */
export interface CurvePoint {
  /** In [0, 1]. */
  readonly threshold: number;
  /** Share of all questions that would be answered, in [0, 1]. */
  readonly coverage: number;
  /** Share of the answered that would be wrong, in [0, 1]; 0 where none would be answered. */
  readonly risk: number;
}

/** How sure answers are in one locale, as its own questions showed when the content was published. */
export interface Calibration {
  /** On the log-odds of the shipped model; 1 and 0 leave it as it is. */
  readonly slope: number;
  readonly offset: number;
  /** Questions it rests on; all 0 where there were too few, so that the shipped model holds. */
  readonly questions: { readonly leftOut: number; readonly missing: number; readonly golden: number };
  /** Least probability with which the first candidate is answered. */
  readonly answerFrom: number;
  /** Least probability, of two or three candidates together, with which it is asked which is meant. */
  readonly clarifyFrom: number;
  /** By ascending threshold, `answerFrom` among them where it was measured. */
  readonly curve: readonly CurvePoint[];
  /** Questions by tenths of their probability: how many, the mean probability, the share that was right. */
  readonly reliability: readonly {
    readonly from: number;
    readonly questions: number;
    readonly confidence: number;
    readonly right: number;
  }[];
  /**
   * Pairs of variants of one article, each left out in turn, and how many of them found the same article. Absent in releases
   * of before it was measured, and where no article has two variants.
   */
  readonly agreement?: { readonly pairs: number; readonly same: number };
}

/** Questions that are politely not answered, as owners listed them. */
export interface OutOfScope {
  /** By locale, in the owners' order. */
  readonly questions: Readonly<Record<Locale, readonly string[]>>;
  /** What is said; null: what site.yaml says to all of them. */
  readonly reply: LocalText | null;
}

/** Everything that the public may know; nothing else. Deep-frozen. */
export interface PublicSnapshot {
  /** SHA-256, hex, of the canonical JSON of all the rest of this object; an edit of agents' text never changes it. */
  readonly id: string;
  readonly site: Site;
  /** Sorted by locale, then id, by code points. */
  readonly articles: readonly CompiledArticle[];
  /** Superseded article id → its successor's id (chains already followed). In force once the successor is. */
  readonly redirects: Readonly<Record<string, string>>;
  readonly synonyms: Readonly<Record<Locale, readonly (readonly string[])[]>>;
  /**
   * What the site does without of the thesaurus that ships with Concord: all of a locale's, or the groups with one of these
   * words. Absent where it uses everything.
   */
  readonly thesaurusOff?: Readonly<Record<Locale, 'all' | readonly string[]>>;
  /** Absent where nothing is listed. */
  readonly outOfScope?: readonly OutOfScope[];
  /** By locale. Absent in releases of before there was one, and where nothing was measured: the shipped model. */
  readonly calibration?: Readonly<Record<Locale, Calibration>>;
  /** The model whose vectors its answers depend on, by the hash of its files. Absent where words alone count. */
  readonly semantic?: { readonly model: string };
}

/** A note for agents that stands beside a section of a public article. */
export interface CompiledNote {
  readonly noteAnchor: string;
  readonly noteRendering: Rendering;
}

export interface CompiledOffer {
  readonly offerId: string;
  readonly label: string;
  readonly description: string;
  /** Formatted, e.g. `$10.00`; null where it has no price. */
  readonly cap: string | null;
  /** The same as a number. Absent where it has no price, and in releases of before it was kept. */
  readonly limit?: { readonly amount: number; readonly currency: string };
  /** Labels by the reason's id; absent where the built-in reasons do. */
  readonly reasons?: Readonly<Record<string, Readonly<Record<Locale, string>>>>;
  readonly frequency: {
    readonly times: number;
    readonly per: 'order' | 'conversation' | 'customer' | 'year';
  };
  readonly approver: string;
}

/** What stands beside one public article in one locale for agents. */
export interface CompiledBeside {
  readonly besideId: string;
  readonly besideLocale: Locale;
  readonly ownerId: string;
  readonly journey: string | null;
  readonly offerIds: readonly string[];
  readonly notes: readonly CompiledNote[];
}

/** What only agents may know. Deep-frozen. */
export interface AgentSnapshot {
  /** SHA-256, hex, of the canonical JSON of all the rest of this object and the public snapshot's id. */
  readonly agentId: string;
  readonly hiddenArticles: readonly CompiledArticle[];
  readonly beside: readonly CompiledBeside[];
  readonly offers: readonly CompiledOffer[];
  readonly teams: readonly {
    readonly teamId: string;
    readonly name: string;
    readonly contact: string;
    readonly fallback: string | null;
  }[];
  /** Absent where site.yaml says nothing of it. */
  readonly journey?: readonly JourneyStage[];
  readonly agentSynonyms: Readonly<Record<Locale, readonly (readonly string[])[]>>;
  /** Owner and offers of the agent-only articles. */
  readonly hiddenBeside: readonly CompiledBeside[];
}

/** The immutable compiled content. */
export interface Snapshot {
  readonly public: PublicSnapshot;
  readonly agent: AgentSnapshot;
}

/** The record that made a snapshot current. Numbers count up from 1. */
export interface Release {
  readonly number: number;
  readonly publicId: string;
  readonly agentId: string;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
  readonly publisher: string;
  readonly changeNote: string;
  /** Files that were refused and whose last good content this release keeps (`--keep-going`); sorted. */
  readonly kept: readonly string[];
}
