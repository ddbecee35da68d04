import { z } from 'zod';
import { AppError } from '../errors.ts';
import { limits } from './limits.ts';
import { acceptancesInput } from './read-acceptances.ts';
import { type ReadYaml, readYaml, shown } from './read-yaml.ts';
import { reviewRuleInput } from './review.ts';
import { articleId, calendarDate, oneLine, oneOrMany, slug } from './value-schemas.ts';

/** A file parted by hand at its two `---` lines. `bodyLine` is the line of the body's first line. */
export interface SplitFile {
  readonly frontMatter: string;
  readonly body: string;
  readonly bodyLine: number;
}

/**
 * Parts an article's file into front matter and body. Errors: front-matter-missing where the file does not begin with a
 * line `---` or no second one follows, front-matter-too-large over 16 kB.
 */
export function splitFrontMatter(text: string, file: string): SplitFile {
  const lines = text.split('\n');
  const first = lines[0] ?? '';
  if (!isFence(first)) {
    throw new AppError('front-matter-missing', {
      place: { file, line: 1 },
      expected: 'a first line ---',
      found: text.trim() === '' ? 'an empty file' : shown(first) || 'a blank line',
    });
  }
  const close = lines.findIndex((line, i) => i > 0 && isFence(line));
  const frontMatter = lines.slice(1, close < 0 ? undefined : close).join('\n');
  const bytes = Buffer.byteLength(frontMatter);
  if (bytes > limits.frontMatterBytes) {
    throw new AppError('front-matter-too-large', {
      place: { file, line: 1 },
      expected: `at most ${limits.frontMatterBytes} bytes between two --- lines`,
      found: close < 0 ? 'no second --- line' : `${bytes} bytes`,
    });
  }
  if (close < 0) {
    throw new AppError('front-matter-missing', {
      place: { file, line: 1 },
      expected: 'a second line --- that ends the front matter',
      found: 'the end of the file',
    });
  }
  return { frontMatter, body: lines.slice(close + 1).join('\n'), bodyLine: close + 2 };
}

/** What an article's front matter says, checked. */
export type FrontMatter = z.infer<typeof frontMatterSchema>;

/** Reads front matter against its strict schema. Errors as of readYaml. */
export function readFrontMatter(text: string, file: string): ReadYaml<FrontMatter> {
  return readYaml(text, frontMatterSchema, { file, firstLine: 2 });
}

function isFence(line: string): boolean {
  return line.trimEnd() === '---';
}

const listOf = <T>(item: z.ZodType<T>, form: string, most: number) =>
  z
    .array(item, { error: form })
    .max(most, { error: `at most ${most}` })
    .refine(isUnique, { error: `${form}, each once` });

const frontMatterSchema = z.strictObject(
  {
    title: oneLine(1, limits.titleLength),
    questions: listOf(oneLine(1, limits.questionLength), 'a list of questions', limits.questions).optional(),
    audience: z.enum(['public', 'agent'], { error: 'public or agent' }).optional(),
    owner: slug,
    verified: calendarDate,
    review: reviewRuleInput.exactOptional(),
    effective: z
      .strictObject(
        { from: calendarDate.optional(), to: calendarDate.optional() },
        { error: 'a map with `from` and `to`, either may be left out' },
      )
      .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
        error: '`from` before `to` (the first day on which it no longer holds)',
      })
      .optional(),
    journey: slug.optional(),
    offers: listOf(slug, 'a list of offer ids', limits.references).optional(),
    supersedes: oneOrMany(articleId, 'an article id (category/slug) or a list of them').optional(),
    related: listOf(articleId, 'a list of article ids (category/slug)', limits.references).optional(),
    source: z
      .string({ error: 'at least 8 hexadecimal digits, in quotes' })
      .regex(/^[0-9a-f]{8,64}$/, { error: 'at least 8 hexadecimal digits, in quotes' })
      .optional(),
    accept: acceptancesInput,
  },
  { error: 'a map of keys' },
);

function isUnique(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}
