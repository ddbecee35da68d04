import type { CompiledArticle, Section } from '../snapshots/snapshot.ts';
import { type Analyser, questionKey } from './analyser.ts';
import { type Counts, createCounter, mostOf, NO_COUNTS } from './counts.ts';
import { createNumbering, type Lexicon } from './lexicon.ts';
import { ngramsOf } from './ngrams-of.ts';
import type { Tuning } from './tuning.ts';

/** A title or variant as a bag of words. */
export interface AskedText {
  /** Its terms, each once, in the order of the text. */
  readonly numbers: Int32Array;
  /** Beside `numbers`: 1 for a word that says little in its language. */
  readonly stops: Uint8Array;
}

/** What is kept of one section that can be an answer. */
export interface IndexedSection {
  readonly anchor: string;
  /** Different terms of its heading, ascending. */
  readonly heading: Int32Array;
}

/** What is kept of one article on one day; terms by their numbers in the lexicon. */
export interface IndexedArticle {
  readonly article: CompiledArticle;
  /** The title, then each variant, then the words of its address. */
  readonly asked: readonly AskedText[];
  /** Of the title and each variant. */
  readonly keys: readonly string[];
  /** In the article's order; only those with text on that day. */
  readonly sections: readonly IndexedSection[];
}

/** All words of one article, as the index counts them. */
export interface ArticleWords {
  readonly indexed: IndexedArticle;
  /** Each term once, with how often it stands in title, variants, headings and texts: four counts side by side. */
  readonly terms: Int32Array;
  readonly parts: Uint16Array;
  /** Words of title and variants; words of everything, each part as often as tuning says. */
  readonly headLength: number;
  readonly allLength: number;
  /** What each section is found by: its own words, and those of title and variants that count in it. */
  readonly sections: readonly Counts[];
  readonly grams: Counts;
}

export type ReadArticle = (article: CompiledArticle) => ArticleWords;

/** A word stands no more often in an article than this, whose counts are held in 16 bits. */
const MOST_TIMES = 65_535;

/**
 * Reads the words of articles as they stand on a day, each in its own language. Where a section reads differently for
 * different customers, a word counts as often as in the variant that has it most, so that the index knows no customer and
 * no variant counts twice. New words enter the lexicon. A reader remembers what it has
 * analysed: 20 MB at 10,000 articles, with which a changed article is read in a tenth of the time.
 */
export function createReader(deps: {
  readonly lexicon: Lexicon;
  readonly analyserOf: (article: CompiledArticle) => Analyser;
  readonly asOf: string;
  readonly tuning: Tuning;
}): ReadArticle {
  const { lexicon, analyserOf, asOf, tuning } = deps;
  const forms = createNumbering();
  const gramsOfForm: Int32Array[] = [];
  const memories = new Map<Analyser, Map<string, Int32Array>>();
  const counters = { terms: createCounter(), forms: createCounter(), grams: createCounter() };
  const mergeParts = createMerger();

  const formOf = (form: string): number => {
    const number = forms.numberOf(form);
    gramsOfForm[number] ??= Int32Array.from(ngramsOf(form), lexicon.grams.numberOf);
    return number;
  };
  /** Of each token its term, its form, and whether it is a stop word. */
  const readChunk = (chunk: string, analyser: Analyser): Int32Array =>
    Int32Array.from(
      analyser
        .tokens(chunk)
        .flatMap(({ term, form, stop }) => [lexicon.terms.numberOf(term), formOf(form), stop ? 1 : 0]),
    );
  const chunksOf = (text: string, analyser: Analyser): readonly Int32Array[] => {
    const memory = memories.get(analyser) ?? new Map<string, Int32Array>();
    memories.set(analyser, memory);
    return analyser.chunks(text).map((chunk) => {
      const read = memory.get(chunk) ?? readChunk(chunk, analyser);
      memory.set(chunk, read);
      return read;
    });
  };
  const count = (chunks: readonly Int32Array[]): Read => {
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += 3) {
        counters.terms.add(chunk[at] ?? 0, 1);
        counters.forms.add(chunk[at + 1] ?? 0, 1);
      }
    }
    return { terms: counters.terms.take(), forms: counters.forms.take() };
  };
  const countMost = (texts: readonly Read[]): Read => ({
    terms: mostOf(
      texts.map(({ terms }) => terms),
      counters.terms,
    ),
    forms: mostOf(
      texts.map((text) => text.forms),
      counters.forms,
    ),
  });

  return (article) => {
    const analyser = analyserOf(article);
    const texts = [article.title, ...article.questions];
    const askedChunks = [...texts, wordsOfAddress(article)].map((text) => chunksOf(text, analyser));
    const asked = askedChunks.map(count);
    const sections = article.sections.flatMap((section) => {
      const variants = textsOn(section, asOf);
      if (variants.length === 0) return [];
      const heading = count(chunksOf(section.heading ?? '', analyser));
      const body = countMost(variants.map((text) => count(chunksOf(text, analyser))));
      return [{ anchor: section.anchor, heading, body }];
    });

    const all = [...asked, ...sections.flatMap(({ heading, body }) => [heading, body])];
    for (const read of all) counters.forms.addAll(read.forms, 1);
    const used = counters.forms.take();
    used.numbers.forEach((form, at) => {
      for (const gram of gramsOfForm[form] ?? []) counters.grams.add(gram, used.times[at] ?? 0);
    });

    const [title = NOTHING, ...variants] = asked;
    const headings = sections.map(({ heading }) => heading.terms);
    const bodies = sections.map(({ body }) => body.terms);
    const variantTerms = variants.map(({ terms }) => terms);
    return {
      indexed: {
        article,
        asked: asked.map(({ terms }, at) => askedText(terms, askedChunks[at] ?? [])),
        keys: texts.map(questionKey),
        sections: sections.map(({ anchor, heading }) => ({
          anchor,
          heading: heading.terms.numbers.toSorted(),
        })),
      },
      ...mergeParts([[title.terms], variantTerms, headings, bodies]),
      headLength: title.terms.total + totalOf(variantTerms),
      allLength:
        tuning.titleTimes * title.terms.total +
        totalOf(variantTerms) +
        tuning.headingTimes * totalOf(headings) +
        totalOf(bodies),
      sections: sections.map(({ anchor, heading, body }) => {
        // Without words of its own it would only repeat title and variants, which speak for the article already.
        if (body.terms.total + heading.terms.total === 0) return NO_COUNTS;
        counters.terms.addAll(body.terms, 1);
        counters.terms.addAll(heading.terms, tuning.headingTimes);
        counters.terms.addAll(title.terms, tuning.sectionTitle);
        if (anchor === 'lead') {
          for (const terms of variantTerms) counters.terms.addAll(terms, tuning.leadQuestions);
        }
        return counters.terms.take();
      }),
      grams: counters.grams.take(),
    };
  };
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

const NOTHING: Read = { terms: NO_COUNTS, forms: NO_COUNTS };

function askedText({ numbers }: Counts, chunks: readonly Int32Array[]): AskedText {
  const stops = new Set<number>();
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 3) if (chunk[at + 2] === 1) stops.add(chunk[at] ?? 0);
  }
  return { numbers, stops: Uint8Array.from(numbers, (number) => (stops.has(number) ? 1 : 0)) };
}

function totalOf(all: readonly Counts[]): number {
  return all.reduce((sum, { total }) => sum + total, 0);
}

/** All terms of the four parts of an article, each with its four counts side by side. */
function createMerger(): (parts: readonly (readonly Counts[])[]) => Pick<ArticleWords, 'terms' | 'parts'> {
  let placeOf = new Int32Array(1024);
  return (parts) => {
    const seen: number[] = [];
    const counts: number[] = [];
    parts.forEach((texts, part) => {
      for (const { numbers, times } of texts) {
        for (let at = 0; at < numbers.length; at++) {
          const number = numbers[at] ?? 0;
          if (number >= placeOf.length) {
            const larger = new Int32Array(Math.max(number + 1, placeOf.length * 2));
            larger.set(placeOf);
            placeOf = larger;
          }
          if (placeOf[number] === 0) {
            seen.push(number);
            placeOf[number] = seen.length;
            counts.push(0, 0, 0, 0);
          }
          const place = ((placeOf[number] ?? 0) - 1) * 4 + part;
          counts[place] = Math.min(MOST_TIMES, (counts[place] ?? 0) + (times[at] ?? 0));
        }
      }
    });
    for (const number of seen) placeOf[number] = 0;
    return { terms: Int32Array.from(seen), parts: Uint16Array.from(counts) };
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
