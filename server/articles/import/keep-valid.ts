import { partBody } from '../part-body.ts';
import { markCode, type Report, type SourceLine } from './source-line.ts';

/**
 * The last look at a text before it is written: a line that Concord would refuse, because what stood around it is gone, is
 * shown as the plain text that it is. Each is reported.
 */
export function keepValid(lines: readonly SourceLine[], report: Report): readonly SourceLine[] {
  let current: readonly SourceLine[] = lines.filter(
    (one) => one.isCode || !/^ {0,3}#{1,6}[ \t]*#*[ \t]*$/.test(one.text),
  );
  for (let round = 0; round < 4; round += 1) {
    const text = current.map((one) => one.text).join('\n');
    const bad = new Set(
      partBody(text, { file: '', firstLine: 0, offers: false }).errors.map(({ place }) => place?.line ?? -1),
    );
    if (bad.size === 0) return current;
    current = markCode(
      current.map((one, i) => {
        // Never a directive itself: what it hides stays hidden, or the article is left out.
        if (!bad.has(i) || one.text.trimEnd() === ':::' || one.text.trimEnd() === ':::agent') return one;
        if (round === 0)
          report(one.line, 'a line that Concord would read as something else', 'the line as plain text');
        return { ...one, text: round === 0 ? escaped(one.text) : wordsOnly(one.text) };
      }),
    );
  }
  return current;
}

function escaped(line: string): string {
  return line
    .replace(/^([\s>]*)([#=<>|[-])/, '$1\\$2')
    .replaceAll('<!--', '&lt;!--')
    .replaceAll('{{', '{ {');
}

/** Nothing but letters, digits and the plainest marks. */
function wordsOnly(line: string): string {
  return line
    .replace(/[^\p{L}\p{N}\s.,()/-]/gu, ' ')
    .replace(/^\s*[-\s]+/, '')
    .trimEnd();
}
