import type { CalendarDate, Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import { agentChannel } from './count-asks.ts';

/**
 * How many answers customers were given since a day, in the site's time zone: approved text, not questions back or refusals.
 * Counted as the walk over what was served does (count-asks.ts), so the last seconds may be missing.
 */
export async function countAnswers(
  db: Database,
  since: CalendarDate,
  only: {
    readonly channel?: string | undefined;
    readonly locale?: Locale | undefined;
    readonly category?: string | undefined;
  },
): Promise<number> {
  const { channel, locale, category } = only;
  const { answers } = await db
    .selectFrom('asks_by_day')
    .select(({ fn }) => fn.sum<number | null>('asks').as('answers'))
    .where('day', '>=', since)
    .where('channel', '<>', agentChannel)
    .where('status', 'in', ['answered', 'needs_confirmation'])
    .$if(channel !== undefined, (asks) => asks.where('channel', '=', channel ?? ''))
    .$if(locale !== undefined, (asks) => asks.where('locale', '=', locale ?? ''))
    .$if(category !== undefined, (asks) => asks.where('category', '=', category ?? ''))
    .executeTakeFirstOrThrow();
  return answers ?? 0;
}
