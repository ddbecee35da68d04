import type { Locale, Site } from '../answers/answer.ts';

/** An owner's text in a locale, or in the site's default one where it has not been translated. */
export function inLocale(
  text: Readonly<Record<Locale, string>>,
  locale: Locale,
  site: Pick<Site, 'defaultLocale'>,
): string {
  return text[locale] ?? text[site.defaultLocale] ?? '';
}
