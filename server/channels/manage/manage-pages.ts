import { hasRole, type Role } from '../../accounts/roles.ts';
import type { Words } from '../../http/words.ts';

/** The pages for managers in the order of their menu: what is needed daily first. */
const managePages: readonly {
  readonly path: string;
  /** As its route's `access`. */
  readonly least: Role;
  readonly title: (words: Words) => string;
  /** It is the first of those about programs and people; before it, all are about content. */
  readonly begins?: true;
}[] = [
  { path: '/manage/preview', least: 'editor', title: (words) => words.say('manage.preview.title') },
  { path: '/manage/releases', least: 'editor', title: (words) => words.say('manage.releases.title') },
  { path: '/manage/facts', least: 'editor', title: (words) => words.say('manage.facts.title') },
  { path: '/manage/consistency', least: 'editor', title: (words) => words.say('manage.consistency.title') },
  { path: '/manage/answers', least: 'editor', title: (words) => words.say('manage.answers.title') },
  { path: '/manage/macros', least: 'editor', title: (words) => words.say('manage.macros.title') },
  { path: '/manage/keys', least: 'manager', title: (words) => words.say('manage.keys.title'), begins: true },
  { path: '/manage/people', least: 'admin', title: (words) => words.say('manage.people.title') },
  { path: '/manage/rights', least: 'admin', title: (words) => words.say('manage.rights.title') },
  { path: '/manage/audit', least: 'admin', title: (words) => words.say('manage.audit.title') },
];

/** The pages that a role opens. */
export function pagesFor(role: Role): typeof managePages {
  return managePages.filter(({ least }) => hasRole(role, least));
}

/** Where those begin whom some page for managers opens. */
export const manageHome = '/manage/preview';
