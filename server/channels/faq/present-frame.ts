import type { Context, Locale, Site } from '../../answers/answer.ts';
import type { Words } from '../../http/words.ts';
import { inLocale } from '../in-locale.ts';
import { createAddresses } from './addresses.ts';

/** A step of the way from home to a page. */
export interface Crumb {
  readonly name: string;
  readonly url: string;
}

/** What surrounds every page of the FAQ: name, languages, the question box, and what search engines are told. */
export interface Frame {
  /** For the window and for search engines: the page's title, then the site's name. */
  readonly documentTitle: string;
  readonly title: string;
  /** Open Graph's type. */
  readonly kind: 'article' | 'website';
  /** Plain text for search engines. */
  readonly description: string;
  readonly siteName: string;
  readonly tagline: string;
  readonly homeUrl: string;
  readonly contactUrl: string;
  readonly opensearchUrl: string;
  readonly feedUrl: string;
  /** Every locale of the site, this page's included; each leads to the same page. */
  readonly languages: readonly {
    readonly locale: Locale;
    readonly name: string;
    readonly direction: 'ltr' | 'rtl';
    readonly url: string;
    readonly current: boolean;
  }[];
  /** The question box: where it goes, what it holds, and the choices that go along. */
  readonly box: {
    readonly action: string;
    readonly question: string;
    readonly hidden: readonly { readonly name: string; readonly value: string }[];
  };
  /** Absolute address without choices; null where the page is nobody's but its reader's. */
  readonly canonical: string | null;
  /** Absolute addresses of the page in the locales in which it exists. */
  readonly alternates: readonly { readonly locale: Locale; readonly url: string }[];
  readonly defaultAlternate: string | null;
  readonly breadcrumbs: readonly Crumb[];
  /** The same as schema.org data; null without a way. */
  readonly breadcrumbData: Readonly<Record<string, unknown>> | null;
}

/**
 * The frame of one page. `path` is what stands after the locale (`/orders/cancel-order`, empty for home); `carried` are
 * its own parameters, for the language links; `existsIn` are the locales that search engines are told of, none for pages
 * that they shall not keep.
 */
export function presentFrame(page: {
  /** Null for the first page, which is called by the site's name alone. */
  readonly title: string | null;
  readonly kind: 'article' | 'website';
  /** Empty: the site's tagline. */
  readonly description: string;
  readonly site: Site;
  readonly locale: Locale;
  readonly words: (locale: Locale) => Words;
  readonly publicUrl: string;
  readonly context: Context;
  /** Goes along to the next question and to the contact page; null: none was begun. */
  readonly conversation: string | null;
  readonly path: string;
  readonly carried: readonly (readonly [string, string | null])[];
  readonly question: string | null;
  readonly existsIn: readonly Locale[];
  readonly breadcrumbs: readonly Crumb[];
}): Frame {
  const { site, locale, context, publicUrl, path } = page;
  const addresses = createAddresses(site, locale, context, page.conversation);
  const absolute = (one: Locale) => `${publicUrl}/${one}${path}`;
  const chosen = site.dimensions.flatMap(({ id }) => {
    const value = context[id];
    return value === undefined ? [] : [{ name: id, value }];
  });
  const along = page.conversation === null ? [] : [{ name: 'conversation', value: page.conversation }];
  const hidden = [...chosen, ...along];
  const query = [...page.carried, ...hidden.map(({ name, value }) => [name, value] as const)]
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
  const canonicalLocale =
    [locale, site.defaultLocale].find((one) => page.existsIn.includes(one)) ?? page.existsIn[0];
  const siteName = inLocale(site.name, locale, site);
  const tagline = inLocale(site.tagline, locale, site);
  const place = page.words(locale).say('common.helpDesk');
  return {
    documentTitle: page.title === null ? `${siteName} · ${place}` : `${page.title} · ${siteName}`,
    title: page.title ?? `${siteName} · ${place}`,
    description: page.description === '' ? tagline : page.description,
    kind: page.kind,
    siteName,
    tagline,
    homeUrl: addresses.home,
    contactUrl: addresses.contact({ question: null, receipt: null }),
    opensearchUrl: `/${locale}/opensearch.xml`,
    feedUrl: `/${locale}/changes.atom`,
    languages: site.locales.map((one) => ({
      locale: one,
      name: page.words(one).ownName,
      direction: page.words(one).direction,
      url: `/${one}${path}${query === '' ? '' : `?${query}`}`,
      current: one === locale,
    })),
    box: { action: `/${locale}/search`, question: page.question ?? '', hidden },
    canonical: canonicalLocale === undefined ? null : absolute(canonicalLocale),
    alternates: page.existsIn.map((one) => ({ locale: one, url: absolute(one) })),
    defaultAlternate: page.existsIn.includes(site.defaultLocale) ? absolute(site.defaultLocale) : null,
    breadcrumbs: page.breadcrumbs,
    breadcrumbData: breadcrumbData(page.breadcrumbs, publicUrl),
  };
}

function breadcrumbData(
  crumbs: readonly Crumb[],
  publicUrl: string,
): Readonly<Record<string, unknown>> | null {
  if (crumbs.length === 0) return null;
  return {
    '@context': 'https://schema.org',
    '@type': 'BreadcrumbList',
    itemListElement: crumbs.map(({ name, url }, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name,
      item: `${publicUrl}${url.split('?')[0]}`,
    })),
  };
}
