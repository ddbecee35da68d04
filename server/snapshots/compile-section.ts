import type { Token } from 'marked';
import type { Dimension, Fact, Period } from '../articles/article.ts';
import { AppError, type Place } from '../errors.ts';
import { formatFact } from './format-fact.ts';
import { lexAt, type OutlineSection, type SectionPart } from './outline-article.ts';
import { linksOf, markerPattern, type RenderContext, renderTokens } from './render-markdown.ts';
import {
  type Combination,
  changeDaysOf,
  combinationsOf,
  countCombinations,
  cutPeriod,
  dimensionsOf,
  firstDayOf,
  holdsFor,
  mostSpecificValues,
} from './resolve-fact.ts';
import type { Locale, Rendering, Section, Variant } from './snapshot.ts';

/** Most combinations of customer and period that one section may be rendered for; a policy that needs more cannot be read by a person. */
export const mostCombinations = 1_000;

/** What every section of an article is compiled with. */
export interface SectionSetting {
  readonly locale: Locale;
  readonly defaultLocale: Locale;
  readonly file: string;
  readonly effective: Period;
  readonly facts: ReadonlyMap<string, Fact>;
  /** Dimensions of site.yaml by id. */
  readonly dimensions: ReadonlyMap<string, Dimension>;
  /** Path of a relative link that was checked, else null. */
  readonly internalLink: (href: string) => string | null;
  /** Label of an offer by id; null in public text. */
  readonly offerLabel: (id: string) => string | null;
}

/**
 * Resolves and renders a section for every customer and day that its text can tell apart. Problems (fact-unresolved,
 * too-many-variants) are added to `errors`; facts and conditions that do not exist were reported before and count as text.
 */
export function compileSection(
  outline: OutlineSection,
  setting: SectionSetting,
  errors: AppError[],
): Section {
  const { anchor, heading, level, parents } = outline;
  const space = spaceOf(outline, setting, errors);
  const render = createRenderer(outline, setting, errors);
  const cells = space.combinations.map((context) => ({
    context,
    renderings: space.periods.map((period) => render(context, period)),
  }));
  const dimensions = dependentDimensions(space.dimensions, cells);
  const variants: Variant[] = [];
  const seen = new Set<string>();
  for (const cell of cells) {
    const context = Object.fromEntries(dimensions.map((id) => [id, cell.context[id] ?? '']));
    const key = JSON.stringify(context);
    if (seen.has(key)) continue;
    seen.add(key);
    variants.push(...joinPeriods(context, space.periods, cell.renderings));
  }
  return { anchor, heading, level, parents, dimensions, variants };
}

/** Ids of the facts that a text refers to, in reading order. */
export function factsIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(markerPattern)]
    .map((match) => match[1] ?? '')
    .filter((name) => name.startsWith('fact:'))
    .map((name) => name.slice('fact:'.length));
}

/** The file's line of a place in a text that begins on `line`. */
export function lineAt(markdown: string, index: number, line: number): number {
  return line + markdown.slice(0, Math.max(0, index)).split('\n').length - 1;
}

interface Space {
  readonly dimensions: readonly string[];
  readonly combinations: readonly Combination[];
  readonly periods: readonly Period[];
}

/** All that the section's text could depend on. */
function spaceOf(outline: OutlineSection, setting: SectionSetting, errors: AppError[]): Space {
  const facts = outline.parts
    .flatMap((part) => factsIn(part.markdown))
    .map((id) => setting.facts.get(id))
    .filter((fact) => fact !== undefined);
  const ids = new Set([
    ...outline.parts.flatMap((part) => Object.keys(part.when ?? {})),
    ...facts.flatMap(dimensionsOf),
  ]);
  const dimensions = [...ids]
    .sort()
    .map((id) => setting.dimensions.get(id))
    .filter((dimension) => dimension !== undefined);
  const periods = cutPeriod(setting.effective, facts.flatMap(changeDaysOf));
  const count = countCombinations(dimensions) * periods.length;
  if (count > mostCombinations) {
    errors.push(
      new AppError('too-many-variants', {
        place: { file: setting.file, line: outline.line },
        expected: `at most ${mostCombinations} combinations of customer and period`,
        found: `${count}: ${dimensions.map(({ id, values }) => `${values.length} of ${id}`).join(' × ')} × ${periods.length} periods`,
        hint: 'Split the section, so that each part depends on less.',
      }),
    );
    return { dimensions: [], combinations: [], periods: [] };
  }
  return { dimensions: dimensions.map(({ id }) => id), combinations: combinationsOf(dimensions), periods };
}

/** Renders each different text once: what a customer gets is decided by the parts and fact values that hold. */
function createRenderer(outline: OutlineSection, setting: SectionSetting, errors: AppError[]) {
  const tokensByParts = new Map<string, readonly Token[]>();
  const renderings = new Map<string, Rendering>();
  const unresolved = new Set<string>();
  return (context: Combination, period: Period): Rendering => {
    const parts = outline.parts.filter((part) => holdsFor(part.when, context));
    const partsKey = parts.map((part) => part.line).join();
    const values = new Map<string, ReturnType<typeof formatFact>>();
    const valuesKey: string[] = [];
    for (const part of parts) {
      for (const id of factsIn(part.markdown)) {
        const fact = setting.facts.get(id);
        if (!fact || values.has(id)) continue;
        const [value] = mostSpecificValues(fact, context, firstDayOf(period));
        if (value) {
          values.set(id, formatFact(value.content, setting.locale, setting.defaultLocale));
          valuesKey.push(`${id}=${fact.values.indexOf(value)}`);
        } else if (!unresolved.has(id)) {
          unresolved.add(id);
          errors.push(unresolvedFact(fact, part, context, period, setting));
        }
      }
    }
    const key = `${partsKey} ${valuesKey.join()}`;
    const known = renderings.get(key);
    if (known) return known;
    let tokens = tokensByParts.get(partsKey);
    if (!tokens) {
      tokens = tokensOf(parts, { file: setting.file, line: outline.line }, errors);
      tokensByParts.set(partsKey, tokens);
    }
    const resolving = contextFor(setting, (id) => values.get(id) ?? null);
    const rendering = renderTokens(tokens, resolving);
    const source = parts.map(({ markdown }) => markdown).join('\n');
    const place = { file: setting.file, line: outline.line };
    reportMarkers(rendering.text, { source, place }, resolving, errors);
    renderings.set(key, rendering);
    return rendering;
  };
}

/** Parts that follow one another are one text: a list goes on over a :::when. */
function tokensOf(parts: readonly SectionPart[], place: Place, errors: AppError[]): readonly Token[] {
  const [only] = parts;
  if (only && parts.length === 1) return only.tokens;
  const texts = parts.map(({ markdown }) => markdown.replace(/^(?:[ \t]*\n)+/, '').trimEnd());
  return lexAt(texts.join('\n\n'), place, errors);
}

/** How a text's links and markers are resolved. */
export function contextFor(
  setting: Pick<SectionSetting, 'internalLink' | 'offerLabel'>,
  fact: (id: string) => ReturnType<typeof formatFact> | null,
): RenderContext {
  return {
    internalLink: setting.internalLink,
    headingShift: 1,
    marker: (kind, id) => {
      if (kind === 'fact') return fact(id);
      const label = kind === 'offer' ? setting.offerLabel(id) : null;
      return label === null ? null : { text: label, href: null, raw: label };
    },
  };
}

/**
 * Reports markers that are still there in a finished text, escaped in some way, so that none reaches a reader. Those that
 * `source` names as they are and that stand for nothing were reported before.
 */
export function reportMarkers(
  text: string,
  { source, place }: { readonly source: string; readonly place: Place },
  { marker: resolve }: RenderContext,
  errors: AppError[],
): void {
  for (const [marker, name = ''] of text.matchAll(markerPattern)) {
    const colon = name.indexOf(':');
    const resolves = resolve(name.slice(0, colon), name.slice(colon + 1)) !== null;
    if (!resolves && source.includes(marker)) continue;
    errors.push(
      new AppError('marker-unknown', {
        message: 'A marker is left in the finished text.',
        place,
        expected: '{{fact:name}}, without a backslash or character reference in it',
        found: marker,
      }),
    );
  }
}

/** Every relative or foreign address that a section links to, with the line where it stands. */
export function linksInSection(
  outline: OutlineSection,
  file: string,
): readonly { readonly href: string; readonly place: Place }[] {
  return outline.parts.flatMap((part) =>
    linksOf(part.tokens).map((href) => ({
      href,
      place: { file, line: lineAt(part.markdown, part.markdown.indexOf(`(${href}`), part.line) },
    })),
  );
}

function unresolvedFact(
  fact: Fact,
  part: SectionPart,
  context: Combination,
  period: Period,
  setting: SectionSetting,
): AppError {
  const marker = `{{fact:${fact.id}}}`;
  const customer = Object.entries(context).map(([dimension, value]) => `${dimension} ${value}`);
  const days =
    period.from === null && period.to === null
      ? []
      : [`${period.from ?? 'the beginning'} to ${period.to ?? 'further notice'}`];
  return new AppError('fact-unresolved', {
    place: {
      file: setting.file,
      line: lineAt(part.markdown, part.markdown.indexOf(marker), part.line),
    },
    expected: `a value of ${fact.id} for every customer and every day on which this text holds`,
    found: `none for ${[...customer, ...days].join(', ') || 'anybody'}`,
    hint: `Give it a base value in facts.yaml (line ${fact.line}), or put the text into a :::when.`,
  });
}

interface Cell {
  readonly context: Combination;
  readonly renderings: readonly Rendering[];
}

/** The dimensions of which at least one changes the text while all others stay. */
function dependentDimensions(dimensions: readonly string[], cells: readonly Cell[]): readonly string[] {
  return dimensions.filter((dimension) => {
    const others = new Map<string, Cell>();
    return cells.some((cell) => {
      const rest = JSON.stringify(dimensions.filter((id) => id !== dimension).map((id) => cell.context[id]));
      const first = others.get(rest);
      if (!first) others.set(rest, cell);
      return (
        first?.renderings.some((rendering, index) => !sameText(rendering, cell.renderings[index])) ?? false
      );
    });
  });
}

function joinPeriods(
  context: Combination,
  periods: readonly Period[],
  renderings: readonly Rendering[],
): readonly Variant[] {
  const variants: Variant[] = [];
  for (const [index, period] of periods.entries()) {
    const rendering = renderings[index];
    if (!rendering) continue;
    const last = variants.at(-1);
    if (last && sameText(last.rendering, rendering)) {
      variants[variants.length - 1] = { ...last, period: { from: last.period.from, to: period.to } };
    } else {
      variants.push({ context, period, rendering });
    }
  }
  return variants;
}

function sameText(a: Rendering, b: Rendering | undefined): boolean {
  return a === b || (a.text === b?.text && a.markdown === b.markdown && a.html === b.html);
}
