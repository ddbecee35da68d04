/** What a person may do, from least to most: each role may do all that the ones before it may. */
export const roles = ['agent', 'editor', 'manager', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether a role may do what is for `least` and above. */
export function hasRole(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
