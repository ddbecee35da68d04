import type { Fact, Locale } from '../../articles/article.ts';
import { type Analyser, analyserFor } from '../../search/analyser.ts';
import { type Sentence, wordsOfId } from './sentences.ts';

/** A word of a sentence that says something, and how far from a place it stands. */
export interface NearTerm {
  readonly term: string;
  /** The word as it was written. */
  readonly word: string;
  /** Blank-separated words from the place to it. */
  readonly distance: number;
  /** Whether it belongs to another place: one in its own clause, or else a nearer one. */
  readonly ofAnother: boolean;
}

/** The words of one language and how rare they are in the content. */
export interface LocaleTerms {
  /** The terms of a text, stop words left out, as they stand to the chunk that holds an offset, beside other such offsets. */
  readonly near: (text: string, at: number, others: readonly number[]) => readonly NearTerm[];
  readonly terms: (text: string) => ReadonlySet<string>;
  /** Rarity of a term over the sentences, above 0; the same for all that occur nowhere. */
  readonly weight: (term: string) => number;
}

/** The terms of a locale, weighed over its sentences. */
export function localeTerms(locale: Locale, sentences: readonly Sentence[]): LocaleTerms {
  const analyser = analyserFor(locale);
  const read = rememberingReader(analyser);
  const counts = new Map<string, number>();
  let total = 0;
  for (const { text } of sentences) {
    total += 1;
    const seen = new Set<string>();
    for (const { 0: chunk } of text.matchAll(CHUNK)) for (const { term } of read(chunk)) seen.add(term);
    for (const term of seen) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const near = (text: string, at: number, others: readonly number[]): readonly NearTerm[] => {
    const chunks = [...text.matchAll(CHUNK)];
    const chunkOf = (offset: number) =>
      Math.max(
        0,
        chunks.findLastIndex(({ index }) => index <= offset),
      );
    const clauses = clausesOf(chunks.map(({ 0: chunk }) => chunk));
    const here = chunkOf(at);
    const elsewhere = others.filter((other) => other !== at).map(chunkOf);
    return chunks.flatMap(({ 0: chunk }, index) => {
      const distance = Math.abs(index - here);
      const isOwn = clauses[here] === clauses[index];
      const ofAnother = elsewhere.some((other) => {
        const isIts = clauses[other] === clauses[index];
        return isIts === isOwn ? Math.abs(index - other) < distance : isIts;
      });
      return read(chunk).map(({ term, word }) => ({ term, word, distance, ofAnother }));
    });
  };
  const weightOf = (count: number): number => Math.log(1 + (total - count + 0.5) / (count + 0.5));
  const weights = new Map([...counts].map(([term, count]) => [term, weightOf(count)]));
  return {
    near,
    terms: (text) =>
      new Set([...text.matchAll(CHUNK)].flatMap(({ 0: chunk }) => read(chunk).map(({ term }) => term))),
    weight: (term) => weights.get(term) ?? weightOf(0),
  };
}

const CHUNK = /\S+/g;

/** The number of the clause in which each chunk stands: commas and their kin end one, "and" begins one. */
function clausesOf(chunks: readonly string[]): readonly number[] {
  let clause = 0;
  let ended = false;
  return chunks.map((chunk) => {
    if (ended || AND.has(chunk.toLowerCase())) clause += 1;
    ended = /[,;:\u060c\u061b\u2013\u2014|]$/u.test(chunk);
    return clause;
  });
}

const AND = new Set(['and', 'or', 'but', 'dan', 'atau', 'tetapi', 'و', 'یا', 'ولی', 'או', 'אבל']);

/** Words come again and again; each chunk is analysed once. Figures say nothing of the subject. */
function rememberingReader(analyser: Analyser): (chunk: string) => readonly { term: string; word: string }[] {
  const known = new Map<string, readonly { term: string; word: string }[]>();
  return (chunk) => {
    const before = known.get(chunk);
    if (before) return before;
    const read = analyser
      .tokens(chunk)
      .filter(({ stop, term }) => !stop && !/^[\d.,:/]+$/.test(term))
      .map(({ term, word }) => ({ term, word }));
    known.set(chunk, read);
    return read;
  };
}

/** What the register itself says of a fact: its id and description, in the default language, and the owner's aliases. */
export function describedBy(
  { id, description, aliases = {} }: Pick<Fact, 'id' | 'description' | 'aliases'>,
  locale: Locale,
  defaultLocale: Locale,
): readonly string[] {
  const own = locale === defaultLocale ? [wordsOfId(id), description] : [];
  return [...own, ...(aliases[locale] ?? [])];
}
