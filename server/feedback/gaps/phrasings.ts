import { sql } from 'kysely';
import type { Locale } from '../../answers/answer.ts';
import { type Current, peekAt } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import { questionKey } from '../../search/analyser.ts';

/** A question of customers that ended well: the words of the next variant of an article. */
export interface Phrasing {
  readonly locale: Locale;
  /** Redacted. */
  readonly question: string;
  readonly articleId: string;
  readonly title: string;
  /** Times that it was answered and said to help, and that this article was chosen of several. */
  readonly helpful: number;
  readonly chosen: number;
  /** ISO 8601, UTC. */
  readonly lastAt: string;
  /** Receipt of the newest. */
  readonly receipt: string;
}

/** One may press a button by mistake, or ask again to see it: from two conversations on it is how people ask. */
const leastAskers = 2;

/**
 * Questions that ended well in two conversations and more, always with the same article, that are neither its title nor a
 * variant of it, and that no other article is the answer to now; the most often asked first.
 */
export async function listPhrasings(
  db: Database,
  {
    current,
    now,
    limit,
  }: { readonly current: () => Current; readonly now: () => Date; readonly limit: number },
): Promise<readonly Phrasing[]> {
  const answerer = current().public;
  const asOf = answerer.today(now());
  // First which, from the index alone, then what is told of these: of a million answers some 50,000 ended well.
  const chosen = db
    .selectFrom('gap_phrasings')
    .select(['locale', 'key', sql<number>`count(distinct asker)`.as('askers')])
    .groupBy(['locale', 'key'])
    .having(sql<boolean>`count(distinct asker) >= ${leastAskers} and min(article_id) = max(article_id)`)
    .orderBy('askers', 'desc')
    .orderBy('locale')
    .orderBy('key')
    .limit(limit);
  const rows = await db
    .selectFrom(chosen.as('c'))
    .innerJoin('gap_phrasings as p', (join) =>
      join.onRef('p.locale', '=', 'c.locale').onRef('p.key', '=', 'c.key'),
    )
    .select(['c.locale', 'c.key', 'p.shown', 'p.article_id', 'p.receipt'])
    // SQLite gives the bare columns of the row that has the maximum.
    .select(({ fn }) => fn.max('p.at').as('last'))
    .select(sql<number>`sum(p.ended = 'helpful')`.as('helpful'))
    .select(sql<number>`sum(p.ended = 'chosen')`.as('chosen'))
    .groupBy(['c.locale', 'c.key'])
    .orderBy('c.askers', 'desc')
    .orderBy('c.locale')
    .orderBy('c.key')
    .execute();
  return rows.flatMap((row): Phrasing[] => {
    const asked = { locale: row.locale, context: {}, asOf };
    const found = answerer.article(row.article_id, asked);
    if (found.kind !== 'article') return [];
    const { title, questions } = found.article;
    if ([title, ...questions].some((variant) => questionKey(variant) === row.key)) return [];
    const now = peekAt(answerer, { ...asked, question: row.shown, answerId: null });
    if (now.answer !== null && now.answer.articleId !== row.article_id) return [];
    return [
      {
        locale: row.locale,
        question: row.shown,
        articleId: row.article_id,
        title,
        helpful: row.helpful,
        chosen: row.chosen,
        lastAt: row.last,
        receipt: row.receipt,
      },
    ];
  });
}
