import { type SelectQueryBuilder, sql } from 'kysely';
import type { Database } from '../database/open.ts';
import type { DatabaseSchema } from '../database/schema.ts';
import { AppError } from '../errors.ts';
import type { AuditAction, AuditEvent, AuditRow } from './audit-event.ts';
import { fromStored, signedRow, toStored } from './audit-row.ts';

/** Which rows are wanted; what is not said does not matter. */
export interface AuditFilter {
  readonly actions?: readonly AuditAction[];
  /** Exactly this name of whoever did it, or of the person to whom it was done. */
  readonly person?: string;
  /** Exactly this name of what it was done to. */
  readonly subject?: string;
  /** Instants, ISO 8601 in UTC: from the first on, before the second. */
  readonly from?: string;
  readonly to?: string;
}

/** Number and hash of a row. */
export interface AuditHead {
  /** 0 where there is no row yet. */
  readonly number: number;
  /** In hex; empty where there is no row yet. */
  readonly hash: string;
}

export interface AuditLog {
  /**
   * Writes an event down behind the last one. `within`: the transaction of what is done, so that neither stands without
   * the other; default: one of its own.
   */
  append(event: AuditEvent, within?: Database): Promise<AuditRow>;
  /** The newest first, at most `limit`; `before`: only those with lower numbers. Errors: database-unusable. */
  list(
    filter: AuditFilter,
    range: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  /** As `list`, the oldest first, at most `limit`; `after`: only those with higher numbers. Errors: as above. */
  following(
    filter: AuditFilter,
    range: { readonly after: number; readonly limit: number },
  ): Promise<readonly AuditRow[]>;
  /** Number, action and hash of the rows after `after`, the oldest first, at most `limit`, as they stand. */
  anchors(range: {
    readonly after: number;
    readonly limit: number;
  }): Promise<readonly (AuditHead & { readonly action: string })[]>;
  /** The last row. */
  head(): Promise<AuditHead>;
}

/** The log of who did what, as stored in `audit_events`: append-only, and each row holds the hash of the one before. */
export function createAuditLog(db: Database, deps: { readonly now: () => Date }): AuditLog {
  const append = async (event: AuditEvent, within: Database): Promise<AuditRow> => {
    // Written first, so that this transaction holds the only right to write while it reads what is last.
    const head = await within
      .updateTable('audit_head')
      .set({ number: sql<number>`number + 1` })
      .returning(['number', 'hash'])
      .executeTakeFirstOrThrow();
    const at = deps.now().toISOString();
    const row = signedRow(event, { number: head.number, at, previousHash: head.hash });
    await within.insertInto('audit_events').values(toStored(row)).execute();
    await within.updateTable('audit_head').set({ hash: row.hash }).execute();
    return row;
  };
  return Object.freeze({
    append: (event: AuditEvent, within?: Database) =>
      within === undefined ? db.transaction().execute((own) => append(event, own)) : append(event, within),
    list: async (
      filter: AuditFilter,
      { before, limit }: { readonly before: number | null; readonly limit: number },
    ) => {
      const chosen = filtered(db.selectFrom('audit_events').selectAll(), filter);
      const below = before === null ? chosen : chosen.where('number', '<', before);
      return (await below.orderBy('number', 'desc').limit(limit).execute()).map(readable);
    },
    following: async (
      filter: AuditFilter,
      { after, limit }: { readonly after: number; readonly limit: number },
    ) => {
      const chosen = filtered(db.selectFrom('audit_events').selectAll(), filter).where('number', '>', after);
      return (await chosen.orderBy('number').limit(limit).execute()).map(readable);
    },
    anchors: ({ after, limit }: { readonly after: number; readonly limit: number }) =>
      db
        .selectFrom('audit_events')
        .select(['number', 'action', 'hash'])
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute(),
    head: () => db.selectFrom('audit_head').select(['number', 'hash']).executeTakeFirstOrThrow(),
  });
}

function filtered<Row>(
  query: SelectQueryBuilder<DatabaseSchema, 'audit_events', Row>,
  { actions, person, subject, from, to }: AuditFilter,
): SelectQueryBuilder<DatabaseSchema, 'audit_events', Row> {
  let chosen = query;
  if (actions !== undefined) chosen = chosen.where('action', 'in', actions);
  if (person !== undefined)
    chosen = chosen.where((row) =>
      row.or([
        row('actor', '=', person),
        row.and([row('subject', '=', person), row('action', 'like', 'person.%')]),
      ]),
    );
  if (subject !== undefined) chosen = chosen.where('subject', '=', subject);
  if (from !== undefined) chosen = chosen.where('at', '>=', from);
  if (to !== undefined) chosen = chosen.where('at', '<', to);
  return chosen;
}

function readable(stored: { readonly number: number }): AuditRow {
  const row = fromStored(stored);
  if (row !== null) return row;
  throw new AppError('database-unusable', {
    message: 'A row of the audit log was altered, so that it cannot be read.',
    expected: 'a row as it was written',
    found: `row ${stored.number}`,
    hint: 'npm run audit:verify tells more.',
  });
}
