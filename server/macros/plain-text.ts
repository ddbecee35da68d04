import { toLines, toText } from '../articles/import/source-line.ts';
import { stripHtml } from '../articles/import/strip-html.ts';

/**
 * A canned reply as its reader sees it: tags and Markdown marks gone, placeholders (`{{ticket.requester.name}}`, `{% … %}`,
 * `[[name]]`, `%{name}`, `{name}`) as `…`, blanks joined, paragraphs parted by one blank line.
 */
export function plainText(source: string): string {
  const isHtml = /<\/?[a-z][a-z0-9]*(?:\s[^<>]*)?\/?>|&(?:nbsp|amp|#\d+);/i.test(source);
  const text = isHtml ? fromMarkdown(toText(stripHtml(toLines(source, 1), () => {}))) : source;
  return text
    .replace(/\{%[^%]{0,500}%\}/g, ' ')
    .replace(/\{\{[^{}]{0,300}\}\}|\[\[[^[\]]{0,300}\]\]|%\{[^{}]{0,300}\}|\{[\w. ]{1,80}\}/g, '…')
    .replace(/!?\[([^[\]]{0,500})\]\((?:[^()\s]{0,500})\)/g, '$1')
    .replace(/(\*\*|__|`)(?=\S)|(?<=\S)(\*\*|__|`)/g, '')
    .replace(/^[ \t]*(?:#{1,6}|[-*•>]|\d{1,2}[.)])[ \t]+/gm, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  rsquo: '’',
  lsquo: '‘',
  rdquo: '”',
  ldquo: '“',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  euro: '€',
  pound: '£',
};

/** The import writes Markdown, where a backslash breaks a line or keeps a mark. */
function fromMarkdown(text: string): string {
  return entities(text.replace(/\\\n/g, '\n').replace(/\\([!-/:-@[-`{-~])/g, '$1'));
}

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
      ? String.fromCodePoint(code)
      : ' ';
  });
}
