import { sql } from 'kysely';
import type { Origin } from '../../audit/audit-event.ts';
import type { AuditLog } from '../../audit/audit-log.ts';
import type { Database } from '../../database/open.ts';
import { AppError } from '../../errors.ts';
import { conversationKey, customerKey } from '../served-row.ts';

/** Whose data: a conversation's, or a customer's, by what their caller names them; their stored pseudonyms will do too. */
export type Subject = { readonly conversation: string } | { readonly customer: string };

/** What is stored of a subject, table by table, as it is stored. */
export interface PersonalData {
  /** As it is stored: the conversation's id or pseudonym, or the customer's pseudonym. */
  readonly key: string;
  readonly tables: Readonly<Record<PersonalTable, readonly object[]>>;
}

/** Rows by table. */
export type PersonalCounts = Readonly<Record<PersonalTable, number>>;

/** Tables that hold something of a conversation or a customer, other than numbers that are nobody's. */
export const personalTables = [
  'served_answers',
  'ratings',
  'handovers',
  'gap_asks',
  'gap_clarified',
  'gap_phrasings',
  'survey_answers',
  'flags',
  'offers_made',
  'events',
] as const;
export type PersonalTable = (typeof personalTables)[number];

/** What is stored of customers, for those who ask for it or want it gone. */
export interface Privacy {
  /** Everything of a subject. Audited. Errors: invalid-request for no name. */
  exportOf(subject: Subject, by: Origin): Promise<PersonalData>;
  /** How much there is. Errors: as above. */
  count(subject: Subject): Promise<PersonalCounts>;
  /**
   * Deletes it in one transaction; flags and offers made stay without what leads to the subject, and numbers that are
   * nobody's stay. The audit tells how much it was, not whose. Errors: as above.
   */
  erase(subject: Subject, by: Origin): Promise<PersonalCounts>;
  /**
   * Rewrites the file of the database, so that not even the remains are left which SQLite leaves in pages that it divided.
   * Needs as much room again, and nobody writes meanwhile. Errors: those of SQLite where somebody does.
   */
  rewrite(): Promise<void>;
}

/** Most characters of a name: more than the API takes. */
const longestName = 500;

/** Receipts looked for in one statement: far below SQLite's limit on parameters. */
const atOnce = 500;

/** Events read in one statement. */
const eventsAtOnce = 2_000;

/** Privacy over a database. */
export function createPrivacy(
  db: Database,
  { audit }: { readonly audit: Pick<AuditLog, 'append'> },
): Privacy {
  return Object.freeze({
    async exportOf(subject: Subject, by: Origin) {
      const found = await findAll(subject, db);
      const after = { by: kindOf(subject), ...countsOf(found.tables) };
      await audit.append({ action: 'privacy.exported', by, subject: null, before: null, after });
      return found;
    },
    count: async (subject: Subject) => countsOf((await findAll(subject, db)).tables),
    async erase(subject: Subject, by: Origin) {
      const erased = await db.transaction().execute(async (within) => {
        // Written first, so that nothing is added between looking and deleting.
        await within.insertInto('erasing').values(columnsOf(subject)).execute();
        const { tables } = await findAll(subject, within);
        await eraseAll(tables, within);
        await within.deleteFrom('erasing').execute();
        const counts = countsOf(tables);
        const after = { by: kindOf(subject), ...counts };
        await audit.append({ action: 'privacy.erased', by, subject: null, before: null, after }, within);
        return counts;
      });
      // The WAL still holds it. Where somebody else is reading just now, the next checkpoint takes it.
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
      return erased;
    },
    async rewrite() {
      await sql`vacuum`.execute(db);
      await sql`pragma wal_checkpoint(truncate)`.execute(db);
    },
  });
}

function kindOf(subject: Subject): string {
  return 'conversation' in subject ? 'conversation' : 'customer';
}

/** A subject's key, in its column. Errors: invalid-request. */
function columnsOf(subject: Subject): {
  readonly conversation_id: string | null;
  readonly customer_key: string | null;
} {
  const name = ('conversation' in subject ? subject.conversation : subject.customer).trim();
  if (name === '' || name.length > longestName)
    throw new AppError('invalid-request', {
      field: 'name',
      message: 'This names nobody.',
      expected: `a conversation's id or a customer's reference of 1 to ${longestName} characters`,
      found: name === '' ? 'nothing' : `${name.length} characters`,
    });
  if ('conversation' in subject) return { conversation_id: conversationKey(name), customer_key: null };
  const isKey = /^c-[0-9a-f]{24}$/.test(name);
  return { conversation_id: null, customer_key: isKey ? name : customerKey(name) };
}

async function findAll(subject: Subject, db: Database): Promise<PersonalData> {
  const { conversation_id: conversation, customer_key: customer } = columnsOf(subject);
  const named = await servedOf(
    customer === null
      ? { column: 'conversation_id', value: conversation ?? '' }
      : { column: 'customer_key', value: customer },
    db,
  );
  const conversations = conversation === null ? await ownConversations(named, db) : [conversation];
  // What was said before a channel knew who it was is theirs too, where nobody else spoke.
  const unnamed: Awaited<ReturnType<typeof servedOf>>[number][] = [];
  if (customer !== null)
    for (const value of conversations) {
      const rows = await servedOf({ column: 'conversation_id', value }, db);
      unnamed.push(...rows.filter(({ customer_key: key }) => key === null));
    }
  const served = [...named, ...unnamed].sort((a, b) => a.number - b.number);
  const receipts = served.map(({ code }) => code);
  const byReceipt = async <T>(read: (codes: readonly string[]) => Promise<readonly T[]>) => {
    const rows: T[] = [];
    for (let at = 0; at < receipts.length; at += atOnce)
      rows.push(...(await read(receipts.slice(at, at + atOnce))));
    return rows;
  };
  const allOf = (table: 'ratings' | 'handovers' | 'gap_asks' | 'gap_clarified' | 'gap_phrasings' | 'flags') =>
    byReceipt<object>((codes) => db.selectFrom(table).selectAll().where('receipt', 'in', codes).execute());
  const survey: object[] = [];
  for (let at = 0; at < conversations.length; at += atOnce)
    survey.push(
      ...(await db
        .selectFrom('survey_answers')
        .selectAll()
        .where('conversation_id', 'in', conversations.slice(at, at + atOnce))
        .execute()),
    );
  const offers = await offersOf({ conversations, customer, receipts }, db);
  return {
    key: conversation ?? customer ?? '',
    tables: {
      served_answers: served,
      ratings: await allOf('ratings'),
      handovers: await allOf('handovers'),
      gap_asks: await allOf('gap_asks'),
      gap_clarified: await allOf('gap_clarified'),
      gap_phrasings: await allOf('gap_phrasings'),
      survey_answers: survey,
      flags: await allOf('flags'),
      offers_made: offers,
      events: await eventsOf(
        new Set([...receipts, ...conversations, ...(customer === null ? [] : [customer])]),
        db,
      ),
    },
  };
}

/** The served answers of a conversation or a customer, with what was said, in their order. */
async function servedOf(
  { column, value }: { readonly column: 'conversation_id' | 'customer_key'; readonly value: string },
  db: Database,
) {
  return db
    .selectFrom('served_answers')
    .leftJoin('said_results', 'said_results.hash', 'served_answers.said')
    .selectAll('served_answers')
    .select('said_results.said as said_text')
    .where(column, '=', value)
    .orderBy('number')
    .execute();
}

/** The conversations of a customer's answers in which nobody else was named. */
async function ownConversations(
  served: readonly { readonly conversation_id: string | null; readonly customer_key: string | null }[],
  db: Database,
): Promise<readonly string[]> {
  const ids = new Set(served.flatMap(({ conversation_id: id }) => (id === null ? [] : [id])));
  const own: string[] = [];
  for (const id of ids) {
    const other = await db
      .selectFrom('served_answers')
      .select('number')
      .where('conversation_id', '=', id)
      .where('customer_key', '!=', served[0]?.customer_key ?? '')
      .limit(1)
      .executeTakeFirst();
    if (other === undefined) own.push(id);
  }
  return own;
}

interface Links {
  /** Those that are the subject's alone. */
  readonly conversations: readonly string[];
  readonly customer: string | null;
  readonly receipts: readonly string[];
}

async function offersOf({ conversations, customer, receipts }: Links, db: Database) {
  const found = new Map<number, { readonly id: number }>();
  const note = (rows: readonly { readonly id: number }[]): void => {
    for (const row of rows) found.set(row.id, row);
  };
  const all = () => db.selectFrom('offers_made').selectAll();
  for (const conversation of conversations) {
    const rows = await all().where('conversation_id', '=', conversation).execute();
    note(customer === null ? rows : rows.filter(({ customer_key: key }) => key === null || key === customer));
  }
  if (customer !== null) note(await all().where('customer_key', '=', customer).execute());
  for (let at = 0; at < receipts.length; at += atOnce)
    note(
      await all()
        .where('receipt', 'in', receipts.slice(at, at + atOnce))
        .execute(),
    );
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/** The events in whose data one of some names stands, as a text of its own. */
async function eventsOf(names: ReadonlySet<string>, db: Database) {
  const found: { readonly id: string; readonly type: string; readonly at: string; readonly data: string }[] =
    [];
  if (names.size === 0) return found;
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('events')
      .selectAll()
      .where('number', '>', after)
      .orderBy('number')
      .limit(eventsAtOnce)
      .execute();
    found.push(
      ...rows
        .filter(({ data }) => textsIn(JSON.parse(data)).some((text) => names.has(text)))
        .map(({ id, type, at, data }) => ({ id, type, at, data })),
    );
    const last = rows.at(-1);
    if (last === undefined || rows.length < eventsAtOnce) return found;
    after = last.number;
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

async function eraseAll(tables: PersonalData['tables'], within: Database): Promise<void> {
  // Ratings and what gaps keep go with their answers.
  await eachOf<number>(tables.served_answers, 'number', async (numbers) => {
    // The trigger that keeps answers lets those go whose conversation or customer is being erased.
    await within
      .insertInto('erasing')
      .columns(['conversation_id'])
      .expression((rows) =>
        rows
          .selectFrom('served_answers')
          .select('conversation_id')
          .distinct()
          .where('number', 'in', numbers)
          .where('customer_key', 'is', null)
          .where('conversation_id', 'is not', null),
      )
      .execute();
    await within.deleteFrom('served_answers').where('number', 'in', numbers).execute();
  });
  await eachOf<number>(tables.survey_answers, 'id', (ids) =>
    within.deleteFrom('survey_answers').where('id', 'in', ids).execute(),
  );
  await eachOf<number>(tables.flags, 'id', (ids) =>
    within.updateTable('flags').set({ question: null, receipt: null }).where('id', 'in', ids).execute(),
  );
  await eachOf<number>(tables.offers_made, 'id', (ids) =>
    within.updateTable('offers_made').set(offerWithoutCustomer).where('id', 'in', ids).execute(),
  );
  await eachOf<string>(tables.events, 'id', (ids) =>
    within.deleteFrom('events').where('id', 'in', ids).execute(),
  );
}

/** What leads from an offer that was made to whom it was made, blanked: it still counts for whoever made it. */
export const offerWithoutCustomer = {
  note: null,
  receipt: null,
  conversation_id: null,
  customer_key: null,
  order_key: null,
  decision_note: null,
} as const;

async function eachOf<T>(
  rows: readonly object[],
  column: string,
  act: (values: readonly T[]) => Promise<unknown>,
): Promise<void> {
  const values = rows.map((row) => (row as Readonly<Record<string, T>>)[column] as T);
  for (let at = 0; at < values.length; at += atOnce) await act(values.slice(at, at + atOnce));
}

function countsOf(tables: PersonalData['tables']): PersonalCounts {
  return Object.fromEntries(personalTables.map((table) => [table, tables[table].length])) as PersonalCounts;
}
