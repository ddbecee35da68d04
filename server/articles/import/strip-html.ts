import { mapParagraphs, markCode, outsideCodeSpans, type Report, type SourceLine } from './source-line.ts';

/** Marks, in private characters, where an HTML anchor stood: a heading takes its name, and later nothing of it is left. */
export const anchorMark = /\ue000([^\ue000\ue001]*)\ue001/g;

/**
 * Takes HTML out of Markdown: comments and what is hidden go, tables, lists, headings, code, links, emphasis and breaks become
 * Markdown, other known elements leave their text. What only looks like a tag (`<your name>`) stays. Everything is reported.
 */
export function stripHtml(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const visible = stripSpans(stripSpans(lines, commentSpan, report), hiddenSpan, report);
  const tables = convertTables(visible, report);
  const pre = markCode(
    tables.map((one) =>
      one.isCode
        ? one
        : {
            ...one,
            text: one.text
              .replace(/<pre\b[^>]*>\s*(?:<code\b[^>]*>)?\s*$/i, '```')
              .replace(/^\s*(?:<\/code>)?\s*<\/pre>\s*$/i, '```'),
          },
    ),
  );
  const blocks = pre.flatMap((one) => (one.isCode ? [one] : convertBlockTags(one, report)));
  return mapParagraphs(blocks, (text, lineAt) =>
    outsideCodeSpans(text, (part, offset) => convertInlineTags(part, (at) => lineAt(offset + at), report)),
  );
}

interface Span {
  readonly open: RegExp;
  readonly close: (opened: RegExpExecArray) => RegExp;
  readonly name: string;
}

const commentSpan: Span = {
  open: /<!--|<\?|<!\[CDATA\[/,
  close: ([mark]) => (mark === '<!--' ? /-->/ : mark === '<?' ? /\?>/ : /\]\]>/),
  name: 'an HTML comment',
};

const hiddenSpan: Span = {
  open: /<(script|style|iframe|noscript|template|svg|object|video|audio)\b[^>]*>|<([a-z][a-z0-9]*)\b[^>]*\s(?:hidden\b|style=["'][^"']*(?:display:\s*none|visibility:\s*hidden))[^>]*>/i,
  close: (opened) => new RegExp(`</${opened[1] ?? opened[2]}\\s*>`, 'i'),
  name: 'hidden or active HTML',
};

/** Takes out everything from an opening to its close, over lines; what is never closed is taken out to the end. */
function stripSpans(lines: readonly SourceLine[], span: Span, report: Report): readonly SourceLine[] {
  const result: SourceLine[] = [];
  let close: RegExp | null = null;
  for (const one of lines) {
    if (one.isCode && close === null) {
      result.push(one);
      continue;
    }
    let rest = one.text;
    let kept = '';
    const isInside = close !== null;
    let changed = isInside;
    for (;;) {
      if (close) {
        const end = close.exec(rest);
        if (!end) {
          rest = '';
          break;
        }
        rest = rest.slice(end.index + end[0].length);
        close = null;
      }
      const opened = openOutsideCode(rest, span.open);
      if (!opened) break;
      report(one.line, span.name, 'nothing');
      kept += rest.slice(0, opened.index);
      rest = rest.slice(opened.index + opened[0].length);
      close = span.close(opened);
      changed = true;
    }
    const text = changed && / $/.test(kept) ? kept + rest.trimStart() : kept + rest;
    // A line that held nothing else goes, so that it does not part what belongs together.
    if (changed && text.trim() === '') {
      if (result.at(-1)?.text.trim() !== '') result.push({ ...one, text: '' });
      continue;
    }
    result.push({ ...one, text: changed ? (isInside ? text.trim() : text.trimEnd()) : text });
  }
  return result;
}

function openOutsideCode(text: string, open: RegExp): RegExpExecArray | null {
  // Code spans are blanked, so that offsets stay.
  const blanked = text.replace(/(`+)[^`]*\1/g, (code) => ' '.repeat(code.length));
  const found = open.exec(blanked);
  return found
    ? open.exec(text.slice(0, found.index).replace(/[\s\S]/g, ' ') + text.slice(found.index))
    : null;
}

function convertTables(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const result: SourceLine[] = [];
  let table: SourceLine[] | null = null;
  for (const one of lines) {
    if (!table && (one.isCode || !/<table\b/i.test(one.text))) {
      result.push(one);
      continue;
    }
    table = [...(table ?? []), one];
    if (!/<\/table\s*>/i.test(one.text)) continue;
    result.push(...convertTable(table, report));
    table = null;
  }
  // Never closed: its tags go one by one, later.
  return table ? [...result, ...table] : result;
}

function convertTable(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  const [first] = lines;
  const line = first?.line ?? 1;
  const text = lines.map((one) => one.text).join(' ');
  const rows = [...text.matchAll(/<tr\b[^>]*>([\s\S]*?)(?=<tr\b|<\/table)/gi)].map((row) =>
    [...(row[1] ?? '').matchAll(/<t[hd]\b[^>]*>([\s\S]*?)(?=<t[hd]\b|<\/tr|<\/thead|<\/tbody|$)/gi)].map(
      (cell) =>
        (cell[1] ?? '')
          .replace(/<\/?(?:t[hdr]|p|div|ul|ol|li|tbody|thead)\b[^>]*>/gi, ' ')
          .replace(/\|/g, '\\|')
          .replace(/\s+/g, ' ')
          .trim(),
    ),
  );
  const columns = Math.max(0, ...rows.map((cells) => cells.length));
  if (columns === 0) return lines;
  report(line, 'an HTML table', 'a Markdown table (joined cells come apart)');
  const row = (cells: readonly string[]) =>
    `| ${Array.from({ length: columns }, (_, i) => cells[i] ?? '').join(' | ')} |`;
  const [head = [], ...rest] = rows;
  const before = /^[\s\S]*?(?=<table\b)/i.exec(text)?.[0].trim() ?? '';
  const after = /<\/table\s*>([\s\S]*)$/i.exec(text)?.[1]?.trim() ?? '';
  return [before, '', row(head), `|${' --- |'.repeat(columns)}`, ...rest.map(row), '', after].map((one) => ({
    text: one,
    line,
    isCode: false,
  }));
}

/** Tags that begin or end blocks: each piece gets lines of its own. */
function convertBlockTags(one: SourceLine, report: Report): readonly SourceLine[] {
  if (!one.text.includes('<')) return [one];
  const isCell = /^\s*\|.*\|\s*$/.test(one.text);
  const seen = new Set<string>();
  const told = (tag: string, instead: string) => {
    if (!seen.has(tag)) report(one.line, `HTML <${tag}>`, instead);
    seen.add(tag);
  };
  const text = outsideCodeSpans(one.text, (part) =>
    part
      .replace(/<h([1-6])\b([^>]*)>\s*/gi, (_, level: string, attributes: string) => {
        told(`h${level}`, 'a Markdown heading');
        return `\n\n${'#'.repeat(Number(level))} ${markOf(attributes)}`;
      })
      .replace(/<\/h[1-6]\s*>/gi, '\n\n')
      .replace(/<li\b[^>]*>\s*/gi, () => {
        told('li', 'a list item');
        return isCell ? ' ' : '\n- ';
      })
      .replace(/<summary\b[^>]*>\s*([^<]*?)\s*<\/summary\s*>/gi, (_, summary: string) => {
        told('details', 'its text, always open');
        return `\n\n**${summary}**\n\n`;
      })
      .replace(/<hr\b[^>]*>/gi, () => (isCell ? ' ' : '\n\n---\n\n'))
      .replace(/<blockquote\b[^>]*>\s*/gi, () => {
        told('blockquote', 'a paragraph');
        return '\n\n';
      })
      .replace(
        /<\/?(p|div|section|article|header|footer|nav|main|aside|center|details|ul|ol|figure|figcaption|dl|dt|dd|table|thead|tbody|tr|form|fieldset)\b([^>]*)>/gi,
        (_, tag: string, attributes: string) => {
          told(tag.toLowerCase(), 'its text');
          return isCell ? ' ' : `\n\n${markOf(attributes)}`;
        },
      )
      .replace(/<\/(?:li|blockquote|summary)\s*>/gi, ''),
  );
  if (text === one.text) return [one];
  return text
    .split('\n')
    .map((piece) => ({ ...one, text: piece.trim() === '' ? '' : piece.replace(/^ {4,}(?=\S)/, '') }))
    .filter((piece, i, all) => piece.text !== '' || (i > 0 && all[i - 1]?.text !== ''));
}

/** An `id` or `name` as a mark that a link may mean. */
function markOf(attributes: string): string {
  const id = /\b(?:id|name)\s*=\s*["']?([\w:.-]+)/i.exec(attributes)?.[1];
  return id === undefined ? '' : `\ue000${id}\ue001`;
}

const emphasis: Readonly<Record<string, string>> = {
  b: '**',
  strong: '**',
  i: '*',
  em: '*',
  cite: '*',
  var: '*',
  dfn: '*',
  del: '~~',
  s: '~~',
  strike: '~~',
  code: '`',
  kbd: '`',
  samp: '`',
  tt: '`',
};

/** Elements that leave their text; anything else in angle brackets is text or an address. */
const known =
  /^(?:abbr|acronym|address|big|bdi|bdo|button|font|ins|label|legend|mark|noindex|q|ruby|rb|rt|rp|small|span|sub|sup|time|u|wbr|img|a|br|col|colgroup|caption|input|select|option|textarea|picture|source|td|th|embed|param|map|area|link|meta|base|html|head|body|title)$/;

function convertInlineTags(part: string, lineAt: (offset: number) => number, report: Report): string {
  if (!part.includes('<')) return part;
  const links = part.replace(
    /<a\b([^>]*)>([\s\S]*?)<\/a\s*>/gi,
    (_, attributes: string, text: string, offset: number) => {
      const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(attributes);
      const address = (href?.[1] ?? href?.[2] ?? href?.[3] ?? '').trim();
      report(lineAt(offset), 'HTML <a>', address === '' ? 'a name for links' : 'a Markdown link');
      if (address === '') return `${markOf(attributes)}${text}`;
      return `${markOf(attributes)}[${text.trim()}](${/[\s()]/.test(address) ? `<${address}>` : address})`;
    },
  );
  return links.replace(
    /<(\/?)([A-Za-z][A-Za-z0-9.-]*)((?:\s[^<>]*)?)(\/?)>/g,
    (tag: string, slash: string, name: string, attributes: string, _: string, offset: number) => {
      const element = name.toLowerCase();
      const line = lineAt(offset);
      const mark = emphasis[element];
      if (mark !== undefined && name === element) {
        if (slash === '') report(line, `HTML <${element}>`, `Markdown ${mark}`);
        return mark;
      }
      if (element === 'br') {
        const after = part.slice(offset + tag.length);
        const isInTable = /^[^\n]*\|/.test(after) && /\|[^\n]*$/.test(part.slice(0, offset));
        report(line, 'HTML <br>', isInTable ? 'a semicolon' : 'a line break');
        return isInTable ? '; ' : /^\s*(?:\n|$)/.test(after) ? '\\' : '\\\n';
      }
      if (element === 'img') {
        const alt = /\balt\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
        const words = (alt?.[1] ?? alt?.[2] ?? '').trim();
        report(line, 'an image', words === '' ? 'nothing' : `its alternative text, “${words}”`);
        return words;
      }
      const isComponent =
        /^[A-Z]/.test(name) && !/^[A-Z]+$/.test(name) && (slash !== '' || /=|^\s*$/.test(attributes));
      if (!known.test(element) && !isComponent) return tag;
      if (slash === '')
        report(
          line,
          isComponent && !known.test(element) ? `the component <${name}>` : `HTML <${element}>`,
          'its text',
        );
      return markOf(attributes);
    },
  );
}
