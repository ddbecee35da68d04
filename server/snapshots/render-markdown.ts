import { Lexer, type Token, type Tokens } from 'marked';
import { AppError } from '../errors.ts';
import type { FormattedFact } from './format-fact.ts';
import type { Rendering, SafeHtml } from './snapshot.ts';

/**
 * What a body may cost before it is parsed; beyond it: markdown-too-deep. Evidence: marked 18.2 takes under 250 ms for
 * the worst body within these limits (test/snapshots/hostile-markdown.test.ts); the longest real policy has 46,000 characters.
 */
export const markdownLimits = {
  /** Characters in one run of Markdown. */
  characters: 131_072,
  /** Lists and quotes inside one another. */
  nesting: 16,
  /** Characters that may open or close emphasis, links or code, between two blank lines; their pairing is quadratic. */
  delimiters: 4_000,
  /** Bars in one line, that is columns of a table. */
  columns: 64,
} as const;

/** Where Markdown's links and markers lead. Everything was checked before: unknown is shown as text, never as a link. */
export interface RenderContext {
  /** Path on this site for a relative link of the text, or null where there is none. */
  readonly internalLink: (href: string) => string | null;
  /** What `{{kind:id}}` stands for, or null to leave it as text. */
  readonly marker: (kind: string, id: string) => FormattedFact | null;
  /** Added to the depth of headings inside the text; they have no anchor. */
  readonly headingShift: number;
}

/** Any `{{...}}` in a text; what is inside must be `fact:id` or `offer:id`. */
export const markerPattern = /\{\{([^{}\n]*)\}\}/g;

/**
 * Parses Markdown (GFM) into marked's token stream. Errors: markdown-too-deep, without a place, where a documented limit
 * is passed; nothing is parsed then.
 */
export function lexMarkdown(markdown: string): readonly Token[] {
  refuseExcess(markdown);
  try {
    return new Lexer({ gfm: true, breaks: false, pedantic: false }).lex(markdown);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new AppError('markdown-too-deep', {
        expected: 'Markdown that can be parsed without overflowing the stack',
        found: 'deeper nesting',
        cause,
      });
    }
    throw cause;
  }
}

/**
 * Renders a token stream as text, Markdown and HTML in one walk through an allow-list, so that the three agree on
 * structure. Raw HTML is shown as text, images become their alternative text (without one: their address), unknown tokens their source as text.
 */
export function renderTokens(tokens: readonly Token[], context: RenderContext): Rendering {
  const { text, markdown, html } = renderBlocks(tokens, context, false);
  return { text, markdown, html: html as SafeHtml };
}

/** Plain text of inline tokens, e.g. of a heading; markers stay as written. */
export function plainText(tokens: readonly Token[]): string {
  return renderInline(tokens, { internalLink: () => null, marker: () => null, headingShift: 0 }, true).text;
}

/** The addresses of every link in a token stream, as written, entities decoded; in reading order. */
export function linksOf(tokens: readonly Token[]): readonly string[] {
  const found: string[] = [];
  const walk = (items: readonly Token[]): void => {
    for (const token of items) {
      if (token.type === 'link') found.push(decodeEntities((token as Tokens.Link).href));
      if (token.type === 'list') walk((token as Tokens.List).items);
      else if (token.type === 'table') {
        const table = token as Tokens.Table;
        for (const cell of [...table.header, ...table.rows.flat()]) walk(cell.tokens);
      } else if ('tokens' in token && token.tokens) walk(token.tokens);
    }
  };
  walk(tokens);
  return found;
}

/** An address of another site, e-mail or telephone in its normal form; null where its scheme is not https, http, mailto or tel. */
export function externalLink(href: string): string | null {
  if (!/^(?:https?:\/\/|mailto:|tel:)/i.test(href) || hasUnsafeCharacter(href)) return null;
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  // Brackets would end a link in Markdown; in a host they are an IPv6 address.
  return url.hostname.startsWith('[') ? null : url.href.replace(/[()[\]]/g, encodeBracket);
}

function encodeBracket(bracket: string): string {
  return `%${bracket.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** White space, controls, invisible format characters and backslashes: browsers drop or fold some of them. */
function hasUnsafeCharacter(href: string): boolean {
  return /[\s\p{Cc}\p{Cf}\\<>"`]/u.test(href);
}

function refuseExcess(markdown: string): void {
  const refuse = (expected: string, found: string): never => {
    throw new AppError('markdown-too-deep', { expected, found });
  };
  const { characters, nesting, delimiters, columns } = markdownLimits;
  if (markdown.length > characters) {
    refuse(`at most ${characters} characters`, `${markdown.length} characters`);
  }
  let run = 0;
  for (const line of markdown.split('\n')) {
    if (line.trim() === '') run = 0;
    run += countOf(line, /[*_~[\]!`<\\&]/g);
    if (run > delimiters) {
      refuse(
        `at most ${delimiters} of * _ ~ [ ] ! \` < \\ & between two blank lines`,
        `more, up to ${excerpt(line)}`,
      );
    }
    const bars = countOf(line, /\|/g);
    if (bars > columns) refuse(`at most ${columns} columns in a table`, `${bars} bars in one line`);
    const depth = nestingOf(line);
    if (depth > nesting) {
      refuse(`lists and quotes nested at most ${nesting} deep`, `about ${depth} deep at ${excerpt(line)}`);
    }
  }
}

function countOf(line: string, pattern: RegExp): number {
  return line.match(pattern)?.length ?? 0;
}

function excerpt(line: string): string {
  const short = line.trim().slice(0, 40);
  return `"${short}${line.trim().length > 40 ? '…' : ''}"`;
}

/** Quote and list markers that a line begins with, and the levels that its indentation can mean where it has any. */
function nestingOf(line: string): number {
  const marker = /[ \t]{0,16}(?:>|[-*+](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$))/y;
  let markers = 0;
  while (marker.test(line)) markers++;
  if (markers === 0 && !/^[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])/.test(line)) return 0;
  const indent = /^[ \t]*/.exec(line)?.[0].replaceAll('\t', '    ').length ?? 0;
  return markers + Math.floor(indent / 2);
}

interface Piece {
  readonly text: string;
  readonly markdown: string;
  readonly html: string;
}

const nothing: Piece = { text: '', markdown: '', html: '' };

/** Blocks one below another. In a tight list item they follow line by line, else with a blank line between. */
function renderBlocks(tokens: readonly Token[], context: RenderContext, tight: boolean): Piece {
  const pieces: Piece[] = [];
  let listBefore: 'ordered' | 'bullets' | null = null;
  let alternate = false;
  for (const token of tokens) {
    if (token.type === 'space' || token.type === 'def') continue;
    if (token.type === 'list') {
      // Two lists that follow one another stay two lists in Markdown only with another marker.
      const list = token as Tokens.List;
      const kind = list.ordered ? 'ordered' : 'bullets';
      alternate = listBefore === kind && !alternate;
      listBefore = kind;
      pieces.push(renderList(list, alternate, context));
      continue;
    }
    listBefore = null;
    pieces.push(renderBlock(token, context, tight));
  }
  const gap = tight ? '\n' : '\n\n';
  return {
    text: pieces
      .map((piece) => piece.text)
      .filter((text) => text !== '')
      .join(gap),
    markdown: pieces
      .map((piece) => piece.markdown)
      .filter((markdown) => markdown !== '')
      .join(gap),
    html: pieces.map((piece) => piece.html).join('\n'),
  };
}

function renderBlock(token: Token, context: RenderContext, tight: boolean): Piece {
  switch (token.type) {
    case 'paragraph':
      return paragraph(renderInline((token as Tokens.Paragraph).tokens, context, false));
    case 'text': {
      // The text of a tight list item: no paragraph of its own.
      const { tokens } = token as Tokens.Text;
      return bare(tokens ? renderInline(tokens, context, false) : literal(token.raw, false));
    }
    case 'heading':
      return renderHeading(token as Tokens.Heading, context);
    case 'code':
      return renderCode(token as Tokens.Code, context);
    case 'blockquote':
      return renderQuote(token as Tokens.Blockquote, context);
    case 'table':
      return renderTable(token as Tokens.Table, context);
    case 'hr':
      return { text: '', markdown: '___', html: '<hr>' };
    default:
      return asText(fillMarkers(token.raw, context), tight);
  }
}

function paragraph(inline: Piece): Piece {
  const line = bare(inline);
  return line.html === '' ? nothing : { ...line, html: `<p>${line.html}</p>` };
}

/** Inline text as a block of its own, without blanks at its ends. */
function bare(inline: Piece): Piece {
  return {
    text: inline.text.trim(),
    markdown: escapeLineStarts(inline.markdown.trim()),
    html: inline.html.trim(),
  };
}

/** Raw HTML and anything unknown, word for word, a paragraph for each run of lines. */
function asText(source: string, tight: boolean): Piece {
  const runs = source
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((run) => run.trim())
    .filter((run) => run !== '');
  const pieces = runs.map((run) => (tight ? bare : paragraph)(literal(run, false)));
  return {
    text: pieces.map((piece) => piece.text).join('\n\n'),
    markdown: pieces.map((piece) => piece.markdown).join('\n\n'),
    html: pieces.map((piece) => piece.html).join('\n'),
  };
}

function renderHeading(token: Tokens.Heading, context: RenderContext): Piece {
  const level = Math.min(6, token.depth + context.headingShift);
  const inline = renderInline(token.tokens, context, false);
  return {
    text: inline.text,
    markdown: `${'#'.repeat(token.depth)} ${inline.markdown.replace(/(#+)$/, '\\$1')}`.trimEnd(),
    html: `<h${level}>${inline.html}</h${level}>`,
  };
}

function renderCode(token: Tokens.Code, context: RenderContext): Piece {
  const code = fillMarkers(token.text, context).trimEnd();
  const language = /^[A-Za-z0-9+#-]{1,20}$/.exec(token.lang ?? '')?.[0] ?? '';
  const fence = '`'.repeat(Math.max(3, longestRun(code) + 1));
  return {
    text: code,
    markdown: `${fence}${language}\n${code === '' ? '' : `${code}\n`}${fence}`,
    // Focusable, so that a long line can be scrolled by keyboard.
    html: `<pre tabindex="0" dir="auto"><code>${escapeHtml(code)}\n</code></pre>`,
  };
}

function renderQuote(token: Tokens.Blockquote, context: RenderContext): Piece {
  const inside = renderBlocks(token.tokens, context, false);
  return {
    text: inside.text,
    markdown: inside.markdown
      .split('\n')
      .map((line) => (line === '' ? '>' : `> ${line}`))
      .join('\n'),
    html: `<blockquote>\n${inside.html}\n</blockquote>`,
  };
}

function renderList(list: Tokens.List, alternate: boolean, context: RenderContext): Piece {
  const start = list.ordered && typeof list.start === 'number' ? list.start : 1;
  const items = list.items.map((item, index) => {
    // In a tight item the box of a task stands before the text; in a loose one it is part of its paragraph.
    const box = item.tokens[0]?.type === 'checkbox' ? boxOf(item.tokens[0] as Tokens.Checkbox) : '';
    const tokens = box === '' ? item.tokens : item.tokens.slice(1);
    const inside = renderBlocks(tokens, context, !list.loose);
    const number = start + index;
    const bullet = list.ordered ? `${number}${alternate ? ')' : '.'}` : alternate ? '*' : '-';
    return {
      text: hang(list.ordered ? `${number}.` : '-', box + inside.text),
      markdown: hang(bullet, box + inside.markdown),
      html: `<li>${box}${inside.html}</li>`,
    };
  });
  const tag = list.ordered ? 'ol' : 'ul';
  const from = list.ordered && start !== 1 ? ` start="${start}"` : '';
  return {
    text: items.map((item) => item.text).join('\n'),
    markdown: items.map((item) => item.markdown).join(list.loose ? '\n\n' : '\n'),
    html: `<${tag}${from}>\n${items.map((item) => item.html).join('\n')}\n</${tag}>`,
  };
}

function boxOf({ checked }: Tokens.Checkbox): string {
  return checked ? '☑ ' : '☐ ';
}

/** A marker, and the text's further lines indented below its first. */
function hang(marker: string, text: string): string {
  const indent = ' '.repeat(marker.length + 1);
  return text === '' ? marker : `${marker} ${text.replaceAll(/\n(?!\n|$)/g, `\n${indent}`)}`;
}

function renderTable(table: Tokens.Table, context: RenderContext): Piece {
  const rendered = (cells: readonly Tokens.TableCell[]): readonly Piece[] =>
    cells.map((cell) => renderInline(cell.tokens, context, false));
  const header = rendered(table.header);
  const rows = table.rows.map(rendered);
  const alignment = table.align.map((align) =>
    align === 'center' ? ' class="center"' : align === 'right' ? ' class="end"' : '',
  );
  const markdownRow = (cells: readonly Piece[]): string =>
    `| ${cells.map((cell) => cell.markdown.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = table.align.map((align) =>
    align === 'center' ? ':-:' : align === 'right' ? '--:' : align === 'left' ? ':--' : '---',
  );
  const head = header
    .map((cell, column) => `<th scope="col"${alignment[column] ?? ''}>${cell.html}</th>`)
    .join('');
  const body = rows
    .map(
      (cells) =>
        `<tr>${cells.map((cell, column) => `<td${alignment[column] ?? ''}>${cell.html}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const textRow = (cells: readonly Piece[]): string =>
    cells.map((cell) => cell.text.replaceAll('\n', ' ')).join(' | ');
  return {
    text: [header, ...rows].map(textRow).join('\n'),
    markdown: [markdownRow(header), `| ${rule.join(' | ')} |`, ...rows.map(markdownRow)].join('\n'),
    // Focusable, so that a wide table can be scrolled by keyboard.
    html: `<div class="table" tabindex="0">\n<table>\n<thead>\n<tr>${head}</tr>\n</thead>\n${
      rows.length > 0 ? `<tbody>\n${body}\n</tbody>\n` : ''
    }</table>\n</div>`,
  };
}

function renderInline(tokens: readonly Token[], context: RenderContext, inLink: boolean): Piece {
  const pieces = tokens.map((token) => renderInlineToken(token, context, inLink));
  return {
    text: pieces.map((piece) => piece.text).join(''),
    markdown: pieces.map((piece) => piece.markdown).join(''),
    html: pieces.map((piece) => piece.html).join(''),
  };
}

function renderInlineToken(token: Token, context: RenderContext, inLink: boolean): Piece {
  switch (token.type) {
    case 'text':
      return textWithMarkers((token as Tokens.Text).text, context, inLink);
    case 'escape':
      return literal((token as Tokens.Escape).text, inLink);
    case 'strong':
      return wrapped((token as Tokens.Strong).tokens, '**', 'strong', context, inLink);
    case 'em':
      return wrapped((token as Tokens.Em).tokens, '*', 'em', context, inLink);
    case 'del':
      return wrapped((token as Tokens.Del).tokens, '~~', 'del', context, inLink);
    case 'codespan':
      return codeSpan(fillMarkers((token as Tokens.Codespan).text, context));
    case 'br':
      return { text: '\n', markdown: '\\\n', html: '<br>\n' };
    case 'checkbox':
      return literal(boxOf(token as Tokens.Checkbox), inLink);
    case 'image': {
      const image = token as Tokens.Image;
      const alternative = decodeEntities(image.tokens ? plainText(image.tokens) : image.text);
      return literal(alternative.trim() === '' ? image.href : alternative, inLink);
    }
    case 'link':
      return renderLink(token as Tokens.Link, context, inLink);
    default:
      return literal(fillMarkers(token.raw, context), inLink);
  }
}

function wrapped(
  tokens: readonly Token[],
  mark: string,
  tag: string,
  context: RenderContext,
  inLink: boolean,
): Piece {
  const inside = renderInline(tokens, context, inLink);
  if (inside.html === '') return nothing;
  return {
    text: inside.text,
    markdown: `${mark}${inside.markdown}${mark}`,
    html: `<${tag}>${inside.html}</${tag}>`,
  };
}

function codeSpan(code: string): Piece {
  const flat = code.replace(/\s*\n\s*/g, ' ');
  const fence = '`'.repeat(longestRun(flat) + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(flat) ? ' ' : '';
  return {
    text: flat,
    markdown: `${fence}${pad}${flat}${pad}${fence}`,
    html: `<code dir="auto">${escapeHtml(flat)}</code>`,
  };
}

function longestRun(code: string): number {
  return Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length));
}

function renderLink(link: Tokens.Link, context: RenderContext, inLink: boolean): Piece {
  if (inLink) return renderInline(link.tokens, context, true);
  const written = decodeEntities(link.href).replace(
    markerPattern,
    (all, name: string) => markerValue(name, context)?.raw ?? all,
  );
  const external = externalLink(written);
  const href = external ?? (hasUnsafeCharacter(written) ? null : context.internalLink(written));
  const inside = renderInline(link.tokens, context, href !== null);
  return href === null ? inside : anchor(inside, href);
}

function anchor(inside: Piece, href: string): Piece {
  const bare = href === inside.text || href === `mailto:${inside.text}`;
  return {
    text: inside.text,
    markdown: bare ? `<${inside.text}>` : `[${inside.markdown}](${href})`,
    html: `<a href="${escapeHtml(href)}"${/^https?:/.test(href) ? ' rel="noopener noreferrer"' : ''}>${inside.html}</a>`,
  };
}

function textWithMarkers(source: string, context: RenderContext, inLink: boolean): Piece {
  if (!source.includes('{{')) return literal(decodeEntities(source), inLink);
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of source.matchAll(markerPattern)) {
    const value = markerValue(match[1] ?? '', context);
    if (!value) continue;
    pieces.push(literal(decodeEntities(source.slice(done, match.index)), inLink));
    const shown = literal(value.text, true);
    const href = value.href === null || inLink ? null : externalLink(value.href);
    pieces.push(href === null ? literal(value.text, inLink) : anchor(shown, href));
    done = match.index + match[0].length;
  }
  pieces.push(literal(decodeEntities(source.slice(done)), inLink));
  return {
    text: pieces.map((piece) => piece.text).join(''),
    markdown: pieces.map((piece) => piece.markdown).join(''),
    html: pieces.map((piece) => piece.html).join(''),
  };
}

function fillMarkers(source: string, context: RenderContext): string {
  return source.replace(markerPattern, (all, name: string) => markerValue(name, context)?.text ?? all);
}

function markerValue(name: string, context: RenderContext): FormattedFact | null {
  const colon = name.indexOf(':');
  return colon < 0 ? null : context.marker(name.slice(0, colon), name.slice(colon + 1));
}

/** Text as it is meant to be read; a line break in the source is a space. */
function literal(text: string, inLink: boolean): Piece {
  const flat = text.includes('\n') ? text.replace(/[ \t]*\n[ \t]*/g, ' ') : text;
  return { text: flat, markdown: escapeMarkdown(flat, inLink), html: escapeHtml(flat) };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? character);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes what Markdown would read as more than text; outside links also what it would link by itself. */
function escapeMarkdown(text: string, inLink: boolean): string {
  // Most texts hold nothing that could need it, and one look is cheaper than eight.
  if (!/[\\`*<~_&[\]@:]|www/i.test(text)) return text;
  const escaped = text
    .replace(/[\\`*<~]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/&(?=#?\w+;|$)/g, '\\&');
  // marked takes one level of escapes from brackets before it reads a link's text.
  if (inLink) return escaped.replace(/[[\]]/g, (bracket) => `&#${bracket.charCodeAt(0)};`);
  return escaped
    .replace(/[[\]]/g, '\\$&')
    .replace(/(https?|ftp)(?=:\/\/)/gi, '$1\\')
    .replace(/(www)(?=\.)/gi, '$1\\')
    .replace(/(?<=[\p{L}\p{N}._+-])@(?=[\p{L}\p{N}])/gu, '\\@');
}

/** Keeps a paragraph's line from being read as a heading, list, quote, rule or code. */
function escapeLineStarts(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) =>
      line
        .replace(/^[ \t]+/, '')
        .replace(/^(?=[-+=>]|#{1,6}(?:[ \t]|$))/, '\\')
        .replace(/^(\d{1,9})(?=[.)](?:[ \t]|$))/, '$1\\'),
    )
    .join('\n');
}

/** Decodes, once, numeric references and the few names that people type; any other `&name;` stays as written. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));/g,
    (all, decimal, hex, name) => {
      if (name !== undefined) return namedEntities.get(name) ?? all;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      const isCharacter = code >= 0x20 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}

const namedEntities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['copy', '©'],
  ['reg', '®'],
  ['trade', '™'],
  ['hellip', '…'],
  ['mdash', '—'],
  ['ndash', '–'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['laquo', '«'],
  ['raquo', '»'],
  ['bull', '•'],
  ['middot', '·'],
  ['times', '×'],
  ['deg', '°'],
  ['euro', '€'],
  ['pound', '£'],
  ['sect', '§'],
  ['colon', ':'],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['lrm', '\u200e'],
  ['rlm', '\u200f'],
  ['shy', '\u00ad'],
]);
