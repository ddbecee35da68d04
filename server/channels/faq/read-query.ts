import type { Context, Site } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';

/** Most characters (code points) of a question on a page; the API's limit too. */
export const questionLimit = 2_000;

type Query = Readonly<Record<string, unknown>>;

/**
 * One text parameter of an address, trimmed; null where it is missing or blank. Errors: invalid-request, where it is
 * given twice.
 */
export function readText(query: Query, name: string): string | null {
  const value = query[name];
  if (value === undefined) return null;
  if (typeof value !== 'string')
    throw new AppError('invalid-request', {
      message: 'A part of the address is given more than once.',
      field: name,
      expected: `${name} once`,
      found: `${name} more than once`,
    });
  const text = value.trim();
  return text === '' ? null : text;
}

/**
 * What the customer chose, from an address. A value that site.yaml does not declare, as in an old bookmark, counts as
 * not chosen: the page then asks again, instead of refusing its reader. Errors: invalid-request, where one is given twice.
 */
export function readContext(query: Query, site: Site): Context {
  const chosen = site.dimensions.flatMap(({ id, values }): readonly (readonly [string, string])[] => {
    const value = readText(query, id);
    return value !== null && values.some((declared) => declared.id === value) ? [[id, value]] : [];
  });
  return Object.fromEntries(chosen);
}

/** Whether a question is longer than anyone may ask. */
export function isTooLong(question: string): boolean {
  // A code point is one or two UTF-16 units, so most texts need no counting.
  return question.length > questionLimit && [...question].length > questionLimit;
}
