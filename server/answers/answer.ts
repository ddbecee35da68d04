import type {
  CalendarDate,
  Calibration,
  Category,
  Contact,
  Courtesy,
  Dimension,
  Locale,
  OutOfScope,
  Period,
  Phrases,
  Release,
  Review,
  SafeHtml,
  Site,
  Urgent,
} from '../snapshots/snapshot.ts';

export type {
  CalendarDate,
  Calibration,
  Category,
  Contact,
  Courtesy,
  Dimension,
  Locale,
  OutOfScope,
  Period,
  Phrases,
  Release,
  Review,
  SafeHtml,
  Site,
  Urgent,
};

/** Customer context: dimension → value, e.g. `{ region: 'EU' }`. Checked against site.yaml. */
export type Context = Readonly<Record<string, string>>;

/** The validated input of one question. Exactly one of question and answerId is given. */
export interface Ask {
  readonly question: string | null;
  /** `category/slug#anchor`; `#lead` may be left out. */
  readonly answerId: string | null;
  /** Null: the site's default locale. */
  readonly locale: Locale | null;
  readonly context: Context;
  /** The date asked for, in the site's time zone. */
  readonly asOf: CalendarDate;
  /** Id of the answer or clarification that a question follows; absent or null: it stands alone. */
  readonly previous?: string | null;
  /** Whether the result of a question tells how it was found; it changes nothing else. */
  readonly explain?: boolean;
}

/** What an answer's words depend on, and for which value these words hold. */
export type Dependency =
  | { readonly dimension: string; readonly value: string }
  /** The period in which these words hold for the given customer. */
  | { readonly dimension: 'date'; readonly from: CalendarDate | null; readonly to: CalendarDate | null };

/** The approved text, verbatim, with what accounts for it. The same object for every channel. */
export interface Answer {
  /** `category/slug#anchor`, e.g. `orders/cancel-order#lead`. */
  readonly id: string;
  /** SHA-256, hex, of the canonical JSON of all the other fields. */
  readonly fingerprint: string;
  readonly articleId: string;
  /** Anchor of the section; `lead` for the short answer. */
  readonly section: string;
  readonly locale: Locale;
  readonly requestedLocale: Locale;
  /** Article title for the lead; `Article title: Heading` is never made, the heading stands in `heading`. */
  readonly title: string;
  readonly heading: string | null;
  readonly text: string;
  readonly markdown: string;
  readonly html: SafeHtml;
  /** Path on this site, with the section as fragment: `/en/orders/cancel-order#lead`. */
  readonly url: string;
  readonly revision: string;
  /** Id of the public snapshot. */
  readonly snapshot: string;
  readonly effective: Period;
  readonly verified: { readonly on: CalendarDate; readonly state: 'verified' | 'due' | 'overdue' };
  readonly dependsOn: readonly Dependency[];
}

/** A shorter pointer to an answer. */
export interface Pointer {
  readonly answerId: string;
  readonly title: string;
  readonly heading: string | null;
  readonly locale: Locale;
  readonly url: string;
}

export interface Alternative extends Pointer {
  /** Calibrated probability that this is the right one, in [0, 1]. */
  readonly confidence: number;
}

export interface ClarificationOption {
  /** A dimension's value, or an answer id. */
  readonly value: string;
  readonly label: string;
}

/** A question back. With `dimension`: ask again with `context[dimension]` = an option's value; else with `answerId` = it. */
export interface Clarification {
  /** For `previous` of the ask that follows; it holds all that is needed to go on. */
  readonly id: string;
  readonly prompt: string;
  readonly dimension: string | null;
  readonly options: readonly ClarificationOption[];
  /** The answer it would lead to, where it is known which. */
  readonly answerId: string | null;
}

/** Whom to turn to. */
export interface Escalation {
  readonly message: string;
  readonly contact: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly url: string | null;
  readonly hours: string | null;
}

/** One reason of a match, for people. */
export interface Why {
  readonly feature: string;
  readonly words: readonly string[];
  /** Share of the score, in [0, 1]. */
  readonly share: number;
}

/** How a question that follows an answer or a clarification was understood. */
export interface FollowUp {
  /**
   * `dimension`: it names a value of a dimension, so the previous answer is given for that; `option`: it chooses an option of
   * the previous clarification; `section`: it asks about the previous article; `new-question`: it was answered by itself.
   */
  readonly rule: 'dimension' | 'option' | 'section' | 'new-question';
  /** The id that was given. */
  readonly previous: string;
  /** The customer's words that decided it, as typed; empty for a new question. */
  readonly words: readonly string[];
  /** The answer that was asked for in place of the question; null for a new question. */
  readonly answerId: string | null;
  /** What the words said of the customer; it is in the result's context too. */
  readonly context: Context;
}

/** What one word of the question counts as in a candidate's article. */
export interface ExplainedWord {
  /** As the customer typed it. */
  readonly word: string;
  /** The word or phrase that it matched; null where nothing there counts as it. */
  readonly matched: string | null;
  readonly how: 'same' | 'joined' | 'split' | 'synonym' | 'typo' | 'beginning' | null;
  /** Where it stands, most telling first. */
  readonly parts: readonly ('title' | 'question' | 'heading' | 'body')[];
  /** It says little in its language, and counts for little. */
  readonly stop: boolean;
}

/** A candidate with what speaks for it. */
export interface ExplainedCandidate extends Pointer {
  /** Calibrated probability that it is right; null among the sections of one article. */
  readonly confidence: number | null;
  readonly why: readonly Why[];
  readonly matches: readonly ExplainedWord[];
}

/** How a question was answered, for people who look into it. */
export interface Explanation {
  /** Language of the texts that were searched. */
  readonly searched: Locale;
  /** Probabilities from which the first candidate is answered, and from which it is asked which of the first is meant. */
  readonly thresholds: { readonly answerFrom: number; readonly clarifyFrom: number };
  /** The first ones; empty where the words decided without a search. */
  readonly candidates: readonly ExplainedCandidate[];
}

/** The result of an Ask: deep-frozen, a function of (snapshot, ask) alone. */
export interface AnswerResult {
  readonly status: 'answered' | 'clarify' | 'needs_confirmation' | 'no_answer' | 'courtesy';
  /** The answer's fingerprint; where there is no answer, SHA-256 of the canonical JSON of status, reply, clarification, escalation and locale. */
  readonly fingerprint: string;
  /** Present for `answered` and `needs_confirmation`. */
  readonly answer: Answer | null;
  /** What to say to small talk, the owner's words; present for `courtesy`. */
  readonly reply: string | null;
  /** Calibrated probability that the match is right, in [0, 1]; 1 where an answer id was asked for; 0 where nothing was found. */
  readonly confidence: number;
  readonly why: readonly Why[];
  readonly alternatives: readonly Alternative[];
  readonly clarification: Clarification | null;
  readonly followUps: readonly Pointer[];
  /** Null where no `previous` was given, and where urgent words or small talk went before it. */
  readonly followUp: FollowUp | null;
  /** Present where a question asked for it; outside the fingerprint, and never recorded. */
  readonly explanation?: Explanation;
  /** Always present for `no_answer` and `needs_confirmation`; null for `courtesy`; else the article's category's contact. */
  readonly escalation: Escalation | null;
  readonly requestedLocale: Locale;
  readonly asOf: CalendarDate;
  readonly context: Context;
}

/** One row of a result list; the same ranking as the answer's: what is first here is what is answered. */
export interface Hit extends Pointer {
  readonly articleId: string;
  readonly category: string;
  /** Plain text of the section, cut at a word to at most 240 characters. */
  readonly excerpt: string;
  readonly score: number;
}

export interface SearchAsk {
  readonly question: string;
  readonly locale: Locale | null;
  readonly context: Context;
  readonly asOf: CalendarDate;
  /** 1 to 50. */
  readonly limit: number;
}

export interface CategoryView {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly articles: readonly ArticlePointer[];
}

export interface ArticlePointer {
  readonly articleId: string;
  readonly title: string;
  readonly locale: Locale;
  readonly category: string;
  readonly url: string;
  /** The lead's text, cut at a word to at most 240 characters; empty where it depends on the customer. */
  readonly excerpt: string;
}

/** A section of an article page: exactly the result of asking for its answer id. */
export interface SectionView {
  readonly anchor: string;
  readonly heading: string | null;
  readonly level: number;
  /** Null where the section has no text of its own. */
  readonly result: AnswerResult | null;
}

export interface ArticleView {
  readonly articleId: string;
  readonly category: { readonly id: string; readonly title: string; readonly url: string };
  readonly locale: Locale;
  readonly requestedLocale: Locale;
  readonly title: string;
  readonly url: string;
  readonly questions: readonly string[];
  readonly verified: Answer['verified'];
  readonly effective: Period;
  readonly revision: string;
  readonly snapshot: string;
  /** Of a translation: its source has moved on since. */
  readonly outOfDate: boolean;
  /** The lead first. */
  readonly sections: readonly SectionView[];
  readonly related: readonly ArticlePointer[];
  /** Locales in which this article exists (not those that fall back). */
  readonly translations: readonly Locale[];
  /** Dimensions that some section depends on, with the value in use or null. */
  readonly dimensions: readonly {
    readonly id: string;
    readonly label: string;
    readonly question: string;
    readonly value: string | null;
    readonly options: readonly ClarificationOption[];
  }[];
}

/** An old address, or an article. */
export type ArticleLookup =
  | { readonly kind: 'article'; readonly article: ArticleView }
  | { readonly kind: 'redirect'; readonly articleId: string; readonly url: string }
  | { readonly kind: 'unknown' };

export interface BrowseAsk {
  readonly locale: Locale | null;
  readonly context: Context;
  readonly asOf: CalendarDate;
}

/** Everything that may be asked of the public side of one snapshot. Pure: the same arguments give equal values. */
export interface PublicAnswerer {
  readonly snapshot: string;
  readonly site: Site;
  answer(ask: Ask): AnswerResult;
  search(ask: SearchAsk): readonly Hit[];
  /** Titles and variants; at most `limit` (1 to 8). */
  suggest(
    typed: string,
    ask: BrowseAsk,
    limit: number,
  ): readonly { readonly text: string; readonly articleId: string; readonly url: string }[];
  /** In site.yaml's order; only those with an article in force. */
  categories(ask: BrowseAsk): readonly CategoryView[];
  mostAsked(ask: BrowseAsk): readonly ArticlePointer[];
  article(articleId: string, ask: BrowseAsk): ArticleLookup;
  /** Every public article in force, by locale in which it exists, for sitemap and tests; sorted by url. */
  inventory(asOf: CalendarDate): readonly {
    readonly articleId: string;
    readonly locale: Locale;
    readonly url: string;
    readonly title: string;
    readonly questions: readonly string[];
    readonly verified: CalendarDate;
  }[];
  /** Days on which an article, or any (null), comes, goes or changes its words; ascending. */
  changeDays(articleId: string | null): readonly CalendarDate[];
  /** How sure answers may be in a locale: the snapshot's, or that of the shipped model. */
  calibration(locale: Locale): Calibration;
  /** Share of wrong answers that the owner accepts. */
  readonly maximumRisk: number;
  /** Today, in the site's time zone, of an instant. */
  today(now: Date): CalendarDate;
  /** From which instant it is a day in the site's time zone, and from which it is the next. */
  instantsOf(day: CalendarDate): { readonly from: Date; readonly until: Date };
  /** Refuses (AppError invalid-request with field, expected and found) what site.yaml does not declare. */
  checkContext(context: Readonly<Record<string, string>>): Context;
  checkLocale(locale: string | null): Locale;
  /** Whether a text is the id of a public answer or clarification, for `previous`. */
  isPrevious(id: string, ask: BrowseAsk): boolean;
}

/** A note beside a section, for agents. */
export interface AgentNoteView {
  readonly noteAnchor: string;
  readonly noteText: string;
  readonly noteMarkdown: string;
  readonly noteHtml: SafeHtml;
}

export interface OfferView {
  readonly offerId: string;
  readonly label: string;
  readonly description: string;
  readonly cap: string | null;
  /** The same as a number; null where it has no price. */
  readonly limit: { readonly amount: number; readonly currency: string } | null;
  readonly frequency: {
    readonly times: number;
    readonly per: 'order' | 'conversation' | 'customer' | 'year';
  };
  /** Name and id of the team that approves more. */
  readonly approver: string;
  readonly approverId: string;
  /** Its own reasons, by id; null: the built-in ones. */
  readonly reasons: Readonly<Record<string, Readonly<Record<Locale, string>>>> | null;
}

/** What an agent sees beside an article, never instead of it. */
export interface BesideView {
  readonly besideId: string;
  readonly owner: { readonly id: string; readonly name: string; readonly contact: string };
  readonly journey: string | null;
  readonly notes: readonly AgentNoteView[];
  readonly offers: readonly OfferView[];
}

/** An article in one locale as its owner looks after it. */
export interface OwnedArticle {
  readonly articleId: string;
  readonly locale: Locale;
  readonly audience: 'public' | 'agent';
  readonly category: string;
  readonly title: string;
  readonly revision: string;
  readonly verified: CalendarDate;
  /** For how long that counts here. */
  readonly review: Review;
  /** Team of teams.yaml. */
  readonly ownerId: string;
  /** Of a translation: its source has moved on since. */
  readonly isOutOfDate: boolean;
}

/** The agents' side of one snapshot: additions and a second list. It cannot answer; it has no PublicAnswerer's method. */
/** A stage on a customer's way, with the moments in which customers stay or go. */
export interface JourneyStageView {
  readonly stageId: string;
  /** By locale; null: one of Concord's own stages, which pages have words for. */
  readonly title: Readonly<Record<Locale, string>> | null;
  /** Public articles of the stage in the default locale, by id. */
  readonly articleIds: readonly string[];
  readonly moments: readonly {
    readonly momentId: string;
    readonly title: Readonly<Record<Locale, string>>;
    /** Public articles that should cover it, in site.yaml's order; empty: none does. */
    readonly articleIds: readonly string[];
  }[];
}

export interface AgentDesk {
  readonly agentSnapshot: string;
  /** The teams of teams.yaml, by id. */
  readonly teams: readonly {
    readonly teamId: string;
    readonly name: string;
    readonly contact: string;
    /** The team that takes over what this one leaves lying; null: none. */
    readonly fallback: string | null;
  }[];
  /** Every article in force on a day, public or agents', in each locale that has it; by locale, then id. */
  ownedArticles(asOf: CalendarDate): readonly OwnedArticle[];
  /** Every offer, by id. */
  readonly offers: readonly OfferView[];
  /** In site.yaml's order; Concord's own stages where it names none. */
  readonly journey: readonly JourneyStageView[];
  beside(articleId: string, locale: Locale): BesideView | null;
  /** Agent-only articles, a list of their own. */
  searchHidden(ask: SearchAsk): readonly Hit[];
  hiddenArticle(articleId: string, ask: BrowseAsk): ArticleLookup;
  hiddenCategories(ask: BrowseAsk): readonly CategoryView[];
  /** As the public answerer's, of agent-only articles. */
  hiddenChangeDays(articleId: string | null): readonly CalendarDate[];
}
