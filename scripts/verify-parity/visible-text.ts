import { type HtmlElement, parseHtml } from './html.ts';

const NEVER_SHOWN = new Set(
  'head script style template noscript svg iframe object audio video canvas select datalist xmp'.split(' '),
);

const BLOCKS = new Set(
  '#document html body address article aside blockquote dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table caption thead tbody tfoot tr textarea ul'.split(
    ' ',
  ),
);

/**
 * What a reader sees of an element, block by block: one text for each paragraph, heading or list item, none of them empty.
 * White space is as a browser shows it (runs of ASCII white space are one blank; non-breaking and thin blanks, bidi marks
 * and joiners stay what they are). List items begin with `-` or their number and cells of a table are divided by `|`, as
 * in a text browser. Left out: scripts, styles, icons, what is `hidden`, closed `details` and `dialog`s. Not seen: what a
 * style sheet hides or adds.
 */
export function visibleBlocks(element: HtmlElement): readonly string[] {
  const blocks: string[] = [];
  let line = '';
  const end = (): void => {
    const text = collapsed(line);
    if (text !== '') blocks.push(text);
    line = '';
  };
  const write = (node: HtmlElement | string, marker: string): void => {
    if (typeof node === 'string') {
      line += node;
      return;
    }
    if (isHidden(node)) return;
    if (node.tag === 'br') {
      line += '\n';
      return;
    }
    const isBlock = BLOCKS.has(node.tag);
    if (isBlock) end();
    line += marker;
    let items = startOf(node);
    let cells = 0;
    for (const child of node.children) {
      if (isClosed(node) && (typeof child === 'string' || child.tag !== 'summary')) continue;
      if (typeof child !== 'string' && child.tag === 'li') {
        write(child, node.tag === 'ol' ? `${items}. ` : '- ');
        items += 1;
      } else if (typeof child !== 'string' && (child.tag === 'td' || child.tag === 'th')) {
        write(child, cells > 0 ? ' | ' : '');
        cells += 1;
      } else write(child, '');
    }
    if (isBlock) end();
  };
  write(element, '');
  end();
  return blocks;
}

/** What a reader sees of an element as one text, its blocks divided by a blank. */
export function visibleText(element: HtmlElement): string {
  return visibleBlocks(element).join(' ');
}

/** What a reader sees of a piece of HTML. */
export function visibleTextOf(html: string): string {
  return visibleText(parseHtml(html));
}

/** A text with every run of ASCII white space as one blank, and none at its ends. */
export function collapsed(text: string): string {
  return text.replace(/[ \t\n\f\r]+/g, ' ').replace(/^ | $/g, '');
}

/** Whether an element and all in it is not shown, by what its markup says. */
export function isHidden({ tag, attributes }: HtmlElement): boolean {
  return (
    NEVER_SHOWN.has(tag) ||
    attributes.has('hidden') ||
    (tag === 'dialog' && !attributes.has('open')) ||
    (tag === 'input' && attributes.get('type') === 'hidden') ||
    /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attributes.get('style') ?? '')
  );
}

/** Whether an element shows no more than its summary. */
export function isClosed({ tag, attributes }: HtmlElement): boolean {
  return tag === 'details' && !attributes.has('open');
}

function startOf({ tag, attributes }: HtmlElement): number {
  const start = Number.parseInt(attributes.get('start') ?? '', 10);
  return tag === 'ol' && Number.isInteger(start) ? start : 1;
}
