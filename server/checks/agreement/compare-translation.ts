import type { Content, Fact, FactType } from '../../articles/article.ts';
import type { Span } from '../finding.ts';
import { textSpan } from '../line-span.ts';
import { factLiterals } from '../literals/fact-literals.ts';
import { compareLiteral, type Literal } from '../literals/literal.ts';
import { readLiterals } from '../literals/read-literals.ts';
import { type SectionedArticle, sectionedArticles } from './sectioned-articles.ts';
import { withoutMarkup } from './without-markup.ts';

/** A value in a section: written out, or a reference to a fact. */
export interface SectionValue {
  readonly place: Span;
  /** As it is written. */
  readonly text: string;
  readonly literal: Literal | null;
  /** Null for a literal. */
  readonly fact: string | null;
}

/** What a section of a translation has otherwise than the same section of its source. */
export interface SectionDifference {
  readonly translation: SectionedArticle;
  readonly source: SectionedArticle;
  readonly anchor: string;
  /** Values that stand for each other and are not the same. */
  readonly different: readonly { readonly here: SectionValue; readonly there: SectionValue }[];
  /** Of the source, and in the translation nowhere. */
  readonly missing: readonly SectionValue[];
  /** Of the translation, and in the source nowhere. */
  readonly added: readonly SectionValue[];
}

/** Compares the values of every translation with those of its source, section by section; read once for each content. */
export function compareTranslations(content: Content): readonly SectionDifference[] {
  const before = remembered.get(content);
  if (before) return before;
  const texts = sectionedArticles(content);
  const { defaultLocale } = content.site;
  const sources = new Map(
    texts.filter(({ head }) => head.locale === defaultLocale).map((text) => [text.head.id, text]),
  );
  const facts = new Map(content.facts.map((fact) => [fact.id, fact]));
  const differences = texts
    .filter(({ head }) => head.locale !== defaultLocale)
    .flatMap((translation) => {
      const source = sources.get(translation.head.id);
      return source ? compareArticles(translation, source, facts) : [];
    });
  remembered.set(content, differences);
  return differences;
}

const remembered = new WeakMap<Content, readonly SectionDifference[]>();

type Facts = ReadonlyMap<string, Fact>;

function compareArticles(
  translation: SectionedArticle,
  source: SectionedArticle,
  facts: Facts,
): readonly SectionDifference[] {
  const [here, there] = [valuesBySection(translation), valuesBySection(source)];
  return [...here.keys()].flatMap((anchor) => {
    const [own, others] = [here.get(anchor), there.get(anchor)];
    if (!own || !others) return [];
    const compared = compareSections(own, others, facts);
    const { different, missing, added } = compared;
    return different.length + missing.length + added.length === 0
      ? []
      : [{ translation, source, anchor, ...compared }];
  });
}

/** A section's values by the condition under which they stand. */
type ValuesByCondition = ReadonlyMap<string, readonly SectionValue[]>;

/** The values of an article by anchor; agents' notes are a section of their own, `:::agent`. */
function valuesBySection({
  head,
  sections,
  article,
}: SectionedArticle): ReadonlyMap<string, ValuesByCondition> {
  const valuesOf = (markdown: string, line: number): readonly SectionValue[] =>
    readValues(markdown, head.path, line, head.locale);
  const parts = sections.map(({ anchor, parts }) => ({
    anchor,
    values: parts.map(({ when, markdown, line }) => ({ when, values: valuesOf(markdown, line) })),
  }));
  const notes = (article.beside?.notes ?? []).map(({ note, noteLine }) => ({
    when: null,
    values: valuesOf(note, noteLine),
  }));
  return new Map(
    [...parts, { anchor: ':::agent', values: notes }].map(({ anchor, values }) => [
      anchor,
      new Map(
        [...Map.groupBy(values, ({ when }) => JSON.stringify(when))].map(([when, group]) => [
          when,
          group.flatMap((one) => one.values),
        ]),
      ),
    ]),
  );
}

function readValues(markdown: string, file: string, line: number, locale: string): readonly SectionValue[] {
  const spanOf = (start: number, length: number): Span => textSpan(file, line, markdown, start, length);
  const literals = readLiterals(withoutMarkup(markdown), locale)
    .filter(counts)
    .map((literal) => ({
      at: literal.start,
      value: {
        place: spanOf(literal.start, literal.end - literal.start),
        text: literal.text,
        literal,
        fact: null,
      },
    }));
  const facts = [...markdown.matchAll(/\{\{fact:([^{}\n]*)\}\}/g)].map(
    ({ 0: text, 1: fact = '', index }) => ({
      at: index,
      value: { place: spanOf(index, text.length), text, literal: null, fact },
    }),
  );
  return [...literals, ...facts]
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_VALUES)
    .map(({ value }) => value);
}

/** Values of a run of text that are compared, each with each; no section that people read has a tenth of them. */
const MOST_VALUES = 500;

/** A number of things is compared where it is written in figures: in words languages count differently (both, one another). */
function counts({ kind, text }: Literal): boolean {
  return kind !== 'count' || /^\p{Nd}/u.test(text);
}

function compareSections(
  here: ValuesByCondition,
  there: ValuesByCondition,
  facts: Facts,
): Pick<SectionDifference, 'different' | 'missing' | 'added'> {
  const [left, right]: [SectionValue[], SectionValue[]] = [[], []];
  const different: { readonly here: SectionValue; readonly there: SectionValue }[] = [];
  for (const when of new Set([...here.keys(), ...there.keys()])) {
    const rest = withoutSame(here.get(when) ?? [], there.get(when) ?? []);
    // Where both sides have the condition, what is left of them is compared by itself: 14 days for the EU is not 14 days for all.
    const pairs = here.has(when) && there.has(when) ? pairsOf(rest, facts) : { ...rest, different: [] };
    different.push(...pairs.different);
    left.push(...pairs.here);
    right.push(...pairs.there);
  }
  const rest = withoutSame(left, right);
  const pairs = pairsOf(rest, facts);
  different.push(...pairs.different);
  return { different, missing: pairs.there, added: pairs.here };
}

interface Rest {
  readonly here: readonly SectionValue[];
  readonly there: readonly SectionValue[];
}

/** What is left where each value of one side took an equal one of the other away; a fact is there however often. */
function withoutSame(here: readonly SectionValue[], there: readonly SectionValue[]): Rest {
  const left = [...there];
  const rest = here.filter((value) => {
    if (value.fact !== null) return !there.some(({ fact }) => fact === value.fact);
    const at = left.findIndex((other) => isSame(value, other));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const facts = new Set(here.map(({ fact }) => fact));
  const both = (values: readonly SectionValue[]) =>
    values.filter(({ fact }, at) => fact === null || values.findIndex((other) => other.fact === fact) === at);
  // What is said twice in one text and once in the other is said.
  const repeated = (values: readonly SectionValue[], others: readonly SectionValue[]) =>
    values.filter((value) => value.fact !== null || !others.some((other) => isSame(value, other)));
  return {
    here: both(repeated(rest, there)),
    there: both(
      repeated(
        left.filter(({ fact }) => fact === null || !facts.has(fact)),
        here,
      ),
    ),
  };
}

function isSame({ literal: a }: SectionValue, { literal: b }: SectionValue): boolean {
  if (!a || !b || a.kind !== b.kind) return false;
  return compareLiteral(a, b.value) === 'same' && (b.until === null || compareLiteral(b, a.value) === 'same');
}

/** Pairs what is left by kind, in the order of the text; a value written out for a fact's own is neither different nor missing. */
function pairsOf(
  { here, there }: Rest,
  facts: Facts,
): Rest & { readonly different: SectionDifference['different'] } {
  const different: { readonly here: SectionValue; readonly there: SectionValue }[] = [];
  const left = [...there];
  const rest = here.filter((value) => {
    const written = left.findIndex((other) => isWrittenOut(value, other, facts));
    const at =
      written >= 0 ? written : left.findIndex((other) => kindOf(other, facts) === kindOf(value, facts));
    const [other] = at < 0 ? [] : left.splice(at, 1);
    if (!other) return true;
    if (written < 0) different.push({ here: value, there: other });
    return false;
  });
  return { here: rest, there: left, different };
}

function kindOf({ literal, fact }: SectionValue, facts: Facts): FactType | null {
  return literal ? literal.kind : (facts.get(fact ?? '')?.type ?? null);
}

/** Whether one is a fact and the other a value that it has. */
function isWrittenOut(a: SectionValue, b: SectionValue, facts: Facts): boolean {
  const fact = facts.get(a.fact ?? b.fact ?? '');
  const literal = a.literal ?? b.literal;
  return Boolean(
    fact && literal && factLiterals(fact).some(({ value }) => compareLiteral(literal, value) === 'same'),
  );
}
