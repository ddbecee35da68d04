import { randomBytes } from 'node:crypto';
import type { Database } from '../database/open.ts';
import type { Event, EventData, EventType } from './event.ts';

/** Where everything that others may subscribe to is written down as it happens. */
export interface EventLog {
  /**
   * Writes an event down. `within`: the transaction of what happened, so that neither stands without the other; default:
   * one of its own. Nothing is sent here.
   */
  add(type: EventType, data: EventData, within?: Database): Promise<Event>;
}

/** The events of a database, in `events`. */
export function createEventLog(db: Database, deps: { readonly now: () => Date }): EventLog {
  return Object.freeze({
    async add(type: EventType, data: EventData, within: Database = db) {
      const event = {
        id: `msg_${randomBytes(13).toString('hex')}`,
        type,
        at: deps.now().toISOString(),
        data,
      };
      await within
        .insertInto('events')
        .values({ ...event, data: JSON.stringify(data) })
        .execute();
      return event;
    },
  });
}
