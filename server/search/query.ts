import type { Analyser, Token } from './analyser.ts';
import type { SynonymTable } from './synonyms.ts';
import type { Tuning } from './tuning.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One way in which an article can have a word of the question; several terms must add up to it (a synonym of two words). */
export interface Option {
  readonly terms: readonly string[];
  /** In (0, 1]: 1 for the word itself, less for a synonym or a typo. */
  readonly weight: number;
  /** How sure it is, in (0, 1], that the word was meant so: a synonym is sure, a typo is a guess. */
  readonly certainty: number;
}

/** One word of the question with everything that counts as it; an article gets the best of the options. */
export interface Slot {
  readonly word: string;
  readonly term: string;
  readonly weight: number;
  /** It says little in its language. */
  readonly stop: boolean;
  /** Never empty; the word itself first. */
  readonly options: readonly Option[];
  /** The term that the word most likely is: itself where the index knows it, else its first option that is known, else itself. */
  readonly likeliest: string;
  /** The index knows the word itself, in one of its languages. */
  readonly known: boolean;
  /**
   * The word as it is written, for n-grams; null where the index knows neither it nor any word near it, so that a foreign
   * word changes nothing.
   */
  readonly form: string | null;
}

/** Longest question that is read, in UTF-16 units; the channels refuse longer ones, so this only bounds direct callers. */
export const LONGEST_QUESTION = 2_000;
/** Most different words of a question that are taken, its first ones: an e-mail pasted whole has some 200. */
export const MOST_TERMS = 128;
/** Most unknown words whose typos are looked for, and the longest; more are no question but an attack or another language. */
const MOST_FUZZY = 16;
const LONGEST_FUZZY = 24;
/** Shorter words are near too many others to say anything. */
const SHORTEST_NEAR = 3;
/** Most neighbours of one unknown word that are taken. */
const MOST_NEIGHBOURS = 12;
/** Most words that the last, unfinished word of a typed question may stand for. */
const MOST_PREFIXED = 40;

/**
 * Takes a question apart into slots. Repeated words count once. `analysers`: the asked locale's first, then those of the
 * other languages in the index, whose readings of a word become further options of it. With `typing` the last word may be
 * unfinished, and then stands for the known words that begin so.
 */
export function readQuestion(
  question: string,
  deps: {
    readonly analysers: readonly Analyser[];
    readonly vocabulary: Vocabulary;
    readonly synonyms: SynonymTable;
    readonly tuning: Tuning;
    readonly typing: boolean;
  },
): readonly Slot[] {
  const { analysers, vocabulary, synonyms, tuning, typing } = deps;
  const text = question.slice(0, LONGEST_QUESTION);
  const [first, ...others] = analysers;
  if (first === undefined) return [];
  const tokens = first.tokens(text);
  const readings = others.map((analyser) => byChunk(analyser.tokens(text)));
  const kept = distinct(tokens).slice(0, MOST_TERMS);
  const bySynonym = synonyms.optionsFor(tokens.map((token) => token.term));
  let fuzzy = MOST_FUZZY;

  return kept.map(({ token, at }) => {
    const options: Option[] = [{ terms: [token.term], weight: 1, certainty: 1 }];
    const add = (terms: readonly string[], weight: number, certainty = 1): void => {
      const same = options.some(
        (o) => o.terms.length === terms.length && o.terms.every((t, i) => t === terms[i]),
      );
      if (!same) options.push({ terms, weight, certainty });
    };
    for (const reading of readings) {
      const other = reading.get(token.chunk) ?? [];
      if (other.length === 1 && other[0] !== undefined && vocabulary.has(other[0].term))
        add([other[0].term], 1);
    }
    const joined = joinedWithNext(tokens, at, vocabulary);
    if (joined !== null) add([joined], tuning.compound);
    const known = options.some(({ terms }) => terms.every((term) => vocabulary.has(term)));
    for (const { terms, weight } of bySynonym.get(at) ?? []) add(terms, weight * tuning.synonym);
    if (!known && typing && at === tokens.length - 1) {
      for (const term of vocabulary.beginning(token.term, MOST_PREFIXED)) {
        add([term], token.term.length / term.length);
      }
    }
    let isNear = known;
    if (!known && !token.stop && fuzzy > 0) {
      const { length } = token.term;
      const parts = splitInTwo(token.term, vocabulary);
      if (parts !== null) add(parts, tuning.compound / 2);
      fuzzy -= 1;
      const most =
        length < SHORTEST_NEAR || length > LONGEST_FUZZY
          ? 0
          : Math.max(1, Math.min(2, Math.round(length * tuning.fuzzyShare)));
      const near = most === 0 ? [] : vocabulary.near(token.term, most);
      isNear = parts !== null || near.length > 0;
      if (length >= tuning.fuzzyFrom && !/\d/u.test(token.term)) {
        for (const { term, distance } of near.slice(0, MOST_NEIGHBOURS)) {
          add(
            [term],
            tuning.fuzzy * (length / (length + distance)),
            tuning.guess * (length / (length + distance)),
          );
        }
      }
    }
    return {
      word: token.word,
      term: token.term,
      likeliest:
        options.find(({ terms }) => terms.every((term) => vocabulary.has(term)))?.terms[0] ?? token.term,
      known,
      form: isNear ? token.form : null,
      weight: token.stop ? tuning.stop : 1,
      stop: token.stop,
      options,
    };
  });
}

function distinct(tokens: readonly Token[]): readonly { readonly token: Token; readonly at: number }[] {
  const seen = new Set<string>();
  return tokens
    .map((token, at) => ({ token, at }))
    .filter(({ token }) => {
      if (seen.has(token.term)) return false;
      seen.add(token.term);
      return true;
    });
}

function byChunk(tokens: readonly Token[]): ReadonlyMap<number, readonly Token[]> {
  return Map.groupBy(tokens, (token) => token.chunk);
}

/** `gift card` where the articles write `giftcard`, `t shirt` where they write `t-shirt`, کتاب خانه where کتاب‌خانه. */
function joinedWithNext(tokens: readonly Token[], at: number, vocabulary: Vocabulary): string | null {
  const here = tokens[at];
  for (const other of [tokens[at + 1], tokens[at - 1]]) {
    if (here === undefined || other === undefined || Math.abs(other.chunk - here.chunk) > 1) continue;
    const joined = other === tokens[at + 1] ? here.term + other.term : other.term + here.term;
    if (vocabulary.has(joined)) return joined;
  }
  return null;
}

/** `giftcard` where the articles write `gift card`: the cut whose shorter half is longest. */
function splitInTwo(term: string, vocabulary: Vocabulary): readonly [string, string] | null {
  if (term.length < 6 || term.length > LONGEST_FUZZY) return null;
  for (let off = 0; off <= term.length / 2 - 3; off++) {
    for (const at of [Math.floor(term.length / 2) - off, Math.ceil(term.length / 2) + off]) {
      const [left, right] = [term.slice(0, at), term.slice(at)];
      if (vocabulary.has(left) && vocabulary.has(right)) return [left, right];
    }
  }
  return null;
}
