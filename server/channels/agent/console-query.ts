import { z } from 'zod';
import type { Ask, BrowseAsk, CalendarDate, Context, Locale, PublicAnswerer } from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';

/** Most characters of a question, as in the API. */
const longestQuestion = 2_000;
/** Most characters of what it follows, as in the API. */
const longestPrevious = 1_000;

/** What an address of the console says; an absent or empty parameter is its default. */
export interface ConsoleQuery {
  /** What is in the box, null where it is empty. */
  readonly question: string | null;
  /** The answer or clarification that the question follows. */
  readonly previous: string | null;
  /** The answer that was opened: `category/slug#anchor`. */
  readonly selected: string | null;
  /** Language of the answers. */
  readonly locale: Locale;
  /** Language of the console itself; by default that of the answers. */
  readonly ui: Locale;
  readonly context: Context;
  readonly asOf: CalendarDate;
  readonly today: CalendarDate;
}

/**
 * Reads `q`, `previous`, `selected`, `locale`, `ui`, `asOf` and one parameter for each dimension of the site. Errors:
 * invalid-request for anything else, for what is given twice, and for a value that the site does not have.
 */
export function readConsoleQuery(
  query: unknown,
  answerer: PublicAnswerer,
  today: CalendarDate,
): ConsoleQuery {
  const dimensions = answerer.site.dimensions.map((dimension) => dimension.id);
  const text = z.string();
  const schema = z.strictObject({
    ...Object.fromEntries(dimensions.map((id) => [id, text.optional()])),
    q: text.max(longestQuestion).optional(),
    previous: text.max(longestPrevious).optional(),
    selected: text.max(300).optional(),
    locale: text.optional(),
    ui: text.optional(),
    asOf: z.union([z.literal(''), z.iso.date()]).optional(),
  });
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw refusal(parsed.error.issues[0], Object.keys(schema.shape));
  const given: Readonly<Record<string, string | undefined>> = parsed.data;
  const locale = answerer.checkLocale(given.locale || null);
  const chosen = dimensions.flatMap((id) => (given[id] ? [[id, given[id]] as const] : []));
  return Object.freeze({
    question: given.q?.trim() || null,
    previous: given.previous || null,
    selected: given.selected || null,
    locale,
    ui: answerer.checkLocale(given.ui || locale),
    context: answerer.checkContext(Object.fromEntries(chosen)),
    asOf: given.asOf || today,
    today,
  });
}

function refusal(issue: z.core.$ZodIssue | undefined, known: readonly string[]): AppError {
  if (issue?.code === 'unrecognized_keys')
    return new AppError('invalid-request', {
      message: 'The address has a parameter that the console does not know.',
      field: issue.keys[0] ?? '',
      expected: known.join(', '),
      found: issue.keys.join(', '),
    });
  return new AppError('invalid-request', {
    field: issue?.path.join('.') ?? '',
    expected: issue?.path[0] === 'asOf' ? 'a date, YYYY-MM-DD' : (issue?.message ?? 'one text'),
    found: 'another value, or the parameter more than once',
  });
}

/** The ask that an address stands for; null where it asks nothing. An opened answer goes before the question. */
export function askOf(query: ConsoleQuery): Ask | null {
  const { locale, context, asOf } = query;
  if (query.selected !== null) return { question: null, answerId: query.selected, locale, context, asOf };
  const { question, previous } = query;
  if (question !== null) return { question, answerId: null, previous, locale, context, asOf };
  return null;
}

/** The customer and the date for whom lists and articles are shown. */
export function browseOf({ locale, context, asOf }: ConsoleQuery): BrowseAsk {
  return { locale, context, asOf };
}

/** Address of a console page for a query; today's date is left out, so that a saved address means the day it is opened. */
export function hrefOf(query: ConsoleQuery, path = '/agent'): string {
  const parameters = parametersOf(query);
  return parameters.length === 0 ? path : `${path}?${new URLSearchParams(Object.fromEntries(parameters))}`;
}

/** The parameters of a query's address, in their order: what a form has to carry along. */
export function parametersOf(query: ConsoleQuery): readonly (readonly [string, string])[] {
  const all: readonly (readonly [string, string | null])[] = [
    ['q', query.question],
    ['previous', query.question === null ? null : query.previous],
    ['selected', query.selected],
    ['locale', query.locale],
    ['ui', query.ui === query.locale ? null : query.ui],
    ...Object.entries(query.context),
    ['asOf', query.asOf === query.today ? null : query.asOf],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
