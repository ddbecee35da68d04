import type { Locale } from '../../answers/answer.ts';

/**
 * Why a served answer left a gap: `unanswered`, no answer; `abandoned`, a question back that nobody went on from;
 * `unsure`, an answer of the lowest confidence that is answered; `unhelpful`, the customer said so.
 */
export const gapReasons = ['unanswered', 'abandoned', 'unsure', 'unhelpful'] as const;
export type GapReason = (typeof gapReasons)[number];

/** Why a gap is closed. `answered` and `out-of-scope` it may become by itself, `merged` only with another. */
export const gapOutcomes = ['answered', 'out-of-scope', 'not-worth', 'merged'] as const;
export type GapOutcome = (typeof gapOutcomes)[number];

/** Asks by reason. */
export type GapCounts = Readonly<Record<GapReason, number>>;

/** The article that comes nearest to a gap's question, and why it is not the answer, as the served release finds it. */
export interface Nearest {
  readonly articleId: string;
  readonly title: string;
  readonly locale: Locale;
  /** Probability that it is right, in [0, 1], and those from which it were answered or asked which is meant. */
  readonly confidence: number;
  readonly answerFrom: number;
  readonly clarifyFrom: number;
  /** The one after it; null: there is none. */
  readonly next: { readonly articleId: string; readonly title: string; readonly confidence: number } | null;
}

/** Questions that are alike and whose asks left a gap. */
export interface Gap {
  readonly id: number;
  readonly locale: Locale;
  /** The question that it is named by, redacted; null: its questions are no longer kept. */
  readonly question: string | null;
  readonly state: 'open' | 'closed';
  readonly outcome: GapOutcome | null;
  readonly mergedInto: number | null;
  /** ISO 8601, UTC; null: open. */
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly note: string | null;
  /** Different questions in it. */
  readonly questions: number;
  readonly asks: number;
  /** Conversations that it was asked in; an ask outside any counts as one. */
  readonly people: number;
  readonly counts: GapCounts;
  /** Asks of the last 30 days, and of the 30 before. */
  readonly recent: number;
  readonly earlier: number;
  /** Asks of the last 13 weeks, the newest last. */
  readonly weeks: readonly number[];
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** Null: nothing comes near, or it was not looked for yet. */
  readonly nearest: Nearest | null;
  readonly owner: string | null;
  readonly category: string | null;
  /** Whether the served release answers it. */
  readonly answeredNow: boolean;
}

/** A question of a gap. */
export interface GapQuestion {
  readonly id: number;
  /** As it was first asked, redacted. */
  readonly question: string;
  readonly asks: number;
  readonly counts: GapCounts;
  readonly lastAt: string;
  /** Whether others are held against it. */
  readonly leads: boolean;
  /** Its words that the leader of its group has too. */
  readonly words: readonly string[];
  /** Receipt of the newest ask. */
  readonly receipt: string;
}
