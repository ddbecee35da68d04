import type { PublicBlock } from '../../articles/article.ts';
import { readArticle } from '../../snapshots/check-content.ts';
import type { CompiledArticle } from '../../snapshots/snapshot.ts';
import { countWords, sentencesOf, spokenWords } from '../count-words.ts';
import type { Check, Span } from '../finding.ts';
import { lineSpan, wordsSpan } from '../line-span.ts';

/** Highest Flesch-Kincaid grade of an English article: what somebody of about 16 reads without trouble. */
const mostGrade = 11;

/** Highest mean length of a sentence in any other language, in words. */
const mostWords = 24;

/** Fewest words of an article of which either says something. */
const leastWords = 100;

/** Public articles that are hard to read. */
export const readingHard: Check = {
  code: 'reading-hard',
  title: 'An article is hard to read.',
  severity: 'note',
  explanation: `A policy is read by people in a hurry, many of them in their second language, some of them upset.

In English the Flesch-Kincaid grade is told where it is above ${mostGrade}: 0.39 times the words of a sentence, plus 11.8 times the syllables of a word, minus 15.59. Syllables are counted by groups of vowels, which errs by some in a hundred. In other languages, for which no formula is agreed on, the mean length of a sentence is told where it is above ${mostWords} words. Both need ${leastWords} words to mean anything; shorter articles are passed over. Neither knows whether a text is clear: it is a hint to read it once more, no more than that.

The finding marks the longest sentence. Cut it in two, put the condition first, use the customer's word.`,
  *run(world) {
    const compiled = new Map(
      world.snapshot?.public.articles.map((article) => [`${article.locale}/${article.id}`, article]),
    );
    for (const article of world.content.articles) {
      if (!article.beside) continue;
      const { head } = readArticle(article);
      const found = compiled.get(`${head.locale}/${head.id}`);
      const hard = found && hardness(found);
      if (!hard) continue;
      yield {
        place: placeOf(hard.longest, article.article.body, world.linesOf(head.path), head.path),
        message: `${head.path} is hard to read: ${hard.said}.`,
        expected: hard.expected,
        found: hard.said,
        hint: `Its longest sentence has ${countWords(hard.longest)} words; cut it in two.`,
        other: null,
        because: [],
      };
    }
  },
};

interface Hardness {
  readonly said: string;
  readonly expected: string;
  readonly longest: string;
}

/** How hard an article is; null where it is not, or too short to tell. */
function hardness({ locale, sections }: CompiledArticle): Hardness | null {
  const texts = sections.map(({ variants }) => variants[0]?.rendering.text ?? '');
  const sentences = texts
    .flatMap(sentencesOf)
    .map((text) => ({ text, words: spokenWords(text) }))
    .filter((sentence) => sentence.words.length > 0);
  const words = sentences.flatMap((sentence) => sentence.words);
  if (words.length < leastWords) return null;
  const longest = sentences.reduce((one, other) =>
    other.words.length > one.words.length ? other : one,
  ).text;
  const mean = words.length / sentences.length;
  if (!/^en\b/.test(locale)) {
    return mean > mostWords
      ? {
          said: `${mean.toFixed(0)} words a sentence`,
          expected: `at most ${mostWords} words a sentence`,
          longest,
        }
      : null;
  }
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const grade = 0.39 * mean + 11.8 * (syllables / words.length) - 15.59;
  return grade > mostGrade
    ? { said: `grade ${grade.toFixed(1)}`, expected: `at most grade ${mostGrade}`, longest }
    : null;
}

/** Groups of vowels, without the silent e at an English word's end; a number counts as two. */
function syllablesOf(word: string): number {
  if (/^\p{N}/u.test(word)) return 2;
  const spoken = word.toLowerCase().replace(/(?<=[^aeiouyl])e$|(?<=[^aeiouy])es$|(?<=[^aeiouytd])ed$/, '');
  return Math.max(1, spoken.match(/[aeiouy]+/g)?.length ?? 0);
}

/** Where a sentence begins in the file: by its first words, as far as they stand there as they are read. */
function placeOf(
  sentence: string,
  body: readonly PublicBlock[],
  lines: readonly string[],
  file: string,
): Span {
  const begin = sentence.split(' ').slice(0, 3).join(' ');
  const first = body[0]?.line ?? 1;
  const at = lines.findIndex((line, index) => index + 1 >= first && line.includes(begin));
  const world = { linesOf: () => lines };
  return at < 0 ? lineSpan(world, file, first) : wordsSpan(world, file, at + 1, begin);
}
