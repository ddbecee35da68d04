import type { Database } from '../database/open.ts';

/** Who somebody is at an identity provider, for good: its issuer and its subject there. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export interface IdentityStore {
  /** The id of the person who is bound to an identity; null: nobody. */
  personOf(identity: Identity): Promise<number | null>;
  /**
   * The id of the one person who was invited for this provider under this address (lower case), has no password and is
   * bound to no identity yet; null: none, or more than one.
   */
  invited(provider: string, email: string): Promise<number | null>;
  bind(
    userId: number,
    identity: Identity,
    said: { readonly email: string | null; readonly at: string },
  ): Promise<void>;
  /** Notes that the identity signed in, and its address as it is now. */
  noteUse(identity: Identity, said: { readonly email: string | null; readonly at: string }): Promise<void>;
}

/** Who people are at identity providers, as stored in `identities`. */
export function createIdentityStore(db: Database): IdentityStore {
  return Object.freeze({
    async personOf({ issuer, subject }: Identity) {
      const row = await db
        .selectFrom('identities')
        .select('user_id')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst();
      return row?.user_id ?? null;
    },
    async invited(provider: string, email: string) {
      const rows = await db
        .selectFrom('users')
        .leftJoin('identities', 'identities.user_id', 'users.id')
        .select('users.id')
        .where('users.provider', '=', provider)
        .where(({ fn }) => fn('lower', ['users.email']), '=', email)
        .where('users.password', '=', '')
        .where('identities.user_id', 'is', null)
        .execute();
      return rows.length === 1 ? (rows[0]?.id ?? null) : null;
    },
    async bind(
      userId: number,
      { issuer, subject }: Identity,
      { email, at }: { readonly email: string | null; readonly at: string },
    ) {
      await db
        .insertInto('identities')
        .values({ issuer, subject, user_id: userId, email, linked_at: at, used_at: at })
        .execute();
    },
    async noteUse(
      { issuer, subject }: Identity,
      { email, at }: { readonly email: string | null; readonly at: string },
    ) {
      await db
        .updateTable('identities')
        .set({ used_at: at, email })
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .execute();
    },
  });
}
