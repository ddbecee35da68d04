import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '../random.ts';

/** Languages that articles can be generated in. */
export const LANGUAGES = ['en', 'he', 'fa'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The words of a language by rank: the commonest first, without end. */
export interface LanguageModel {
  readonly language: Language;
  /** The word of a rank, from 0. Frequent ranks are real words, rarer ones are made of the language's letters. */
  wordOf(rank: number): string;
  /** A rank as often as its word is used. */
  drawRank(random: Random): number;
  /** A rank of a word that says something: none of the commonest. */
  drawTopicRank(random: Random): number;
}

const content = join(import.meta.dirname, '../../content');

/**
 * Zipf's law with Mandelbrot's shift over so many ranks. 1,000 generated English articles have 19,000 different words,
 * 10,000 have 78,000 (Hebrew 17,000 and 63,000, Persian 16,000 and 57,000): a vocabulary that keeps growing, as real text's does.
 */
const RANKS = 1_000_000;
const EXPONENT = 1.2;
const SHIFT = 2.7;
/** Ranks below this are mostly words that every text has. */
const COMMONEST = 120;
/** Letters that the next one of a made word depends on. */
const MEMORY = 2;
const LONGEST_WORD = 14;

const cumulated = cumulatedShares();
/** What stands in a file beside its words: facts, offers, directives, addresses of links. */
const NO_WORDS = /\{\{.*?\}\}|^:::.*$|\]\(.*?\)|\{#.*?\}/gm;
const WORDS: Readonly<Record<Language, RegExp>> = {
  en: /\p{Script=Latin}+(?:['’]\p{Script=Latin}+)*/gu,
  he: /\p{Script=Hebrew}+(?:["'׳״]\p{Script=Hebrew}+)*/gu,
  fa: /\p{Script=Arabic}+(?:\u200c\p{Script=Arabic}+)*/gu,
};

/** Learns the language of the sample company: its words by frequency, and which letters follow which. */
export function readLanguageModel(language: Language): LanguageModel {
  const counts = new Map<string, number>();
  for (const file of globSync(join(content, language, '**/*.md')).sort()) {
    const body = readFileSync(file, 'utf8')
      .replace(/^---\n[\s\S]*?\n---\n/, '')
      .replace(NO_WORDS, ' ');
    for (const word of body.toLowerCase().match(WORDS[language]) ?? []) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const known = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([word]) => word);
  const following = lettersFollowing(known);
  const made = new Map<number, string>();
  const draw = (random: Random): number => {
    const wanted = random() * (cumulated.at(-1) ?? 0);
    let [low, high] = [0, RANKS - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((cumulated[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    language,
    wordOf: (rank) => {
      const word = known[rank] ?? made.get(rank) ?? makeWord(following, createRandom(`${language} ${rank}`));
      if (rank >= known.length) made.set(rank, word);
      return word;
    },
    drawRank: draw,
    drawTopicRank: (random) => {
      let rank = draw(random);
      while (rank < COMMONEST) rank = draw(random);
      return rank;
    },
  };
}

function cumulatedShares(): Float64Array {
  const shares = new Float64Array(RANKS);
  let sum = 0;
  for (let rank = 0; rank < RANKS; rank++) {
    sum += 1 / (rank + SHIFT) ** EXPONENT;
    shares[rank] = sum;
  }
  return shares;
}

/** After each run of letters (a blank stands for the word's edge) the letters that follow it, as often as they do. */
function lettersFollowing(words: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const following = new Map<string, string[]>();
  for (const word of words) {
    const letters = [...' '.repeat(MEMORY), ...word, ' '];
    for (let at = MEMORY; at < letters.length; at++) {
      const before = letters.slice(at - MEMORY, at).join('');
      following.set(before, [...(following.get(before) ?? []), letters[at] ?? ' ']);
    }
  }
  return following;
}

function makeWord(following: ReadonlyMap<string, readonly string[]>, random: Random): string {
  const letters = Array<string>(MEMORY).fill(' ');
  while (letters.length < MEMORY + LONGEST_WORD) {
    const choices = following.get(letters.slice(-MEMORY).join('')) ?? [' '];
    const next = choices[Math.floor(random() * choices.length)] ?? ' ';
    if (next === ' ' && letters.length >= MEMORY + 3) break;
    if (next === ' ') letters.length = MEMORY;
    else letters.push(next);
  }
  return letters.join('').trim();
}
