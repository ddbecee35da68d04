import { sql } from 'kysely';
import type { CalendarDate } from '../../answers/answer.ts';
import { byServer } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Database } from '../../database/open.ts';
import { inSlices } from '../../in-slices.ts';
import type { GapReason } from './gap.ts';

/**
 * Groups counted in one transaction at most, and their asks together, which are what it costs. A single group with more is
 * counted alone. An ask costs 3 µs of the processor (116,638 asks of 1,284 groups in 350 ms), so a batch some 15 ms; fifty
 * groups at once held the largest ones, and the event loop, ten times as long.
 */
const batchGroups = 50;
const batchAsks = 5_000;

/** Weeks of the trend that is drawn: a quarter. */
const weeks = 13;
/** Days that are compared with as many before them. */
const recentDays = 30;

/**
 * Counts the groups that changed, and on a new day all, or `only` some of these, from their asks as they are kept: a group of which nothing is kept
 * goes, but the record that it was closed. A gap that was closed as answered and is asked again is opened again.
 */
export async function countGaps(
  db: Database,
  {
    today,
    audit,
    only = null,
  }: {
    readonly today: CalendarDate;
    readonly audit: Pick<AuditLog, 'append'>;
    readonly only?: readonly number[] | null;
  },
): Promise<void> {
  const pause = inSlices();
  for (;;) {
    const counted = await db.transaction().execute(async (within) => {
      const groups = await within
        .updateTable('gap_groups')
        .set({ counted_on: today })
        .where('id', 'in', (rows) =>
          rows
            .selectFrom((due) =>
              due
                .selectFrom('gap_groups')
                .select(['id', sql<number>`sum(asks) over (order by id) - asks`.as('before')])
                .where((where) =>
                  where.or([where('counted_on', 'is', null), where('counted_on', '<>', today)]),
                )
                .$if(only !== null, (some) => some.where('id', 'in', only ?? []))
                .orderBy('id')
                .limit(batchGroups)
                .as('due'),
            )
            .select('due.id')
            .where('due.before', '<', batchAsks),
        )
        .returning(['id', 'state', 'outcome', 'closed_at', 'leader', 'first_at'])
        .execute();
      if (groups.length > 0) await countSome(within, groups, today, audit);
      return groups.length;
    });
    if (counted === 0) return;
    await pause();
  }
}

interface GroupRow {
  readonly id: number;
  readonly state: string;
  readonly outcome: string | null;
  readonly closed_at: string | null;
  readonly leader: number | null;
  readonly first_at: string | null;
}

async function countSome(
  within: Database,
  groups: readonly GroupRow[],
  today: CalendarDate,
  audit: Pick<AuditLog, 'append'>,
): Promise<void> {
  const ids = groups.map(({ id }) => id);
  const asks = within
    .selectFrom('gap_questions as q')
    .innerJoin('gap_asks as a', 'a.question_id', 'q.id')
    .where('q.group_id', 'in', ids);
  const days = await asks
    .select(['q.group_id', 'a.day', 'a.reason', ({ fn }) => fn.countAll<number>().as('asks')])
    .groupBy(['q.group_id', 'a.day', 'a.reason'])
    .execute();
  const wholes = await asks
    .select(['q.group_id', ({ fn }) => fn.count<number>('a.asker').distinct().as('people')])
    .select([({ fn }) => fn.min('a.at').as('first'), ({ fn }) => fn.max('a.at').as('last')])
    .select(({ fn }) =>
      fn.max(sql<string>`case when a.reason = 'unsure' then '' else a.at end`).as('lastWithout'),
    )
    .groupBy('q.group_id')
    .execute();
  const questions = await within
    .selectFrom('gap_questions as q')
    .select(['q.group_id', 'q.id', 'q.leads'])
    .select(sql<number>`(select count(*) from gap_asks a where a.question_id = q.id)`.as('asks'))
    .where('q.group_id', 'in', ids)
    .orderBy('asks', 'desc')
    .orderBy('q.id')
    .execute();
  const daysOf = Map.groupBy(days, ({ group_id }) => group_id);
  const questionsOf = Map.groupBy(questions, ({ group_id }) => group_id);
  const wholeOf = new Map(wholes.map((whole) => [whole.group_id, whole]));
  for (const group of groups) {
    const members = questionsOf.get(group.id) ?? [];
    const whole = wholeOf.get(group.id);
    if (members.length === 0 && group.state === 'open') {
      await within.deleteFrom('gap_groups').where('id', '=', group.id).execute();
      continue;
    }
    const leader = members.find(({ id, leads }) => id === group.leader && leads === 1) ?? members[0];
    if (leader !== undefined && leader.leads === 0)
      await within.updateTable('gap_questions').set({ leads: 1 }).where('id', '=', leader.id).execute();
    const isAskedAgain =
      group.outcome === 'answered' &&
      group.closed_at !== null &&
      (whole?.lastWithout ?? '') > group.closed_at;
    await within
      .updateTable('gap_groups')
      .set({
        ...countsOf(daysOf.get(group.id) ?? [], today),
        leader: leader?.id ?? null,
        questions: members.length,
        people: whole?.people ?? 0,
        first_at: group.state === 'closed' ? group.first_at : (whole?.first ?? null),
        last_at: whole?.last ?? null,
        ...(isAskedAgain ? { ...reopened, looked_at: null } : {}),
      })
      .where('id', '=', group.id)
      .execute();
    if (isAskedAgain)
      await audit.append(
        { action: 'gap.reopened', by: byServer, subject: String(group.id), before: null, after: null },
        within,
      );
  }
}

/** What a group has that is open again. */
export const reopened = {
  state: 'open',
  outcome: null,
  closed_at: null,
  closed_by: null,
  note: null,
} as const;

function countsOf(
  days: readonly { readonly day: string; readonly reason: GapReason; readonly asks: number }[],
  today: CalendarDate,
) {
  const byReason = { unanswered: 0, abandoned: 0, unsure: 0, unhelpful: 0 };
  const byWeek = Array.from({ length: weeks }, () => 0);
  let recent = 0;
  let earlier = 0;
  for (const { day, reason, asks } of days) {
    byReason[reason] += asks;
    const ago = Math.max(0, (Date.parse(today) - Date.parse(day)) / 86_400_000);
    const week = weeks - 1 - Math.floor(ago / 7);
    if (week >= 0) byWeek[week] = (byWeek[week] ?? 0) + asks;
    if (ago < recentDays) recent += asks;
    else if (ago < 2 * recentDays) earlier += asks;
  }
  const asks = days.reduce((sum, day) => sum + day.asks, 0);
  return { ...byReason, asks, recent, earlier, weeks: JSON.stringify(byWeek) };
}
