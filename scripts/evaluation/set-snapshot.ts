import type { CompiledArticle, SafeHtml, Site, Snapshot } from '../../server/snapshots/snapshot.ts';
import type { EvaluationSet } from './read-sets.ts';

/** The day on which a set is asked; nothing in a set changes with the date. */
export const SET_DAY = '2026-01-01';

/** A set as a snapshot, so that the real answerer runs over it through its real entry. */
export function snapshotOfSet(set: EvaluationSet): Snapshot {
  const articles = set.articles
    .map((article) => compiled(article, set.locale))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    public: { id: set.name, site: siteOf(set.locale), articles, redirects: {}, synonyms: {} },
    agent: {
      agentId: set.name,
      hiddenArticles: [],
      beside: [],
      offers: [],
      teams: [],
      agentSynonyms: {},
      hiddenBeside: [],
    },
  };
}

/** The id under which a set's article stands in its snapshot, whatever signs its own id has. */
export function articleIdOf(id: string): string {
  return `${CATEGORY}/${encodeURIComponent(id)}`;
}

/** The set's own id of an article of its snapshot. */
export function setIdOf(articleId: string): string {
  return decodeURIComponent(articleId.slice(CATEGORY.length + 1));
}

const CATEGORY = 'set';
const ALWAYS = { from: null, to: null };
/** Stands for the body of an article that has none: text without a word, so that it can be answered with but not found by. */
const NO_BODY = '…';

function compiled(
  { id, title, questions, body }: EvaluationSet['articles'][number],
  locale: string,
): CompiledArticle {
  const text = body.trim() === '' ? NO_BODY : body;
  return {
    id: articleIdOf(id),
    locale,
    category: CATEGORY,
    slug: id,
    title,
    questions,
    effective: ALWAYS,
    verified: SET_DAY,
    related: [],
    revision: id,
    translation: null,
    sections: [
      {
        anchor: 'lead',
        heading: null,
        level: 1,
        parents: [],
        dimensions: [],
        variants: [
          { context: {}, period: ALWAYS, rendering: { text, markdown: text, html: '' as SafeHtml } },
        ],
      },
    ],
  };
}

function siteOf(locale: string): Site {
  const word = (text: string): Readonly<Record<string, string>> => ({ [locale]: text });
  return {
    name: word('Evaluation'),
    tagline: word(''),
    locales: [locale],
    defaultLocale: locale,
    timeZone: 'UTC',
    contacts: [{ id: 'contact', name: word('Contact'), email: null, phone: null, url: null, hours: null }],
    defaultContact: 'contact',
    categories: [{ id: CATEGORY, title: word('Set'), description: word(''), contact: 'contact' }],
    dimensions: [],
    mostAsked: [],
    review: { intervalDays: 180, graceDays: 30 },
    phrases: { whichOne: word('Which one?'), noAnswer: word('No answer.'), needsConfirmation: word('') },
  };
}
