import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../server/errors.ts';

/** A labelled set: articles, questions, and which article answers which. */
export interface EvaluationSet {
  readonly name: string;
  readonly locale: string;
  readonly articles: readonly SetArticle[];
  readonly questions: readonly SetQuestion[];
}

export interface SetArticle {
  readonly id: string;
  readonly title: string;
  readonly questions: readonly string[];
  /** Plain text; may be empty. */
  readonly body: string;
}

export interface SetQuestion {
  readonly id: string;
  readonly text: string;
  /** Ids of the articles that answer it; empty where none does. */
  readonly right: ReadonlySet<string>;
  readonly isAnswerable: boolean;
}

/**
 * Reads every set below a folder (or the folder itself where it is one), sorted by name: `corpus.jsonl`, `queries.jsonl`
 * and `qrels.tsv`, grades above 0 being right. Errors: usage-invalid, naming file and line.
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
  questions: z.array(z.string()).default([]),
  body: z.string().default(''),
  lang: z.string().min(1),
});
const questionSchema = z.object({ id: z.string().min(1), text: z.string(), answerable: z.boolean() });

async function foldersOf(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(directory, entry.name));
  } catch (cause) {
    throw new AppError('usage-invalid', {
      message: 'The folder of sets cannot be read.',
      expected: 'a folder',
      found: directory,
      cause,
    });
  }
}

/** Null where the folder is no set. */
async function readSet(folder: string): Promise<EvaluationSet | null> {
  const corpus = await linesOf(join(folder, 'corpus.jsonl'));
  const queries = await linesOf(join(folder, 'queries.jsonl'));
  const grades = await linesOf(join(folder, 'qrels.tsv'));
  if (corpus === null || queries === null || grades === null) return null;
  const articles = corpus.map((line, at) => parseLine(articleSchema, line, join(folder, 'corpus.jsonl'), at));
  const right = new Map<string, Set<string>>();
  for (const line of grades) {
    const [question = '', article = '', grade = ''] = line.split('\t');
    if (Number(grade) > 0) right.set(question, (right.get(question) ?? new Set()).add(article));
  }
  const questions = queries.map((line, at) => {
    const { id, text, answerable } = parseLine(questionSchema, line, join(folder, 'queries.jsonl'), at);
    return { id, text, isAnswerable: answerable, right: right.get(id) ?? new Set<string>() };
  });
  const name = folder.split(/[\\/]/u).findLast((part) => part !== '') ?? folder;
  return { name, locale: articles[0]?.lang ?? 'en', articles, questions };
}

async function linesOf(file: string): Promise<readonly string[] | null> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseLine<T>(schema: z.ZodType<T>, line: string, file: string, at: number): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError('usage-invalid', {
      message: 'A line of a set is not of the expected form.',
      place: { file, line: at + 1 },
      expected: 'one JSON object a line, with the fields of the set’s format',
      found: line.slice(0, 80),
      cause,
    });
  }
}
