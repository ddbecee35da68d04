import { sql } from 'kysely';
import type { Database } from '../database/open.ts';
import { hashOf } from '../snapshots/canonical-json.ts';
import type { AuditEvent, AuditRow } from './audit-event.ts';

export interface AuditLog {
  /**
   * Writes an event down behind the last one. `within`: the transaction of what is done, so that neither stands without
   * the other; default: one of its own.
   */
  append(event: AuditEvent, within?: Database): Promise<AuditRow>;
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
    const unsigned = {
      ...event,
      number: head.number,
      at: deps.now().toISOString(),
      previousHash: head.hash,
    };
    const row: AuditRow = Object.freeze({ ...unsigned, hash: hashOf(unsigned) });
    await within
      .insertInto('audit_events')
      .values({
        number: row.number,
        at: row.at,
        action: row.action,
        actor_kind: row.by.actor.kind,
        actor: row.by.actor.name,
        subject: row.subject,
        address: row.by.address,
        request_id: row.by.requestId,
        before: row.before === null ? null : JSON.stringify(row.before),
        after: row.after === null ? null : JSON.stringify(row.after),
        previous_hash: row.previousHash,
        hash: row.hash,
      })
      .execute();
    await within.updateTable('audit_head').set({ hash: row.hash }).execute();
    return row;
  };
  return Object.freeze({
    append: (event: AuditEvent, within?: Database) =>
      within === undefined ? db.transaction().execute((own) => append(event, own)) : append(event, within),
  });
}
