import { didYouMean, editDistance } from '../did-you-mean.ts';
import type { AppErrorDetails, ErrorCode } from '../errors.ts';
import { nameOf } from './decode-text.ts';
import { shown } from './read-yaml.ts';

/** A line that parts public and agents' text, or ends such a part. `condition`: what follows `:::when`, unread. */
export type Directive =
  | { readonly kind: 'agent' }
  | { readonly kind: 'close' }
  | { readonly kind: 'when'; readonly condition: string };

/** A line (without blanks at its end) that is exactly a directive, or null. */
export function readDirective(line: string): Directive | null {
  if (line === ':::') return { kind: 'close' };
  if (line === ':::agent') return { kind: 'agent' };
  if (line === ':::when' || /^:::when[ \t]/.test(line)) return { kind: 'when', condition: line.slice(7) };
  return null;
}

/** A line that is no directive but could be meant as one. */
export interface Disguise {
  readonly code: ErrorCode;
  readonly details: AppErrorDetails;
}

/**
 * What a line that is no directive looks like, where it could be meant as one; null for honest text. Nothing of the line
 * but the marker itself is told: what follows a misspelled marker may be a secret.
 */
export function findDisguise(line: string): Disguise | null {
  if (!suspicious.test(line)) return null;
  const word =
    /^:::([A-Za-z][A-Za-z-]*)[ \t]*$/.exec(line)?.[1] ?? /^:::([A-Za-z][A-Za-z-]*)(?=[ \t])/.exec(line)?.[1];
  if (word !== undefined && word !== 'agent') {
    const meant = didYouMean(word, ['agent', 'when']);
    return {
      code: 'directive-unknown',
      details: {
        expected: forms,
        found: `:::${shown(word)}`,
        ...(meant === null ? {} : { hint: `Did you mean \`:::${meant}\`?` }),
      },
    };
  }
  const bare = bareText(line);
  if (!bare.includes(':::') && !nearMiss(bare)) return null;
  return {
    code: 'directive-disguised',
    details: {
      expected: `${forms}, alone on its line, without indentation`,
      found: foundIn(line, bare),
      hint: 'Text that is no directive must not hold three colons in a row.',
    },
  };
}

/** The disguise in words: which character hides in it, or how the marker stands in its line. */
function foundIn(line: string, bare: string): string {
  const invisible = /\p{Default_Ignorable_Code_Point}/u.exec(line);
  if (invisible) return `${nameOf(invisible[0])}, which cannot be seen, in a line with colons`;
  if (!line.includes(':::')) {
    return bare.includes(':::') ? 'other characters that read like :::' : 'fewer than three colons';
  }
  const foreign = /^:::[A-Za-z]*(\P{ASCII})/u.exec(line)?.[1];
  if (foreign !== undefined) return `${nameOf(foreign)}, which only looks like a letter of the directive`;
  if (line.trim() !== line) return 'a directive that is indented';
  if (!line.startsWith(':::')) return '::: inside a line of text';
  return /^:{4}/.test(line) ? 'more than three colons' : 'more than the directive on its line';
}

const forms = '`:::agent`, `:::when dimension=value` or `:::`';

/** Only such lines are worth a closer look. */
const suspicious = /[:;&\\%\u0080-\u{10ffff}]/u;

/** A line as it might be meant: entities and escapes decoded, look-alikes folded, invisible characters gone. */
function bareText(line: string): string {
  return decodeEscapes(decodeEscapes(line))
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}|\p{Cc}/gu, '')
    .normalize('NFKC')
    .replace(colons, (found) => (found === '∷' || found === '⸬' ? '::' : found === '⩴' ? '::=' : ':'))
    .replace(/:(?:\s+:)+/g, (found) => found.replace(/\s+/g, ''));
}

const colons =
  /[\u02d0\u02f8\u0589\u05c3\u0703\u0704\u16ec\u1804\u205a\u205d\u2236\u2237\u2254\u2982\u2a74\u2e2c\ua4fd\ua789\ufe13\ufe30\ufe55\uff1a\u{1d108}]/gu;

function decodeEscapes(line: string): string {
  return line
    .replace(/&#[xX]0*([0-9a-fA-F]{1,6});?/g, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replace(/&#0*(\d{1,7});?/g, (_, digits: string) => characterOf(Number(digits)))
    .replace(
      /&(?:colon|Colon|ratio|Proportion|amp|excl|period|semi);/g,
      (name) => namedEntities[name] ?? name,
    )
    .replace(/%3[aA]/g, ':')
    .replace(/\\u003[aA]|\\x3[aA]/g, ':')
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '');
}

const namedEntities: Readonly<Record<string, string>> = {
  '&colon;': ':',
  '&ratio;': ':',
  '&Colon;': '::',
  '&Proportion;': '::',
  '&amp;': '&',
  '&excl;': '!',
  '&period;': '.',
  '&semi;': ';',
};

function characterOf(code: number): string {
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    ? String.fromCodePoint(code)
    : '\ufffd';
}

/** Fewer or other marks than three colons, before `agent` or `when` or alone: `::agent`, `;;;agent`, `: agent`, `::`. */
function nearMiss(bare: string): boolean {
  const content = bare.replace(containers, '').trim();
  if (/^:{2}$/.test(content)) return true;
  const match = /^([:;]{1,4})\s*([\p{L}\p{M}\p{N}_-]+)/u.exec(content);
  if (!match) return false;
  const [, marks = '', word = ''] = match;
  if (marks.length === 1 && marks !== ':') return false;
  if (marks === '::') return true;
  const folded = latinised(word).toLowerCase();
  return folded === 'when' || (folded.length <= 8 && editDistance(folded, 'agent') <= 1);
}

/** What may stand before text in a quotation, list, table, heading, emphasis or code. */
const containers = /^(?:[\s>*+#|`_~"'([{<-]|\d{1,9}[.)])+/;

/** Letters of other scripts that pass for Latin ones. */
function latinised(word: string): string {
  return [...word].map((letter) => lookAlikes[letter] ?? letter).join('');
}

const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  т: 't',
  п: 'n',
  ո: 'n',
  ԝ: 'w',
  һ: 'h',
  ɡ: 'g',
  ց: 'g',
  α: 'a',
  ε: 'e',
  ν: 'n',
  τ: 't',
};
