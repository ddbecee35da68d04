import { createHash } from 'node:crypto';
import type { Origin } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Database } from '../../database/open.ts';
import type { DatabaseSchema } from '../../database/schema.ts';
import { AppError } from '../../errors.ts';
import { type Redact, redact } from '../redact.ts';
import { conversationKey, customerKey } from '../served-row.ts';
import { longestOfferText, type OfferBounds, type OfferMade, type OfferWish } from './offer-made.ts';

/** Goodwill that agents gave or asked for, held within the bounds of the content. */
export interface OffersMade {
  /**
   * Records an offer: made where it is within its bounds, else asked for, so that the approver's team decides. Whether it is
   * within is decided in the transaction that writes it, so that two at once cannot both be the last one. A form that comes
   * twice is one offer. Errors: invalid-request where the amount, the note, or what its frequency counts by does not fit.
   */
  record(bounds: OfferBounds, wish: OfferWish, by: Origin): Promise<OfferMade>;
  /**
   * Approves or refuses what was asked for. Whether the person may is for the caller to know, but for one thing. Errors:
   * forbidden for one's own; invalid-request for a refusal without a reason; not-found; changed-meanwhile.
   */
  decide(id: number, decision: 'approved' | 'refused', note: string, by: Origin): Promise<void>;
  /** Says that an approved offer was made. Errors: not-found where it is none of the person's; changed-meanwhile. */
  makeApproved(id: number, by: Origin): Promise<void>;
  /** Takes back what was asked for or approved. Errors: as above. */
  withdraw(id: number, by: Origin): Promise<void>;
  find(id: number): Promise<OfferMade | null>;
  /** A person's own, what they can make now and news first, then the newest; at most 100. */
  of(person: string): Promise<readonly OfferMade[]>;
  /** How many of a person's were decided without the person having seen it. */
  untold(person: string): Promise<number>;
  /** Notes that a person has seen what was decided on these of theirs. */
  markTold(person: string, ids: readonly number[]): Promise<void>;
  /** What waits for a decision, the oldest first; `approvers`: of these teams alone; null: of all. */
  awaiting(approvers: readonly string[] | null): Promise<readonly OfferMade[]>;
  /** What was made in a period, added up by all that a report may ask for. */
  totals(from: Date, until: Date): Promise<readonly OfferTotal[]>;
  /** Everything of a period, whatever became of it, the oldest first; at most `limit` behind an id. */
  following(from: Date, until: Date, after: number, limit: number): Promise<readonly OfferMade[]>;
}

/** Offers made that are alike. */
export interface OfferTotal {
  readonly offerId: string;
  readonly by: string;
  readonly reason: string;
  readonly bounds: 'within' | 'beyond';
  /** Null: without an amount. */
  readonly currency: string | null;
  readonly count: number;
  /** In `currency`; 0 where there is none. */
  readonly amount: number;
}

/** Days that a bound per year looks back: a year that begins anew would allow twice as much around its first day. */
const yearDays = 365;
const dayMs = 86_400_000;

/** Own offers at once: months of a generous agent. */
const mostOfOne = 100;

/** The offers of a database, in `offers_made`. */
export function createOffersMade(
  db: Database,
  deps: {
    readonly audit: Pick<AuditLog, 'append'>;
    readonly now: () => Date;
    /** Default: `redact`. */
    readonly hide?: Redact;
  },
): OffersMade {
  const { audit, now, hide = redact } = deps;

  const record: OffersMade['record'] = (bounds, wish, by) =>
    db.transaction().execute(async (within) => {
      checkAmount(bounds, wish.amount);
      const keys = keysOf(bounds, wish);
      const { limit } = bounds;
      const note = wish.note === null || wish.note.trim() === '' ? null : hide(sentence('note', wish.note));
      // Written first, so that this transaction holds the only right to write while it counts the others.
      const [written] = await within
        .insertInto('offers_made')
        .values({
          made_at: now().toISOString(),
          made_by: by.actor.name,
          offer: bounds.offerId,
          amount: wish.amount,
          currency: limit?.currency ?? null,
          reason: wish.reason,
          note,
          receipt: wish.receipt,
          ...keys,
          bounds: 'within',
          status: 'made',
          form: wish.form,
        })
        .onConflict((conflict) => conflict.column('form').doNothing())
        .returningAll()
        .execute();
      if (written === undefined) {
        const row = await within
          .selectFrom('offers_made')
          .selectAll()
          .where('form', '=', wish.form)
          .where('made_by', '=', by.actor.name)
          .executeTakeFirst();
        if (row !== undefined) return offerOf(row);
        throw new AppError('changed-meanwhile', { message: 'This form was sent before, by somebody else.' });
      }
      const { found } = await sameCase(within, bounds, keys, now())
        .where('id', '<>', written.id)
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .executeTakeFirstOrThrow();
      const isBeyond =
        found >= bounds.frequency.times || (limit !== null && (wish.amount ?? 0) > limit.amount);
      if (isBeyond)
        await within
          .updateTable('offers_made')
          .set({ bounds: 'beyond', status: 'asked', approver: bounds.approverId })
          .where('id', '=', written.id)
          .execute();
      const offer = offerOf(
        isBeyond ? { ...written, bounds: 'beyond', status: 'asked', approver: bounds.approverId } : written,
      );
      await audit.append(
        {
          action: isBeyond ? 'offer.asked' : 'offer.made',
          by,
          subject: String(offer.id),
          before: null,
          after: { offer: offer.offerId, ...amountOf(offer), reason: offer.reason, status: offer.status },
        },
        within,
      );
      return offer;
    });

  /** Moves an offer on from one of some states; `own`: only the person's. */
  const move = (
    id: number,
    to: Partial<OfferRow> & Pick<OfferRow, 'status'>,
    how: {
      readonly from: readonly OfferMade['status'][];
      readonly own: boolean;
      readonly action: 'offer.made' | 'offer.decided' | 'offer.withdrawn';
      readonly by: Origin;
    },
  ): Promise<void> =>
    db.transaction().execute(async (within) => {
      const person = how.by.actor.name;
      // Written first, as above.
      const [moved] = await within
        .updateTable('offers_made')
        .set(to)
        .where('id', '=', id)
        .where('status', 'in', how.from)
        .where('made_by', how.own ? '=' : '<>', person)
        .returning(['offer', 'made_by'])
        .execute();
      if (moved === undefined) {
        const row = await within
          .selectFrom('offers_made')
          .select(['status', 'made_by'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined || (how.own && row.made_by !== person))
          throw new AppError('not-found', { message: 'There is no such offer.' });
        if (!how.own && row.made_by === person)
          throw new AppError('forbidden', {
            message: 'Nobody decides on what they asked for themselves.',
            expected: 'somebody else of the team that approves',
            found: person,
          });
        throw new AppError('changed-meanwhile', {
          message: 'This offer has been moved on meanwhile.',
          expected: `one that is ${how.from.join(' or ')}`,
          found: `one that is ${row.status}`,
        });
      }
      await audit.append(
        {
          action: how.action,
          by: how.by,
          subject: String(id),
          before: null,
          after: { offer: moved.offer, agent: moved.made_by, status: to.status },
        },
        within,
      );
    });

  return Object.freeze({
    record,
    async decide(id: number, decision: 'approved' | 'refused', note: string, by: Origin) {
      const said = decision === 'refused' || note.trim() !== '' ? hide(sentence('decision', note)) : '';
      const decided = { decided_at: now().toISOString(), decided_by: by.actor.name, decision_note: said };
      await move(
        id,
        { status: decision, ...decided },
        { from: ['asked'], own: false, action: 'offer.decided', by },
      );
    },
    makeApproved: (id: number, by: Origin) =>
      move(
        id,
        { status: 'made', made_at: now().toISOString(), told_at: now().toISOString() },
        { from: ['approved'], own: true, action: 'offer.made', by },
      ),
    withdraw: (id: number, by: Origin) =>
      move(
        id,
        { status: 'withdrawn', told_at: now().toISOString() },
        { from: ['asked', 'approved'], own: true, action: 'offer.withdrawn', by },
      ),
    async find(id: number) {
      const row = await db.selectFrom('offers_made').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : offerOf(row);
    },
    async of(person: string) {
      const rows = await db
        .selectFrom('offers_made')
        .selectAll()
        .where('made_by', '=', person)
        .orderBy((row) =>
          row
            .case()
            .when('status', '=', 'approved')
            .then(0)
            .when('status', '=', 'asked')
            .then(1)
            .else(2)
            .end(),
        )
        .orderBy('id', 'desc')
        .limit(mostOfOne)
        .execute();
      return rows.map(offerOf);
    },
    async untold(person: string) {
      const { found } = await db
        .selectFrom('offers_made')
        .select(({ fn }) => fn.countAll<number>().as('found'))
        .where('made_by', '=', person)
        .where('status', 'in', ['approved', 'refused'])
        .where('told_at', 'is', null)
        .executeTakeFirstOrThrow();
      return found;
    },
    async markTold(person: string, ids: readonly number[]) {
      if (ids.length === 0) return;
      await db
        .updateTable('offers_made')
        .set({ told_at: now().toISOString() })
        .where('made_by', '=', person)
        .where('id', 'in', ids)
        .where('status', 'in', ['approved', 'refused'])
        .where('told_at', 'is', null)
        .execute();
    },
    async awaiting(approvers: readonly string[] | null) {
      if (approvers?.length === 0) return [];
      const rows = await db
        .selectFrom('offers_made')
        .selectAll()
        .where('status', '=', 'asked')
        .$if(approvers !== null, (asked) => asked.where('approver', 'in', approvers ?? []))
        .orderBy('id')
        .execute();
      return rows.map(offerOf);
    },
    async totals(from: Date, until: Date) {
      const rows = await db
        .selectFrom('offers_made')
        .select(({ fn }) => [
          'offer',
          'made_by',
          'reason',
          'bounds',
          'currency',
          fn.countAll<number>().as('count'),
          fn.sum<number | null>('amount').as('amount'),
        ])
        .where('status', '=', 'made')
        .where('made_at', '>=', from.toISOString())
        .where('made_at', '<', until.toISOString())
        .groupBy(['offer', 'made_by', 'reason', 'bounds', 'currency'])
        .orderBy('offer')
        .orderBy('made_by')
        .orderBy('reason')
        .orderBy('bounds')
        .orderBy('currency')
        .execute();
      return rows.map((row) => ({
        offerId: row.offer,
        by: row.made_by,
        reason: row.reason,
        bounds: row.bounds as OfferMade['bounds'],
        currency: row.currency,
        count: row.count,
        amount: Math.round((row.amount ?? 0) * 100) / 100,
      }));
    },
    async following(from: Date, until: Date, after: number, limit: number) {
      const rows = await db
        .selectFrom('offers_made')
        .selectAll()
        .where('made_at', '>=', from.toISOString())
        .where('made_at', '<', until.toISOString())
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(offerOf);
    },
  });
}

type OfferRow = Omit<DatabaseSchema['offers_made'], 'id'> & { readonly id: number };

/** What an offer is counted by, as it is stored. */
interface Keys {
  readonly conversation_id: string | null;
  readonly customer_key: string | null;
  readonly order_key: string | null;
}

/** Errors: invalid-request where what the frequency counts by was not said. */
function keysOf({ frequency }: OfferBounds, { conversationId, customer, order }: OfferWish): Keys {
  const keys = {
    conversation_id: conversationId === null ? null : conversationKey(conversationId),
    customer_key: customer === null ? null : customerKey(customer),
    order_key: order === null ? null : orderKey(order),
  };
  const lacks = (field: string, expected: string): AppError =>
    new AppError('invalid-request', {
      message: 'How often this offer was made can only be counted where it is known for what.',
      field,
      expected,
      found: 'none',
    });
  if (frequency.per === 'order' && order === null) throw lacks('order', 'the number of the order');
  if (frequency.per === 'conversation' && conversationId === null)
    throw lacks('conversation', 'the conversation');
  if (customer === null && conversationId === null && order === null)
    throw lacks('customer', 'a customer reference or the conversation');
  if (['customer', 'year'].includes(frequency.per) && customer === null && conversationId === null)
    throw lacks('customer', 'a customer reference or the conversation');
  return keys;
}

/** An order's number as it is stored: `o-` and 24 hex, the same however it is spaced and cased. */
function orderKey(order: string): string {
  const plain = order
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Cf}]/gu, '');
  return `o-${createHash('sha256').update(`order:${plain}`).digest('hex').slice(0, 24)}`;
}

/** Offers of the same kind that count against this one: what was made, and what was approved and may be made at any moment. */
function sameCase(
  within: Database,
  { offerId, frequency }: OfferBounds,
  { conversation_id, customer_key, order_key }: Keys,
  now: Date,
) {
  const counted = within
    .selectFrom('offers_made')
    .where('offer', '=', offerId)
    .where('status', 'in', ['made', 'approved']);
  switch (frequency.per) {
    case 'order':
      return counted.where('order_key', '=', order_key);
    case 'conversation':
      return counted.where('conversation_id', '=', conversation_id);
    case 'customer':
    case 'year': {
      const theirs = counted.where((row) =>
        row.or([
          ...(customer_key === null ? [] : [row('customer_key', '=', customer_key)]),
          ...(conversation_id === null ? [] : [row('conversation_id', '=', conversation_id)]),
        ]),
      );
      const since = new Date(now.getTime() - yearDays * dayMs).toISOString();
      return frequency.per === 'customer' ? theirs : theirs.where('made_at', '>', since);
    }
  }
}

/** Errors: invalid-request. */
function checkAmount({ limit }: OfferBounds, amount: number | null): void {
  const isFine = limit === null ? amount === null : amount !== null && Number.isFinite(amount) && amount > 0;
  if (isFine) return;
  throw new AppError('invalid-request', {
    field: 'amount',
    expected: limit === null ? 'no amount: this offer has none' : `an amount above 0 in ${limit.currency}`,
    found: amount === null ? 'none' : String(amount),
  });
}

function sentence(field: string, text: string): string {
  const trimmed = text.trim();
  const { length } = [...trimmed];
  if (length >= 1 && length <= longestOfferText) return trimmed;
  throw new AppError('invalid-request', {
    field,
    expected: `1 to ${longestOfferText} characters`,
    found: `${length} characters`,
  });
}

function amountOf({ amount, currency }: OfferMade): Readonly<Record<string, number | string>> {
  return amount === null || currency === null ? {} : { amount, currency };
}

function offerOf(row: OfferRow): OfferMade {
  const { decided_at: at, decided_by: by } = row;
  return Object.freeze({
    id: row.id,
    at: row.made_at,
    by: row.made_by,
    offerId: row.offer,
    amount: row.amount,
    currency: row.currency,
    reason: row.reason,
    note: row.note,
    receipt: row.receipt,
    bounds: row.bounds as OfferMade['bounds'],
    status: row.status as OfferMade['status'],
    approver: row.approver,
    decided: at === null ? null : { at, by: by ?? '', note: row.decision_note ?? '' },
    isTold: row.told_at !== null,
  });
}
