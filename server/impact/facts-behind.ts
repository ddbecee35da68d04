import type { Content, Fact, PublicArticle } from '../articles/article.ts';
import { factsIn } from '../snapshots/compile-section.ts';
import { formatFact } from '../snapshots/format-fact.ts';
import { outlineArticle, type SectionPart } from '../snapshots/outline-article.ts';
import { combinationsOf, dimensionsOf, mostSpecificValues } from '../snapshots/resolve-fact.ts';
import type { CalendarDate, Locale } from '../snapshots/snapshot.ts';
import type { FactChange } from './impact.ts';
import type { FactsBehind } from './replay.ts';

/**
 * Finds the facts behind a difference: those that the section refers to on either side for this customer, and whose value
 * differs between the two. The content of a side: null where it cannot be read any more, which no fact is then told of.
 */
export function createFactsBehind(before: Content | null, after: Content | null): FactsBehind {
  if (before === null || after === null) return () => [];
  const [was, is] = [readFacts(before), readFacts(after)];
  return ({ answerId, locale, context, before: dayBefore, after: dayAfter }) => {
    const ids = [was, is].flatMap((side) => side.of(answerId, locale, context));
    return [...new Set(ids)].sort(byCodePoints).flatMap((factId): FactChange[] => {
      const change = {
        factId,
        before: was.valueOf(factId, locale, context, dayBefore),
        after: is.valueOf(factId, locale, context, dayAfter),
      };
      return change.before === change.after ? [] : [change];
    });
  };
}

type Customer = Readonly<Record<string, string>>;

interface ReadFacts {
  /** Facts of a section for a customer; of all customers that are not told apart. */
  readonly of: (answerId: string, locale: Locale, customer: Customer) => readonly string[];
  /** As the customer reads it; several values where it depends on what is not known; null where there is no such fact or value. */
  readonly valueOf: (factId: string, locale: Locale, customer: Customer, day: CalendarDate) => string | null;
}

function readFacts({ site, facts, articles }: Content): ReadFacts {
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const open = new Map(
    articles.flatMap(({ beside, article }) =>
      beside === null ? [] : [[`${article.head.locale} ${article.head.id}`, article] as const],
    ),
  );
  const outlines = new Map<PublicArticle, ReadonlyMap<string, readonly SectionPart[]>>();
  const partsOf = (answerId: string, locale: Locale): readonly SectionPart[] => {
    const [id = '', anchor = 'lead'] = answerId.split('#');
    const article = open.get(`${locale} ${id}`) ?? open.get(`${site.defaultLocale} ${id}`);
    if (article === undefined) return [];
    const sections = outlines.get(article) ?? outlineOf(article);
    outlines.set(article, sections);
    return sections.get(anchor) ?? [];
  };
  return {
    of: (answerId, locale, customer) =>
      partsOf(answerId, locale)
        .filter(({ when }) => mayHold(when, customer))
        .flatMap(({ markdown }) => factsIn(markdown)),
    valueOf: (factId, locale, customer, day) => {
      const fact = byId.get(factId);
      if (fact === undefined) return null;
      const open = dimensionsOf(fact).filter((id) => !Object.hasOwn(customer, id));
      const dimensions = site.dimensions.filter(({ id }) => open.includes(id));
      const values = combinationsOf(dimensions).flatMap((rest) =>
        valueFor(fact, { ...customer, ...rest }, day),
      );
      const written = values.map((content) => formatFact(content, locale, site.defaultLocale).text);
      return written.length === 0 ? null : [...new Set(written)].join(' / ');
    },
  };
}

function outlineOf({ head, body }: PublicArticle): ReadonlyMap<string, readonly SectionPart[]> {
  // The content was compiled before, so there is nothing that could be wrong with it.
  const { sections } = outlineArticle(body, head.path, body[0]?.line ?? 1, []);
  return new Map(sections.map(({ anchor, parts }) => [anchor, parts]));
}

function mayHold(when: SectionPart['when'], customer: Customer): boolean {
  return Object.entries(when ?? {}).every(([dimension, values]) => {
    const value = customer[dimension];
    return value === undefined || values.includes(value);
  });
}

function valueFor(
  fact: Fact,
  customer: Customer,
  day: CalendarDate,
): readonly Fact['values'][number]['content'][] {
  return mostSpecificValues(fact, customer, day).map(({ content }) => content);
}

function byCodePoints(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
