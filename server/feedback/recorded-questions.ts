import { sql } from 'kysely';
import type { Locale } from '../answers/answer.ts';
import type { Database } from '../database/open.ts';

/** A question as customers and agents asked it, personal data redacted, with how often. */
export interface AskedQuestion {
  readonly question: string;
  readonly locale: Locale;
  /** What was known of the customer. */
  readonly context: Readonly<Record<string, string>>;
  /** At least 1. */
  readonly asked: number;
}

/**
 * The questions that were served since an instant, the same words for the same customer taken together; the most asked
 * first, then by question, locale and customer. Questions that only meant something after what they followed are left out:
 * by themselves they would be other questions. So are those of programs that check channels (`probe`). Counted are the newest `mostRows` answers served; given are at most `limit`.
 */
export async function recordedQuestions(
  db: Database,
  { since, limit, mostRows }: { readonly since: Date; readonly limit: number; readonly mostRows: number },
): Promise<readonly AskedQuestion[]> {
  const served = db
    .selectFrom('served_answers')
    .select(['question', 'locale', 'result'])
    .where('served_at', '>=', since.toISOString())
    .where('question', 'is not', null)
    .where('channel', '<>', 'probe')
    .orderBy('served_at', 'desc')
    .limit(mostRows)
    .as('served');
  const rows = await db
    .selectFrom(served)
    .select([
      'question',
      'locale',
      sql<string>`json_extract(result, '$.context')`.as('context'),
      sql<number>`count(*)`.as('asked'),
    ])
    .where(sql<boolean>`coalesce(json_extract(result, '$.followUp.rule'), 'new-question') = 'new-question'`)
    .groupBy(['question', 'locale', 'context'])
    .orderBy('asked', 'desc')
    .orderBy('question')
    .orderBy('locale')
    .orderBy('context')
    .limit(limit)
    .execute();
  return rows.map(({ question, locale, context, asked }) => ({
    question: question ?? '',
    locale,
    context: JSON.parse(context) as Readonly<Record<string, string>>,
    asked,
  }));
}
