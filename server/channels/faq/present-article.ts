import type { ArticleView, CalendarDate, Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import type { Addresses } from './addresses.ts';
import { type AnswerBlock, languageName, type OptionLink, presentAnswer } from './present-answer.ts';
import type { Crumb } from './present-frame.ts';

/** A part of an article under its heading. */
export interface ArticlePart {
  readonly anchor: string;
  readonly heading: string | null;
  /** 2 to 6. */
  readonly level: number;
  readonly block: AnswerBlock | null;
}

/** An article's page: its answer first, details as parts, what it depends on, where to read on. */
export interface ArticlePage {
  readonly title: string;
  /** Plain text of the short answer for search engines; empty where it depends on the customer. */
  readonly description: string;
  readonly lang: Locale;
  readonly dir: 'ltr' | 'rtl';
  /** Where the text is not in the reader's language: the names of both, in the reader's. */
  readonly fallback: { readonly wanted: string; readonly shown: string } | null;
  /** Where the translation is older than its original: the original's address and language. */
  readonly outOfDate: { readonly url: string; readonly language: string; readonly locale: Locale } | null;
  readonly lead: AnswerBlock | null;
  readonly parts: readonly ArticlePart[];
  /** Parts for the table of contents: of the second level, where there are several. */
  readonly contents: readonly { readonly anchor: string; readonly heading: string }[];
  /** What the customer chose and may choose otherwise; what is still open, the parts ask themselves. */
  readonly choices: readonly {
    readonly id: string;
    readonly label: string;
    readonly question: string;
    readonly options: readonly (OptionLink & { readonly current: boolean })[];
    /** Takes the choice back; null where none was made. */
    readonly clearUrl: string | null;
  }[];
  readonly verifiedOn: CalendarDate;
  readonly related: readonly {
    readonly title: string;
    readonly excerpt: string;
    readonly url: string;
    readonly lang: Locale;
    readonly dir: 'ltr' | 'rtl';
  }[];
  readonly contactUrl: string;
  readonly breadcrumbs: readonly Crumb[];
}

/** The page of one article, as the answerer gave it; every text in it is an Answer's, untouched. */
export function presentArticle(
  article: ArticleView,
  page: {
    readonly site: Site;
    readonly locale: Locale;
    readonly words: (locale: Locale) => Words;
    readonly addresses: Addresses;
    /** The same article in the site's default locale. */
    readonly originalUrl: string;
  },
): ArticlePage {
  const { site, locale, addresses } = page;
  const parts = article.sections.map((section): ArticlePart => {
    const optionUrl = (dimension: string | null, value: string) =>
      dimension === null
        ? addresses.section(value)
        : addresses.choosing(dimension, value).article(article.articleId, section.anchor);
    return {
      anchor: section.anchor,
      heading: section.heading,
      level: Math.min(6, Math.max(2, section.level)),
      block: section.result && presentAnswer(section.result, { ...page, optionUrl }),
    };
  });
  const [lead] = parts;
  const rest = parts.slice(1);
  const contents = rest.flatMap(({ anchor, heading, level }) =>
    level === 2 && heading !== null ? [{ anchor, heading }] : [],
  );
  return {
    title: article.title,
    description: description(article),
    lang: article.locale,
    dir: page.words(article.locale).direction,
    fallback:
      article.locale === locale
        ? null
        : { wanted: languageName(locale, locale), shown: languageName(article.locale, locale) },
    outOfDate: article.outOfDate
      ? {
          url: page.originalUrl,
          language: languageName(site.defaultLocale, locale),
          locale: site.defaultLocale,
        }
      : null,
    lead: lead?.block ?? null,
    parts: rest,
    contents: contents.length > 1 ? contents : [],
    choices: article.dimensions
      .filter(isNotAskedBelow(article))
      .map(({ id, label, question, value, options }) => ({
        id,
        label,
        question,
        options: options.map((option) => ({
          label: option.label,
          url: addresses.choosing(id, option.value).article(article.articleId, `choose-${id}`),
          current: option.value === value,
        })),
        clearUrl:
          value === null ? null : addresses.choosing(id, null).article(article.articleId, `choose-${id}`),
      })),
    verifiedOn: article.verified.on,
    related: article.related.map((one) => ({
      title: one.title,
      excerpt: one.excerpt,
      url: addresses.article(one.articleId),
      lang: one.locale,
      dir: page.words(one.locale).direction,
    })),
    contactUrl: addresses.contact({ question: article.title, receipt: null }),
    breadcrumbs: [
      { name: page.words(locale).say('common.home'), url: addresses.home },
      { name: article.category.title, url: addresses.category(article.category.id) },
      { name: article.title, url: addresses.article(article.articleId) },
    ],
  };
}

function isNotAskedBelow(article: ArticleView): (dimension: ArticleView['dimensions'][number]) => boolean {
  const asked = new Set(article.sections.map(({ result }) => result?.clarification?.dimension));
  return ({ id, value }) => value !== null || !asked.has(id);
}

/** Search engines show about 160 characters; cut at a word. */
function description(article: ArticleView): string {
  const text = article.sections[0]?.result?.answer?.text.replaceAll(/\s+/g, ' ').trim() ?? '';
  if (text.length <= 200) return text;
  const cut = text.slice(0, 200);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 120))}…`;
}
