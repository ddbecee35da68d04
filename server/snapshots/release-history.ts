import type { ReleaseReport } from './release-report.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Locale, Release } from './snapshot.ts';

/** What is told of releases: read from the store, and remembered where a release cannot change it any more. */
export interface ReleaseHistory {
  /** The newest first, at most `limit`; `before`: only those with lower numbers. */
  list(range: { readonly before: number | null; readonly limit: number }): Promise<readonly Told[]>;
  /** As `list`, of those that changed an article for somebody, or ask to be read. */
  changes(range: { readonly before: number | null; readonly limit: number }): Promise<readonly Told[]>;
  /** Null where there is no release with this number. */
  find(number: number): Promise<Told | null>;
  /** Those that ask to be read, the newest first, up to a release. */
  asking(upTo: number): Promise<readonly Release[]>;
  /** When each public article last became new or other, the newest first, up to a release. */
  publicChanges(upTo: number): Promise<readonly LastChange[]>;
}

interface Told {
  readonly release: Release;
  readonly report: ReleaseReport;
}

interface LastChange {
  readonly articleId: string;
  readonly locale: Locale;
  readonly publishedAt: string;
}

/**
 * Releases with public changes that are looked through: a feed shows fifty articles. Releases that changed agents' text
 * alone do not count, or enough of them would push public changes out, and so be seen.
 */
const mostLookedThrough = 300;

/** Rows read at a time. */
const atOnce = 50;

/** The history of a store's releases. */
export function createReleaseHistory(
  store: Pick<ReleaseStore, 'find' | 'askingReading' | 'reportOf' | 'list'>,
): ReleaseHistory {
  const told = async (release: Release): Promise<Told> => ({
    release,
    report: await store.reportOf(release.number),
  });
  const list: ReleaseHistory['list'] = async (range) => Promise.all((await store.list(range)).map(told));

  const remembered = <T>(read: (upTo: number) => Promise<T>) => {
    let kept: { readonly upTo: number; readonly value: Promise<T> } | null = null;
    return (upTo: number): Promise<T> => {
      if (kept?.upTo === upTo) return kept.value;
      const value = read(upTo);
      kept = { upTo, value };
      value.catch(() => {
        kept = null;
      });
      return value;
    };
  };

  return {
    list,
    async changes({ before, limit }) {
      const found: Told[] = [];
      let from = before;
      for (;;) {
        const some = await list({ before: from, limit: atOnce });
        found.push(...some.filter(({ report }) => report.changes.length > 0 || report.asksReading));
        const last = some.at(-1);
        if (last === undefined || found.length >= limit) return found.slice(0, limit);
        from = last.release.number;
      }
    },
    async find(number) {
      const release = await store.find(number);
      return release && told(release);
    },
    asking: remembered(async (upTo) => {
      const releases = await store.askingReading();
      return releases.filter(({ number }) => number <= upTo);
    }),
    publicChanges: remembered(async (upTo) => {
      const changes = new Map<string, LastChange>();
      let from = upTo + 1;
      let looked = 0;
      while (looked < mostLookedThrough) {
        const some = await list({ before: from, limit: atOnce });
        for (const { release, report } of some) {
          const toldToAll = report.changes.filter(({ audience }) => audience === 'public');
          if (toldToAll.length === 0 || looked >= mostLookedThrough) continue;
          looked += 1;
          for (const { articleId, locale, kind } of toldToAll) {
            const key = `${locale} ${articleId}`;
            if (kind === 'withdrawn' || changes.has(key)) continue;
            changes.set(key, { articleId, locale, publishedAt: release.publishedAt });
          }
        }
        const last = some.at(-1);
        if (last === undefined) break;
        from = last.release.number;
      }
      return Object.freeze([...changes.values()].sort(newestFirst));
    }),
  };
}

function newestFirst(a: LastChange, b: LastChange): number {
  if (a.publishedAt !== b.publishedAt) return a.publishedAt > b.publishedAt ? -1 : 1;
  return `${a.articleId} ${a.locale}` < `${b.articleId} ${b.locale}` ? -1 : 1;
}
