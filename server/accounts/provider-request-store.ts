import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';

/** Minutes that a person has at the provider before the way back is closed. */
export const requestMinutes = 10;

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
    request: Omit<ProviderRequest, 'createdAt'> & { readonly state: string; readonly browser: string },
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
  deps: { readonly now: () => Date },
): ProviderRequestStore {
  const oldest = (): string => new Date(deps.now().getTime() - requestMinutes * 60_000).toISOString();
  return Object.freeze({
    async begin({ state, browser, ...request }: Parameters<ProviderRequestStore['begin']>[0]) {
      await db.deleteFrom('provider_requests').where('created_at', '<=', oldest()).execute();
      await db
        .insertInto('provider_requests')
        .values({
          state_hash: hashOf(state),
          browser_hash: hashOf(browser),
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
