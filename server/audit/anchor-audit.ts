import type { AuditHead, AuditLog } from './audit-log.ts';

/** A row of the audit log as a line of the server's log tells of it: enough to hold the log against it, and nothing else. */
export interface Anchor extends AuditHead {
  /** Null: what was last when the server started. */
  readonly action: string | null;
}

/** How often it is looked for new rows, ms: by then a row is committed, whoever wrote it, and in the log lines too. */
const everyMs = 1_000;

const rowsAtOnce = 500;

/**
 * Tells of the last row at once and then of every further one, also of those that the publication's thread, commands and
 * other servers write, within a second of their commit, until the returned function is called. A row that was undone is
 * never told of.
 */
export function anchorAudit(
  audit: Pick<AuditLog, 'head' | 'anchors'>,
  heard: { readonly told: (anchor: Anchor) => void; readonly failed: (error: unknown) => void },
): () => Promise<void> {
  let last: number | null = null;
  const look = async (): Promise<void> => {
    if (last === null) {
      const head = await audit.head();
      last = head.number;
      heard.told({ ...head, action: null });
    }
    for (;;) {
      const rows = await audit.anchors({ after: last, limit: rowsAtOnce });
      for (const row of rows) {
        heard.told(row);
        last = row.number;
      }
      if (rows.length < rowsAtOnce) return;
    }
  };
  let looking: Promise<void> = Promise.resolve();
  const lookAgain = (): Promise<void> => {
    looking = looking.then(look).catch(heard.failed);
    return looking;
  };
  void lookAgain();
  const timer = setInterval(lookAgain, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await lookAgain();
  };
}
