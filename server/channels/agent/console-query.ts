import { z } from 'zod';
import type {
  Ask,
  BrowseAsk,
  CalendarDate,
  Context,
  Locale,
  PublicAnswerer,
  Site,
} from '../../answers/answer.ts';
import { AppError } from '../../errors.ts';
import { conversationForm, isCustomerReference } from '../conversation.ts';

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
  /** Under which the console's questions are recorded; null: none was begun. */
  readonly conversation: string | null;
  /** Whom the agent says the customer is. */
  readonly customer: string | null;
  readonly asOf: CalendarDate;
  readonly today: CalendarDate;
}

const asOfSchema = z.union([z.literal(''), z.iso.date()]).optional();

/** The day of an address, null where it names none: what has to be known before the rest can be read. Errors: invalid-request. */
export function readDay(query: { readonly asOf?: unknown }): CalendarDate | null {
  const parsed = asOfSchema.safeParse(query.asOf);
  if (parsed.success) return parsed.data || null;
  const { asOf } = query;
  throw new AppError('invalid-request', {
    message: 'The address names a day that is not in the calendar.',
    field: 'asOf',
    expected: dayExpected,
    found: typeof asOf === 'string' ? asOf.slice(0, 40) : 'the parameter more than once',
  });
}

const conversationExpected = 'the id of a conversation: 1 to 100 printable ASCII characters without blanks';
const customerExpected = "a customer's reference of 1 to 200 characters";
const dayExpected = 'a day of the calendar as YYYY-MM-DD, such as 2026-12-03';

/**
 * Reads `q`, `previous`, `selected`, `locale`, `ui`, `conversation`, `customer`, `asOf` and one parameter for each dimension of the site. `servedSite`:
 * that of what is served, where the answerer is another day's; languages and customers that only one of the two knows are
 * passed over, so that one can go from day to day. Errors: invalid-request for anything else, for what is given twice, and
 * for a value that the site does not have.
 */
export function readConsoleQuery(
  query: unknown,
  answerer: PublicAnswerer,
  today: CalendarDate,
  servedSite: Site = answerer.site,
): ConsoleQuery {
  const dimensions = answerer.site.dimensions.map((dimension) => dimension.id);
  const known = [...new Set([...dimensions, ...servedSite.dimensions.map((dimension) => dimension.id)])];
  const text = z.string();
  const schema = z.strictObject({
    ...Object.fromEntries(known.map((id) => [id, text.optional()])),
    q: text.max(longestQuestion).optional(),
    previous: text.max(longestPrevious).optional(),
    selected: text.max(300).optional(),
    locale: text.optional(),
    ui: text.optional(),
    conversation: z
      .union([z.literal(''), text.regex(conversationForm)], { error: conversationExpected })
      .optional(),
    customer: z
      .union([z.literal(''), text.refine(isCustomerReference)], { error: customerExpected })
      .optional(),
    asOf: asOfSchema,
  });
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw refusal(parsed.error.issues[0], Object.keys(schema.shape));
  const given: Readonly<Record<string, string | undefined>> = parsed.data;
  const localeOf = (wanted: string | undefined): Locale =>
    answerer.checkLocale(
      wanted && !isLeftOut(wanted, servedSite.locales, answerer.site.locales) ? wanted : null,
    );
  const locale = localeOf(given.locale);
  const chosen = dimensions.flatMap((id) => (given[id] ? [[id, given[id]] as const] : []));
  const context = chosen.filter(
    ([id, value]) => !isLeftOut(value, valuesOf(servedSite, id), valuesOf(answerer.site, id)),
  );
  return Object.freeze({
    question: given.q?.trim() || null,
    previous: given.previous || null,
    selected: given.selected || null,
    locale,
    ui: given.ui ? localeOf(given.ui) : locale,
    context: answerer.checkContext(Object.fromEntries(context)),
    conversation: given.conversation || null,
    customer: given.customer?.trim() || null,
    asOf: given.asOf || today,
    today,
  });
}

/** Whether a value is known to what is served and not to the day that is shown. */
function isLeftOut(value: string, served: readonly string[], shown: readonly string[]): boolean {
  return served.includes(value) && !shown.includes(value);
}

function valuesOf(site: Site, dimension: string): readonly string[] {
  return site.dimensions.find(({ id }) => id === dimension)?.values.map(({ id }) => id) ?? [];
}

/** The same query for today, with what today's site knows of the customer. */
export function forToday(query: ConsoleQuery, site: Site): ConsoleQuery {
  const context = Object.entries(query.context).filter(([id, value]) => valuesOf(site, id).includes(value));
  const known = (locale: Locale): Locale => (site.locales.includes(locale) ? locale : site.defaultLocale);
  return {
    ...query,
    locale: known(query.locale),
    ui: known(query.ui),
    context: Object.fromEntries(context),
    asOf: query.today,
  };
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
    expected: issue?.path[0] === 'asOf' ? dayExpected : (issue?.message ?? 'one text'),
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
    ['conversation', query.conversation],
    ['customer', query.customer],
    ['asOf', query.asOf === query.today ? null : query.asOf],
  ];
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}
