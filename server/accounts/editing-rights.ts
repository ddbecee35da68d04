import type { Origin } from '../audit/audit-event.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';

/** Which teams may edit which categories. */
export interface EditingRights {
  /** By category; teams sorted. Categories that no team may edit are not listed. */
  list(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The categories that somebody of these teams may edit, sorted. */
  categoriesOf(teams: readonly string[]): Promise<readonly string[]>;
  /**
   * Says which teams may edit a category. `seen`: those that stood there when it was decided. Errors: changed-meanwhile
   * where others stand there now.
   */
  set(category: string, teams: readonly string[], seen: readonly string[], by: Origin): Promise<void>;
}

/** Editing rights, as stored in `editing_rights`; audited in the transaction that changes them. */
export function createEditingRights(db: Database, deps: { readonly audit: AuditLog }): EditingRights {
  const teamsOf = async (category: string, within: Database): Promise<readonly string[]> => {
    const rows = await within
      .selectFrom('editing_rights')
      .select('team')
      .where('category', '=', category)
      .orderBy('team')
      .execute();
    return rows.map(({ team }) => team);
  };
  return Object.freeze({
    async list() {
      const rows = await db
        .selectFrom('editing_rights')
        .selectAll()
        .orderBy('category')
        .orderBy('team')
        .execute();
      const categories = [...new Set(rows.map(({ category }) => category))];
      return new Map(
        categories.map((one) => [
          one,
          rows.filter(({ category }) => category === one).map(({ team }) => team),
        ]),
      );
    },
    async categoriesOf(teams: readonly string[]) {
      if (teams.length === 0) return [];
      const rows = await db
        .selectFrom('editing_rights')
        .select('category')
        .distinct()
        .where('team', 'in', [...teams])
        .orderBy('category')
        .execute();
      return rows.map(({ category }) => category);
    },
    async set(category: string, teams: readonly string[], seen: readonly string[], by: Origin) {
      const wanted = [...new Set(teams)].sort();
      await db.transaction().execute(async (within) => {
        const before = await teamsOf(category, within);
        if (before.join('\n') !== [...seen].sort().join('\n'))
          throw new AppError('changed-meanwhile', {
            message: 'Somebody else has changed these rights meanwhile. Look at the page again, then decide.',
          });
        if (before.join('\n') === wanted.join('\n')) return;
        await within.deleteFrom('editing_rights').where('category', '=', category).execute();
        if (wanted.length > 0)
          await within
            .insertInto('editing_rights')
            .values(wanted.map((team) => ({ team, category })))
            .execute();
        await deps.audit.append(
          {
            action: 'rights.changed',
            by,
            subject: category,
            before: { teams: before },
            after: { teams: wanted },
          },
          within,
        );
      });
    },
  });
}
