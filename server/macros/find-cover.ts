import type { PublicAnswerer } from '../answers/answer.ts';
import type {
  CalendarDate,
  CompiledArticle,
  Locale,
  PublicSnapshot,
  Section,
} from '../snapshots/snapshot.ts';
import type { Macro } from './macro.ts';
import { sentencesOf } from './sentences.ts';
import { editionOf, type Weigh } from './weigh.ts';

/** The section that says what a macro says. */
export interface Cover {
  readonly article: CompiledArticle;
  readonly section: Section;
  /** Share of the weight of the macro's best sentence that stands in the section, in [0, 1]. */
  readonly share: number;
}

/** Finds the section that covers a macro; null where no article says enough of what it says. */
export type FindCover = (macro: Macro, locale: Locale) => Cover | null;

/** Characters of a macro that are searched with; a question may have 2,000. */
const searchedCharacters = 1_000;
/** Articles that each search may propose; the right one is among the first three for .93 of questions (`npm run evaluate`). */
const proposed = 5;
/** Fewest telling words of a sentence that is compared by itself; a greeting has fewer. */
const fewestWords = 3;
/**
 * Least share of a sentence's weight that the section must have. On the first half of test/macros/labelled.yaml the macros
 * that an article covers have .57 and more, those that none covers .33 and less; `npm test -- test/macros` prints what both
 * halves come to.
 */
const shareNeeded = 0.45;
/** What the whole macro's share of an article counts, and its title's share of the article's questions, when articles are ranked. */
const wholeCounts = 0.5;
const titleCounts = 0.25;

/** Searches with the macro's title and its text, and takes of the articles found the section that has most of a sentence. */
export function createFindCover(
  { articles, site }: PublicSnapshot,
  answerer: PublicAnswerer,
  today: CalendarDate,
  weigh: Weigh,
): FindCover {
  const editions = new Map<Locale, ReadonlyMap<string, CompiledArticle>>();
  const edition = (locale: Locale): ReadonlyMap<string, CompiledArticle> => {
    const known =
      editions.get(locale) ??
      new Map(editionOf(articles, locale, site.defaultLocale).map((article) => [article.id, article]));
    editions.set(locale, known);
    return known;
  };
  // An English article that stands in for a Malay one is read as Malay.
  const terms = new Map<string, ArticleTerms>();
  const termsOf = (article: CompiledArticle, locale: Locale): ArticleTerms => {
    const key = `${locale} ${article.locale} ${article.id}`;
    const known = terms.get(key) ?? readTerms(article, locale, weigh);
    terms.set(key, known);
    return known;
  };
  return (macro, locale) => {
    const ids = [macro.title, macro.text.slice(0, searchedCharacters)].flatMap((question) =>
      [
        ...new Set(
          answerer
            .search({ question, locale, context: {}, asOf: today, limit: proposed * 2 })
            .map(({ articleId }) => articleId),
        ),
      ].slice(0, proposed),
    );
    const sentences = sentencesOf(macro.text).filter(
      (sentence) => weigh.words(sentence, locale).length >= fewestWords,
    );
    const ranked = [...new Set(ids)].flatMap((id) => {
      const article = edition(locale).get(id);
      if (article === undefined) return [];
      const { sections, ofArticle, ofQuestions } = termsOf(article, locale);
      const whole = weigh.sharedWith(`${macro.title}\n${macro.text}`, ofArticle, locale).share;
      const asked = weigh.sharedWith(macro.title, ofQuestions, locale).share;
      return sections.map(({ section, ofSection }) => {
        const share = Math.max(
          0,
          ...sentences.map((sentence) => weigh.sharedWith(sentence, ofSection, locale).share),
        );
        return { article, section, share, rank: share + wholeCounts * whole + titleCounts * asked };
      });
    });
    const found = ranked
      .sort((a, b) => b.rank - a.rank || (keyOf(a) < keyOf(b) ? -1 : 1))
      .find(({ share }) => share >= shareNeeded);
    return found ?? null;
  };
}

interface ArticleTerms {
  readonly sections: readonly { readonly section: Section; readonly ofSection: ReadonlySet<string> }[];
  readonly ofArticle: ReadonlySet<string>;
  readonly ofQuestions: ReadonlySet<string>;
}

function readTerms(article: CompiledArticle, locale: Locale, weigh: Weigh): ArticleTerms {
  const setOf = (texts: readonly string[]): ReadonlySet<string> =>
    new Set(weigh.words(texts.join('\n'), locale).map(({ term }) => term));
  const sections = article.sections.map((section) => ({
    section,
    ofSection: setOf([
      article.title,
      section.heading ?? '',
      ...section.variants.map(({ rendering }) => rendering.text),
    ]),
  }));
  return {
    sections,
    ofArticle: new Set(sections.flatMap(({ ofSection }) => [...ofSection])),
    ofQuestions: setOf([article.title, ...article.questions]),
  };
}

function keyOf({ article, section }: Cover): string {
  return `${article.id}#${section.anchor}`;
}
