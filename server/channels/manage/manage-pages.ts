import type { Words } from '../../http/words.ts';

/** The pages for managers in the order of their menu: what is needed daily first. */
export const managePages: readonly {
  readonly path: string;
  readonly title: (words: Words) => string;
}[] = [
  { path: '/manage/preview', title: (words) => words.say('manage.preview.title') },
  { path: '/manage/releases', title: (words) => words.say('manage.releases.title') },
  { path: '/manage/facts', title: (words) => words.say('manage.facts.title') },
  { path: '/manage/consistency', title: (words) => words.say('manage.consistency.title') },
  { path: '/manage/answers', title: (words) => words.say('manage.answers.title') },
  { path: '/manage/macros', title: (words) => words.say('manage.macros.title') },
];

/** Where managers begin. */
export const manageHome = '/manage/preview';
