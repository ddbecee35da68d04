import { type Analyser, analyserFor } from '../search/analyser.ts';
import type { CompiledArticle, Locale } from '../snapshots/snapshot.ts';

/** What words weigh in the articles of a locale: the rarer, the more. */
export interface Weigh {
  /** Telling words of a text, numbers and small words left out, each once. */
  words(text: string, locale: Locale): readonly Word[];
  weight(term: string, locale: Locale): number;
  /** The share of the weight of a text's words that another has, in [0, 1], and these words as the first writes them. */
  shared(
    text: string,
    other: string,
    locale: Locale,
  ): { readonly share: number; readonly words: readonly string[] };
  /** The same with the other's terms in hand. */
  sharedWith(
    text: string,
    terms: ReadonlySet<string>,
    locale: Locale,
  ): { readonly share: number; readonly words: readonly string[] };
}

export interface Word {
  readonly term: string;
  readonly word: string;
}

/** Texts whose words are remembered: the clauses of some hundred articles, a few megabytes. */
const mostRead = 20_000;

/** Weights from the public articles; those of the default locale stand in where a locale has no text of its own. */
export function createWeigh(articles: readonly CompiledArticle[], defaultLocale: Locale): Weigh {
  const counted = new Map<Locale, { readonly counts: ReadonlyMap<string, number>; readonly all: number }>();
  const analysers = new Map<Locale, Analyser>();
  // Each clause of an article is compared with each sentence of every macro about it.
  const read = new Map<string, readonly Word[]>();
  const words: Weigh['words'] = (text, locale) => {
    const key = `${locale} ${text}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const analyser = analysers.get(locale) ?? analyserFor(locale);
    analysers.set(locale, analyser);
    const telling = analyser.tokens(text).filter(({ stop, term }) => !stop && !/^[\p{N}.,]+$/u.test(term));
    const found = [...new Map(telling.map(({ term, word }) => [term, { term, word }])).values()];
    if (read.size >= mostRead) read.clear();
    read.set(key, found);
    return found;
  };
  const countsOf = (locale: Locale) => {
    const known = counted.get(locale);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    const all = editionOf(articles, locale, defaultLocale);
    for (const article of all) {
      for (const { term } of words(textOf(article), locale)) counts.set(term, (counts.get(term) ?? 0) + 1);
    }
    const made = { counts, all: all.length };
    counted.set(locale, made);
    return made;
  };
  const weight: Weigh['weight'] = (term, locale) => {
    const { counts, all } = countsOf(locale);
    const count = counts.get(term) ?? 0;
    // A word that no article has is as rare as one can be, but may be of a greeting or a name: half of that.
    return Math.log(1 + all / Math.max(1, count)) * (count === 0 ? 0.5 : 1);
  };
  const sharedWith: Weigh['sharedWith'] = (text, terms, locale) => {
    let all = 0;
    let both = 0;
    const shared: string[] = [];
    for (const { term, word } of words(text, locale)) {
      const weighs = weight(term, locale);
      all += weighs;
      if (!terms.has(term)) continue;
      both += weighs;
      shared.push(word);
    }
    return { share: all === 0 ? 0 : both / all, words: shared };
  };
  return {
    words,
    weight,
    sharedWith,
    shared: (text, other, locale) =>
      sharedWith(text, new Set(words(other, locale).map(({ term }) => term)), locale),
  };
}

/** The articles of a locale, and those of the default locale that it has no translation of. */
export function editionOf(
  articles: readonly CompiledArticle[],
  locale: Locale,
  defaultLocale: Locale,
): readonly CompiledArticle[] {
  const own = articles.filter((article) => article.locale === locale);
  const ids = new Set(own.map(({ id }) => id));
  return [...own, ...articles.filter((one) => one.locale === defaultLocale && !ids.has(one.id))];
}

function textOf({ title, sections }: CompiledArticle): string {
  return [
    title,
    ...sections.flatMap(({ heading, variants }) => [
      heading ?? '',
      ...variants.map(({ rendering }) => rendering.text),
    ]),
  ].join('\n');
}
