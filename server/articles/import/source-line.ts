/** Something of a source that could not be kept as it was: where, what, and what stands there instead. */
export interface ImportNotice {
  /** Relative to the source folder, with `/`; of a CSV its name. */
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

/** A line of a source text. `line` is its number in the file, from 1; `isCode`: inside a fenced code block, fences included. */
export interface SourceLine {
  readonly text: string;
  readonly line: number;
  readonly isCode: boolean;
}

/** Called for each construct that could not be kept. */
export type Report = (line: number, what: string, instead: string) => void;

/** Text as lines, with fenced code marked; `firstLine` is the file's line of its first line. */
export function toLines(text: string, firstLine: number): readonly SourceLine[] {
  return markCode(text.split('\n').map((one, i) => ({ text: one, line: firstLine + i, isCode: false })));
}

/** The same lines with fenced code marked anew, after fences were added or taken away. */
export function markCode(lines: readonly SourceLine[]): readonly SourceLine[] {
  return scanFences(lines).lines;
}

/** The mark that would close the code block in which the lines end; null outside code. */
export function openFence(lines: readonly SourceLine[]): string | null {
  return scanFences(lines).fence;
}

function scanFences(lines: readonly SourceLine[]): {
  readonly lines: readonly SourceLine[];
  readonly fence: string | null;
} {
  let fence: string | null = null;
  const marked = lines.map((one) => {
    const match = /^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})(.*)$/.exec(one.text);
    const mark = match?.[1] ?? '';
    const info = match?.[2] ?? '';
    if (fence === null) {
      if (match && !(mark.startsWith('`') && info.includes('`'))) {
        fence = mark;
        return { ...one, isCode: true };
      }
      return one.isCode ? { ...one, isCode: false } : one;
    }
    if (match && mark[0] === fence[0] && mark.length >= fence.length && info.trim() === '') fence = null;
    return { ...one, isCode: true };
  });
  return { lines: marked, fence };
}

/** Lines as text. */
export function toText(lines: readonly SourceLine[]): string {
  return lines.map(({ text }) => text).join('\n');
}

/**
 * Changes text outside code, paragraph by paragraph, so that what goes on over a line end is seen whole. `change` gets a
 * paragraph and a function that tells the line of an offset in it.
 */
export function mapParagraphs(
  lines: readonly SourceLine[],
  change: (text: string, lineAt: (offset: number) => number) => string,
): readonly SourceLine[] {
  const result: SourceLine[] = [];
  let run: SourceLine[] = [];
  const flush = () => {
    if (run.length === 0) return;
    const numbers = run.map(({ line }) => line);
    const text = toText(run);
    const lineAt = (offset: number) => numbers[text.slice(0, offset).split('\n').length - 1] ?? 1;
    const changed = change(text, lineAt).split('\n');
    result.push(
      ...changed.map((one, i) => ({ text: one, line: numbers[i] ?? numbers.at(-1) ?? 1, isCode: false })),
    );
    run = [];
  };
  for (const one of lines) {
    if (!one.isCode && one.text.trim() !== '') {
      run.push(one);
      continue;
    }
    flush();
    result.push(one);
  }
  flush();
  return result;
}

/** Changes what stands outside `code spans` of a paragraph; `offset` is the part's place in it. */
export function outsideCodeSpans(text: string, change: (part: string, offset: number) => string): string {
  const runs = [...text.matchAll(/`+/g)].map((match) => ({ at: match.index, length: match[0].length }));
  let result = '';
  let last = 0;
  for (const [i, { at, length }] of runs.entries()) {
    if (at < last) continue;
    const close = runs.slice(i + 1, i + 200).find((run) => run.length === length);
    if (!close) continue;
    const end = close.at + length;
    result += change(text.slice(last, at), last) + text.slice(at, end);
    last = end;
  }
  return result + change(text.slice(last), last);
}

/** Words of a text, for lengths. */
export function wordCount(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.,-]*/gu)?.length ?? 0;
}
