import type { AgentBlock, Fact, FactValue, Site } from '../articles/article.ts';
import { AppError, type Place } from '../errors.ts';
import { contextFor, factsIn, lineAt, reportMarkers, type SectionSetting } from './compile-section.ts';
import { type FormattedFact, formatFact, formatPeriod } from './format-fact.ts';
import { anchorOfNote, lexAt, type Outline } from './outline-article.ts';
import { linksOf, renderTokens } from './render-markdown.ts';
import type { CompiledNote, Locale } from './snapshot.ts';

/**
 * Compiles agents' text beside a section. It is the same for every customer, so a fact that differs is written out with
 * all its values: `30 days (European Union: 14 days)`. Also returns the links that stand in it, to be checked.
 */
export function compileNote(
  note: AgentBlock,
  outline: Outline,
  setting: SectionSetting,
  site: Site,
  errors: AppError[],
): {
  readonly compiled: CompiledNote;
  readonly links: readonly { readonly href: string; readonly place: Place }[];
} {
  const place = { file: setting.file, line: note.noteLine };
  const tokens = lexAt(note.note, place, errors);
  for (const id of new Set(factsIn(note.note))) {
    if (setting.facts.get(id)?.values.length !== 0) continue;
    errors.push(new AppError('fact-unresolved', { place, expected: `a value of ${id}`, found: 'none' }));
  }
  const context = contextFor(setting, (id) => {
    const fact = setting.facts.get(id);
    return fact ? describeFact(fact, setting.locale, site) : null;
  });
  const noteRendering = renderTokens(tokens, context);
  reportMarkers(noteRendering.text, { source: note.note, place }, context, errors);
  return {
    compiled: { noteAnchor: anchorOfNote(note, outline), noteRendering },
    links: linksOf(tokens).map((href) => ({
      href,
      place: { file: setting.file, line: lineAt(note.note, note.note.indexOf(`(${href}`), note.noteLine) },
    })),
  };
}

/** The base value, then every other with whom and when it holds for. */
function describeFact(fact: Fact, locale: Locale, site: Site): FormattedFact | null {
  const base = fact.values.find(isBase) ?? fact.values[0];
  if (!base) return null;
  const formatted = formatFact(base.content, locale, site.defaultLocale);
  const others = fact.values.filter((value) => value !== base);
  if (others.length === 0 && isBase(base)) return formatted;
  const described = others.map((value) => {
    const { text } = formatFact(value.content, locale, site.defaultLocale);
    return `${scopeOf(value, locale, site)}: ${text}`;
  });
  const first = isBase(base) ? formatted.text : `${scopeOf(base, locale, site)}: ${formatted.text}`;
  return {
    ...formatted,
    text: described.length > 0 ? `${first} (${described.join('; ')})` : first,
    href: null,
  };
}

function isBase(value: FactValue): boolean {
  return value.when === null && value.period.from === null && value.period.to === null;
}

function scopeOf(value: FactValue, locale: Locale, site: Site): string {
  const customers = Object.entries(value.when ?? {}).flatMap(([id, values]) => {
    const dimension = site.dimensions.find((known) => known.id === id);
    return values.map((wanted) => {
      const label = dimension?.values.find((known) => known.id === wanted)?.label;
      return label?.[locale] ?? label?.[site.defaultLocale] ?? wanted;
    });
  });
  return [...customers, ...formatPeriod(value.period, locale)].join(', ');
}
