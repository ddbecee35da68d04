import type { CompiledArticle } from '../snapshots/snapshot.ts';
import type {
  ArticleLookup,
  ArticlePointer,
  ArticleView,
  BrowseAsk,
  CategoryView,
  Context,
  Hit,
  Locale,
  SearchAsk,
} from './answer.ts';
import { type Asked, CERTAIN, pointerTo, resultForSection, verificationState } from './build-answer.ts';
import { checkContext, checkLocale } from './check-input.ts';
import { chooseVariant } from './choose-variant.ts';
import { dimensionOptions } from './clarify.ts';
import { findSections } from './find-sections.ts';
import { deepFreeze } from './freeze.ts';
import { excerptOf, localText } from './local-text.ts';
import { type Editions, followRedirect, type Shelf, type ShelfEdition } from './shelf.ts';

/** The lists and pages of one shelf. */
export interface Browser {
  search(ask: SearchAsk): readonly Hit[];
  categories(ask: BrowseAsk): readonly CategoryView[];
  mostAsked(ask: BrowseAsk): readonly ArticlePointer[];
  article(articleId: string, ask: BrowseAsk): ArticleLookup;
}

export function createBrowser(shelf: Shelf, editions: Editions): Browser {
  const { site } = shelf;
  const check = (ask: BrowseAsk): Asked => ({
    requestedLocale: checkLocale(site, ask.locale),
    context: checkContext(site, ask.context),
    asOf: ask.asOf,
  });
  return {
    search: (ask) => {
      const asked = check(ask);
      const found = findSections(shelf, editions, {
        question: ask.question,
        locale: asked.requestedLocale,
        asOf: ask.asOf,
        limit: ask.limit,
      });
      return deepFreeze(
        found.candidates.flatMap((candidate) => {
          const article = found.edition.articles.get(candidate.articleId);
          const section = article?.sections.find(({ anchor }) => anchor === candidate.anchor);
          if (article === undefined || section === undefined) return [];
          return [
            {
              ...pointerTo(shelf, asked.requestedLocale, article, section),
              articleId: article.id,
              category: article.category,
              excerpt: excerptFor(shelf, article, section, asked),
              score: candidate.score,
            },
          ];
        }),
      );
    },
    categories: (ask) => {
      const asked = check(ask);
      const articles = [...editions.on(asked.requestedLocale, ask.asOf).articles.values()];
      const byCategory = Map.groupBy(articles, (article) => article.category);
      return deepFreeze(
        site.categories.flatMap((category) => {
          const inIt = byCategory.get(category.id) ?? [];
          if (inIt.length === 0) return [];
          return [
            {
              ...categoryPointer(shelf, category.id, asked.requestedLocale),
              description: localText(category.description, asked.requestedLocale, site),
              articles: inIt.map((article) => articlePointer(shelf, article, asked)),
            },
          ];
        }),
      );
    },
    mostAsked: (ask) => {
      const asked = check(ask);
      const edition = editions.on(asked.requestedLocale, ask.asOf);
      return deepFreeze(
        site.mostAsked.flatMap((id) => {
          const article = edition.articles.get(followRedirect(shelf, edition, id));
          return article === undefined ? [] : [articlePointer(shelf, article, asked)];
        }),
      );
    },
    article: (articleId, ask) => {
      const asked = check(ask);
      const edition = editions.on(asked.requestedLocale, ask.asOf);
      const leadsTo = followRedirect(shelf, edition, articleId);
      if (leadsTo !== articleId) {
        return deepFreeze({
          kind: 'redirect' as const,
          articleId: leadsTo,
          url: shelf.urlOf(asked.requestedLocale, leadsTo),
        });
      }
      const article = edition.articles.get(articleId);
      if (article === undefined) return deepFreeze({ kind: 'unknown' as const });
      return deepFreeze({ kind: 'article' as const, article: viewOf(shelf, edition, article, asked) });
    },
  };
}

function viewOf(shelf: Shelf, edition: ShelfEdition, article: CompiledArticle, asked: Asked): ArticleView {
  const { site } = shelf;
  const { requestedLocale, asOf } = asked;
  const used = new Set(article.sections.flatMap((section) => section.dimensions));
  return {
    articleId: article.id,
    category: categoryPointer(shelf, article.category, requestedLocale),
    locale: article.locale,
    requestedLocale,
    title: article.title,
    url: shelf.urlOf(requestedLocale, article.id),
    questions: article.questions,
    verified: { on: article.verified, state: verificationState(article, asOf, site) },
    effective: { from: article.effective.from, to: article.effective.to },
    revision: article.revision,
    snapshot: shelf.snapshot,
    outOfDate: article.translation === 'out-of-date',
    sections: article.sections.map((section) => ({
      anchor: section.anchor,
      heading: section.heading,
      level: section.level,
      result: resultForSection(shelf, edition, article, section, asked, CERTAIN),
    })),
    related: article.related.flatMap((id) => {
      const other = edition.articles.get(id);
      return other === undefined ? [] : [articlePointer(shelf, other, asked)];
    }),
    translations: site.locales.filter((locale) =>
      shelf.articles.some((other) => other.id === article.id && other.locale === locale),
    ),
    dimensions: site.dimensions
      .filter(({ id }) => used.has(id))
      .map(({ id, label, question }) => ({
        id,
        label: localText(label, requestedLocale, site),
        question: localText(question, requestedLocale, site),
        value: chosenValue(asked.context, id),
        options: dimensionOptions(site, id, requestedLocale),
      })),
  };
}

function articlePointer(shelf: Shelf, article: CompiledArticle, asked: Asked): ArticlePointer {
  const [lead] = article.sections;
  return {
    articleId: article.id,
    title: article.title,
    locale: article.locale,
    category: article.category,
    url: shelf.urlOf(asked.requestedLocale, article.id),
    excerpt: lead === undefined ? '' : excerptFor(shelf, article, lead, asked),
  };
}

/** The beginning of a section's words, where they are known for this customer. */
function excerptFor(
  shelf: Shelf,
  article: CompiledArticle,
  section: CompiledArticle['sections'][number],
  asked: Asked,
): string {
  const choice = chooseVariant(article, section, { ...asked, site: shelf.site });
  return choice.kind === 'words' ? excerptOf(choice.variant.rendering.text) : '';
}

function categoryPointer(
  shelf: Shelf,
  id: string,
  locale: Locale,
): { readonly id: string; readonly title: string; readonly url: string } {
  const category = shelf.site.categories.find((each) => each.id === id);
  return {
    id,
    title: category === undefined ? id : localText(category.title, locale, shelf.site),
    url: shelf.urlOf(locale, id),
  };
}

function chosenValue(context: Context, dimension: string): string | null {
  return Object.hasOwn(context, dimension) ? (context[dimension] ?? null) : null;
}
