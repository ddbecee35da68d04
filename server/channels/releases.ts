import type { Locale, Release } from '../answers/answer.ts';
import type { Origin } from '../audit/audit-event.ts';
import type { ReleaseDifferences } from '../impact/impact.ts';
import type { ReleaseReport } from '../snapshots/release-report.ts';

/** A release with what is told of it. */
export interface ReleaseEntry {
  readonly release: Release;
  readonly report: ReleaseReport;
}

/** When an article last became new or other for the public, in one locale. */
export interface PublicChange {
  readonly articleId: string;
  readonly locale: Locale;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}

/** What channels know of releases, and the one thing that they may do with them. */
export interface Releases {
  /** The newest first, at most `limit`; `before`: only those with lower numbers. */
  list(range: { readonly before: number | null; readonly limit: number }): Promise<readonly ReleaseEntry[]>;
  /** As `list`, of those that changed an article for somebody, or ask to be read. */
  changes(range: {
    readonly before: number | null;
    readonly limit: number;
  }): Promise<readonly ReleaseEntry[]>;
  /** Null where there is no release with this number. */
  find(number: number): Promise<ReleaseEntry | null>;
  /** Those that ask to be read, the newest first. */
  asking(): Promise<readonly Release[]>;
  /** The newest first; nothing in it but what a release showed to the public, as of the served one. */
  publicChanges(): Promise<readonly PublicChange[]>;
  /** What a release changed, word for word. Errors: database-unusable where one of the two is damaged. */
  differences(number: number): Promise<ReleaseDifferences>;
  /** Brings back an earlier release as a new one and serves it. Errors: as Concord's rollBack. */
  rollBack(
    number: number,
    as: { readonly publisher: string; readonly by: Origin; readonly changeNote: string },
  ): Promise<{ readonly status: 'published' | 'unchanged' | 'held'; readonly release: Release }>;
}
