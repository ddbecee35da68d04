import { z } from 'zod';
import { byServer } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import { type EventType, eventTypes } from './event.ts';

/** Why an endpoint is told nothing: a person said so, it answered that it is gone (410), or it failed for days. */
export const disabledReasons = ['person', 'gone', 'failing'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** Somebody who is told of events, without the secret. */
export interface Endpoint {
  readonly id: number;
  readonly url: URL;
  /** In the order of eventTypes. */
  readonly types: readonly EventType[];
  /** ISO 8601, UTC, as all times here. */
  readonly madeAt: string;
  /** The person. */
  readonly madeBy: string;
  /** Since when no attempt went well; null: the last one did, or there was none. */
  readonly failingSince: string | null;
  /** Until when the secret before this one signs too; null: there is none. */
  readonly formerUntil: string | null;
  /** Null: it is told. */
  readonly disabled: { readonly at: string; readonly because: DisabledReason } | null;
}

const storedTypes = z.array(z.string());

/** The rows of endpoints, without their secrets. */
export function endpointRows(db: Database) {
  return db
    .selectFrom('webhook_endpoints')
    .select(['id', 'url', 'types', 'made_at', 'made_by', 'failing_since'])
    .select(['former_until', 'disabled_at', 'disabled_because']);
}

/** A row of `endpointRows` as an endpoint. */
export function endpointOf(
  row: Awaited<ReturnType<ReturnType<typeof endpointRows>['executeTakeFirstOrThrow']>>,
): Endpoint {
  const because = disabledReasons.find((one) => one === row.disabled_because);
  return Object.freeze({
    id: row.id,
    url: new URL(row.url),
    types: typesOf(storedTypes.parse(JSON.parse(row.types))),
    madeAt: row.made_at,
    madeBy: row.made_by,
    failingSince: row.failing_since,
    formerUntil: row.former_until,
    disabled: row.disabled_at === null ? null : { at: row.disabled_at, because: because ?? 'person' },
  });
}

/** The known types among some names, in the order of eventTypes. */
export function typesOf(names: readonly string[]): readonly EventType[] {
  return (Object.keys(eventTypes) as EventType[]).filter((type) => names.includes(type));
}

/** An endpoint. Errors: not-found. */
export async function existingEndpoint(id: number, db: Database): Promise<Endpoint> {
  const row = await endpointRows(db).where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return endpointOf(row);
  throw new AppError('not-found', { message: 'There is no such endpoint for webhooks.', found: String(id) });
}

/**
 * Stops telling an endpoint, and gives up what waits for it, by whom and why. `within`: the transaction of what made it so.
 */
export async function disableEndpoint(
  id: number,
  why: {
    readonly at: string;
    readonly because: DisabledReason;
    readonly by?: Parameters<AuditLog['append']>[0]['by'];
  },
  { audit, within }: { readonly audit: Pick<AuditLog, 'append'>; readonly within: Database },
): Promise<void> {
  const { at, because, by = byServer } = why;
  const { numUpdatedRows } = await within
    .updateTable('webhook_endpoints')
    .set({ disabled_at: at, disabled_because: because })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return;
  const waiting = await within
    .updateTable('webhook_deliveries')
    .set({ state: 'given-up', problem: 'disabled' })
    .where('endpoint', '=', id)
    .where('state', '=', 'waiting')
    .returning('event')
    .execute();
  await forgetReplyTo(
    waiting.map(({ event }) => event),
    within,
  );
  const { url } = await existingEndpoint(id, within);
  const after = { endpoint: id, because, givenUp: waiting.length };
  await audit.append({ action: 'webhook.disabled', by, subject: url.host, before: null, after }, within);
}

/** Events looked at in one statement: far below SQLite's limit on parameters. */
const eventsAtOnce = 500;

/** How a customer can be reached is kept only as long as somebody is to be told: takes it out of events that none waits for. */
export async function forgetReplyTo(events: readonly string[], within: Database): Promise<void> {
  for (let at = 0; at < events.length; at += eventsAtOnce)
    await within
      .updateTable('events')
      .set({ data: (row) => row.fn<string>('json_remove', ['data', row.val('$.replyTo')]) })
      .where('id', 'in', events.slice(at, at + eventsAtOnce))
      .where('type', '=', 'handover.requested')
      .where((row) =>
        row.not(
          row.exists(
            row
              .selectFrom('webhook_deliveries')
              .select('webhook_deliveries.id')
              .whereRef('webhook_deliveries.event', '=', 'events.id')
              .where('webhook_deliveries.state', '=', 'waiting'),
          ),
        ),
      )
      .execute();
}
