import type { CompiledArticle } from '../snapshots/snapshot.ts';
import type { Analyser } from './analyser.ts';
import { bestOption } from './best-option.ts';
import { wordsOfAddress } from './indexed-article.ts';
import type { Slot } from './query.ts';
import type { WordMatch } from './search.ts';
import { PARTS, type WordIndex } from './word-index.ts';

/**
 * What each word of a question counts as in one article, in the words that stand there: the reason of a match for people.
 * `at`: the article's position in the index.
 */
export function explainMatches(
  slots: readonly Slot[],
  at: number,
  deps: {
    readonly article: CompiledArticle;
    readonly analyser: Analyser;
    readonly words: WordIndex;
    readonly terms: readonly string[];
  },
): readonly WordMatch[] {
  const { article, analyser, words, terms } = deps;
  const written = writtenWords(article, analyser);
  return slots.map((slot): WordMatch => {
    const option = bestOption(slot, words, at);
    if (option === null) return { word: slot.word, matched: null, how: null, parts: [], stop: slot.stop };
    const scores = option.terms.map((term) => words.parts(term, at));
    const inPart = (part: (typeof PARTS)[number]): number =>
      scores.reduce((sum, parts) => sum + parts[part], 0);
    return {
      word: slot.word,
      matched: option.terms.map((term) => written.get(terms[term] ?? '') ?? terms[term] ?? '').join(' '),
      how: option.how,
      parts: PARTS.filter((part) => inPart(part) > 0).sort((a, b) => inPart(b) - inPart(a)),
      stop: slot.stop,
    };
  });
}

/** For each term of an article the first word that is written so in it: title, variants, headings, then the texts. */
function writtenWords(article: CompiledArticle, analyser: Analyser): ReadonlyMap<string, string> {
  const written = new Map<string, string>();
  const texts = [
    article.title,
    ...article.questions,
    wordsOfAddress(article),
    ...article.sections.flatMap(({ heading }) => heading ?? []),
    ...article.sections.flatMap(({ variants }) => variants.map(({ rendering }) => rendering.text)),
  ];
  for (const text of texts) {
    for (const { term, word } of analyser.tokens(text)) if (!written.has(term)) written.set(term, word);
  }
  return written;
}
