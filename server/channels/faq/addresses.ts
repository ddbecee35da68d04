import type { Context, Locale, Site } from '../../answers/answer.ts';

/** The FAQ's own addresses in one locale; what the customer chose (`?region=EU`) goes along. */
export interface Addresses {
  readonly home: string;
  category(id: string): string;
  /** Of an article id, with an anchor as fragment where one is given. */
  article(articleId: string, anchor?: string): string;
  /** Of the section that an answer id names: `category/slug#anchor`. */
  section(answerId: string): string;
  /** The result page of a question, and of what it follows; null is the empty search page. */
  search(question: string | null, previous?: string | null): string;
  contact(carried: { readonly question: string | null; readonly receipt: string | null }): string;
  /** The same addresses with one dimension chosen, or with null no longer chosen. */
  choosing(dimension: string, value: string | null): Addresses;
}

/**
 * Addresses that carry a context, its dimensions in site.yaml's order, so that equal choices are one address. A
 * `conversation` goes along where something is recorded or handed over, and not to pages that many people share.
 */
export function createAddresses(
  site: Site,
  locale: Locale,
  context: Context,
  conversation: string | null = null,
): Addresses {
  const chosen = site.dimensions.flatMap(({ id }): readonly (readonly [string, string])[] => {
    const value = context[id];
    return value === undefined ? [] : [[id, value]];
  });
  const address = (
    path: string,
    own: readonly (readonly [string, string | null])[] = [],
    fragment?: string,
  ) => {
    const pairs = [...own, ...chosen].flatMap(([name, value]) =>
      value === null ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
    );
    const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
    return `${path}${query}${fragment === undefined ? '' : `#${encodeURIComponent(fragment)}`}`;
  };
  return {
    home: address(`/${locale}`),
    category: (id) => address(`/${locale}/${id}`),
    article: (articleId, anchor) => address(`/${locale}/${articleId}`, [], anchor),
    section(answerId) {
      const [articleId = '', anchor = 'lead'] = answerId.split('#');
      return address(`/${locale}/${articleId}`, [], anchor);
    },
    search: (question, previous = null) =>
      address(`/${locale}/search`, [
        ['q', question],
        ['previous', previous],
        ['conversation', conversation],
      ]),
    contact: ({ question, receipt }) =>
      address(`/${locale}/contact`, [
        ['q', question],
        ['receipt', receipt],
        ['conversation', conversation],
      ]),
    choosing(dimension, value) {
      const others = Object.fromEntries(Object.entries(context).filter(([id]) => id !== dimension));
      const chosen = value === null ? others : { ...others, [dimension]: value };
      return createAddresses(site, locale, chosen, conversation);
    },
  };
}
