import type { Condition, Content, Locale } from '../../articles/article.ts';
import { analyserFor } from '../../search/analyser.ts';
import { periodsOverlap } from '../../snapshots/resolve-fact.ts';
import { type Agreement, compareLiteral, type Literal } from '../literals/literal.ts';
import { createMeansSame, type MeansSame } from './concepts.ts';
import { contrastOf } from './contrast.ts';
import { NEARNESS, type Statement, statementsIn } from './statements.ts';

/** Two statements of two articles about one thing, with different values. */
export interface Disagreement {
  /** The earlier in the content's order. */
  readonly one: Statement;
  readonly other: Statement;
  /** Weight of what both say over the weight of all that they say, in (0, 1]. */
  readonly alike: number;
  /** Terms that both have, the heaviest first. */
  readonly shared: readonly string[];
}

/**
 * Least likeness of two statements about one thing. `npm run evaluate -- --contradictions`: of the 24 pairs of the half that
 * it was chosen on .25 finds 21, .30 20, .40 15; of the 24 never looked at 19, 19 and 16; none falsely. Between .20 and .30
 * lie, among unlike pairs, those of one template that only the contrast tells apart, so it is not set lower. The sample
 * content and 57 policies of GitHub give no finding.
 */
const LEAST_ALIKE = 0.3;
/** Terms that both sentences must have, headings and titles apart. */
const LEAST_SHARED = 2;
/** A date is also what a document says of itself (Version effective date: 1 May 2027), in three words. */
const LEAST_SHARED_WITH_DATE = 4;
/** What a word that means the same counts for the word itself. */
const MEANT = 0.7;
/** A statement that agrees and is nearly as alike as the one that does not is what the other means. */
const NEARLY = 0.8;
/** Statements that one term leads to, and terms of a statement that are looked under: the rarest. */
const MOST_PER_TERM = 64;
const MOST_TERMS = 6;

/**
 * Finds, in one locale, the statements of two articles that speak of one thing and give it different values: the same
 * measure (days are never compared with working days), the same customers, at the same time, most of their weight in words
 * that both have or that mean the same, and nothing named in the same place of both sentences that sets them apart. Each
 * statement is told once, with the most alike. Sorted by place of `one`, then `other`.
 */
export function findDisagreements(content: Content, locale: Locale): readonly Disagreement[] {
  const statements = statementsIn(content, locale);
  const weights = createWeights(statements);
  const candidatesOf = createCandidates(statements, weights);
  const compare = createComparison(locale);
  // Reading the thesaurus takes longer than comparing a small company's statements.
  let read: MeansSame | null = null;
  const meansSame: MeansSame = (a, b) => {
    read ??= createMeansSame(locale, content);
    return read(a, b);
  };

  const pairs = statements.flatMap((one, at) =>
    candidatesOf(at).flatMap((second) => {
      const other = statements[second];
      if (!other || !areAboutTheSame(one, other)) return [];
      const agreement = compare(one.literal, other.literal);
      if (agreement === 'incomparable') return [];
      const { alike, shared } = likeness(one, other, weights, meansSame);
      if (alike < LEAST_ALIKE * NEARLY || shared.length < leastShared(one.literal)) return [];
      return [{ at, one, other, alike, shared, agreement }];
    }),
  );
  const agreeing = byStatement(pairs.filter(({ agreement }) => agreement === 'same'));
  const told = new Set<Statement>();
  return pairs
    .filter((pair) => pair.agreement === 'different' && pair.alike >= LEAST_ALIKE)
    .filter((pair) => !isExplained(pair, agreeing))
    .filter(({ one, other }) => contrastOf(one.words, other.words, meansSame).length === 0)
    .sort((a, b) => b.alike - a.alike)
    .filter(({ one, other }) => {
      if (told.has(one) || told.has(other)) return false;
      told.add(one).add(other);
      return true;
    })
    .sort((a, b) => a.at - b.at)
    .map(({ one, other, alike, shared }) => ({ one, other, alike, shared }));
}

interface Pair {
  readonly one: Statement;
  readonly other: Statement;
  readonly alike: number;
}

function byStatement(pairs: readonly Pair[]): ReadonlyMap<Statement, readonly Pair[]> {
  const known = new Map<Statement, Pair[]>();
  for (const pair of pairs) {
    for (const statement of [pair.one, pair.other]) {
      const list = known.get(statement);
      if (list === undefined) known.set(statement, [pair]);
      else list.push(pair);
    }
  }
  return known;
}

/** Whether one of a pair agrees with another statement of the other's article that is nearly as alike. */
function isExplained(pair: Pair, agreeing: ReadonlyMap<Statement, readonly Pair[]>): boolean {
  const agrees = (statement: Statement, article: Statement['article']): boolean =>
    (agreeing.get(statement) ?? []).some(
      (twin) =>
        twin.alike >= pair.alike * NEARLY &&
        (twin.one === statement ? twin.other : twin.one).article === article,
    );
  return agrees(pair.one, pair.other.article) || agrees(pair.other, pair.one.article);
}

function leastShared({ kind }: Literal): number {
  return kind === 'date' ? LEAST_SHARED_WITH_DATE : LEAST_SHARED;
}

/** Whether two statements hold for the same customers at the same time, as far as they say. */
function areAboutTheSame(one: Statement, other: Statement): boolean {
  if (one.article === other.article || !periodsOverlap(one.effective, other.effective)) return false;
  if (one.customers.join() !== other.customers.join()) return false;
  const [bound, otherBound] = [one.literal.bound?.kind, other.literal.bound?.kind];
  if (bound === 'at-least' ? otherBound === 'at-most' : bound === 'at-most' && otherBound === 'at-least')
    return false;
  return conditionsMeet(one.when, other.when);
}

/** A rule for all and one for some are rule and exception; two for some meet where a customer can be both. */
function conditionsMeet(a: Condition | null, b: Condition | null): boolean {
  if (a === null || b === null) return a === b;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  if (keys.join() !== others.join()) return false;
  return keys.every((key) => a[key]?.some((value) => b[key]?.includes(value)));
}

type Weights = (term: string) => number;

/** Weight of a term: the rarer among the articles that state something, the heavier. */
function createWeights(statements: readonly Statement[]): Weights {
  const articlesOf = new Map<string, Set<unknown>>();
  for (const { terms, article } of statements) {
    for (const term of terms.keys()) {
      const known = articlesOf.get(term);
      if (known === undefined) articlesOf.set(term, new Set([article]));
      else known.add(article);
    }
  }
  const articles = new Set(statements.map(({ article }) => article)).size;
  const weights = new Map([...articlesOf].map(([term, { size }]) => [term, Math.log(1 + articles / size)]));
  return (term) => weights.get(term) ?? Math.log(1 + articles);
}

/** Later statements that share one of a statement's rarest terms, in order. */
function createCandidates(
  statements: readonly Statement[],
  weights: Weights,
): (at: number) => readonly number[] {
  const byTerm = new Map<string, number[]>();
  for (const [at, { terms }] of statements.entries()) {
    for (const term of terms.keys()) {
      const known = byTerm.get(term);
      if (known === undefined) byTerm.set(term, [at]);
      else known.push(at);
    }
  }
  return (at) => {
    const rarest = [...(statements[at]?.terms.keys() ?? [])]
      .map((term) => ({ term, weight: weights(term) }))
      .filter(({ term }) => (byTerm.get(term)?.length ?? 0) > 1)
      .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
      .slice(0, MOST_TERMS);
    const found = new Set(rarest.flatMap(({ term }) => (byTerm.get(term) ?? []).slice(0, MOST_PER_TERM)));
    return [...found].filter((other) => other > at).sort((a, b) => a - b);
  };
}

/** Compares two literals; counts only where they count the same. */
function createComparison(locale: Locale): (a: Literal, b: Literal) => Agreement {
  const analyser = analyserFor(locale);
  const nounOf = ({ value }: Literal): string | undefined =>
    value.kind === 'count' ? analyser.tokens(value.noun)[0]?.term : undefined;
  return (a, b) => {
    if (a.kind !== b.kind || nounOf(a) !== nounOf(b)) return 'incomparable';
    const agreement = compareLiteral(a, b.value);
    return agreement === 'different' && b.until !== null ? compareLiteral(b, a.value) : agreement;
  };
}

function likeness(
  one: Statement,
  other: Statement,
  weights: Weights,
  meansSame: MeansSame,
): { readonly alike: number; readonly shared: readonly string[] } {
  const shared: { readonly term: string; readonly weight: number; readonly said: boolean }[] = [];
  for (const [term, near] of one.terms) {
    const twin = other.terms.has(term) ? term : meantBy(term, other, one, meansSame);
    if (twin === null) continue;
    const twinNear = other.terms.get(twin) ?? 0;
    const weight = Math.min(near * weights(term), twinNear * weights(twin)) * (twin === term ? 1 : MEANT);
    shared.push({ term, weight, said: Math.min(near, twinNear) >= NEARNESS.sentence });
  }
  const matched = shared.reduce((sum, { weight }) => sum + weight, 0);
  const all = totalOf(one, weights) + totalOf(other, weights) - matched;
  return {
    alike: all === 0 ? 0 : matched / all,
    shared: shared
      .filter(({ said }) => said)
      .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
      .map(({ term }) => term),
  };
}

/** The nearest term of the other statement that means the same and that this one does not have itself. */
function meantBy(term: string, other: Statement, one: Statement, meansSame: MeansSame): string | null {
  let [twin, most]: [string | null, number] = [null, 0];
  for (const [candidate, near] of other.terms) {
    if (near <= most || one.terms.has(candidate) || !meansSame(term, candidate)) continue;
    [twin, most] = [candidate, near];
  }
  return twin;
}

function totalOf({ terms }: Statement, weights: Weights): number {
  let total = 0;
  for (const [term, near] of terms) total += near * weights(term);
  return total;
}
