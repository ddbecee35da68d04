import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';

/** Minutes that a person has at the provider before the way back is closed. */
export const requestMinutes = 10;

/**
 * Most sign-ins under way at once; of more, those that began first are forgotten, so that a flood of beginnings fills no
 * disk: at most 24 MB, since a row has 0.4 kB and a `next` of at most 2,000 characters.
 */
export const mostUnderWay = 10_000;

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
  deps: { readonly now: () => Date; readonly most?: number },
): ProviderRequestStore {
  const { most = mostUnderWay } = deps;
  const oldest = (): string => new Date(deps.now().getTime() - requestMinutes * 60_000).toISOString();
  return Object.freeze({
    async begin({ state, browser, ...request }: Parameters<ProviderRequestStore['begin']>[0]) {
      const { underWay } = await db
        .selectFrom('provider_requests')
        .select(({ fn }) => fn.countAll<number>().as('underWay'))
        .executeTakeFirstOrThrow();
      await db
        .deleteFrom('provider_requests')
        .where(({ eb, or, selectFrom }) =>
          or([
            eb('created_at', '<=', oldest()),
            // A clock that was set back leaves rows of the future, which no time ends.
            eb('created_at', '>', new Date(deps.now().getTime() + requestMinutes * 60_000).toISOString()),
            eb(
              'state_hash',
              'in',
              selectFrom('provider_requests')
                .select('state_hash')
                .orderBy('created_at')
                .limit(Math.max(0, underWay - most + 1)),
            ),
          ]),
        )
        .execute();
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
