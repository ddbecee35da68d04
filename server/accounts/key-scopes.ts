import type { Role } from './roles.ts';

/**
 * What an API key opens: answers that anybody may read, or answers with all that agents see beside them, which only an
 * admin grants. A key for agents' answers opens public ones too.
 */
export const keyScopes = ['public-answers', 'agent-answers'] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Whether a key of a scope opens what asks for another. */
export function opens(scope: KeyScope, wanted: KeyScope): boolean {
  return keyScopes.indexOf(scope) >= keyScopes.indexOf(wanted);
}

/** The least role that makes, rotates and revokes keys of a scope. */
export function leastRoleFor(scope: KeyScope): Role {
  return scope === 'agent-answers' ? 'admin' : 'manager';
}
