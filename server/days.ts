import { type Answerers, createAnswerers, isWarm, warmAnswerers } from './answers/answerer.ts';
import { addDays, calendarOf, startOfDay } from './answers/calendar.ts';
import { textsToEncode } from './answers/texts-to-encode.ts';
import type { CalendarDate, Current, Days, Locale, OpenedDay } from './channels/ask.ts';
import { AppError, describeError } from './errors.ts';
import { inSlices } from './in-slices.ts';
import type { RememberingEncoder } from './semantics/remembering-encoder.ts';
import type { ReleaseStore } from './snapshots/release-store.ts';
import type { Release, Snapshot } from './snapshots/snapshot.ts';
import type { SnapshotIds } from './snapshots/snapshot-delta.ts';

/** What the days are made of. */
export interface DaysDeps {
  readonly current: () => Current;
  readonly now: () => Date;
  readonly store: Pick<ReleaseStore, 'currentAt' | 'first' | 'list' | 'reportOf'>;
  /** The snapshot of an earlier release. Errors: as of loading it. */
  readonly load: (ids: SnapshotIds) => Promise<Snapshot>;
  /** What is served, for what is to be remembered of meaning. */
  readonly encoder: RememberingEncoder | null;
  /** Called whenever an earlier release is let go, with the snapshots that are left. */
  readonly letGo?: (left: readonly Snapshot[]) => void;
}

/** An earlier release that is at hand. */
interface Opened {
  readonly snapshot: Snapshot;
  readonly answerers: Answerers;
}

/**
 * Earlier releases at hand at once: those of a purchase and of a complaint, and another agent's. Opening one anew takes 240 ms
 * with 1,000 articles (npm run benchmark -- --days), and three take no measurable memory, since what did not change is shared;
 * where everything changed each takes as much as what is served.
 */
const MOST_KEPT = 3;
/**
 * Editions kept of each side of an earlier release: two periods in four languages, a sixth of what is kept of the one that is
 * served. A day beyond them is built again, in slices.
 */
const MOST_EDITIONS = 8;
/** Releases read in one statement; a row is some 300 bytes. */
const LISTED_AT_ONCE = 100;

/**
 * Opens days for agents. An earlier release is loaded and its indexes are built in slices, one piece of work at a time, so
 * that nobody who asks about today waits; whoever asks for the same one meanwhile shares it. The least recently used are let
 * go. What could not be loaded is tried again the next time.
 */
export function createDays(deps: DaysDeps): Days {
  const { store, encoder } = deps;
  /** By ids, the most recently used last; with what is there of it as soon as it is. */
  const kept = new Map<string, { readonly opening: Promise<Opened>; snapshot: Snapshot | null }>();
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = queue.then(work);
    queue = mine.catch(() => {});
    return mine;
  };

  /** With the indexes of the day for which it is opened, so that whoever waits has it before the next one is loaded. */
  const open = async (ids: SnapshotIds, day: CalendarDate, locale: Locale | null): Promise<Opened> => {
    const snapshot = await deps.load(ids);
    await encoder?.learn(textsToEncode(snapshot, encoder));
    const answerers = createAnswerers(snapshot, deps.current(), encoder, MOST_EDITIONS);
    await warmAnswerers(answerers, day, inSlices(), [localeOf(answerers, locale)]);
    return { snapshot, answerers };
  };
  /** Lets the least recently used go. What is still being opened takes no room and is waited for by somebody. */
  const trim = (): void => {
    const there = [...kept].filter(([, { snapshot }]) => snapshot !== null);
    const gone = there.slice(0, Math.max(0, there.length - MOST_KEPT));
    for (const [key] of gone) kept.delete(key);
    if (gone.length > 0) deps.letGo?.([...kept.values()].flatMap(({ snapshot }) => snapshot ?? []));
  };
  const opened = (ids: SnapshotIds, day: CalendarDate, locale: Locale | null): Promise<Opened> => {
    const key = `${ids.publicId} ${ids.agentId}`;
    const found = kept.get(key) ?? { opening: inTurn(() => open(ids, day, locale)), snapshot: null };
    if (!kept.has(key)) {
      found.opening.then(
        ({ snapshot }) => {
          found.snapshot = snapshot;
          trim();
        },
        () => kept.get(key) === found && kept.delete(key),
      );
    }
    kept.delete(key);
    kept.set(key, found);
    return found.opening;
  };
  const ready = async (answerers: Answerers, day: CalendarDate, wanted: Locale | null): Promise<void> => {
    const locale = localeOf(answerers, wanted);
    if (isWarm(answerers, day, locale)) return;
    await inTurn(() => warmAnswerers(answerers, day, inSlices(), [locale]));
  };

  const answerersOf = async (
    release: Release,
    served: Current,
    day: CalendarDate,
    locale: Locale | null,
  ): Promise<Answerers> => {
    const isServed =
      release.publicId === served.release.publicId && release.agentId === served.release.agentId;
    return isServed ? served : (await opened(release, day, locale)).answerers;
  };
  const pastDay = async (served: Current, day: CalendarDate, locale: Locale | null): Promise<OpenedDay> => {
    const end = startOfDay(served.public.site.timeZone, addDays(day, 1));
    const then = await store.currentAt(end);
    const release = then ?? (await store.first());
    if (release === null) throw new AppError('unavailable');
    try {
      const answerers = await answerersOf(release, served, day, locale);
      await ready(answerers, day, locale);
      const { public: open, desk } = answerers;
      return Object.freeze({
        kind: then === null ? ('first' as const) : ('then' as const),
        current: Object.freeze({ public: open, desk, release, refusals: [], held: null }),
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return Object.freeze({ kind: 'unusable' as const, release, reason: describeError(error) });
    }
  };

  /** What each release changed, by number, the newest first; null: nothing is told of it, or not everything. */
  let told: readonly { readonly release: Release; readonly changed: ReadonlySet<string> | null }[] = [];
  const readReports = async (): Promise<void> => {
    const newestTold = told[0]?.release.number ?? 0;
    const fresh: (typeof told)[number][] = [];
    for (let before: number | null = null; ; ) {
      const page: readonly Release[] = await store.list({ before, limit: LISTED_AT_ONCE });
      const unknown = page.filter(({ number }) => number > newestTold);
      for (const release of unknown) {
        const { changes, moreChanges } = await store.reportOf(release.number);
        const isWhole = changes.length > 0 && moreChanges === 0;
        fresh.push({ release, changed: isWhole ? new Set(changes.map((one) => one.articleId)) : null });
      }
      const last = page.at(-1);
      if (last === undefined || unknown.length < page.length || page.length < LISTED_AT_ONCE) break;
      before = last.number;
    }
    told = [...fresh, ...told];
  };
  /** One reading at a time, and none waits for a release that is being loaded. */
  let reading: Promise<void> | null = null;
  const readOnce = (): Promise<void> => {
    reading ??= readReports().finally(() => {
      reading = null;
    });
    return reading;
  };

  return Object.freeze({
    async open(day: CalendarDate, locale: Locale | null): Promise<OpenedDay> {
      const served = deps.current();
      const today = served.public.today(deps.now());
      if (day < today) return pastDay(served, day, locale);
      if (day > today) await ready(served, day, locale);
      return Object.freeze({ kind: 'now' as const, current: served });
    },
    async releaseDays(articleId: string | null): Promise<readonly CalendarDate[]> {
      await readOnce();
      const dateAt = calendarOf(deps.current().public.site.timeZone);
      const about = told.filter(
        ({ changed }) => articleId === null || changed === null || changed.has(articleId),
      );
      return [...new Set(about.map(({ release }) => dateAt(new Date(release.publishedAt))))].sort();
    },
  });
}

function localeOf({ public: open }: Answerers, wanted: Locale | null): Locale {
  const { locales, defaultLocale } = open.site;
  return wanted !== null && locales.includes(wanted) ? wanted : defaultLocale;
}
