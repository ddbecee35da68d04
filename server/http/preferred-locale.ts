/**
 * The site's locale that a browser's Accept-Language likes best: by quality, an exact tag before its language alone.
 * An absent, broken or foreign header gives the fallback. At most 32 entries are read.
 */
export function preferredLocale(
  header: string | undefined,
  locales: readonly string[],
  fallback: string,
): string {
  const wanted = (header ?? '')
    .split(',', 32)
    .map((entry, order) => {
      const [tag = '', ...parameters] = entry.trim().toLowerCase().split(';');
      const quality = parameters
        .map((p) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(p)?.[1])
        .find((q) => q !== undefined);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality), order };
    })
    .filter((entry) => entry.tag !== '' && entry.quality > 0)
    .sort((a, b) => b.quality - a.quality || a.order - b.order);
  for (const { tag } of wanted) {
    const exact = locales.find((locale) => locale.toLowerCase() === tag);
    const sameLanguage = locales.find((locale) => locale.toLowerCase().split('-')[0] === tag.split('-')[0]);
    // Old tags that browsers still send: iw is Hebrew.
    const old = tag.split('-')[0] === 'iw' ? locales.find((locale) => locale === 'he') : undefined;
    const found = exact ?? sameLanguage ?? old;
    if (found !== undefined) return found;
  }
  return fallback;
}
