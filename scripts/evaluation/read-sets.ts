import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../server/errors.ts';
import type { LabelledQuestion } from './labelled-question.ts';

/** A labelled set: articles, questions, and which article answers which. */
export interface EvaluationSet {
  /** Its folder's name. */
  readonly name: string;
  /** The language of most of its articles. */
  readonly locale: string;
  readonly articles: readonly SetArticle[];
  readonly questions: readonly LabelledQuestion[];
}

export interface SetArticle {
  readonly id: string;
  readonly title: string;
  readonly questions: readonly string[];
  /** Plain text; may be empty. */
  readonly body: string;
}

/**
 * Reads every set below a folder (or the folder itself where it is one), sorted by name: `corpus.jsonl`, `queries.jsonl`
 * and `qrels.tsv`, grades above 0 being right. A byte order mark, CRLF and blank lines are allowed, and so is a first line
 * of qrels.tsv that names its columns. Errors: usage-invalid, naming file and line.
 */
export async function readSets(directory: string): Promise<readonly EvaluationSet[]> {
  const folders = [directory, ...(await foldersOf(directory))];
  const sets = await Promise.all(folders.map(readSet));
  const found = sets.filter((set) => set !== null);
  if (found.length > 0) return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  throw new AppError('usage-invalid', {
    message: 'There is no set of labelled questions there.',
    expected: 'a folder, or a folder of folders, with corpus.jsonl, queries.jsonl and qrels.tsv',
    found: directory,
  });
}

const articleSchema = z.object({
  id: z.string().min(1),
  title: z.string(),
  questions: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  lang: z.string().min(1).nullish(),
});
const questionSchema = z.object({ id: z.string().min(1), text: z.string(), answerable: z.boolean() });

/** The language of articles that do not say theirs. */
const DEFAULT_LANGUAGE = 'en';

async function foldersOf(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map((entry) => join(directory, entry.name));
  } catch (cause) {
    throw new AppError('usage-invalid', {
      message: 'The folder of sets cannot be read.',
      expected: 'a folder',
      found: directory,
      cause,
    });
  }
}

interface Line {
  readonly file: string;
  /** From 1, blank lines counted. */
  readonly number: number;
  readonly text: string;
}

/** Null where the folder is no set. */
async function readSet(folder: string): Promise<EvaluationSet | null> {
  const corpus = await linesOf(join(folder, 'corpus.jsonl'));
  const queries = await linesOf(join(folder, 'queries.jsonl'));
  const judged = await linesOf(join(folder, 'qrels.tsv'));
  if (corpus === null || queries === null || judged === null) return null;
  const grades = gradesOf(judged);
  const articles = eachOnce(corpus, articleSchema);
  const questions = eachOnce(queries, questionSchema).map(({ id, text, answerable }): LabelledQuestion => {
    const known = grades.get(id) ?? new Map<string, number>();
    return {
      id,
      text,
      isAnswerable: answerable,
      isVague: false,
      grades: known,
      right: new Set(known.keys()),
      sections: new Set(),
      context: null,
      asOf: null,
    };
  });
  return {
    name: basename(resolve(folder)),
    locale: commonest(articles.map(({ lang }) => lang ?? DEFAULT_LANGUAGE)) ?? DEFAULT_LANGUAGE,
    articles: articles.map(({ id, title, questions: variants, body }) => ({
      id,
      title,
      questions: variants ?? [],
      body: body ?? '',
    })),
    questions,
  };
}

/** Question id → article id → grade above 0. */
function gradesOf(lines: readonly Line[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const grades = new Map<string, Map<string, number>>();
  lines.forEach((line, at) => {
    const [question = '', article = '', grade = ''] = line.text.trimEnd().split('\t');
    const value = grade.trim() === '' ? Number.NaN : Number(grade);
    if (Number.isNaN(value)) {
      if (at === 0) return;
      throw badLine(line, 'a question id, an article id and a grade, with tabs between them');
    }
    if (value > 0) grades.set(question, (grades.get(question) ?? new Map()).set(article, value));
  });
  return grades;
}

async function linesOf(file: string): Promise<readonly Line[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return null;
    throw new AppError('usage-invalid', {
      message: 'A file of a set cannot be read.',
      place: { file },
      expected: 'a file that may be read',
      found: (cause as Error).message,
      cause,
    });
  }
  return text
    .replace(/^\uFEFF/u, '')
    .split('\n')
    .map((line, at) => ({ file, number: at + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
}

/** One object a line, each id once. */
function eachOnce<T extends { readonly id: string }>(
  lines: readonly Line[],
  schema: z.ZodType<T>,
): readonly T[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const value = parseLine(schema, line);
    const earlier = seen.get(value.id);
    if (earlier !== undefined) throw badLine(line, `an id that is not on line ${earlier} already`);
    seen.set(value.id, line.number);
    return value;
  });
}

function parseLine<T>(schema: z.ZodType<T>, line: Line): T {
  let json: unknown;
  try {
    json = JSON.parse(line.text);
  } catch (cause) {
    throw badLine(line, 'one JSON object a line', cause);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw badLine(
    line,
    `one JSON object a line, with the fields of the set’s format${field === '' ? '' : `: ${field}: ${issue?.message}`}`,
    parsed.error,
  );
}

function badLine({ file, number, text }: Line, expected: string, cause?: unknown): AppError {
  return new AppError('usage-invalid', {
    message: 'A line of a set is not of the expected form.',
    place: { file, line: number },
    expected,
    found: text.trim().slice(0, 80),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The value that stands there most often; of equals the first in order. */
function commonest(values: readonly string[]): string | undefined {
  const counted = [...Map.groupBy(values, (value) => value)].map(([value, { length }]) => ({
    value,
    length,
  }));
  return counted.sort((a, b) => b.length - a.length || (a.value < b.value ? -1 : 1))[0]?.value;
}
