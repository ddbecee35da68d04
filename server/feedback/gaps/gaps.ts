import { sql } from 'kysely';
import type { Locale } from '../../answers/answer.ts';
import type { Origin } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Current } from '../../channels/ask.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import type { Redact } from '../redact.ts';
import type { ServedWalk } from '../walk-served.ts';
import { readRatings, settleClarified } from './collect-gaps.ts';
import { countGaps, reopened } from './count-gaps.ts';
import type { Gap, GapOutcome, GapQuestion, GapReason, Nearest } from './gap.ts';
import { sharedWords, tellingWords } from './group-questions.ts';
import { lookAtGaps } from './look-at-gaps.ts';
import { listPhrasings, type Phrasing } from './phrasings.ts';
import { leadersIn, placeQuestions } from './place-questions.ts';

/** Which gaps are wanted, and in which order. */
export interface GapFilter {
  readonly state: 'open' | 'closed';
  /** Only this language; null: all. */
  readonly locale: Locale | null;
  /** Only those with an ask of this reason; null: all. */
  readonly reason: GapReason | null;
  /** Only those whose nearest article this team owns, and is in this category; null: all. */
  readonly owner: string | null;
  readonly category: string | null;
  /** `asks`: the most asked first; `trend`: first what grew most in 30 days against the 30 before. */
  readonly sort: 'asks' | 'trend';
  /** From 1. */
  readonly page: number;
}

/** A page of gaps. */
export interface GapList {
  readonly gaps: readonly Gap[];
  /** All that the filter leaves. */
  readonly found: number;
  readonly pages: number;
}

/** A gap with what is in it. */
export interface GapDetails {
  readonly gap: Gap;
  /** The most asked first, at most 100. */
  readonly members: readonly GapQuestion[];
  readonly moreMembers: number;
  /** The newest asks, at most 20. */
  readonly asks: readonly GapAskRow[];
  /** Gaps whose leaders are most alike this one's, at most 5, whether alike enough or not. */
  readonly similar: readonly { readonly gap: Gap; readonly words: readonly string[] }[];
}

/** One ask of a gap. */
export interface GapAskRow {
  readonly receipt: string;
  readonly question: string;
  readonly reason: GapReason;
  readonly channel: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Null: it belongs to no conversation. */
  readonly conversationId: string | null;
}

/** A gap that was closed as answered: from its first ask to that. */
export interface AnsweredGap {
  readonly gapId: number;
  readonly locale: Locale;
  /** ISO 8601, UTC. */
  readonly askedAt: string;
  readonly answeredAt: string;
}

/** The gaps of an installation: what was asked and not answered, grouped, and what people make of it. */
export interface Gaps {
  /** Brings everything up to date: reads what was served and rated, groups, counts, and asks again after a release. */
  catchUp(): Promise<void>;
  list(filter: GapFilter): Promise<GapList>;
  /** Null where there is none of this number. */
  find(id: number): Promise<GapDetails | null>;
  /** Moves the questions of a gap into another of the same language, which what is alike either joins from then on. Errors: not-found, invalid-request. */
  merge(id: number, into: number, by: Origin): Promise<void>;
  /** Makes a question of a gap one of its own and gives that one's number. Errors: not-found; invalid-request for the only question of a gap. */
  takeOut(id: number, questionId: number, by: Origin): Promise<number>;
  /** The note is stored redacted. Errors: not-found, invalid-request where it is closed. */
  close(id: number, outcome: Exclude<GapOutcome, 'merged'>, note: string, by: Origin): Promise<void>;
  /** Errors: not-found; invalid-request where it is open or merged. */
  reopen(id: number, by: Origin): Promise<void>;
  /** Questions that ended well and are no variant yet, the most asked first. */
  phrasings(limit: number): Promise<readonly Phrasing[]>;
  /** The gaps that were closed as answered since an instant, in that order. */
  timesToAnswer(since: Date): Promise<readonly AnsweredGap[]>;
  /** Ends what runs by itself. */
  stop(): Promise<void>;
}

/** What gaps are made of. */
export interface GapsDeps {
  readonly walk: ServedWalk;
  readonly events: Pick<EventLog, 'addAll'>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly current: () => Current;
  /** Whether something was published; before that there is nothing to ask. */
  readonly isServing: () => boolean;
  readonly now: () => Date;
  readonly hide: Redact;
  /** Hears why a round did not finish; the next one goes on from where it stopped. */
  readonly failed: (error: unknown) => void;
  /** Milliseconds between two rounds; default: 5,000, as the walk's. */
  readonly every?: number;
}

/** Gaps on a page of the list: what one reads in a sitting. */
const pageGaps = 25;
const mostMembers = 100;
const mostAsks = 20;
const mostSimilar = 5;
/** Most characters of a note. */
export const mostNoteCharacters = 500;

/** The gaps of a database, in `gap_*`; works in the background, in slices, until it is stopped. */
export function createGaps(db: Database, deps: GapsDeps): Gaps {
  const { walk, audit, current, now } = deps;
  let stopped = false;
  const count = (only: readonly number[] | null = null): Promise<void> =>
    countGaps(db, { today: current().public.today(now()), audit, only });
  const round = async (): Promise<void> => {
    if (stopped || !deps.isServing()) return;
    await readRatings(db, deps);
    await settleClarified(db, deps);
    await placeQuestions(db);
    await count();
    await lookAtGaps(db, { current, now, audit, isStopped: () => stopped });
  };
  let running: Promise<void> = Promise.resolve();
  const inTurn = (): Promise<void> => {
    const mine = running.then(round);
    running = mine.catch(() => {});
    return mine;
  };
  let isDue = true;
  const timer = setInterval(() => {
    // One round at a time: the first after a release takes longer than the pause.
    if (!isDue) return;
    isDue = false;
    inTurn()
      .catch(deps.failed)
      .finally(() => {
        isDue = true;
      });
  }, deps.every ?? 5_000);
  timer.unref();

  /** Read by a write: a transaction that has only read cannot write after another process has. */
  const rowOf = (id: number, within: Database) =>
    within
      .updateTable('gap_groups')
      .set((row) => ({ state: row.ref('state') }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
  const openRow = async (id: number, within: Database) => {
    const row = await rowOf(id, within);
    if (row === undefined) throw noGap(id);
    if (row.state !== 'open') throw refusal('This gap is closed.', 'gap', 'an open gap', row.outcome ?? '');
    return row;
  };

  return Object.freeze({
    async catchUp() {
      await walk.catchUp();
      await inTurn();
    },

    async list(filter: GapFilter) {
      const chosen = chosenBy(db, filter);
      const { found } = await chosen
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .executeTakeFirstOrThrow();
      const rows = await withLeader(chosen)
        .orderBy(filter.sort === 'trend' ? sql`g.recent - g.earlier` : 'g.asks', 'desc')
        .orderBy('g.asks', 'desc')
        .orderBy('g.id')
        .limit(pageGaps)
        .offset((filter.page - 1) * pageGaps)
        .execute();
      return { gaps: rows.map(gapOf), found, pages: Math.max(1, Math.ceil(found / pageGaps)) };
    },

    async find(id: number) {
      const row = await withLeader(
        db.selectFrom('gap_groups as g').where('g.id', '=', id),
      ).executeTakeFirst();
      if (row === undefined) return null;
      const gap = gapOf(row);
      const members = await membersOf(db, gap);
      return {
        gap,
        members,
        moreMembers: Math.max(0, gap.questions - members.length),
        asks: await asksOf(db, id),
        similar: gap.state === 'open' ? await similarTo(db, gap) : [],
      };
    },

    async merge(id: number, into: number, by: Origin) {
      await db.transaction().execute(async (within) => {
        const row = await openRow(id, within);
        const other = await openRow(into, within);
        if (id === into || row.locale !== other.locale)
          throw refusal(
            'A gap is merged with another one of its language.',
            'into',
            `the number of another gap in ${row.locale}`,
            id === into ? String(into) : `${into}, in ${other.locale}`,
          );
        await within
          .updateTable('gap_questions')
          .set({ group_id: into })
          .where('group_id', '=', id)
          .execute();
        await within
          .updateTable('gap_groups')
          .set({
            state: 'closed',
            outcome: 'merged',
            merged_into: into,
            closed_at: now().toISOString(),
            closed_by: by.actor.name,
            leader: null,
            counted_on: null,
          })
          .where('id', '=', id)
          .execute();
        await countAnew(within, into);
        await audit.append(
          { action: 'gap.merged', by, subject: String(id), before: null, after: { into } },
          within,
        );
      });
      // The page is shown again at once.
      await count([id, into]);
    },

    async takeOut(id: number, questionId: number, by: Origin) {
      const made = await db.transaction().execute(async (within) => {
        const row = await openRow(id, within);
        const members = await within
          .selectFrom('gap_questions')
          .select('id')
          .where('group_id', '=', id)
          .execute();
        if (!members.some((member) => member.id === questionId))
          throw new AppError('not-found', { message: 'There is no such question in this gap.' });
        if (members.length === 1)
          throw refusal('It is the only question of this gap.', 'question', 'one of several', '1');
        const made = await within
          .insertInto('gap_groups')
          .values({ locale: row.locale, state: 'open', leader: questionId })
          .returning('id')
          .executeTakeFirstOrThrow();
        await within
          .updateTable('gap_questions')
          .set({ group_id: made.id, leads: 1 })
          .where('id', '=', questionId)
          .execute();
        await countAnew(within, id);
        await audit.append(
          {
            action: 'gap.split',
            by,
            subject: String(id),
            before: null,
            after: { question: questionId, gap: made.id },
          },
          within,
        );
        return made.id;
      });
      await count([id, made]);
      return made;
    },

    close: (id: number, outcome: Exclude<GapOutcome, 'merged'>, typed: string, by: Origin) =>
      db.transaction().execute(async (within) => {
        await openRow(id, within);
        const note = deps.hide(typed);
        await within
          .updateTable('gap_groups')
          .set({
            state: 'closed',
            outcome,
            note: note === '' ? null : note,
            closed_at: now().toISOString(),
            closed_by: by.actor.name,
          })
          .where('id', '=', id)
          .execute();
        await audit.append(
          { action: 'gap.closed', by, subject: String(id), before: null, after: { outcome, note } },
          within,
        );
      }),

    async reopen(id: number, by: Origin) {
      await db.transaction().execute(async (within) => {
        const row = await rowOf(id, within);
        if (row === undefined) throw noGap(id);
        if (row.state === 'open' || row.outcome === 'merged')
          throw refusal(
            'Only a closed gap is opened again.',
            'gap',
            'a closed gap',
            row.outcome ?? row.state,
          );
        await within
          .updateTable('gap_groups')
          .set({ ...reopened, counted_on: null, looked_at: null })
          .where('id', '=', id)
          .execute();
        await audit.append(
          {
            action: 'gap.reopened',
            by,
            subject: String(id),
            before: { outcome: row.outcome, note: row.note },
            after: null,
          },
          within,
        );
      });
      await count([id]);
    },

    phrasings: (limit: number) => listPhrasings(db, { current, now, limit }),

    async timesToAnswer(since: Date) {
      const rows = await db
        .selectFrom('gap_groups')
        .select(['id', 'locale', 'first_at', 'closed_at'])
        .where('state', '=', 'closed')
        .where('outcome', '=', 'answered')
        .where('closed_at', '>=', since.toISOString())
        .orderBy('closed_at')
        .orderBy('id')
        .execute();
      return rows.flatMap(({ id, locale, first_at, closed_at }) =>
        first_at === null || closed_at === null
          ? []
          : [{ gapId: id, locale, askedAt: first_at, answeredAt: closed_at }],
      );
    },

    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  });
}

/** Has a group counted and looked at again. */
async function countAnew(within: Database, id: number): Promise<void> {
  await within
    .updateTable('gap_groups')
    .set({ counted_on: null, looked_at: null })
    .where('id', '=', id)
    .execute();
}

function chosenBy(db: Database, { state, locale, reason, owner, category }: GapFilter) {
  let chosen = db
    .selectFrom('gap_groups as g')
    .where('g.state', '=', state)
    .where('g.leader', 'is not', null);
  if (locale !== null) chosen = chosen.where('g.locale', '=', locale);
  if (reason !== null) chosen = chosen.where(`g.${reason}`, '>', 0);
  if (owner !== null) chosen = chosen.where('g.nearest_owner', '=', owner);
  if (category !== null) chosen = chosen.where('g.nearest_category', '=', category);
  return chosen;
}

function withLeader(groups: ReturnType<typeof chosenBy>) {
  return groups.leftJoin('gap_questions as l', 'l.id', 'g.leader').selectAll('g').select('l.shown');
}

type GroupRow = Awaited<ReturnType<ReturnType<typeof withLeader>['execute']>>[number];

function gapOf(row: GroupRow): Gap {
  const { unanswered, abandoned, unsure, unhelpful } = row;
  return {
    id: row.id,
    locale: row.locale,
    question: row.shown,
    state: row.state,
    outcome: row.outcome,
    mergedInto: row.merged_into,
    closedAt: row.closed_at,
    closedBy: row.closed_by,
    note: row.note,
    questions: row.questions,
    asks: row.asks,
    people: row.people,
    counts: { unanswered, abandoned, unsure, unhelpful },
    recent: row.recent,
    earlier: row.earlier,
    weeks: JSON.parse(row.weeks) as readonly number[],
    firstAt: row.first_at,
    lastAt: row.last_at,
    nearest: row.nearest === null ? null : (JSON.parse(row.nearest) as Nearest),
    owner: row.nearest_owner,
    category: row.nearest_category,
    answeredNow: row.answered_now === 1,
  };
}

async function membersOf(db: Database, gap: Gap): Promise<readonly GapQuestion[]> {
  const of = (reason: GapReason) => sql<number>`sum(a.reason = ${reason})`.as(reason);
  const rows = await db
    .selectFrom('gap_questions as q')
    .innerJoin('gap_asks as a', 'a.question_id', 'q.id')
    .select(['q.id', 'q.shown', 'q.leads', ({ fn }) => fn.countAll<number>().as('asks')])
    .select([of('unanswered'), of('abandoned'), of('unsure'), of('unhelpful')])
    // SQLite gives a bare column of the row that has the maximum.
    .select(['a.receipt', ({ fn }) => fn.max('a.at').as('last')])
    .where('q.group_id', '=', gap.id)
    .groupBy('q.id')
    .orderBy('asks', 'desc')
    .orderBy('q.id')
    .limit(mostMembers)
    .execute();
  const leaders = rows.filter(({ leads }) => leads === 1).map(({ shown }) => shown);
  return rows.map((row) => {
    const { unanswered, abandoned, unsure, unhelpful } = row;
    // Of several leaders, as of merged gaps, the one that it has most words of.
    const [words = []] = leaders
      .filter((leader) => leader !== row.shown)
      .map((leader) => sharedWords(gap.locale, row.shown, leader))
      .sort((a, b) => b.length - a.length);
    return {
      id: row.id,
      question: row.shown,
      asks: row.asks,
      counts: { unanswered, abandoned, unsure, unhelpful },
      lastAt: row.last,
      leads: row.leads === 1,
      words,
      receipt: row.receipt,
    };
  });
}

async function asksOf(db: Database, id: number): Promise<readonly GapAskRow[]> {
  // First the newest, then what was served for these alone.
  const newest = db
    .selectFrom('gap_questions as q')
    .innerJoin('gap_asks as a', 'a.question_id', 'q.id')
    .select('a.receipt')
    .where('q.group_id', '=', id)
    .orderBy('a.at', 'desc')
    .orderBy('a.receipt')
    .limit(mostAsks);
  const rows = await db
    .selectFrom('gap_asks as a')
    .innerJoin('served_answers as s', 's.code', 'a.receipt')
    .select(['a.receipt', 's.question', 'a.reason', 'a.channel', 'a.at', 's.conversation_id'])
    .where('a.receipt', 'in', newest)
    .orderBy('a.at', 'desc')
    .orderBy('a.receipt')
    .execute();
  return rows.map(({ receipt, question, reason, channel, at, conversation_id }) => ({
    receipt,
    question: question ?? '',
    reason,
    channel,
    at,
    conversationId: conversation_id,
  }));
}

async function similarTo(db: Database, gap: Gap): Promise<GapDetails['similar']> {
  const { question } = gap;
  if (question === null) return [];
  const { grouping, groupOf } = await leadersIn(db, gap.locale, []);
  const others = grouping
    .nearest(question, mostSimilar * 4)
    .map(({ leader }) => groupOf.get(leader) ?? 0)
    .filter((group) => group !== gap.id);
  const ids = [...new Set(others)];
  if (ids.length === 0) return [];
  const rows = await withLeader(
    db.selectFrom('gap_groups as g').where('g.id', 'in', ids).where('g.state', '=', 'open'),
  ).execute();
  return rows
    .map(gapOf)
    .sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map((other) => ({ gap: other, words: tellingWords(gap.locale, question, other.question ?? '') }))
    .filter(({ words }) => words.length > 0)
    .slice(0, mostSimilar);
}

function noGap(id: number): AppError {
  return new AppError('not-found', { message: 'There is no such gap.', found: String(id) });
}

function refusal(message: string, field: string, expected: string, found: string): AppError {
  return new AppError('invalid-request', { message, field, expected, found });
}
