import type { Fact, FactValue, Locale, Site } from '../articles/article.ts';
import { formatFact, formatPeriod } from '../snapshots/format-fact.ts';
import { combinationsOf } from '../snapshots/resolve-fact.ts';
import type { Release } from '../snapshots/snapshot.ts';
import type { FactVersion } from './fact-desk.ts';
import { dimensionsFor, whoOf } from './fact-readings.ts';

/** What the register said of a fact in one release; null: nothing, or it cannot be read any more. */
export interface RegisteredFact {
  readonly release: Release;
  readonly fact: Fact | null;
}

/**
 * The releases in which a fact changed, the newest first. `registered`: the newest first, one more than is looked through,
 * so that the last has something to be compared with; where `isWhole`, the last one is the first release of all.
 */
export function versionsOf(
  registered: readonly RegisteredFact[],
  isWhole: boolean,
  locale: Locale,
  site: Site,
): readonly FactVersion[] {
  return registered.flatMap(({ release, fact }, at): readonly FactVersion[] => {
    const before = registered[at + 1];
    if (before === undefined && !isWhole) return [];
    const was = before?.fact ?? null;
    if (fact === null && was === null) return [];
    const [goneLines, newLines] = [was, fact].map((one) => (one === null ? [] : linesOf(one, locale, site)));
    const changed = {
      gone: (goneLines ?? []).filter((line) => !newLines?.includes(line)),
      new: (newLines ?? []).filter((line) => !goneLines?.includes(line)),
      other: was && fact ? otherFields.filter((field) => was[field] !== fact[field]) : [],
    };
    if (was && fact && changed.gone.length + changed.new.length + changed.other.length === 0) return [];
    const { number, publishedAt, publisher, changeNote } = release;
    const kind = was === null ? 'added' : fact === null ? 'withdrawn' : 'changed';
    return [{ release: { number, publishedAt }, publisher, changeNote, kind, ...changed }];
  });
}

const otherFields = ['type', 'description', 'owner', 'source'] as const;

/** Each value with whom and when it holds for. */
function linesOf(fact: Fact, locale: Locale, site: Site): readonly string[] {
  return fact.values.map((value) =>
    [
      formatFact(value.content, locale, site.defaultLocale).text,
      ...scopeOf(value, locale, site),
      ...formatPeriod(value.period, locale),
    ].join(' · '),
  );
}

function scopeOf({ when }: FactValue, locale: Locale, site: Site): readonly string[] {
  if (when === null) return [];
  const dimensions = dimensionsFor(site, Object.keys(when));
  const customers = combinationsOf(
    dimensions.map((dimension) => ({
      ...dimension,
      values: dimension.values.filter(({ id }) => when[dimension.id]?.includes(id)),
    })),
  );
  return whoOf(customers, dimensions, locale, site);
}
