import { sql } from 'kysely';
import type { Origin } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import type { EventLog } from '../../webhooks/event-log.ts';
import { type Redact, redact } from '../redact.ts';
import { type Flag, type FlagEnd, type FlagFilter, longestFlagText, type NewFlag } from './flag.ts';

/** Agents' flags: each sits on the answer for the others to see, and with the owner until somebody says what became of it. */
export interface Flags {
  /**
   * Raises a flag. A person's second open one of the same kind on the same section is the first, with the later note. Errors:
   * invalid-request for a note that is empty or too long.
   */
  raise(
    flag: NewFlag,
    person: { readonly id: number; readonly by: Origin },
  ): Promise<{ readonly id: number; readonly isNew: boolean }>;
  /**
   * Says what became of an open flag. Errors: invalid-request for an outcome that is empty or too long; not-found;
   * changed-meanwhile where it is not open any more.
   */
  end(
    id: number,
    end: FlagEnd,
    outcome: string,
    person: { readonly id: number; readonly by: Origin },
  ): Promise<void>;
  find(id: number): Promise<Flag | null>;
  /** The open flags of some articles in every language, the newest first. */
  openOn(articleIds: readonly string[]): Promise<readonly Flag[]>;
  /** Those with owner in `first`, then the others, each the newest first. */
  list(
    filter: FlagFilter,
    order: { readonly first: readonly string[]; readonly skip: number; readonly limit: number },
  ): Promise<readonly Flag[]>;
  /** How many there are. */
  count(filter: FlagFilter): Promise<number>;
  /** The flags that a person raised, those with news first, then open ones, then by time; at most 100. */
  of(personId: number): Promise<readonly Flag[]>;
  /** How many of a person's flags ended without the person having seen it. */
  untold(personId: number): Promise<number>;
  /** Notes that a person has seen what became of these flags of theirs. */
  markTold(personId: number, ids: readonly number[]): Promise<void>;
  /** Milliseconds from flag to fix, of those resolved from one instant up to another; those that were declined do not count. */
  timesToFix(from: Date, until?: Date): Promise<readonly number[]>;
}

/** Flags of their own that a person sees at once: months of an attentive agent. */
const mostOfOne = 100;

/** The flags of a database, in `flags`. */
export function createFlags(
  db: Database,
  deps: {
    readonly audit: Pick<AuditLog, 'append'>;
    readonly events: Pick<EventLog, 'add'>;
    readonly now: () => Date;
    /** Default: `redact`. */
    readonly hide?: Redact;
  },
): Flags {
  const { audit, events, now, hide = redact } = deps;

  const raise: Flags['raise'] = (flag, person) =>
    db.transaction().execute(async (within) => {
      const row = {
        kind: flag.kind,
        note: hide(sentence('note', flag.note)),
        article_id: flag.articleId,
        section: flag.section,
        locale: flag.locale,
        question: flag.question === null ? null : hide(flag.question),
      };
      // Written first, so that this transaction holds the only right to write while it looks for an earlier one.
      const [changed] = await within
        .updateTable('flags')
        .set({ note: row.note })
        .where('raised_by', '=', person.id)
        .where('status', '=', 'open')
        .where('kind', '=', row.kind)
        .where('locale', '=', row.locale)
        .where('article_id', 'is', row.article_id)
        .where('section', 'is', row.section)
        .$if(row.article_id === null, (earlier) => earlier.where('question', 'is', row.question))
        .returning('id')
        .execute();
      const { id } =
        changed ??
        (await within
          .insertInto('flags')
          .values({
            ...row,
            raised_at: now().toISOString(),
            raised_by: person.id,
            revision: flag.revision,
            receipt: flag.receipt,
            owner: flag.owner,
            status: 'open',
          })
          .returning('id')
          .executeTakeFirstOrThrow());
      const about = { kind: row.kind, article: row.article_id, section: row.section, locale: row.locale };
      await audit.append(
        { action: 'flag.raised', by: person.by, subject: String(id), before: null, after: about },
        within,
      );
      if (changed === undefined)
        await events.add(
          'flag.raised',
          {
            flag: id,
            kind: row.kind,
            note: row.note,
            articleId: row.article_id,
            section: row.section,
            locale: row.locale,
            revision: flag.revision,
            question: row.question,
            receipt: flag.receipt,
            owner: flag.owner,
            raisedBy: person.by.actor.name,
          },
          within,
        );
      return { id, isNew: changed === undefined };
    });

  const end: Flags['end'] = (id, status, outcome, person) =>
    db.transaction().execute(async (within) => {
      const at = now().toISOString();
      const [ended] = await within
        .updateTable('flags')
        .set({
          status,
          ended_at: at,
          ended_by: person.by.actor.name,
          outcome: hide(sentence('outcome', outcome)),
          // Whoever ends their own needs no telling.
          told_at: sql<string | null>`case when raised_by = ${person.id} then ${at} end`,
        })
        .where('id', '=', id)
        .where('status', '=', 'open')
        .returning(['id', 'article_id'])
        .execute();
      if (ended === undefined) {
        const there = await within
          .selectFrom('flags')
          .select('status')
          .where('id', '=', id)
          .executeTakeFirst();
        if (there === undefined) throw new AppError('not-found', { message: 'There is no such flag.' });
        throw new AppError('changed-meanwhile', {
          message: 'Somebody else has ended this flag meanwhile.',
          expected: 'an open flag',
          found: `one that is ${there.status}`,
        });
      }
      const after = { status, article: ended.article_id };
      await audit.append(
        {
          action: 'flag.ended',
          by: person.by,
          subject: String(id),
          before: { status: 'open' },
          after,
        },
        within,
      );
    });

  return Object.freeze({
    raise,
    end,
    async find(id: number) {
      const row = await flagRows(db).where('flags.id', '=', id).executeTakeFirst();
      return row === undefined ? null : flagOf(row);
    },
    async openOn(articleIds: readonly string[]) {
      if (articleIds.length === 0) return [];
      const rows = await flagRows(db)
        .where('article_id', 'in', [...new Set(articleIds)])
        .where('status', '=', 'open')
        .orderBy('flags.id', 'desc')
        .execute();
      return rows.map(flagOf);
    },
    async list(filter: FlagFilter, order: Parameters<Flags['list']>[1]) {
      const { first, skip, limit } = order;
      const rows = await flagRows(db, filter)
        .$if(first.length > 0, (chosen) =>
          chosen.orderBy((row) => row.case().when('owner', 'in', first).then(0).else(1).end()),
        )
        .orderBy('flags.id', 'desc')
        .offset(skip)
        .limit(limit)
        .execute();
      return rows.map(flagOf);
    },
    async count(filter: FlagFilter) {
      const { found } = await chosenBy(db, filter)
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .executeTakeFirstOrThrow();
      return found;
    },
    async of(personId: number) {
      const rows = await flagRows(db)
        .where('raised_by', '=', personId)
        .orderBy(
          sql`case when status <> 'open' and told_at is null then 0 when status = 'open' then 1 else 2 end`,
        )
        .orderBy('flags.id', 'desc')
        .limit(mostOfOne)
        .execute();
      return rows.map(flagOf);
    },
    async untold(personId: number) {
      const { found } = await db
        .selectFrom('flags')
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .where('raised_by', '=', personId)
        .where('status', 'in', ['resolved', 'declined'])
        .where('told_at', 'is', null)
        .executeTakeFirstOrThrow();
      return found;
    },
    async markTold(personId: number, ids: readonly number[]) {
      if (ids.length === 0) return;
      await db
        .updateTable('flags')
        .set({ told_at: now().toISOString() })
        .where('raised_by', '=', personId)
        .where('id', 'in', ids)
        .where('status', '<>', 'open')
        .where('told_at', 'is', null)
        .execute();
    },
    async timesToFix(from: Date, until: Date = now()) {
      const rows = await db
        .selectFrom('flags')
        .select(['raised_at', 'ended_at'])
        .where('status', '=', 'resolved')
        .where('ended_at', '>=', from.toISOString())
        .where('ended_at', '<=', until.toISOString())
        .orderBy('ended_at')
        .orderBy('id')
        .execute();
      return rows.flatMap(({ raised_at, ended_at }) =>
        ended_at === null ? [] : [Date.parse(ended_at) - Date.parse(raised_at)],
      );
    },
  });
}

/** Free text of a person as it is stored. Errors: invalid-request. */
function sentence(field: string, text: string): string {
  const trimmed = text.trim();
  const { length } = [...trimmed];
  if (length >= 1 && length <= longestFlagText) return trimmed;
  throw new AppError('invalid-request', {
    message: 'A flag, and what became of it, is said in some sentences.',
    field,
    expected: `1 to ${longestFlagText} characters`,
    found: `${length} characters`,
  });
}

function flagRows(db: Database, filter: FlagFilter = {}) {
  return chosenBy(db, filter)
    .leftJoin('users', 'users.id', 'flags.raised_by')
    .selectAll('flags')
    .select('users.name as personName');
}

type FlagRow = Awaited<ReturnType<ReturnType<typeof flagRows>['executeTakeFirstOrThrow']>>;

function chosenBy(db: Database, { status, kind, owner, articleId }: FlagFilter) {
  let chosen = db.selectFrom('flags');
  if (status) chosen = chosen.where('flags.status', '=', status);
  if (kind) chosen = chosen.where('flags.kind', '=', kind);
  if (owner) chosen = chosen.where('flags.owner', '=', owner);
  if (articleId) chosen = chosen.where('flags.article_id', '=', articleId);
  return chosen;
}

function flagOf(row: FlagRow): Flag {
  const { ended_at: at, ended_by: by, outcome } = row;
  return Object.freeze({
    id: row.id,
    raisedAt: row.raised_at,
    raisedBy: row.personName,
    kind: row.kind as Flag['kind'],
    note: row.note,
    articleId: row.article_id,
    section: row.section,
    locale: row.locale,
    revision: row.revision,
    question: row.question,
    receipt: row.receipt,
    owner: row.owner,
    status: row.status as Flag['status'],
    ended: at === null ? null : { at, by: by ?? '', outcome: outcome ?? '' },
    isTold: row.told_at !== null,
  });
}
