import type { Severity } from '../../server/checks/finding.ts';
import type { Problem } from './check-directory.ts';
import { displayWidth } from './display-width.ts';

/** Paints words of a terminal; without colour it gives them back as they are. */
export type Paint = (text: string, style: Severity | 'place' | 'faint') => string;

/** Paint in ANSI colours, or none. */
export function paintFor(hasColour: boolean): Paint {
  return (text, style) => (hasColour && text !== '' ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text);
}

const ansi = { error: '1;31', warning: '33', note: '36', place: '1', faint: '2' } as const;

/**
 * Problems as lines of a terminal, those of a file together: `file:line:column  severity  code  message`, the source line with
 * what is meant marked below it, then the other place, what was expected and found, and what to do. Carets do not line up
 * where text runs from right to left: there « » stand around it.
 */
export function showProblems(problems: readonly Problem[], paint: Paint): string {
  const sorted = [...problems].sort(byPlace);
  return sorted
    .map((problem, index) => {
      const gap = index > 0 && sorted[index - 1]?.file !== problem.file ? '\n' : '';
      return `${gap}${showProblem(problem, paint)}`;
    })
    .join('');
}

function showProblem(problem: Problem, paint: Paint): string {
  const { file, line, column, severity, code, message, expected, found, hint, other, because } = problem;
  const place = [file, line, column].filter((part) => part !== null).join(':');
  const head = `${paint(place, 'place')}  ${paint(severity, severity)}  ${code}  ${plain(message)}`;
  const lines = [head, ...showExcerpt(problem, paint)];
  const tell = (name: string, text: string): void => {
    lines.push(`    ${paint(`${name}:`.padEnd(9), 'faint')} ${plain(text)}`);
  };
  if (expected !== null) tell('expected', expected);
  if (found !== null) tell('found', found);
  if (other !== null)
    tell('other', `${other.place.file}:${other.place.line}:${other.place.column}  ${other.says}`);
  if (because.length > 0) tell('because', `shared words: ${because.join(', ')}`);
  if (hint !== null) tell('hint', hint);
  return `${lines.join('\n')}\n`;
}

/** Most characters of a source line; a paragraph is one line, and what is meant must be seen. */
const mostShown = 100;

/** Characters of a long line before what is meant. */
const before = 30;

function showExcerpt({ excerpt, column, endColumn, severity }: Problem, paint: Paint): readonly string[] {
  if (excerpt.trim() === '') return [];
  const start = column === null ? 0 : Math.min(column - 1, excerpt.length);
  const end = endColumn === null ? start : Math.min(Math.max(start, endColumn - 1), excerpt.length);
  const from = excerpt.length <= mostShown ? 0 : wholeCharacter(excerpt, Math.max(0, start - before));
  const to = excerpt.length <= mostShown ? excerpt.length : wholeCharacter(excerpt, from + mostShown);
  const [lead, marked, rest] = [
    `${from > 0 ? '…' : ''}${excerpt.slice(from, start)}`,
    excerpt.slice(start, Math.min(end, to)),
    `${excerpt.slice(Math.min(end, to), to)}${to < excerpt.length ? '…' : ''}`,
  ].map(plain) as [string, string, string];
  if (marked === '') return [`    ${lead}${rest}`];
  if (rightToLeft.test(excerpt)) return [`    ${lead}${paint(`«${marked}»`, severity)}${rest}`];
  const caret = `${' '.repeat(displayWidth(lead))}${paint('^'.repeat(Math.max(1, displayWidth(marked))), severity)}`;
  return [`    ${lead}${marked}${rest}`, `    ${caret}`];
}

/** Letters of Hebrew, Arabic and the other scripts that are written from right to left. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The place at or before an index where no character is cut in two. */
function wholeCharacter(text: string, index: number): number {
  let at = Math.min(index, text.length);
  while (at > 0 && at < text.length && /^[\udc00-\udfff\p{M}\u200d]/u.test(text.slice(at))) at -= 1;
  return at;
}

/** Text of owners without anything that a terminal would obey. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, ' ');
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (a.code < b.code ? -1 : 1);
}
