import type { Current } from '../ask.ts';

/** The name of a team; its id where there is none any more. */
export function teamName({ desk }: Current, id: string): string {
  return desk.teams.find(({ teamId }) => teamId === id)?.name ?? id;
}
