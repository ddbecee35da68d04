import type { Locale } from '../../answers/answer.ts';

/** What is wrong with an answer, as an agent says. */
export const flagKinds = ['wrong', 'outdated', 'unclear', 'missing'] as const;
export type FlagKind = (typeof flagKinds)[number];

/** What became of a flag: somebody mended what it is about, or said why it stays. */
export const flagEnds = ['resolved', 'declined'] as const;
export type FlagEnd = (typeof flagEnds)[number];

/** Most characters of a note, and of what became of a flag: some sentences, no document. */
export const longestFlagText = 1_000;

/** What an agent flags. Free text is redacted where it is stored. */
export interface NewFlag {
  readonly kind: FlagKind;
  /** 1 to `longestFlagText` characters. */
  readonly note: string;
  /** `category/slug`; null: something is missing altogether. */
  readonly articleId: string | null;
  /** Anchor; null: the whole article. */
  readonly section: string | null;
  readonly locale: Locale;
  /** Of the article, as the agent saw it. */
  readonly revision: string | null;
  /** What the customer asked; null: it was not asked. */
  readonly question: string | null;
  /** Code of the record of what was shown. */
  readonly receipt: string | null;
  /** Id of the team that owns the article now, or that looks after what is missing. */
  readonly owner: string;
}

/** A flag as it stands. */
export interface Flag extends NewFlag {
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly raisedAt: string;
  /** The person's name; null: the person is no more. */
  readonly raisedBy: string | null;
  readonly status: 'open' | FlagEnd;
  /** Null while it is open. */
  readonly ended: {
    /** ISO 8601, UTC. */
    readonly at: string;
    /** The person's name. */
    readonly by: string;
    /** What became of it, as the raiser is told. */
    readonly outcome: string;
  } | null;
  /** Whether the raiser saw what became of it. */
  readonly isTold: boolean;
}

/** Which flags are wanted; what is absent or null does not matter. */
export interface FlagFilter {
  readonly status?: Flag['status'] | null;
  readonly kind?: FlagKind | null;
  /** Id of a team. */
  readonly owner?: string | null;
  readonly articleId?: string | null;
}
