import { readFile } from 'node:fs/promises';
import type { Question } from './question.ts';

/**
 * The questions of a file: one in each line, or a JSON list of texts and of objects with `question`, `locale`, `context` and
 * `asOf`, of which all but the first may be left out. What is wrong comes back as a sentence that names the place.
 */
export async function readQuestions(
  file: string,
  defaults: { readonly locale: string; readonly asOf: string | null },
): Promise<readonly Question[] | string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    return `${file} cannot be read as UTF-8 text: ${(error as Error).message}`;
  }
  const plain = { ...defaults, context: {} };
  if (!text.trimStart().startsWith('[')) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length === 0) return `${file} has no question; expected one in each line, or a JSON list.`;
    return lines.map((question) => ({ ...plain, question }));
  }
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return `${file} is no JSON: ${(error as Error).message}`;
  }
  if (!Array.isArray(list) || list.length === 0)
    return `${file}: expected a list of questions, found ${Array.isArray(list) ? 'an empty one' : typeof list}.`;
  const read = list.map((one, at) => questionOf(one, plain, `${file}, question ${at + 1}`));
  const wrong = read.find((one) => typeof one === 'string');
  return wrong ?? read.filter((one) => typeof one !== 'string');
}

function questionOf(value: unknown, plain: Omit<Question, 'question'>, place: string): Question | string {
  if (typeof value === 'string') return { ...plain, question: value };
  if (!isObject(value)) return `${place}: expected a text or an object, found ${JSON.stringify(value)}.`;
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return `${place}: expected ${FIELDS.join(', ')}, found ${unknown}.`;
  const { question, locale = plain.locale, context = {}, asOf = plain.asOf } = value;
  if (typeof question !== 'string') return `${place}: expected a question as text.`;
  if (typeof locale !== 'string') return `${place}: expected locale as text, like en.`;
  if (asOf !== null && !isDate(asOf)) return `${place}: expected asOf like 2026-12-31, found ${asOf}.`;
  if (!isTexts(context)) return `${place}: expected context like {"region": "EU"}.`;
  return { question, locale, context, asOf };
}

const FIELDS: readonly string[] = ['question', 'locale', 'context', 'asOf'];

/** Whether a value is a day that exists, written like `2026-12-31`. */
export function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
}
