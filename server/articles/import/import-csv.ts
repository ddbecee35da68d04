import { parse } from 'csv-parse/sync';
import { limits } from '../limits.ts';
import { assembleImport, type CheckImport, hasWords, type ImportResult } from './assemble-import.ts';
import { type Draft, type ImportOptions, shapeBody, shapeQuestion, shapeTitle } from './draft.ts';
import { toSlug, toWords } from './import-names.ts';
import type { ImportNotice } from './source-line.ts';
import { readSourceText } from './source-text.ts';

/**
 * Turns a CSV of questions and answers into articles. Columns are found by their names, in any order; without a header they
 * are question, answer, category, locale. Rows with the same answer, or several questions in one cell, are one article: the
 * first question is its title, the others its variants. Rows in another locale need an `id` column that says which article
 * they translate.
 */
export function importCsv(
  file: { readonly name: string; readonly bytes: Uint8Array },
  options: ImportOptions,
  check: CheckImport,
): ImportResult {
  const notices: ImportNotice[] = [];
  const leftOut: ImportResult['leftOut'][number][] = [];
  const report = (line: number, what: string, instead: string) => {
    notices.push({ file: file.name, line, what, instead });
  };
  const leaveOut = (line: number, why: string) => leftOut.push({ file: file.name, line, why });
  const text = readSourceText(file.bytes, report);
  if (text === null || text.trim() === '') {
    leaveOut(1, text === null ? 'a binary file' : 'an empty file');
    return { files: [], notices, leftOut, categories: [] };
  }
  const rows = readRows(text, leaveOut);
  const { columns, body } = findColumns(rows, report);
  const entries = body.flatMap((row) => readEntry(row, columns, options, { report, leaveOut }));
  const drafts = draftsOf(entries, file.name, options, { report, leaveOut });
  const result = assembleImport(drafts, options, notices, check);
  return { ...result, leftOut: [...leftOut, ...result.leftOut].sort((a, b) => a.line - b.line) };
}

interface Row {
  readonly cells: readonly string[];
  /** The file's line on which the row begins. */
  readonly line: number;
}

interface Said {
  readonly report: (line: number, what: string, instead: string) => void;
  readonly leaveOut: (line: number, why: string) => void;
}

/** Rows by the delimiter that the first line has most of; rows that cannot be read are left out, the others stay. */
function readRows(text: string, leaveOut: Said['leaveOut']): readonly Row[] {
  const firstLine = text.split('\n').find((line) => line.trim() !== '') ?? '';
  const unquoted = firstLine.replace(/"(?:[^"]|"")*"/g, '');
  const counts = [',', ';', '\t', '|'].map((mark) => ({ mark, count: unquoted.split(mark).length - 1 }));
  const delimiter = counts.reduce((most, one) => (one.count > most.count ? one : most)).mark;
  const read = (isStrict: boolean): readonly Row[] => {
    const parsed = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: !isStrict,
      skip_empty_lines: true,
      trim: false,
    }) as unknown as readonly ParsedRow[];
    return parsed.map(({ record, info }) => {
      const breaks = record.join('').split('\n').length - 1;
      return { cells: record.map((cell) => cell.trim()), line: Math.max(1, info.lines - breaks) };
    });
  };
  try {
    return read(true);
  } catch {
    try {
      return read(false);
    } catch (error) {
      leaveOut(
        1,
        `a table that cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`,
      );
      return [];
    }
  }
}

/** What csv-parse gives with `info`. */
interface ParsedRow {
  readonly record: readonly string[];
  /** `lines`: the file's line on which the row ends. */
  readonly info: { readonly lines: number };
}

type Column = 'question' | 'answer' | 'variants' | 'category' | 'locale' | 'id' | 'audience';

/** Names of columns, as people write them, without marks and letter case. */
const columnNames: Readonly<Record<Column, RegExp>> = {
  question:
    /^(?:questions?|q|title|ask|prompt|faq|frage|pregunta|question text|שאלה|שאלות|سوال|پرسش|soalan|pertanyaan)$/,
  answer:
    /^(?:answers?|a|response|reply|text|content|body|solution|antwort|respuesta|réponse|answer text|תשובה|תשובות|جواب|پاسخ|jawapan)$/,
  variants:
    /^(?:variants?|alternatives?|alternate questions?|other questions?|also asked|similar questions?|phrasings?|utterances?|synonyms|ניסוחים)$/,
  category:
    /^(?:categor(?:y|ies)|topic|section|group|area|subject|theme|kategorie|categoría|קטגוריה|נושא|دسته|دسته بندی|kategori)$/,
  locale: /^(?:locale|language|lang|sprache|idioma|שפה|زبان|bahasa)$/,
  id: /^(?:id|key|slug|article|identifier|ref)$/,
  audience: /^(?:audience|visibility|access)$/,
};

function findColumns(
  rows: readonly Row[],
  report: Said['report'],
): { readonly columns: ReadonlyMap<Column, readonly number[]>; readonly body: readonly Row[] } {
  const [head, ...rest] = rows;
  if (!head) return { columns: new Map(), body: [] };
  const names = head.cells.map((cell) =>
    cell
      .normalize('NFC')
      .toLowerCase()
      .replace(/[_-]+/g, ' ')
      .replace(/[*:?]/g, '')
      .replace(/ ?\d+$/, '')
      .trim(),
  );
  const entries = Object.entries(columnNames) as readonly [Column, RegExp][];
  const columns = new Map(
    entries.map(
      ([column, pattern]) => [column, names.flatMap((name, i) => (pattern.test(name) ? [i] : []))] as const,
    ),
  );
  if ((columns.get('question')?.length ?? 0) > 0 && (columns.get('answer')?.length ?? 0) > 0) {
    const used = new Set([...columns.values()].flat());
    for (const [i, cell] of head.cells.entries()) {
      if (!used.has(i) && cell !== '') report(head.line, `the column \`${cell}\``, 'nothing');
    }
    return { columns, body: rest };
  }
  report(
    head.line,
    'a table without a header that names question and answer',
    'columns in the order question, answer, category, locale',
  );
  const inOrder: readonly Column[] = ['question', 'answer', 'category', 'locale'];
  return { columns: new Map(inOrder.map((column, i) => [column, [i]])), body: rows };
}

interface Entry {
  readonly line: number;
  readonly questions: readonly string[];
  readonly answer: string;
  readonly category: string;
  readonly locale: string;
  readonly id: string | null;
  readonly audience: 'public' | 'agent';
}

function readEntry(
  { cells, line }: Row,
  columns: ReadonlyMap<Column, readonly number[]>,
  options: ImportOptions,
  { report, leaveOut }: Said,
): readonly Entry[] {
  const texts = (column: Column) =>
    (columns.get(column) ?? []).map((i) => cells[i] ?? '').filter((cell) => cell !== '');
  const said = [...texts('question'), ...texts('variants')].flatMap(partQuestions);
  const questions = said
    .map((question) => shapeQuestion(question, limits.questionLength))
    .filter((question) => /[\p{L}\p{N}]/u.test(question));
  const answer = texts('answer').join('\n\n');
  if (questions.length === 0 || answer === '') {
    if (cells.some((cell) => cell !== ''))
      leaveOut(line, answer === '' ? 'a row without an answer' : 'a row without a question');
    return [];
  }
  for (const question of said) {
    if ([...question].length > limits.questionLength)
      report(line, `a question of ${[...question].length} characters`, 'its beginning');
  }
  const [audience = ''] = texts('audience');
  const isPublic =
    audience === '' ? options.audience === 'public' : /^(?:public|everyone|all|customers?)$/i.test(audience);
  if (audience !== '' && !isPublic && options.audience === 'public')
    report(line, `the audience ${audience}`, 'an article for agents only');
  return [
    {
      line,
      questions,
      answer,
      category: texts('category')[0] ?? '',
      locale: (texts('locale')[0] ?? options.locale).toLowerCase().replace('_', '-'),
      id: texts('id')[0] ?? null,
      audience: isPublic && options.audience === 'public' ? 'public' : 'agent',
    },
  ];
}

/** Several questions in one cell: by line, by bar, or one after another with a question mark each before a semicolon. */
function partQuestions(cell: string): readonly string[] {
  return cell
    .split(/\n|\s\|\s|(?<=[?؟])\s*[;/]\s*/)
    .map((part) => part.replace(/^\s*(?:[-*•]|\d{1,2}[.)]|Q:)\s+/i, '').trim())
    .filter((part) => part !== '');
}

function draftsOf(
  entries: readonly Entry[],
  file: string,
  options: ImportOptions,
  said: Said,
): readonly Draft[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    // Rows with one answer are one article; so are rows of one id in one locale.
    const sameAnswer = entry.answer.replace(/\s+/g, ' ').toLowerCase();
    const key = `${entry.locale} ${entry.audience} ${entry.id ?? `${entry.category.toLowerCase()} ${sameAnswer}`}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const slugs = slugsById([...groups.values()], options.locale);
  const claimed = new Map<string, number>();
  return [...groups.values()].flatMap((group): readonly Draft[] => {
    const [first] = group;
    if (!first) return [];
    const isTranslation = first.locale !== options.locale;
    const place = first.id === null ? null : slugs.get(first.id);
    if (isTranslation && !place) {
      said.leaveOut(first.line, `a row in ${first.locale} that no id joins to a row in ${options.locale}`);
      return [];
    }
    for (const other of group.slice(1)) {
      if (other.answer !== first.answer && other.id !== null)
        said.leaveOut(other.line, `another answer of ${other.id}, which line ${first.line} gives`);
    }
    const questions = [...new Set(group.flatMap((entry) => entry.questions))].filter((question) => {
      const key = `${first.locale} ${question
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()}`;
      const before = claimed.get(key);
      if (before === undefined) claimed.set(key, first.line);
      else if (before !== first.line)
        said.report(first.line, `the question “${question}”`, `nothing: line ${before} answers it already`);
      return before === undefined;
    });
    const [title, ...variants] = questions;
    if (title === undefined) {
      said.leaveOut(first.line, 'a row whose every question has another answer above');
      return [];
    }
    const report = (line: number, what: string, instead: string) => said.report(line, what, instead);
    const source = {
      path: file,
      firstLine: first.line,
      title: null,
      find: () => null,
      variables: options.variables,
    };
    const shaped = shapeBody(markdownOf(first.answer), source, report);
    if (!hasWords(shaped.lines)) {
      said.leaveOut(first.line, 'a row without an answer');
      return [];
    }
    const category = first.category === '' ? 'General' : first.category;
    return [
      {
        key: `${file}:${first.line}`,
        file,
        line: first.line,
        locale: first.locale,
        category: options.category ?? place?.category ?? toSlug(category, 'topic'),
        categoryTitle:
          (options.category === null ? shapeTitle(category).slice(0, 80) : toWords(options.category)) ||
          'General',
        slug: place?.slug ?? toSlug(title, 'article'),
        title: shapeTitle(title),
        questions: [...([...title].length > limits.titleLength ? [title] : []), ...variants].slice(
          0,
          limits.questions,
        ),
        audience: first.audience,
        verified: options.verified,
        effective: { from: null, to: null },
        addresses: [],
        shaped,
      },
    ];
  });
}

/** Place of the article of each id: by its row in the default locale. */
function slugsById(
  groups: readonly (readonly Entry[])[],
  locale: string,
): ReadonlyMap<string, { readonly category: string; readonly slug: string }> {
  const taken = new Set<string>();
  return new Map(
    groups.flatMap(([first]) => {
      if (!first || first.id === null || first.locale !== locale) return [];
      const category = toSlug(first.category === '' ? 'General' : first.category, 'topic');
      const isWord = /^[a-z]{3,}(?:-[a-z0-9]+)*$/i.test(first.id);
      const slug = toSlug(isWord ? first.id : (first.questions[0] ?? first.id), 'article');
      const free = taken.has(`${category}/${slug}`) ? toSlug(`${slug}-${first.id}`, 'article') : slug;
      taken.add(`${category}/${free}`);
      return [[first.id, { category, slug: free }] as const];
    }),
  );
}

/** An answer's single line ends are meant, but for those in the middle of a sentence: each begins a paragraph. */
function markdownOf(answer: string): string {
  const isMarkdown =
    /^(?:#{1,6} |[-*+] |\d{1,9}[.)] |>|\||`{3})/m.test(answer) || /<\/?[a-z]+[^>]*>/i.test(answer);
  return isMarkdown ? answer : answer.replace(/(?<!\n)\n(?!\n|\p{Ll})|(?<=[.!?:;])\n(?=\p{Ll})/gu, '\n\n');
}
