import type { Request } from 'express';
import type { z } from 'zod';
import type { Ask, BrowseAsk, PublicAnswerer } from '../../answers/answer.ts';
import { didYouMean } from '../../did-you-mean.ts';
import { AppError } from '../../errors.ts';
import { redact } from '../../feedback/redact.ts';
import type { AnswerRequestBody } from './schemas.ts';

/** What callers write for a field of ours, from other APIs. */
const otherNames: Readonly<Record<string, string>> = {
  query: 'question',
  q: 'question',
  text: 'question',
  message: 'question',
  prompt: 'question',
  input: 'question',
  id: 'answerId',
  previousId: 'previous',
  previousAnswerId: 'previous',
  followUpTo: 'previous',
  lang: 'locale',
  language: 'locale',
  date: 'asOf',
  sessionId: 'conversationId',
  session: 'conversationId',
  conversation: 'conversationId',
  customerId: 'customer',
  customerRef: 'customer',
  customerReference: 'customer',
  userId: 'customer',
  comment: 'sentence',
  rating: 'helpful',
  code: 'receipt',
  dimensions: 'context',
};

/** Most faults told at once. */
const mostFaults = 10;

const contextPrefix = 'context.';

/**
 * The body, parsed by its schema. Errors: unsupported-media-type for anything but JSON, invalid-request with field,
 * expected and found for everything else, all faults at once.
 */
export function readBody<T extends z.ZodObject>(request: Request, schema: T): z.infer<T> {
  const type = request.get('content-type');
  if (type !== undefined && !/^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i.test(type))
    throw new AppError('unsupported-media-type', { expected: 'application/json', found: shown(type) });
  if (request.body === undefined)
    throw new AppError('invalid-request', {
      field: 'body',
      message: 'The request has no JSON body.',
      expected: 'a JSON object, with Content-Type: application/json',
      found: 'nothing',
    });
  return parse(request.body, schema, Object.keys(schema.shape));
}

/**
 * The query, parsed by its schema. `context.<dimension>` keys become `context`, `limit` a number, `explain` a boolean. Errors: invalid-request
 * for a key that is unknown, there twice, or of another form; all faults at once.
 */
export function readQuery<T extends z.ZodObject>(request: Request, schema: T): z.infer<T> {
  const { searchParams } = new URL(request.originalUrl, 'http://localhost');
  const names = [...new Set(searchParams.keys())];
  const twice = names.filter((name) => searchParams.getAll(name).length > 1);
  if (twice.length > 0)
    throw together(
      twice.map((name) =>
        fault({
          field: shown(name),
          expected: 'once',
          found: `${searchParams.getAll(name).length} times`,
          message: `The query names ${shown(name)} more than once.`,
        }),
      ),
    );
  const context: [string, string][] = [];
  const fields: [string, unknown][] = [];
  for (const [name, value] of searchParams) {
    if (name === 'context') throw unknownField(name, queryNames(schema));
    if (name.startsWith(contextPrefix)) context.push([name.slice(contextPrefix.length), value]);
    else fields.push([name, typed(name, value)]);
  }
  if (context.length > 0) fields.push(['context', Object.fromEntries(context)]);
  return parse(Object.fromEntries(fields), schema, queryNames(schema));
}

/** A number or a boolean of a query, where it is written as one. */
function typed(name: string, value: string): unknown {
  if (name === 'limit' && /^\d{1,4}$/.test(value)) return Number(value);
  if (name === 'explain' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

/** An Ask of the body of POST /answer, checked against the site: its languages, dimensions and values. */
export function askOfBody(body: AnswerRequestBody, answerer: PublicAnswerer, now: Date): Ask {
  const question = body.question ?? null;
  const answerId = body.answerId ?? null;
  if ((question === null) === (answerId === null))
    throw new AppError('invalid-request', {
      field: 'question',
      message: 'Send either a question or an answer id.',
      expected: 'exactly one of question and answerId',
      found: question === null ? 'neither' : 'both',
    });
  const previous = body.previous ?? null;
  if (previous !== null && answerId !== null)
    throw new AppError('invalid-request', {
      field: 'previous',
      message: 'What is asked for by its id follows nothing.',
      expected: 'previous with a question only',
      found: 'previous with an answer id',
    });
  const explain = body.explain ?? false;
  return { question, answerId, previous, explain, ...browseAsk(body, answerer, now) };
}

/** Locale, context and day, checked against the site; the day defaults to today there. All faults at once. */
export function browseAsk(
  asked: {
    readonly locale?: string | null | undefined;
    readonly context?: Readonly<Record<string, string>> | null | undefined;
    readonly asOf?: string | null | undefined;
  },
  answerer: PublicAnswerer,
  now: Date,
): BrowseAsk {
  const errors: AppError[] = [];
  const checked = <T>(check: () => T, otherwise: T): T => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(...(error.errors.length > 0 ? error.errors : [error]));
      return otherwise;
    }
  };
  const locale = checked(() => answerer.checkLocale(asked.locale ?? null), '');
  const context = checked(() => answerer.checkContext(asked.context ?? {}), {});
  if (errors.length > 0) throw together(errors);
  return { locale, context, asOf: asked.asOf ?? answerer.today(now) };
}

/** The category asked for. Errors: invalid-request with the site's categories. */
export function checkCategory(category: string, answerer: PublicAnswerer): string {
  const known = answerer.site.categories.map(({ id }) => id);
  if (known.includes(category)) return category;
  throw fault({
    field: 'category',
    message: 'There is no such category.',
    expected: `one of ${known.join(', ')}`,
    found: shown(category),
    hint: hintFor(category, known),
  });
}

/** The names a query may use; a context is written as one name for each dimension. */
function queryNames(schema: z.ZodObject): readonly string[] {
  return Object.keys(schema.shape).map((name) => (name === 'context' ? `${contextPrefix}<dimension>` : name));
}

function parse<T extends z.ZodType>(value: unknown, schema: T, known: readonly string[]): z.infer<T> {
  const result = schema.safeParse(value);
  const faults = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => faultsOf(issue, value, known))),
    ...hiddenDimension(value),
  ];
  if (faults.length > 0 || !result.success) throw together(faults);
  return result.data;
}

/** A context named `__proto__`, which a record leaves out silently. */
function hiddenDimension(value: unknown): readonly AppError[] {
  const context = (value as { readonly context?: unknown } | null)?.context;
  if (typeof context !== 'object' || context === null || !Object.hasOwn(context, '__proto__')) return [];
  return [
    fault({
      field: 'context.__proto__',
      message: 'The context names a dimension that this site does not have.',
      expected: 'a dimension',
      found: '__proto__',
    }),
  ];
}

function faultsOf(issue: z.core.$ZodIssue, value: unknown, known: readonly string[]): readonly AppError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostFaults).map((key) => unknownField(key, known));
  }
  const field = path.length === 0 ? 'body' : path.join('.');
  return [
    fault({
      field,
      message: `${field} is not of the documented form.`,
      expected: issue.message,
      found: describe(at(value, issue.path), field),
    }),
  ];
}

function unknownField(key: string, known: readonly string[]): AppError {
  return fault({
    field: shown(key),
    message: `${shown(key)} is not a field of this request.`,
    expected: known.length === 0 ? 'no fields' : known.join(', '),
    found: shown(key),
    hint: hintFor(key, known),
  });
}

function hintFor(word: string, known: readonly string[]): string | undefined {
  if (known.includes(`${contextPrefix}<dimension>`) && /^context(?:\[|$)/.test(word))
    return 'write context.<dimension>=<value>';
  const other = Object.hasOwn(otherNames, word) ? otherNames[word] : word;
  const ours = known.includes('q') && other === 'question' ? 'q' : other;
  const name = ours !== undefined && known.includes(ours) ? ours : didYouMean(word, known);
  return name === null ? undefined : `did you mean ${name}?`;
}

function fault(details: {
  readonly field: string;
  readonly message: string;
  readonly expected: string;
  readonly found: string;
  readonly hint?: string | undefined;
}): AppError {
  const { hint, ...rest } = details;
  return new AppError('invalid-request', hint === undefined ? rest : { ...rest, hint });
}

function together(faults: readonly AppError[]): AppError {
  const [first] = faults;
  if (first !== undefined && faults.length === 1) return first;
  return new AppError('invalid-request', {
    message: `The request has ${faults.length} faults.`,
    errors: faults.slice(0, mostFaults),
  });
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

/** What was found, for a person, never a customer's words: of those only the length is told. */
function describe(value: unknown, field: string): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  if (value === '') return 'an empty text';
  if (!['question', 'q', 'sentence'].includes(field)) return shown(value);
  if (value.trim() === '') return 'only blanks';
  return `${[...value].length} characters`;
}

/** A caller's word on one short line. */
function shown(word: string): string {
  const short = [...redact(word)].slice(0, 60).join('');
  return `${short.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\uFFFD')}${[...word].length > 60 ? '…' : ''}`;
}
