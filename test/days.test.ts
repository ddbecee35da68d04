import { createAnswerers, isWarm } from '../server/answers/answerer.ts';
import type { Current, Days, OpenedDay } from '../server/channels/ask.ts';
import { createDays } from '../server/days.ts';
import { AppError } from '../server/errors.ts';
import { type ArticleChange, emptyReport } from '../server/snapshots/release-report.ts';
import type { Release, Snapshot } from '../server/snapshots/snapshot.ts';
import { withSemantics } from '../server/snapshots/with-semantics.ts';
import { makeArticle, smallWorld } from './support/small-world.ts';

/** A company that publishes another price at noon of each day of October 2026, from the first to the last. */
const releases = 8;
const dayOf = (at: number): string => `2026-10-${String(at + 1).padStart(2, '0')}`;
const snapshots: readonly Snapshot[] = Array.from(
  { length: releases },
  (_, at) =>
    smallWorld({
      'en/orders/price.md': makeArticle({
        title: 'What does wrapping cost?',
        body: `It costs ${at} dollars.`,
      }),
    }).snapshot,
);
const releaseOf = (at: number): Release => ({
  number: at + 1,
  publicId: snapshots[at]?.public.id ?? '',
  agentId: snapshots[at]?.agent.agentId ?? '',
  publishedAt: `${dayOf(at)}T16:00:00.000Z`,
  publisher: 'a test',
  changeNote: '',
  kept: [],
});
const change: ArticleChange = {
  articleId: 'orders/price',
  locale: 'en',
  title: '',
  audience: 'public',
  kind: 'changed',
};

interface World {
  readonly days: Days;
  readonly current: Current;
  /** Numbers of the releases that were loaded, in order. */
  readonly loaded: number[];
  /** Most loads that ran at the same time. */
  most(): number;
  damage(number: number | null): void;
  /** Has a release come from a server with a semantic model. */
  encode(number: number): void;
}

function open(): World {
  const last = releases - 1;
  const newest = snapshots[last];
  if (newest === undefined) throw new Error('there is a last snapshot');
  const current: Current = { ...createAnswerers(newest), release: releaseOf(last), refusals: [], held: null };
  const loaded: number[] = [];
  let [running, most] = [0, 0];
  let damaged: number | null = null;
  let encoded: number | null = null;
  const all = Array.from({ length: releases }, (_, at) => releaseOf(at));
  const days = createDays({
    current: () => current,
    now: () => new Date('2026-10-20T12:00:00Z'),
    encoder: null,
    store: {
      first: async () => all[0] ?? null,
      currentAt: async (instant) =>
        all.findLast(({ publishedAt }) => Date.parse(publishedAt) < instant.getTime()) ?? null,
      list: async ({ before }) => all.filter(({ number }) => before === null || number < before).reverse(),
      reportOf: async (number) =>
        number === 3
          ? { ...emptyReport, changes: [{ ...change, articleId: 'orders/other' }] }
          : { ...emptyReport, changes: [change] },
    },
    load: async ({ publicId }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      const at = snapshots.findIndex((snapshot) => snapshot.public.id === publicId);
      loaded.push(at + 1);
      const found = snapshots[at];
      if (found === undefined || damaged === at + 1) throw new AppError('database-unusable');
      return encoded === at + 1 ? withSemantics(found, 'another model') : found;
    },
  });
  return {
    days,
    current,
    loaded,
    most: () => most,
    damage: (number) => {
      damaged = number;
    },
    encode: (number) => {
      encoded = number;
    },
  };
}

function price(day: OpenedDay, asOf: string): string | undefined {
  if (day.kind === 'unusable') return day.reason;
  const ask = { question: null, answerId: 'orders/price#lead', locale: 'en', context: {}, asOf };
  return day.current.public.answer(ask).answer?.text;
}

describe('days', () => {
  test('have the release that was current at their end in the site’s time zone', async () => {
    const { days } = open();
    for (const at of [0, 3, releases - 1]) {
      const day = await days.open(dayOf(at), 'en');
      expect([day.kind, price(day, dayOf(at))]).toEqual(['then', `It costs ${at} dollars.`]);
    }
    expect((await days.open('2026-10-15', 'en')).kind).toBe('then');
    expect((await days.open('2026-10-20', 'en')).kind).toBe('now');
    const before = await days.open('2026-09-30', 'en');
    expect([before.kind, price(before, '2026-09-30')]).toEqual(['first', 'It costs 0 dollars.']);
  });

  test('that two agents ask for at once are loaded once, and ready when they are handed out', async () => {
    const { days, loaded } = open();
    const [one, two] = await Promise.all([days.open(dayOf(2), 'en'), days.open(dayOf(2), 'he')]);
    expect(loaded).toEqual([3]);
    if (one.kind === 'unusable' || two.kind === 'unusable') throw new Error('both are there');
    expect(two.current.public).toBe(one.current.public);
    expect(isWarm(one.current, dayOf(2), 'en')).toBe(true);
    expect(isWarm(one.current, dayOf(2), 'he')).toBe(true);
  });

  test('of what is served now load nothing', async () => {
    const { days, loaded, current } = open();
    const day = await days.open('2026-10-19', 'en');
    expect(loaded).toEqual([]);
    expect(day.kind === 'unusable' ? null : day.current.public).toBe(current.public);
  });

  test('of many releases are loaded one after the other, and three are kept', async () => {
    const { days, loaded, most } = open();
    await Promise.all([0, 1, 2, 3, 4, 5].map((at) => days.open(dayOf(at), 'en')));
    expect(loaded.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most()).toBe(1);
    for (const at of [3, 4, 5]) await days.open(dayOf(at), 'en');
    expect(loaded.length).toBe(6);
    await days.open(dayOf(0), 'en');
    expect(loaded.at(-1)).toBe(1);
  });

  test('whose release is damaged say so, every time, until it is mended', async () => {
    const { days, damage } = open();
    damage(2);
    for (const _ of [1, 2]) {
      const day = await days.open(dayOf(1), 'en');
      expect(day).toMatchObject({ kind: 'unusable', release: { number: 2 } });
      expect(price(day, dayOf(1))).toMatch(/^database-unusable/);
    }
    damage(null);
    expect(price(await days.open(dayOf(1), 'en'), dayOf(1))).toBe('It costs 1 dollars.');
  });

  test('whose release was made with another semantic model say so, and are not answered from another release', async () => {
    const { days, encode } = open();
    encode(2);
    const day = await days.open(dayOf(1), 'en');
    expect(day).toMatchObject({ kind: 'unusable', release: { number: 2 } });
    expect(price(day, dayOf(1))).toMatch(/^semantic-model-differs/);
  });

  test('on which releases changed an article are told by their reports', async () => {
    const { days } = open();
    const all = Array.from({ length: releases }, (_, at) => dayOf(at));
    expect(await days.releaseDays(null)).toEqual(all);
    expect(await days.releaseDays('orders/price')).toEqual(all.filter((_, at) => at !== 2));
    expect(await days.releaseDays('orders/other')).toEqual([dayOf(2)]);
  });
});
