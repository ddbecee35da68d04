import type { RequestHandler, Response } from 'express';
import type { Account, Accounts, Person } from '../../accounts/accounts.ts';
import type { Release } from '../../answers/answer.ts';
import type { ChangeReadings } from '../../feedback/change-readings.ts';
import type { Flags } from '../../feedback/flags/flags.ts';
import type { OffersMade } from '../../feedback/offers/offers-made.ts';
import type { Releases } from '../releases.ts';
import { signedInOf } from './guard.ts';

/** What it takes to know who was asked to read what, and has. */
export interface ReadingDeps {
  readonly releases: Pick<Releases, 'asking'>;
  readonly readings: ChangeReadings;
  readonly accounts: Pick<Accounts, 'people'>;
}

/** Whom a release asks to confirm that they have read it: everybody who could sign in when it was published. */
export function askedOf(people: readonly Person[], { publishedAt }: Release): readonly Person[] {
  return people.filter(({ createdAt }) => createdAt <= publishedAt);
}

/** Numbers of the releases that a person is asked to read and has not, the newest first. */
export async function unreadChanges(
  { releases, readings, accounts }: ReadingDeps,
  { id }: Account,
): Promise<readonly number[]> {
  const asking = await releases.asking();
  if (asking.length === 0) return [];
  const read = await readings.readBy(id);
  const open = asking.filter(({ number }) => !read.has(number));
  if (open.length === 0) return [];
  const me = (await accounts.people()).filter((person) => person.id === id);
  return open.filter((release) => askedOf(me, release).length > 0).map(({ number }) => number);
}

/** What a person has still to see. */
export interface Unread {
  /** Releases that they are asked to read. */
  readonly changes: number;
  /** What became of flags that they raised, and of offers that they asked for. */
  readonly own: number;
}

/** Stands before the console's pages, behind the guard, and counts what the person has still to see. */
export function countUnread(
  deps: ReadingDeps & { readonly flags: Pick<Flags, 'untold'>; readonly offers: Pick<OffersMade, 'untold'> },
): RequestHandler {
  return async (_request, response, next) => {
    const { account } = signedInOf(response);
    response.locals.unread = {
      changes: (await unreadChanges(deps, account)).length,
      own: (await deps.flags.untold(account.id)) + (await deps.offers.untold(account.name)),
    } satisfies Unread;
    next();
  };
}

/** What the person of this request has still to see; nothing where nobody counted. */
export function unreadOf(response: Response): Unread {
  return (response.locals.unread as Unread | undefined) ?? { changes: 0, own: 0 };
}
