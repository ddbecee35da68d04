import { limits } from './limits.ts';

/** What a file, folder, category or article name looks like: `cancel-before-shipping`. */
export const slugPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** An article's permanent id: `category/slug`. */
export const articleIdPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** How a slug is described in errors. */
export const slugForm = `lower-case letters a-z, digits and single hyphens, at most ${limits.nameLength} characters`;

/**
 * Names that no article, category or locale may have: pages and services of Concord, and devices of Windows, on which a
 * content directory with such a file cannot even be checked out.
 */
export const reservedNames: ReadonlySet<string> = new Set([
  'admin',
  'agent',
  'api',
  'assets',
  'aux',
  'con',
  'contact',
  'feedback',
  'healthz',
  'login',
  'logout',
  'metrics',
  'nul',
  'prn',
  'r',
  'readyz',
  'receipts',
  'search',
  'static',
  'suggest',
  'survey',
  ...Array.from({ length: 10 }, (_, i) => [`com${i}`, `lpt${i}`]).flat(),
]);

/** Why a name cannot be used, or null where it can. */
export function nameProblem(name: string): string | null {
  if (name.length > limits.nameLength) return `a name of ${name.length} characters`;
  if (!slugPattern.test(name)) return 'another form';
  return reservedNames.has(name) ? 'a name that Concord itself needs' : null;
}
