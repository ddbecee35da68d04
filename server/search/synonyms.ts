import type { Analyser } from './analyser.ts';

/** What else may stand for a word, and for how much of it: a word of a phrase is only its share of the phrase. */
export interface Synonym {
  readonly terms: readonly string[];
  /** In (0, 1]. */
  readonly share: number;
}

/** Owners' synonyms, analysed, for use on questions. */
export interface SynonymTable {
  /** For each position of the question's terms that a group's word or phrase covers: what else may stand there. */
  optionsFor(terms: readonly string[]): ReadonlyMap<number, readonly Synonym[]>;
}

/**
 * Analyses groups of words that mean the same. A phrase of several words counts only where all of them follow each other;
 * each of its words then may be any other member, weighted by how many words the phrase has, so that a member never
 * counts more than the phrase it stands for.
 */
export function buildSynonyms(
  groups: readonly (readonly string[])[],
  analysers: readonly Analyser[],
): SynonymTable {
  const byFirst = new Map<
    string,
    { readonly phrase: readonly string[]; readonly others: readonly (readonly string[])[] }[]
  >();
  for (const group of groups) {
    const members = distinctPhrases(
      group.flatMap((word) => analysers.map((analyser) => analyser.tokens(word).map((token) => token.term))),
    );
    for (const phrase of members) {
      const [first] = phrase;
      if (first === undefined) continue;
      const others = members.filter((member) => member !== phrase);
      byFirst.set(first, [...(byFirst.get(first) ?? []), { phrase, others }]);
    }
  }
  return {
    optionsFor: (terms) => {
      const options = new Map<number, Synonym[]>();
      terms.forEach((term, at) => {
        for (const { phrase, others } of byFirst.get(term) ?? []) {
          if (!phrase.every((word, offset) => terms[at + offset] === word)) continue;
          for (let offset = 0; offset < phrase.length; offset++) {
            const here = options.get(at + offset) ?? [];
            for (const other of others) here.push({ terms: other, share: 1 / Math.max(1, other.length) });
            options.set(at + offset, here);
          }
        }
      });
      return options;
    },
  };
}

function distinctPhrases(phrases: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const seen = new Set<string>();
  return phrases.filter((phrase) => {
    const key = phrase.join(' ');
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
