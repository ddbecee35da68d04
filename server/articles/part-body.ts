import { AppError, type AppErrorDetails, type ErrorCode } from '../errors.ts';
import type { AgentBlock, Condition, PublicBlock } from './article.ts';
import { readCondition } from './condition.ts';
import { nameOf } from './decode-text.ts';
import { didYouMean, editDistance } from './did-you-mean.ts';
import { shown } from './read-yaml.ts';

/** The public and the agents' part of one body, and everything that is wrong with it. */
export interface PartedBody {
  readonly body: readonly PublicBlock[];
  readonly notes: readonly AgentBlock[];
  readonly errors: readonly AppError[];
}

/**
 * Parts a body where public and agents' text part, line by line, by the two directives and nothing else. A line that could
 * be meant as a directive but is not written as one, in whatever disguise, is an error: in doubt the file is refused.
 * `firstLine` is the file's line of the body's first line; `offers` allows offers everywhere (articles for agents only).
 */
export function partBody(
  text: string,
  place: { readonly file: string; readonly firstLine: number; readonly offers: boolean },
): PartedBody {
  const lines = text.split('\n');
  const errors: AppError[] = [];
  const report = (code: ErrorCode, index: number, details: AppErrorDetails) => {
    errors.push(
      new AppError(code, { ...details, place: { file: place.file, line: place.firstLine + index } }),
    );
  };

  const body: PublicBlock[] = [];
  const notes: AgentBlock[] = [];
  let open: Open | null = null;
  let fence: Fence | null = null;
  let start = 0;

  const finish = (block: Open | null, end: number) => {
    const run = trimmed(lines, start, end);
    start = end + 1;
    if (!run) return;
    const line = place.firstLine + run.start;
    if (block?.kind === 'agent') notes.push({ note: run.text, noteLine: line, after: body.length });
    else body.push({ kind: 'public', when: block?.when ?? null, markdown: run.text, line });
  };

  for (const [index, raw] of lines.entries()) {
    const line = raw.trimEnd();
    const directive = readDirective(line);
    if (directive === null) {
      const disguise = findDisguise(line);
      if (disguise) report(disguise.code, index, disguise.details);
      else if (open?.kind !== 'agent') {
        checkPublicLine(lines, index, { inCode: fence !== null, inWhen: open !== null, report });
      }
      checkMarkers(line, index, { offers: place.offers || open?.kind === 'agent', report });
      fence = nextFence(fence, line, index);
      continue;
    }
    if (fence) {
      report('directive-disguised', index, {
        message: 'A directive stands inside a code block.',
        expected: `the code block that opens on line ${place.firstLine + fence.at} closed before the directive`,
        found: shown(line),
        hint: 'In a code example write fewer than three colons.',
      });
      // What follows is read as if the code block ended here, so that one mistake is reported once.
      fence = null;
    }
    if (directive.kind === 'close') {
      if (!open) {
        report('directive-stray-close', index, {
          expected: 'an open :::agent or :::when above it',
          found: ':::',
        });
        continue;
      }
      if (touches(lines[index + 1])) report('directive-disguised', index, blankLine('after', line));
      finish(open, index);
      open = null;
      continue;
    }
    if (open) {
      report('directive-nested', index, {
        expected: `a ::: that closes the :::${open.kind} of line ${place.firstLine + open.at}`,
        found: shown(line),
        hint: 'Directives never stand inside one another.',
      });
      continue;
    }
    if (touches(lines[index - 1])) report('directive-disguised', index, blankLine('before', line));
    finish(null, index);
    open = { kind: directive.kind, at: index, when: null };
    if (directive.kind === 'agent') continue;
    const read = readCondition(directive.condition);
    if ('condition' in read) open = { ...open, when: read.condition };
    else
      report('condition-invalid', index, { message: 'The condition of a :::when cannot be read.', ...read });
  }

  if (!open) {
    finish(null, lines.length);
    return { body, notes, errors };
  }
  report('directive-unclosed', open.at, {
    expected: 'a line ::: that closes it',
    found: fence
      ? `the end of the file; the code block of line ${place.firstLine + fence.at} is never closed either`
      : 'the end of the file',
  });
  return { body, notes, errors };
}

interface Open {
  readonly kind: 'agent' | 'when';
  /** Index of its line. */
  readonly at: number;
  readonly when: Condition | null;
}

/** An open code block: its run of backticks or tildes, and the index of its line. */
interface Fence {
  readonly mark: string;
  readonly at: number;
}

type Report = (code: ErrorCode, index: number, details: AppErrorDetails) => void;

type Directive =
  | { readonly kind: 'agent' }
  | { readonly kind: 'close' }
  | { readonly kind: 'when'; readonly condition: string };

/** A line that is exactly a directive, or null. Blanks at its end do not count. */
function readDirective(line: string): Directive | null {
  if (line === ':::') return { kind: 'close' };
  if (line === ':::agent') return { kind: 'agent' };
  if (line === ':::when' || /^:::when[ \t]/.test(line)) return { kind: 'when', condition: line.slice(7) };
  return null;
}

interface Finding {
  readonly code: ErrorCode;
  readonly details: AppErrorDetails;
}

/** What a line that is no directive looks like, where it could be meant as one. */
function findDisguise(line: string): Finding | null {
  if (!suspicious.test(line)) return null;
  const word =
    /^:::([A-Za-z][A-Za-z-]*)[ \t]*$/.exec(line)?.[1] ?? /^:::([A-Za-z][A-Za-z-]*)(?=[ \t])/.exec(line)?.[1];
  if (word !== undefined && word !== 'agent') {
    const meant = didYouMean(word, ['agent', 'when']);
    return {
      code: 'directive-unknown',
      details: {
        expected: forms,
        found: shown(line),
        ...(meant === null ? {} : { hint: `Did you mean \`:::${meant}\`?` }),
      },
    };
  }
  const bare = bareText(line);
  if (!bare.includes(':::') && !nearMiss(bare)) return null;
  const invisible = /\p{Default_Ignorable_Code_Point}/u.exec(line);
  return {
    code: 'directive-disguised',
    details: {
      expected: `${forms}, alone on its line, without indentation`,
      found: invisible ? `${shown(line)} (with ${nameOf(invisible[0])}, which cannot be seen)` : shown(line),
      hint: 'Text that is no directive must not hold three colons in a row.',
    },
  };
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

function blankLine(where: 'before' | 'after', line: string): AppErrorDetails {
  return {
    message: `A directive touches the text ${where} it.`,
    expected: `a blank line ${where} it`,
    found: shown(line),
  };
}

/** Markers that are not `{{fact:name}}` or, in agents' text, `{{offer:name}}`. */
function checkMarkers(
  line: string,
  index: number,
  { offers, report }: { readonly offers: boolean; readonly report: Report },
): void {
  if (!/[{｛﹛]/.test(line)) return;
  const rest = line.replace(/\{\{(fact|offer):[a-z0-9]+(?:-[a-z0-9]+)*\}\}/g, (marker, kind: string) => {
    if (kind === 'fact' || offers) return '';
    report('offer-public', index, {
      expected: 'offers inside :::agent only',
      found: marker,
    });
    return '';
  });
  const odd = /\{\{[^}]{0,60}\}{0,2}/.exec(rest.normalize('NFKC'));
  if (!odd) return;
  const kind = /^\{\{\s*([A-Za-z]+)/.exec(odd[0])?.[1];
  const meant = kind === undefined ? null : didYouMean(kind, ['fact', 'offer']);
  report('marker-unknown', index, {
    expected: offers ? '{{fact:name}} or {{offer:name}}' : '{{fact:name}}',
    found: shown(odd[0]),
    ...(meant === null ? {} : { hint: `Did you mean \`{{${meant}:name}}\`, without blanks?` }),
  });
}

interface PublicLine {
  readonly inCode: boolean;
  readonly inWhen: boolean;
  readonly report: Report;
}

/** What Concord never shows, or shows to the wrong people: see each message. */
function checkPublicLine(
  lines: readonly string[],
  index: number,
  { inCode, inWhen, report }: PublicLine,
): void {
  const line = lines[index] ?? '';
  if (/^(?:<{7}|>{7}|\|{7})(?: |$)/.test(line)) {
    report('markdown-invalid', index, {
      message: 'A merge conflict was left in the text.',
      expected: 'one text',
      found: shown(line),
    });
  }
  if (inCode) return;
  if (line.replace(/`[^`]*`/g, '').includes('<!--')) {
    report('markdown-invalid', index, {
      message: 'An HTML comment stands in public text.',
      expected: 'text that the public may read',
      found: shown(line),
      hint: 'Put notes for colleagues into :::agent.',
    });
  }
  if (
    definition.test(line) ||
    (/^[\s>]*\[[^\]]*$/.test(line) && definition.test(lines.slice(index, index + 8).join('\n')))
  ) {
    report('markdown-invalid', index, {
      message: 'A link definition stands in public text.',
      expected: 'links written where they are used: [text](address)',
      found: shown(line),
      hint: 'Each section is shown by itself, so a definition elsewhere would be lost.',
    });
  }
  const heading = headingLevel(lines, index);
  if (heading === 1) {
    report('markdown-invalid', index, {
      message: 'A heading of the first level stands in the text.',
      expected: '## or deeper: the title in the front matter is the only first heading',
      found: shown(line),
    });
  } else if (heading !== null && inWhen) {
    report('markdown-invalid', index, {
      message: 'A heading stands inside :::when.',
      expected: 'the heading before the :::when, so that the section is there for everybody',
      found: shown(line),
    });
  }
}

/** `[label]: address`, in quotations and lists too; the label may go on over several lines. */
const definition = /^(?:[\s>]|[-*+] |\d{1,9}[.)] )*\[(?:[^[\]\\]|\\[\s\S])+\]:/;

/** Level of the heading that this line is or underlines; null for other lines. */
function headingLevel(lines: readonly string[], index: number): number | null {
  const line = lines[index] ?? '';
  const atx = /^ {0,3}(#{1,6})(?:[ \t]|$)/.exec(line)?.[1];
  if (atx !== undefined) return atx.length;
  const underline = /^ {0,3}(=+|-+)[ \t]*$/.exec(line)?.[1];
  const above = lines[index - 1] ?? '';
  const isText =
    above.trim() !== '' &&
    !/^(?: {4}|\t| {0,3}(?:[#>|]|[-*+] |:::|`{3}|~{3}|-{3}|\*{3}|_{3}|\d{1,9}[.)] ))/.test(above);
  return underline !== undefined && isText ? (underline.startsWith('=') ? 1 : 2) : null;
}

/** The code block that is open after a line. */
function nextFence(fence: Fence | null, line: string, index: number): Fence | null {
  const match = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  if (!match) return fence;
  const [, mark = '', info = ''] = match;
  if (!fence) return mark.startsWith('`') && info.includes('`') ? null : { mark, at: index };
  const closes = mark[0] === fence.mark[0] && mark.length >= fence.mark.length && info.trim() === '';
  return closes ? null : fence;
}

/** Whether a line beside a directive's block is text, which would run into it. */
function touches(line: string | undefined): boolean {
  return line !== undefined && line.trim() !== '' && readDirective(line.trimEnd()) === null;
}

/** Lines `start` to `end` without the blank ones at both ends; null where nothing is left. */
function trimmed(lines: readonly string[], start: number, end: number) {
  let from = start;
  let to = end;
  while (from < to && (lines[from] ?? '').trim() === '') from += 1;
  while (to > from && (lines[to - 1] ?? '').trim() === '') to -= 1;
  return from === to ? null : { start: from, text: lines.slice(from, to).join('\n').trimEnd() };
}
