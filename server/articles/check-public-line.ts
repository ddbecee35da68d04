import type { ReportLine } from './part-body.ts';

/** Where a line of public text stands. */
export interface PublicLine {
  readonly inCode: boolean;
  readonly inWhen: boolean;
  readonly report: ReportLine;
}

/**
 * Reports what Concord never shows, or shows to the wrong people: merge-conflict marks, HTML comments, link definitions,
 * first-level headings, headings in :::when. Errors: markdown-invalid.
 */
export function checkPublicLine(
  lines: readonly string[],
  index: number,
  { inCode, inWhen, report }: PublicLine,
): void {
  const line = lines[index] ?? '';
  if (/^(?:<{7}|>{7}|\|{7})(?: |$)/.test(line)) {
    report('markdown-invalid', index, {
      message: 'A merge conflict was left in the text.',
      expected: 'one text',
      found: line.slice(0, 7),
    });
  }
  if (inCode) return;
  if (line.replace(/`[^`]*`/g, '').includes('<!--')) {
    report('markdown-invalid', index, {
      message: 'An HTML comment stands in public text.',
      expected: 'text that the public may read',
      found: '<!--',
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
      found: '[label]: at the start of a line',
      hint: 'Each section is shown by itself, so a definition elsewhere would be lost.',
    });
  }
  const heading = headingLevel(lines, index);
  if (heading === 1) {
    report('markdown-invalid', index, {
      message: 'A heading of the first level stands in the text.',
      expected: '## or deeper: the title in the front matter is the only first heading',
      found: line.startsWith('#') ? '#' : 'a line underlined with =',
    });
  } else if (heading !== null && inWhen) {
    report('markdown-invalid', index, {
      message: 'A heading stands inside :::when.',
      expected: 'the heading before the :::when, so that the section is there for everybody',
      found: `a heading of level ${heading}`,
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
