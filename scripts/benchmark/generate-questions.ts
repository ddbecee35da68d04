import { between, createRandom, type Random } from '../random.ts';
import { generateArticle, sentence } from './generate-articles.ts';
import type { LanguageModel } from './language-model.ts';

/** What is asked of a corpus. */
export interface Asked {
  /** Of 6 to 10 words; one in five has a typo, another one in five a word that no article has. */
  readonly natural: readonly string[];
  /** Pasted whole, of 120 to 200 words. */
  readonly mails: readonly string[];
  readonly oneWord: readonly string[];
  /** Questions as they are typed, letter by letter, from the first to the 24th. */
  readonly typed: readonly string[];
}

const LONGEST_TYPED = 24;
/** Ranks from which a drawn word stands in no article. */
const UNKNOWN_RANKS = 5_000_000;

/** Questions about the first `articles` generated ones, the same on every run. */
export function generateQuestions(
  model: LanguageModel,
  articles: number,
  counts: {
    readonly natural: number;
    readonly mails: number;
    readonly oneWord: number;
    readonly typed: number;
  },
): Asked {
  const ask = <T>(
    kind: string,
    count: number,
    make: (topic: readonly string[], random: Random, at: number) => T,
  ): T[] =>
    Array.from({ length: count }, (_, at) => {
      const random = createRandom(`${model.language} ${kind} ${at}`);
      const { topic } = generateArticle(model, Math.floor(random() * articles));
      return make(topic, random, at);
    });
  return {
    natural: ask('natural', counts.natural, (topic, random, at) => {
      const words = sentence(model, topic, random, 6, 10).split(' ');
      if (at % 5 === 1) return withTypo(words, random).join(' ');
      if (at % 5 === 3) words.push(model.wordOf(UNKNOWN_RANKS + at));
      return words.join(' ');
    }),
    mails: ask('mail', counts.mails, (topic, random) =>
      Array.from({ length: between(random, 12, 16) }, () => `${sentence(model, topic, random, 8, 14)}.`).join(
        '\n',
      ),
    ),
    oneWord: ask(
      'word',
      counts.oneWord,
      (topic, random) => topic[between(random, 0, topic.length - 1)] ?? '',
    ),
    typed: ask('typed', counts.typed, (topic, random) => {
      const text = sentence(model, topic, random, 4, 8);
      return Array.from({ length: Math.min(text.length, LONGEST_TYPED) }, (_, at) => text.slice(0, at + 1));
    }).flat(),
  };
}

/** The longest word with one letter left out, doubled, swapped with the next, or replaced. */
function withTypo(words: readonly string[], random: Random): readonly string[] {
  const longest = words.reduce((most, word) => (word.length > most.length ? word : most), '');
  const at = between(random, 1, Math.max(1, longest.length - 2));
  const [before, letter, after] = [longest.slice(0, at), longest.charAt(at), longest.slice(at + 1)];
  const typos = [
    before + after,
    before + letter + letter + after,
    before + after.charAt(0) + letter + after.slice(1),
    before + longest.charAt(0) + after,
  ];
  const typo = typos[between(random, 0, typos.length - 1)] ?? longest;
  return words.map((word) => (word === longest ? typo : word));
}
