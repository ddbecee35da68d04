import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type { Analyser } from './analyser.ts';
import { ngramsOf } from './ngrams.ts';
import type { Counts } from './postings.ts';

/** What the index knows of one section that can be an answer. */
export interface IndexedSection {
  readonly anchor: string;
  readonly heading: Counts;
  readonly body: Counts;
}

/** What the index knows of one article on one day. */
export interface IndexedArticle {
  readonly article: CompiledArticle;
  readonly title: Counts;
  readonly questions: Counts;
  /** In the article's order; only those with text on that day. */
  readonly sections: readonly IndexedSection[];
  readonly ngrams: Counts;
}

/**
 * Reads the words of an article as it stands on a day. Where a section reads differently for different customers, a word
 * counts as often as in the variant that has it most, so that the index knows no customer and no variant counts twice.
 */
export function indexArticle(article: CompiledArticle, asOf: string, analyser: Analyser): IndexedArticle {
  const count = (texts: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const { term } of analyser.tokens(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    }
    return counts;
  };
  const ngrams = ngramsOf([article.title, ...article.questions].join(' '));
  const sections: IndexedSection[] = [];
  for (const section of article.sections) {
    const texts = textsOn(section, asOf);
    if (texts.length === 0) continue;
    const heading = section.heading ?? '';
    sections.push({
      anchor: section.anchor,
      heading: count([heading]),
      body: most(texts.map((text) => count([text]))),
    });
    ngramsOf(heading, ngrams);
    for (const [gram, times] of most(texts.map((text) => ngramsOf(text)))) {
      ngrams.set(gram, (ngrams.get(gram) ?? 0) + times);
    }
  }
  return { article, title: count([article.title]), questions: count(article.questions), sections, ngrams };
}

/** The different texts of a section on a day, empty ones left out. */
function textsOn(section: Section, asOf: string): readonly string[] {
  const texts = section.variants
    .filter(
      ({ period }) =>
        (period.from === null || period.from <= asOf) && (period.to === null || asOf < period.to),
    )
    .map(({ rendering }) => rendering.text)
    .filter((text) => text.trim() !== '');
  return [...new Set(texts)];
}

function most(all: readonly Counts[]): Counts {
  const [first, ...rest] = all;
  if (rest.length === 0) return first ?? new Map();
  const merged = new Map(first);
  for (const counts of rest) {
    for (const [term, count] of counts) merged.set(term, Math.max(merged.get(term) ?? 0, count));
  }
  return merged;
}
