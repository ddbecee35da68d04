import type { CalendarDate, Locale } from '../answers/answer.ts';
import type { FactType } from '../articles/article.ts';
import type { FateCounts } from '../snapshots/release-report.ts';
import type { Replay, WordRun } from './impact.ts';

/** A value as a customer reads it, and for which customers it is. */
export interface FactReading {
  /** Labels of the customers in the page's language; empty: everybody. */
  readonly who: string;
  /** Null where the fact has no value for them. */
  readonly text: string | null;
}

/** Days on which the values of a fact stay as they are. */
export interface FactSpan {
  readonly from: CalendarDate | null;
  readonly lastDay: CalendarDate | null;
  /** Seen from the day that is asked for. */
  readonly when: 'before' | 'then' | 'after';
  readonly readings: readonly FactReading[];
}

/** An article that refers to a fact, in all its languages. */
export interface FactHost {
  readonly articleId: string;
  readonly title: string;
  readonly titleLocale: Locale;
  /** Only agents may see the article. */
  readonly isHidden: boolean;
  /** In site.yaml's order. */
  readonly locales: readonly Locale[];
  /** The places of the language that the page is in, else of the default locale; a place of agents' text is a note. */
  readonly places: readonly {
    readonly anchor: string;
    readonly heading: string | null;
    readonly isNote: boolean;
  }[];
}

/** One fact in the list. */
export interface FactRow {
  readonly id: string;
  readonly type: FactType;
  readonly description: string;
  readonly owner: string;
  readonly source: string;
  /** Never empty, by day; exactly one is `then`. */
  readonly spans: readonly FactSpan[];
  /** By article id, at most `mostHosts`. */
  readonly hosts: readonly FactHost[];
  /** Hosts beyond those. */
  readonly moreHosts: number;
}

/** A fact as an article has it. */
export type ArticleFact = Omit<FactRow, 'hosts' | 'moreHosts'>;

/** A choice of the list's filters. */
export interface FactChoice {
  readonly id: string;
  readonly label: string;
}

/** A day on which something changes, and how much. */
export interface ComingDay {
  readonly day: CalendarDate;
  /** Facts whose value changes for somebody. */
  readonly facts: number;
  /** Articles that begin or cease to hold, by language. */
  readonly articles: number;
  /** Sections whose words change, by language. */
  readonly sections: number;
}

/** Whose content is looked at. */
export interface FactRelease {
  readonly number: number;
  readonly publishedAt: string;
}

/** A page of the list of facts. */
export interface FactList {
  readonly release: FactRelease;
  readonly rows: readonly FactRow[];
  /** Facts that the filters leave, on all pages. */
  readonly found: number;
  /** All facts there are. */
  readonly all: number;
  readonly page: number;
  readonly pages: number;
  readonly owners: readonly FactChoice[];
  readonly categories: readonly FactChoice[];
  readonly coming: readonly ComingDay[];
}

/** A sentence in which a fact stands, as a customer reads it; `isFact` marks the value. */
export interface FactSentence {
  readonly who: string;
  readonly runs: readonly { readonly text: string; readonly isFact: boolean }[];
}

/** A place where a fact stands, with its sentences on the day that is asked for. */
export interface FactPlace {
  readonly articleId: string;
  readonly locale: Locale;
  readonly title: string;
  readonly anchor: string;
  readonly heading: string | null;
  readonly isHidden: boolean;
  readonly isNote: boolean;
  /** Empty where it is not said on that day, or stands in a link's address alone. */
  readonly sentences: readonly FactSentence[];
}

/** A release that changed what the register says of a fact. */
export interface FactVersion {
  readonly release: FactRelease;
  readonly publisher: string;
  readonly changeNote: string;
  readonly kind: 'added' | 'changed' | 'withdrawn';
  /** Values as they were written before and are since, with whom and when they hold for. */
  readonly gone: readonly string[];
  readonly new: readonly string[];
  /** What else of it changed: `description`, `owner`, `source`, `type`. */
  readonly other: readonly ('type' | 'description' | 'owner' | 'source')[];
}

/** Everything of one fact. */
export interface FactDetails {
  readonly release: FactRelease;
  readonly fact: ArticleFact;
  /** By language and article, at most `mostPlaces`. */
  readonly places: readonly FactPlace[];
  readonly morePlaces: number;
  /** Labels of the offers of its host articles; agents only, always. */
  readonly offers: readonly string[];
  readonly versions: readonly FactVersion[];
  /** The number of the oldest release that was looked at, where there are older ones; else null. */
  readonly olderThan: number | null;
  /** The next day on which it changes, and the words that change with it; null where it stays as it is. */
  readonly next: DayChanges | null;
}

/** Words of a section that change on a day, for some customers. */
export interface SectionChange {
  readonly articleId: string;
  readonly locale: Locale;
  readonly title: string;
  readonly anchor: string;
  readonly heading: string | null;
  readonly isHidden: boolean;
  readonly who: string;
  readonly words: readonly WordRun[];
  /** Facts in it that change on that day. */
  readonly factIds: readonly string[];
  /** Replayed questions that it answers, and how often they were asked; 0 where none were replayed. */
  readonly questions: number;
  readonly asked: number;
}

/** Everything that changes by itself at the beginning of a day. */
export interface DayChanges {
  readonly release: FactRelease;
  readonly day: CalendarDate;
  readonly facts: readonly {
    readonly id: string;
    readonly description: string;
    readonly before: readonly FactReading[];
    readonly after: readonly FactReading[];
  }[];
  readonly articles: readonly {
    readonly articleId: string;
    readonly locale: Locale;
    readonly title: string;
    readonly isHidden: boolean;
    readonly kind: 'begins' | 'ends';
  }[];
  /** Those of the page's language first, then the most asked for. */
  readonly sections: readonly SectionChange[];
  readonly moreSections: number;
  /** What becomes of questions; null where they were not replayed. */
  readonly questions: DayQuestions | null;
}

/** Questions replayed on the last day before a change and on the first one after it. */
export interface DayQuestions {
  readonly counts: FateCounts;
  /** Questions that get another answer, none, or another question back; the most asked first, at most `mostQuestions`. */
  readonly changed: readonly Replay[];
  readonly more: number;
}

/** Whose content is asked for, on which day, in which language. */
export interface FactsAsked {
  /** Number of the release that is served. */
  readonly release: number;
  /** A day before today asks for the release that was current then. */
  readonly asOf: CalendarDate;
  readonly today: CalendarDate;
  readonly locale: Locale;
}

/** Which facts a list is to hold; empty texts leave nothing out. */
export interface FactFilter {
  /** Words that must all stand in id, description, owner, source or a value. */
  readonly words: string;
  readonly owner: string;
  readonly category: string;
  readonly show: '' | 'ahead' | 'unused';
  /** From 1; beyond the last one: the last one. */
  readonly page: number;
}

/** A day, seen by the release of a number. */
export interface FactMoment {
  readonly release: number;
  readonly day: CalendarDate;
}

/** A fact whose values differ; without readings on a side where there is no such fact. */
export interface FactDifference {
  readonly id: string;
  readonly before: readonly FactReading[];
  readonly after: readonly FactReading[];
}

/**
 * What managers look up about facts. Every promise is settled off the event loop of those who serve, but for a database in
 * memory. Errors: not-found for a release that is not there; publication-failed.
 */
export interface FactDesk {
  list(asked: FactsAsked, filter: FactFilter): Promise<FactList>;
  /** `before`: only releases with lower numbers are looked through for changes. Null for an unknown fact. */
  find(asked: FactsAsked, factId: string, before: number | null): Promise<FactDetails | null>;
  /** The facts that stand in an article, in any of its languages or in its notes, by id. */
  ofArticle(asked: FactsAsked, articleId: string): Promise<readonly ArticleFact[]>;
  /** What changes at the beginning of a day, by the release that is served. */
  changesOn(asked: FactsAsked, day: CalendarDate): Promise<DayChanges>;
  /**
   * The facts in public text, on either side, whose values differ between two days, each seen by a release; by id, in the
   * default locale. Errors: not-found, database-unusable.
   */
  differences(before: FactMoment, after: FactMoment): Promise<readonly FactDifference[]>;
}

/** Facts on one page of the list. */
export const factsOnPage = 100;

/** Hosts of a fact that the list names: more is for the fact's own page. */
export const mostHosts = 6;

/** Places of a fact whose sentences its page shows. */
export const mostPlaces = 60;

/** Changed sections that a day's page shows. */
export const mostSections = 100;

/** Questions with another answer that a day's page shows. */
export const mostQuestions = 50;

/** Releases that are looked through for changes of a fact at once. */
export const releasesLookedThrough = 50;
