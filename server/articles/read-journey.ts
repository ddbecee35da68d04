import { z } from 'zod';
import type { JourneyStage, LocalText } from './article.ts';
import { type LocalTextInput, localTextInput } from './local-text.ts';
import { articleId, slug } from './value-schemas.ts';

/** Stages on a customer's way where site.yaml names none, in their order. */
export const journeyStages = [
  'discover',
  'buy',
  'wait',
  'receive',
  'use',
  'return',
  'renew',
  'leave',
] as const;

const mapOf = <V extends z.ZodType>(value: V, most: number, error: string) =>
  z.record(slug, value, { error }).refine((map) => Object.keys(map).length <= most, {
    error: `at most ${most}`,
  });

/** `journey` of site.yaml: stages by id, each with its title and its moments of truth. */
export const journeyInput = mapOf(
  z.strictObject(
    {
      title: localTextInput(40),
      moments: mapOf(
        z.strictObject(
          {
            title: localTextInput(80),
            articles: z
              .array(articleId, { error: 'a list of article ids' })
              .max(20, { error: 'at most 20' })
              .optional(),
          },
          { error: 'a map with title and articles' },
        ),
        20,
        'a map of moments by id',
      ).optional(),
    },
    { error: 'a map with title and moments' },
  ),
  20,
  'a map of stages by id',
).optional();

/** The stages as site.yaml has them; Concord's own where it has none. `local` reads a text, with its place for errors. */
export function readJourney(
  input: z.infer<typeof journeyInput>,
  local: (value: LocalTextInput, path: readonly string[]) => LocalText,
): readonly JourneyStage[] {
  if (input === undefined) return journeyStages.map((id) => ({ id, title: null, moments: [] }));
  return Object.entries(input).map(([id, { title, moments }]) => ({
    id,
    title: local(title, ['journey', id, 'title']),
    moments: Object.entries(moments ?? {}).map(([momentId, moment]) => ({
      id: momentId,
      title: local(moment.title, ['journey', id, 'moments', momentId, 'title']),
      articles: moment.articles ?? [],
    })),
  }));
}
