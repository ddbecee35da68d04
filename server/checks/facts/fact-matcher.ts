import type { CalendarDate, Content, Fact, FactType, FactValue, Locale } from '../../articles/article.ts';
import { type FactLiteral, factLiterals } from '../literals/fact-literals.ts';
import { compareLiteral, type Literal } from '../literals/literal.ts';
import { readLiterals } from '../literals/read-literals.ts';
import { possibleValues } from './possible-values.ts';
import { createHostScores, type HostWords } from './score-hosts.ts';
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
  readonly because: () => readonly string[];
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
  /** Rarity of a term, and how far it tells these facts from each other. */
  readonly weight: (term: string) => number;
  readonly score: ReturnType<typeof createHostScores>;
}

interface Host extends HostWords {
  readonly fact: Fact;
  readonly sentence: Sentence | null;
  /** Whether it says how often and not how long. */
  readonly isEvery: boolean;
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
    if (terms) kin.set(locale, kinOf(hostsOf(locale, own, terms), terms));
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
    const given = new Set(sentence.hosts.map(({ factId }) => factId));
    const places = literalsOf(sentence).filter(({ kind }) => kind !== 'count' || literal.kind === 'count');
    const near = terms.near(
      blankLiterals(sentence.text, places),
      literal.start,
      places.map(({ start }) => start),
    );
    const noun = literal.value.kind === 'count' ? terms.terms(literal.value.noun) : null;
    const isEvery = literal.bound?.kind === 'every';
    const valuesOf = new Map<Fact, readonly FactLiteral[]>();
    const nearestHosts = new Map<Fact, { host: Host; nearness: number; said: number; meant: number }>();
    const above = new Set(sentence.above.flatMap((text) => [...terms.terms(text)]));
    for (const { at, said, meant } of own.score(nearest(near), above)) {
      const host = own.hosts[at];
      // A sentence that refers to a fact has said its value: the literal is something else.
      if (!host || given.has(host.fact.id) || (noun !== null && !names(host, noun))) continue;
      const { fact } = host;
      const nearness =
        Math.sqrt(said * meant) * (isEvery !== host.isEvery && host.sentence ? OTHER_QUESTION : 1);
      if (nearness <= (nearestHosts.get(fact)?.nearness ?? 0)) continue;
      const values = valuesOf.get(fact) ?? comparable(fact, sentence, literal);
      valuesOf.set(fact, values);
      if (values.length > 0) nearestHosts.set(fact, { host, nearness, said, meant });
    }
    const best = new Map<Fact, Candidate>();
    for (const [fact, { host, ...scored }] of nearestHosts) {
      const values = valuesOf.get(fact) ?? [];
      const agrees = agreesWith(literal, values);
      const because = (): readonly string[] => wordsOf(near, host, own.weight);
      best.set(fact, { fact, ...scored, values, agrees, because, twin: null });
    }
    const twin = translated(sentence, literal);
    if (twin) {
      const before = best.get(twin.fact);
      const scored = { nearness: IN_TRANSLATION, said: 1, meant: 1, because: () => [] };
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
    const alike = own.flatMap(literalsOf).filter(({ kind }) => kind === literal.kind);
    if (alike.length > 1) return null;
    const [fact, { values, twin }] = only;
    return { fact, values, twin, agrees: agreesWith(literal, values) };
  };

  const comparable = (fact: Fact, sentence: Sentence, literal: Literal): readonly FactLiteral[] => {
    return possibleLiterals(fact, sentence).filter(
      ({ value }) => compareLiteral(literal, value) !== 'incomparable',
    );
  };

  const possibleBy = new Map<Fact, Map<string, readonly FactLiteral[]>>();
  /** Most articles hold for the same customers and days. */
  const possibleLiterals = (fact: Fact, sentence: Sentence): readonly FactLiteral[] => {
    const { when, effective } = sentence;
    const key = `${effective.from} ${effective.to} ${when === null ? '' : JSON.stringify(when)}`;
    const known = possibleBy.get(fact) ?? new Map<string, readonly FactLiteral[]>();
    possibleBy.set(fact, known);
    const before = known.get(key);
    if (before) return before;
    const possible = new Set<FactValue>(possibleValues(fact, sentence, today, dimensions));
    const literals = factLiterals(fact).filter(({ of }) => possible.has(of));
    known.set(key, literals);
    return literals;
  };

  return {
    today,
    literals: (sentence) =>
      literalsOf(sentence).filter(
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

/** A sentence never changes, and is asked for once for each of its literals. */
function literalsOf(sentence: Sentence): readonly Literal[] {
  const before = readBefore.get(sentence);
  if (before) return before;
  const literals = readLiterals(sentence.text, sentence.locale);
  readBefore.set(sentence, literals);
  return literals;
}

const readBefore = new WeakMap<Sentence, readonly Literal[]>();

function kinOf(hosts: readonly Host[], terms: LocaleTerms): ReadonlyMap<FactType, Kin> {
  return new Map(
    [...Map.groupBy(hosts, ({ fact }) => fact.type)].map(([type, own]) => {
      const tells = tellsOf(own);
      const weights = new Map<string, number>();
      const weight = (term: string): number => {
        const known = weights.get(term) ?? terms.weight(term) * tells(term);
        weights.set(term, known);
        return known;
      };
      return [type, { hosts: own, unseen: unseenOf(own), weight, score: createHostScores(own, weight) }];
    }),
  );
}

function unseenOf(hosts: readonly Host[]): readonly Fact[] {
  const seen = new Set(
    hosts.filter(({ terms, described }) => terms.size + described.size > 0).map(({ fact }) => fact),
  );
  return [...new Set(hosts.map(({ fact }) => fact))].filter((fact) => !seen.has(fact));
}

/** How far a term tells facts from each other: 1 where at most one of them has it, near 0 where all have. */
function tellsOf(hosts: readonly Host[]): (term: string) => number {
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

/** The words that a host shares, the rarest first. */
function wordsOf(
  near: readonly NearTerm[],
  { terms, described, above }: Host,
  weight: (term: string) => number,
): readonly string[] {
  const words = new Map<string, string>();
  for (const { term, word } of near) {
    if (words.has(term) || !(terms.has(term) || described.has(term) || above.has(term))) continue;
    words.set(term, word);
  }
  return [...words].sort(([a], [b]) => weight(b) - weight(a) || (a < b ? -1 : 1)).map(([, word]) => word);
}
