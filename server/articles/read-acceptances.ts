import { z } from 'zod';
import type { Acceptance } from './article.ts';
import { type Lines, lineOf } from './read-yaml.ts';
import { oneLine, slug } from './value-schemas.ts';

/** Most acceptances in one place: far more than anybody reads, so that a check is switched off instead. */
const mostAcceptances = 100;

/** The keys of one acceptance. */
export const acceptanceKeys = {
  check: slug,
  text: oneLine(1, 300).optional(),
  why: oneLine(1, 300),
};

/** `accept`: a list of findings with the reason why each is fine. */
export const acceptancesInput = z
  .array(z.strictObject(acceptanceKeys, { error: 'a map with check, text, why' }), {
    error: 'a list of accepted findings',
  })
  .max(mostAcceptances, { error: `at most ${mostAcceptances}` })
  .optional();

/** The acceptances at a path of a file; nothing, to be spread, where none are written. */
export function acceptancesAt(
  input: z.infer<typeof acceptancesInput>,
  path: readonly string[],
  lines: Lines,
): { readonly accept?: readonly Acceptance[] } {
  if (input === undefined || input.length === 0) return {};
  return {
    accept: input.map(({ check, text, why }, at) => ({
      check,
      text: text ?? null,
      why,
      line: lineOf(lines, [...path, String(at)]),
    })),
  };
}
