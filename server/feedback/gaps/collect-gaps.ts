import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Locale } from '../../answers/answer.ts';
import type { Current } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import { questionKey } from '../../search/analyser.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import type { ServedReader } from '../walk-served.ts';
import type { GapReason } from './gap.ts';
import { sureFrom } from './sure-from.ts';

/** What collects gaps. */
export interface CollectDeps {
  readonly events: Pick<EventLog, 'addAll'>;
  readonly current: () => Current;
  readonly now: () => Date;
}

/** Milliseconds in which somebody who was asked back goes on; what comes later is another visit, as web statistics count. */
const goOnMs = 30 * 60_000;

/** Rows that are handled in one transaction, as in the walk. */
const batchRows = 200;

/** Words that were known for what they are before anything was searched: nobody has to write an article for them. */
const knownBefore: readonly (string | null)[] = ['urgent', 'out-of-scope'];

/** Collects the gaps that an answer shows at once, and notes the questions back of which it is to be seen what follows. */
export function gapReader({ events, current }: CollectDeps): ServedReader {
  return {
    name: 'gaps',
    async read(answers, within) {
      const sure = sureIn(current);
      const alone = answers.flatMap((answer) => {
        const { code, conversationId, question } = answer;
        const hasWords = question !== null && questionKey(question) !== '' && !answer.isFollowUp;
        return hasWords ? [{ ...answer, question, receipt: code, asker: conversationId ?? code }] : [];
      });
      const asks = alone.flatMap((answer) => {
        const reason = reasonOf(answer, sure);
        return reason === null ? [] : [{ ...answer, reason }];
      });
      await writeAsks(asks, current, within);
      const unanswered = asks
        .filter(({ reason }) => reason === 'unanswered')
        .map(({ question, locale, channel, receipt, conversationId, servedAt }) => {
          return { question, locale, channel, receipt, conversation: conversationId, askedAt: servedAt };
        });
      await events.addAll('question.unanswered', unanswered, within);
      const clarified = alone
        .filter(({ status, conversationId }) => status === 'clarify' && conversationId !== null)
        .map(({ receipt, servedAt }) => ({
          receipt,
          until: new Date(Date.parse(servedAt) + goOnMs).toISOString(),
        }));
      if (clarified.length === 0) return;
      await within
        .insertInto('gap_clarified')
        .values(clarified)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}

/** Name under which it is kept until when ratings were read: milliseconds since 1970. */
const ratingsPosition = 'gaps-ratings';

/** Milliseconds that are read again: what another server wrote at that moment may stand there only now. */
const overlapMs = 60_000;

/**
 * Reads the ratings that were given or changed since it last did: what did not help becomes a gap, what did help becomes
 * none, and a phrasing that ended well. Reading one twice changes nothing.
 */
export async function readRatings(db: Database, { current }: CollectDeps): Promise<void> {
  const begun = await positionOf(db);
  const sure = sureIn(current);
  let after = { at: new Date(Math.max(0, begun - overlapMs)).toISOString(), receipt: '' };
  for (;;) {
    const rows = await ratedAfter(db, after.at, after.receipt);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { at: last.changed_at, receipt: last.code };
    await db.transaction().execute(async (within) => {
      const alone = rows.flatMap((row) => {
        const isAlone = row.question !== null && questionKey(row.question) !== '' && !isFollowUp(row.rule);
        return isAlone ? [{ ...servedOf(row), ...row, question: row.question ?? '' }] : [];
      });
      const unhelpful = alone.filter(({ helpful }) => helpful === 0);
      await writeAsks(
        unhelpful.map((ask) => ({ ...ask, reason: 'unhelpful' as const })),
        current,
        within,
      );
      await deletePhrasings(
        unhelpful.map(({ receipt }) => receipt),
        within,
      );
      const helpful = alone.filter(({ helpful, answer_id }) => helpful === 1 && answer_id !== null);
      await forgive(
        helpful.map(({ receipt }) => receipt),
        within,
      );
      await writePhrasings(
        helpful
          .filter(({ confidence, locale }) => confidence !== null && confidence >= sure(locale))
          .map((ask) => ({ ...ask, articleId: articleOf(ask.answer_id), ended: 'helpful' as const })),
        within,
      );
      await within
        .insertInto('walk_positions')
        .values({ reader: ratingsPosition, number: Date.parse(after.at) })
        .onConflict((conflict) =>
          conflict
            .column('reader')
            .doUpdateSet({ number: sql<number>`max(walk_positions.number, excluded.number)` }),
        )
        .execute();
    });
    if (rows.length < batchRows) return;
    await nextTurn();
  }
}

/**
 * Decides about the questions back whose time has passed: where nothing followed in the same conversation it is a gap;
 * where somebody took one of its options, the question is a phrasing of the article that they chose. Outside a
 * conversation nobody knows what followed, so nothing is counted.
 */
export async function settleClarified(db: Database, { current, now }: CollectDeps): Promise<void> {
  const due = now().toISOString();
  for (;;) {
    const settled = await db.transaction().execute(async (within) => {
      const rows = await within
        .deleteFrom('gap_clarified')
        .where('receipt', 'in', (rows) =>
          rows
            .selectFrom('gap_clarified')
            .select('receipt')
            .where('until', '<=', due)
            .orderBy('until')
            .limit(batchRows),
        )
        .returning(['receipt', 'until'])
        .execute();
      if (rows.length === 0) return 0;
      const found = await clarifiedWithNext(
        rows.map(({ receipt }) => receipt),
        within,
      );
      const asks = found.map((row) => ({ ...servedOf(row), question: row.question ?? '', row }));
      await writeAsks(
        asks.filter(({ row }) => row.next === null).map((ask) => ({ ...ask, reason: 'abandoned' as const })),
        current,
        within,
      );
      await writePhrasings(
        asks
          .filter(
            ({ row }) =>
              row.next_answer !== null && (row.next_question === null || row.next_rule === 'option'),
          )
          .map((ask) => ({ ...ask, articleId: articleOf(ask.row.next_answer), ended: 'chosen' as const })),
        within,
      );
      return rows.length;
    });
    if (settled < batchRows) return;
    await nextTurn();
  }
}

/** An ask as it is written. */
interface GapAsk {
  readonly receipt: string;
  readonly question: string;
  readonly locale: Locale;
  readonly channel: string;
  readonly servedAt: string;
  readonly asker: string;
}

type SureIn = (locale: Locale) => number;

function sureIn(current: () => Current): SureIn {
  const answerer = current().public;
  const known = new Map<Locale, number>();
  return (locale) => {
    const found = known.get(locale) ?? sureFrom(answerer, locale);
    known.set(locale, found);
    return found;
  };
}

/** The gap that an answer shows by itself; null where it shows none. */
function reasonOf(
  answer: {
    readonly status: string;
    readonly locale: Locale;
    readonly confidence: number | null;
    readonly firstReason: string | null;
  },
  sure: SureIn,
): GapReason | null {
  const { status, locale, confidence, firstReason } = answer;
  if (status === 'no_answer') return knownBefore.includes(firstReason) ? null : 'unanswered';
  const isAnswered = status === 'answered' || status === 'needs_confirmation';
  return isAnswered && confidence !== null && confidence < sure(locale) ? 'unsure' : null;
}

/** Writes asks with their questions; of two reasons of one ask `unanswered` stays, and `unhelpful` goes before the others. */
async function writeAsks(
  asks: readonly (GapAsk & { readonly reason: GapReason })[],
  current: () => Current,
  within: Database,
): Promise<void> {
  if (asks.length === 0) return;
  const { today } = current().public;
  const keyed = asks.map((ask) => ({ ...ask, key: questionKey(ask.question) }));
  const questions = new Map(keyed.map((ask) => [idOf(ask), ask] as const).reverse());
  const ids = await within
    .insertInto('gap_questions')
    .values(
      [...questions.values()]
        .reverse()
        .map(({ locale, key, question }) => ({ locale, key, shown: question })),
    )
    .onConflict((conflict) =>
      conflict.columns(['locale', 'key']).doUpdateSet({ key: (row) => row.ref('excluded.key') }),
    )
    .returning(['id', 'locale', 'key'])
    .execute();
  const idByKey = new Map(ids.map((row) => [idOf(row), row.id]));
  const written = await within
    .insertInto('gap_asks')
    .values(
      keyed.map(({ receipt, servedAt, reason, channel, asker, ...ask }) => ({
        receipt,
        question_id: idByKey.get(idOf(ask)) ?? 0,
        at: servedAt,
        day: today(new Date(servedAt)),
        reason,
        channel,
        asker,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('receipt')
        .doUpdateSet({ reason: (row) => row.ref('excluded.reason') })
        .where(sql<boolean>`excluded.reason = 'unhelpful' and gap_asks.reason in ('abandoned', 'unsure')`),
    )
    .returning('question_id')
    .execute();
  const touched = [...new Set(written.map(({ question_id }) => question_id))];
  if (touched.length === 0) return;
  await within
    .updateTable('gap_groups')
    .set({ counted_on: null })
    .where('id', 'in', (rows) =>
      rows
        .selectFrom('gap_questions')
        .select('group_id')
        .where('id', 'in', touched)
        .$castTo<{ group_id: number }>(),
    )
    .execute();
}

function idOf({ locale, key }: { readonly locale: Locale; readonly key: string }): string {
  return `${locale} ${key}`;
}

/** Takes back the gaps of answers that helped after all; what was not answered stays. */
async function forgive(receipts: readonly string[], within: Database): Promise<void> {
  if (receipts.length === 0) return;
  await within
    .deleteFrom('gap_asks')
    .where('receipt', 'in', receipts)
    .where('reason', '<>', 'unanswered')
    .execute();
}

async function writePhrasings(
  phrasings: readonly (GapAsk & { readonly articleId: string; readonly ended: 'helpful' | 'chosen' })[],
  within: Database,
): Promise<void> {
  if (phrasings.length === 0) return;
  await within
    .insertInto('gap_phrasings')
    .values(
      phrasings.map(({ receipt, locale, question, articleId, ended, asker, servedAt }) => ({
        receipt,
        locale,
        key: questionKey(question),
        shown: question,
        article_id: articleId,
        ended,
        asker,
        at: servedAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function deletePhrasings(receipts: readonly string[], within: Database): Promise<void> {
  if (receipts.length === 0) return;
  await within.deleteFrom('gap_phrasings').where('receipt', 'in', receipts).execute();
}

async function positionOf(db: Database): Promise<number> {
  const row = await db
    .selectFrom('walk_positions')
    .select('number')
    .where('reader', '=', ratingsPosition)
    .executeTakeFirst();
  return row?.number ?? 0;
}

const rule = sql<string | null>`json_extract(s.result, '$.followUp.rule')`;

function ratedAfter(db: Database, at: string, receipt: string) {
  return db
    .selectFrom('ratings as r')
    .innerJoin('served_answers as s', 's.code', 'r.receipt')
    .select(['r.helpful', 'r.changed_at', 's.code', 's.served_at', 's.locale', 's.channel', 's.question'])
    .select(['s.conversation_id', 's.answer_id', 's.confidence', rule.as('rule')])
    .where((where) =>
      where.or([
        where('r.changed_at', '>', at),
        where.and([where('r.changed_at', '=', at), where('r.receipt', '>', receipt)]),
      ]),
    )
    .orderBy('r.changed_at')
    .orderBy('r.receipt')
    .limit(batchRows)
    .execute();
}

/** Clarified asks with what followed them in their conversation, in time. */
function clarifiedWithNext(receipts: readonly string[], within: Database) {
  return within
    .selectFrom('served_answers as s')
    .leftJoin('served_answers as n', (join) =>
      join.on(
        'n.number',
        '=',
        sql<number>`(select min(f.number) from served_answers f
          where f.conversation_id = s.conversation_id and f.number > s.number
          and julianday(f.served_at) <= julianday(s.served_at) + ${goOnMs / 86_400_000})`,
      ),
    )
    .select(['s.code', 's.served_at', 's.locale', 's.channel', 's.question', 's.conversation_id'])
    .select(['n.number as next', 'n.answer_id as next_answer', 'n.question as next_question'])
    .select(sql<string | null>`json_extract(n.result, '$.followUp.rule')`.as('next_rule'))
    .where('s.code', 'in', receipts)
    .execute();
}

function servedOf(row: {
  readonly code: string;
  readonly served_at: string;
  readonly locale: string;
  readonly channel: string;
  readonly conversation_id: string | null;
}): Omit<GapAsk, 'question'> {
  const { code, served_at, locale, channel, conversation_id } = row;
  return { receipt: code, servedAt: served_at, locale, channel, asker: conversation_id ?? code };
}

function isFollowUp(rule: string | null): boolean {
  return rule !== null && rule !== 'new-question';
}

function articleOf(answerId: string | null): string {
  return answerId?.split('#')[0] ?? '';
}
