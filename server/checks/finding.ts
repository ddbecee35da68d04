import type { Article, Content } from '../articles/article.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';

/** How much a finding weighs: an error refuses a publication, a warning and a note are only told. */
export type Severity = 'error' | 'warning' | 'note';

/** A run of characters (UTF-16 units) in a file of the content directory; lines and columns from 1, `endColumn` behind the last one. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

/** What a check says of one place. */
export interface Finding {
  /** Of the check that found it. */
  readonly code: string;
  readonly place: Span;
  /** One sentence that names both sides. */
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  /** What to do; null where the message says it all. */
  readonly hint: string | null;
  /** The other place of the two that do not fit; null where there is only one. */
  readonly other: { readonly place: Span; readonly says: string } | null;
  /** Why the two are taken for the same thing: the shared words; empty where nothing had to be decided. */
  readonly because: readonly string[];
}

/** A finding with how much it weighs on this site, and its source line. */
export interface JudgedFinding extends Finding {
  readonly severity: Severity;
  readonly excerpt: string;
}

/** What checks read: the content as its owners wrote it, what it compiles to, and the day on which it is read. */
export interface CheckWorld {
  readonly content: Content;
  /** Null where the content has errors of its own, which are told first. */
  readonly snapshot: Snapshot | null;
  /** The lines of a file of the content directory, for excerpts and columns; empty for a file that is not there. */
  readonly linesOf: (file: string) => readonly string[];
  /** `YYYY-MM-DD` in the site's time zone. */
  readonly today: string;
  /**
   * An article of the default locale as it was at an earlier revision, of which at least 8 hex digits are given; null where
   * nobody has kept it.
   */
  readonly sourceOf: (articleId: string, revision: string) => Article | null;
}

/** One rule of the content, which finds every place that breaks it. Pure: the same world gives the same findings, in file order. */
export interface Check {
  /** Kebab-case, permanent: site.yaml and accepted findings name it. */
  readonly code: string;
  /** One sentence: what is wrong where it finds something. */
  readonly title: string;
  readonly severity: Severity;
  /** What `--explain CODE` prints: why it matters, how it decides, how it is mended; plain text, blank lines between paragraphs. */
  readonly explanation: string;
  /** It takes seconds, so `content:check` runs it only where it is asked to (`--golden`), or where it is an error on this site. */
  readonly isSlow?: true;
  readonly run: (world: CheckWorld) => Iterable<Omit<Finding, 'code'>>;
}
