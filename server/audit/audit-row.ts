import { z } from 'zod';
import { canonicalJson, hashOf } from '../snapshots/canonical-json.ts';
import type { Actor, AuditAction, AuditDetail, AuditEvent, AuditRow } from './audit-event.ts';

const detail = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

/** A row as a reader of the database gets it: columns of another type than they were written are told, not converted. */
const storedSchema = z.strictObject({
  number: z.int(),
  at: z.string(),
  action: z.string(),
  actor_kind: z.string(),
  actor: z.string(),
  subject: z.string().nullable(),
  address: z.string().nullable(),
  request_id: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  previous_hash: z.string(),
  hash: z.string(),
});

/** A row of `audit_events`. */
export type StoredRow = z.infer<typeof storedSchema>;

/** The row of an event behind the row with `previousHash`. What no database can hold (half a character) is replaced. */
export function signedRow(
  event: AuditEvent,
  place: { readonly number: number; readonly at: string; readonly previousHash: string },
): AuditRow {
  const { actor, address, requestId } = event.by;
  const unsigned = {
    number: place.number,
    at: place.at,
    action: event.action,
    by: {
      actor: { kind: actor.kind, name: actor.name.toWellFormed() },
      address: address?.toWellFormed() ?? null,
      requestId: requestId?.toWellFormed() ?? null,
    },
    subject: event.subject?.toWellFormed() ?? null,
    before: event.before,
    after: event.after,
    previousHash: place.previousHash,
  };
  return Object.freeze({ ...unsigned, hash: hashOf(unsigned) });
}

/** The hash that a row must have: SHA-256, in hex, of the canonical JSON of all else in it. */
export function expectedHash({ hash: _, ...unsigned }: AuditRow): string {
  return hashOf(unsigned);
}

/** A row as it is exported: one line of canonical JSON, without its end. */
export function auditLine(row: AuditRow): string {
  return canonicalJson(row);
}

/** What a row is stored as. */
export function toStored(row: AuditRow): StoredRow {
  return {
    number: row.number,
    at: row.at,
    action: row.action,
    actor_kind: row.by.actor.kind,
    actor: row.by.actor.name,
    subject: row.subject,
    address: row.by.address,
    request_id: row.by.requestId,
    before: row.before === null ? null : canonicalJson(row.before),
    after: row.after === null ? null : canonicalJson(row.after),
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}

/**
 * The row that is stored so; null where no row is ever stored so (another type, JSON that is none or that is written in
 * another way than `toStored` writes it), which only a hand at the database can have done.
 */
export function fromStored(stored: unknown): AuditRow | null {
  const parsed = storedSchema.safeParse(stored);
  if (!parsed.success) return null;
  const row = parsed.data;
  const before = readDetail(row.before);
  const after = readDetail(row.after);
  if (before === undefined || after === undefined) return null;
  return Object.freeze({
    number: row.number,
    at: row.at,
    // Of another version: the name of an action or of a kind that this one does not know is shown as it is.
    action: row.action as AuditAction,
    by: {
      actor: { kind: row.actor_kind as Actor['kind'], name: row.actor },
      address: row.address,
      requestId: row.request_id,
    },
    subject: row.subject,
    before,
    after,
    previousHash: row.previous_hash,
    hash: row.hash,
  });
}

/** Undefined where it is none. */
function readDetail(text: string | null): AuditDetail | null | undefined {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    const parsed = detail.safeParse(value);
    return parsed.success && canonicalJson(value) === text ? (value as AuditDetail) : undefined;
  } catch {
    return undefined;
  }
}
