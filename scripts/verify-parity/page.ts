import { elementsOf, findElement, type HtmlElement, parseHtml } from './html.ts';
import { collapsed, isClosed, isHidden, visibleBlocks, visibleText } from './visible-text.ts';

/** What a page shows in the place of a result: read from its HTML alone. */
export interface ShownResult {
  readonly fingerprint: string;
  /** Null where no answer stands there. */
  readonly answerId: string | null;
  readonly language: string | null;
  /** All that is seen there, as one text and block by block. */
  readonly text: string;
  readonly blocks: readonly string[];
  /** List items, in order: the options of a question back. */
  readonly options: readonly { readonly label: string; readonly href: string | null }[];
  /** E-mail and telephone links: address, and what is seen of it. */
  readonly ways: readonly { readonly href: string; readonly text: string }[];
}

/** The part of a page below its head and beside its frame; the page itself where it has none. */
export function mainOf(html: string): HtmlElement {
  const page = parseHtml(html);
  return findElement(page, ({ tag }) => tag === 'main') ?? page;
}

/** Every result on a page, in reading order. */
export function resultsOn(main: HtmlElement): readonly ShownResult[] {
  return seen(main)
    .filter(({ attributes }) => attributes.has('data-fingerprint'))
    .map((element): ShownResult => {
      const inside = seen(element);
      const links = inside.filter(({ tag }) => tag === 'a');
      return {
        fingerprint: element.attributes.get('data-fingerprint') ?? '',
        answerId: element.attributes.get('data-answer-id') ?? null,
        language: element.attributes.get('lang') ?? null,
        text: visibleText(element),
        blocks: visibleBlocks(element),
        options: inside
          .filter(({ tag }) => tag === 'li')
          .map((item) => ({
            label: visibleText(item).replace(/^- /, ''),
            href: findElement(item, ({ tag }) => tag === 'a')?.attributes.get('href') ?? null,
          })),
        ways: links
          .map((link) => ({ href: link.attributes.get('href') ?? '', text: visibleText(link) }))
          .filter(({ href }) => /^(?:mailto|tel):/.test(href)),
      };
    });
}

/** The headings of a page as they are seen, without any white space, since a heading's parts may stand below each other. */
export function headingsOn(main: HtmlElement): readonly string[] {
  return seen(main)
    .filter(({ tag }) => /^h[1-6]$/.test(tag))
    .map((heading) => tight(visibleText(heading)));
}

/** A text without white space. */
export function tight(text: string): string {
  return collapsed(text).replaceAll(' ', '');
}

/** A form, with what a browser would send of it. */
export interface HtmlForm {
  readonly action: string;
  readonly method: 'get' | 'post';
  readonly fields: readonly FormField[];
}

/** A field of a form that has a name. */
export interface FormField {
  readonly name: string;
  /** Of `input`; else the name of its tag. */
  readonly type: string;
  readonly value: string;
  /** Of a `select`; else empty. */
  readonly options: readonly string[];
}

/** The forms of a page, in reading order. */
export function formsOn(html: string): readonly HtmlForm[] {
  return [...elementsOf(parseHtml(html))]
    .filter(({ tag }) => tag === 'form')
    .map((form) => ({
      action: form.attributes.get('action') ?? '',
      method: form.attributes.get('method')?.toLowerCase() === 'post' ? 'post' : 'get',
      fields: [...elementsOf(form)].flatMap(fieldOf),
    }));
}

/**
 * What a browser sends of a form where some of its fields are filled in. Errors: the name of a field that is not there, or
 * of a choice that it does not offer.
 */
export function filled(
  form: HtmlForm,
  values: Readonly<Record<string, string>>,
): { readonly fields: Readonly<Record<string, string>> } | { readonly missing: string } {
  for (const [name, value] of Object.entries(values)) {
    const field = form.fields.find((one) => one.name === name);
    if (field === undefined) return { missing: `a field ${name}` };
    if (field.type === 'select' && !field.options.includes(value))
      return { missing: `the choice ${value} of ${name}` };
  }
  const own = form.fields.map(({ name, value }) => [name, value] as const);
  return { fields: { ...Object.fromEntries(own), ...values } };
}

/** The address that a form of the method get leads to. */
export function submitted(form: HtmlForm, fields: Readonly<Record<string, string>>, from: URL): URL {
  const url = new URL(form.action, from);
  url.search = new URLSearchParams(fields).toString();
  return url;
}

function fieldOf(element: HtmlElement): readonly FormField[] {
  const name = element.attributes.get('name');
  if (name === undefined || element.attributes.has('disabled')) return [];
  const { tag, attributes } = element;
  if (tag === 'input') {
    const type = attributes.get('type')?.toLowerCase() ?? 'text';
    if (['submit', 'button', 'reset', 'image', 'file'].includes(type)) return [];
    if (['checkbox', 'radio'].includes(type) && !attributes.has('checked')) return [];
    return [{ name, type, value: attributes.get('value') ?? '', options: [] }];
  }
  if (tag === 'textarea') {
    return [{ name, type: tag, value: textareaValue(element), options: [] }];
  }
  if (tag !== 'select') return [];
  const options = [...elementsOf(element)].filter((one) => one.tag === 'option');
  const chosen = options.find((one) => one.attributes.has('selected')) ?? options[0];
  const valueIn = (option: HtmlElement | undefined): string =>
    option?.attributes.get('value') ?? option?.children.join('') ?? '';
  return [{ name, type: tag, value: valueIn(chosen), options: options.map(valueIn) }];
}

/** A textarea's text; the line break that its tag begins with does not count. */
export function textareaValue(element: HtmlElement): string {
  return element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .replace(/^\r?\n/, '');
}

/** Elements of which something can be seen, in reading order. */
function seen(element: HtmlElement): readonly HtmlElement[] {
  if (isHidden(element)) return [];
  const inside = element.children.filter((child) => typeof child !== 'string');
  const shown = isClosed(element) ? inside.filter(({ tag }) => tag === 'summary') : inside;
  return [element, ...shown.flatMap(seen)];
}
