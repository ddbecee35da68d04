import { decodeEntities } from './entities.ts';

/** An element of a page. */
export interface HtmlElement {
  /** Lower case. */
  readonly tag: string;
  /** Names in lower case, values with their entities decoded. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (HtmlElement | string)[];
  readonly parent: HtmlElement | null;
}

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));
/** What stands in them is no markup; in the second group entities count all the same. */
const RAW = new Set(['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes']);
const RAW_WITH_ENTITIES = new Set(['textarea', 'title']);

/** Which open element a start tag ends, and where the looking for one stops. */
const ENDS: Readonly<
  Record<string, { readonly ended: readonly string[]; readonly within: readonly string[] }>
> = {
  li: { ended: ['li'], within: ['ul', 'ol', 'menu'] },
  dt: { ended: ['dt', 'dd'], within: ['dl'] },
  dd: { ended: ['dt', 'dd'], within: ['dl'] },
  tr: { ended: ['tr', 'td', 'th'], within: ['table'] },
  td: { ended: ['td', 'th'], within: ['tr', 'table'] },
  th: { ended: ['td', 'th'], within: ['tr', 'table'] },
  tbody: { ended: ['thead', 'tbody', 'tr', 'td', 'th'], within: ['table'] },
  option: { ended: ['option'], within: ['select', 'datalist'] },
};

const ENDS_PARAGRAPH = new Set(
  'address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre section table ul'.split(
    ' ',
  ),
);

interface OpenElement extends HtmlElement {
  readonly children: (HtmlElement | string)[];
  readonly parent: OpenElement | null;
}

/**
 * The tree of a page, as a browser would take it where tags are left out or cross; any text is taken. Comments and
 * doctypes are left out. The root has the tag `#document`.
 */
export function parseHtml(source: string): HtmlElement {
  const root: OpenElement = { tag: '#document', attributes: new Map(), children: [], parent: null };
  let open: OpenElement = root;
  let at = 0;
  const addText = (text: string): void => {
    if (text !== '') open.children.push(decodeEntities(text));
  };
  while (at < source.length) {
    const next = source.indexOf('<', at);
    if (next < 0) {
      addText(source.slice(at));
      break;
    }
    addText(source.slice(at, next));
    at = next;
    if (source.startsWith('<!--', at)) {
      at = after(source, '-->', at + 4);
    } else if (/^<[!?]/.test(source.slice(at, at + 2))) {
      at = after(source, '>', at + 2);
    } else if (/^<\/[a-z]/i.test(source.slice(at, at + 3))) {
      const end = after(source, '>', at);
      const tag = (/^[^\s/>]+/.exec(source.slice(at + 2, end))?.[0] ?? '').toLowerCase();
      const around = closed(open, tag);
      // Where no paragraph is open, its end tag is an empty one.
      if (around !== null) open = around;
      else if (tag === 'p') open.children.push({ tag, attributes: new Map(), children: [], parent: open });
      at = end;
    } else if (/^<[a-z]/i.test(source.slice(at, at + 2))) {
      const tag = readStartTag(source, at);
      at = tag.end;
      open = madeRoom(open, tag.name);
      const element: OpenElement = {
        tag: tag.name,
        attributes: tag.attributes,
        children: [],
        parent: open,
      };
      open.children.push(element);
      if (RAW.has(tag.name) || RAW_WITH_ENTITIES.has(tag.name)) {
        const end = rawEnd(source, tag.name, at);
        const raw = source.slice(at, end);
        if (raw !== '') element.children.push(RAW.has(tag.name) ? raw : decodeEntities(raw));
        at = after(source, '>', end);
      } else if (!VOID.has(tag.name) && !tag.closesItself) {
        open = element;
      }
    } else {
      addText('<');
      at += 1;
    }
  }
  return root;
}

/** An element and all within it, in reading order. */
export function* elementsOf(element: HtmlElement): Generator<HtmlElement> {
  yield element;
  for (const child of element.children) if (typeof child !== 'string') yield* elementsOf(child);
}

/** The first element within another, or that itself, of which something holds; null where there is none. */
export function findElement(
  within: HtmlElement,
  holds: (element: HtmlElement) => boolean,
): HtmlElement | null {
  for (const element of elementsOf(within)) if (holds(element)) return element;
  return null;
}

/** The nearest element around another, or that itself, of which something holds. */
export function closestElement(
  from: HtmlElement,
  holds: (element: HtmlElement) => boolean,
): HtmlElement | null {
  for (let element: HtmlElement | null = from; element !== null; element = element.parent)
    if (holds(element)) return element;
  return null;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

function rawEnd(source: string, tag: string, from: number): number {
  const pattern = new RegExp(`</${tag}(?=[\\s/>])`, 'gi');
  pattern.lastIndex = from;
  return pattern.exec(source)?.index ?? source.length;
}

/** Where the parser stands after an end tag: around the nearest such element; null where none is open. */
function closed(open: OpenElement, tag: string): OpenElement | null {
  for (let element: OpenElement | null = open; element !== null; element = element.parent)
    if (element.tag === tag) return element.parent;
  return null;
}

/** Where an element goes: out of a paragraph that it ends, or of its neighbour whose end tag was left out. */
function madeRoom(open: OpenElement, tag: string): OpenElement {
  if (ENDS_PARAGRAPH.has(tag)) {
    for (let element: OpenElement | null = open; element !== null; element = element.parent) {
      if (element.tag === 'p') return element.parent ?? element;
      if (element.tag === 'button' || element.tag === 'td' || element.tag === 'th') break;
    }
  }
  const rule = ENDS[tag];
  if (rule === undefined) return open;
  let outermost: OpenElement | null = null;
  for (let element: OpenElement | null = open; element !== null; element = element.parent) {
    if (rule.within.includes(element.tag)) break;
    if (rule.ended.includes(element.tag)) outermost = element;
  }
  return outermost?.parent ?? open;
}

function readStartTag(
  source: string,
  from: number,
): {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly closesItself: boolean;
  readonly end: number;
} {
  const name = (/[^\s/>]+/y.exec(source.slice(from + 1, from + 101))?.[0] ?? '').toLowerCase();
  const attributes = new Map<string, string>();
  const attribute = /[\s/]*([^\s=/>][^\s=/>]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?/y;
  let at = from + 1 + name.length;
  for (;;) {
    attribute.lastIndex = at;
    const found = attribute.exec(source);
    if (found === null) break;
    at = attribute.lastIndex;
    const key = (found[1] ?? '').toLowerCase();
    const value = found[2] ?? found[3] ?? found[4] ?? '';
    if (!attributes.has(key)) attributes.set(key, decodeEntities(value));
  }
  const end = after(source, '>', at);
  return { name, attributes, closesItself: source.slice(at, end).includes('/'), end };
}
