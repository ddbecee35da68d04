import { sql } from 'kysely';
import type { Locale, Release } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';

/** The releases, as far as they tell which articles each changed. */
export interface ChangedReleases {
  list(range: { readonly before: number | null; readonly limit: number }): Promise<
    readonly {
      readonly release: Release;
      readonly report: {
        readonly changes: readonly { readonly articleId: string; readonly locale: Locale }[];
      };
    }[]
  >;
}

/** Releases that are looked through; whoever changed an article longer ago may verify it like everybody. */
const mostLookedThrough = 500;

/** Read at a time. */
const atOnce = 50;

/**
 * Names of those who last changed an article for its readers: the makers of the proposals that the release took in, else
 * its publisher, who may be no person (`watch`). Empty where no release is known that did.
 */
export async function changedBy(
  db: Database,
  releases: ChangedReleases,
  { articleId, locale }: { readonly articleId: string; readonly locale: Locale },
): Promise<readonly string[]> {
  let before: number | null = null;
  for (let looked = 0; looked < mostLookedThrough; looked += atOnce) {
    const some = await releases.list({ before, limit: atOnce });
    const found = some.find(({ report }) =>
      report.changes.some((change) => change.articleId === articleId && change.locale === locale),
    );
    if (found !== undefined) {
      const makers = await makersIn(db, found.release.number, `${locale}/${articleId}.md`);
      return makers.length > 0 ? makers : [found.release.publisher];
    }
    const last = some.at(-1);
    if (last === undefined) return [];
    before = last.release.number;
  }
  return [];
}

/** Those whose proposals for a file a release took in; a verification is no change. */
async function makersIn(db: Database, release: number, path: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('proposals')
    .select('made_by')
    .distinct()
    .where('release', '=', release)
    .where('kind', '<>', 'verification')
    .where(
      sql<boolean>`exists (select 1 from json_each(files) where json_extract(value, '$.path') = ${path})`,
    )
    .orderBy('made_by')
    .execute();
  return rows.map(({ made_by }) => made_by);
}
