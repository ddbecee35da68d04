import { hasRole, type Role } from '../../accounts/roles.ts';
import type { Words } from '../../http/words.ts';

/** A page of the managers' menu. */
interface ManagePage {
  readonly path: string;
  /** As its route's `access`. */
  readonly least: Role;
  readonly title: (words: Words) => string;
}

/** The pages for managers by what they are about, in the order of their menu: what is needed daily first. */
const manageGroups: readonly {
  readonly title: (words: Words) => string;
  readonly pages: readonly ManagePage[];
}[] = [
  {
    title: (words) => words.say('manage.group.desk'),
    pages: [
      { path: '/manage', least: 'editor', title: (words) => words.say('manage.desk.title') },
      { path: '/manage/flags', least: 'editor', title: (words) => words.say('flag.manage.title') },
      { path: '/manage/proposals', least: 'editor', title: (words) => words.say('manage.proposals.title') },
      {
        path: '/manage/verification',
        least: 'editor',
        title: (words) => words.say('manage.verification.title'),
      },
      { path: '/manage/gaps', least: 'editor', title: (words) => words.say('manage.gaps.title') },
    ],
  },
  {
    title: (words) => words.say('manage.group.content'),
    pages: [
      { path: '/manage/preview', least: 'editor', title: (words) => words.say('manage.preview.title') },
      { path: '/manage/releases', least: 'editor', title: (words) => words.say('manage.releases.title') },
      { path: '/manage/facts', least: 'editor', title: (words) => words.say('manage.facts.title') },
      { path: '/manage/macros', least: 'editor', title: (words) => words.say('manage.macros.title') },
    ],
  },
  {
    title: (words) => words.say('manage.group.reports'),
    pages: [
      { path: '/manage/reports', least: 'editor', title: (words) => words.say('manage.reports.title') },
      { path: '/manage/feedback', least: 'editor', title: (words) => words.say('feedback.manage.title') },
      { path: '/manage/journey', least: 'editor', title: (words) => words.say('manage.journey.title') },
      {
        path: '/manage/consistency',
        least: 'editor',
        title: (words) => words.say('manage.consistency.title'),
      },
      { path: '/manage/answers', least: 'editor', title: (words) => words.say('manage.answers.title') },
      { path: '/manage/offers', least: 'editor', title: (words) => words.say('offer.manage.title') },
    ],
  },
  {
    title: (words) => words.say('manage.group.settings'),
    pages: [
      { path: '/manage/keys', least: 'manager', title: (words) => words.say('manage.keys.title') },
      { path: '/manage/webhooks', least: 'admin', title: (words) => words.say('manage.webhooks.title') },
      { path: '/manage/people', least: 'admin', title: (words) => words.say('manage.people.title') },
      { path: '/manage/rights', least: 'admin', title: (words) => words.say('manage.rights.title') },
      { path: '/manage/privacy', least: 'admin', title: (words) => words.say('manage.privacy.title') },
      { path: '/manage/audit', least: 'admin', title: (words) => words.say('manage.audit.title') },
    ],
  },
];

/** The groups of pages that a role opens; none is empty. */
export function groupsFor(role: Role): typeof manageGroups {
  return manageGroups
    .map((group) => ({ ...group, pages: group.pages.filter(({ least }) => hasRole(role, least)) }))
    .filter(({ pages }) => pages.length > 0);
}

/** Where those begin whom some page for managers opens. */
export const manageHome = '/manage';
