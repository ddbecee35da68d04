import type { CheckWorld, Span } from './finding.ts';

/** A whole line of a file without the blanks at its ends. */
export function lineSpan({ linesOf }: Pick<CheckWorld, 'linesOf'>, file: string, line: number): Span {
  const text = linesOf(file)[line - 1] ?? '';
  const start = text.length - text.trimStart().length;
  return { file, line, column: start + 1, endColumn: Math.max(start, text.trimEnd().length) + 1 };
}

/** The first place of some words on a line, or the whole line where they do not stand there. */
export function wordsSpan(
  world: Pick<CheckWorld, 'linesOf'>,
  file: string,
  line: number,
  words: string,
): Span {
  const at = words === '' ? -1 : (world.linesOf(file)[line - 1] ?? '').indexOf(words);
  if (at < 0) return lineSpan(world, file, line);
  return { file, line, column: at + 1, endColumn: at + 1 + words.length };
}

/**
 * A run of characters of a text that begins on a line of a file: `offset` counts from the text's first character, `length`
 * ends at the line's end at the latest.
 */
export function textSpan(
  file: string,
  firstLine: number,
  text: string,
  offset: number,
  length: number,
): Span {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = firstLine;
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line += 1;
  const lineEnd = text.indexOf('\n', offset);
  const end = Math.min(offset + length, lineEnd < 0 ? text.length : lineEnd);
  return { file, line, column: offset - lineStart + 1, endColumn: end - lineStart + 1 };
}
