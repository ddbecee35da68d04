import { parse } from 'csv-parse/sync';
import { didYouMean } from '../did-you-mean.ts';
import { AppError } from '../errors.ts';
import { type Macro, type MacroFile, macroLimits, type SkippedMacro } from './macro.ts';
import { plainText } from './plain-text.ts';

type Column = 'id' | 'title' | 'body' | 'locale' | 'active';

/** Headers as help desks write them, in lower case, without marks. */
const headers: Readonly<Record<Column, readonly string[]>> = {
  id: ['id', 'macro id', 'key', 'code', 'number'],
  title: ['title', 'name', 'macro', 'macro title', 'subject'],
  body: [
    'body',
    'text',
    'comment',
    'reply',
    'message',
    'content',
    'comment value',
    'response',
    'canned response',
  ],
  locale: ['locale', 'language', 'lang'],
  active: ['active', 'enabled', 'status'],
};

/** A table of macros. Errors: macros-invalid. */
export function readMacroCsv(text: string, file: string): MacroFile {
  const rows = readRows(text, file);
  const [head, ...body] = rows;
  if (head === undefined) throw tableError(file, 1, 'a header and rows', 'nothing');
  const columns = findColumns(head, file);
  const macros: Macro[] = [];
  const skipped: SkippedMacro[] = [];
  const lines = new Map<string, number>();
  for (const { cells, line } of body) {
    const cell = (column: Column): string => cells[columns.get(column) ?? -1]?.trim() ?? '';
    if (cells.length > head.cells.length) {
      throw tableError(
        file,
        line,
        `${head.cells.length} cells, as in the header (a cell with a separator in it stands in quotes)`,
        `${cells.length} cells`,
      );
    }
    if (cells.every((one) => one.trim() === '')) continue;
    const [id, title] = [cell('id'), cell('title')];
    if (id === '' || title === '') {
      throw tableError(file, line, 'an id and a title', id === '' ? 'no id' : `no title for ${id}`);
    }
    const earlier = lines.get(id);
    if (earlier !== undefined) {
      throw tableError(file, line, 'each id once', `${id} again; first on line ${earlier}`);
    }
    lines.set(id, line);
    const said = plainText(cell('body'));
    if ([...said].length > macroLimits.textLength) {
      throw tableError(
        file,
        line,
        `a text of at most ${macroLimits.textLength} characters`,
        `${[...said].length} characters in ${id}`,
      );
    }
    const isInactive = /^(?:false|no|0|inactive|disabled)$/i.test(cell('active'));
    if (isInactive || said === '') {
      skipped.push({ id, title, at: line, why: isInactive ? 'inactive' : 'no-text' });
    } else macros.push({ id, title, text: said, locale: cell('locale') || null, at: line });
  }
  if (macros.length + skipped.length === 0)
    throw tableError(file, head.line, 'rows below the header', 'none');
  return { name: file, form: 'csv', macros, skipped };
}

interface Row {
  readonly cells: readonly string[];
  /** The file's line on which it begins. */
  readonly line: number;
}

function readRows(text: string, file: string): readonly Row[] {
  const firstLine = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const unquoted = firstLine.replace(/"(?:[^"]|"")*"/g, '');
  const delimiter = [',', ';', '\t'].reduce((most, mark) =>
    unquoted.split(mark).length > unquoted.split(most).length ? mark : most,
  );
  try {
    const parsed = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return parsed.map(({ record, info }) => ({
      cells: record,
      // csv-parse counts to the row's last line.
      line: Math.max(1, info.lines - record.join('').split('\n').length + 1),
    }));
  } catch (error) {
    const { lines, message } = error as { readonly lines?: number; readonly message: string };
    throw tableError(file, lines ?? 1, 'a CSV whose quotes open and close around whole cells', message);
  }
}

function findColumns({ cells, line }: Row, file: string): ReadonlyMap<Column, number> {
  const names = cells.map((cell) => cell.toLowerCase().replace(/[_-]+/g, ' ').replace(/[*:]/g, '').trim());
  const columns = new Map<Column, number>();
  for (const [column, known] of Object.entries(headers) as readonly [Column, readonly string[]][]) {
    const at = names.findIndex((name) => known.includes(name));
    if (at >= 0) columns.set(column, at);
  }
  for (const column of ['id', 'title', 'body'] as const) {
    if (columns.has(column)) continue;
    const meant = names.find((name) => didYouMean(name, headers[column]) !== null);
    throw new AppError('macros-invalid', {
      message: 'The table lacks a column.',
      place: { file, line },
      expected: `a header with id, title and body; ${column} may be called ${headers[column].join(', ')}`,
      found: names.join(', '),
      ...(meant === undefined ? {} : { hint: `Is \`${meant}\` the ${column}?` }),
    });
  }
  return columns;
}

function tableError(file: string, line: number, expected: string, found: string): AppError {
  return new AppError('macros-invalid', { place: { file, line }, expected, found });
}
