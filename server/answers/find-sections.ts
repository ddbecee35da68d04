import type { Candidate, QueryEvidence } from '../search/search.ts';
import type { CalendarDate, Locale } from './answer.ts';
import type { Editions, Shelf, ShelfEdition } from './shelf.ts';

/** Sections found for a question, in the edition of the locale that was asked for. */
export interface Found {
  readonly edition: ShelfEdition;
  /** Locale of the index that found them. */
  readonly searched: Locale;
  readonly candidates: readonly Candidate[];
  readonly evidence: QueryEvidence;
}

/**
 * Below this share of the question's weight the asked locale's index does not know the question's words, so that it may be
 * in another language; another locale's index must know this much more of it. Where the best match is an article in
 * another language, that one is the question's, unless its own index knows clearly less. The sample content's variants,
 * each with a foreign word more, asked on the site of another of its languages: .98 to 1 find their article.
 */
const KNOWN_ENOUGH = 0.6;
const CLEARLY_MORE = 0.25;
const LITTLE_LESS = 0.2;

/**
 * Searches in the asked locale, and, where its words are strange there or the best match is an article in another
 * language, in the site's other languages too: an English question on the Hebrew site finds its article by the English text
 * and is answered in Hebrew. Answer, result list and suggestions all come from here, so the first of the list is what is
 * answered.
 */
export function findSections(
  shelf: Shelf,
  editions: Editions,
  asked: {
    readonly question: string;
    readonly locale: Locale;
    readonly asOf: CalendarDate;
    readonly limit: number;
  },
): Found {
  const { question, locale, asOf, limit } = asked;
  const edition = editions.on(locale, asOf);
  const own = edition.index().search(question, limit);
  const language = own.candidates[0]?.locale ?? locale;
  if (own.evidence.exact) return { edition, searched: locale, ...own };
  if (language === locale && own.evidence.coverage >= KNOWN_ENOUGH)
    return { edition, searched: locale, ...own };

  let best = own;
  let searched = locale;
  for (const other of otherLocales(shelf, locale)) {
    const found = editions.on(other, asOf).index().search(question, limit);
    if (found.evidence.exact) {
      return { edition, searched: other, ...found, candidates: translated(found.candidates, edition) };
    }
    const needed = own.evidence.coverage + (other === language ? -LITTLE_LESS : CLEARLY_MORE);
    if (
      found.evidence.coverage >= needed &&
      (best === own || found.evidence.coverage > best.evidence.coverage)
    ) {
      best = found;
      searched = other;
    }
  }
  return { edition, searched, ...best, candidates: translated(best.candidates, edition) };
}

/** The default locale first, then the others in site.yaml's order. */
function otherLocales({ site }: Shelf, locale: Locale): readonly Locale[] {
  return [...new Set([site.defaultLocale, ...site.locales])].filter((other) => other !== locale);
}

/** The same sections in another edition's texts; a section that is not there becomes the article's lead. */
function translated(candidates: readonly Candidate[], edition: ShelfEdition): readonly Candidate[] {
  return candidates.flatMap((candidate) => {
    const article = edition.articles.get(candidate.articleId);
    if (article === undefined) return [];
    const anchor = article.sections.some((section) => section.anchor === candidate.anchor)
      ? candidate.anchor
      : 'lead';
    return [{ ...candidate, anchor, locale: article.locale }];
  });
}
