/** A sentence in a text, as offsets of its first character and behind its last one. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
}

/**
 * The sentences of Markdown, in order, without blanks at their ends; linear in its length. A sentence ends with a mark of its
 * end before a blank, but not before a small Latin letter (6 p.m. on Sunday); at a blank line; and before the next item of a
 * list, row of a table or line of a quote.
 */
export function sentencesOf(markdown: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  const endAt = (to: number): void => {
    const text = markdown.slice(from, to);
    const start = from + text.length - text.trimStart().length;
    const end = from + text.trimEnd().length;
    if (start < end) sentences.push({ start, end });
    from = to;
  };
  for (const { 0: text, index } of markdown.matchAll(MARKS)) {
    const next = index + text.length;
    if (text.startsWith('\n') ? isApart(markdown, next) : isFollowedByBlank(markdown, next)) endAt(next);
  }
  endAt(markdown.length);
  return sentences;
}

/** Either a line's end with the next one's indentation, or marks of a sentence's end with what closes it. */
const MARKS = /\n[ \t]*|[.!?؟…]+["'”’)»*_]*/gu;

/** Whether a line is not the text of the line above going on. */
function isApart(markdown: string, at: number): boolean {
  ITEM.lastIndex = at;
  return markdown[at] === '\n' || ITEM.test(markdown);
}

const ITEM = /(?:[-*+]|\d{1,9}[.)])[ \t]|[|>]/y;

function isFollowedByBlank(markdown: string, at: number): boolean {
  BLANKS.lastIndex = at;
  return BLANKS.test(markdown) && !/[a-z]/.test(markdown[BLANKS.lastIndex] ?? '');
}

const BLANKS = /\s+/y;
