import type { Database } from '../../server/database/open.ts';
import { eventTypes } from '../../server/webhooks/event.ts';

/** Subscribes an endpoint, which nobody ever reaches, to every type of event: else no event is kept. Gives its id. */
export async function subscribe(db: Database): Promise<number> {
  const { id } = await db
    .insertInto('webhook_endpoints')
    .values({
      url: 'https://receiver.invalid/',
      types: JSON.stringify(Object.keys(eventTypes)),
      secret: `whsec_${Buffer.alloc(32).toString('base64')}`,
      made_at: '2026-11-22T12:00:00.000Z',
      made_by: 'a test',
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The events that were kept, the oldest first. */
export async function keptEvents(
  db: Database,
): Promise<readonly { readonly type: string; readonly data: unknown }[]> {
  const rows = await db.selectFrom('events').select(['type', 'data']).orderBy('number').execute();
  return rows.map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }));
}
