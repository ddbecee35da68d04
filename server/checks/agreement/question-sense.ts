import type { Locale, SynonymGroup } from '../../articles/article.ts';
import { type Analyser, analyserFor, type Token } from '../../search/analyser.ts';

/**
 * Gives what a question asks: its content words, stemmed, each once, sorted, so that their order does not count; words of
 * one group of the site's own synonyms.yaml are one. Question words and the words of grammar fall away, but for those that
 * turn a question round (not, before, after).
 */
export function createSenseReader(
  locale: Locale,
  groups: readonly SynonymGroup[],
): (question: string) => readonly string[] {
  const analyser = analyserFor(locale);
  const synonyms = phrasesOf(
    groups.filter((group) => group.locale === locale),
    analyser,
  );
  return (question) => {
    const words = new Set<string>();
    const tokens = analyser.tokens(question);
    for (let at = 0; at < tokens.length; ) {
      const phrase = synonyms.find(({ terms }) => terms.every((term, i) => tokens[at + i]?.term === term));
      if (phrase) {
        words.add(phrase.group);
        at += phrase.terms.length;
        continue;
      }
      const token = tokens[at++];
      if (token && counts(token)) words.add(token.term);
    }
    return [...words].sort();
  };
}

interface Phrase {
  readonly terms: readonly string[];
  /** All words of its group, which is no stem. */
  readonly group: string;
}

/** The longest first, so that a phrase is taken before a word of it. */
function phrasesOf(groups: readonly SynonymGroup[], analyser: Analyser): readonly Phrase[] {
  return groups
    .flatMap(({ words }) =>
      words.map((word) => ({ terms: analyser.tokens(word).map(({ term }) => term), group: words.join('/') })),
    )
    .filter(({ terms }) => terms.length > 0)
    .sort((a, b) => b.terms.length - a.terms.length || (a.group < b.group ? -1 : 1));
}

function counts({ form, stop }: Token): boolean {
  return TURNING_WORDS.has(form) || (!stop && !EMPTY_WORDS.has(form));
}

/** That search gives some weight, and that say nothing of what is asked. */
const EMPTY_WORDS = new Set('possible allowed way want need get got able like'.split(' '));

/** Stop words of search without which another thing is asked; Hebrew ones with their final letters as the others. */
const TURNING_WORDS = new Set(
  (
    'not no without before after over under out off dont cant wont doesnt didnt isnt arent havent hasnt ' +
    'לא אינ בלי לפני אחרי עוד ' +
    'نه نیست ندارد نشده شده بدون پیش پس قبل بعد ' +
    'tidak tak tiada bukan belum jangan sebelum selepas lepas sudah dah telah x tk blm'
  ).split(' '),
);
