import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { OutOfScope } from './article.ts';
import { limits } from './limits.ts';
import type { SiteLocales } from './local-text.ts';
import { localText, localTextInput } from './local-text.ts';
import { wordKey } from './local-words.ts';
import type { ReadFile } from './read-site.ts';
import { lineOf, readYaml, shown } from './read-yaml.ts';
import { oneLine } from './value-schemas.ts';

/**
 * Reads content/out-of-scope.yaml: questions that are politely not answered, in the file's order. Whether an article claims
 * one of them is checked against all the others (checkContent). Errors: yaml-invalid, key-unknown, value-invalid, with lines.
 */
export function readOutOfScope(
  text: string,
  file: string,
  site: SiteLocales | null,
): ReadFile<readonly OutOfScope[]> {
  const read = readYaml(text, outOfScopeSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const errors: AppError[] = [];
  const report = (path: readonly string[], expected: string, found: string): void => {
    errors.push(
      new AppError('value-invalid', {
        message: `\`${shown(path.join('.'))}\` is not of the expected form.`,
        place: { file, line: lineOf(read.lines, path) },
        expected,
        found: shown(found),
      }),
    );
  };
  const claimed = new Set<string>();
  const value = read.value.map(({ questions, reply }, index): OutOfScope => {
    const at = [String(index), 'questions'];
    const byLocale = Object.entries(questions).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [locale, list] of byLocale) {
      if (site && !site.locales.includes(locale))
        report([...at, locale], `a locale of the site: ${site.locales.join(', ')}`, locale);
      for (const [place, question] of list.entries()) {
        const key = `${locale} ${wordKey(question)}`;
        if (claimed.has(key)) report([...at, locale, String(place)], 'each question once', question);
        claimed.add(key);
      }
    }
    return {
      questions: Object.fromEntries(
        byLocale.map(([locale, list]) => [
          locale,
          list.map((question, place) => ({
            text: question,
            line: lineOf(read.lines, [...at, locale, String(place)]),
          })),
        ]),
      ),
      reply:
        reply === undefined
          ? null
          : localText(reply, site, (path, expected, found) =>
              report([String(index), 'reply', ...path], expected, found),
            ),
    };
  });
  return errors.length > 0 ? { value: null, errors } : { value, errors: [] };
}

const mostQuestions = 1_000;
const questionsForm = `a map of lists of 1 to ${mostQuestions} questions by locale`;

const entry = z.strictObject(
  {
    questions: z
      .record(
        z.string(),
        z
          .array(oneLine(1, limits.questionLength), { error: questionsForm })
          .min(1, { error: questionsForm })
          .max(mostQuestions, { error: questionsForm }),
        { error: questionsForm },
      )
      .refine((map) => Object.keys(map).length > 0, { error: questionsForm }),
    reply: localTextInput(300).optional(),
  },
  { error: 'a map with questions and reply' },
);

const outOfScopeSchema = z.union(
  [
    z.null().transform((): z.infer<typeof entry>[] => []),
    z.array(entry, { error: 'a list of entries' }).max(10_000, { error: 'at most 10000 entries' }),
  ],
  { error: 'a list of entries with questions and reply' },
);
