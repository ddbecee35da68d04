import { z } from 'zod';
import { didYouMean } from '../did-you-mean.ts';
import { AppError } from '../errors.ts';
import type { GoldenExpectation, GoldenQuestion, GoldenTarget, Site } from './article.ts';
import { limits } from './limits.ts';
import type { ReadFile } from './read-site.ts';
import { type Lines, lineOf, readYaml, shown } from './read-yaml.ts';
import { calendarDate, dimensionValue, oneLine, slug } from './value-schemas.ts';

/**
 * Reads golden questions, of content/golden.yaml or of any file in its form, in the file's order. Whether the expected
 * articles and sections exist is checked against all the others (checkGolden). `site` is null where site.yaml could not
 * be read; locales and contexts are then not checked. Errors: yaml-invalid, key-unknown, value-invalid, with their lines.
 */
export function readGolden(
  text: string,
  file: string,
  site: Pick<Site, 'locales' | 'dimensions'> | null,
): ReadFile<readonly GoldenQuestion[]> {
  const read = readYaml(text, goldenSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const reading: Reading = { file, lines: read.lines, errors: [] };
  const golden = read.value.map((input, index) => readQuestion(input, index, reading));
  if (site) checkAgainstSite(golden, site, reading);
  checkTwice(golden, reading);
  return reading.errors.length > 0 ? { value: null, errors: reading.errors } : { value: golden, errors: [] };
}

interface Reading {
  readonly file: string;
  readonly lines: Lines;
  readonly errors: AppError[];
}

const asTyped = `text of 1 to ${limits.askedLength} characters (in quotes where it looks like a number or a date)`;

const question = z
  .string({ error: asTyped })
  .transform((text) => text.trim())
  .refine((text) => text.length > 0 && [...text].length <= limits.askedLength, { error: asTyped })
  .refine((text) => !/[^\P{Cc}\n\t]/u.test(text), { error: `${asTyped}, without control characters` });

const targetForm = 'an article, `category/slug`, or a section of it, `category/slug#section`';
const targetPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*(?:#[^\s#]{1,150})?$/;
const target = z.string({ error: targetForm }).regex(targetPattern, { error: targetForm });
const targets = z
  .array(target, { error: `a list: ${targetForm}` })
  .min(1, { error: 'at least one article' })
  .max(20, { error: 'at most 20 articles' });

const expectForm = `${targetForm}, a list of such, \`no_answer\`, or \`{ clarify: [...] }\``;
const expectation = z.union(
  [
    z.string().refine((text) => text === 'no_answer' || targetPattern.test(text), { error: expectForm }),
    targets,
    z.strictObject({ clarify: targets }, { error: 'a map with clarify' }),
  ],
  { error: expectForm },
);

const questionSchema = z.strictObject(
  {
    question,
    locale: slug,
    context: z.record(slug, dimensionValue, { error: 'a map of dimensions' }).optional(),
    asOf: calendarDate.optional(),
    expect: expectation,
    why: oneLine(1, 300),
    tags: z.array(slug, { error: 'a list of words' }).max(20, { error: 'at most 20 words' }).optional(),
  },
  { error: 'a map with question, locale, context, asOf, expect, why, tags' },
);

const goldenSchema = z.union(
  [
    z.null().transform((): z.infer<typeof questionSchema>[] => []),
    z
      .array(questionSchema, { error: 'a list of questions' })
      .max(10_000, { error: 'at most 10000 questions' }),
  ],
  { error: 'a list of questions' },
);

function readQuestion(
  input: z.infer<typeof questionSchema>,
  index: number,
  { file, lines }: Reading,
): GoldenQuestion {
  const at = [String(index)];
  return {
    question: input.question,
    locale: input.locale,
    context: Object.fromEntries(Object.entries(input.context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
    asOf: input.asOf ?? null,
    expect: readExpectation(input.expect, [...at, 'expect'], lines),
    why: input.why,
    tags: input.tags ?? [],
    file,
    line: lineOf(lines, at),
  };
}

function readExpectation(
  input: z.infer<typeof expectation>,
  path: readonly string[],
  lines: Lines,
): GoldenExpectation {
  const listed = (names: readonly string[], below: readonly string[]): readonly GoldenTarget[] =>
    names.map((name, index) => {
      const [articleId = '', section = null] = name.split('#');
      return { articleId, section, line: lineOf(lines, [...below, String(index)]) };
    });
  if (input === 'no_answer') return { status: 'no_answer' };
  if (typeof input === 'string') return { status: 'answered', anyOf: listed([input], path) };
  if (Array.isArray(input)) return { status: 'answered', anyOf: listed(input, path) };
  return { status: 'clarify', anyOf: listed(input.clarify, [...path, 'clarify']) };
}

function checkAgainstSite(
  golden: readonly GoldenQuestion[],
  { locales, dimensions }: Pick<Site, 'locales' | 'dimensions'>,
  { file, lines, errors }: Reading,
): void {
  const report = (path: readonly string[], message: string, found: string, known: readonly string[]) => {
    const meant = didYouMean(found, known);
    errors.push(
      new AppError('value-invalid', {
        message,
        place: { file, line: lineOf(lines, path) },
        expected: known.join(', ') || 'none: site.yaml declares no dimension',
        found: shown(found),
        ...(meant === null ? {} : { hint: `Did you mean \`${meant}\`?` }),
      }),
    );
  };
  for (const [index, { locale, context }] of golden.entries()) {
    const at = String(index);
    if (!locales.includes(locale)) {
      report([at, 'locale'], 'A question is asked in a locale that the site does not have.', locale, locales);
    }
    for (const [id, value] of Object.entries(context)) {
      const path = [at, 'context', id];
      const dimension = dimensions.find((each) => each.id === id);
      const values = dimension?.values.map((each) => each.id) ?? [];
      if (!dimension) {
        const known = dimensions.map((each) => each.id);
        report(path, 'The context names a dimension that the site does not have.', id, known);
      } else if (!values.includes(value)) {
        report(path, `The context has a value that ${id} cannot have.`, value, values);
      }
    }
  }
}

/** The same ask twice would count twice, or contradict itself. */
function checkTwice(golden: readonly GoldenQuestion[], { file, errors }: Reading): void {
  const lines = new Map<string, number>();
  for (const { question: asked, locale, context, asOf, line } of golden) {
    const key = JSON.stringify([asked, locale, context, asOf]);
    const earlier = lines.get(key);
    if (earlier === undefined) {
      lines.set(key, line);
      continue;
    }
    errors.push(
      new AppError('value-invalid', {
        message: 'A question stands here twice.',
        place: { file, line },
        expected: 'each question once in its locale, context and date',
        found: `"${shown(asked)}" again; first on line ${earlier}`,
      }),
    );
  }
}
