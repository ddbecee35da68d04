import type { CalendarDate, Content, Fact, FactType, FactValue, Locale } from '../../articles/article.ts';
import { type FactLiteral, factLiterals } from '../literals/fact-literals.ts';
import { compareLiteral, type Literal } from '../literals/literal.ts';
import { readLiterals } from '../literals/read-literals.ts';
import { possibleValues } from './possible-values.ts';
import type { Sentence } from './sentences.ts';
import { describedBy, type LocaleTerms, localeTerms, type NearTerm } from './term-weights.ts';

/** A fact that a literal may speak of. */
export interface Candidate {
  readonly fact: Fact;
  /** How much of the literal's sentence the fact's own words explain, and the other way round; 0 to 1. */
  readonly nearness: number;
  readonly said: number;
  readonly meant: number;
  /** Of the values that the fact can have there, those of the literal's measure. */
  readonly values: readonly FactLiteral[];
  readonly agrees: boolean;
  /** The shared words, as the literal's sentence writes them, the rarest first. */
  readonly because: readonly string[];
  /** The sentence of another language that refers to it in the same section, where this language does not; null where none does. */
  readonly twin: Sentence | null;
}

/** Finds the facts of which the literals of sentences may speak. */
export interface FactMatcher {
  readonly today: CalendarDate;
  /** Literals of a sentence that a fact could hold. */
  readonly literals: (sentence: Sentence) => readonly Literal[];
  /** Whether the literal is an address that a fact holds: it names that fact, whatever the words around it. */
  readonly isAddressOfFact: (literal: Literal) => boolean;
  /** Whether a fact agrees of which the literal's language says nothing, so that no words could bring them together. */
  readonly agreesUnseen: (sentence: Sentence, literal: Literal) => boolean;
  /** The facts of a literal's type and measure with a shared word, the nearest first. */
  readonly candidates: (sentence: Sentence, literal: Literal) => readonly Candidate[];
}

/** "Two cards" is said of any two cards; more are counted for a reason. */
const LEAST_COUNT = 3;

const ADDRESSES: ReadonlySet<string> = new Set(['phone', 'email', 'url']);

/** A literal is as near as this to the fact that stands in its place in another language. */
const IN_TRANSLATION = 0.7;

function agreesWith(literal: Literal, values: readonly FactLiteral[]): boolean {
  return values.some(({ value }) => compareLiteral(literal, value) === 'same');
}

/** Translations of a section have one name. */
function sectionOf({ articleId, anchor }: Sentence): string {
  return articleId === null ? '' : `${articleId}#${anchor ?? ''}`;
}

/** The facts of one type in one language. */
interface Kin {
  readonly hosts: readonly Host[];
  /** Those of which the language says nothing. */
  readonly unseen: readonly Fact[];
  /** How far a term tells these facts from each other: 1 where at most one of them has it, near 0 where all have. */
  readonly tells: (term: string) => number;
}

interface Host {
  readonly fact: Fact;
  readonly sentence: Sentence | null;
  /** Terms with how near to the marker they stand. */
  readonly terms: ReadonlyMap<string, number>;
  /** Terms of the register. */
  readonly described: ReadonlySet<string>;
  readonly above: ReadonlySet<string>;
  /** Whether it says how often and not how long. */
  readonly isEvery: boolean;
}

/** How near a fact is by its words, with the terms that they share. */
interface Nearness {
  readonly nearness: number;
  readonly said: number;
  readonly meant: number;
  readonly shared: readonly string[];
}

/** What a how-often and a how-long leave of their nearness. At 1 precision is .973, recall .798 (half tune). */
const OTHER_QUESTION = 0.6;

/**
 * A matcher over the sentences of a content. A literal speaks of the fact whose own words are nearest: those of the
 * sentences that refer to it in the literal's language, and of its id, description and aliases. Words count by their
 * rarity in the language and by how well they tell the facts of the type from each other.
 */
export function createFactMatcher(
  content: Content,
  sentences: readonly Sentence[],
  today: CalendarDate,
): FactMatcher {
  const { dimensions, defaultLocale } = content.site;
  const byLocale = Map.groupBy(sentences, ({ locale }) => locale);
  const termsOf = new Map([...byLocale].map(([locale, own]) => [locale, localeTerms(locale, own)]));
  const sections = Map.groupBy(
    sentences.filter(({ articleId }) => articleId !== null),
    sectionOf,
  );
  const facts = new Map(content.facts.map((fact) => [fact.id, fact]));
  const kin = new Map<Locale, ReadonlyMap<FactType, Kin>>();
  const types = new Set(content.facts.map(({ type }) => type));
  for (const [locale, own] of byLocale) {
    const terms = termsOf.get(locale);
    if (terms) kin.set(locale, kinOf(hostsOf(locale, own, terms)));
  }

  function hostsOf(locale: Locale, own: readonly Sentence[], terms: LocaleTerms): readonly Host[] {
    const described = new Map(
      content.facts.map((fact) => [
        fact.id,
        new Set(describedBy(fact, locale, defaultLocale).flatMap((text) => [...terms.terms(text)])),
      ]),
    );
    const found: Host[] = content.facts.map((fact) => ({
      fact,
      sentence: null,
      terms: new Map(),
      described: described.get(fact.id) ?? new Set(),
      above: new Set(),
      isEvery: false,
    }));
    for (const sentence of own) {
      for (const { factId, at } of sentence.hosts) {
        const fact = facts.get(factId);
        if (!fact) continue;
        found.push({
          fact,
          sentence,
          terms: nearest(
            terms.near(
              sentence.text,
              at,
              sentence.hosts.map((host) => host.at),
            ),
          ),
          described: described.get(factId) ?? new Set(),
          above: new Set(sentence.above.flatMap((text) => [...terms.terms(text)])),
          isEvery: EVERY.test(sentence.text.slice(0, at)),
        });
      }
    }
    return found;
  }

  const candidates = (sentence: Sentence, literal: Literal): readonly Candidate[] => {
    const terms = termsOf.get(sentence.locale);
    const own = kin.get(sentence.locale)?.get(literal.kind);
    if (!terms || !own) return [];
    const weight = (term: string): number => terms.weight(term) * own.tells(term);
    const given = new Set(sentence.hosts.map(({ factId }) => factId));
    const literals = readLiterals(sentence.text, sentence.locale);
    const places = literals.filter(({ kind }) => kind !== 'count' || literal.kind === 'count');
    const near = terms.near(
      blankLiterals(sentence.text, places),
      literal.start,
      places.map(({ start }) => start),
    );
    const said = nearest(near);
    const above = new Set(sentence.above.flatMap((text) => [...terms.terms(text)]));
    const best = new Map<Fact, Candidate>();
    for (const host of own.hosts) {
      const { fact } = host;
      // A sentence that refers to a fact has said its value: the literal is something else.
      if (given.has(fact.id)) continue;
      if (literal.value.kind === 'count' && !names(host, terms.terms(literal.value.noun))) continue;
      const scored = nearnessOf(
        said,
        above,
        host,
        weight,
        (literal.bound?.kind === 'every') !== host.isEvery,
      );
      if (scored.nearness <= 0 || scored.nearness <= (best.get(fact)?.nearness ?? 0)) continue;
      const known = best.get(fact);
      const values = known?.values ?? comparable(fact, sentence, literal);
      if (values.length === 0) continue;
      best.set(fact, {
        fact,
        ...scored,
        values,
        agrees: agreesWith(literal, values),
        because: wordsOf(near, scored.shared, weight),
        twin: null,
      });
    }
    const twin = translated(sentence, literal);
    if (twin) {
      const before = best.get(twin.fact);
      const scored = { nearness: IN_TRANSLATION, said: 1, meant: 1, because: [] };
      best.set(twin.fact, {
        ...scored,
        ...before,
        ...twin,
        nearness: Math.max(IN_TRANSLATION, before?.nearness ?? 0),
      });
    }
    return [...best.values()].sort((a, b) => b.nearness - a.nearness || (a.fact.id < b.fact.id ? -1 : 1));
  };

  /**
   * The one fact of the literal's measure to which another language refers in the same section and this one does not, where
   * the section has no other literal of its kind.
   */
  const translated = (
    sentence: Sentence,
    literal: Literal,
  ): Pick<Candidate, 'fact' | 'values' | 'agrees' | 'twin'> | null => {
    const section = sections.get(sectionOf(sentence)) ?? [];
    const own = section.filter(({ locale }) => locale === sentence.locale);
    const here = new Set(own.flatMap(({ hosts }) => hosts.map(({ factId }) => factId)));
    const missing = new Map<Fact, { values: readonly FactLiteral[]; twin: Sentence }>();
    for (const twin of section) {
      for (const { factId } of twin.locale === sentence.locale ? [] : twin.hosts) {
        const fact = facts.get(factId);
        if (!fact || fact.type !== literal.kind || here.has(factId) || missing.has(fact)) continue;
        const values = comparable(fact, sentence, literal);
        if (values.length > 0) missing.set(fact, { values, twin });
      }
    }
    const [only, another] = missing;
    if (!only || another) return null;
    const alike = own
      .flatMap(({ text, locale }) => readLiterals(text, locale))
      .filter(({ kind }) => kind === literal.kind);
    if (alike.length > 1) return null;
    const [fact, { values, twin }] = only;
    return { fact, values, twin, agrees: agreesWith(literal, values) };
  };

  const comparable = (fact: Fact, sentence: Sentence, literal: Literal): readonly FactLiteral[] => {
    const possible = new Set<FactValue>(possibleValues(fact, sentence, today, dimensions));
    return factLiterals(fact).filter(
      ({ value, of }) => possible.has(of) && compareLiteral(literal, value) !== 'incomparable',
    );
  };

  return {
    today,
    literals: ({ text, locale }) =>
      readLiterals(text, locale).filter(
        ({ kind, value }) => types.has(kind) && !(value.kind === 'count' && value.amount < LEAST_COUNT),
      ),
    candidates,
    isAddressOfFact: (literal) =>
      ADDRESSES.has(literal.kind) &&
      content.facts.some((fact) => fact.type === literal.kind && agreesWith(literal, factLiterals(fact))),
    agreesUnseen: (sentence, literal) =>
      (kin.get(sentence.locale)?.get(literal.kind)?.unseen ?? []).some((fact) =>
        agreesWith(literal, comparable(fact, sentence, literal)),
      ),
  };
}

function kinOf(hosts: readonly Host[]): ReadonlyMap<FactType, Kin> {
  return new Map(
    [...Map.groupBy(hosts, ({ fact }) => fact.type)].map(([type, own]) => [
      type,
      { hosts: own, unseen: unseenOf(own), tells: tellsOf(own) },
    ]),
  );
}

function unseenOf(hosts: readonly Host[]): readonly Fact[] {
  const seen = new Set(
    hosts.filter(({ terms, described }) => terms.size + described.size > 0).map(({ fact }) => fact),
  );
  return [...new Set(hosts.map(({ fact }) => fact))].filter((fact) => !seen.has(fact));
}

function tellsOf(hosts: readonly Host[]): Kin['tells'] {
  const having = new Map<string, Set<string>>();
  for (const { fact, terms, described } of hosts) {
    for (const term of [...terms.keys(), ...described]) {
      const ids = having.get(term) ?? new Set();
      having.set(term, ids.add(fact.id));
    }
  }
  const all = Math.log(new Set(hosts.map(({ fact }) => fact.id)).size + 1);
  return (term) => 1 - Math.log(Math.max(1, having.get(term)?.size ?? 1)) / all;
}

/** What stands right before a value that says how often. */
const EVERY = /(?:^|\s)(?:every|each|once in|כל|מדי|هر|setiap)\s*$/iu;

/**
 * Words up to this far from a value belong to it in full; farther ones count less and less. The seeded set, whose sentences
 * are short, is indifferent; policies' sentences run to forty words.
 */
const FULLY_NEAR = 8;
/** What a word counts for a value where another value stands nearer to it. At 1 recall is .787 instead of .820 (half tune). */
const OF_ANOTHER = 0.5;

/** Each term with its nearness to the value, 1 next to it. */
function nearest(near: readonly NearTerm[]): ReadonlyMap<string, number> {
  const terms = new Map<string, number>();
  for (const { term, distance, ofAnother } of near) {
    const nearness = (FULLY_NEAR / Math.max(FULLY_NEAR, distance)) * (ofAnother ? OF_ANOTHER : 1);
    terms.set(term, Math.max(terms.get(term) ?? 0, nearness));
  }
  return terms;
}

function nearnessOf(
  said: ReadonlyMap<string, number>,
  above: ReadonlySet<string>,
  host: Host,
  weightOf: (term: string) => number,
  isOtherQuestion: boolean,
): Nearness {
  let all = 0;
  let explained = 0;
  const shared: string[] = [];
  for (const [term, nearness] of said) {
    const weight = weightOf(term) * nearness;
    all += weight;
    const inHost = host.terms.get(term) ?? 0;
    const match = Math.max(inHost, host.described.has(term) ? 0.9 : 0, host.above.has(term) ? 0.5 : 0);
    if (match === 0) continue;
    explained += weight * match;
    shared.push(term);
  }
  let core = 0;
  let found = 0;
  for (const [term, nearness] of host.terms) {
    const weight = weightOf(term) * nearness;
    core += weight;
    found += weight * Math.max(said.get(term) ?? 0, above.has(term) ? 0.5 : 0);
  }
  let describedCore = 0;
  let describedFound = 0;
  for (const term of host.described) {
    const weight = weightOf(term);
    describedCore += weight;
    describedFound += weight * Math.max(said.get(term) ?? 0, above.has(term) ? 0.5 : 0);
  }
  const saidShare = all === 0 ? 0 : explained / all;
  const meant = Math.max(
    core === 0 ? 0 : found / core,
    describedCore === 0 ? 0 : describedFound / describedCore,
  );
  const nearness = Math.sqrt(saidShare * meant) * (isOtherQuestion && host.sentence ? OTHER_QUESTION : 1);
  return { nearness, said: saidShare, meant, shared };
}

/** Whether the words of a fact name what is counted. */
function names(host: Host, noun: ReadonlySet<string>): boolean {
  return [...noun].some((term) => host.terms.has(term) || host.described.has(term));
}

/** The sentence with its literals blanked to one sign each; a count keeps its noun. */
function blankLiterals(text: string, literals: readonly Literal[]): string {
  let blanked = text;
  for (const { start, end, value } of literals) {
    const noun = value.kind === 'count' ? text.slice(start, end).search(/\S+$/u) : -1;
    const length = noun > 0 ? noun : end - start;
    blanked = `${blanked.slice(0, start)}\ufffc${' '.repeat(length - 1)}${blanked.slice(start + length)}`;
  }
  return blanked;
}

function wordsOf(
  near: readonly NearTerm[],
  shared: readonly string[],
  weight: (term: string) => number,
): readonly string[] {
  const words = new Map<string, string>();
  for (const { term, word } of near) if (shared.includes(term) && !words.has(term)) words.set(term, word);
  return [...words].sort(([a], [b]) => weight(b) - weight(a) || (a < b ? -1 : 1)).map(([, word]) => word);
}
