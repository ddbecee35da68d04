import { calendarOf } from '../../server/answers/calendar.ts';
import { verifyRetrieval } from '../../server/answers/verify-retrieval.ts';
import type { Content } from '../../server/articles/article.ts';
import { readContentDirectory } from '../../server/articles/read-content.ts';
import { allChecks } from '../../server/checks/checks.ts';
import type { CheckWorld, Finding, Severity } from '../../server/checks/finding.ts';
import { linesOf } from '../../server/checks/lines-of.ts';
import { type CheckResult, runChecks } from '../../server/checks/run-checks.ts';
import { openForReading } from '../../server/database/open.ts';
import type { AppError } from '../../server/errors.ts';
import { readEarlierSources } from '../../server/snapshots/earlier-sources.ts';
import { buildSnapshot } from '../../server/snapshots/publish.ts';
import { createReleaseStore } from '../../server/snapshots/release-store.ts';
import type { Snapshot } from '../../server/snapshots/snapshot.ts';

/** An error of the content or a finding of a check, in one form. */
export interface Problem {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  /** Relative to the content directory; `.` where it belongs to no file. */
  readonly file: string;
  /** From 1; null where it is about a whole file. */
  readonly line: number | null;
  /** UTF-16 units from 1, `endColumn` behind the last; null where it is about a whole line. */
  readonly column: number | null;
  readonly endColumn: number | null;
  /** The source line; empty where there is none. */
  readonly excerpt: string;
  readonly expected: string | null;
  readonly found: string | null;
  readonly hint: string | null;
  readonly other: Finding['other'];
  readonly because: readonly string[];
}

/** What is said of a content directory. */
export interface CheckedDirectory {
  readonly directory: string;
  /** The day on which it was read; null where its time zone could not be. */
  readonly today: string | null;
  readonly files: number;
  /** Whether every file could be read; checks are not run on a part of the content. */
  readonly isWhole: boolean;
  /** What the content itself, whatever checks there are, is refused for; by file and line. */
  readonly errors: readonly Problem[];
  /** By file, line, column and code. */
  readonly findings: readonly Problem[];
  readonly accepted: readonly (Problem & { readonly why: string })[];
  /** Null where the content has errors. */
  readonly snapshot: Snapshot | null;
}

/** How many problems weigh how much. */
export type Counts = Readonly<Record<Severity | 'accepted', number>>;

/**
 * Reads, compiles and checks a content directory. `today`: a date, or the clock that is asked in the site's time zone.
 * `dataDir`: where a database with earlier releases may be, which tells what translations were made from; null: not asked.
 * `only` quick: without the checks that take seconds.
 */
export async function checkDirectory(
  directory: string,
  today: string | Date,
  dataDir: string | null = null,
  only: 'quick' | 'everything' = 'everything',
): Promise<CheckedDirectory> {
  const { files, errors: unread } = await readContentDirectory(directory);
  const refused = unread.flatMap(({ place }) => (place ? [place.file] : []));
  const { content, snapshot, errors } = buildSnapshot(files, () => [], refused);
  const lost = snapshot ? verifyRetrieval(snapshot) : [];
  const day =
    typeof today === 'string' ? today : (content && calendarOf(content.site.timeZone)(today)) || null;
  // What refers to a refused file, or from it, would be told of wrongly: "no text refers to this fact".
  const isWhole =
    unread.length === 0 &&
    content?.articles.length === files.filter(({ path }) => path.endsWith('.md')).length;
  const checked: CheckResult =
    content && isWhole && day !== null
      ? runChecks(
          {
            content,
            snapshot,
            files,
            today: day,
            ...(dataDir === null ? {} : { sourceOf: await earlierSources(dataDir, content) }),
          },
          allChecks,
          only,
        )
      : { findings: [], accepted: [], errors: [] };
  const lines = linesOf(files);
  const asProblem = (error: AppError): Problem => problemOf(error, lines);
  return {
    directory,
    today: day,
    files: files.length,
    isWhole,
    errors: [...unread, ...errors, ...lost, ...checked.errors].map(asProblem).sort(byPlace),
    findings: checked.findings.map(({ place, ...finding }) => ({ ...finding, ...place })),
    accepted: checked.accepted.map(({ place, ...finding }) => ({ ...finding, ...place })),
    snapshot: snapshot && lost.length === 0 ? snapshot : null,
  };
}

/** Counts what is said, errors of the content among the errors. */
export function countProblems({ errors, findings, accepted }: CheckedDirectory): Counts {
  const of = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return {
    error: errors.length + of('error'),
    warning: of('warning'),
    note: of('note'),
    accepted: accepted.length,
  };
}

function problemOf(error: AppError, lines: (file: string) => readonly string[]): Problem {
  const { code, message, place, expected = null, found = null, hint = null } = error;
  const file = place?.file ?? '.';
  const line = place?.line ?? null;
  const excerpt = line === null ? '' : (lines(file)[line - 1] ?? '');
  // Errors of the content know their line; what they found is marked where it stands there.
  const at = found === null || found === '' ? -1 : excerpt.indexOf(found);
  const column = place?.column ?? (at < 0 ? null : at + 1);
  const endColumn = column === null ? null : at < 0 ? column + 1 : column + (found ?? '').length;
  return {
    severity: 'error',
    code,
    message,
    file,
    line,
    column,
    endColumn,
    excerpt,
    expected,
    found,
    hint,
    other: null,
    because: [],
  };
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0);
}

/** What translations were made from, where a database has it; a database that cannot be read has nothing. */
async function earlierSources(dataDir: string, content: Content): Promise<CheckWorld['sourceOf']> {
  const db = openForReading(dataDir);
  if (!db) return () => null;
  try {
    return await readEarlierSources(createReleaseStore(db), content);
  } catch {
    // Tables of another version: the check says what it can without them.
    return () => null;
  } finally {
    await db.destroy();
  }
}
