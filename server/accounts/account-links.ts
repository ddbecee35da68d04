import { createHash } from 'node:crypto';
import type { Database } from '../database/open.ts';

/** Hours that an invitation, or a link for a new password, can be used. */
export const linkHours = 72;

const hour = 3_600_000;

/** 256 bits in base64url. */
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** What a link is for; both end in a password that its owner alone knows. */
export type LinkPurpose = 'invitation' | 'new-password';

/** A link that was just made; its secret is told this once. */
export interface AccountLink {
  readonly name: string;
  readonly secret: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

export interface AccountLinks {
  /** Makes the one link that a person has: an earlier one opens nothing any more. */
  make(
    userId: number,
    purpose: LinkPurpose,
    by: string,
  ): Promise<{ readonly secret: string; readonly expiresAt: string }>;
  /** Whose link this is; null where it is unknown, used or expired. */
  find(secret: string): Promise<number | null>;
  /** Uses a link up; false where it was, meanwhile. */
  use(secret: string): Promise<boolean>;
  /** Takes back what was made for a person. */
  drop(userId: number): Promise<void>;
  /** When the link of a person expires that can still be used; null: there is none. ISO 8601, UTC. */
  openUntil(userId: number): Promise<string | null>;
}

/** Links to set a password, as stored in `account_links`: only the hash of each secret. */
export function createAccountLinks(
  db: Database,
  deps: { readonly now: () => Date; readonly random: (size: number) => Buffer },
): AccountLinks {
  /** A clock that was set back prolongs no link: one from the future has expired. */
  const range = () => {
    const now = deps.now().getTime();
    return {
      now: new Date(now).toISOString(),
      end: new Date(now + linkHours * hour).toISOString(),
    };
  };
  const drop = async (userId: number): Promise<void> => {
    await db.deleteFrom('account_links').where('user_id', '=', userId).execute();
  };
  return Object.freeze({
    async make(userId: number, purpose: LinkPurpose, by: string) {
      const secret = deps.random(32).toString('base64url');
      const { now, end } = range();
      await drop(userId);
      await db
        .insertInto('account_links')
        .values({
          secret_hash: hashOf(secret),
          user_id: userId,
          purpose,
          created_at: now,
          created_by: by,
          expires_at: end,
        })
        .execute();
      return { secret, expiresAt: end };
    },
    async find(secret: string) {
      if (!secretForm.test(secret)) return null;
      const { now, end } = range();
      const row = await db
        .selectFrom('account_links')
        .select('user_id')
        .where('secret_hash', '=', hashOf(secret))
        .where('expires_at', '>', now)
        .where('expires_at', '<=', end)
        .executeTakeFirst();
      return row?.user_id ?? null;
    },
    async use(secret: string) {
      const used = await db
        .deleteFrom('account_links')
        .where('secret_hash', '=', hashOf(secret))
        .executeTakeFirst();
      return used.numDeletedRows === 1n;
    },
    drop,
    async openUntil(userId: number) {
      const { now, end } = range();
      const row = await db
        .selectFrom('account_links')
        .select('expires_at')
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .where('expires_at', '<=', end)
        .executeTakeFirst();
      return row?.expires_at ?? null;
    },
  });
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
