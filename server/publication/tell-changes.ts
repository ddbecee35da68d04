import type { Answerers } from '../answers/answerer.ts';
import type { CalendarDate } from '../articles/article.ts';
import type { Database } from '../database/open.ts';
import { AppError } from '../errors.ts';
import type { FactDesk, FactDifference, FactMoment } from '../impact/fact-desk.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import type { Release } from '../snapshots/snapshot.ts';
import type { EventData, EventType } from '../webhooks/event.ts';
import { type EventLog, subscribersOf } from '../webhooks/event-log.ts';

/** What is served, and of which release. */
type Served = Pick<Answerers, 'public'> & { readonly release: Release };

/** What telling is made of. */
export interface TellChangesDeps {
  readonly store: Pick<ReleaseStore, 'list' | 'reportOf'>;
  readonly facts: Pick<FactDesk, 'differences'>;
  readonly events: Pick<EventLog, 'add'>;
  /** Null before the first publication. */
  readonly current: () => Served | null;
  readonly now: () => Date;
  /** Hears of facts that cannot be compared: they are not told of. */
  readonly failed: (error: unknown) => void;
}

/** Releases that are told one by one; of more, after a long time without a server, the newest. */
const mostReleases = 20;

/** Articles that one event names, so that it stays far below the 20 kB that Standard Webhooks 1.0.0 recommends. */
const mostNamed = 50;

/** Under which the position stands in `walk_positions`: release and day that were told last, as one number (`5` and `20261231`). */
const reader = 'changes-told';
const dayDigits = 100_000_000;

interface Told {
  readonly type: EventType;
  readonly data: EventData;
}

/**
 * Tells, as events, of every release since the last time, and of every fact in public text whose value a release or a
 * date that came has changed. The first time it only notes how things stand. Several servers may do it at once: each
 * change is told by one. Gives how many events were told here.
 */
export async function tellChanges(db: Database, deps: TellChangesDeps): Promise<number> {
  const served = deps.current();
  if (served === null) return 0;
  const now = { release: served.release.number, day: served.public.today(deps.now()) };
  const last = await positionOf(db);
  if (last === null) {
    await begin(db, now);
    return 0;
  }
  const next = {
    release: Math.max(last.release, now.release),
    day: lastOf(last.day, now.day),
  };
  if (next.release === last.release && next.day === last.day) return 0;
  const told = await changesSince(last, next, served, db, deps);
  const isOurs = await db.transaction().execute(async (within) => {
    if (!(await move(last, next, within))) return false;
    for (const { type, data } of told) await deps.events.add(type, data, within);
    return true;
  });
  // Another server was faster, perhaps with an older release: what is left is told by whoever knows it.
  return isOurs ? told.length : tellChanges(db, deps);
}

/** How often it is looked whether the release or the day is another one, ms: as often as a release is looked for is enough. */
const everyMs = 2_000;

/**
 * Tells of changes from now on, without keeping the process alive. `failed` hears why a look did not finish; the next one
 * tries again. `stop` resolves when one under way has ended.
 */
export function startTellingChanges(
  db: Database,
  deps: TellChangesDeps & { readonly every?: number },
): { stop(): Promise<void> } {
  const { current, now, failed, every = everyMs } = deps;
  let told = '';
  let stopped = false;
  let running = Promise.resolve();
  const look = async (): Promise<void> => {
    const served = current();
    const at = served === null ? '' : `${served.release.number} ${served.public.today(now())}`;
    if (at === told) return;
    await tellChanges(db, deps);
    told = at;
  };
  const timer = setInterval(() => {
    // What is looked up while everything ends is looked up again at the next start.
    running = running.then(look).catch((error) => {
      if (!stopped) failed(error);
    });
  }, every);
  timer.unref();
  return Object.freeze({
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  });
}

async function changesSince(
  last: FactMoment,
  next: FactMoment,
  served: Served,
  db: Database,
  deps: TellChangesDeps,
): Promise<readonly Told[]> {
  const isWanted = async (type: EventType): Promise<boolean> => (await subscribersOf(type, db)).length > 0;
  const wanted = { release: await isWanted('release.published'), fact: await isWanted('fact.changed') };
  if (!wanted.release && !wanted.fact) return [];

  const told: Told[] = [];
  let at = last;
  const step = async (to: FactMoment, because: 'release' | 'date'): Promise<void> => {
    if (wanted.fact && (to.release !== at.release || to.day !== at.day))
      told.push(...(await differences(at, to, deps)).map((fact) => changed(fact, to, because)));
    at = to;
  };
  const releases = (await deps.store.list({ before: next.release + 1, limit: mostReleases })).filter(
    ({ number }) => number > last.release,
  );
  for (const release of releases.reverse()) {
    const published = served.public.today(new Date(release.publishedAt));
    // A day that a clock of its own wrote may lie ahead: that one is told of when it comes.
    const day = published <= next.day ? lastOf(at.day, published) : at.day;
    await step({ release: at.release, day }, 'date');
    if (wanted.release) told.push(await publishedEvent(release, deps));
    await step({ release: release.number, day: at.day }, 'release');
  }
  await step({ release: at.release, day: next.day }, 'date');
  return told;
}

/** None where a release cannot be read any more: nothing would ever be told after it. */
async function differences(
  before: FactMoment,
  after: FactMoment,
  { facts, failed }: TellChangesDeps,
): Promise<readonly FactDifference[]> {
  try {
    return await facts.differences(before, after);
  } catch (error) {
    if (!(error instanceof AppError) || !['not-found', 'database-unusable'].includes(error.code)) throw error;
    failed(error);
    return [];
  }
}

function changed(fact: FactDifference, to: FactMoment, because: 'release' | 'date'): Told {
  const readings = (side: FactDifference['before']) => side.map(({ who, text }) => ({ who, text }));
  const data = {
    fact: fact.id,
    because,
    ...{ release: to.release, day: to.day },
    before: readings(fact.before),
    after: readings(fact.after),
  };
  return { type: 'fact.changed', data };
}

/** Nothing in it but what the public may see, and how many changes there were beside it. */
async function publishedEvent(
  { number, publicId, publishedAt }: Release,
  { store }: TellChangesDeps,
): Promise<Told> {
  const { changes, moreChanges, restores } = await store.reportOf(number);
  const open = changes.filter(({ audience }) => audience === 'public');
  return {
    type: 'release.published',
    data: {
      release: number,
      publishedAt,
      snapshot: publicId,
      restores,
      changes: open
        .slice(0, mostNamed)
        .map(({ articleId, locale, title, kind }) => ({ articleId, locale, title, kind })),
      moreChanges: Math.max(0, open.length - mostNamed) + moreChanges,
      agentChanges: changes.length - open.length,
    },
  };
}

function lastOf(...days: readonly CalendarDate[]): CalendarDate {
  return [...days].sort().at(-1) ?? '';
}

async function positionOf(db: Database): Promise<FactMoment | null> {
  const row = await db
    .selectFrom('walk_positions')
    .select('number')
    .where('reader', '=', reader)
    .executeTakeFirst();
  if (row === undefined) return null;
  const digits = String(row.number % dayDigits).padStart(8, '0');
  return {
    release: Math.floor(row.number / dayDigits),
    day: digits.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'),
  };
}

async function begin(db: Database, at: FactMoment): Promise<void> {
  await db
    .insertInto('walk_positions')
    .values({ reader, number: numberOf(at) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Moves the position on; false where somebody else has. */
async function move(from: FactMoment, to: FactMoment, within: Database): Promise<boolean> {
  const { numUpdatedRows } = await within
    .updateTable('walk_positions')
    .set({ number: numberOf(to) })
    .where('reader', '=', reader)
    .where('number', '=', numberOf(from))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function numberOf({ release, day }: FactMoment): number {
  return release * dayDigits + Number(day.replaceAll('-', ''));
}
