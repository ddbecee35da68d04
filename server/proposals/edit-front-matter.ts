import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  Scalar,
  stringify,
  type YAMLMap,
} from 'yaml';
import { decodeText } from '../articles/decode-text.ts';
import { type FrontMatter, readFrontMatter, splitFrontMatter } from '../articles/front-matter.ts';
import { AppError } from '../errors.ts';

/**
 * Adds a question to those of an article, behind the last. Everything else of the file stays to the byte: comments, order,
 * quoting, line ends, byte-order mark. `bytes` are the file's, the result is its text. Errors: those of the front matter,
 * question-duplicate where the article lists it already, edit-unsure where it cannot be done without touching anything else.
 */
export function addQuestion(bytes: Buffer, question: string, file: string): string {
  const wanted = question.trim().normalize('NFC');
  return edit(bytes, file, {
    apply: (front) => {
      if (front.value.questions?.includes(wanted))
        throw new AppError('question-duplicate', {
          message: 'The article lists this question already.',
          place: { file },
          expected: 'a question that the article does not list',
          found: wanted,
        });
      return insertQuestion(front, wanted, file);
    },
    expected: (before) => ({ ...before, questions: [...(before.questions ?? []), wanted] }),
  });
}

/** Sets the day on which an article was found true, in its front matter; as addQuestion. */
export function setVerified(bytes: Buffer, on: string, file: string): string {
  return edit(bytes, file, {
    apply: (front) => replaceVerified(front, on, file),
    expected: (before) => ({ ...before, verified: on }),
  });
}

/** A file as it is edited: lines with their ends, and where YAML finds what in its front matter. */
interface Front {
  readonly value: FrontMatter;
  /** All lines of the file, each with its end. */
  readonly lines: readonly string[];
  readonly map: YAMLMap;
  /** Line (index in `lines`) and column of an offset of the front matter. */
  readonly at: (offset: number) => { readonly line: number; readonly column: number };
}

type Splice = {
  readonly line: number;
  readonly column: number;
  readonly remove: number;
  readonly text: string;
};

interface Edit {
  readonly apply: (front: Front) => Splice;
  readonly expected: (before: FrontMatter) => FrontMatter;
}

function edit(bytes: Buffer, file: string, { apply, expected }: Edit): string {
  const before = readChecked(bytes, file);
  const text = bytes.toString('utf8');
  const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const close = lines.findIndex((line, i) => i > 0 && line.trimEnd() === '---');
  const source = lines.slice(1, close).map(withoutEnd).join('\n');
  const counter = new LineCounter();
  const { contents } = parseDocument(source, { lineCounter: counter, schema: 'core', uniqueKeys: false });
  if (!isMap(contents) || contents.flow === true) throw unsure(file, 1, 'front matter as one { } map');
  const {
    line,
    column,
    remove,
    text: inserted,
  } = apply({
    value: before.value,
    lines,
    map: contents,
    at: (offset) => {
      // The front matter's first line is the file's second.
      const { line, col } = counter.linePos(offset);
      return { line, column: col - 1 };
    },
  });
  const old = lines[line] ?? '';
  const edited = old.slice(0, column) + inserted + old.slice(column + remove);
  const result = [...lines.slice(0, line), edited, ...lines.slice(line + 1)].join('');
  const after = readChecked(Buffer.from(result, 'utf8'), file);
  if (after.body !== before.body || !isSame(after.value, expected(before.value)))
    throw unsure(file, line + 1, 'another meaning after the edit');
  return result;
}

/** Errors: those of a file that cannot be read as an article. */
function readChecked(bytes: Buffer, file: string): { readonly value: FrontMatter; readonly body: string } {
  const { frontMatter, body } = splitFrontMatter(decodeText(bytes, file), file);
  const { value, errors } = readFrontMatter(frontMatter, file);
  const [first] = errors;
  if (value !== null) return { value, body };
  throw first !== undefined && errors.length === 1
    ? first
    : new AppError(first?.code ?? 'value-invalid', {
        message: `${errors.length} errors in one file.`,
        place: { file },
        errors,
      });
}

function insertQuestion(front: Front, question: string, file: string): Splice {
  const { map, at } = front;
  const pair = pairOf(map, 'questions');
  if (pair === null) {
    const title = pairOf(map, 'title');
    const line = lastLineOf(front, title);
    const indent = ' '.repeat(keyColumn(front, title));
    return behind(front, line, [`${indent}questions:`, `${indent}  - ${asItem(question)}`]);
  }
  const { value: list } = pair;
  if (!isSeq(list)) throw unsure(file, at(offsetOf(pair.key)).line + 1, 'questions that are no list');
  const last = list.items.at(-1);
  if (list.flow === true) {
    const [start, end] = list.range ?? [0, 0];
    const place = at(last === undefined ? start + 1 : endOf(last));
    if (end === 0) throw unsure(file, place.line + 1, 'a list without an end');
    const text = `${last === undefined ? '' : ', '}${JSON.stringify(question)}`;
    return { ...place, remove: 0, text };
  }
  if (last === undefined) throw unsure(file, at(offsetOf(pair.key)).line + 1, 'an empty list');
  const first = at(list.range?.[0] ?? 0);
  const start = (front.lines[first.line] ?? '').slice(0, first.column);
  if (start.trim() !== '') throw unsure(file, first.line + 1, start.trim());
  return behind(front, at(Math.max(0, endOf(last) - 1)).line, [`${start}- ${asItem(question)}`]);
}

function replaceVerified(front: Front, on: string, file: string): Splice {
  const node = pairOf(front.map, 'verified')?.value;
  const line = front.at(offsetOf(node)).line + 1;
  if (!isScalar(node) || node.range === undefined || node.range === null)
    throw unsure(file, line, '`verified` that is no date');
  const quote = { [Scalar.QUOTE_DOUBLE]: '"', [Scalar.QUOTE_SINGLE]: "'", [Scalar.PLAIN]: '' }[
    String(node.type)
  ];
  const [start, end] = node.range;
  const [from, to] = [front.at(start), front.at(end)];
  if (quote === undefined || from.line !== to.line) throw unsure(file, line, '`verified` on several lines');
  return { ...from, remove: to.column - from.column, text: `${quote}${on}${quote}` };
}

/** New lines behind a line, with line ends like its own. */
function behind({ lines }: Front, line: number, added: readonly string[]): Splice {
  const own = lines[line] ?? '';
  const kept = withoutEnd(own);
  const end = own.slice(kept.length);
  return { line, column: own.length, remove: 0, text: added.map((each) => each + end).join('') };
}

function asItem(question: string): string {
  return stringify(question, { lineWidth: 0 }).trimEnd();
}

function pairOf(map: YAMLMap, name: string): Pair | null {
  return map.items.find(({ key }) => isScalar(key) && key.value === name) ?? null;
}

/** The line on which a key's value ends. */
function lastLineOf(front: Front, pair: Pair | null): number {
  return front.at(Math.max(0, endOf(pair?.value) - 1)).line;
}

function keyColumn(front: Front, pair: Pair | null): number {
  return front.at(offsetOf(pair?.key)).column;
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null;
}

function offsetOf(node: unknown): number {
  return (node as Ranged | null | undefined)?.range?.[0] ?? 0;
}

/** Where a value ends, before blanks and comments behind it. */
function endOf(node: unknown): number {
  return (node as Ranged | null | undefined)?.range?.[1] ?? 0;
}

function withoutEnd(line: string): string {
  return line.replace(/(?:\r\n|\r|\n)$/, '');
}

/** Front matter is plain data whose keys are in the schema's order, so its JSON tells whether two say the same. */
function isSame(a: FrontMatter, b: FrontMatter): boolean {
  const sorted = (value: FrontMatter): string =>
    JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return sorted(a) === sorted(b);
}

function unsure(file: string, line: number, found: string): AppError {
  return new AppError('edit-unsure', {
    place: { file, line },
    expected: 'front matter with one key on each line, and questions as a list',
    found,
    hint: 'Edit the file by hand.',
  });
}
