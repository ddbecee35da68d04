import type { Locale } from '../snapshots/snapshot.ts';
import { english } from './analyse-english.ts';
import { hebrew } from './analyse-hebrew.ts';
import { malay } from './analyse-malay.ts';
import { otherWords, unspacedWords } from './analyse-other.ts';
import { persian } from './analyse-persian.ts';
import { normalise } from './normalise.ts';

/** A word after analysis. */
export interface Token {
  /** What the index holds: normalised and stemmed. Never empty. */
  readonly term: string;
  /** The word normalised but not stemmed: what n-grams are made of. */
  readonly form: string;
  /** The word as it was typed, without the punctuation around it. */
  readonly word: string;
  /** Number of the blank-separated chunk it came from, from 0; a hyphenated chunk may yield several tokens. */
  readonly chunk: number;
  /** A word that says little in its language (the, של, از, yang): kept, with less weight. */
  readonly stop: boolean;
}

/** How one language takes a normalised word (with its inner apostrophes, quotes, hyphens and ZWNJ) apart into terms. */
export interface Language {
  readonly stopWords: ReadonlySet<string>;
  /** Parts of a written word: `check-in` is two words, `e-mail` is one. */
  words(piece: string): readonly string[];
  /** The stem of one word; the same for index and query. */
  stem(word: string): string;
}

/** One analyser serves index and query alike. */
export interface Analyser {
  readonly locale: Locale;
  /** The blank-separated parts of a text. Each is analysed by itself, so what one says can be remembered. */
  chunks(text: string): readonly string[];
  tokens(text: string): readonly Token[];
}

/**
 * The analyser of a locale. Each word goes to the language of its script, so that a Hebrew sentence with an English product
 * name is analysed by both: Hebrew letters as Hebrew, Arabic letters as Persian (Arabic and Urdu get their letters unified
 * only), Latin letters as Malay for `ms` and `id`, as English for `en` and for locales of another script, unstemmed for
 * other Latin locales. Scripts without blanks between words are cut by Intl.Segmenter.
 */
export function analyserFor(locale: Locale): Analyser {
  const base = locale.split('-')[0] ?? locale;
  const languages: Readonly<Record<Script, Language>> = {
    latin: latinLanguage(base),
    hebrew,
    arabic: base === 'ar' || base === 'ur' || base === 'ckb' ? otherWords : persian,
    unspaced: unspacedWords(locale),
    other: otherWords,
  };
  const memory = memoryOf(locale);
  return {
    locale,
    chunks: chunksOf,
    tokens: (text) =>
      chunksOf(text).flatMap((chunk, index) =>
        readChunk(chunk, languages, memory).map(({ term, form, word, stop }) => ({
          term,
          form,
          word,
          chunk: index,
          stop,
        })),
      ),
  };
}

type ChunkTokens = readonly Omit<Token, 'chunk'>[];

/**
 * Chunks of a locale that are remembered, some 200 bytes each: policies use the same words again and again. The 1,000
 * generated English articles of the benchmark have 32,677 in 288,328, the sample content 4,248 in 26,104. Beyond it all are
 * forgotten.
 */
const MOST_REMEMBERED = 40_000;
/** UTF-16 units of a chunk that is remembered: longer ones are no words, and nobody's question may fill the memory. */
const LONGEST_REMEMBERED = 40;

/** By locale; every analyser of a locale says the same. */
const memories = new Map<Locale, Map<string, ChunkTokens>>();

function memoryOf(locale: Locale): Map<string, ChunkTokens> {
  const memory = memories.get(locale) ?? new Map<string, ChunkTokens>();
  memories.set(locale, memory);
  return memory;
}

function readChunk(
  chunk: string,
  languages: Readonly<Record<Script, Language>>,
  memory: Map<string, ChunkTokens>,
): ChunkTokens {
  const before = memory.get(chunk);
  if (before) return before;
  const tokens = tokensOfChunk(chunk, languages);
  if (chunk.length > LONGEST_REMEMBERED) return tokens;
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  memory.set(chunk, tokens);
  return tokens;
}

/**
 * A question as a key: two questions are the same when their keys are. Case, accents, letter forms, punctuation, blanks
 * and ZWNJ do not matter; word order and endings do. Of a text without letters and digits (an emoji) the text itself.
 */
export function questionKey(text: string): string {
  const words = normalise(text)
    .replace(/[\u200c'"]/gu, '')
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return words === null ? text.trim().normalize('NFKC') : words.join(' ');
}

const BLANK = /[\s\u0085]+/u;

function chunksOf(text: string): readonly string[] {
  return text.split(BLANK).filter((chunk) => chunk !== '');
}

type Script = 'latin' | 'hebrew' | 'arabic' | 'unspaced' | 'other';

/** Runs of one script, with what belongs inside a word: apostrophes and hyphens in Latin, quotes in Hebrew, ZWNJ in Arabic script. */
const PIECES =
  /(?<number>\p{Nd}+(?:[.,:/]\p{Nd}+)+)|(?<hebrew>\p{Script=Hebrew}+(?:['"]\p{Script=Hebrew}+)*'?)|(?<arabic>\p{Script=Arabic}+(?:\u200c+\p{Script=Arabic}+)*)|(?<unspaced>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]+)|(?<latin>[\p{Script=Latin}\p{Nd}]+(?:['-][\p{Script=Latin}\p{Nd}]+)*)|(?<other>[\p{L}\p{M}\p{N}]+)/gu;

function tokensOfChunk(
  chunk: string,
  languages: Readonly<Record<Script, Language>>,
): readonly Omit<Token, 'chunk'>[] {
  const pieces = [...normalise(chunk).matchAll(PIECES)];
  const typed = chunk.replace(/^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu, '');
  const tokens: Omit<Token, 'chunk'>[] = [];
  for (const piece of pieces) {
    const { number } = piece.groups ?? {};
    if (number !== undefined) {
      tokens.push({ term: number, form: number, word: pieces.length === 1 ? typed : number, stop: false });
      continue;
    }
    const language = languages[scriptOf(piece.groups ?? {})];
    const words = language.words(piece[0]);
    for (const word of words) {
      const term = language.stem(word);
      if (term === '') continue;
      const whole = pieces.length === 1 && words.length === 1;
      tokens.push({ term, form: word, word: whole ? typed : word, stop: language.stopWords.has(word) });
    }
  }
  return tokens;
}

function scriptOf(groups: Readonly<Record<string, string | undefined>>): Script {
  if (groups.latin !== undefined) return 'latin';
  if (groups.hebrew !== undefined) return 'hebrew';
  if (groups.arabic !== undefined) return 'arabic';
  if (groups.unspaced !== undefined) return 'unspaced';
  return 'other';
}

/** Locales whose own script is Latin but that are neither English nor Malay: their words are taken as they are. */
const UNSTEMMED_LATIN = new Set(
  'af az bs ca cs cy da de eo es et eu fi fil fr ga gl hr hu is it lt lv mt nb nl nn no pl pt ro sk sl sq sv sw tr uz vi zu'.split(
    ' ',
  ),
);

function latinLanguage(base: string): Language {
  if (base === 'ms' || base === 'id') return malay;
  return UNSTEMMED_LATIN.has(base) ? otherWords : english;
}
