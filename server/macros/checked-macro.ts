/** What becomes of a macro when it is held against the approved text. */
export const verdicts = ['contradicting', 'outdated', 'unknown', 'aligned'] as const;
export type Verdict = (typeof verdicts)[number];

/** Something that a macro says otherwise than the approved text. */
export interface MacroProblem {
  /** `value`: another value; `denial`: one says that it is so, the other that it is not. */
  readonly kind: 'value' | 'denial';
  /** The macro's sentence. */
  readonly sentence: string;
  /** The macro's words that are not right; the whole sentence for a denial. */
  readonly says: string;
  /** The fact that has another value now; null where the article writes it out, and for a denial. */
  readonly factId: string | null;
  /** The present values, as a customer reads them; for a denial the article's sentence. */
  readonly approved: readonly string[];
  /** The words that both sentences share, by which they are taken for the same thing. */
  readonly because: readonly string[];
}

/** A macro held against the approved text. */
export interface CheckedMacro {
  readonly id: string;
  readonly title: string;
  /** The line or number in the file. */
  readonly at: number;
  readonly text: string;
  /** The language it was read in. */
  readonly locale: string;
  readonly verdict: Verdict;
  readonly problems: readonly MacroProblem[];
  /** The section that covers it; null where none does. */
  readonly article: {
    readonly answerId: string;
    readonly locale: string;
    readonly title: string;
    readonly heading: string | null;
    /** Path on this site. */
    readonly url: string;
  } | null;
  /** The approved text to use instead, as it holds today: one, or one for each customer whose text differs. */
  readonly approved: readonly { readonly customer: string | null; readonly text: string }[];
}

/** A whole file held against the approved text. */
export interface CheckedMacros {
  readonly file: string;
  readonly form: 'csv' | 'json';
  /** The release whose text was taken. */
  readonly release: number | null;
  readonly macros: readonly CheckedMacro[];
  readonly skipped: readonly {
    readonly id: string;
    readonly title: string;
    readonly at: number;
    readonly why: 'no-text' | 'inactive';
  }[];
  readonly counts: Readonly<Record<Verdict, number>>;
}
