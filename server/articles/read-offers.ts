import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { LocalText, Offer } from './article.ts';
import { type LocalTextInput, localText, localTextInput, type SiteLocales } from './local-text.ts';
import { acceptancesAt, acceptancesInput } from './read-acceptances.ts';
import { moneyContent } from './read-facts.ts';
import type { ReadFile } from './read-site.ts';
import { type Lines, lineOf, readYaml, shown } from './read-yaml.ts';
import { emptyFile, oneLine, slug } from './value-schemas.ts';

/**
 * Reads content/offers.yaml, sorted by id. `site`: null where site.yaml could not be read; reasons are then left out, unread.
 * Errors: yaml-invalid, key-unknown, value-invalid, with their lines.
 */
export function readOffers(text: string, file: string, site: SiteLocales | null): ReadFile<readonly Offer[]> {
  const read = readYaml(text, offersSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const errors: AppError[] = [];
  const offers = Object.entries(read.value)
    .map(([id, { cap, accept, reasons, ...offer }]): Offer => {
      const money = cap === undefined ? null : moneyContent(cap);
      return {
        id,
        ...offer,
        cap: money && { amount: money.amount, currency: money.currency },
        line: lineOf(read.lines, [id]),
        ...(reasons === undefined || !site
          ? {}
          : { reasons: readReasons(id, reasons, { site, file, lines: read.lines, errors }) }),
        ...acceptancesAt(accept, [id, 'accept'], read.lines),
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return errors.length > 0 ? { value: null, errors } : { value: offers, errors: [] };
}

function readReasons(
  id: string,
  input: Readonly<Record<string, LocalTextInput>>,
  to: {
    readonly site: SiteLocales;
    readonly file: string;
    readonly lines: Lines;
    readonly errors: AppError[];
  },
): Readonly<Record<string, LocalText>> {
  const read = Object.entries(input).map(([reason, label]) => [
    reason,
    localText(label, to.site, (below, expected, found) =>
      to.errors.push(
        new AppError('value-invalid', {
          message: `\`reasons.${reason}\` of ${id} is not of the expected form.`,
          place: { file: to.file, line: lineOf(to.lines, [id, 'reasons', reason, ...below]) },
          expected,
          found: shown(found),
        }),
      ),
    ),
  ]);
  return Object.fromEntries(read);
}

/** More than somebody in a conversation reads before they choose. */
const mostReasons = 12;

const times = 'a whole number from 1 to 1000';

const offersSchema = z.union(
  [
    emptyFile,
    z.record(
      slug,
      z.strictObject(
        {
          label: oneLine(1, 120),
          description: oneLine(1, 1000),
          cap: z
            .string({ error: 'an amount and a currency: 8 USD' })
            .refine((text) => moneyContent(text) !== null, { error: 'an amount and a currency: 8 USD' })
            .optional(),
          frequency: z.strictObject(
            {
              times: z
                .number({ error: times })
                .int({ error: times })
                .min(1, { error: times })
                .max(1000, { error: times }),
              per: z.enum(['order', 'conversation', 'customer', 'year'], {
                error: 'order, conversation, customer, year',
              }),
            },
            { error: 'a map with times and per' },
          ),
          approver: slug,
          owner: slug,
          reasons: z
            .record(slug, localTextInput(60), { error: 'a map of labels by the id of a reason' })
            .refine((map) => Object.keys(map).length >= 1 && Object.keys(map).length <= mostReasons, {
              error: `1 to ${mostReasons} reasons`,
            })
            .optional(),
          accept: acceptancesInput,
        },
        { error: 'a map with label, description, cap, frequency, approver, owner' },
      ),
      { error: 'a map of offers by id' },
    ),
  ],
  { error: 'a map of offers by id' },
);
