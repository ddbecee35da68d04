import { z } from 'zod';
import type { Offer } from './article.ts';
import { acceptancesAt, acceptancesInput } from './read-acceptances.ts';
import { moneyContent } from './read-facts.ts';
import type { ReadFile } from './read-site.ts';
import { lineOf, readYaml } from './read-yaml.ts';
import { emptyFile, oneLine, slug } from './value-schemas.ts';

/** Reads content/offers.yaml, sorted by id. Errors: yaml-invalid, key-unknown, value-invalid, with their lines. */
export function readOffers(text: string, file: string): ReadFile<readonly Offer[]> {
  const read = readYaml(text, offersSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const offers = Object.entries(read.value)
    .map(([id, { cap, accept, ...offer }]): Offer => {
      const money = cap === undefined ? null : moneyContent(cap);
      return {
        id,
        ...offer,
        cap: money && { amount: money.amount, currency: money.currency },
        line: lineOf(read.lines, [id]),
        ...acceptancesAt(accept, [id, 'accept'], read.lines),
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { value: offers, errors: [] };
}

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
          accept: acceptancesInput,
        },
        { error: 'a map with label, description, cap, frequency, approver, owner' },
      ),
      { error: 'a map of offers by id' },
    ),
  ],
  { error: 'a map of offers by id' },
);
