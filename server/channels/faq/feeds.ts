import type { CategoryView, Locale, PublicAnswerer, Site } from '../../answers/answer.ts';
import { inLocale } from '../in-locale.ts';

type Inventory = ReturnType<PublicAnswerer['inventory']>;

/** Text as XML character data or attribute value; characters that XML 1.0 cannot hold are left out. */
export function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}

interface Entry {
  readonly path: string;
  readonly alternates: readonly { readonly locale: Locale; readonly path: string }[];
  readonly modified: string | null;
}

/**
 * sitemap.xml: first pages, categories and articles in each locale in which they exist, each with its alternates; what
 * was verified last gives the date, never a file's.
 */
export function sitemap(content: {
  readonly site: Site;
  readonly publicUrl: string;
  readonly categories: readonly CategoryView[];
  readonly inventory: Inventory;
}): string {
  const { site, publicUrl, categories, inventory } = content;
  const everywhere = (path: string) => site.locales.map((locale) => ({ locale, path: `/${locale}${path}` }));
  const pages: readonly Entry[] = ['', ...categories.map(({ id }) => `/${id}`)].flatMap((path) => {
    const alternates = everywhere(path);
    return alternates.map((one) => ({ path: one.path, alternates, modified: null }));
  });
  const byArticle = Map.groupBy(inventory, ({ articleId }) => articleId);
  const articles: readonly Entry[] = [...byArticle.values()].flatMap((versions) => {
    const alternates = versions.map(({ locale, articleId }) => ({ locale, path: `/${locale}/${articleId}` }));
    return versions.map(({ locale, articleId, verified }) => ({
      path: `/${locale}/${articleId}`,
      alternates,
      modified: verified,
    }));
  });
  const urls = [...pages, ...articles].map(({ path, alternates, modified }) => {
    const fallback = alternates.find(({ locale }) => locale === site.defaultLocale);
    const links = [
      ...alternates.map((one) => ({ hreflang: one.locale, path: one.path })),
      ...(fallback ? [{ hreflang: 'x-default', path: fallback.path }] : []),
    ].map(
      (one) =>
        `<xhtml:link rel="alternate" hreflang="${escapeXml(one.hreflang)}" href="${escapeXml(publicUrl + one.path)}"/>`,
    );
    return [
      `<url><loc>${escapeXml(publicUrl + path)}</loc>`,
      ...(modified === null ? [] : [`<lastmod>${escapeXml(modified)}</lastmod>`]),
      ...links,
      '</url>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ...urls,
    '</urlset>',
    '',
  ].join('\n');
}

/** robots.txt: everything that is written for everyone, but no result pages. */
export function robots(site: Site, publicUrl: string): string {
  return [
    'User-agent: *',
    ...site.locales.flatMap((locale) => [`Disallow: /${locale}/search`, `Disallow: /${locale}/contact`]),
    'Disallow: /api/',
    '',
    `Sitemap: ${publicUrl}/sitemap.xml`,
    '',
  ].join('\n');
}

/** An OpenSearch description, so that a browser can ask from its address bar. */
export function openSearch(content: {
  readonly site: Site;
  readonly locale: Locale;
  readonly publicUrl: string;
  readonly description: string;
}): string {
  const { site, locale, publicUrl, description } = content;
  const name = inLocale(site.name, locale, site);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
    // The specification allows 16 characters here.
    `<ShortName>${escapeXml([...name].slice(0, 16).join(''))}</ShortName>`,
    `<LongName>${escapeXml([...name].slice(0, 48).join(''))}</LongName>`,
    `<Description>${escapeXml(description)}</Description>`,
    `<Language>${escapeXml(locale)}</Language>`,
    '<InputEncoding>UTF-8</InputEncoding>',
    `<Url type="text/html" template="${escapeXml(`${publicUrl}/${locale}/search?q={searchTerms}`)}"/>`,
    '</OpenSearchDescription>',
    '',
  ].join('\n');
}
