/** A canned reply of a help desk. */
export interface Macro {
  readonly id: string;
  readonly title: string;
  /** What a customer would read, as plain text; paragraphs parted by blank lines. Placeholders are `…`. */
  readonly text: string;
  /** As the file says it; null where it says nothing. */
  readonly locale: string | null;
  /** Line on which it begins, for a table; its number among all, for JSON. From 1. */
  readonly at: number;
}

/** A macro that says nothing to a customer, and why. */
export interface SkippedMacro {
  readonly id: string;
  readonly title: string;
  readonly at: number;
  readonly why: 'no-text' | 'inactive';
}

/** What a help desk's file holds. */
export interface MacroFile {
  readonly name: string;
  /** Whether `at` is a line of a table or a number in a list. */
  readonly form: 'csv' | 'json';
  readonly macros: readonly Macro[];
  readonly skipped: readonly SkippedMacro[];
}

/** Bytes that a file of macros may have, and macros in it: several times what the largest help desks export. */
export const macroLimits = Object.freeze({ bytes: 5_000_000, macros: 10_000, textLength: 20_000 });
