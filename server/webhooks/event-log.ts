import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database/open.ts';
import type { Event, EventData, EventType } from './event.ts';

/** Where everything that others may subscribe to is written down as it happens. */
export interface EventLog {
  /**
   * Writes an event down for every endpoint that subscribed to its type; where none did, nothing is kept. `within`: the
   * transaction of what happened, so that neither stands without the other; default: one of its own. Nothing is sent here.
   */
  add(type: EventType, data: EventData, within?: Database): Promise<Event>;
  /** The same for all of a batch, which looks once who subscribed. */
  addAll(type: EventType, all: readonly EventData[], within: Database): Promise<void>;
}

/** The events of a database, in `events`, with what is to be delivered of them, in `webhook_deliveries`. */
export function createEventLog(db: Database, deps: { readonly now: () => Date }): EventLog {
  const add = async (type: EventType, data: EventData, within: Database): Promise<Event> => {
    const event = newEvent(type, data, deps.now());
    await writeEvent(event, await subscribersOf(type, within), within);
    return event;
  };
  return Object.freeze({
    add: (type: EventType, data: EventData, within?: Database) =>
      within === undefined
        ? db.transaction().execute((own) => add(type, data, own))
        : add(type, data, within),
    async addAll(type: EventType, all: readonly EventData[], within: Database) {
      if (all.length === 0) return;
      const endpoints = await subscribersOf(type, within);
      for (const data of all) await writeEvent(newEvent(type, data, deps.now()), endpoints, within);
    },
  });
}

/** An event that happens now, with an id of its own. */
export function newEvent(type: Event['type'], data: EventData, now: Date): Event {
  return { id: `msg_${randomBytes(13).toString('hex')}`, type, at: now.toISOString(), data };
}

/** Stores an event with a delivery to each endpoint, due at once; nothing where there is no endpoint. */
export async function writeEvent(
  event: Event,
  endpoints: readonly number[],
  within: Database,
): Promise<void> {
  if (endpoints.length === 0) return;
  await within
    .insertInto('events')
    .values({ ...event, data: JSON.stringify(event.data) })
    .execute();
  await within
    .insertInto('webhook_deliveries')
    .values(endpoints.map((endpoint) => ({ event: event.id, endpoint, state: 'waiting', due_at: event.at })))
    .execute();
}

/** Ids of the endpoints that are to be told of events of a type. */
export async function subscribersOf(type: EventType, db: Database): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('disabled_at', 'is', null)
    .where(sql<boolean>`exists (select 1 from json_each(types) where value = ${type})`)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
