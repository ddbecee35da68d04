import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Condition, Fact, FactContent, FactType, FactValue } from './article.ts';
import { sortedCondition } from './condition.ts';
import { localText, localTextInput, type SiteLocales } from './local-text.ts';
import { localWords, localWordsInput } from './local-words.ts';
import { acceptancesAt, acceptancesInput } from './read-acceptances.ts';
import type { ReadFile } from './read-site.ts';
import { type Lines, lineOf, readYaml, shown } from './read-yaml.ts';
import {
  calendarDate,
  dimensionValue,
  email,
  emptyFile,
  httpsUrl,
  isCalendarDate,
  oneLine,
  oneOrMany,
  phone,
  slug,
} from './value-schemas.ts';

/** Reads content/facts.yaml, sorted by id. Errors: yaml-invalid, key-unknown, value-invalid, with their lines. */
export function readFacts(text: string, file: string, site: SiteLocales | null): ReadFile<readonly Fact[]> {
  const read = readYaml(text, factsSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const errors: AppError[] = [];
  const facts = Object.entries(read.value)
    .map(([id, input]) => readFact(id, input, { file, site, lines: read.lines, errors }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return errors.length > 0 ? { value: null, errors } : { value: facts, errors: [] };
}

const factTypes = [
  'duration',
  'money',
  'percent',
  'count',
  'date',
  'time',
  'phone',
  'email',
  'url',
  'text',
] as const;

const written = z.union([z.string(), z.number(), z.record(z.string(), z.string({ error: 'text' }))], {
  error: 'a value of its type',
});

type Written = z.infer<typeof written>;

const datedValue = z
  .strictObject(
    {
      value: written,
      from: calendarDate.optional(),
      to: calendarDate.optional(),
      when: z
        .record(slug, oneOrMany(dimensionValue, 'a value or a list of values'), {
          error: 'a map of dimensions',
        })
        .refine((when) => Object.keys(when).length > 0, { error: 'at least one dimension' })
        .optional(),
    },
    { error: 'a map with value, from, to, when' },
  )
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    error: '`from` before `to` (the first day on which it no longer holds)',
  });

const factSchema = z
  .strictObject(
    {
      type: z.enum(factTypes, { error: factTypes.join(', ') }),
      description: oneLine(1, 300),
      owner: slug,
      source: oneLine(1, 300),
      value: written.optional(),
      values: z
        .array(datedValue, { error: 'a list of values' })
        .min(1, { error: 'at least one value' })
        .max(500)
        .optional(),
      aliases: localWordsInput.optional(),
      accept: acceptancesInput,
    },
    { error: 'a map with type, description, owner, source and value or values' },
  )
  .refine(({ value, values }) => (value === undefined) !== (values === undefined), {
    error: 'exactly one of `value` and `values`',
  });

const factsSchema = z.union([emptyFile, z.record(slug, factSchema, { error: 'a map of facts by id' })], {
  error: 'a map of facts by id',
});

type FactInput = z.infer<typeof factSchema>;

interface Reading {
  readonly file: string;
  readonly site: SiteLocales | null;
  readonly lines: Lines;
  readonly errors: AppError[];
}

function readFact(id: string, input: FactInput, reading: Reading): Fact {
  const { type, description, owner, source } = input;
  const listed = input.values ?? (input.value === undefined ? [] : [{ value: input.value }]);
  const values = listed.flatMap((entry, i): readonly FactValue[] => {
    const path = input.values ? [id, 'values', String(i)] : [id, 'value'];
    const content = readValue(type, entry.value, input.values ? [...path, 'value'] : path, reading);
    if (!content) return [];
    const from = 'from' in entry ? (entry.from ?? null) : null;
    const to = 'to' in entry ? (entry.to ?? null) : null;
    const when: Condition | null =
      'when' in entry && entry.when ? sortedCondition(Object.entries(entry.when)) : null;
    return [{ content, when, period: { from, to }, line: lineOf(reading.lines, path) }];
  });
  return {
    id,
    type,
    description,
    owner,
    source,
    values,
    line: lineOf(reading.lines, [id]),
    ...readAliases(id, input.aliases, reading),
    ...acceptancesAt(input.accept, [id, 'accept'], reading.lines),
  };
}

function readAliases(
  id: string,
  input: FactInput['aliases'],
  { site, ...reading }: Reading,
): Pick<Fact, 'aliases'> {
  if (input === undefined || !site) return {};
  const aliases = localWords(input, site, (below, expected, found) =>
    reading.errors.push(
      new AppError('value-invalid', {
        message: `\`aliases\` of ${id} are not of the expected form.`,
        place: { file: reading.file, line: lineOf(reading.lines, [id, 'aliases', ...below]) },
        expected,
        found: shown(found),
      }),
    ),
  );
  return { aliases };
}

/** What each type looks like; also the words of its error. */
const forms: Readonly<Record<FactType, string>> = {
  duration: 'a whole number and a unit: 24 hours, 30 days, 2 weeks, 3 months, 1 year',
  money: 'an amount and a currency: 4.95 USD',
  percent: 'a percentage without the sign: 15 or "12.5"',
  count: 'a whole number',
  date: 'a date like 2026-12-25',
  time: 'a time in quotes, 24 hours: "17:00"',
  phone: 'a phone number in quotes: "+18005550142"',
  email: 'an e-mail address',
  url: 'an https address',
  text: 'text, or a map of texts by locale',
};

function readValue(
  type: FactType,
  value: Written,
  path: readonly string[],
  reading: Reading,
): FactContent | null {
  const { file, lines, errors, site } = reading;
  const report = (at: readonly string[], expected: string, found: string) => {
    errors.push(
      new AppError('value-invalid', {
        message: `\`${shown(at.join('.'))}\` is not of the expected form.`,
        place: { file, line: lineOf(lines, at) },
        expected,
        found: shown(found),
      }),
    );
  };
  if (type === 'text') {
    const parsed = localTextInput(2000).safeParse(value);
    if (parsed.success) {
      const text = localText(parsed.data, site, (below, expected, found) =>
        report([...path, ...below], expected, found),
      );
      return { type, text };
    }
  }
  const content = typeof value === 'object' || type === 'text' ? null : scalarContent(type, value);
  if (!content) {
    const found = typeof value === 'number' ? `the number ${value} (without quotes)` : String(value);
    report(path, forms[type], typeof value === 'object' ? 'a map' : found);
  }
  return content;
}

function scalarContent(type: Exclude<FactType, 'text'>, value: string | number): FactContent | null {
  const text = String(value).trim();
  switch (type) {
    case 'duration':
      return durationContent(text);
    case 'money':
      return moneyContent(text);
    case 'percent': {
      const amount = Number(text);
      return /^\d{1,4}(?:\.\d{1,3})?$/.test(text) && amount <= 1000 ? { type, amount } : null;
    }
    case 'count':
      return /^\d{1,12}$/.test(text) ? { type, amount: Number(text) } : null;
    case 'date':
      return isCalendarDate(text) ? { type, date: text } : null;
    case 'time':
      return typeof value === 'string' && /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)
        ? { type, time: text }
        : null;
    case 'phone':
      return phone.safeParse(value).success ? { type, value: text } : null;
    case 'email':
      return email.safeParse(value).success ? { type, value: text } : null;
    case 'url':
      return httpsUrl.safeParse(value).success ? { type, value: text } : null;
    default:
      return type satisfies never;
  }
}

function durationContent(text: string): FactContent | null {
  const match = /^([1-9]\d{0,5}) (minute|hour|day|week|month|year)s?$/.exec(text);
  if (!match) return null;
  const unit = match[2] as 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  return { type: 'duration', amount: Number(match[1]), unit };
}

/** Reads `4.95 USD`; null where the amount has more than two decimals or the currency does not exist. */
export function moneyContent(text: string): { type: 'money'; amount: number; currency: string } | null {
  const match = /^(\d{1,9}(?:\.\d{1,2})?) ([A-Z]{3})$/.exec(text);
  const currency = match?.[2] ?? '';
  return match && currencies.has(currency) ? { type: 'money', amount: Number(match[1]), currency } : null;
}

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
