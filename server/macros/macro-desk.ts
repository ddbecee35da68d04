import type { CalendarDate, Locale } from '../answers/answer.ts';
import type { CheckedMacros } from './checked-macro.ts';

/** A file of macros to be held against a release. */
export interface MacrosAsked {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Language of all macros; null: each one's own. */
  readonly locale: Locale | null;
  /** Number of the release. */
  readonly release: number;
  readonly today: CalendarDate;
}

/** Holds files of macros against what is served. Errors: macros-invalid with the place in the file; not-found for the release. */
export interface MacroDesk {
  check(asked: MacrosAsked): Promise<CheckedMacros>;
}
