import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';
import { clientOf } from './client-of.ts';

/** Minutes that a person has at the provider before the way back is closed. */
export const requestMinutes = 10;

/**
 * Most sign-ins under way at once, of one client and of all; of more, those that began first are forgotten. A flood of
 * beginnings so fills no disk (24 MB at most: a row has 0.4 kB and a `next` of up to 2,000 characters), one client's ends
 * none but its own, and an office of 500 may sign in within the ten minutes.
 */
export const mostUnderWay = { ofClient: 500, ofAll: 10_000 } as const;

/** A sign-in that is under way at a provider. */
export interface ProviderRequest {
  readonly provider: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Where the person wanted to go, as an own path. */
  readonly next: string;
  /** The person who proves anew who they are; null: a sign-in. */
  readonly userId: number | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface ProviderRequestStore {
  /** Notes a request and forgets those that are too old. Of state and browser secret only hashes are stored. */
  begin(
    request: Omit<ProviderRequest, 'createdAt'> & {
      readonly state: string;
      readonly browser: string;
      /** The client's; empty: not known. */
      readonly address: string;
    },
  ): Promise<void>;
  /**
   * Takes a request out, so that its state opens nothing a second time. `elsewhere`: another browser began it.
   */
  take(
    state: string,
    browser: string | null,
  ): Promise<
    | { readonly kind: 'request'; readonly request: ProviderRequest }
    | { readonly kind: 'unknown' | 'expired' | 'elsewhere' }
  >;
}

/** Sign-ins that are under way, as stored in `provider_requests`. */
export function createProviderRequestStore(
  db: Database,
  deps: { readonly now: () => Date; readonly most?: { readonly ofClient: number; readonly ofAll: number } },
): ProviderRequestStore {
  const { most = mostUnderWay } = deps;
  const oldest = (): string => new Date(deps.now().getTime() - requestMinutes * 60_000).toISOString();
  /** Forgets those that began first, of one client or of all (null), until that many are left. */
  const keep = async (left: number, client: string | null): Promise<void> => {
    const under = db
      .selectFrom('provider_requests')
      .where(({ eb, val }) => (client === null ? val(1) : eb('client', '=', client)));
    const { rows } = await under
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    if (rows <= left) return;
    const first = under
      .select('state_hash')
      .orderBy('created_at')
      .limit(rows - left);
    await db.deleteFrom('provider_requests').where('state_hash', 'in', first).execute();
  };
  return Object.freeze({
    async begin({ state, browser, address, ...request }: Parameters<ProviderRequestStore['begin']>[0]) {
      const client = clientOf(address);
      const now = deps.now().getTime();
      await db
        .deleteFrom('provider_requests')
        // A clock that was set back leaves rows of the future, which no time ends.
        .where(({ eb, or }) =>
          or([
            eb('created_at', '<=', oldest()),
            eb('created_at', '>', new Date(now + requestMinutes * 60_000).toISOString()),
          ]),
        )
        .execute();
      await keep(most.ofClient - 1, client);
      await keep(most.ofAll - 1, null);
      await db
        .insertInto('provider_requests')
        .values({
          state_hash: hashOf(state),
          browser_hash: hashOf(browser),
          client,
          provider: request.provider,
          nonce: request.nonce,
          code_verifier: request.codeVerifier,
          next: request.next,
          user_id: request.userId,
          created_at: deps.now().toISOString(),
        })
        .execute();
    },
    async take(state: string, browser: string | null) {
      const row = await db
        .deleteFrom('provider_requests')
        .where('state_hash', '=', hashOf(state))
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return { kind: 'unknown' as const };
      if (browser === null || hashOf(browser) !== row.browser_hash) return { kind: 'elsewhere' as const };
      if (row.created_at <= oldest()) return { kind: 'expired' as const };
      const { provider, nonce, next } = row;
      const request = {
        ...{ provider, nonce, next },
        codeVerifier: row.code_verifier,
        userId: row.user_id,
        createdAt: row.created_at,
      };
      return { kind: 'request' as const, request };
    },
  });
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
