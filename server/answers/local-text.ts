import type { Locale, Site } from './answer.ts';

/** An owner's text in a locale, or in the default locale where it has none there. */
export function localText(text: Readonly<Record<Locale, string>>, locale: Locale, site: Site): string {
  return text[locale] ?? text[site.defaultLocale] ?? '';
}

/** Plain text cut at a word to at most `most` characters, with an ellipsis where something was cut. */
export function excerptOf(text: string, most = 240): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const blank = line[most - 1] === ' ' ? most - 1 : cut.lastIndexOf(' ');
  const end = blank > most / 2 ? blank : [...cut].slice(0, -1).join('').length;
  return `${cut.slice(0, end).replace(/[\s,;:.،؛]+$/u, '')}…`;
}
