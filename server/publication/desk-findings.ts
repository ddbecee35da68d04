import { parseContent } from '../articles/parse-content.ts';
import { allChecks } from '../checks/checks.ts';
import type { Severity } from '../checks/finding.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';

/** What a check says of a file of the newest release, for the desk of whoever owns it. */
export interface DeskFinding {
  /** Of the check. */
  readonly code: string;
  readonly severity: Severity;
  /** Below the content directory. */
  readonly file: string;
  readonly line: number;
  /** One sentence that names both sides. */
  readonly message: string;
}

/**
 * What the checks say of the newest release on a day, but notes: contradictions between articles, facts and languages, and what
 * else weighs; by file and line. Empty before the first release. Reads only.
 */
export async function findDeskFindings(
  store: Pick<ReleaseStore, 'newest' | 'filesOf' | 'load'>,
  today: string,
): Promise<readonly DeskFinding[]> {
  const release = await store.newest();
  if (release === null) return [];
  const [files, snapshot] = [await store.filesOf(release), await store.load(release)];
  const { content } = parseContent(files);
  if (content === null) return [];
  return runChecks({ content, snapshot, files, today }, allChecks)
    .findings.filter(({ severity }) => severity !== 'note')
    .map(({ code, severity, place, message }) => ({
      ...{ code, severity, message },
      ...{ file: place.file, line: place.line },
    }));
}

/** What is known of the findings: still being looked for, or found. */
export type FindingsLook =
  | { readonly kind: 'looking' }
  | { readonly kind: 'found'; readonly findings: readonly DeskFinding[] };

/**
 * Has the newest release looked at once a release and day, in the background: whoever asks first is told that it is under way.
 * A failure is told to `failed`, and the next who asks begins anew.
 */
export function createFindingsDesk(deps: {
  readonly find: (today: string) => Promise<readonly DeskFinding[]>;
  readonly failed: (error: unknown) => void;
}): { readonly look: (at: { readonly release: number; readonly today: string }) => FindingsLook } {
  let made: { readonly key: string; readonly findings: readonly DeskFinding[] } | null = null;
  let running: string | null = null;
  return {
    look({ release, today }) {
      const key = `${release} ${today}`;
      if (made?.key === key) return { kind: 'found', findings: made.findings };
      if (running !== key) {
        running = key;
        deps
          .find(today)
          .then((findings) => {
            made = { key, findings };
          })
          .catch(deps.failed)
          .finally(() => {
            if (running === key) running = null;
          });
      }
      return { kind: 'looking' };
    },
  };
}
