import type { CalendarDate, Locale } from '../answers/answer.ts';
import type { AppError } from '../errors.ts';
import type { ChangedFile } from '../snapshots/changed-files.ts';
import type { BrokenGolden, Fate, FateCounts } from '../snapshots/release-report.ts';

/** A run of words of a text before and after: said in both, only before, or only after. */
export interface WordRun {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** What a customer gets for one ask from one side. */
export interface Outcome {
  /** That of the result; `out-of-scope` where it declines one that is listed so. */
  readonly status: string;
  /** `category/slug#anchor`; null without an answer. */
  readonly answerId: string | null;
  readonly title: string | null;
  /** All that the customer would have read, as plain text: the answer, or the question back with its options. */
  readonly text: string;
  readonly fingerprint: string;
}

/** A fact whose value differs between two sides, as a customer reads it. */
export interface FactChange {
  readonly factId: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One ask replayed on both sides. */
export interface Replay {
  readonly question: string;
  readonly locale: Locale;
  readonly context: Readonly<Record<string, string>>;
  readonly asOf: CalendarDate;
  /** Where the ask comes from; a question that comes from several is one replay with the first. */
  readonly origin: 'golden' | 'title' | 'variant' | 'out-of-scope' | 'section' | 'recorded';
  /** How often it was asked in the days that were looked at; 0 where nobody did. */
  readonly asked: number;
  readonly fate: Fate;
  readonly before: Outcome;
  readonly after: Outcome;
  /** Empty where nothing differs. */
  readonly words: readonly WordRun[];
  readonly facts: readonly FactChange[];
}

/** One text of an article that a release changed. */
export interface PartDifference {
  readonly what: 'title' | 'questions' | 'effective' | 'related' | 'section' | 'note' | 'offers';
  readonly audience: 'public' | 'agent';
  /** Of a section and of a note's section; null for the lead and for what is no section. */
  readonly heading: string | null;
  /** Customers whom the text is for, e.g. `[{ region: 'EU' }]`; empty: all. */
  readonly contexts: readonly Readonly<Record<string, string>>[];
  readonly words: readonly WordRun[];
}

/** What a release changed in one article. */
export interface ArticleDifference {
  readonly articleId: string;
  readonly locale: Locale;
  readonly parts: readonly PartDifference[];
}

/** What a release changed against the one before, word for word. */
export interface ReleaseDifferences {
  /** Number of the release before; null: there is none, and nothing is compared. */
  readonly before: number | null;
  /** Of the first `mostExpanded` changed articles, in the report's order. */
  readonly articles: readonly ArticleDifference[];
  /** By id. */
  readonly facts: readonly FactChange[];
}

/** Changed articles that are shown word for word: a person reads no more, and the page stays below some hundred kilobytes. */
export const mostExpanded = 50;

/** What publishing the content directory would do to the answers of the newest release. */
export interface ImpactPreview {
  /** Names content, release and day: another one is another preview. */
  readonly key: string;
  /** Null before the first publication: everything is gained. */
  readonly release: { readonly number: number; readonly publishedAt: string } | null;
  /** Publishing would make no new release. */
  readonly isSame: boolean;
  /** Files that differ from those of the release, sorted by path; before the first, all. */
  readonly changedFiles: readonly ChangedFile[];
  /** The day that both sides were asked on, but for golden questions with a day of their own. */
  readonly asOf: CalendarDate;
  /** The other side is the same content on this day; null: it is the release, on the same day. */
  readonly dayBefore: CalendarDate | null;
  /** Recorded questions of that many days were replayed. */
  readonly days: number;
  readonly counts: FateCounts;
  readonly broken: readonly BrokenGolden[];
  /** Golden questions that do not pass, but break nothing. */
  readonly unmet: readonly BrokenGolden[];
  /** Asks that get something else, those that touch most people first; with `all`, unchanged ones too. */
  readonly replays: readonly Replay[];
  /** Asks beyond those listed. */
  readonly more: number;
}

/** What is previewed. */
export interface PreviewOptions {
  /** Recorded questions of how many days are replayed, 0 to 400. */
  readonly days: number;
  /** Unchanged asks are listed too. */
  readonly all: boolean;
  /** Most asks that are listed. */
  readonly most: number;
  /** The day that both sides are asked on; null: today. */
  readonly asOf: CalendarDate | null;
  /** The content is held against itself on the day before this one, and `asOf` is null; null: against the newest release. */
  readonly on: CalendarDate | null;
  /** Files that stand for those of the directory, or beside them; default: none. */
  readonly overlay?: readonly OverlayFile[];
}

/** A file as it would be. */
export interface OverlayFile {
  /** Below the content directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** How far a run has come. */
export interface PreviewProgress {
  readonly done: number;
  readonly of: number;
}

/** A preview; or what is wrong with the content, so that there is nothing to compare. */
export type Previewed =
  | { readonly kind: 'compared'; readonly preview: ImpactPreview }
  | { readonly kind: 'refused'; readonly key: string; readonly errors: readonly AppError[] };
