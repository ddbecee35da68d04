import { type Role, roles } from '../../accounts/roles.ts';
import { AppError } from '../../errors.ts';

/** Whether a person can sign in: yes, not before a password is set, or not at all. */
export const personStates = ['active', 'invited', 'disabled'] as const;
export type PersonState = (typeof personStates)[number];

/** Which people are listed. */
export interface PeopleFilter {
  /** In the name, full name or e-mail address, in any case; empty: any. */
  readonly words: string;
  readonly role: Role | null;
  /** Id of a team; empty: any. */
  readonly team: string;
  readonly state: PersonState | null;
  /** From 1. */
  readonly page: number;
}

/** The filter of an address. Errors: invalid-request for a role, a state or a page that there is not. */
export function readPeopleFilter(given: Readonly<Record<string, string>>): PeopleFilter {
  const { q = '', role, team = '', state, page = '1' } = given;
  const oneOf = <T extends string>(
    field: string,
    text: string | undefined,
    known: readonly T[],
  ): T | null => {
    if (text === undefined) return null;
    const found = known.find((one) => one === text);
    if (found !== undefined) return found;
    throw new AppError('invalid-request', { field, expected: known.join(', '), found: text });
  };
  if (!/^[1-9][0-9]{0,5}$/.test(page))
    throw new AppError('invalid-request', { field: 'page', expected: 'a number from 1', found: page });
  return {
    words: q.trim().toLowerCase(),
    role: oneOf('role', role, roles),
    team,
    state: oneOf('state', state, personStates),
    page: Number(page),
  };
}
