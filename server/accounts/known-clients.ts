import type { Database } from '../database/open.ts';
import { clientOf } from './client-of.ts';

/** Days for which a client is known from where somebody signed in: a leave of a quarter of a year is forgotten. */
export const knownDays = 90;

const day = 24 * 3_600_000;

/** From where people have signed in: who guesses from elsewhere must not keep them out there. */
export interface KnownClients {
  /** Whether the person of a name signed in from the client of an address; the same work is done for unknown names. */
  has(name: string, address: string): Promise<boolean>;
  /** Notes that a person signed in, and forgets where nobody signed in for long. */
  note(userId: number, address: string): Promise<void>;
}

/** Clients (clientOf) by person, as stored in `known_clients`. */
export function createKnownClients(db: Database, deps: { readonly now: () => Date }): KnownClients {
  const oldest = (): string => new Date(deps.now().getTime() - knownDays * day).toISOString();
  return Object.freeze({
    async has(name: string, address: string) {
      const row = await db
        .selectFrom('known_clients')
        .innerJoin('users', 'users.id', 'known_clients.user_id')
        .select('known_clients.user_id')
        .where('users.name', '=', name)
        .where('known_clients.client', '=', clientOf(address))
        .where('known_clients.seen_at', '>', oldest())
        .executeTakeFirst();
      return row !== undefined;
    },
    async note(userId: number, address: string) {
      if (address === '') return;
      const at = deps.now().toISOString();
      await db.deleteFrom('known_clients').where('seen_at', '<=', oldest()).execute();
      await db
        .insertInto('known_clients')
        .values({ user_id: userId, client: clientOf(address), seen_at: at })
        .onConflict((conflict) => conflict.columns(['user_id', 'client']).doUpdateSet({ seen_at: at }))
        .execute();
    },
  });
}
