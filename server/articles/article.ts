/** `YYYY-MM-DD` in the site's time zone; compared as text. */
export type CalendarDate = string;

/** BCP 47 tag that is also a folder of content/: `en`, `he`, `fa`, `ms`. */
export type Locale = string;

/** Half-open: `from` is the first day, `to` the first day after; null is open. */
export interface Period {
  readonly from: CalendarDate | null;
  readonly to: CalendarDate | null;
}

/**
 * All must hold: `{ region: ['EU', 'UK'], plan: ['plus'] }` is (EU or UK) and plus. Never empty.
 * Values are sorted; keys are dimensions of site.yaml (checked when a snapshot is compiled, not here).
 */
export type Condition = Readonly<Record<string, readonly string[]>>;

/** A run of Markdown as the owner wrote it, markers unresolved. `line` is the file's line of its first line, from 1. */
export interface PublicBlock {
  readonly kind: 'public';
  readonly when: Condition | null;
  readonly markdown: string;
  readonly line: number;
}

/**
 * Text for agents only. `after` counts the public blocks that stand before it; it is how a note finds its section.
 * Deliberately shares no property name with PublicBlock, so that neither can be passed for the other.
 */
export interface AgentBlock {
  readonly note: string;
  readonly noteLine: number;
  readonly after: number;
}

/** A line of front matter where a value stands, for errors found later. Keys as in the file; `questions.0`. */
export type FrontMatterLines = Readonly<Record<string, number>>;

/** For how long a verification counts. */
export interface Review {
  /** Days after `verified` when a verification is due. */
  readonly intervalDays: number;
  /** Further days after which answers need confirmation. */
  readonly graceDays: number;
}

/** What an article or a category says of it; what it leaves out is as the category, or the site, says. */
export type ReviewRule = Partial<Review>;

/** What every article says of itself that is not text. */
export interface ArticleHead {
  /** `category/slug`: permanent, the same in every locale. */
  readonly id: string;
  readonly locale: Locale;
  readonly category: string;
  readonly slug: string;
  /** Relative to the content directory, with `/`. */
  readonly path: string;
  readonly title: string;
  readonly questions: readonly string[];
  readonly effective: Period;
  readonly verified: CalendarDate;
  /** Absent where the article says nothing of it. */
  readonly review?: ReviewRule;
  /** Articles that this one replaces; their addresses redirect here. */
  readonly supersedes: readonly string[];
  /** Articles that a reader should see next, in the owner's order. */
  readonly related: readonly string[];
  /** Of a translation: the (possibly shortened, >= 8 hex) revision of the article in the default locale it was made from. */
  readonly source: string | null;
  /** SHA-256, hex, of the canonical public content (for agent-only articles: of all content). Neither `verified`, `review`, owner, journey, offers nor agents' notes are in it. */
  readonly revision: string;
  readonly lines: FrontMatterLines;
}

/** A finding of a check that its owner accepts, with the reason. */
export interface Acceptance {
  /** Code of the check; that there is one is checked when checks are run. */
  readonly check: string;
  /** Words of the source line that the finding marks; null: every finding of that check there. */
  readonly text: string | null;
  readonly why: string;
  /** The line of the acceptance itself. */
  readonly line: number;
}

/** What only agents and managers may know of any article. */
export interface AgentHead {
  readonly owner: string;
  readonly journey: string | null;
  readonly offers: readonly string[];
  /** Absent where nothing is accepted. Neither in a revision nor in a snapshot. */
  readonly accept?: readonly Acceptance[];
}

/** An article that the public may read, parted from what agents may know when its file is read. */
export interface PublicArticle {
  readonly audience: 'public';
  readonly head: ArticleHead;
  readonly body: readonly PublicBlock[];
}

/** What stands beside a public article for agents. */
export interface AgentNotes {
  readonly articleId: string;
  readonly articleLocale: Locale;
  readonly agentHead: AgentHead;
  readonly notes: readonly AgentBlock[];
  /** SHA-256, hex, of these notes with their head. */
  readonly notesRevision: string;
  /** For errors: the file and the lines of its front matter. */
  readonly file: string;
  readonly agentLines: FrontMatterLines;
}

/** An article for agents only: nothing of it is public, not even that it exists. Its body may hold :::when but needs no :::agent. */
export interface AgentArticle {
  readonly audience: 'agent';
  readonly hidden: ArticleHead;
  readonly hiddenAgentHead: AgentHead;
  readonly hiddenBody: readonly PublicBlock[];
}

/** One file, read. */
export type Article =
  | { readonly article: PublicArticle; readonly beside: AgentNotes }
  | { readonly article: AgentArticle; readonly beside: null };

/** Text by locale; the default locale is always there (checked when site.yaml is read). */
export type LocalText = Readonly<Record<Locale, string>>;

/** Words and phrases of customers by locale; no list is empty. */
export type LocalWords = Readonly<Record<Locale, readonly string[]>>;

/** Small talk and what is said to it, word for word; never an article. */
export interface Courtesy {
  readonly words: LocalWords;
  readonly reply: LocalText;
}

/** Words of an emergency or of abuse, and who is told of it at once. */
export interface Urgent {
  readonly words: LocalWords;
  /** Id of a contact. */
  readonly contact: string;
  readonly message: LocalText;
}

export interface Contact {
  readonly id: string;
  readonly name: LocalText;
  readonly email: string | null;
  /** E.164. */
  readonly phone: string | null;
  /** An https address or a path of this site. */
  readonly url: string | null;
  readonly hours: LocalText | null;
  /**
   * How a question goes on to it: by a page of another system, whose address is a template ({question}, {receipt},
   * {conversation}, {locale}), or by webhook. Absent: by e-mail, and in releases of before there was a choice.
   */
  readonly handover?: { readonly kind: 'url'; readonly url: string } | { readonly kind: 'webhook' };
}

export interface Dimension {
  readonly id: string;
  readonly label: LocalText;
  /** What a channel asks when an answer depends on it: "Which country did you order from?" */
  readonly question: LocalText;
  readonly values: readonly {
    readonly id: string;
    readonly label: LocalText;
    /** Other words by which customers say this value (`Germany` for EU); absent where there are none. */
    readonly words?: LocalWords;
  }[];
}

export interface Category {
  readonly id: string;
  readonly title: LocalText;
  readonly description: LocalText;
  /** Contact to turn to for this category. */
  readonly contact: string;
  /** Absent where the category says nothing of it. */
  readonly review?: ReviewRule;
}

/** Sentences of the owner that channels say word for word. */
export interface Phrases {
  /** Prompt of an ambiguity clarification. */
  readonly whichOne: LocalText;
  readonly noAnswer: LocalText;
  readonly needsConfirmation: LocalText;
  /** Said to questions that out-of-scope.yaml lists without a reply of their own; absent: Concord's own words. */
  readonly outOfScope?: LocalText;
}

/** How the site's articles are verified; of what is absent, `reviewDefaults` holds. */
export interface SiteReview extends Review {
  /** Days before a verification is due when its owner is told, 0 to 3650. */
  readonly noticeDays?: number;
  /** Days of being overdue after which the owner's fallback team has it to do as well, 0 to 3650. */
  readonly fallbackDays?: number;
  /** `another`: nobody verifies what they themselves changed last. */
  readonly verifier?: 'anyone' | 'another';
}

/** content/site.yaml. */
export interface Site {
  readonly name: LocalText;
  readonly tagline: LocalText;
  readonly locales: readonly Locale[];
  readonly defaultLocale: Locale;
  /** IANA name; effective dates begin at its midnight. */
  readonly timeZone: string;
  readonly contacts: readonly Contact[];
  readonly defaultContact: string;
  readonly categories: readonly Category[];
  readonly dimensions: readonly Dimension[];
  /** Article ids for the FAQ's first page, in order. */
  readonly mostAsked: readonly string[];
  readonly review: SiteReview;
  readonly phrases: Phrases;
  /** Absent in releases of before it could be said: the defaults. */
  readonly answers?: {
    /** Share of wrong answers among the answered that the owner accepts, 0.01 to 0.5. */
    readonly maximumRisk: number;
  };
  /** Absent where site.yaml lists none. */
  readonly courtesies?: readonly Courtesy[];
  readonly urgent?: readonly Urgent[];
  /** Absent where site.yaml says nothing of it: the defaults. */
  readonly survey?: SurveyRules;
  /** Absent where site.yaml says nothing of it. */
  readonly privacy?: {
    /** How this company writes its order numbers: `#` is a digit, `@` a letter, all else itself. */
    readonly orderNumbers: readonly string[];
  };
}

/** A moment in which a customer stays or goes, and what should be known then. */
export interface JourneyMoment {
  readonly id: string;
  readonly title: LocalText;
  /** Ids of the articles that should cover it; empty: none does yet. */
  readonly articles: readonly string[];
}

/** A stage on a customer's way, in site.yaml's order. */
export interface JourneyStage {
  readonly id: string;
  /** Null: one of Concord's own stages, which has its words there. */
  readonly title: LocalText | null;
  readonly moments: readonly JourneyMoment[];
}

/** How customers are asked how likely they are to recommend. */
export interface SurveyRules {
  /** Share of conversations that are asked, from 0 (never) to 1; null: the default. */
  readonly share: number | null;
  /** The question with the answers 0 to 10; null: the words that come with Concord. */
  readonly recommend: LocalText | null;
  /** The open question; null: the words that come with Concord. */
  readonly why: LocalText | null;
}

export type FactType =
  | 'duration'
  | 'money'
  | 'percent'
  | 'count'
  | 'date'
  | 'time'
  | 'phone'
  | 'email'
  | 'url'
  | 'text';

export type FactContent =
  | {
      readonly type: 'duration';
      readonly amount: number;
      readonly unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
    }
  | { readonly type: 'money'; readonly amount: number; readonly currency: string }
  | { readonly type: 'percent'; readonly amount: number }
  | { readonly type: 'count'; readonly amount: number }
  | { readonly type: 'date'; readonly date: CalendarDate }
  /** 24 hours, `HH:MM`. */
  | { readonly type: 'time'; readonly time: string }
  | { readonly type: 'phone' | 'email' | 'url'; readonly value: string }
  | { readonly type: 'text'; readonly text: LocalText };

export interface FactValue {
  readonly content: FactContent;
  readonly when: Condition | null;
  readonly period: Period;
  readonly line: number;
}

/** One entry of content/facts.yaml. */
export interface Fact {
  readonly id: string;
  readonly type: FactType;
  readonly description: string;
  readonly owner: string;
  readonly source: string;
  /** In the file's order; the most specific that holds is taken (more dimensions, then dated before undated); equals that overlap are refused. */
  readonly values: readonly FactValue[];
  readonly line: number;
  /** Other words by which texts speak of it; evidence for checks. Absent where the owner gives none. */
  readonly aliases?: LocalWords;
  /** Findings on the lines of this fact; absent where nothing is accepted. */
  readonly accept?: readonly Acceptance[];
}

/** One entry of content/offers.yaml; agents only, always. */
export interface Offer {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** Most it may cost, null where it has no price. */
  readonly cap: { readonly amount: number; readonly currency: string } | null;
  /** How often: `{ times: 1, per: 'order' }`. */
  readonly frequency: {
    readonly times: number;
    readonly per: 'order' | 'conversation' | 'customer' | 'year';
  };
  /** Team that approves more. */
  readonly approver: string;
  readonly owner: string;
  /** Why it may be made, by id, as agents read it; absent where the built-in reasons do. */
  readonly reasons?: Readonly<Record<string, LocalText>>;
  readonly line: number;
  /** Findings on the lines of this offer; absent where nothing is accepted. */
  readonly accept?: readonly Acceptance[];
}

/** One entry of content/teams.yaml. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly contact: string;
  readonly fallback: string | null;
}

/** Words that mean the same in one locale. A group for `agent` is used in the agents' index alone. */
export interface SynonymGroup {
  readonly locale: Locale;
  readonly audience: 'public' | 'agent';
  readonly words: readonly string[];
}

/** An article, or one section of it, that a golden question expects. Existence is checked when a snapshot is compiled. */
export interface GoldenTarget {
  readonly articleId: string;
  /** Anchor; null where any section of the article is right. */
  readonly section: string | null;
  /** The file's line, for errors found later. */
  readonly line: number;
}

/**
 * What is right: an answer with any of these; a question back that offers any of these (an answer is then wrong); or none.
 * Where the words of an expected answer depend on the customer, the question back about the customer is right too.
 */
export type GoldenExpectation =
  | { readonly status: 'answered' | 'clarify'; readonly anyOf: readonly GoldenTarget[] }
  | { readonly status: 'no_answer' };

/** One entry of content/golden.yaml or test/golden: an ask, what it should get, and why. */
export interface GoldenQuestion {
  /** As typed; 1 to 2,000 characters, line breaks included. */
  readonly question: string;
  readonly locale: Locale;
  /** Dimension → value, as the ask gives it; empty where nothing is known of the customer. */
  readonly context: Readonly<Record<string, string>>;
  /** Null: any date. */
  readonly asOf: CalendarDate | null;
  readonly expect: GoldenExpectation;
  /** One sentence. */
  readonly why: string;
  /** Free words (`typo`, `angry`), in the file's order. */
  readonly tags: readonly string[];
  readonly file: string;
  readonly line: number;
}

/** What content/synonyms.yaml says. */
export interface Synonyms {
  readonly groups: readonly SynonymGroup[];
  /** By locale, sorted: all of the shipped thesaurus is off, or the groups with one of these words, sorted. */
  readonly thesaurusOff: Readonly<Record<Locale, 'all' | readonly string[]>>;
}

/** What content/site.yaml says of checks. Not part of a snapshot: no answer depends on it. */
export interface CheckRules {
  /** By code of a check, in the file's order; that there is such a check is checked when checks are run. */
  readonly severity: readonly {
    readonly check: string;
    readonly severity: 'off' | 'note' | 'warning' | 'error';
    readonly line: number;
  }[];
  /** Findings in files that have no place of their own for it. */
  readonly accept: readonly (Acceptance & { readonly file: string })[];
  /** Most words of a lead. */
  readonly leadWords: number;
}

/** Everything owners wrote, read and well-formed, each collection sorted by id (articles by locale, then id); not yet checked across files. */
export interface Content {
  readonly site: Site;
  readonly checks: CheckRules;
  /** Concord's own stages without moments where site.yaml says nothing of it. */
  readonly journey: readonly JourneyStage[];
  readonly facts: readonly Fact[];
  readonly offers: readonly Offer[];
  readonly teams: readonly Team[];
  readonly synonyms: readonly SynonymGroup[];
  /** In the file's order. Not part of a snapshot: nothing of it is served. */
  readonly golden: readonly GoldenQuestion[];
  readonly thesaurusOff: Synonyms['thesaurusOff'];
  /** In the file's order. */
  readonly outOfScope: readonly OutOfScope[];
  readonly articles: readonly Article[];
}

/** An entry of content/out-of-scope.yaml: what is politely not answered. */
export interface OutOfScope {
  /** By locale, sorted; each in the file's order, with its line. */
  readonly questions: Readonly<Record<Locale, readonly { readonly text: string; readonly line: number }[]>>;
  /** Null: what site.yaml says to all of them. */
  readonly reply: LocalText | null;
}
