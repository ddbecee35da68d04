import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type { Analyser } from './analyser.ts';
import type { Forms } from './ngram-index.ts';
import { type Counts, sumOf } from './postings.ts';

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
  /** The words of all of it as they are written, for n-grams. */
  readonly forms: Forms;
}

/**
 * Reads the words of an article as it stands on a day. Where a section reads differently for different customers, a word
 * counts as often as in the variant that has it most, so that the index knows no customer and no variant counts twice.
 */
export function indexArticle(article: CompiledArticle, asOf: string, analyser: Analyser): IndexedArticle {
  const title = readText([article.title], analyser);
  const questions = readText(article.questions, analyser);
  const sections = article.sections.flatMap((section) => {
    const texts = textsOn(section, asOf);
    if (texts.length === 0) return [];
    const heading = readText(section.heading === null ? [] : [section.heading], analyser);
    const bodies = texts.map((text) => readText([text], analyser));
    const body = {
      terms: most(bodies.map(({ terms }) => terms)),
      forms: most(bodies.map(({ forms }) => forms)),
    };
    return [{ anchor: section.anchor, heading, body }];
  });
  const all = [title, questions, ...sections.flatMap(({ heading, body }) => [heading, body])];
  return {
    article,
    title: title.terms,
    questions: questions.terms,
    sections: sections.map(({ anchor, heading, body }) => ({
      anchor,
      heading: heading.terms,
      body: body.terms,
    })),
    forms: sumOf(all.map(({ forms }) => forms)),
  };
}

/** Words of some texts, counted: by term and as they are written. */
function readText(
  texts: readonly string[],
  analyser: Analyser,
): { readonly terms: Counts; readonly forms: Forms } {
  const terms = new Map<string, number>();
  const forms = new Map<string, number>();
  for (const text of texts) {
    for (const { term, form } of analyser.tokens(text)) {
      terms.set(term, (terms.get(term) ?? 0) + 1);
      forms.set(form, (forms.get(form) ?? 0) + 1);
    }
  }
  return { terms, forms };
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
