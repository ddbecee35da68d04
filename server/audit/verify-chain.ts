import type { Database } from '../database/open.ts';
import type { AuditHead } from './audit-log.ts';
import { expectedHash, fromStored } from './audit-row.ts';

/** What is wrong with a row of the log. */
export const chainFaults = {
  altered: 'The row is not what was written.',
  removed: 'The row is missing.',
  reordered: 'Another row stands in its place.',
  'head-differs': 'The last row is not the one that the database noted as last.',
  'noted-differs': 'The row is not the one whose hash was noted elsewhere: the log was written anew.',
} as const;
export type ChainFault = keyof typeof chainFaults;

/** What a walk over the log came to. */
export interface ChainVerdict {
  /** Rows read, up to the first fault. */
  readonly rows: number;
  /** The last row that was read. */
  readonly last: AuditHead;
  /** The first fault; null where the log is whole. */
  readonly fault: {
    readonly number: number;
    readonly what: ChainFault;
    readonly expected: string;
    readonly found: string;
  } | null;
}

/** Rows in memory at once: some 500 kB. */
const rowsAtOnce = 1_000;

/**
 * Walks all rows of the log in the order of their numbers, in one view of the database, so that a server may go on
 * writing meanwhile. Finds any row that was altered, removed or moved. `noted`: number and hash of a row as they were
 * noted outside the database; only they show that rows at the end were removed together with the head, or that the whole
 * log was written anew by somebody who knows how.
 */
export async function verifyChain(db: Database, noted: AuditHead | null = null): Promise<ChainVerdict> {
  return db.transaction().execute(async (view) => {
    let last: AuditHead = { number: 0, hash: '' };
    let above = Number.MIN_SAFE_INTEGER;
    let rows = 0;
    const fault = (number: number, what: ChainFault, expected: string, found: string): ChainVerdict => ({
      rows,
      last,
      fault: { number, what, expected, found },
    });

    for (;;) {
      const batch = await view
        .selectFrom('audit_events')
        .selectAll()
        .where('number', '>', above)
        .orderBy('number')
        .limit(rowsAtOnce)
        .execute();
      for (const stored of batch) {
        const { number } = stored;
        rows += 1;
        const due = last.number + 1;
        if (number !== due)
          return fault(due, number < due ? 'reordered' : 'removed', `row ${due}`, `row ${number}`);
        const row = fromStored(stored);
        if (row === null) return fault(number, 'altered', 'columns as they were written', 'others');
        const hash = expectedHash(row);
        if (hash !== row.hash) {
          // One column of a row that stands where it was leads back to the row before; a row that was moved does not.
          const isLinked = row.previousHash === last.hash;
          const wouldBe = expectedHash({ ...row, previousHash: last.hash }) === row.hash;
          const what = isLinked || wouldBe ? 'altered' : 'reordered';
          return fault(number, what, `the hash ${hash} by what stands there`, row.hash);
        }
        if (row.previousHash !== last.hash) {
          // Sound in itself, so it is the row before that is not what this one was written behind.
          const before = number === 1 ? 1 : number - 1;
          return fault(before, 'altered', `the hash ${row.previousHash}, by the row after it`, last.hash);
        }
        if (noted?.number === number && noted.hash !== row.hash)
          return fault(number, 'noted-differs', noted.hash, row.hash);
        last = { number, hash: row.hash };
        above = number;
      }
      if (batch.length < rowsAtOnce) break;
    }

    const head = await view.selectFrom('audit_head').select(['number', 'hash']).executeTakeFirst();
    if (head === undefined) return fault(last.number, 'head-differs', described(last), 'no head');
    if (head.number > last.number)
      return fault(
        last.number + 1,
        'removed',
        `rows up to ${head.number}, by the head`,
        `the end at ${last.number}`,
      );
    if (head.number !== last.number || head.hash !== last.hash)
      return fault(last.number, 'head-differs', described(last), described(head));
    if (noted !== null && noted.number > last.number)
      return fault(last.number + 1, 'removed', `row ${noted.number}, as noted`, `the end at ${last.number}`);
    return { rows, last, fault: null };
  });
}

function described({ number, hash }: AuditHead): string {
  return `${number}:${hash}`;
}
