import type { Account, Person } from '../../accounts/accounts.ts';
import { hasRole } from '../../accounts/roles.ts';
import type { ImpactPreview } from '../../impact/impact.ts';

/** Whether somebody may publish what a preview shows, and if not, why. */
export type MayPublish =
  | {
      readonly kind: 'may';
      /** The only categories whose articles may differ; null: anything may. */
      readonly within: readonly string[] | null;
    }
  | {
      readonly kind: 'may-not';
      /** Golden questions break, which only managers may acknowledge. */
      readonly breaks: boolean;
      /** Paths of changed files that are none of theirs; empty where there are none, or where no file changed. */
      readonly foreign: readonly string[];
    };

/**
 * Managers and admins publish everything; editors what changes nothing but articles of `categories`, those that one of
 * their teams may edit, and breaks no golden question.
 */
export function mayPublish(
  account: Pick<Account, 'role'>,
  categories: readonly string[],
  preview: Pick<ImpactPreview, 'broken' | 'changedFiles'>,
): MayPublish {
  if (hasRole(account.role, 'manager')) return { kind: 'may', within: null };
  const foreign = preview.changedFiles
    .filter(({ category }) => category === null || !categories.includes(category))
    .map(({ path }) => path);
  const breaks = preview.broken.length > 0;
  const mayAll = preview.changedFiles.length > 0 && foreign.length === 0 && !breaks;
  return hasRole(account.role, 'editor') && mayAll
    ? { kind: 'may', within: categories }
    : { kind: 'may-not', breaks, foreign };
}

/** Those who may publish everything, by name: whom to ask. */
export function publishers(people: readonly Person[]): readonly Person[] {
  return people.filter(
    ({ role, disabledAt, hasPassword, provider }) =>
      hasRole(role, 'manager') && disabledAt === null && (hasPassword || provider !== null),
  );
}
