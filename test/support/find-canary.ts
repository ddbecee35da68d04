import { Buffer } from 'node:buffer';

/** Letters that nobody sees: soft hyphens, joiners, marks of direction, variation selectors, tag letters and others. */
const unseen = /\p{Default_Ignorable_Code_Point}/gu;

const tags = /<!--.*?-->|<[^<>]*>/gs;

function letter(code: number): string {
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** The text with entities, percent escapes and \u, \x escapes read, wherever they stand. */
function decoded(text: string): string {
  return text
    .replace(/&#(\d{1,7});?/g, (_, code: string) => letter(Number(code)))
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, code: string) => letter(Number.parseInt(code, 16)))
    .replace(/&(?:shy|zwj|zwnj|lrm|rlm|zerowidthspace);/gi, '')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&amp;/gi, '&')
    .replace(/\\u\{([0-9a-f]{1,6})\}/gi, (_, code: string) => letter(Number.parseInt(code, 16)))
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => letter(Number.parseInt(code, 16)))
    .replace(/\\x([0-9a-f]{2})/gi, (_, code: string) => letter(Number.parseInt(code, 16)))
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => letter(Number.parseInt(code, 16)));
}

/** The letters of a word's Base64, in both alphabets, that stand in it wherever the word begins. */
function base64Of(word: string): readonly string[] {
  const bytes = Buffer.from(word);
  return [0, 1, 2].flatMap((shift) =>
    (['base64', 'base64url'] as const).map((alphabet) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString(alphabet)
        .slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6)),
    ),
  );
}

/**
 * In which form a text holds a word of plain lower-case letters, or null: as it is or in another case, with entities,
 * percent or \u escapes, once or twice, with tags and unseen letters in between, in full-width letters, in hex, or in
 * Base64 at any of its three places.
 */
export function findCanary(text: string, word: string): string | null {
  if (text.toLowerCase().includes(word)) return 'plain';
  if (text.toLowerCase().includes(Buffer.from(word).toString('hex'))) return 'hex';
  const inBase64 = base64Of(word).find((letters) => text.includes(letters));
  if (inBase64 !== undefined) return 'base64';
  // Reading escapes costs most of all, and a text without any of these letters has none.
  const once = /[&%\\]/.test(text) ? decoded(text) : text;
  const twice = /[&%\\]/.test(once) ? decoded(once) : once;
  if (twice.toLowerCase().includes(word) || once.toLowerCase().includes(word)) return 'escaped';
  const seen = (one: string): string => one.replace(unseen, '').normalize('NFKC').toLowerCase();
  const forms = [text, twice].flatMap((one) => [seen(one), seen(one.replace(tags, ''))]);
  return forms.some((form) => form.includes(word)) ? 'disguised' : null;
}

/** A word as `findCanary` has to find it, by the name of its form. */
export function disguisesOf(word: string): Readonly<Record<string, string>> {
  const letters = [...word];
  const each = (form: (code: number, at: number) => string): string =>
    letters.map((one, at) => form(one.charCodeAt(0), at)).join('');
  const hex = (code: number): string => code.toString(16);
  const base64 = (before: string): string => Buffer.from(`${before}${word} and more`).toString('base64');
  return {
    plain: word,
    'in capitals': word.toUpperCase(),
    'in decimal entities': each((code) => `&#${code};`),
    'in hexadecimal entities, padded': each((code) => `&#x00${hex(code)};`),
    'in entities without their ends': each((code) => `&#${code} `).replaceAll(' ', ''),
    'in percent escapes': each((code) => `%${hex(code)}`),
    'in percent escapes of percent escapes': each((code) => `%25${hex(code)}`),
    'in escapes of JSON': each((code) => `\\u00${hex(code)}`),
    'in escapes of JavaScript': each((code) => `\\x${hex(code)}`),
    'in escaped entities': each((code) => `&amp;#${code};`),
    'in every second letter an escape': each((code, at) =>
      at % 2 ? `%${hex(code)}` : String.fromCharCode(code),
    ),
    'in hex': Buffer.from(word).toString('hex'),
    'in hex, in capitals': Buffer.from(word).toString('hex').toUpperCase(),
    'in Base64': base64(''),
    'in Base64, a letter later': base64('x'),
    'in Base64, two letters later': base64('xy'),
    'with tags in between': letters.join('<b class="x">'),
    'with escaped tags in between': letters.join('&lt;mark&gt;'),
    'with soft hyphens in between': letters.join('\u00ad'),
    'with soft hyphens as entities': letters.join('&shy;'),
    'with zero-width letters in between': letters.join('\u200b'),
    'in full-width letters': each((code) => String.fromCharCode(code + 0xfee0)),
  };
}
