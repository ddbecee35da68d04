import type { CompiledArticle, Section, Variant } from '../snapshots/snapshot.ts';
import type { CalendarDate, Context, Dependency, Site } from './answer.ts';
import { isWithin } from './calendar.ts';

/** The words of a section for a customer on a day; or which dimension must be known first; or that it has none. */
export type VariantChoice =
  | { readonly kind: 'words'; readonly variant: Variant; readonly dependsOn: readonly Dependency[] }
  | { readonly kind: 'ask'; readonly dimension: string }
  | { readonly kind: 'none' };

/**
 * Chooses a section's words. They depend on the fewest dimensions of the context that settle them (ties: the first in
 * site.yaml), so the same words come with the same dependencies whatever else is known of the customer. Where what is
 * known does not settle them, one dimension is to be asked: the one after which fewest different wordings remain on average.
 */
export function chooseVariant(
  article: CompiledArticle,
  section: Section,
  asked: { readonly context: Context; readonly asOf: CalendarDate; readonly site: Site },
): VariantChoice {
  const { context, asOf, site } = asked;
  const today = section.variants.filter(({ period }) => isWithin(period, asOf));
  if (today.length === 0 || today.every(({ rendering }) => rendering.text.trim() === ''))
    return { kind: 'none' };
  const dimensions = site.dimensions.map(({ id }) => id).filter((id) => section.dimensions.includes(id));
  const known = dimensions.filter((id) => Object.hasOwn(context, id));
  const settling = subsetsBySize(known).find((subset) => isSettled(matching(today, context, subset)));
  if (settling === undefined) {
    return { kind: 'ask', dimension: mostTelling(matching(today, context, known), dimensions, known) };
  }
  const variant = matching(today, context, settling)[0];
  if (variant === undefined || variant.rendering.text.trim() === '') return { kind: 'none' };
  const dependsOn: Dependency[] = settling.map((dimension) => ({
    dimension,
    value: context[dimension] ?? '',
  }));
  const period = daysOfSameWords(matching(section.variants, context, settling), variant, asOf);
  if (period.from !== article.effective.from || period.to !== article.effective.to) {
    dependsOn.push({ dimension: 'date', ...period });
  }
  return { kind: 'words', variant, dependsOn };
}

function matching(
  variants: readonly Variant[],
  context: Context,
  dimensions: readonly string[],
): readonly Variant[] {
  return variants.filter((variant) => dimensions.every((id) => variant.context[id] === context[id]));
}

function isSettled(variants: readonly Variant[]): boolean {
  return variants.length > 0 && wordings(variants) === 1;
}

function wordings(variants: readonly Variant[]): number {
  return new Set(variants.map(({ rendering }) => rendering.markdown)).size;
}

/** All subsets, smaller first; equals in the order of their members. */
function subsetsBySize(items: readonly string[]): readonly (readonly string[])[] {
  let subsets: readonly (readonly string[])[] = [[]];
  for (const item of items) subsets = [...subsets, ...subsets.map((subset) => [...subset, item])];
  const place = (subset: readonly string[]): string =>
    subset.map((item) => String(items.indexOf(item)).padStart(3, '0')).join();
  return [...subsets].sort((a, b) => a.length - b.length || (place(a) < place(b) ? -1 : 1));
}

function mostTelling(
  variants: readonly Variant[],
  dimensions: readonly string[],
  known: readonly string[],
): string {
  const open = dimensions.filter((id) => !known.includes(id));
  const remaining = (id: string): number => {
    const byValue = [...Map.groupBy(variants, (variant) => variant.context[id] ?? '').values()];
    return byValue.reduce((sum, same) => sum + wordings(same), 0) / Math.max(1, byValue.length);
  };
  const [first = ''] = [...open].sort(
    (a, b) => remaining(a) - remaining(b) || open.indexOf(a) - open.indexOf(b),
  );
  return first;
}

/** The days around `asOf` on which every variant that may hold has the same words. */
function daysOfSameWords(
  variants: readonly Variant[],
  chosen: Variant,
  asOf: CalendarDate,
): { readonly from: CalendarDate | null; readonly to: CalendarDate | null } {
  const others = variants.filter(({ rendering }) => rendering.markdown !== chosen.rendering.markdown);
  const same = variants.filter(({ rendering }) => rendering.markdown === chosen.rendering.markdown);
  const ends = others.flatMap(({ period }) => (period.to !== null && period.to <= asOf ? [period.to] : []));
  const starts = others.flatMap(({ period }) =>
    period.from !== null && period.from > asOf ? [period.from] : [],
  );
  const outerFrom = same.some(({ period }) => period.from === null)
    ? null
    : least(same.map(({ period }) => period.from));
  const outerTo = same.some(({ period }) => period.to === null)
    ? null
    : greatest(same.map(({ period }) => period.to));
  return {
    from: ends.length > 0 ? greatest(ends) : outerFrom,
    to: starts.length > 0 ? least(starts) : outerTo,
  };
}

function least(dates: readonly (string | null)[]): string | null {
  return dates.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
}

function greatest(dates: readonly (string | null)[]): string | null {
  return dates.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
