import { type Answerers, createAnswerers, warmAnswerers } from '../answers/answerer.ts';
import { addDays, isWithin } from '../answers/calendar.ts';
import type { Database } from '../database/open.ts';
import { recordedQuestions } from '../feedback/recorded-questions.ts';
import type { ReplayDay } from '../impact/create-fact-desk.ts';
import { articlesThatChange } from '../impact/day-changes.ts';
import type { Replay } from '../impact/impact.ts';
import { type ReplayAsk, replay } from '../impact/replay.ts';
import { createCustomersOf, replayAsks } from '../impact/replay-asks.ts';
import { inSlices } from '../in-slices.ts';
import { questionKey } from '../search/analyser.ts';
import type { Encoder } from '../semantics/encoder.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { daysReplayed } from './weigh.ts';

/** Days that stay replayed. */
const mostKept = 8;

/** Editions kept: three periods in four languages. */
const mostEditions = 12;

/** Public articles above which nothing is replayed: somebody waits for the page, and indexes take 1.1 s for 1,000 articles and a day. */
const mostArticles = 3_000;

/** Most recorded questions that are replayed for a day, and most asks in all, the most often asked first. */
const mostRecorded = 500;
const mostAsks = 1_000;

/** Rows of recorded answers that are counted: a month of 600 questions a day. */
const mostRows = 20_000;

/**
 * Replays the questions that a day can change: titles and variants of articles whose words change, or that begin or end,
 * golden questions without a date of their own, and what was asked most in the last days. Titles and variants of all other
 * articles find their own article as before. Works in slices, so that publications are not held up, and remembers the last
 * days. `done` is called when it has worked.
 */
export function createReplayDay(deps: {
  readonly db: Database;
  readonly encoder: Encoder | null;
  readonly done: () => Promise<void>;
}): ReplayDay {
  const { db, encoder, done } = deps;
  const kept = new Map<string, Promise<readonly Replay[]>>();
  let last: { readonly id: string; readonly answerers: Answerers } | null = null;
  /** The day before one change is often a day after another: their indexes are built once. */
  const answerersOf = (snapshot: Snapshot): Answerers => {
    const { id } = snapshot.public;
    if (last?.id !== id) last = { id, answerers: createAnswerers(snapshot, null, encoder, mostEditions) };
    return last.answerers;
  };

  const replayNow = async (
    { content, snapshot }: Parameters<ReplayDay>[0],
    { day, today }: Parameters<ReplayDay>[1],
  ): Promise<readonly Replay[]> => {
    const since = new Date(Date.parse(addDays(today, -daysReplayed)));
    const recorded = await recordedQuestions(db, { since, limit: mostRecorded, mostRows });
    const touched = articlesThatChange(snapshot.public, day);
    const golden = content.golden.filter(({ asOf }) => asOf === null);
    const before = addDays(day, -1);
    const open = { ...snapshot.public, articles: touched };
    const ending = { ...open, articles: touched.filter(({ effective }) => !isWithin(effective, day)) };
    const asks = new Map<string, ReplayAsk>();
    for (const ask of [
      ...replayAsks({ golden, snapshots: [open], recorded, today: day }),
      ...replayAsks({ golden: [], snapshots: [ending], recorded: [], today: before }),
    ]) {
      const key = JSON.stringify([ask.locale, questionKey(ask.question), ask.context]);
      if (!asks.has(key)) asks.set(key, ask);
    }
    const most = [...asks.values()].sort((a, b) => b.asked - a.asked).slice(0, mostAsks);
    const { public: answerer, desk } = answerersOf(snapshot);
    const pause = inSlices();
    const locales = [...new Set(most.map(({ locale }) => locale))].filter((locale) =>
      answerer.site.locales.includes(locale),
    );
    for (const on of [before, day]) await warmAnswerers({ public: answerer, desk }, on, pause, locales);
    const replays: Replay[] = [];
    const sides = [
      { answerer, asOf: before },
      { answerer, asOf: day },
    ] as const;
    for (const one of replay(most, ...sides, { customersOf: createCustomersOf([snapshot.public]) })) {
      replays.push(one);
      await pause();
    }
    return replays;
  };

  return (of, on) => {
    if (of.snapshot.public.articles.length > mostArticles) return Promise.resolve(null);
    if ((of.snapshot.public.semantic?.model ?? null) !== (encoder?.id ?? null)) return Promise.resolve(null);
    const key = `${of.release.number} ${on.day} ${on.today}`;
    const found = kept.get(key) ?? replayNow(of, on).finally(done);
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
