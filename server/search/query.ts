import type { Analyser, Token } from './analyser.ts';
import type { SynonymTable } from './synonyms.ts';
import type { Tuning } from './tuning.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One way in which an article can have a word of the question; several terms must all be there (a synonym of two words). */
export interface Option {
  /** Numbers of terms that the index knows. */
  readonly terms: readonly number[];
  /** In (0, 1]: 1 for the word itself, less for a synonym or a typo. */
  readonly weight: number;
  /** How it counts as the word. */
  readonly how: How;
  /** The synonym, as its owner wrote it; null where the word itself or one near it was found. */
  readonly synonym: string | null;
  /** How sure it is, in (0, 1], that the word was meant so: a synonym is sure, a typo is a guess. */
  readonly certainty: number;
}

/**
 * `same`: the word itself, in whatever form; `joined`: one word with its neighbour (gift card, giftcard) or `split` in two;
 * `synonym`: a word or phrase that an owner or the thesaurus says means the same; `typo`: a known word that is a letter or
 * two away; `beginning`: a known word that begins so, while typing.
 */
export type How = 'same' | 'joined' | 'split' | 'synonym' | 'typo' | 'beginning';

/** One word of the question with everything that counts as it; an article gets the best of the options. */
export interface Slot {
  readonly word: string;
  readonly weight: number;
  /** It says little in its language. */
  readonly stop: boolean;
  /** The word itself first, where the index knows it; empty where nothing known counts as it. */
  readonly options: readonly Option[];
  /** The first term of the first option; -1 where there is none. */
  readonly likeliest: number;
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
    const options: Option[] = [];
    const add = (
      how: How,
      terms: readonly number[],
      weight: number,
      {
        certainty = 1,
        synonym = null,
      }: { readonly certainty?: number; readonly synonym?: string | null } = {},
    ): void => {
      if (terms.length === 0 || terms.includes(-1)) return;
      const same = options.some(
        (option) =>
          option.terms.length === terms.length && option.terms.every((term, i) => term === terms[i]),
      );
      if (!same) options.push({ terms, weight, how, synonym, certainty });
    };
    add('same', [vocabulary.numberOf(token.term)], 1);
    for (const reading of readings) {
      const [only, ...more] = reading.get(token.chunk) ?? [];
      if (only !== undefined && more.length === 0) add('same', [vocabulary.numberOf(only.term)], 1);
    }
    add('joined', [joinedWithNeighbour(tokens, at, vocabulary)], tuning.compound);
    const known = options.length > 0;
    for (const { terms, text: synonym, weight } of bySynonym.get(at) ?? []) {
      const numbers = terms.map((term) => vocabulary.numberOf(term));
      add('synonym', numbers, weight, { synonym });
    }
    if (!known && typing && at === tokens.length - 1) {
      for (const { term, number } of vocabulary.beginning(token.term, MOST_PREFIXED)) {
        add('beginning', [number], token.term.length / term.length);
      }
    }
    let isNear = known;
    if (!known && !token.stop && fuzzy > 0) {
      fuzzy -= 1;
      const { length } = token.term;
      const parts = splitInTwo(token.term, vocabulary);
      add('split', parts, tuning.compound / 2);
      const near = vocabulary.near(token.term, mostEdits(length, tuning));
      isNear = parts.length > 0 || near.length > 0;
      if (length >= tuning.fuzzyFrom && !/\d/u.test(token.term)) {
        for (const { number, distance } of near.slice(0, MOST_NEIGHBOURS)) {
          const likeness = length / (length + distance);
          add('typo', [number], tuning.fuzzy * likeness, { certainty: tuning.guess * likeness });
        }
      }
    }
    return {
      word: token.word,
      weight: token.stop ? tuning.stop : 1,
      stop: token.stop,
      options,
      likeliest: options[0]?.terms[0] ?? -1,
      known,
      form: isNear ? token.form : null,
    };
  });
}

/** Letters of a word that may differ; none of words that are too short or too long to tell. */
function mostEdits(length: number, tuning: Tuning): number {
  if (length < SHORTEST_NEAR || length > LONGEST_FUZZY) return 0;
  return Math.max(1, Math.min(2, Math.round(length * tuning.fuzzyShare)));
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

/** `gift card` where the articles write `giftcard`, `t shirt` where they write `t-shirt`, کتاب خانه where کتاب‌خانه; or -1. */
function joinedWithNeighbour(tokens: readonly Token[], at: number, vocabulary: Vocabulary): number {
  const here = tokens[at];
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (here === undefined) return -1;
  const pairs = [
    [here, after],
    [before, here],
  ] as const;
  for (const [left, right] of pairs) {
    if (left === undefined || right === undefined || right.chunk - left.chunk > 1) continue;
    const joined = vocabulary.numberOf(left.term + right.term);
    if (joined >= 0) return joined;
  }
  return -1;
}

/** `giftcard` where the articles write `gift card`: the cut whose shorter half is longest; or nothing. */
function splitInTwo(term: string, vocabulary: Vocabulary): readonly number[] {
  if (term.length < 6 || term.length > LONGEST_FUZZY) return [];
  for (let off = 0; off <= term.length / 2 - 3; off++) {
    for (const at of [Math.floor(term.length / 2) - off, Math.ceil(term.length / 2) + off]) {
      const parts = [term.slice(0, at), term.slice(at)].map((part) => vocabulary.numberOf(part));
      if (!parts.includes(-1)) return parts;
    }
  }
  return [];
}
