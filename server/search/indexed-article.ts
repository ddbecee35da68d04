import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import type { Analyser } from './analyser.ts';
import { type Counter, type Counts, createCounter, mostOf, sumOf } from './counts.ts';

/** What the index knows of one section that can be an answer. */
export interface IndexedSection {
  readonly anchor: string;
  readonly heading: Counts;
  readonly body: Counts;
}

/** What the index knows of one article on one day; terms by their numbers in the lexicon. */
export interface IndexedArticle {
  readonly article: CompiledArticle;
  /** The title, then each variant, then the words of its address. */
  readonly asked: readonly Counts[];
  /** In the article's order; only those with text on that day. */
  readonly sections: readonly IndexedSection[];
}

/** Articles read, and the words that were met, numbered in the order in which they were. */
export interface Reading {
  readonly articles: readonly IndexedArticle[];
  readonly terms: readonly string[];
  /** Whether a term was a stop word when it was first met. */
  readonly isStop: readonly boolean[];
  /** Words as they are written, not stemmed, and how often each article has them: for n-grams. */
  readonly forms: readonly string[];
  readonly formsOf: readonly Counts[];
}

/**
 * Reads the words of articles as they stand on a day, each in its own language. Where a section reads differently for
 * different customers, a word counts as often as in the variant that has it most, so that the index knows no customer and
 * no variant counts twice.
 */
export function readArticles(
  articles: readonly CompiledArticle[],
  asOf: string,
  analyserOf: (article: CompiledArticle) => Analyser,
): Reading {
  const terms = createNumbers();
  const forms = createNumbers();
  const isStop: boolean[] = [];
  const counters = { terms: createCounter(), forms: createCounter() };
  const memories = new Map<Analyser, Map<string, Int32Array>>();

  const readChunk = (chunk: string, analyser: Analyser): Int32Array => {
    const pairs = analyser.tokens(chunk).flatMap(({ term, form, stop }) => {
      const number = terms.numberOf(term);
      if (number === isStop.length) isStop.push(stop);
      return [number, forms.numberOf(form)];
    });
    return Int32Array.from(pairs);
  };
  const read = (text: string, analyser: Analyser): Read => {
    const memory = memories.get(analyser) ?? new Map<string, Int32Array>();
    memories.set(analyser, memory);
    for (const chunk of analyser.chunks(text)) {
      const pairs = memory.get(chunk) ?? readChunk(chunk, analyser);
      memory.set(chunk, pairs);
      for (let at = 0; at < pairs.length; at += 2) {
        counters.terms.add(pairs[at] ?? 0, 1);
        counters.forms.add(pairs[at + 1] ?? 0, 1);
      }
    }
    return { terms: counters.terms.take(), forms: counters.forms.take() };
  };

  const formsOf: Counts[] = [];
  const indexed = articles.map((article): IndexedArticle => {
    const analyser = analyserOf(article);
    const asked = [article.title, ...article.questions, wordsOfAddress(article)].map((text) =>
      read(text, analyser),
    );
    const sections = article.sections.flatMap((section) => {
      const texts = textsOn(section, asOf);
      if (texts.length === 0) return [];
      const heading = read(section.heading ?? '', analyser);
      const body = mostRead(
        texts.map((text) => read(text, analyser)),
        counters,
      );
      return [{ anchor: section.anchor, heading, body }];
    });
    const all = [...asked, ...sections.flatMap(({ heading, body }) => [heading, body])];
    formsOf.push(
      sumOf(
        all.map((one) => one.forms),
        counters.forms,
      ),
    );
    return {
      article,
      asked: asked.map((one) => one.terms),
      sections: sections.map(({ anchor, heading, body }) => ({
        anchor,
        heading: heading.terms,
        body: body.terms,
      })),
    };
  });
  return { articles: indexed, terms: terms.words, isStop, forms: forms.words, formsOf };
}

/**
 * The words of an article's address, `when-refund-arrives`: its owner's shortest name for it, counted as one more variant.
 * Each variant of the sample content left out in its turn: right first .736 to .744 in English, .747 to .753 in Persian.
 */
export function wordsOfAddress({ slug }: CompiledArticle): string {
  return slug
    .split('-')
    .filter((word) => !/^\d*$/u.test(word))
    .join(' ');
}

interface Read {
  readonly terms: Counts;
  readonly forms: Counts;
}

function mostRead(
  all: readonly Read[],
  counters: { readonly terms: Counter; readonly forms: Counter },
): Read {
  return {
    terms: mostOf(
      all.map(({ terms }) => terms),
      counters.terms,
    ),
    forms: mostOf(
      all.map(({ forms }) => forms),
      counters.forms,
    ),
  };
}

function createNumbers(): { readonly words: readonly string[]; numberOf(word: string): number } {
  const words: string[] = [];
  const numbers = new Map<string, number>();
  return {
    words,
    numberOf: (word) => {
      const known = numbers.get(word);
      if (known !== undefined) return known;
      numbers.set(word, words.length);
      words.push(word);
      return words.length - 1;
    },
  };
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
