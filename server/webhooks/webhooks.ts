import type { Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import {
  disableEndpoint,
  type Endpoint,
  endpointOf,
  endpointRows,
  existingEndpoint,
  typesOf,
} from './endpoints.ts';
import { eventTypes, testType } from './event.ts';
import { newEvent, writeEvent } from './event-log.ts';
import { checkReceiver, type ReceiverPolicy } from './receiver.ts';
import { newSecret } from './signature.ts';

/** Hours for which the secret before a new one signs too, so that receivers can be told of the new one. */
export const overlapHours = 24;

/** Endpoints in all: each is looked after once a second. */
export const mostEndpoints = 20;

/** Where a delivery stands: it is tried (again), arrived, or is tried no more. */
export const deliveryStates = ['waiting', 'delivered', 'given-up'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** What became of telling an endpoint of one event. */
export interface Delivery {
  readonly id: number;
  /** The event's id, type and time. */
  readonly event: { readonly id: string; readonly type: string; readonly at: string };
  readonly state: DeliveryState;
  /** Attempts that ended. */
  readonly attempts: number;
  /** When it is tried next; null: never. */
  readonly nextAt: string | null;
  /** When the last attempt began; null: there was none. */
  readonly triedAt: string | null;
  /** HTTP status of the last answer; null: there was none. */
  readonly status: number | null;
  /** Milliseconds of the last attempt. */
  readonly duration: number | null;
  /** An AttemptProblem, or `disabled` where the endpoint was; null: nothing is wrong. */
  readonly problem: string | null;
}

/** Deliveries by where they stand. */
export type DeliveryCounts = Readonly<Record<DeliveryState, number>>;

/** An endpoint with its secret, which is shown once. */
export interface NewEndpoint {
  readonly endpoint: Endpoint;
  /** `whsec_` and base64. */
  readonly secret: string;
}

/** What admins do with webhooks. Everything is audited. */
export interface Webhooks {
  /** All endpoints in the order in which they were made, with how their deliveries stand. */
  list(): Promise<readonly { readonly endpoint: Endpoint; readonly counts: DeliveryCounts }[]>;
  /** Null where there is none. */
  find(id: number): Promise<{ readonly endpoint: Endpoint; readonly counts: DeliveryCounts } | null>;
  /** Errors: invalid-request (`url`, `types`) for a bad address, no or unknown types, or too many endpoints. */
  add(wish: { readonly url: string; readonly types: readonly string[] }, by: Origin): Promise<NewEndpoint>;
  /** Says anew of which events an endpoint is told. Errors: not-found, invalid-request (`types`). */
  change(id: number, types: readonly string[], by: Origin): Promise<void>;
  /** A new secret; the one before signs too for 24 hours. Errors: not-found. */
  rotate(id: number, by: Origin): Promise<NewEndpoint>;
  /** Errors: not-found. Nothing where it is disabled already. */
  disable(id: number, by: Origin): Promise<void>;
  /** Errors: not-found. Nothing where it is told already. */
  enable(id: number, by: Origin): Promise<void>;
  /** Deletes an endpoint with its deliveries. Errors: not-found. */
  remove(id: number, by: Origin): Promise<void>;
  /** Sends an event of the type `webhook.test`. Errors: not-found, changed-meanwhile where it is disabled. */
  test(id: number, by: Origin): Promise<void>;
  /** The newest first, at most `limit`; `before`: only those with lower ids; `state`: only those. */
  deliveries(
    id: number,
    range: { readonly state: DeliveryState | null; readonly before: number | null; readonly limit: number },
  ): Promise<readonly Delivery[]>;
  /**
   * Sends again: one delivery that is not waiting, or all that were given up and whose event is not older than an instant
   * (null: all). Gives how many. Errors: not-found, changed-meanwhile where the endpoint is disabled.
   */
  replay(
    id: number,
    what: { readonly delivery: number } | { readonly since: string | null },
    by: Origin,
  ): Promise<number>;
}

const hourMs = 3_600_000;

/** The webhooks of a database. */
export function createWebhooks(
  db: Database,
  deps: {
    readonly audit: Pick<AuditLog, 'append'>;
    readonly policy: ReceiverPolicy;
    readonly now: () => Date;
  },
): Webhooks {
  const { audit, policy, now } = deps;

  /** Does something to an endpoint and writes it down. Errors: not-found. */
  const doing = <T>(
    id: number,
    by: Origin,
    act: (
      endpoint: Endpoint,
      within: Database,
    ) => Promise<{ readonly given: T; readonly event: Said | null }>,
  ): Promise<T> =>
    db.transaction().execute(async (within) => {
      const endpoint = await existingEndpoint(id, within);
      const { given, event } = await act(endpoint, within);
      if (event !== null)
        await audit.append({ by, subject: endpoint.url.host, before: null, ...event }, within);
      return given;
    });

  const countsOf = async (ids: readonly number[]): Promise<ReadonlyMap<number, DeliveryCounts>> => {
    const rows = await db
      .selectFrom('webhook_deliveries')
      .select(['endpoint', 'state'])
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('endpoint', 'in', ids)
      .groupBy(['endpoint', 'state'])
      .execute();
    const count = (id: number, state: DeliveryState): number =>
      rows.find((row) => row.endpoint === id && row.state === state)?.count ?? 0;
    return new Map(
      ids.map((id) => [
        id,
        {
          waiting: count(id, 'waiting'),
          delivered: count(id, 'delivered'),
          'given-up': count(id, 'given-up'),
        },
      ]),
    );
  };
  const withCounts = async (endpoints: readonly Endpoint[]) => {
    const counts = await countsOf(endpoints.map(({ id }) => id));
    return endpoints.map((endpoint) => ({ endpoint, counts: counts.get(endpoint.id) ?? noCounts }));
  };

  return Object.freeze({
    async list() {
      return withCounts((await endpointRows(db).orderBy('id').execute()).map(endpointOf));
    },
    async find(id: number) {
      const row = await endpointRows(db).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : ((await withCounts([endpointOf(row)]))[0] ?? null);
    },
    add(wish: { readonly url: string; readonly types: readonly string[] }, by: Origin) {
      const url = checkReceiver(wish.url, policy);
      const types = checkTypes(wish.types);
      const secret = newSecret();
      return db.transaction().execute(async (within) => {
        const { count } = await within
          .selectFrom('webhook_endpoints')
          .select((row) => row.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        if (count >= mostEndpoints)
          throw invalid('url', 'These are too many endpoints.', `at most ${mostEndpoints}`, String(count));
        const { id } = await within
          .insertInto('webhook_endpoints')
          .values({
            url: url.href,
            types: JSON.stringify(types),
            secret,
            made_at: now().toISOString(),
            made_by: by.actor.name,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        await audit.append(
          {
            action: 'webhook.added',
            by,
            subject: url.host,
            before: null,
            // The path may hold what opens the receiver.
            after: { endpoint: id, origin: url.origin, types },
          },
          within,
        );
        return { endpoint: await existingEndpoint(id, within), secret };
      });
    },
    change: (id: number, wanted: readonly string[], by: Origin) =>
      doing(id, by, async (endpoint, within) => {
        const types = checkTypes(wanted);
        if (types.join() === endpoint.types.join()) return { given: undefined, event: null };
        await within
          .updateTable('webhook_endpoints')
          .set({ types: JSON.stringify(types) })
          .where('id', '=', id)
          .execute();
        const before = { endpoint: id, types: endpoint.types };
        return {
          given: undefined,
          event: { action: 'webhook.changed', before, after: { endpoint: id, types } },
        };
      }),
    rotate: (id: number, by: Origin) =>
      doing(id, by, async (_, within) => {
        const secret = newSecret();
        const until = new Date(now().getTime() + overlapHours * hourMs).toISOString();
        await within
          .updateTable('webhook_endpoints')
          .set((row) => ({ former_secret: row.ref('secret'), former_until: until, secret }))
          .where('id', '=', id)
          .execute();
        return {
          given: { endpoint: await existingEndpoint(id, within), secret },
          event: { action: 'webhook.rotated', after: { endpoint: id, formerUntil: until } },
        };
      }),
    disable: (id: number, by: Origin) =>
      doing(id, by, async (_, within) => {
        const why = { at: now().toISOString(), because: 'person', by } as const;
        await disableEndpoint(id, why, { audit, within });
        return { given: undefined, event: null };
      }),
    enable: (id: number, by: Origin) =>
      doing(id, by, async ({ disabled }, within) => {
        if (disabled === null) return { given: undefined, event: null };
        await within
          .updateTable('webhook_endpoints')
          .set({ disabled_at: null, disabled_because: null, failing_since: null })
          .where('id', '=', id)
          .execute();
        return { given: undefined, event: { action: 'webhook.enabled', after: { endpoint: id } } };
      }),
    remove: (id: number, by: Origin) =>
      doing(id, by, async ({ url, types }, within) => {
        await within.deleteFrom('webhook_endpoints').where('id', '=', id).execute();
        await within
          .deleteFrom('events')
          .where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom('webhook_deliveries')
                  .select('webhook_deliveries.id')
                  .whereRef('webhook_deliveries.event', '=', 'events.id'),
              ),
            ),
          )
          .execute();
        const before = { endpoint: id, origin: url.origin, types };
        return { given: undefined, event: { action: 'webhook.deleted', before, after: null } };
      }),
    test: (id: number, by: Origin) =>
      doing(id, by, async (endpoint, within) => {
        checkTold(endpoint);
        await writeEvent(newEvent(testType, { endpoint: id }, now()), [id], within);
        return { given: undefined, event: { action: 'webhook.tested', after: { endpoint: id } } };
      }),
    async deliveries(id, { state, before, limit }) {
      const rows = await db
        .selectFrom('webhook_deliveries')
        .innerJoin('events', 'events.id', 'webhook_deliveries.event')
        .selectAll('webhook_deliveries')
        .select(['events.type', 'events.at'])
        .where('endpoint', '=', id)
        .$if(state !== null, (all) => all.where('state', '=', state ?? ''))
        .$if(before !== null, (all) => all.where('webhook_deliveries.id', '<', before ?? 0))
        .orderBy('webhook_deliveries.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        event: { id: row.event, type: row.type, at: row.at },
        state: deliveryStates.find((one) => one === row.state) ?? 'waiting',
        attempts: row.attempts,
        nextAt: row.state === 'waiting' ? row.due_at : null,
        triedAt: row.tried_at,
        status: row.status,
        duration: row.duration,
        problem: row.problem,
      }));
    },
    replay: (id, what, by) =>
      doing(id, by, async (endpoint, within) => {
        checkTold(endpoint);
        const all = within
          .updateTable('webhook_deliveries')
          .set({ state: 'waiting', attempts: 0, due_at: now().toISOString() })
          .where('endpoint', '=', id);
        const { numUpdatedRows } = await ('delivery' in what
          ? all.where('id', '=', what.delivery).where('state', '!=', 'waiting')
          : all.where('state', '=', 'given-up').$if(what.since !== null, (rows) =>
              rows.where(
                'event',
                'in',
                within
                  .selectFrom('events')
                  .select('id')
                  .where('at', '>=', what.since ?? ''),
              ),
            )
        ).executeTakeFirstOrThrow();
        const count = Number(numUpdatedRows);
        const after = { endpoint: id, deliveries: count };
        return { given: count, event: count === 0 ? null : { action: 'webhook.replayed', after } };
      }),
  } satisfies Webhooks);
}

type Said = Pick<Parameters<AuditLog['append']>[0], 'action' | 'after'> &
  Partial<Pick<Parameters<AuditLog['append']>[0], 'before'>>;

const noCounts: DeliveryCounts = { waiting: 0, delivered: 0, 'given-up': 0 };

/** Errors: changed-meanwhile. */
function checkTold({ disabled }: Endpoint): void {
  if (disabled === null) return;
  throw new AppError('changed-meanwhile', {
    message: 'This endpoint is disabled.',
    expected: 'one that is told of events',
    found: `disabled at ${disabled.at}`,
  });
}

/** Errors: invalid-request (`types`). */
function checkTypes(wanted: readonly string[]): ReturnType<typeof typesOf> {
  const types = typesOf(wanted);
  const unknown = wanted.find((name) => !types.some((type) => type === name));
  if (types.length === 0 || unknown !== undefined)
    throw invalid(
      'types',
      'An endpoint is told of some events.',
      `at least one of ${Object.keys(eventTypes).join(', ')}`,
      unknown ?? 'none',
    );
  return types;
}

function invalid(field: string, message: string, expected: string, found: string): AppError {
  return new AppError('invalid-request', { field, message, expected, found });
}
