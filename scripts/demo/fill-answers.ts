import { randomBytes } from 'node:crypto';
import type { AnswerResult, PublicAnswerer } from '../../server/answers/answer.ts';
import type { Database } from '../../server/database/open.ts';
import { newReceiptCode } from '../../server/feedback/receipt-code.ts';
import {
  conversationKey,
  customerKey,
  type Said,
  type ServedRow,
  servedRow,
} from '../../server/feedback/served-row.ts';
import { createRandom, type Random } from '../random.ts';
import { createDemoAsks, type DemoAsk, pick, weighted } from './demo-asks.ts';

/** An answer of the demo as what comes back for it needs it. */
export interface DemoServed {
  readonly code: string;
  readonly servedAt: Date;
  readonly channel: string;
  readonly locale: string;
  readonly conversation: string;
  readonly customer: string | null;
  readonly question: string;
  readonly result: AnswerResult;
  /** When it was, as a part of the time that is filled, in [0, 1). */
  readonly at: number;
  /** The how manieth of its conversation, from 1. */
  readonly turn: number;
}

/** What is filled: so many answers in the days before `until`. */
export interface DemoSize {
  readonly answers: number;
  readonly days: number;
  readonly until: Date;
  readonly retentionDays: number;
  readonly seed: string;
}

const dayMs = 86_400_000;

/** Rows of one statement; SQLite takes 32,766 values, a row has 17. */
const batchRows = 500;

/** Different wordings that are answered; a million answers are these again and again. */
const mostWordings = 20_000;

/** How much is asked on a day of the week, Sunday first, and in an hour of the day. */
const weekdays = [0.75, 1.25, 1.15, 1.05, 1, 0.95, 0.7] as const;
const hours = [2, 1, 1, 1, 1, 2, 4, 7, 10, 13, 14, 14, 13, 12, 12, 12, 12, 12, 13, 14, 14, 12, 8, 4] as const;

const channels = [
  { channel: 'chat', weight: 42 },
  { channel: 'faq', weight: 33 },
  { channel: 'agent', weight: 17 },
  { channel: 'api', weight: 8 },
] as const;

const shares: Readonly<Record<string, number>> = { en: 66, he: 13, fa: 8, ms: 13 };

/**
 * Writes answers as they would have been served: in conversations of one to five asks, busier by day and on Mondays, a
 * little more each week, some of which go on with an agent. `heard` gets those of which something comes back, as each is
 * written. Gives how many were written.
 */
export async function fillAnswers(
  db: Database,
  answerer: PublicAnswerer,
  size: DemoSize,
  heard: (served: DemoServed, within: Database) => Promise<void>,
): Promise<number> {
  const random = createRandom(size.seed);
  const asOf = answerer.today(size.until);
  const draw = createDemoAsks(answerer, { asOf, random, most: mostWordings });
  const locales = answerer.site.locales.map((locale) => ({ locale, weight: shares[locale] ?? 10 }));
  const regions = answerer.site.dimensions.find(({ id }) => id === 'region')?.values ?? [];
  const days = daysOf(size);
  const all = days.reduce((sum, { weight }) => sum + weight, 0);
  let written = 0;
  let due = 0;
  const stored = new Set<string>();
  const rowOf = createRows(size);
  const codes = new Set<string>();

  for (const [number, { from, weight }] of days.entries()) {
    due += (size.answers * weight) / all;
    const isLast = number === days.length - 1;
    const quota = (isLast ? size.answers : Math.round(due)) - written;
    const served: DemoServed[] = [];
    while (served.length < quota)
      served.push(...conversation(from, number / days.length, quota - served.length));
    served.sort((a, b) => a.servedAt.getTime() - b.servedAt.getTime());
    await db.transaction().execute(async (within) => {
      await insert(within, served, rowOf, stored);
      for (const one of served) await heard(one, within);
    });
    written += served.length;
  }
  return written;

  /** Of a million codes some two are drawn twice. */
  function freshCode(): string {
    let code = newReceiptCode(randomBytes);
    while (codes.has(code)) code = newReceiptCode(randomBytes);
    codes.add(code);
    return code;
  }

  function conversation(from: Date, at: number, most: number): readonly DemoServed[] {
    const { locale } = weighted(locales, (one) => one.weight, random);
    const { channel } = weighted(channels, (one) => one.weight, random);
    const region = regions.length === 0 || random() < 0.45 ? null : pick(regions, random);
    const context = region === null ? {} : { region: region.id };
    const name = idOf(random);
    const customer = random() < 0.3 ? `customer-${Math.floor(random() * size.answers * 0.2)}` : null;
    const made: DemoServed[] = [];
    let when = from.getTime() + weighted(hourly, ({ hour }) => hours[hour] ?? 1, random).hour * 3_600_000;
    when += Math.floor(random() * 3_600_000);
    const turns = channel === 'faq' && random() < 0.7 ? 1 : 1 + Math.floor(random() * random() * 5);
    const add = (through: string, ask: DemoAsk): void => {
      if (made.length >= most || when >= size.until.getTime()) return;
      made.push({
        code: freshCode(),
        servedAt: new Date(when),
        channel: through,
        locale,
        conversation: name,
        customer,
        question: ask.question,
        result: ask.result,
        at,
        turn: made.length + 1,
      });
      when += 20_000 + Math.floor(random() * 160_000);
    };
    for (let turn = 0; turn < turns; turn += 1) add(channel, draw(locale, context, at));
    const last = made.at(-1);
    // Whom the bot could not help goes on with a person, who asks again with the customer's country.
    if (last?.result.status === 'no_answer' && channel !== 'agent' && random() < 0.4) {
      when += 180_000;
      add('agent', draw(locale, context, at));
    }
    if (made.length === 0) made.push(...late());
    return made;

    /** Nobody asks after now: the conversation is one ask, before it. */
    function late(): readonly DemoServed[] {
      when = from.getTime() + Math.floor(random() * (size.until.getTime() - from.getTime()));
      add(channel, draw(locale, context, at));
      return made;
    }
  }
}

const hourly = hours.map((_, hour) => ({ hour }));

/** The days that are filled, each with how much is asked on it. */
function daysOf({ days, until }: DemoSize): readonly { readonly from: Date; readonly weight: number }[] {
  return Array.from({ length: days }, (_, number) => {
    const from = new Date(until.getTime() - (days - number) * dayMs);
    const growth = 1 + (0.5 * number) / days;
    return { from, weight: (weekdays[from.getUTCDay()] ?? 1) * growth };
  });
}

type RowOf = (served: DemoServed) => ReturnType<typeof servedRow>;

/** Rows of served answers; what is the same whenever a wording is asked is made once: redacting and hashing cost most. */
function createRows({ retentionDays }: DemoSize): RowOf {
  const known = new Map<AnswerResult, ReturnType<typeof servedRow>>();
  const wordingOf = ({ servedAt, channel, question, locale, result }: DemoServed) => {
    const found = known.get(result);
    if (found !== undefined) return found;
    const { context, asOf } = result;
    const ask = { question, answerId: null, previous: null, locale, context, asOf };
    const made = servedRow(
      { channel, conversationId: null, customer: null, ask, result, audience: 'public' },
      { servedAt, retentionDays },
    );
    known.set(result, made);
    return made;
  };
  return (served) => {
    const { row, said } = wordingOf(served);
    const { servedAt, channel, conversation, customer } = served;
    return {
      row: {
        ...row,
        served_at: servedAt.toISOString(),
        expires_at: new Date(servedAt.getTime() + retentionDays * dayMs).toISOString(),
        channel,
        conversation_id: conversationKey(conversation),
        customer_key: customer === null ? null : customerKey(customer),
      },
      said,
    };
  };
}

async function insert(
  within: Database,
  served: readonly DemoServed[],
  rowOf: RowOf,
  stored: Set<string>,
): Promise<void> {
  const rows: ServedRow[] = [];
  const texts: Said[] = [];
  for (const one of served) {
    const { row, said } = rowOf(one);
    rows.push({ code: one.code, ...row });
    if (stored.has(said.hash)) continue;
    stored.add(said.hash);
    texts.push(said);
  }
  for (let at = 0; at < texts.length; at += batchRows)
    await within
      .insertInto('said_results')
      .values(texts.slice(at, at + batchRows))
      .onConflict((conflict) => conflict.column('hash').doNothing())
      .execute();
  for (let at = 0; at < rows.length; at += batchRows)
    await within
      .insertInto('served_answers')
      .values(rows.slice(at, at + batchRows))
      .execute();
}

/** An id as a chat widget makes one. */
function idOf(random: Random): string {
  return `demo-${Math.floor(random() * 2 ** 32).toString(36)}${Math.floor(random() * 2 ** 20).toString(36)}`;
}
