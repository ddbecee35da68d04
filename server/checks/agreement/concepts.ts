import type { Content, Locale } from '../../articles/article.ts';
import { analyserFor } from '../../search/analyser.ts';
import { thesaurusFor } from '../../search/thesaurus.ts';

/** Whether two terms of a locale mean the same. */
export type MeansSame = (a: string, b: string) => boolean;

/**
 * Words that mean the same in a locale: those of one group of synonyms.yaml, or of the thesaurus that ships with Concord.
 * Only single words count; a phrase says more than its words do.
 */
export function createMeansSame(
  locale: Locale,
  content: Pick<Content, 'synonyms' | 'thesaurusOff'>,
): MeansSame {
  const analyser = analyserFor(locale);
  const groups = [
    ...content.synonyms.filter((group) => group.locale === locale).map(({ words }) => words),
    ...thesaurusFor(locale, content.thesaurusOff[locale]),
  ];
  const groupsOf = new Map<string, Set<number>>();
  for (const [at, words] of groups.entries()) {
    for (const word of words) {
      const [token, ...more] = analyser.tokens(word);
      if (!token || more.length > 0) continue;
      const known = groupsOf.get(token.term);
      if (known === undefined) groupsOf.set(token.term, new Set([at]));
      else known.add(at);
    }
  }
  return (a, b) => {
    if (a === b) return true;
    const others = groupsOf.get(b);
    return others !== undefined && [...(groupsOf.get(a) ?? [])].some((group) => others.has(group));
  };
}
