import type { Locale } from '../../answers/answer.ts';

/** Why an answer did not help, as customers may say; the order in which they are offered. */
export const ratingReasons = ['did-not-match', 'wrong', 'unclear', 'incomplete'] as const;
export type RatingReason = (typeof ratingReasons)[number];

/** Most characters (code points) of a sentence that a customer adds: two lines of a phone would not do, a letter is none. */
export const mostSentenceCharacters = 500;

/** What a customer says of an answer. */
export interface RatingSaid {
  /** As people type it. */
  readonly receipt: string;
  readonly helpful: boolean;
  /** Only where it did not help. Default: none. */
  readonly reasons?: readonly RatingReason[] | undefined;
  /** At most 500 characters; personal data is redacted. Default: none. */
  readonly sentence?: string | null | undefined;
  /** The article that was rated where its receipt names none: its answer was a question back. Default: the receipt's. */
  readonly articleId?: string | undefined;
}

/** A rating as it is stored. */
export interface Rating {
  readonly receipt: string;
  /** ISO 8601, UTC. */
  readonly givenAt: string;
  readonly changedAt: string;
  readonly channel: string;
  readonly locale: Locale;
  /** `category/slug`; null where nothing was answered. */
  readonly articleId: string | null;
  readonly helpful: boolean;
  readonly reasons: readonly RatingReason[];
  /** Redacted; for agents and managers, never public. */
  readonly sentence: string | null;
}

/** What became of a rating: counted, not, because its time to be changed is over, or there is no such receipt. */
export type RatingOutcome =
  | { readonly kind: 'counted' | 'settled'; readonly rating: Rating; readonly conversationId: string | null }
  | { readonly kind: 'unknown' };

/** Which ratings and survey answers are looked at; what is not named is not asked for. */
export interface FeedbackFilter {
  readonly since: Date;
  readonly channel?: string | undefined;
  readonly locale?: Locale | undefined;
  /** The first part of an article's id. */
  readonly category?: string | undefined;
}

/** How often ratings of one kind were given. */
export interface RatingTally {
  readonly channel: string;
  readonly locale: Locale;
  /** Null where nothing was answered. */
  readonly category: string | null;
  readonly helpful: number;
  readonly unhelpful: number;
}

/** A rating with what was asked. */
export interface RatedAnswer extends Rating {
  /** Redacted; null: an answer was asked for by its id. */
  readonly question: string | null;
}

/** Where a page of a list goes on: the last row of the page before. */
export interface FeedbackPlace {
  readonly givenAt: string;
  readonly id: string;
}

/** An article that customers find unhelpful. */
export interface DislikedArticle {
  readonly articleId: string;
  readonly locale: Locale;
  readonly unhelpful: number;
  readonly rated: number;
  /** The reason that was named most; null: none was. */
  readonly reason: RatingReason | null;
}
