import { addDays, startOfDay } from '../answers/calendar.ts';
import type { CalendarDate, Content, Fact, Site } from '../articles/article.ts';
import { decodeText } from '../articles/decode-text.ts';
import { parseContent } from '../articles/parse-content.ts';
import { readFacts } from '../articles/read-facts.ts';
import { AppError } from '../errors.ts';
import type { ReleaseStore } from '../snapshots/release-store.ts';
import type { Release, Snapshot } from '../snapshots/snapshot.ts';
import { changesOn, comingDays } from './day-changes.ts';
import {
  type ArticleFact,
  type ComingDay,
  type FactDesk,
  type FactDifference,
  type FactReading,
  type FactRelease,
  type FactsAsked,
  mostPlaces,
  releasesLookedThrough,
} from './fact-desk.ts';
import { changesAfter, readingsOn, sameReadings, spansOf } from './fact-readings.ts';
import { type FactRegister, listFacts, offersBeside, registerOf } from './fact-register.ts';
import { sentencesOf } from './fact-sentences.ts';
import { type RegisteredFact, versionsOf } from './fact-versions.ts';
import type { Replay } from './impact.ts';

/** A release with everything that was read from it. */
interface Opened {
  readonly release: Release;
  readonly register: FactRegister;
  readonly snapshot: Snapshot;
  /** By the day they are seen from. */
  readonly coming: Map<CalendarDate, readonly ComingDay[]>;
}

/** Releases that stay opened: the served one, and one that was asked for as of a day. */
const mostOpened = 2;

/** Replays questions on the day before one and on it; null where they cannot be answered here. */
export type ReplayDay = (
  of: { readonly release: Release; readonly content: Content; readonly snapshot: Snapshot },
  on: { readonly day: CalendarDate; readonly today: CalendarDate },
) => Promise<readonly Replay[] | null>;

/** Everything about facts, from the releases of a store. Reads and parses a whole release at the first question about it. */
export function createFactDesk(store: ReleaseStore, replayDay: ReplayDay = async () => null): FactDesk {
  const opened = new Map<number, Promise<Opened>>();
  const open = (release: Release): Promise<Opened> => {
    const known = opened.get(release.number) ?? openRelease(store, release);
    known.catch(() => opened.delete(release.number));
    opened.delete(release.number);
    opened.set(release.number, known);
    const [oldest] = opened.keys();
    if (opened.size > mostOpened && oldest !== undefined) opened.delete(oldest);
    return known;
  };
  const served = ({ release }: FactsAsked): Promise<Opened> => numbered(release);
  const numbered = async (number: number): Promise<Opened> => {
    const release = await store.find(number);
    if (release === null) throw new AppError('not-found');
    return open(release);
  };
  const openFor = async (asked: FactsAsked): Promise<Opened> => {
    const now = await served(asked);
    if (asked.asOf >= asked.today) return now;
    const then = await releaseOn(store, asked.asOf, now.register.content.site);
    return then === null || then.number === now.release.number ? now : open(then);
  };

  return {
    async list(asked, filter) {
      const [{ release, register }, now] = [await openFor(asked), await served(asked)];
      return {
        ...listFacts(register, asked, filter),
        release: briefly(release),
        coming: comingOf(now, asked.today),
      };
    },
    async find(asked, factId, before) {
      const { release, register, snapshot } = await openFor(asked);
      const { content, places } = register;
      const { site } = content;
      const fact = content.facts.find(({ id }) => id === factId);
      if (!fact) return null;
      const used = [...(places.get(factId) ?? [])].sort(
        (a, b) => site.locales.indexOf(a.head.locale) - site.locales.indexOf(b.head.locale),
      );
      const ownFirst = [
        ...used.filter(({ head }) => head.locale === asked.locale),
        ...used.filter(({ head }) => head.locale !== asked.locale),
      ];
      const next = changesAfter(fact, asked.asOf, site)[0];
      return {
        release: briefly(release),
        fact: articleFact(fact, content, asked),
        places: ownFirst.slice(0, mostPlaces).map((place) => ({
          articleId: place.head.id,
          locale: place.head.locale,
          title: place.head.title,
          anchor: place.anchor,
          heading: place.heading,
          isHidden: place.isHidden,
          isNote: place.isNote,
          sentences: sentencesOf(content, place, fact, asked.asOf),
        })),
        morePlaces: Math.max(0, ownFirst.length - mostPlaces),
        offers: offersBeside(register, factId),
        ...(await history(store, { fact: factId, before, asked, content })),
        next:
          next === undefined
            ? null
            : {
                release: briefly(release),
                ...changesOn(register, snapshot, { day: next, locale: asked.locale, onlyFact: factId }),
              },
      };
    },
    async ofArticle(asked, articleId) {
      const { content, places } = (await openFor(asked)).register;
      return content.facts
        .filter(({ id }) => (places.get(id) ?? []).some(({ head }) => head.id === articleId))
        .map((fact) => articleFact(fact, content, asked));
    },
    async changesOn(asked, day) {
      const { release, register, snapshot } = await served(asked);
      const { content } = register;
      const replays = await replayDay({ release, content, snapshot }, { day, today: asked.today });
      const { locale } = asked;
      return { release: briefly(release), ...changesOn(register, snapshot, { day, locale, replays }) };
    },
    async differences(before, after) {
      const [was, is] = [await numbered(before.release), await numbered(after.release)];
      const ids = [...publicFacts(was.register), ...publicFacts(is.register)];
      return [...new Set(ids)].sort().flatMap((id): FactDifference[] => {
        const change = {
          id,
          before: publicReadings(was.register, id, before.day),
          after: publicReadings(is.register, id, after.day),
        };
        return sameReadings(change.before, change.after) ? [] : [change];
      });
    },
  };
}

function articleFact(fact: Fact, { site, teams }: Content, { asOf, locale }: FactsAsked): ArticleFact {
  const { id, type, description, owner, source } = fact;
  return {
    id,
    type,
    description,
    source,
    owner: teams.find((team) => team.id === owner)?.name ?? owner,
    spans: spansOf(fact, asOf, locale, site),
  };
}

async function openRelease(store: ReleaseStore, release: Release): Promise<Opened> {
  const [files, snapshot] = await Promise.all([store.filesOf(release), store.load(release)]);
  const { content, errors } = parseContent(files);
  if (content === null || snapshot === null) {
    throw new AppError('database-unusable', {
      message: `Release ${release.number} cannot be read.`,
      expected: 'its content files and its snapshot',
      found: snapshot === null ? 'no snapshot' : (errors[0]?.message ?? 'no content'),
      hint: 'Publish the content again.',
      errors,
    });
  }
  return { release, register: registerOf(content), snapshot, coming: new Map() };
}

function comingOf({ register, snapshot, coming }: Opened, today: CalendarDate): readonly ComingDay[] {
  const known = coming.get(today);
  if (known) return known;
  const days = comingDays(register, snapshot, today);
  coming.clear();
  coming.set(today, days);
  return days;
}

/** Ids of the facts that stand in public text. */
function publicFacts({ places }: FactRegister): readonly string[] {
  return [...places].flatMap(([id, all]) =>
    all.some(({ isHidden, isNote }) => !isHidden && !isNote) ? [id] : [],
  );
}

/** The values of a fact in the default locale; none where no public text has it. */
function publicReadings(register: FactRegister, id: string, day: CalendarDate): readonly FactReading[] {
  const { facts, site } = register.content;
  const fact = facts.find((one) => one.id === id);
  if (fact === undefined || !publicFacts(register).includes(id)) return [];
  return readingsOn(fact, day, site.defaultLocale, site);
}

/** The release that was current at the end of a day in the site's time zone; before the first one, the first. */
async function releaseOn(store: ReleaseStore, day: CalendarDate, site: Site): Promise<Release | null> {
  const end = startOfDay(site.timeZone, addDays(day, 1));
  return (await store.currentAt(end)) ?? store.first();
}

async function history(
  store: ReleaseStore,
  {
    fact: factId,
    before,
    asked,
    content,
  }: {
    readonly fact: string;
    readonly before: number | null;
    readonly asked: FactsAsked;
    readonly content: Content;
  },
) {
  const { site } = content;
  const read = new Map<Buffer, Fact | null>();
  const factIn = (bytes: Buffer | null): Fact | null => {
    if (bytes === null) return null;
    if (!read.has(bytes)) read.set(bytes, readFact(bytes, factId, site));
    return read.get(bytes) ?? null;
  };
  const all = await store.versionsOf('facts.yaml', {
    before: before ?? asked.release + 1,
    limit: releasesLookedThrough + 1,
  });
  const registered = all.map(({ release, bytes }): RegisteredFact => ({ release, fact: factIn(bytes) }));
  const isWhole = all.length <= releasesLookedThrough;
  return {
    versions: versionsOf(registered, isWhole, asked.locale, site),
    olderThan: isWhole ? null : (all.at(-2)?.release.number ?? null),
  };
}

/** A fact as an old register has it; null where it has none, or is of a form that is not read any more. */
function readFact(bytes: Buffer, factId: string, site: Site): Fact | null {
  try {
    const text = decodeText(bytes, 'facts.yaml');
    if (!text.includes(factId)) return null;
    for (const part of [entryOf(text, factId), text]) {
      const { value } = part === null ? { value: null } : readFacts(part, 'facts.yaml', site);
      const found = value?.find(({ id }) => id === factId);
      if (found) return found;
    }
    return null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The lines of one entry: reading them alone is many times faster than the whole file, and is done for each version. */
function entryOf(text: string, factId: string): string | null {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.startsWith(`${factId}:`));
  if (first < 0) return null;
  const length = lines.slice(first + 1).findIndex((line) => /^[^\s#]/.test(line));
  return lines.slice(first, length < 0 ? undefined : first + 1 + length).join('\n');
}

function briefly({ number, publishedAt }: Release): FactRelease {
  return { number, publishedAt };
}
