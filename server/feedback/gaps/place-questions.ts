import { sql } from 'kysely';
import type { Locale } from '../../answers/answer.ts';
import type { Database } from '../../database/open.ts';
import { inSlices } from '../../in-slices.ts';
import { createGrouping, type Grouping } from './group-questions.ts';

/** Questions placed in one transaction. */
const batchQuestions = 100;

/**
 * Puts every question that stands in no group into the one that it is most alike, or else into one of its own, the most
 * asked first and of those the earliest. A question that has a group stays there, so groups keep their numbers whatever
 * is asked later. In slices, off the way of whoever asks meanwhile.
 */
export async function placeQuestions(db: Database): Promise<void> {
  const locales = await db
    .selectFrom('gap_questions')
    .select('locale')
    .distinct()
    .where('group_id', 'is', null)
    .orderBy('locale')
    .execute();
  for (const { locale } of locales) await placeIn(db, locale);
}

/** The leaders of a locale, ready for questions to be held against; gives also which group each leads. */
export async function leadersIn(
  db: Database,
  locale: Locale,
  others: readonly string[],
): Promise<{ readonly grouping: Grouping; readonly groupOf: Map<number, number> }> {
  const pause = inSlices();
  const leaders = await db
    .selectFrom('gap_questions')
    .select(['id', 'group_id', 'shown'])
    .where('locale', '=', locale)
    .where('leads', '=', 1)
    .where('group_id', 'is not', null)
    .orderBy('id')
    .execute();
  const grouping = createGrouping(locale);
  for (const question of [...leaders.map(({ shown }) => shown), ...others]) {
    await pause();
    grouping.know(question);
  }
  for (const { id, shown } of leaders) {
    await pause();
    grouping.lead(id, shown);
  }
  return { grouping, groupOf: new Map(leaders.map(({ id, group_id }) => [id, group_id ?? 0])) };
}

async function placeIn(db: Database, locale: Locale): Promise<void> {
  const questions = await db
    .selectFrom('gap_questions as q')
    .leftJoin('gap_asks as a', 'a.question_id', 'q.id')
    .select(['q.id', 'q.shown'])
    .select(({ fn }) => fn.count<number>('a.receipt').as('asks'))
    .where('q.locale', '=', locale)
    .where('q.group_id', 'is', null)
    .groupBy('q.id')
    .orderBy('asks', 'desc')
    .orderBy('q.id')
    .execute();
  const { grouping, groupOf } = await leadersIn(
    db,
    locale,
    questions.map(({ shown }) => shown),
  );
  const pause = inSlices();
  for (let at = 0; at < questions.length; at += batchQuestions) {
    // What a question joins, by the question that leads it: a group may only be made in this transaction.
    const placed: { readonly id: number; readonly leader: number }[] = [];
    for (const { id, shown } of questions.slice(at, at + batchQuestions)) {
      const likeness = grouping.place(shown);
      if (likeness === null) grouping.lead(id, shown);
      placed.push({ id, leader: likeness?.leader ?? id });
    }
    for (const [leader, group] of await writePlaces(db, locale, placed, groupOf)) groupOf.set(leader, group);
    await pause();
  }
}

async function writePlaces(
  db: Database,
  locale: Locale,
  placed: readonly { readonly id: number; readonly leader: number }[],
  groupOf: ReadonlyMap<number, number>,
): Promise<ReadonlyMap<number, number>> {
  return await db.transaction().execute(async (within) => {
    // Written before anything is read, so that no other server places the same questions meanwhile.
    const free = await within
      .updateTable('gap_questions')
      .set({ leads: 0 })
      .where(
        'id',
        'in',
        placed.map(({ id }) => id),
      )
      .where('group_id', 'is', null)
      .returning('id')
      .execute();
    const mine = new Set(free.map(({ id }) => id));
    const leading = placed.filter(({ id, leader }) => id === leader && mine.has(id));
    const made =
      leading.length === 0
        ? []
        : await within
            .insertInto('gap_groups')
            .values(leading.map(({ id }) => ({ locale, state: 'open', leader: id }) as const))
            .returning(['id', 'leader'])
            .execute();
    const newGroupOf = new Map(made.map(({ id, leader }) => [leader ?? 0, id]));
    const joins = placed.flatMap(({ id, leader }) => {
      const group = newGroupOf.get(leader) ?? groupOf.get(leader);
      return mine.has(id) && group !== undefined ? [[id, group, Number(id === leader)] as const] : [];
    });
    // One statement: at first there are thousands of groups, and a statement for each costs more than the grouping.
    await sql`update gap_questions set group_id = j.grp, leads = j.leads
      from (select json_extract(value, '$[0]') as id, json_extract(value, '$[1]') as grp, json_extract(value, '$[2]') as leads
        from json_each(${JSON.stringify(joins)})) as j
      where gap_questions.id = j.id`.execute(within);
    if (joins.length > 0)
      await within
        .updateTable('gap_groups')
        .set({ counted_on: null, looked_at: null })
        .where('id', 'in', [...new Set(joins.map(([, group]) => group))])
        .execute();
    return newGroupOf;
  });
}
