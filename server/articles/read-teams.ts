import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Team } from './article.ts';
import type { ReadFile } from './read-site.ts';
import { lineOf, readYaml } from './read-yaml.ts';
import { email, httpsUrl, oneLine, slug } from './value-schemas.ts';

/** Reads content/teams.yaml, sorted by id. Errors: yaml-invalid, key-unknown, value-invalid, team-unknown (a fallback). */
export function readTeams(text: string, file: string): ReadFile<readonly Team[]> {
  const read = readYaml(text, teamsSchema, { file, firstLine: 1 });
  if (read.value === null) return { value: null, errors: read.errors };
  const { value, lines } = read;
  const errors = Object.entries(value).flatMap(([id, { fallback }]) => {
    if (fallback === undefined || (fallback !== id && Object.hasOwn(value, fallback))) return [];
    return [
      new AppError('team-unknown', {
        message: `The fallback of \`${id}\` is not another team.`,
        place: { file, line: lineOf(lines, [id, 'fallback']) },
        expected: `one of ${Object.keys(value)
          .filter((team) => team !== id)
          .join(', ')}`,
        found: fallback,
      }),
    ];
  });
  if (errors.length > 0) return { value: null, errors };
  const teams = Object.entries(value)
    .map(([id, { name, contact, fallback }]) => ({ id, name, contact, fallback: fallback ?? null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { value: teams, errors: [] };
}

const teamsSchema = z.record(
  slug,
  z.strictObject(
    {
      name: oneLine(1, 80),
      contact: z.union([email, httpsUrl], { error: 'an e-mail or https address' }),
      fallback: slug.optional(),
    },
    { error: 'a map with name, contact, fallback' },
  ),
  { error: 'a map of teams by id' },
);
