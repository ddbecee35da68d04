import type { Analyser } from './analyser.ts';

/** Groups of words that mean the same, and how much one that is meant counts for another. */
export interface SynonymSource {
  readonly groups: readonly (readonly string[])[];
  /** In (0, 1]. */
  readonly weight: number;
}

/** What else may stand for a word, and for how much of it: a word of a phrase is only its share of the phrase. */
export interface Synonym {
  readonly terms: readonly string[];
  /** The member of the group, as its owner wrote it. */
  readonly text: string;
  /** In (0, 1]. */
  readonly weight: number;
}

/** Groups of words that mean the same, analysed, for use on questions. */
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
  sources: readonly SynonymSource[],
  analysers: readonly Analyser[],
): SynonymTable {
  const byFirst = new Map<
    string,
    { readonly phrase: readonly string[]; readonly others: readonly Synonym[] }[]
  >();
  for (const { groups, weight } of sources) {
    for (const group of groups) {
      const members = analysed(group, analysers);
      for (const { terms: phrase } of members) {
        const [first] = phrase;
        if (first === undefined) continue;
        const others = members.flatMap(({ text, terms }) =>
          terms === phrase ? [] : [{ text, terms, weight: weight / Math.max(1, terms.length) }],
        );
        const same = byFirst.get(first);
        if (same === undefined) byFirst.set(first, [{ phrase, others }]);
        else same.push({ phrase, others });
      }
    }
  }
  return {
    optionsFor: (terms) => {
      const options = new Map<number, Synonym[]>();
      terms.forEach((term, at) => {
        for (const { phrase, others } of byFirst.get(term) ?? []) {
          if (!phrase.every((word, offset) => terms[at + offset] === word)) continue;
          for (let offset = 0; offset < phrase.length; offset++) {
            const here = options.get(at + offset);
            if (here === undefined) options.set(at + offset, [...others]);
            else here.push(...others);
          }
        }
      });
      return options;
    },
  };
}

/**
 * A group's members as the analysers of some locales read them, remembered for as long as the group is: the shipped
 * thesaurus is the same 2,000 groups in every index, and reading them took two thirds of a small index's build.
 */
function analysed(group: readonly string[], analysers: readonly Analyser[]): readonly Member[] {
  const byLocales = remembered.get(group) ?? new Map<string, readonly Member[]>();
  remembered.set(group, byLocales);
  const locales = analysers.map(({ locale }) => locale).join(' ');
  const members =
    byLocales.get(locales) ??
    distinctPhrases(
      group.flatMap((text) =>
        analysers.map((analyser) => ({ text, terms: analyser.tokens(text).map(({ term }) => term) })),
      ),
    );
  byLocales.set(locales, members);
  return members;
}

const remembered = new WeakMap<readonly string[], Map<string, readonly Member[]>>();

interface Member {
  readonly text: string;
  readonly terms: readonly string[];
}

function distinctPhrases(members: readonly Member[]): readonly Member[] {
  const seen = new Set<string>();
  return members.filter(({ terms }) => {
    const key = terms.join(' ');
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
